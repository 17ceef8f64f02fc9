import { quote } from "../../findings.js";
import type { Mojo } from "../mojo.js";
import { firstDifference, readMatrix } from "./matrix.js";

/** Principal components: the order of columns, how they are scaled, and the matrix they are multiplied with. */
export function checkPrincipalComponents(mojo: Mojo): void {
  const { info, findings, details } = mojo;
  const components = info.count("k");
  const useAll = info.bool("use_all_factor_levels");
  const layout = checkLayout(mojo, { cats: "ncats", nums: "nnums", permutation: "permutation" });
  const rows = info.count("eigenvector_size");
  const offsets = info.ints("catOffsets");
  if (!layout || components === undefined || rows === undefined || !offsets) return;
  checkOffsets(mojo, layout, offsets, useAll === false ? 1 : 0);
  for (const key of ["normSub", "normMul"]) checkScale(mojo, key, layout.nums);
  const width = (offsets.at(-1) ?? 0) + layout.nums;
  if (rows !== width)
    findings.add(
      "matrix-shape",
      `eigenvector_size is ${rows}; the columns make ${width} numbers.`,
      info.where("eigenvector_size"),
    );
  const vectors = readMatrix(mojo, "eigenvectors_raw", rows, components);
  const table = details?.table("eigenvectors");
  for (let component = 0; vectors && table && component < components; component++) {
    const values = Float64Array.from({ length: rows }, (_, row) => vectors[row * components + component]!);
    const described = table.get(`pc${component + 1}`);
    if (described?.length === rows && firstDifference(values, described) !== undefined) {
      findings.add("matrix-shape", `Component ${component + 1} is not the one H2O's own description gives.`, {
        entry: mojo.folder.full("eigenvectors_raw"),
      });
    }
  }
}

const REGULARIZERS = [
  "None",
  "Quadratic",
  "L2",
  "L1",
  "NonNegative",
  "OneSparse",
  "UnitOneSparse",
  "Simplex",
] as const;
const LOSSES = [
  "Quadratic",
  "Absolute",
  "Huber",
  "Poisson",
  "Periodic",
  "Logistic",
  "Hinge",
  "Categorical",
  "Ordinal",
];

/** Generalized low rank models: archetypes, losses and the order of columns. */
export function checkLowRank(mojo: Mojo): void {
  const { info, findings, folder, features, details } = mojo;
  const layout = checkLayout(mojo, {
    cats: "num_categories",
    nums: "num_numeric",
    permutation: "cols_permutation",
  });
  info.word("regularizationX", REGULARIZERS);
  info.word("initialization", ["Random", "SVD", "PlusPlus", "User", "Power"]);
  info.double("gammaX");
  const [columns, width, archetypes, representation] = ["ncolA", "ncolY", "nrowY", "ncolX"].map((key) =>
    info.count(key),
  );
  if (columns !== undefined && columns !== features)
    findings.add("matrix-shape", `ncolA is ${columns}; the features are ${features}.`, info.where("ncolA"));
  if (representation !== undefined && archetypes !== undefined && representation !== archetypes) {
    findings.add(
      "matrix-shape",
      `ncolX is ${representation}, and nrowY is ${archetypes}.`,
      info.where("ncolX"),
    );
  }
  const losses = folder.has("losses")
    ? folder.lines("losses")
    : (folder.need("losses", "matrix-shape"), undefined);
  if (losses && (losses.length !== columns || [...losses].some((loss) => !LOSSES.includes(loss)))) {
    findings.add("matrix-shape", `It does not name one loss for each of ${columns ?? 0} columns.`, {
      entry: folder.full("losses"),
    });
  }
  const levels = info.ints("num_levels_per_category");
  if (
    layout &&
    levels &&
    (levels.length < layout.cats ||
      layout.order.slice(0, layout.cats).some((column, index) => mojo.levels[column] !== levels[index]))
  ) {
    findings.add(
      "matrix-shape",
      "num_levels_per_category is not the levels of the columns.",
      info.where("num_levels_per_category"),
    );
  }
  if (layout && info.has("catOffsets")) {
    const offsets = info.ints("catOffsets");
    if (offsets) checkOffsets(mojo, layout, offsets, 0);
    const total = (offsets?.at(-1) ?? 0) + layout.nums;
    if (offsets && width !== undefined && width !== total)
      findings.add(
        "matrix-shape",
        `ncolY is ${width}; the columns make ${total} numbers.`,
        info.where("ncolY"),
      );
  }
  if (layout) for (const key of ["norm_sub", "norm_mul"]) checkScale(mojo, key, layout.nums);
  for (const key of ["transposed", "reverse_transform"]) if (info.has(key)) info.bool(key);
  if (width === undefined || archetypes === undefined) return;
  const matrix = readMatrix(mojo, "archetypes", archetypes, width);
  const table = details?.table("archetypes");
  const described = table && [...table.values()].slice(1);
  for (let row = 0; matrix && described?.length === width && row < archetypes; row++) {
    const expected = described.map((values) => values[row]);
    if (firstDifference(matrix.subarray(row * width, (row + 1) * width), expected) !== undefined) {
      findings.add("matrix-shape", `Archetype ${row + 1} is not the one H2O's own description gives.`, {
        entry: folder.full("archetypes"),
      });
    }
  }
}

interface Layout {
  readonly cats: number;
  readonly nums: number;
  /** Columns in the order they are multiplied in: categories first. */
  readonly order: Float64Array;
}

function checkLayout(
  { info, findings, features, levels, columns }: Mojo,
  keys: { cats: string; nums: string; permutation: string },
): Layout | undefined {
  const [cats, nums] = [info.count(keys.cats), info.count(keys.nums)];
  const order = info.ints(keys.permutation);
  if (cats === undefined || nums === undefined || !order) return undefined;
  if (cats + nums !== features) {
    findings.add(
      "matrix-shape",
      `There are ${cats} categories and ${nums} numbers; the features are ${features}.`,
      info.where(keys.cats),
    );
    return undefined;
  }
  const isOrder =
    order.length === features &&
    new Set(order).size === features &&
    order.every((column) => column >= 0 && column < features);
  if (!isOrder) {
    findings.add(
      "matrix-shape",
      `${keys.permutation} does not name each of ${features} columns once.`,
      info.where(keys.permutation),
    );
    return undefined;
  }
  const wrong = order.find((column, index) => (levels[column] === undefined) === index < cats);
  if (wrong !== undefined) {
    findings.add(
      "matrix-shape",
      `${keys.permutation} takes ${quote(columns[wrong]!)} for what it is not.`,
      info.where(keys.permutation),
    );
    return undefined;
  }
  return { cats, nums, order };
}

function checkOffsets(
  { info, findings, levels }: Mojo,
  { cats, order }: Layout,
  offsets: Float64Array,
  dropped: number,
): void {
  const isRight =
    offsets.length === cats + 1 &&
    offsets[0] === 0 &&
    order
      .slice(0, cats)
      .every((column, index) => levels[column] === offsets[index + 1]! - offsets[index]! + dropped);
  if (!isRight)
    findings.add(
      "matrix-shape",
      "catOffsets does not follow from the levels of the columns.",
      info.where("catOffsets"),
    );
}

function checkScale({ info, findings }: Mojo, key: string, nums: number): void {
  const values =
    nums === 0 && ["[]", undefined].includes(info.raw(key)) ? new Float64Array() : info.doubles(key);
  if (values && (values.length !== nums || !values.every(Number.isFinite))) {
    findings.add(
      "matrix-shape",
      `${key} does not have one number for each of ${nums} columns of numbers.`,
      info.where(key),
    );
  }
}
