import { quote } from "../../findings.js";
import type { Lines } from "../../language/lines.js";
import type { Mojo } from "../mojo.js";

const ENCODINGS = [
  "AUTO",
  "Enum",
  "SortByResponse",
  "OneHotInternal",
  "OneHotExplicit",
  "Binary",
  "EnumLimited",
  "Eigen",
  "LabelEncoder",
] as const;
/** Of these, the model's columns are the columns of the data. */
const AS_IS: readonly string[] = ["AUTO", "Enum", "SortByResponse", "OneHotInternal"];

/**
 * Encodings came with a release of the format: an archive of an older one has no place for them, and its reader none.
 *
 * @param since - that release
 */
export function checkEncodingSince(mojo: Mojo, since: number): void {
  const { version, info, findings } = mojo;
  if (version === undefined || version >= since) checkEncoding(mojo);
  else if (info.has("_genmodel_encoding")) {
    findings.add(
      "ini-version",
      `mojo_version is ${info.raw("mojo_version") ?? ""}, yet there is an encoding, which came with ${since.toFixed(2)}.`,
      info.where("mojo_version"),
    );
  }
}

/** How categories become numbers before scoring, and the original columns and levels that need it. */
function checkEncoding({ folder, info, findings, details }: Mojo): void {
  const encoding = info.word("_genmodel_encoding", ENCODINGS);
  const projection = info.optional("_orig_projection_array", "doubles");
  if (encoding === undefined) return;
  const report = (message: string, key: string) => {
    findings.add("details-mismatch", message, info.where(key));
  };
  const described = details?.output("original_names");
  if (AS_IS.includes(encoding)) {
    if (Array.isArray(described))
      report(`The encoding is ${encoding}, yet training renamed the columns.`, "_genmodel_encoding");
    if (info.raw("_n_orig_names") !== undefined)
      report(`The encoding is ${encoding}, yet there are original names.`, "_genmodel_encoding");
    return;
  }
  const trainedWith = details?.parameter("categorical_encoding");
  if (typeof trainedWith === "string" && trainedWith !== "AUTO" && trainedWith !== encoding) {
    report(`The encoding is ${encoding}; the model was trained with ${trainedWith}.`, "_genmodel_encoding");
  }
  const names = readLines("_orig_names", info.count("_n_orig_names"), "_n_orig_names");
  if (names && Array.isArray(described)) {
    for (const [index, name] of names.entries()) {
      if (name === described[index]) continue;
      report(
        `Original column ${index + 1} was ${quote(String(described[index]))} in training and is ${quote(name)} here.`,
        "_n_orig_names",
      );
      break;
    }
  }
  const count = info.count("_n_orig_domain_values") ?? 0;
  if (names && count > names.length)
    report(`There are ${count} original domains for ${names.length} columns.`, "_n_orig_domain_values");
  let levels = 0;
  for (let index = 0; index < Math.min(count, names?.length ?? 0); index++) {
    const key = `_m_orig_domain_values_${index}`;
    const size = info.count(key);
    if (size === undefined || size === 0) continue;
    levels += size;
    readLines(`_orig_domain_values_${index}`, size, key);
  }
  if (encoding === "Eigen" && projection && projection.length !== levels) {
    report(`There are ${projection.length} projections for ${levels} levels.`, "_orig_projection_array");
  }

  function readLines(name: string, size: number | undefined, key: string): Lines | undefined {
    if (size === undefined) return undefined;
    folder.need(name, "ini-key");
    const lines = folder.lines(name, true);
    if (lines && lines.length !== size)
      report(`${name} has ${lines.length} lines; ${size} are declared.`, key);
    return lines;
  }
}
