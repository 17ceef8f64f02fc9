import { isClose } from "../agree.js";
import type { Mojo } from "../mojo.js";
import { firstDifference, readMatrix } from "./matrix.js";

/** Cox proportional hazards: coefficients, means and strata. */
export function checkHazards(mojo: Mojo): void {
  const { info, findings, levels, details, folder } = mojo;
  const report = (message: string, key: string) => {
    findings.add("coefficients", message, info.where(key));
  };
  const coefficients = info.doubles("coef");
  const cats = info.count("cats");
  const useAll = info.bool("use_all_factor_levels");
  const offsets = cats === 0 && info.raw("cat_offsets") === undefined ? [0] : info.ints("cat_offsets");
  const count = info.count("strata_count");
  const strata = checkStrata(mojo, count);
  const means = ["cat", "num"].map((kind) => {
    const [rows, columns] = [info.count(`x_mean_${kind}_size1`), info.count(`x_mean_${kind}_size2`)];
    if (rows === undefined || columns === undefined) return undefined;
    if (count !== undefined && rows !== Math.max(1, count))
      report(`x_mean_${kind} has ${rows} rows for ${Math.max(1, count)} strata.`, `x_mean_${kind}_size1`);
    const values = readMatrix(mojo, `x_mean_${kind}`, rows, columns);
    const described = details?.output(`x_mean_${kind}`);
    if (
      values &&
      Array.isArray(described) &&
      firstDifference(values, described.flat() as unknown[]) !== undefined
    ) {
      findings.add("coefficients", "It is not what H2O's own description says.", {
        entry: folder.full(`x_mean_${kind}`),
      });
    }
    return columns;
  });
  if (!coefficients || cats === undefined || !offsets) return;
  if (coefficients.some(Number.isNaN)) report("A coefficient is NaN.", "coef");
  if (
    offsets.length !== cats + 1 ||
    offsets[0] !== 0 ||
    offsets.some((offset, index) => index > 0 && offset < offsets[index - 1]!)
  ) {
    report(`cat_offsets does not rise from 0 over ${cats} categories.`, "cat_offsets");
    return;
  }
  const interactions = info.raw("interaction_targets") !== undefined;
  for (let column = 0; column < cats && !interactions; column++) {
    const size = levels[column + strata];
    const width = offsets[column + 1]! - offsets[column]!;
    if (size === undefined || width !== size - (useAll === false ? 1 : 0))
      report(
        `cat_offsets gives category ${column + 1} ${width} levels; its domain has ${size ?? 0}.`,
        "cat_offsets",
      );
  }
  const [catMeans, numMeans] = means;
  if (catMeans !== undefined && numMeans !== undefined && catMeans + numMeans !== coefficients.length) {
    report(`There are ${coefficients.length} coefficients; the means are of ${catMeans + numMeans}.`, "coef");
  }
  if (catMeans !== undefined && catMeans !== offsets.at(-1))
    report(`The levels are ${offsets.at(-1) ?? 0}; the means are of ${catMeans}.`, "cat_offsets");
  if (info.has("num_offsets")) {
    // The offset stands among the columns of numbers, and has no coefficient.
    const extra = info.raw("offset_column") === undefined ? 0 : 1;
    const width = coefficients.length + extra;
    const nums = info.count("num_numerical_columns");
    const starts = nums === 0 && info.raw("num_offsets") === undefined ? [] : info.ints("num_offsets");
    const isRising =
      starts?.every(
        (start, index) =>
          start >= (index === 0 ? (offsets.at(-1) ?? 0) : starts[index - 1]! + 1) && start <= width,
      ) ?? true;
    if (starts && nums !== undefined && (starts.length < nums || !isRising))
      report(`num_offsets does not place ${nums} columns of numbers after the levels.`, "num_offsets");
    if (starts && nums !== undefined && !interactions && starts[0] !== offsets.at(-1) && nums > 0)
      report("num_offsets does not begin where the levels end.", "num_offsets");
    if (nums !== undefined && !interactions && nums !== width - (offsets.at(-1) ?? 0))
      report(
        `There are ${nums} columns of numbers${extra ? ", the offset among them" : ""}, and ${coefficients.length - (offsets.at(-1) ?? 0)} coefficients for them.`,
        "num_numerical_columns",
      );
  }
  const described = details?.table("coefficients_table")?.get("coefficients");
  if (
    described?.length === coefficients.length &&
    coefficients.some(
      (value, index) => typeof described[index] === "number" && !isClose(described[index], value, 1e-6),
    )
  ) {
    report("The coefficients are not the ones H2O's own description gives.", "coef");
  }
}

/** Each stratum is a combination of levels, all different; returns how many columns make them. */
function checkStrata({ info, findings, levels }: Mojo, count: number | undefined): number {
  const seen = new Set<string>();
  let width = 0;
  const written = [...info.values.keys()].filter((key) => /^strata_\d+$/.test(key)).length;
  if (count !== undefined && written !== count)
    findings.add(
      "coefficients",
      `strata_count is ${count}, yet ${written} strata follow.`,
      info.where("strata_count"),
    );
  for (let index = 0; index < Math.min(count ?? 0, written); index++) {
    const key = `strata_${index}`;
    const stratum = info.doubles(key);
    if (!stratum) continue;
    if (index === 0) width = stratum.length;
    const isLevels =
      stratum.length === width &&
      stratum.every(
        (level, column) => Number.isInteger(level) && level >= 0 && level < (levels[column] ?? 0),
      );
    if (!isLevels)
      findings.add("coefficients", `${key} names levels that its columns do not have.`, info.where(key));
    if (seen.has(stratum.join())) findings.add("coefficients", `${key} is there twice.`, info.where(key));
    seen.add(stratum.join());
  }
  return width;
}
