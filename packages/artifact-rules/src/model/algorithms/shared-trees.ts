import { checkByteOrder, isClose } from "../agree.js";
import type { Mojo } from "../mojo.js";
import { DISTRIBUTIONS, LINKS } from "../names.js";
import { LEFT, RIGHT, walkTree, type ColumnShape, type Side, type Tree, type TreeShape } from "../tree.js";
import { checkCalibration } from "./calibration.js";
import { checkEncodingSince } from "./encoding.js";

/** Bytes of the auxiliary data of one inner node. */
const AUX_NODE = 40;

/** The link that follows from a family, as H2O's loader takes it where none is written. */
const LINK_OF: Partial<Record<(typeof DISTRIBUTIONS)[number], (typeof LINKS)[number]>> = {
  bernoulli: "logit",
  fractionalbinomial: "logit",
  quasibinomial: "logit",
  modified_huber: "logit",
  ordinal: "logit",
  multinomial: "log",
  poisson: "log",
  gamma: "log",
  tweedie: "log",
};

/** GBM, DRF, isolation forest and uplift forest: trees, their number and shape, and what turns them into predictions. */
export function checkSharedTrees(mojo: Mojo): void {
  const { info, algo } = mojo;
  const groups = info.count("n_trees");
  const perGroup = readPerGroup(mojo);
  checkEncodingSince(mojo, 1.4);
  checkCalibration(mojo);
  if (algo === "gbm") checkGbm(mojo);
  else if (algo === "drf") info.bool("binomial_double_trees");
  else if (algo === "isolationforest") checkIsolationForest(mojo);
  if (groups !== undefined && perGroup !== undefined) checkTrees(mojo, groups, perGroup);
}

/** Trees of one class each; format 1.00 did not write it. */
function readPerGroup({ info, classes, findings, algo, version }: Mojo): number | undefined {
  const isDouble = info.raw("binomial_double_trees") === "true";
  const expected =
    classes === undefined ? undefined : classes === 2 && !isDouble && algo !== "upliftdrf" ? 1 : classes;
  if (version === 1 && !info.has("n_trees_per_class")) return expected;
  const perGroup = info.count("n_trees_per_class");
  if (perGroup !== undefined && expected !== undefined && perGroup !== expected) {
    const message = `n_trees_per_class is ${perGroup}; ${expected} follow from ${classes} classes.`;
    findings.add("tree-missing", message, info.where("n_trees_per_class"));
  }
  return perGroup;
}

function checkGbm({ info, details, findings, category }: Mojo): void {
  const distribution = info.word("distribution", DISTRIBUTIONS);
  const link = info.raw("link_function") === undefined ? undefined : info.word("link_function", LINKS);
  const initial = info.double("init_f");
  if (distribution === undefined) return;
  const expected = LINK_OF[distribution] ?? "identity";
  if (link !== undefined && link !== expected && distribution !== "custom") {
    findings.add(
      "details-mismatch",
      `The link ${link} is not that of the distribution ${distribution}.`,
      info.where("link_function"),
    );
  }
  const isClassifier = ["bernoulli", "quasibinomial", "modified_huber", "multinomial"].includes(distribution);
  if (
    category !== undefined &&
    distribution !== "custom" &&
    isClassifier !== ["Binomial", "Multinomial"].includes(category)
  ) {
    findings.add(
      "details-mismatch",
      `The distribution ${distribution} makes no model of the category ${category}.`,
      info.where("distribution"),
    );
  }
  const described = details?.parameter("distribution");
  if (typeof described === "string" && described !== "AUTO" && described !== distribution) {
    findings.add(
      "details-mismatch",
      `The distribution is ${distribution}; the model was trained with ${described}.`,
      info.where("distribution"),
    );
  }
  const start = details?.output("init_f");
  if (typeof start === "number" && initial !== undefined && !isClose(start, initial, 1e-9)) {
    findings.add(
      "details-mismatch",
      `init_f is ${initial}; the model's own description says ${start}.`,
      info.where("init_f"),
    );
  }
}

