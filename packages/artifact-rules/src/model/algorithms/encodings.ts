import { quote } from "../../findings.js";
import type { Mojo } from "../mojo.js";

const FOLDER = "feature_engineering/target_encoding/";
const FILES = {
  map: `${FOLDER}encoding_map.ini`,
  missing: `${FOLDER}te_column_name_to_missing_values_presence.ini`,
  inputs: `${FOLDER}input_encoding_columns_map.ini`,
  outputs: `${FOLDER}input_output_columns_map.ini`,
};

/** Target encoding: for each encoded column and level the sums its code is made of, and which columns they become. */
export function checkEncodings(mojo: Mojo): void {
  const { info, columns } = mojo;
  if (info.has("keep_original_categorical_columns")) info.bool("keep_original_categorical_columns");
  if (info.bool("with_blending") === true) {
    info.double("inflection_point");
    info.double("smoothing");
  }
  for (const name of info.raw("non_predictors")?.split(";") ?? []) {
    if (name !== "" && !columns.includes(name)) {
      mojo.findings.add(
        "encodings",
        `non_predictors names ${quote(name)}, which is no column.`,
        info.where("non_predictors"),
      );
    }
  }
  const encoded = checkMap(mojo);
  checkMissing(mojo, encoded);
  checkMappings(mojo, FILES.inputs, encoded);
  checkMappings(mojo, FILES.outputs, undefined);
}

/** The encodings; returns the columns that have them. */
function checkMap(mojo: Mojo): ReadonlySet<string> | undefined {
  const { folder, findings, columns, levels, classes = 1 } = mojo;
  folder.need(FILES.map, "encodings");
  const lines = folder.lines(FILES.map);
  if (!lines) return undefined;
  const entry = folder.full(FILES.map);
  const encoded = new Set<string>();
  let size: number | undefined;
  // Levels and targets of a column in one number each: a set of them would take many times the memory.
  const codes = new Float64Array(lines.length);
  let count = 0;
  for (const [index, line] of lines.entries()) {
    const report = (message: string) => {
      findings.add("encodings", message, { entry, line: index + 1 });
    };
    const section = /^\[(.*)\]$/.exec(line)?.[1];
    if (section !== undefined) {
      if (encoded.has(section)) report(`The column ${quote(section)} is there twice.`);
      encoded.add(section);
      const column = columns.indexOf(section);
      size = column < 0 ? undefined : levels[column];
      // An interaction of columns is a column of its own, whose levels no domain lists.
      if (column >= 0 && size === undefined) report(`The column ${quote(section)} has no levels to encode.`);
      checkTargets();
      continue;
    }
    const match = /^(\d+) = (-?[\d.E-]+) ([\d.E-]+)(?: (\d+))?$/.exec(line);
    if (!match || encoded.size === 0) {
      report("It is no code of a level.");
      continue;
    }
    const [level, numerator, denominator, target] = match.slice(1).map(Number) as [
      number,
      number,
      number,
      number,
    ];
    const isCounted = Number.isFinite(numerator) && denominator > 0;
    if (!isCounted || (classes > 1 && numerator > denominator))
      report(`Level ${level} has ${numerator} of ${denominator}.`);
    // One code more than there are levels is for missing values.
    if (size !== undefined && level > size) report(`Level ${level} is none of ${size}.`);
    if (classes > 2 && !(target >= 0 && target <= classes))
      report(`Level ${level} is encoded for class ${target} of ${classes}.`);
    codes[count++] = level * MAX_TARGETS + (target >= 0 && target < MAX_TARGETS ? target : 0);
  }
  checkTargets();
  return encoded;

  /** Every level that is encoded at all is encoded once, and for the same classes. */
  function checkTargets(): void {
    const own = codes.subarray(0, count).sort();
    count = 0;
    const again = own.find((code, index) => code === own[index - 1]);
    if (again !== undefined)
      findings.add("encodings", `Level ${Math.floor(again / MAX_TARGETS)} is encoded twice.`, { entry });
    let most = 0;
    for (const pass of ["count", "compare"]) {
      for (let start = 0, end = 0; start < own.length; start = end) {
        const level = Math.floor(own[start]! / MAX_TARGETS);
        while (end < own.length && Math.floor(own[end]! / MAX_TARGETS) === level) end++;
        if (pass === "count") most = Math.max(most, end - start);
        else if (end - start < most) {
          findings.add(
            "encodings",
            `Level ${level} is encoded for fewer classes than others of its column.`,
            {
              entry,
            },
          );
          return;
        }
      }
    }
  }
}

/** More classes than H2O allows. */
const MAX_TARGETS = 10_000;

function checkMissing({ folder, findings }: Mojo, encoded: ReadonlySet<string> | undefined): void {
  const entry = folder.full(FILES.missing);
  const names = new Set<string>();
  if (folder.has(FILES.missing)) {
    for (const [index, line] of (folder.lines(FILES.missing) ?? []).entries()) {
      const match = /^(.*?) = ([01])$/.exec(line);
      if (!match || names.has(match[1]!))
        findings.add("encodings", "It does not say of each column once whether values were missing.", {
          entry,
          line: index + 1,
        });
      else names.add(match[1]!);
    }
  }
  const odd =
    encoded &&
    ([...encoded].find((name) => !names.has(name)) ?? [...names].find((name) => !encoded.has(name)));
  if (odd !== undefined)
    findings.add("encodings", `The column ${quote(odd)} is either encoded or named here, not both.`, {
      entry,
    });
}

/** Lists of columns under [from] and [to], in turn. */
function checkMappings(
  { folder, findings, columns: all }: Mojo,
  name: string,
  encoded: ReadonlySet<string> | undefined,
): void {
  if (!folder.has(name)) {
    findings.add("encodings", `The entry ${name} is missing.`, { entry: folder.full(name) });
    return;
  }
  const entry = folder.full(name);
  let section = "";
  // A section without lines maps nothing, which the scorer does not expect.
  let size = 1;
  const targets = new Set<string>();
  const pairs = { from: 0, to: 0 };
  const columns = new Set(all);
  for (const [index, line] of (folder.lines(name) ?? []).entries()) {
    const report = (message: string) => {
      findings.add("encodings", message, { entry, line: index + 1 });
    };
    if (line === "[from]" || line === "[to]" || line === "[to_domain]") {
      if (size === 0) report(`The section ${section} before it is empty.`);
      [section, size] = [line, 0];
      if (line === "[from]") pairs.from++;
      if (line === "[to]") pairs.to++;
      if (pairs.to > pairs.from) report("A [to] stands before its [from].");
      continue;
    }
    size++;
    if (section === "[from]") {
      if (!columns.has(line)) report(`${quote(line)} is no column.`);
    } else if (section === "[to]") {
      if (targets.has(line)) report(`${quote(line)} is made twice.`);
      targets.add(line);
      if (encoded && !encoded.has(line)) report(`${quote(line)} is not encoded.`);
    } else if (section === "") report("It stands before any section.");
  }
  if (size === 0) findings.add("encodings", `The section ${section} at its end is empty.`, { entry });
  if (pairs.from !== pairs.to)
    findings.add("encodings", `There are ${pairs.from} sources and ${pairs.to} targets.`, { entry });
  const lost = encoded && [...encoded].find((column) => !targets.has(column));
  if (lost !== undefined)
    findings.add("encodings", `The encoded column ${quote(lost)} is made of nothing.`, { entry });
}
