/**
 * XGBoost's booster as its binary format of before 1.7 writes it (little endian): parameters of the learner, the names
 * of objective and booster, then trees or weights, then attributes.
 */
import { quote } from "../../findings.js";
import { Cursor, OutOfBytes } from "../../language/bytes.js";
import type { Table } from "../../language/details.js";
import type { Mojo } from "../mojo.js";
import { checkByteOrder } from "../agree.js";
import { checkCalibration } from "./calibration.js";
import { checkExpansion, type Expansion } from "./glm.js";

const ENTRY = "boosterBytes";
const SIZE = { learner: 136, forest: 160, tree: 148, linear: 136 };

/** Objectives that the Java scorer implements, and the categories they serve. */
const OBJECTIVES: Readonly<Record<string, readonly string[]>> = {
  "binary:logistic": ["Binomial"],
  "multi:softprob": ["Multinomial"],
  "multi:softmax": ["Multinomial"],
  "rank:pairwise": ["Regression"],
  "reg:linear": ["Regression"],
  "reg:squarederror": ["Regression"],
  "reg:gamma": ["Regression"],
  "reg:tweedie": ["Regression"],
  "count:poisson": ["Regression"],
  "reg:logistic": ["Regression", "Binomial"],
  "binary:logitraw": ["Binomial"],
};

class Fault extends Error {
  constructor(
    readonly check: "booster-bytes" | "booster-tree" | "booster-features",
    message: string,
  ) {
    super(message);
  }
}

export function checkXgboost(mojo: Mojo): void {
  const { info, folder, findings } = mojo;
  const booster = info.word("booster", ["gbtree", "gblinear", "dart"]);
  info.bool("sparse");
  if (info.has("has_offset")) {
    const hasOffset = info.bool("has_offset");
    if (hasOffset === true && info.raw("offset_column") === undefined) {
      findings.add("ini-key", "has_offset is true, yet no offset_column is named.", info.where("has_offset"));
    }
    if (hasOffset === false && info.raw("offset_column") !== undefined) {
      findings.add(
        "details-mismatch",
        "has_offset is false, yet an offset_column is named.",
        info.where("has_offset"),
      );
    }
  }
  checkCalibration(mojo);
  const expansion = checkExpansion(
    mojo,
    { cats: "cats", nums: "nums", offsets: "cat_offsets" },
    "booster-features",
    { extra: [0, 1] },
  );
  const features = checkFeatureMap(mojo, expansion);
  const bytes = folder.need(ENTRY, "booster-bytes");
  const entry = folder.full(ENTRY);
  if (!bytes) return;
  try {
    const found = readBooster(bytes, mojo, booster, expansion);
    checkByteOrder(mojo);
    if (features && found.splits) compareImportances(mojo, features, found.splits);
    const trees = info.raw("ntrees") === undefined ? undefined : info.count("ntrees");
    // Early stopping keeps the trees that were grown after the best one out of the count, so fewer are no fault.
    if (trees !== undefined && found.groups !== undefined && trees !== found.groups) {
      findings.add(
        "tree-missing",
        `ntrees is ${trees}, and the booster has ${found.groups}.`,
        info.where("ntrees"),
      );
    }
    const described = mojo.details?.summary("number_of_trees");
    if (described !== undefined && trees !== undefined && described !== trees) {
      findings.add(
        "tree-summary",
        `The summary says ${described} trees; ntrees is ${trees}.`,
        info.where("ntrees"),
      );
    }
    checkNodeWeights(mojo, found.nodes);
  } catch (error) {
    if (error instanceof Fault) findings.add(error.check, error.message, { entry });
    else if (error instanceof OutOfBytes)
      findings.add("booster-bytes", `The booster breaks off at byte ${error.position}.`, { entry });
    else throw error;
  }
}

interface Found {
  /** Trees of one class each; undefined for a linear booster. */
  readonly groups: number | undefined;
  /** How often each feature is split on. */
  readonly splits: ReadonlyMap<number, number> | undefined;
  readonly nodes: number;
}

