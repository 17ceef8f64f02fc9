import { isClose } from "../agree.js";
import type { Mojo } from "../mojo.js";
import { checkExpansion } from "./glm.js";
import { readMatrix } from "./matrix.js";

const CLASSIFIERS = ["bernoulli", "quasibinomial", "fractionalbinomial"];

/** Kinds of splines, as `bs` numbers them. */
const [CUBIC, THIN_PLATE, I_SPLINE, M_SPLINE] = [0, 1, 2, 3];

/** Generalized additive models: a linear model over columns that splines expand, and the splines. */
export function checkGam(mojo: Mojo): void {
  const { info, findings, classes = 1, details, category } = mojo;
  // Of a binomial family, H2O writes the distribution: its loader knows no other name.
  const family = info.word("family", [
    "gaussian",
    "bernoulli",
    "quasibinomial",
    "fractionalbinomial",
    "multinomial",
    "ordinal",
    "poisson",
    "gamma",
    "tweedie",
    "negativebinomial",
  ]);
  const link = info.text("link");
  const isMultiple = family === "multinomial" || family === "ordinal";
  const kind = isMultiple
    ? ["Multinomial", "Ordinal"]
    : CLASSIFIERS.includes(family ?? "")
      ? ["Binomial"]
      : ["Regression"];
  if (family !== undefined && category !== undefined && !kind.includes(category)) {
    findings.add(
      "details-mismatch",
      `The family ${family} makes no model of the category ${category}.`,
      info.where("family"),
    );
  }
  const described = details?.parameter("link");
  if (
    link !== undefined &&
    typeof described === "string" &&
    !["AUTO", "family_default", link].includes(described)
  ) {
    findings.add(
      "details-mismatch",
      `The link is ${link}; the model was trained with ${described}.`,
      info.where("link"),
    );
  }
  const expansion = checkExpansion(
    mojo,
    { cats: "cats", nums: "numsCenter", offsets: "cat_offsets" },
    "coefficients",
    { extra: [0], columns: expandedColumns(mojo) },
  );
  const report = (message: string, key: string) => {
    findings.add("coefficients", message, info.where(key));
  };
  const [size, centred] = [info.count("beta length per class"), info.count("beta center length per class")];
  if (isMultiple) {
    if (size !== undefined) readMatrix(mojo, "beta_multinomial", classes, size);
    if (centred !== undefined) readMatrix(mojo, "beta_multinomial_centering", classes, centred);
  } else {
    const [beta, betaCentred] = [info.doubles("beta"), info.doubles("beta_center")];
    if (beta && beta.length !== size)
      report(`beta has ${beta.length} numbers; ${size ?? 0} are declared.`, "beta");
    if (betaCentred && betaCentred.length !== centred)
      report(`beta_center has ${betaCentred.length} numbers; ${centred ?? 0} are declared.`, "beta_center");
    if (betaCentred) compare(mojo, "coefficients_table", "coefficients", betaCentred, "beta_center");
    if (beta) compare(mojo, "coefficients_table_no_centering", "coefficients_no_centering", beta, "beta");
  }
  if (expansion && centred !== undefined && centred !== expansion.width + 1) {
    report(
      `There are ${centred} coefficients; the columns and an intercept take ${expansion.width + 1}.`,
      "beta center length per class",
    );
  }
  if (expansion && info.bool("mean_imputation") === true) {
    const modes = expansion.cats === 0 && info.raw("catNAFills") === undefined ? [] : info.ints("catNAFills");
    const means = info.doubles("numNAFillsCenter");
    if (modes && modes.length !== expansion.cats)
      report(`catNAFills has ${modes.length} numbers for ${expansion.cats} categories.`, "catNAFills");
    if (means && means.length !== expansion.nums)
      report(
        `numNAFillsCenter has ${means.length} numbers for ${expansion.nums} columns.`,
        "numNAFillsCenter",
      );
  }
  checkSplines(mojo);
}

/** The columns a row is made of: the features, but for a column of folds, which H2O counts as one here. */
function expandedColumns({ info, details, features, columns }: Mojo): number {
  const fold = details?.parameter("fold_column");
  if (typeof fold === "string") return columns.slice(0, features).includes(fold) ? features - 1 : features;
  // A model within an ensemble does not say whether it has one.
  const made = (info.count("cats") ?? 0) + (info.count("numsCenter") ?? 0);
  return !details && made === features - 1 ? made : features;
}

function compare(
  { details, info, findings }: Mojo,
  tableName: string,
  column: string,
  values: Float64Array,
  key: string,
): void {
  const described = details?.table(tableName)?.get(column);
  if (described?.length !== values.length) return;
  const at = values.findIndex(
    (value, index) => typeof described[index] === "number" && !isClose(described[index], value, 1e-6),
  );
  if (at >= 0)
    findings.add(
      "coefficients",
      `Coefficient ${at + 1} is not the one H2O's own description gives.`,
      info.where(key),
    );
}

