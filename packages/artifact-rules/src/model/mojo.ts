import { quote, type Findings } from "../findings.js";
import { isModest, parseDetails, type Details } from "../language/details.js";
import { readIni, type Ini } from "../language/ini.js";
import type { Lines } from "../language/lines.js";
import type { Folder } from "./archive.js";
import { Info } from "./info.js";
import { ALGORITHMS, CATEGORIES, WRITTEN_SINCE_3_40, type Algo, type Category } from "./names.js";

/** A model: its model.ini read and held together, ready for its algorithm's own checks. */
export interface Mojo {
  readonly folder: Folder;
  readonly findings: Findings;
  readonly info: Info;
  /** Undefined where the loader would not know it either. */
  readonly algo: Algo | undefined;
  /** The release of the format, as a number: 1.4 for 1.40. */
  readonly version: number | undefined;
  readonly category: Category | undefined;
  readonly classes: number | undefined;
  readonly isSupervised: boolean | undefined;
  /** Columns of the data, the response and other special columns last. */
  readonly columns: readonly string[];
  /** The levels of each column; undefined for numbers, and where its file could not be read or held. */
  readonly domains: readonly (Lines | undefined)[];
  /** Number of levels each column declares; undefined for numbers. */
  readonly levels: readonly (number | undefined)[];
  /** Columns that are features, which come first. */
  readonly features: number;
  /** H2O's own description, which only the outermost model has. */
  readonly details: Details | undefined;
}

/** Reads a model's folder; undefined where there is no model.ini to go by. */
export function readMojo(folder: Folder, findings: Findings, details: Details | undefined): Mojo | undefined {
  const entry = folder.full("model.ini");
  const bytes = folder.read("model.ini");
  if (!bytes) return undefined;
  const ini = readIni(bytes, entry, findings, folder.archive.limits.iniLines);
  if (!ini) return undefined;
  const info = new Info(ini.info, entry, findings);
  const { columns } = ini;
  const algo = readAlgorithm(info);
  checkHeader(info);
  checkWritten(info, algo);
  const [features, count] = [info.count("n_features"), info.count("n_columns")];
  const isSupervised = info.bool("supervised");
  if (count !== undefined && count !== columns.length) {
    findings.add(
      "columns-count",
      `n_columns is ${count}, yet ${columns.length} columns follow.`,
      info.where("n_columns"),
    );
  }
  checkNames(ini, entry, findings);
  const { domains, levels } = readDomains(folder, ini, info, findings);
  const mojo: Mojo = {
    folder,
    findings,
    info,
    algo,
    version: readVersion(info, algo),
    category: info.word("category", CATEGORIES),
    classes: info.count("n_classes"),
    isSupervised,
    columns,
    domains,
    levels,
    features: Math.min(features ?? columns.length, columns.length),
    details,
  };
  checkFeatures(mojo, features);
  checkClasses(mojo);
  return mojo;
}

/** Reads experimental/modelDetails.json, the copy of the facts that the rest of the archive is held against. */
export function readDetails(folder: Folder, findings: Findings, limit: number): Details | undefined {
  const name = "experimental/modelDetails.json";
  const entry = folder.full(name);
  if (!folder.has(name)) {
    findings.add(
      "details-unread",
      `There is no ${name}: levels and columns in another order would not be seen.`,
    );
    return undefined;
  }
  const size = folder.archive.size(entry) ?? 0;
  if (size > limit) {
    findings.add("details-unread", `It has ${size} bytes, more than are parsed (${limit}).`, { entry });
    return undefined;
  }
  const bytes = folder.read(name);
  if (!bytes) return undefined;
  if (!isModest(bytes)) {
    findings.add("details-unread", "It has more values, or is nested deeper, than any that H2O writes.", {
      entry,
    });
    return undefined;
  }
  const details = parseDetails(bytes);
  if (!details) findings.add("details-unread", "It is no JSON object.", { entry });
  return details;
}

function readAlgorithm(info: Info): Algo | undefined {
  const [full, short] = [info.text("algorithm"), info.text("algo")];
  const known = ALGORITHMS.find((algorithm) => (algorithm.full as readonly string[]).includes(full ?? ""));
  if (full !== undefined && known === undefined) {
    const message = `h2o-genmodel knows no algorithm ${quote(full)}; only the archive's structure was verified.`;
    info.findings.add("not-verified", message, info.where("algorithm"));
  }
  if (known && short !== undefined && known.algo !== short && known.algo !== "mojo_pipeline") {
    const message = `algorithm is ${quote(full ?? "")}, yet algo is ${quote(short)}.`;
    info.findings.add("algorithm-mismatch", message, info.where("algo"));
  }
  return known?.algo;
}