function readBooster(
  bytes: Uint8Array,
  mojo: Mojo,
  named: string | undefined,
  expansion: Expansion | undefined,
): Found {
  const cursor = new Cursor(bytes);
  if (String.fromCharCode(...bytes.subarray(0, 4)) === "binf") cursor.skip(4);
  const learner = new Cursor(cursor.take(SIZE.learner));
  const base = learner.f32();
  const features = learner.u32();
  const classes = learner.i32();
  const [hasAttributes, hasMetrics] = [learner.i32(), learner.i32()];
  if (!Number.isFinite(base)) throw new Fault("booster-bytes", "The base score is not a number.");
  if (expansion && features !== expansion.width) {
    throw new Fault(
      "booster-features",
      `The booster has ${features} features; the columns make ${expansion.width}.`,
    );
  }
  const groups = Math.max(1, classes);
  const { category, classes: declared = 1 } = mojo;
  if (category !== undefined && groups !== (category === "Multinomial" ? declared : 1)) {
    throw new Fault("booster-features", `The booster has ${groups} classes; the archive says ${declared}.`);
  }
  const objective = readText(cursor);
  const kind = readText(cursor);
  if (!(objective in OBJECTIVES))
    throw new Fault("booster-bytes", `The objective ${quote(objective)} is none that h2o-genmodel scores.`);
  if (category !== undefined && !OBJECTIVES[objective]!.includes(category)) {
    throw new Fault(
      "booster-features",
      `The objective ${quote(objective)} makes no model of the category ${category}.`,
    );
  }
  if (named !== undefined && kind !== named)
    throw new Fault("booster-bytes", `The booster is ${quote(kind)}; the archive names ${quote(named)}.`);
  const found =
    kind === "gblinear" ? readLinear(cursor, features, groups) : readForest(cursor, features, groups);
  if (kind === "dart" && found.trees > 0) {
    const count = cursor.u64();
    if (count !== found.trees)
      throw new Fault("booster-bytes", `${count} weights stand beside ${found.trees} trees.`);
    for (let index = 0; index < count; index++)
      if (!Number.isFinite(cursor.f32()))
        throw new Fault("booster-bytes", "The weight of a tree is not a number.");
  }
  // Attributes, and what some objectives add, follow; they are texts with their lengths before them.
  if (hasAttributes !== 0) {
    for (let count = readCount(cursor, 16) * 2; count > 0; count--) readText(cursor);
  }
  if (objective === "count:poisson" && cursor.remaining >= 8) readText(cursor);
  if (hasMetrics !== 0) for (let count = readCount(cursor, 8); count > 0; count--) readText(cursor);
  if (cursor.remaining > 0)
    throw new Fault("booster-bytes", `${cursor.remaining} bytes follow the end of the booster.`);
  return found;
}

function readCount(cursor: Cursor, least: number): number {
  const count = cursor.u64();
  if (count * least > cursor.remaining) throw new OutOfBytes(cursor.position);
  return count;
}

function readText(cursor: Cursor): string {
  const length = readCount(cursor, 1);
  return String.fromCharCode(...cursor.take(length).subarray(0, 1000));
}

function readLinear(cursor: Cursor, features: number, groups: number): Found & { trees: number } {
  cursor.skip(SIZE.linear);
  const count = readCount(cursor, 4);
  if (count !== (features + 1) * groups)
    throw new Fault(
      "booster-features",
      `The booster has ${count} weights; ${features} features take ${(features + 1) * groups}.`,
    );
  for (let index = 0; index < count; index++)
    if (!Number.isFinite(cursor.f32())) throw new Fault("booster-bytes", "A weight is not a number.");
  return { groups: undefined, splits: undefined, nodes: 0, trees: 0 };
}

