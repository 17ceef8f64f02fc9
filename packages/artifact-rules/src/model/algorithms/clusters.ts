import { isClose } from "../agree.js";
import type { Mojo } from "../mojo.js";

/** K-means: centres and what rows are standardised by, against the columns and H2O's own tables. */
export function checkClusters(mojo: Mojo): void {
  const { info, findings, features, levels, columns, domains, details } = mojo;
  const isStandard = info.bool("standardize");
  const count = info.count("center_num");
  const expect = (key: string, length: number | undefined) => {
    if (length !== undefined && length !== features)
      findings.add("centres", `${key} has ${length} numbers for ${features} columns.`, info.where(key));
  };
  if (isStandard === true) {
    const [means, mults] = [info.doubles("standardize_means"), info.doubles("standardize_mults")];
    const modes = info.ints("standardize_modes");
    expect("standardize_means", means?.length);
    expect("standardize_mults", mults?.length);
    expect("standardize_modes", modes?.length);
    for (let column = 0; column < features; column++) {
      const mode = modes?.[column];
      const isWrong =
        levels[column] === undefined
          ? mode !== -1 || !Number.isFinite(means?.[column] ?? 0)
          : mode! < 0 || mode! >= levels[column]!;
      if (modes && isWrong)
        findings.add(
          "centres",
          `What stands in for missing values of column ${column + 1} does not fit it.`,
          info.where("standardize_modes"),
        );
    }
  }
  if (isStandard === undefined || count === undefined) return;
  const clusters = details?.summary("number_of_clusters");
  if (clusters !== undefined && clusters !== count)
    findings.add(
      "centres",
      `center_num is ${count}; H2O's own description says ${clusters}.`,
      info.where("center_num"),
    );
  const written = [...info.values.keys()].filter((key) => /^center_\d+$/.test(key)).length;
  if (written !== count)
    findings.add(
      "centres",
      `center_num is ${count}, yet ${written} centres follow.`,
      info.where("center_num"),
    );
  const table = details?.table(isStandard ? "centers_std" : "centers");
  let searches = 0;
  for (let cluster = 0; cluster < Math.min(count, written); cluster++) {
    const key = `center_${cluster}`;
    const centre = info.doubles(key);
    if (!centre) continue;
    expect(key, centre.length);
    for (const [column, value] of centre.entries()) {
      const size = levels[column];
      if (
        size === undefined
          ? !Number.isFinite(value)
          : !(value >= 0 && value < size && Number.isInteger(value))
      ) {
        findings.add("centres", `${key} has ${value} for column ${column + 1}.`, info.where(key));
      }
      const described = table?.get(columns[column] ?? "")?.[cluster];
      const level = typeof described === "string" ? levelOf(column, described, value) : described;
      if (typeof level === "number" && level >= 0 && !isClose(level, value, 1e-6)) {
        findings.add(
          "centres",
          `${key} has ${value} for column ${column + 1}; H2O's own description says ${String(described)}.`,
          info.where(key),
        );
      }
    }
  }

  /** The place of a level, looked for where it is not the expected one; a broken archive is told after a few. */
  function levelOf(column: number, level: string, expected: number): number | undefined {
    const domain = domains[column];
    if (!domain || domain.at(expected) === level) return domain && expected;
    if (searches++ >= MAX_SEARCHES) return undefined;
    for (const [index, other] of domain.entries()) if (other === level) return index;
    return undefined;
  }
}

const MAX_SEARCHES = 20;
