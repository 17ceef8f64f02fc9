import { CONTENT, encode, exchange, flip, isBlob, isText, one, packed, type Mutation } from "./edits.js";

/** Matrices and lists of GLM, GAM, PCA, GLRM, k-means, Word2Vec and target encoders, and the description of any model. */
export const DATA: readonly Mutation[] = [
  one("data: a bit of a matrix", isBlob, (bytes, random) => flip(bytes, random), {
    contradicts: "numbers that are written twice, or that have to rise",
    onlyDigest: CONTENT,
  }),
  one(
    "data: a matrix too short",
    isBlob,
    (bytes) => (bytes.length > 8 ? bytes.subarray(0, bytes.length - 8) : undefined),
    { contradicts: "sizes that follow from counts" },
  ),
  one(
    "data: a line left out",
    isText,
    (bytes, random) => {
      const all = bytes.toString().split("\n").slice(0, -1);
      all.splice(random.below(all.length), 1);
      return encode(all.map((line) => `${line}\n`).join(""));
    },
    {
      contradicts: "counts, and names that are written twice",
      onlyDigest: "an encoding may do without a level",
    },
  ),
  one(
    "data: lines exchanged",
    isText,
    (bytes, random) => {
      const all = bytes.toString().split("\n").slice(0, -1);
      const changed = exchange(all, random, [...all]);
      return changed && encode(changed.map((line) => `${line}\n`).join(""));
    },
    { contradicts: "the order of columns, levels or features", onlyDigest: CONTENT },
  ),
  one(
    "description: broken",
    (name) => name.endsWith("modelDetails.json"),
    (bytes) => bytes.subarray(0, bytes.length - 2),
  ),
  packed("description: left out", (parts) => parts.filter(({ name }) => !name.startsWith("experimental/"))),
];