function readForest(cursor: Cursor, features: number, groups: number): Found & { trees: number } {
  const header = new Cursor(cursor.take(SIZE.forest));
  const trees = header.i32();
  if (trees < 0 || trees % groups !== 0 || trees * SIZE.tree > cursor.remaining) {
    throw new Fault("booster-bytes", `The booster declares ${trees} trees, which do not fit it.`);
  }
  header.skip(20);
  const outputs = header.i32();
  if (outputs > 1 && outputs !== groups)
    throw new Fault("booster-features", `The trees vote for ${outputs} groups; there are ${groups} classes.`);
  const splits = new Map<number, number>();
  let nodes = 0;
  for (let tree = 0; tree < trees; tree++) nodes += readTree(cursor, tree, features, splits);
  for (let tree = 0; tree < trees; tree++) {
    const group = cursor.i32();
    if (group !== tree % groups)
      throw new Fault("booster-tree", `Tree ${tree} votes for class ${group}, not ${tree % groups}.`);
  }
  return { groups: trees / groups, splits, nodes, trees };
}

/** One tree: every node but the root has one parent, every way ends in a leaf, and weights of children add up. */
function readTree(cursor: Cursor, tree: number, features: number, splits: Map<number, number>): number {
  const header = new Cursor(cursor.take(SIZE.tree));
  const [roots, count, deleted] = [header.i32(), header.i32(), header.i32()];
  header.skip(4);
  const [own, vector] = [header.i32(), header.i32()];
  const fault = (message: string) => new Fault("booster-tree", `Tree ${tree}: ${message}.`);
  if (roots !== 1) throw fault(`it has ${roots} roots`);
  if (count < 1 || deleted < 0 || deleted >= count || count * 36 > cursor.remaining)
    throw fault(`${count} nodes are declared`);
  if (own !== features && own !== 0)
    throw new Fault("booster-features", `Tree ${tree} has ${own} features, the booster ${features}.`);
  if (vector !== 0) throw fault("its leaves are vectors, which are not scored");
  const nodes = new Cursor(cursor.take(count * 20));
  const statistics = new Cursor(cursor.take(count * 16));
  const node = (index: number) => {
    nodes.position = index * 20;
    const parent = nodes.i32();
    const [left, right, split] = [nodes.i32(), nodes.i32(), nodes.u32()];
    return {
      parent: parent & 0x7fffffff,
      isRoot: parent === -1,
      left,
      right,
      feature: split & 0x7fffffff,
      value: nodes.f32(),
    };
  };
  const weight = (index: number) => {
    statistics.position = index * 16 + 4;
    return statistics.f32();
  };
  const seen = new Uint8Array(count);
  const pending = [0];
  let reached = 0;
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (seen[index]) throw fault(`two ways lead to node ${index}`);
    seen[index] = 1;
    reached++;
    const { left, right, feature, value, isRoot } = node(index);
    if (isRoot !== (index === 0)) throw fault(`node ${index} has no parent`);
    if (Number.isNaN(value)) throw fault(`node ${index} has the value NaN`);
    if (left === -1) {
      if (right !== -1) throw fault(`node ${index} has one child`);
      continue;
    }
    if (feature >= features)
      throw new Fault(
        "booster-features",
        `Tree ${tree}: node ${index} splits on feature ${feature} of ${features}.`,
      );
    splits.set(feature, (splits.get(feature) ?? 0) + 1);
    for (const child of [left, right]) {
      if (child <= 0 || child >= count) throw fault(`node ${index} leads to node ${child}`);
      if (node(child).parent !== index) throw fault(`node ${child} does not name ${index} as its parent`);
      pending.push(child);
    }
    const parts = weight(left) + weight(right);
    if (Math.abs(parts - weight(index)) > 0.02 * Math.max(1, Math.abs(parts)))
      throw fault(`the children of node ${index} do not weigh what it does`);
  }
  if (reached + deleted !== count) throw fault(`${count - deleted - reached} nodes are not reached`);
  return count;
}

/** The name of a feature by its number; undefined where it cannot be told. */
type NameOf = (feature: number) => string | undefined;

