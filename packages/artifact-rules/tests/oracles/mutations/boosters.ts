import type { Random } from "../../random.js";
import { encode, exchange, flip, isBooster, one, type Mutation } from "./edits.js";

/** Boosters of XGBoost. */
export const BOOSTERS: readonly Mutation[] = [
  one("booster: a bit", isBooster, flip, {
    contradicts: "the structure of the booster and its counts",
    onlyDigest: "a value of a split or a leaf is as good as another",
  }),
  one("booster: cut off", isBooster, (bytes, random) => bytes.subarray(0, random.below(bytes.length)), {
    contradicts: "sizes that follow from counts",
  }),
  one(
    "booster: a child elsewhere",
    isBooster,
    (bytes, random) => {
      const node = nodeOf(bytes, random);
      if (node === undefined || bytes.readInt32LE(node + 4) === -1) return undefined;
      bytes.writeInt32LE(random.below(30), node + 4);
      return bytes;
    },
    { contradicts: "nodes and their parents" },
  ),
  one(
    "booster: a feature that is none",
    isBooster,
    (bytes, random) => {
      const node = nodeOf(bytes, random);
      if (node === undefined || bytes.readInt32LE(node + 4) === -1) return undefined;
      bytes.writeUInt32LE(0x80000000 + 5000, node + 12);
      return bytes;
    },
    { contradicts: "the count of features" },
  ),
  one(
    "booster: another feature",
    isBooster,
    (bytes, random) => {
      const node = nodeOf(bytes, random);
      if (node === undefined || bytes.readInt32LE(node + 4) === -1) return undefined;
      bytes.writeUInt32LE(0x80000000 + (((bytes.readUInt32LE(node + 12) & 0x7fffffff) + 1) % 8), node + 12);
      return bytes;
    },
    { contradicts: "how often the description says each feature is split on" },
  ),
  one(
    "booster: features exchanged",
    (name) => name.endsWith("feature_map"),
    (bytes, random) => {
      const all = bytes.toString().trimEnd().split("\n");
      const changed = exchange(all, random, [...all]);
      return changed && encode(`${changed.join("\n")}\n`);
    },
    { contradicts: "the names of features and the columns" },
  ),
  one(
    "booster: another base score",
    isBooster,
    (bytes) => {
      bytes.writeFloatLE(bytes.readFloatLE(4) / 2 + 0.125, 4);
      return bytes;
    },
    { onlyDigest: "the base score is written once" },
  ),
];

/** Offset of a node of one of the booster's first trees; undefined for linear boosters. */
function nodeOf(bytes: Buffer, random: Random): number | undefined {
  let at = 140;
  at += 8 + Number(bytes.readBigUInt64LE(at));
  const length = Number(bytes.readBigUInt64LE(at));
  const kind = bytes.toString("latin1", at + 8, at + 8 + length);
  if (kind === "gblinear") return undefined;
  at += 8 + length + 160;
  const count = bytes.readInt32LE(at + 4);
  return at + 148 + 20 * random.below(count);
}
