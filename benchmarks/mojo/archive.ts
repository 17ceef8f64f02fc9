import { writeFileSync } from "node:fs";
import { ini, file } from "../../packages/artifact-rules/tests/archives.js";
import { Random } from "../../packages/artifact-rules/tests/random.js";
import { zip, type Part } from "../../packages/artifact-rules/tests/zip-writer.js";

const FEATURES = 10;
const DEPTH = 10;
/** What 3.46 writes per archive of this size in depth: packed, about 100 MB. */
const TREES = 2500;

/** Writes a GBM of thousands of trees, each full to its depth and unlike the others; returns how many there are. */
export function writeLargeArchive(target: string): number {
  const random = new Random(7);
  const columns = Array.from({ length: FEATURES }, (_, index) => `x${index}`);
  const info = {
    category: "Regression",
    n_features: String(FEATURES),
    n_classes: "1",
    n_columns: String(FEATURES + 1),
    n_domains: "0",
    prior_class_distrib: "[1.0]",
    model_class_distrib: "[1.0]",
    n_trees: String(TREES),
    n_trees_per_class: "1",
    _genmodel_encoding: "AUTO",
    _orig_projection_array: "null",
    distribution: "gaussian",
    link_function: "identity",
    init_f: "0.25",
  };
  const parts: Part[] = [file("model.ini", ini(info, [...columns, "y"], []))];
  for (let index = 0; index < TREES; index++) {
    const aux: Buffer[] = [];
    const bytes = grow(DEPTH, 2 ** 20, random, { next: 1 }, 0, aux);
    const name = `trees/t00_${String(index).padStart(3, "0")}`;
    parts.push(
      { name: `${name}.bin`, bytes },
      { name: `${name}_aux.bin`, bytes: new Uint8Array(Buffer.concat(aux)) },
    );
  }
  writeFileSync(target, zip(parts));
  return TREES;
}

const value = (random: Random) => (random.below(2 ** 24) - 2 ** 23) / 2 ** 20;

/** A node and what is below it; adds its auxiliary data, and that of the nodes below, in the order they are written. */
function grow(
  depth: number,
  weight: number,
  random: Random,
  ids: { next: number },
  id: number,
  aux: Buffer[],
): Uint8Array {
  const [leftId, rightId] = [ids.next++, ids.next++];
  const own = Buffer.alloc(40);
  const at = aux.push(own);
  const left = Math.floor((weight * (1 + random.below(8))) / 10);
  const parts = depth === 1 ? undefined : [grow(depth - 1, left, random, ids, leftId, aux)];
  const leftNodes = aux.length - at;
  parts?.push(grow(depth - 1, weight - left, random, ids, rightId, aux));
  [id, leftNodes].forEach((number, index) => own.writeInt32LE(number, index * 4));
  [left, weight - left, value(random), value(random), value(random), value(random)].forEach((number, index) =>
    own.writeFloatLE(number, 8 + index * 4),
  );
  [leftId, rightId].forEach((number, index) => own.writeInt32LE(number, 32 + index * 4));
  const head = Buffer.alloc(8);
  const isLeaves = parts === undefined;
  // Leaves on both sides, or a left subtree whose size takes two bytes.
  head.writeUInt8(isLeaves ? 48 | 0xc0 : 1, 0);
  head.writeUInt16LE(random.below(FEATURES), 1);
  head.writeUInt8(2 + random.below(4), 3);
  head.writeFloatLE(value(random), 4);
  if (isLeaves) {
    const leaves = Buffer.alloc(8);
    leaves.writeFloatLE(value(random), 0);
    leaves.writeFloatLE(value(random), 4);
    return Buffer.concat([head, leaves]);
  }
  const size = Buffer.alloc(2);
  size.writeUInt16LE(parts[0]!.length, 0);
  return Buffer.concat([head, size, ...parts]);
}