/** The names of the features, in the order the columns make them. */
function checkFeatureMap(mojo: Mojo, expansion: Expansion | undefined): NameOf | undefined {
  const { folder, findings, columns, domains } = mojo;
  if (!folder.has("feature_map")) return undefined;
  const lines = folder.lines("feature_map");
  if (!lines || !expansion) return undefined;
  const entry = folder.full("feature_map");
  const { cats, offsets, width } = expansion;
  // Features come in order, so the column is looked for where the last one was.
  let column = 0;
  const nameOf = (feature: number): string | undefined => {
    if (feature >= offsets[cats]!) return columns[feature - offsets[cats]! + cats];
    if (feature < offsets[column]!) column = 0;
    while (feature >= offsets[column + 1]!) column++;
    const level = feature - offsets[column]!;
    const domain = domains[column];
    // One more than there are levels stands for missing values.
    const last = level === domain?.length ? "missing(NA)" : domain?.at(level);
    return last === undefined ? undefined : `${columns[column]!}.${last}`;
  };
  let count = 0;
  let isNumbered = true;
  let isReported = false;
  for (const line of lines) {
    if (line === "") continue;
    isNumbered &&= line.startsWith(`${count} `);
    const name = /^\d+ (.*) (?:i|int|q|float)$/.exec(line)?.[1];
    const expected = count < width ? nameOf(count) : undefined;
    count++;
    if (isReported || expected === undefined || bare(name ?? "") === bare(expected)) continue;
    isReported = true;
    findings.add(
      "booster-features",
      `Feature ${count - 1} is ${quote(name ?? line)}; the columns make it ${quote(expected)}.`,
      { entry, line: count },
    );
  }
  if (count !== width)
    findings.add("booster-features", `The feature map has ${count} features; the columns make ${width}.`, {
      entry,
    });
  if (!isNumbered) findings.add("booster-features", "The feature map is not numbered in order.", { entry });
  return nameOf;
}

/** XGBoost's feature maps have no blanks within names, so the writer leaves them out. */
function bare(name: string): string {
  return name.replaceAll(/\s/g, "");
}

/** The features whose names no other one has, in order. */
function namesOnce(nameOf: NameOf): Map<number, string> {
  const names = new Map<number, string>();
  const features = new Map<string, number>();
  for (let feature = 0, name = nameOf(0); name !== undefined; name = nameOf(++feature)) {
    const other = features.get(bare(name));
    if (other === undefined) names.set(feature, name);
    else names.delete(other);
    features.set(bare(name), feature);
  }
  return names;
}

/** How often each feature is split on, against H2O's own count. */
function compareImportances(
  { details, findings, folder }: Mojo,
  nameOf: NameOf,
  splits: ReadonlyMap<number, number>,
): void {
  const table: Table | undefined = details?.table("variable_importances_frequency");
  const [names, counts] = [table?.get("variable"), table?.get("relative_importance")];
  if (!names || !counts) return;
  const described = new Map(names.map((name, index) => [bare(String(name)), counts[index]]));
  for (const [feature, name] of namesOnce(nameOf)) {
    const expected = described.get(bare(name));
    const count = splits.get(feature) ?? 0;
    if (typeof expected === "number" && expected !== count) {
      findings.add(
        "tree-summary",
        `${quote(name)} is split on ${count} times; H2O's own description says ${expected}.`,
        { entry: folder.full(ENTRY) },
      );
    }
  }
  const total = [...splits.values()].reduce((sum, count) => sum + count, 0);
  const expectedTotal = counts.reduce<number>(
    (sum, count) => sum + (typeof count === "number" ? count : NaN),
    0,
  );
  if (Number.isFinite(expectedTotal) && expectedTotal !== total) {
    findings.add(
      "tree-summary",
      `The trees have ${total} splits; H2O's own description says ${expectedTotal}.`,
      { entry: folder.full(ENTRY) },
    );
  }
}

function checkNodeWeights({ folder, findings }: Mojo, nodes: number): void {
  const bytes = folder.read("auxNodeWeights");
  if (bytes && bytes.length < nodes * 4) {
    findings.add("booster-bytes", `There are ${bytes.length} bytes of weights for ${nodes} nodes.`, {
      entry: folder.full("auxNodeWeights"),
    });
  }
}
