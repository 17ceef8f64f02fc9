import { isClose } from "../agree.js";
import type { Mojo } from "../mojo.js";

/** The links each family of H2O's GLM allows. */
const LINKS_OF: Readonly<Record<string, readonly string[]>> = {
  gaussian: ["identity", "log", "inverse"],
  binomial: ["logit"],
  fractionalbinomial: ["logit"],
  quasibinomial: ["logit"],
  ordinal: ["ologit", "oprobit", "ologlog"],
  multinomial: ["multinomial"],
  poisson: ["log", "identity"],
  gamma: ["inverse", "log", "identity"],
  tweedie: ["tweedie", "log", "identity"],
  negativebinomial: ["log", "identity"],
};

/** Generalized linear models: coefficients against columns, levels and classes. */
export function checkGlm(mojo: Mojo): void {
  const { info, findings, classes = 1 } = mojo;
  const family = info.word("family", Object.keys(LINKS_OF));
  checkLink(mojo, family);
  const expansion = checkExpansion(
    mojo,
    { cats: "cats", nums: "nums", offsets: "cat_offsets" },
    "coefficients",
  );
  const isImputed = info.bool("mean_imputation");
  // Plug values are imputed as means are.
  const handling = mojo.details?.parameter("missing_values_handling");
  if (
    isImputed !== undefined &&
    (handling === "MeanImputation" || handling === "Skip") &&
    isImputed !== (handling === "MeanImputation")
  ) {
    findings.add(
      "details-mismatch",
      `mean_imputation is ${String(isImputed)}; the model was trained with ${handling}.`,
      info.where("mean_imputation"),
    );
  }
  if (expansion && isImputed === true) checkImputed(mojo, expansion, "cat_modes", "num_means");
  const beta = info.doubles("beta");
  if (!beta || !expansion) return;
  const sets = family === "multinomial" || family === "ordinal" ? classes : 1;
  const size = expansion.width + 1;
  if (beta.length !== size * sets) {
    const message = `There are ${beta.length} coefficients; ${expansion.width} columns and levels and an intercept${sets > 1 ? `, ${sets} times,` : ""} take ${size * sets}.`;
    findings.add("coefficients", message, info.where("beta"));
    return;
  }
  // A class without rows has an intercept of minus infinity.
  if (beta.some(Number.isNaN)) findings.add("coefficients", "A coefficient is NaN.", info.where("beta"));
  compareCoefficients(mojo, beta, size);
}

function checkLink({ info, findings, category, details }: Mojo, family: string | undefined): void {
  const link = info.text("link");
  if (family === undefined || link === undefined) return;
  if (!LINKS_OF[family]!.includes(link)) {
    findings.add("coefficients", `The family ${family} has no link ${link}.`, info.where("link"));
  }
  const isClassifier = ["binomial", "quasibinomial", "fractionalbinomial", "multinomial", "ordinal"].includes(
    family,
  );
  if (category !== undefined && isClassifier !== ["Binomial", "Multinomial", "Ordinal"].includes(category)) {
    findings.add(
      "details-mismatch",
      `The family ${family} makes no model of the category ${category}.`,
      info.where("family"),
    );
  }
  for (const [key, value] of [
    ["family", family],
    ["link", link],
  ] as const) {
    const described = details?.parameter(key);
    if (typeof described === "string" && !["AUTO", "family_default", value].includes(described)) {
      findings.add(
        "details-mismatch",
        `The ${key} is ${value}; the model was trained with ${described}.`,
        info.where(key),
      );
    }
  }
  const power = details?.parameter("tweedie_link_power");
  const written = info.optional("tweedie_link_power", "double");
  if (
    family === "tweedie" &&
    typeof power === "number" &&
    written !== undefined &&
    !isClose(power, written)
  ) {
    findings.add(
      "details-mismatch",
      `tweedie_link_power is ${written}; the model was trained with ${power}.`,
      info.where("tweedie_link_power"),
    );
  }
}

/** How columns are laid out as numbers: categories first, each as its levels, then the numbers. */
export interface Expansion {
  readonly cats: number;
  readonly nums: number;
  readonly offsets: Float64Array;
  /** Numbers a row becomes. */
  readonly width: number;
}

/**
 * Counts of columns and offsets of levels, against each other and against the domains.
 *
 * @param slack - levels a category may have beyond its domain: one for missing values, where the algorithm keeps one
 */
