import { Findings, type Finding } from "./findings.js";
import { bytesSource, type ByteSource } from "./language/bytes.js";
import { checkText } from "./language/ini.js";
import { Lines } from "./language/lines.js";
import { looksLikeZip, readZip } from "./language/zip.js";
import { DEFAULT_LIMITS, type Limits } from "./limits.js";
import { checkAlgorithm } from "./model/algorithms/index.js";
import { Archive, Folder } from "./model/archive.js";
import { checkDetails } from "./model/agree.js";
import { describeOther } from "./model/kinds.js";
import { readDetails, readMojo, type Mojo } from "./model/mojo.js";

export interface VerifyOptions {
  /** How much is read before an archive is refused; the defaults suit real models. */
  readonly limits?: Partial<Limits>;
}

/** What a card says of a model. */
export interface Facts {
  readonly algorithm: string | undefined;
  readonly category: string | undefined;
  readonly columns: number;
  readonly features: number;
  readonly classes: number | undefined;
  /** Trees, where the model has them. */
  readonly trees: number | undefined;
  readonly h2oVersion: string | undefined;
  readonly mojoVersion: string | undefined;
}

/** The verdict on one file. */
export interface Verdict {
  /** In the order they were made; empty where nothing is wrong. */
  readonly findings: readonly Finding[];
  /** What the model says of itself; undefined where there is no model to speak of. */
  readonly facts: Facts | undefined;
}

/**
 * Verifies a MOJO archive byte by byte: the zip file, model.ini, columns and domains, and what the algorithm keeps.
 * Reads each byte once, holds one entry at a time, and never throws over what it reads.
 *
 * @param input - the archive's bytes, or a way to read them
 */
export function verifyMojo(input: Uint8Array | ByteSource, options: VerifyOptions = {}): Verdict {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const findings = new Findings();
  const other = describeOther(source);
  if (other !== undefined) {
    findings.add("not-a-mojo", other);
    return { findings: findings.all(), facts: undefined };
  }
  const entries = readZip(source, limits, findings);
  if (!entries) return { findings: findings.all(), facts: undefined };
  const archive = new Archive(source, entries, limits, findings);
  const mojo = verifyArchive(archive);
  archive.readRest();
  return { findings: findings.all(), facts: mojo && factsOf(mojo) };
}

/** The release that a MOJO says it was trained with; undefined for what is no MOJO that can be read. */
export function releaseInside(source: ByteSource): string | undefined {
  const findings = new Findings();
  if (!looksLikeZip(source)) return undefined;
  const entries = readZip(source, DEFAULT_LIMITS, findings);
  const bytes = entries && new Archive(source, entries, DEFAULT_LIMITS, findings).read("model.ini");
  const lines = bytes && Lines.of(checkText(bytes, "model.ini", findings), DEFAULT_LIMITS.iniLines);
  for (const line of lines ?? []) {
    const release = /^\s*h2o_version\s*=\s*(\S+)\s*$/.exec(line)?.[1];
    if (release !== undefined) return release;
  }
  return undefined;
}

function verifyArchive(archive: Archive): Mojo | undefined {
  const { findings, limits } = archive;
  const root = new Folder(archive, "");
  if (!root.has("model.ini")) {
    findings.add("not-a-mojo", describeZip(archive));
    return undefined;
  }
  const details = readDetails(root, findings, limits.detailsBytes);
  const mojo = readMojo(root, findings, details);
  if (!mojo) return undefined;
  checkDetails(mojo);
  checkAlgorithm(mojo, (path) => verifyNested(root.in(path), 1));
  return mojo;

  function verifyNested(folder: Folder, depth: number): Mojo | undefined {
    if (depth > limits.nesting) {
      findings.add("not-verified", `Models are nested more than ${limits.nesting} deep.`, {
        entry: folder.path,
      });
      return undefined;
    }
    const own = folder.has("experimental/modelDetails.json")
      ? readDetails(folder, findings, limits.detailsBytes)
      : undefined;
    const nested = readMojo(folder, findings, own);
    if (nested) checkAlgorithm(nested, (path) => verifyNested(folder.in(path), depth + 1));
    return nested;
  }
}

/** What a zip file without a model.ini is. */
function describeZip(archive: Archive): string {
  const names = [...archive.names()];
  if (names.some((name) => /(?:^|\/)pipeline\.(?:pb|mojo|rb)$/.test(name))) {
    return "This is a MOJO2 of Driverless AI, which the daimojo runtimes score; h2o-genmodel cannot.";
  }
  const inner = names.find((name) => name.endsWith("/model.ini"));
  if (inner !== undefined)
    return `model.ini is not at the root but in ${JSON.stringify(inner)}: the unpacked folder was zipped with its parent.`;
  const mojo = names.find((name) => name.endsWith(".zip"));
  if (mojo !== undefined)
    return `This zip file holds ${JSON.stringify(mojo)} and no model.ini: the MOJO is inside another archive.`;
  if (archive.has("META-INF/MANIFEST.MF")) return "This is a Java archive, not a MOJO.";
  return "This zip file holds no model.ini: it is not a MOJO.";
}

function factsOf({ info, category, columns, features, classes }: Mojo): Facts {
  const trees = Number(info.raw("n_trees") ?? info.raw("ntrees") ?? NaN);
  return {
    algorithm: info.raw("algorithm"),
    category,
    columns: columns.length,
    features,
    classes,
    trees: Number.isInteger(trees) ? trees : undefined,
    h2oVersion: info.raw("h2o_version"),
    mojoVersion: info.raw("mojo_version"),
  };
}
