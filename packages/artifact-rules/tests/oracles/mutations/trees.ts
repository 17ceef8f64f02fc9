import { type Part } from "../../zip-writer.js";
import { CONTENT, flip, isAux, isSharedTree, isTree, one, packed, type Mutation } from "./edits.js";

/** Trees of GBM, DRF, isolation and uplift forests, and their auxiliary data. */
export const TREES: readonly Mutation[] = [
  packed(
    "trees: one left out",
    (parts, random) => {
      const tree = random.pick(parts.filter(({ name }) => isTree(name)));
      return (
        tree &&
        parts.filter(({ name }) => name !== tree.name && name !== tree.name.replace(".bin", "_aux.bin"))
      );
    },
    { contradicts: "the count of trees" },
  ),
  packed(
    "trees: auxiliary data left out",
    (parts, random) => {
      const aux = random.pick(parts.filter(({ name }) => isAux(name)));
      return aux && parts.filter((part) => part !== aux);
    },
    { contradicts: "trees without their auxiliary data" },
  ),
  packed(
    "trees: one too many",
    (parts) => {
      const tree = parts.find(({ name }) => isSharedTree(name));
      return tree && [...parts, { ...tree, name: tree.name.replace(/_\d+\.bin/, "_900.bin") }];
    },
    { contradicts: "the count of trees" },
  ),
  packed(
    "trees: one from another slot",
    (parts, random) => {
      const trees = parts.filter(({ name }) => isTree(name));
      const [from, to] = [random.pick(trees), random.pick(trees)];
      if (!from || !to || from === to) return undefined;
      const aux = (tree: Part) => parts.find(({ name }) => name === tree.name.replace(".bin", "_aux.bin"));
      return parts.map((part) =>
        part === to
          ? { ...part, bytes: from.bytes }
          : part === aux(to)
            ? { ...part, bytes: aux(from)!.bytes }
            : part,
      );
    },
    { contradicts: "the summary of the trees", onlyDigest: CONTENT },
  ),
  packed(
    "trees: one over another's auxiliary data",
    (parts, random) => {
      const trees = parts.filter(({ name }) => isSharedTree(name));
      const [from, to] = [random.pick(trees), random.pick(trees)];
      if (!from || !to || Buffer.compare(from.bytes, to.bytes) === 0) return undefined;
      return parts.map((part) => (part === to ? { ...part, bytes: from.bytes } : part));
    },
    {
      contradicts: "the tree and its auxiliary data",
      onlyDigest: "a tree of the same shape fits the same auxiliary data",
    },
  ),
  one("trees: a bit", isTree, flip, {
    contradicts: "the tree and what is known of its columns",
    onlyDigest: "a value or a level of a split, or the value of a leaf, is as good as another",
  }),
  one("trees: a column that is none", isSharedTree, (bytes, random) => {
    if (bytes.readUInt16LE(1) === 0xffff) return undefined;
    bytes.writeUInt16LE(1000 + random.below(60_000), 1);
    return bytes;
  }),
  one(
    "trees: another column",
    isSharedTree,
    (bytes, random) => {
      const column = bytes.readUInt16LE(1);
      const other = random.below(4);
      if (column === 0xffff || column === other) return undefined;
      bytes.writeUInt16LE(other, 1);
      return bytes;
    },
    {
      contradicts: "sets of levels and the columns that have them",
      onlyDigest: "a column of the same kind is as good as another",
    },
  ),
  one(
    "trees: a size",
    isSharedTree,
    (bytes, random) => {
      if (bytes.length < 20 || (bytes[0]! & 0x30) !== 0) return undefined;
      const at =
        4 +
        ((bytes[0]! & 12) === 12 && bytes[3] !== 1
          ? 6 + ((bytes.readInt32LE(6) + 7) >> 3)
          : bytes[3] === 1
            ? 0
            : 4);
      bytes[at] = (bytes[at]! + 1 + random.below(250)) % 256;
      return bytes;
    },
    { contradicts: "the size of a subtree" },
  ),
  one(
    "trees: a byte of auxiliary data",
    isAux,
    (bytes, random) => {
      if (bytes.length === 0) return undefined;
      bytes[40 * random.below(bytes.length / 40) + random.below(8)]! ^= 1 << random.below(8);
      return bytes;
    },
    { contradicts: "the tree and its auxiliary data" },
  ),
  one(
    "trees: a weight of auxiliary data",
    isAux,
    (bytes, random) => {
      if (bytes.length === 0) return undefined;
      bytes[40 * random.below(bytes.length / 40) + 8 + random.below(8)]! ^= 1 << random.below(8);
      return bytes;
    },
    {
      contradicts: "weights, which are sums of rows, and that they are not negative",
      onlyDigest: "rows are drawn and counted anew at each level: no two weights have to add up to a third",
    },
  ),
  one(
    "trees: a leaf",
    isSharedTree,
    (bytes) => {
      bytes.writeFloatLE(bytes.readFloatLE(bytes.length - 4) + 0.5, bytes.length - 4);
      return bytes;
    },
    {
      contradicts: "the leaf and its value in the auxiliary data",
      onlyDigest: "outside of random forests the values of leaves are written once",
    },
  ),
];