/** The kinds, numbers of knots and the matrices that follow from them. */
function checkSplines(mojo: Mojo): void {
  const { info, findings, folder } = mojo;
  const report = (message: string, key: string) => {
    findings.add("matrix-shape", message, info.where(key));
  };
  const kinds = info.ints("bs_sorted");
  const knots = info.ints("num_knots_sorted");
  const predictors = info.ints("_d");
  const dimensions = info.ints("gam_column_dim_sorted");
  info.ints("bs");
  info.ints("num_knots");
  info.ints("gam_column_dim");
  const columnSizes = info.ints("gamColName_dim");
  const total = info.count("total feature size");
  if (!kinds || !knots || !predictors || !dimensions || !columnSizes) return;
  for (const [key, list] of [
    ["num_knots_sorted", knots],
    ["gam_column_dim_sorted", dimensions],
    ["gamColName_dim", columnSizes],
  ] as const) {
    if (list.length !== kinds.length)
      report(`${key} has ${list.length} numbers for ${kinds.length} splines.`, key);
  }
  const counts = [
    ["num_CS_col", CUBIC],
    ["num_TP_col", THIN_PLATE],
    ["num_IS_col", I_SPLINE],
    ["num_MS_col", M_SPLINE],
  ] as const;
  for (const [key, kind] of counts) {
    const count = info.count(key);
    const found = kinds.filter((value) => value === kind).length;
    if (count !== undefined && count !== found) report(`${key} is ${count}; bs_sorted has ${found}.`, key);
  }
  if (
    kinds.some((kind) => kind < CUBIC || kind > M_SPLINE) ||
    knots.some((count) => count < 2) ||
    knots.length !== kinds.length
  ) {
    report("bs_sorted or num_knots_sorted has a value that no spline has.", "bs_sorted");
    return;
  }
  const isSplines = kinds.some((kind) => kind === I_SPLINE || kind === M_SPLINE);
  const orders = isSplines ? info.ints("spline_orders_sorted") : undefined;
  if (isSplines && orders?.length !== kinds.length) return;
  const basis = kinds.map((kind, index) =>
    kind === I_SPLINE || kind === M_SPLINE ? knots[index]! + orders![index]! - 2 : knots[index]!,
  );
  const bytes = (name: string, numbers: number, each = 8) => {
    const content = folder.need(name, "matrix-shape");
    if (content && content.length !== numbers * each) {
      findings.add("matrix-shape", `It has ${content.length} bytes; the splines take ${numbers * each}.`, {
        entry: folder.full(name),
      });
    }
  };
  const sum = (value: (kind: number, index: number) => number) =>
    kinds.reduce((total, kind, index) => total + value(kind, index), 0);
  bytes(
    "zTranspose",
    sum((kind, index) => (kind === I_SPLINE ? 0 : (basis[index]! - 1) * basis[index]!)),
  );
  bytes(
    "knots",
    sum((_, index) => (predictors[index] ?? 0) * knots[index]!),
  );
  if (kinds.includes(THIN_PLATE)) checkThinPlates();
  if (kinds.includes(CUBIC))
    bytes(
      "_binvD",
      sum((kind, index) => (kind === CUBIC ? (knots[index]! - 2) * knots[index]! : 0)),
    );
  const text = (name: string, lines: number) => {
    folder.need(name, "matrix-shape");
    const found = folder.lines(name);
    if (found && found.length !== lines)
      findings.add("matrix-shape", `It has ${found.length} lines; ${lines} follow from the splines.`, {
        entry: folder.full(name),
      });
  };
  text(
    "gam_columns_sorted",
    dimensions.reduce((all, size) => all + size, 0),
  );
  text(
    "gamColNamesCenter",
    sum((kind, index) => (kind === I_SPLINE ? basis[index]! : basis[index]! - 1)),
  );
  text(
    "gamColNames",
    columnSizes.reduce((all, size) => all + size, 0),
  );
  if (total !== undefined) text("_names_no_centering", total);
  const expanded = info.count("num_expanded_gam_columns_center");
  const made = sum((kind, index) => (kind === I_SPLINE ? basis[index]! : basis[index]! - 1));
  if (expanded !== undefined && expanded !== made)
    report(
      `num_expanded_gam_columns_center is ${expanded}; the splines make ${made}.`,
      "num_expanded_gam_columns_center",
    );

  /** Thin plates: distances and polynomials of several predictors, which have sizes of their own. */
  function checkThinPlates(): void {
    const [sizes, polynomials] = [info.ints("num_knots_TP"), info.ints("_M")];
    info.ints("_m");
    info.bool("standardize");
    if (!sizes || !polynomials) return;
    const plates = [...kinds!.keys()].filter((index) => kinds![index] === THIN_PLATE);
    if (
      sizes.length !== plates.length ||
      polynomials.length !== plates.length ||
      plates.some((index, plate) => sizes[plate] !== knots![index])
    ) {
      report(`num_knots_TP or _M does not belong to ${plates.length} thin plates.`, "num_knots_TP");
      return;
    }
    const total = (value: (plate: number) => number) =>
      plates.reduce((all, _, plate) => all + value(plate), 0);
    const dimension = (plate: number) => predictors![plates[plate]!] ?? 0;
    bytes(
      "zTransposeCS",
      total((plate) => (sizes[plate]! - polynomials[plate]!) * sizes[plate]!),
    );
    bytes(
      "polynomialBasisList",
      total((plate) => polynomials[plate]! * dimension(plate)),
      4,
    );
    bytes("gamColMeansRaw", total(dimension));
    bytes("gamColStdRaw", total(dimension));
  }
}
