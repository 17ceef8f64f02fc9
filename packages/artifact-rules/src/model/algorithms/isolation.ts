import { Cursor, OutOfBytes } from "../../language/bytes.js";
import { checkByteOrder, isClose } from "../agree.js";
import type { Mojo } from "../mojo.js";

const [NODE, LEAF] = ["N".charCodeAt(0), "L".charCodeAt(0)];

/** Leaves of one tree and the longest way to one. */
interface Shape {
  readonly leaves: number;
  readonly depth: number;
}

/**
 * Extended isolation forest. A tree is the number of features, then nodes in the order of their numbers (the children
 * of n are 2n+1 and 2n+2): i32 number, "N" and two vectors, or "L" and the rows that ended there; zeros fill the rest.
 */
export function checkExtendedIsolation(mojo: Mojo): void {
  const { info, folder, findings, details } = mojo;
  const [count, sample] = [info.count("ntrees"), info.count("sample_size")];
  if (count === undefined) return;
  const files = [...folder.names("trees/")].filter((name) => /^trees\/t\d+\.bin$/.test(name));
  const name = (tree: number) => `trees/t${String(tree).padStart(2, "0")}.bin`;
  const missing = Array.from({ length: Math.min(count, files.length + 1) }, (_, tree) => name(tree)).find(
    (file) => !folder.has(file),
  );
  if (missing !== undefined || files.length < count) {
    findings.add(
      "tree-missing",
      `${count} trees are declared; ${missing ?? name(files.length)} is missing.`,
      info.where("ntrees"),
    );
    return;
  }
  for (const file of files) {
    if (Number(/\d+/.exec(file)![0]) >= count)
      findings.add("tree-unexpected", "No count of the model covers this tree.", {
        entry: folder.full(file),
      });
  }
  const shapes: Shape[] = [];
  for (let tree = 0; tree < count; tree++) {
    const bytes = folder.read(name(tree));
    const shape = bytes && walk(bytes, mojo.features, sample);
    if (typeof shape === "string") findings.add("tree-bytes", shape, { entry: folder.full(name(tree)) });
    else if (shape) shapes.push(shape);
  }
  for (const [key, value] of [
    ["number_of_trained_trees", count],
    ["size_of_subsample", sample],
  ] as const) {
    const described = details?.summary(key);
    if (described !== undefined && value !== undefined && described !== value) {
      findings.add("details-mismatch", `The summary says ${key} ${described}; the archive ${value}.`, {
        entry: info.entry,
      });
    }
  }
  if (shapes.length > 0) checkByteOrder(mojo);
  if (shapes.length === count && count > 0) checkSummary(mojo, shapes);
}

function walk(bytes: Uint8Array, features: number, sample: number | undefined): Shape | string {
  const cursor = new Cursor(bytes);
  try {
    const width = cursor.i32();
    if (width !== features) return `Its vectors have ${width} numbers; there are ${features} features.`;
    // Numbers of the nodes that inner nodes ask for and that have not come yet, in order.
    const awaited = [0];
    let next = 0;
    let [rows, leaves, depth] = [0, 0, 0];
    for (; next < awaited.length; next++) {
      const number = cursor.i32();
      const type = cursor.u8();
      if (number !== awaited[next]) return `Node ${number} stands where node ${awaited[next]!} is awaited.`;
      if (type === NODE) {
        for (let index = 0; index < width * 2; index++)
          if (!Number.isFinite(cursor.f64())) return `Node ${number} has a number that is not finite.`;
        awaited.push(2 * number + 1, 2 * number + 2);
      } else if (type === LEAF) {
        const count = cursor.i32();
        if (count < 0) return `Leaf ${number} has ${count} rows.`;
        rows += count;
        leaves++;
        depth = Math.max(depth, Math.floor(Math.log2(number + 1)));
      } else return `Node ${number} has the unknown type ${type}.`;
    }
    if (sample !== undefined && rows !== sample) return `Its leaves hold ${rows} rows; ${sample} were drawn.`;
    if (bytes.subarray(cursor.position).some((byte) => byte !== 0)) return "Something follows the last node.";
    return { leaves, depth };
  } catch (error) {
    if (error instanceof OutOfBytes) return `The tree breaks off at byte ${error.position}.`;
    throw error;
  }
}

function checkSummary({ details, findings, info }: Mojo, shapes: readonly Shape[]): void {
  const leaves = shapes.map((shape) => shape.leaves);
  const depths = shapes.map((shape) => shape.depth);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const most = (values: readonly number[]) => values.reduce((high, value) => Math.max(high, value), 0);
  const facts = {
    min_leaves: leaves.reduce((low, value) => Math.min(low, value), Infinity),
    max_leaves: most(leaves),
    mean_leaves: mean(leaves),
    max_depth: most(depths),
  };
  for (const [name, value] of Object.entries(facts)) {
    const described = details?.summary(name);
    if (described !== undefined && !isClose(described, value)) {
      findings.add("tree-summary", `The summary says ${name} ${described}; the trees make it ${value}.`, {
        entry: info.entry,
      });
    }
  }
}