/** Keys every writer has always written. */
function checkHeader(info: Info): void {
  const { findings } = info;
  const version = info.text("h2o_version");
  if (version !== undefined && !/^\d+\.\d+\.\d+\.(?:\d+|99999)$/.test(version)) {
    findings.add(
      "ini-unusual",
      `h2o_version is ${quote(version)}; releases have four numbers.`,
      info.where("h2o_version"),
    );
  }
  info.word("endianness", ["LITTLE_ENDIAN", "BIG_ENDIAN"]);
  info.bool("balance_classes");
  info.double("default_threshold");
  if (info.has("uuid")) info.long("uuid");
  else findings.add("ini-unusual", "There is no uuid.", { entry: info.entry });
  if (!info.has("timestamp")) findings.add("ini-unusual", "There is no timestamp.", { entry: info.entry });
  if (info.has("escape_domain_values")) info.bool("escape_domain_values");
}

/** Keys whose absence the loader would not notice. */
function checkWritten(info: Info, algo: Algo | undefined): void {
  const [major = 0, minor = 0] = (info.raw("h2o_version") ?? "").split(".").map(Number);
  if (!(major > 3 || (major === 3 && minor >= 40))) return;
  for (const key of [...WRITTEN_SINCE_3_40.every!, ...((algo && WRITTEN_SINCE_3_40[algo]) ?? [])]) {
    if (!info.has(key))
      info.findings.add("ini-key", `The key ${quote(key)} is missing.`, { entry: info.entry });
  }
}

function readVersion(info: Info, algo: Algo | undefined): number | undefined {
  const text = info.text("mojo_version");
  if (text === undefined) return undefined;
  const where = info.where("mojo_version");
  if (!/^\d+\.\d\d$/.test(text)) {
    info.findings.add("ini-version", `mojo_version is ${quote(text)}; versions look like 1.40.`, where);
    return undefined;
  }
  const versions = ALGORITHMS.find((algorithm) => algorithm.algo === algo)?.versions as
    readonly string[] | undefined;
  if (versions && !versions.includes(text)) {
    const newest = versions.at(-1)!;
    const message = `mojo_version is ${text}; of this algorithm there ${Number(text) > Number(newest) ? `is none above ${newest} that h2o-genmodel 3.46 reads` : `are ${versions.join(", ")}`}.`;
    info.findings.add("ini-version", message, where);
  }
  return Number(text);
}

function checkNames(ini: Ini, entry: string, findings: Findings): void {
  const seen = new Set<string>();
  for (const [index, name] of ini.columns.entries()) {
    if (seen.has(name))
      findings.add("columns-names", `The column ${quote(name)} is there twice.`, {
        entry,
        line: ini.columnLines[index],
      });
    seen.add(name);
  }
}

function readDomains(folder: Folder, ini: Ini, info: Info, findings: Findings) {
  const domains: (Lines | undefined)[] = ini.columns.map(() => undefined);
  const levels: (number | undefined)[] = ini.columns.map(() => undefined);
  const count = info.count("n_domains");
  if (count !== undefined && count !== ini.domains.length) {
    findings.add(
      "domain-count",
      `n_domains is ${count}, yet ${ini.domains.length} domains follow.`,
      info.where("n_domains"),
    );
  }
  const isEscaped = info.raw("escape_domain_values") === "true";
  const files = new Set<string>();
  let previous = -1;
  for (const [index, domain] of ini.domains.entries()) {
    const where = { entry: info.entry, line: domain.line };
    if (domain.column >= ini.columns.length) {
      findings.add(
        "domain-file",
        `There is no column ${domain.column} for the domain ${quote(domain.file)}.`,
        where,
      );
      continue;
    }
    // H2O numbers the files in the order of the columns, so a domain moved to another column shows.
    const expected = `d${String(index).padStart(3, "0")}.txt`;
    if (domain.column <= previous || domain.file !== expected || files.has(domain.file)) {
      findings.add(
        "domain-file",
        `The domain ${quote(domain.file)} of column ${domain.column} is out of its order.`,
        where,
      );
    }
    previous = domain.column;
    files.add(domain.file);
    levels[domain.column] = domain.count;
    domains[domain.column] = readDomain(folder, domain, isEscaped, where, findings);
  }
  for (const name of folder.names("domains/")) {
    if (name !== "domains/" && !files.has(name.slice("domains/".length))) {
      findings.add("domain-file", "No column refers to this domain.", { entry: folder.full(name) });
    }
  }
  return { domains, levels };
}

