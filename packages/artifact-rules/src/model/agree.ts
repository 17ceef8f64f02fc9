import { quote } from "../findings.js";
import type { Lines } from "../language/lines.js";
import type { Mojo } from "./mojo.js";

/** Relative distance up to which two numbers are one: H2O computes some in 32 bits and prints them in 64. */
export function isClose(left: number, right: number, tolerance = 1e-5): boolean {
  if (Object.is(left, right) || (Number.isNaN(left) && Number.isNaN(right))) return true;
  return Math.abs(left - right) <= tolerance * Math.max(1e-3, Math.abs(left), Math.abs(right));
}

/** Holds the archive against H2O's own description of the model: names and levels in order, and the facts said twice. */
export function checkDetails(mojo: Mojo): void {
  const { details, columns, domains, info, findings, algo } = mojo;
  if (!details) return;
  const mismatch = (message: string, key?: string) => {
    findings.add("details-mismatch", message, key === undefined ? { entry: info.entry } : info.where(key));
  };
  const { names } = details;
  const different = names && firstDifference(names, columns);
  if (different !== undefined) {
    const [was, is] = [names?.[different], columns[different]];
    mismatch(
      `Column ${different + 1} was ${quote(was ?? "absent")} in training and is ${quote(is ?? "absent")} here.`,
    );
  }
  if (details.domains) compareDomains(details.domains, domains, mojo, mismatch);

  const expect = (key: string, expected: unknown, actual = info.raw(key)) => {
    if (actual === undefined) return;
    const isNumber = typeof expected === "number";
    if (!isNumber && typeof expected !== "string" && typeof expected !== "boolean") return;
    const isSame = isNumber ? isClose(expected, Number(actual), 1e-9) : String(expected) === actual;
    if (isSame) return;
    mismatch(`${key} is ${quote(actual)}; the model's own description says ${quote(String(expected))}.`, key);
  };
  expect("algo", details.text("algo"));
  expect("algorithm", details.text("algo_full_name"));
  expect("category", details.output("model_category"));
  expect("default_threshold", details.output("default_threshold"));
  // Each rule of a RuleFit comes from models of their own; its checksum is that of another one.
  if (algo !== "rulefit") expectChecksum(mojo, mismatch);
  const response = details.text("response_column_name");
  if (response !== undefined && mojo.isSupervised && columns.at(-1) !== response) {
    mismatch(
      `The response was ${quote(response)} in training; here the last column is ${quote(columns.at(-1) ?? "absent")}.`,
    );
  }
  const offset = details.parameter("offset_column");
  if (typeof offset === "string" && info.raw("offset_column") === undefined) {
    mismatch(
      `The model was trained with the offset column ${quote(offset)}, which the archive does not name.`,
    );
  }
  expect("offset_column", offset ?? "null", info.raw("offset_column"));
  expect("fold_column", details.parameter("fold_column"));
  const balance = details.parameter("balance_classes");
  if (typeof balance === "boolean") expect("balance_classes", balance);
}

/** Numbers in binary that were read, the low byte first, are not what a big-endian archive holds. */
export function checkByteOrder({ info, findings }: Mojo): void {
  if (info.raw("endianness") !== "BIG_ENDIAN") return;
  findings.add(
    "details-mismatch",
    "endianness is BIG_ENDIAN, and the numbers of the model are little-endian.",
    info.where("endianness"),
  );
}

/** JSON numbers of 64 bits lose their last digits. */
function expectChecksum(
  { details, info, algo }: Mojo,
  mismatch: (message: string, key: string) => void,
): void {
  const checksum = details?.metric("model_checksum");
  const uuid = info.raw("uuid");
  if (typeof checksum !== "number" || checksum === 0 || uuid === undefined || algo === undefined) return;
  if (!isClose(checksum, Number(uuid), 1e-14))
    mismatch("uuid is not the checksum of the model that was described.", "uuid");
}

function compareDomains(
  expected: readonly (readonly string[] | null)[],
  domains: Mojo["domains"],
  { columns, levels, category, info }: Mojo,
  mismatch: (message: string, key?: string) => void,
): void {
  for (const [column, name] of columns.entries()) {
    const [was, is] = [expected[column] ?? undefined, domains[column]];
    const isResponse = column === columns.length - 1;
    // Of a response of numbers in [0, 1], only the archive makes two classes.
    if (!was && isResponse && category === "Binomial") continue;
    if (!was !== (levels[column] === undefined)) {
      mismatch(
        `The column ${quote(name)} ${was ? "had levels in training and has none here" : "was of numbers in training and has levels here"}.`,
      );
      continue;
    }
    if (!was || !is) continue;
    const at = firstDifference(was, is);
    if (at !== undefined) {
      mismatch(
        `Level ${at} of ${quote(name)} was ${quote(was[at] ?? "absent")} in training and is ${quote(is.at(at) ?? "absent")} here.`,
      );
    }
  }
  if (expected.length !== columns.length)
    mismatch(
      `${expected.length} columns were described; here there are ${columns.length}.`,
      info.has("n_columns") ? "n_columns" : undefined,
    );
}

function firstDifference(left: readonly string[], right: readonly string[] | Lines): number | undefined {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index++) if (left[index] !== right.at(index)) return index;
  return undefined;
}