function checkIsolationForest({ info, findings, details }: Mojo): void {
  const [shortest, longest] = [info.count("min_path_length"), info.count("max_path_length")];
  if (shortest !== undefined && longest !== undefined && shortest > longest) {
    findings.add("ini-type", "min_path_length is above max_path_length.", info.where("min_path_length"));
  }
  const flags = info.has("output_anomaly_flag") ? info.bool("output_anomaly_flag") : undefined;
  // What is above the threshold is flagged; without a flag there is none, which H2O writes as -1.
  const threshold = info.double("default_threshold");
  if (
    (flags === false && threshold !== undefined && threshold >= 0) ||
    (flags === true && threshold === -1)
  ) {
    findings.add(
      "details-mismatch",
      `output_anomaly_flag is ${String(flags)}, and the threshold of the flag ${threshold}.`,
      info.where("output_anomaly_flag"),
    );
  }
  // A response to validate against makes a flag without any share of anomalies being given.
  const share = details?.parameter("contamination");
  if (flags === false && typeof share === "number" && share > 0) {
    findings.add(
      "details-mismatch",
      `output_anomaly_flag is false; the model was trained with a contamination of ${share}.`,
      info.where("output_anomaly_flag"),
    );
  }
}

function checkTrees(mojo: Mojo, groups: number, perGroup: number): void {
  const { folder, findings, info, columns, levels, features, version = 1.4, details } = mojo;
  const shapes: ColumnShape[] = columns
    .slice(0, features)
    .map((name, index) => ({ name, levels: levels[index] }));
  const trees: TreeShape[] = [];
  const missing: string[] = [];
  const missingOf = new Map<number, number>();
  // A declared count far beyond the archive's entries would only be counted, entry by entry.
  const files = [...folder.names("trees/")].filter((name) => name !== "trees/");
  const isPlausible = groups * perGroup <= Math.max(1000, files.length * 100);
  if (!isPlausible)
    findings.add(
      "tree-missing",
      `${groups * perGroup} trees are declared; the archive has ${files.length} files of trees.`,
      info.where("n_trees"),
    );
  for (let group = 0; isPlausible && group < groups; group++) {
    for (let index = 0; index < perGroup; index++) {
      const name = nameOf(index, group);
      if (!folder.has(`${name}.bin`)) {
        missing.push(name);
        missingOf.set(index, (missingOf.get(index) ?? 0) + 1);
        continue;
      }
      const tree = readTree(mojo, name, shapes, version);
      if (tree) trees.push(tree);
    }
  }
  // H2O grows no trees for a class without rows, in any group; its summary says how many it grew.
  const grown = details?.summary("number_of_internal_trees") ?? groups * perGroup - missing.length;
  const isWhole = [...missingOf.values()].every((count) => count === groups) && missingOf.size < perGroup;
  const isExplained = isWhole && grown === groups * perGroup - missing.length;
  if (missing.length > 0 && !isExplained) {
    findings.add(
      "tree-missing",
      `${missing.length} of ${groups * perGroup} trees are missing, the first of them ${missing[0]!}.bin.`,
      info.where("n_trees"),
    );
  }
  for (const name of files) {
    const [, index, group, more] = /^trees\/t(\d+)_(\d+)((?:_aux)?\.bin)$/.exec(name) ?? [];
    if (index === undefined || !isPlausible) continue;
    const isCounted = Number(index) < perGroup && Number(group) < groups;
    if (!isCounted || name !== `${nameOf(Number(index), Number(group))}${more}`)
      findings.add("tree-unexpected", "No count of the model covers this tree.", {
        entry: folder.full(name),
      });
  }
  if (trees.some(({ depth }) => depth > 0)) checkByteOrder(mojo);
  if (trees.length === groups * perGroup - missing.length) checkSummary(mojo, trees, groups);
}

function readTree(
  mojo: Mojo,
  name: string,
  shapes: readonly ColumnShape[],
  version: number,
): TreeShape | undefined {
  const { folder, findings } = mojo;
  const bytes = folder.read(`${name}.bin`);
  if (!bytes) return undefined;
  const aux = version > 1 ? folder.need(`${name}_aux.bin`, "tree-missing") : undefined;
  const tree = walkTree(bytes, shapes, version, Math.floor((aux?.length ?? 0) / AUX_NODE));
  if ("check" in tree) {
    findings.add(tree.check, tree.message, { entry: folder.full(`${name}.bin`) });
    return undefined;
  }
  if (aux) checkAux(mojo, tree, aux, folder.full(`${name}_aux.bin`));
  // The nodes are not kept: an archive may have millions.
  return { leaves: tree.leaves, depth: tree.depth };
}