function readDomain(
  folder: Folder,
  domain: { count: number; file: string },
  isEscaped: boolean,
  where: { entry: string; line: number },
  findings: Findings,
): Lines | undefined {
  const name = `domains/${domain.file}`;
  if (!folder.has(name)) {
    findings.add("domain-file", `The domain ${quote(domain.file)} is missing.`, where);
    return undefined;
  }
  const lines = folder.lines(name, isEscaped);
  if (!lines) return undefined;
  const entry = folder.full(name);
  if (lines.length !== domain.count) {
    findings.add("domain-count", `It has ${lines.length} levels, and ${domain.count} are declared.`, {
      entry,
    });
  }
  for (const index of lines.duplicates()) {
    findings.add("domain-levels", `The level ${quote(lines.at(index)!)} is there twice.`, {
      entry,
      line: index + 1,
    });
  }
  return folder.hold(name, lines);
}

/** Columns beyond the features are the response and the weights, offset, fold and treatment columns. */
function checkFeatures(
  { info, algo, columns, details, isSupervised, findings }: Mojo,
  features: number | undefined,
): void {
  if (features === undefined || isSupervised === undefined) return;
  const where = info.where("n_features");
  const special = columns.length - features;
  // Clusters are made without a fold column, which is then no column of the model; GAM counts it among its features.
  const named =
    details &&
    SPECIAL_COLUMNS.filter((kind) => {
      const name = details.parameter(`${kind}_column`);
      return typeof name === "string" && columns.includes(name) && !(algo === "gam" && kind === "fold");
    }).length;
  const least = isSupervised ? 1 : 0;
  const isWrong =
    named === undefined
      ? special < least || special > least + SPECIAL_COLUMNS.length
      : special !== least + named;
  if (isWrong) {
    findings.add(
      "columns-count",
      `n_features is ${features} of ${columns.length} columns; ${least + (named ?? 0)} others were expected.`,
      where,
    );
  }
  for (const key of ["offset_column", "fold_column", "treatment_column"]) {
    const name = info.raw(key);
    if (name !== undefined && !columns.includes(name)) {
      findings.add(
        "columns-names",
        `The ${key.replace("_", " ")} ${quote(name)} is none of the columns.`,
        info.where(key),
      );
    }
  }
}

const SPECIAL_COLUMNS = ["weights", "offset", "fold", "metalearner_fold", "treatment"] as const;

/** Number of classes, category, domain of the response, and the distributions of classes. */
function checkClasses({ info, category, classes, isSupervised, columns, levels, findings }: Mojo): void {
  if (classes === undefined || category === undefined) return;
  const where = info.where("n_classes");
  const isWrong =
    category === "Binomial" || category === "BinomialUplift"
      ? classes !== 2
      : category === "Multinomial" || category === "Ordinal"
        ? classes < 2
        : category === "TargetEncoder" || category === "KLime"
          ? classes < 1
          : classes !== 1;
  if (isWrong) findings.add("columns-count", `n_classes is ${classes} in the category ${category}.`, where);
  const isClassifier = ["Binomial", "Multinomial", "Ordinal", "BinomialUplift"].includes(category);
  const response = isSupervised ? levels[columns.length - 1] : undefined;
  if (isClassifier && response !== undefined && response !== classes) {
    findings.add("domain-count", `The response has ${response} levels, and n_classes is ${classes}.`, where);
  }
  if (category === "Multinomial" && response === undefined) {
    findings.add("domain-count", "The response of a classifier has no domain.", where);
  }
  for (const key of ["prior_class_distrib", "model_class_distrib"]) {
    const shares = info.optional(key, "doubles");
    if (!shares) continue;
    const sum = shares.reduce((total, share) => total + share, 0);
    const isShare = shares.every((share) => share >= 0 && share <= 1) && Math.abs(sum - 1) < 1e-4;
    if (shares.length !== classes || !isShare) {
      findings.add("columns-count", `${key} is no distribution over ${classes} classes.`, info.where(key));
    }
  }
}