export function checkExpansion(
  { info, findings, levels, features }: Mojo,
  keys: { cats: string; nums: string; offsets: string; useAll?: string },
  check: "coefficients" | "network-shape" | "matrix-shape" | "booster-features",
  slack: { extra: readonly number[]; columns?: number } = { extra: [0] },
): Expansion | undefined {
  const [cats, nums] = [info.count(keys.cats), info.count(keys.nums)];
  const useAll = info.bool(keys.useAll ?? "use_all_factor_levels");
  // Without categories some writers write null, some [0].
  const offsets =
    cats === 0 && info.raw(keys.offsets) === undefined ? Float64Array.of(0) : info.ints(keys.offsets);
  if (cats === undefined || nums === undefined || offsets === undefined) return undefined;
  const where = info.where(keys.offsets);
  const columns = slack.columns ?? features;
  if (cats + nums !== columns) {
    findings.add(
      check,
      `There are ${cats} categories and ${nums} numbers; the features are ${columns}.`,
      info.where(keys.cats),
    );
    return undefined;
  }
  if (offsets.length !== cats + 1 || offsets[0] !== 0) {
    findings.add(
      check,
      `${keys.offsets} has ${offsets.length} numbers for ${cats} categories, or does not begin with 0.`,
      where,
    );
    return undefined;
  }
  for (let column = 0; column < cats; column++) {
    const width = offsets[column + 1]! - offsets[column]!;
    const count = levels[column];
    const expected =
      count === undefined
        ? undefined
        : slack.extra.map((extra) => count - (useAll === false ? 1 : 0) + extra);
    if (width < 0 || !expected?.includes(width)) {
      const domain = count === undefined ? "is no category" : `has ${count} levels`;
      findings.add(check, `${keys.offsets} gives column ${column + 1} ${width} levels; it ${domain}.`, where);
      return undefined;
    }
  }
  for (let column = cats; column < columns; column++) {
    if (levels[column] !== undefined) {
      findings.add(
        check,
        `Column ${column + 1} has levels, and only the first ${cats} are categories.`,
        info.where(keys.cats),
      );
      return undefined;
    }
  }
  return { cats, nums, offsets, width: offsets[cats]! + nums };
}

/** What missing values become: a level of each category and a number for each other column. */
export function checkImputed(
  { info, findings, levels }: Mojo,
  { cats, nums }: Expansion,
  modesKey: string,
  meansKey: string,
): void {
  const modes = cats === 0 && info.raw(modesKey) === undefined ? new Float64Array() : info.ints(modesKey);
  const means = nums === 0 && info.raw(meansKey) === undefined ? new Float64Array() : info.doubles(meansKey);
  const isMode = (mode: number, column: number) => mode >= 0 && mode <= (levels[column] ?? 0);
  if (modes && (modes.length !== cats || !modes.every(isMode))) {
    findings.add(
      "coefficients",
      `${modesKey} does not name one level of each of the ${cats} categories.`,
      info.where(modesKey),
    );
  }
  if (means && (means.length !== nums || !means.every(Number.isFinite))) {
    findings.add(
      "coefficients",
      `${meansKey} does not have one number for each of the ${nums} columns of numbers.`,
      info.where(meansKey),
    );
  }
}

/** The coefficients against H2O's own table of them, by name. */
function compareCoefficients(
  { details, info, findings, columns, domains, features }: Mojo,
  beta: Float64Array,
  size: number,
): void {
  const table = details?.table("coefficients_table");
  const names = table?.get("names");
  if (table === undefined || names?.length !== size) return;
  const sets = [...table]
    .filter(([name]) => name === "coefficients" || name.startsWith("coefs_class_"))
    .map(([, values]) => values);
  if (sets.length * size !== beta.length) return;
  // The table begins with the intercept, the archive ends with it.
  const order = [...names.keys()].map((index) => (names[0] === "Intercept" ? (index + 1) % size : index));
  const wanted = [...order.entries()].find(([position, index]) =>
    sets.some((values, set) => {
      const value = values[index];
      return typeof value === "number" && !isClose(value, beta[set * size + position]!, 1e-6);
    }),
  );
  if (wanted) {
    findings.add(
      "coefficients",
      `The coefficient of ${JSON.stringify(names[wanted[1]])} is not the one H2O's own description gives.`,
      info.where("beta"),
    );
  }
  checkOrder();

  /** Names of the coefficients follow the columns and their levels. */
  function checkOrder(): void {
    const widths = columns.slice(0, features).map((_, index) => domains[index]?.length ?? 1);
    if (widths.reduce((sum, width) => sum + width, 0) !== order.length - 1) return;
    let at = 0;
    for (const [column, width] of widths.entries()) {
      for (let level = 0; level < width; level++, at++) {
        const given = names![order[at]!];
        const domain = domains[column];
        const expected = domain ? `${columns[column]!}.${domain.at(level)!}` : columns[column];
        if (expected === given) continue;
        findings.add(
          "details-mismatch",
          `Coefficient ${at + 1} belongs to ${JSON.stringify(given)}, not to ${JSON.stringify(expected)}.`,
          info.where("beta"),
        );
        return;
      }
    }
  }
}