const nameOf = (index: number, group: number) =>
  `trees/t${String(index).padStart(2, "0")}_${String(group).padStart(3, "0")}`;

/** Offsets of the numbers in the auxiliary data of a node. */
const AUX = {
  id: 0,
  leftNodes: 4,
  leftWeight: 8,
  rightWeight: 12,
  leftValue: 16,
  rightValue: 20,
  leftId: 32,
  rightId: 36,
};

/** The auxiliary data: for each inner node its number, weights, predictions and the numbers of its children. */
function checkAux(
  { findings, algo, version = 1.4 }: Mojo,
  tree: Tree,
  bytes: Uint8Array,
  entry: string,
): void {
  const { nodes, inner } = tree;
  if (bytes.length !== inner * AUX_NODE) {
    findings.add("tree-aux", `It has ${bytes.length} bytes; ${inner} nodes take ${inner * AUX_NODE}.`, {
      entry,
    });
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let index = 0; index < inner; index++) {
    const leftNodes = view.getInt32(index * AUX_NODE + AUX.leftNodes, true);
    const problem =
      version >= 1.4 && leftNodes !== nodes.leftNodes[index]
        ? `${leftNodes} nodes to the left, where the tree has ${nodes.leftNodes[index]!}`
        : (sideProblem(index, LEFT, AUX.leftId, AUX.leftWeight, AUX.leftValue) ??
          sideProblem(index, RIGHT, AUX.rightId, AUX.rightWeight, AUX.rightValue));
    if (problem === undefined) continue;
    findings.add("tree-aux", `Node ${index} has ${problem}.`, { entry });
    return;
  }

  function sideProblem(
    index: number,
    side: Side,
    idAt: number,
    weightAt: number,
    valueAt: number,
  ): string | undefined {
    const at = index * AUX_NODE;
    const weight = view.getFloat32(at + weightAt, true);
    if (!(weight >= 0)) return `a weight of ${weight}`;
    const child = nodes.child(index, side);
    if (child !== undefined) {
      const below = child * AUX_NODE;
      const [id, belowId] = [view.getInt32(at + idAt, true), view.getInt32(below + AUX.id, true)];
      if (belowId !== id) return `a child numbered ${id}, where the next node is ${belowId}`;
      // A child's weight need not be that of its parts: H2O counts the rows of each level anew, of those that were
      // drawn and by other bounds, and rows beside a bound change sides.
    }
    // The forests' leaves hold the mean of their rows, which stands here as well.
    const value = view.getFloat32(at + valueAt, true);
    const leaf = nodes.leaf(index, side);
    if (algo === "drf" && leaf !== undefined && leaf !== value)
      return `a leaf of ${value}, where the tree has ${leaf}`;
    return undefined;
  }
}

/** Number, depth and leaves of the trees against the summary H2O made of them. */
function checkSummary({ details, findings, info }: Mojo, trees: readonly TreeShape[], groups: number): void {
  if (!details || trees.length === 0) return;
  const leaves = trees.map((tree) => tree.leaves);
  const depths = trees.map((tree) => tree.depth);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const least = (values: readonly number[]) => values.reduce((low, value) => Math.min(low, value), Infinity);
  const most = (values: readonly number[]) => values.reduce((high, value) => Math.max(high, value), 0);
  const facts: Record<string, number> = {
    number_of_trees: groups,
    min_leaves: least(leaves),
    max_leaves: most(leaves),
    mean_leaves: mean(leaves),
    max_depth: most(depths),
    mean_depth: mean(depths),
    // H2O leaves trees of one leaf out of this one.
    ...(least(depths) > 0 ? { min_depth: least(depths) } : {}),
  };
  for (const [name, value] of Object.entries(facts)) {
    const described = details.summary(name);
    if (described !== undefined && !isClose(described, value, 1e-5)) {
      findings.add("tree-summary", `The summary says ${name} ${described}; the trees make it ${value}.`, {
        entry: info.entry,
      });
    }
  }
}
