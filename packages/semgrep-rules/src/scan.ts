import { SemgrepFailed } from "./errors.js";
import {
  fatalErrors,
  toFindings,
  toUnread,
  type ReadBytes,
  type SemgrepFinding,
  type Unread,
} from "./findings.js";
import { parseSemgrepJson, type SemgrepJson } from "./json.js";
import { locateSemgrep } from "./locate.js";
import { parseEveryFile } from "./paths.js";
import { pathsOf } from "./platform.js";
import { engineOption, quietEnvironment, type Engine, type Semgrep } from "./semgrep.js";
import { realSystem, type System } from "./system.js";

export interface ScanOptions {
  /** Absolute path of the repository: targets must lie in it, paths in the report are relative to it. */
  cwd: string;
  /** Directories and files, relative to `cwd` or absolute. A file named here is scanned whatever ignores it. */
  targets: readonly string[];
  /** Semgrep rule files, or directories of them. */
  configs: readonly string[];
  /** Only files that match one of these gitignore patterns. */
  include?: readonly string[];
  /** No file that matches one of these gitignore patterns. */
  exclude?: readonly string[];
  /** Parse every Python file, also one whose text no rule can match, so that each file that cannot be read is in
   * `unread` (default true). About 5 ms a file. */
  parseEveryFile?: boolean;
  /** Largest file that is read, in bytes (default 20 MB). */
  maxTargetBytes?: number;
  /** Seconds one rule may take for one file (default 20). */
  timeout?: number;
  /** Aborting ends Semgrep; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Which Semgrep to run, where the caller has located it already. */
  semgrep?: Semgrep;
}

/** What a scan found and what it could not look at. All paths are relative to `cwd`, with `/`. */
export interface SemgrepReport {
  findings: SemgrepFinding[];
  unread: Unread[];
  /** Files that were scanned, sorted. */
  scanned: string[];
  semgrep: Semgrep;
}

const MEGABYTES = 20;
const SECONDS = 20;
/** Mebibytes one file may take to analyse. */
const MEMORY = 4000;
/** Characters of targets a process is given: Windows allows 32,767 for the whole command line. */
const ARGUMENT_CHARACTERS = 20_000;

/** Folders of other people's code, left out where the repository has no `.semgrepignore` of its own. Unlike Semgrep's
 * built-in list this one leaves tests in. */
export const DEFAULT_EXCLUDES: readonly string[] = [
  "node_modules/",
  "bower_components/",
  "site-packages/",
  ".venv/",
  "venv/",
  ".tox/",
  ".nox/",
  ".eggs/",
  "__pypackages__/",
  ".git/",
];

/**
 * Scans with Semgrep. Tests are scanned too unless the repository has its own `.semgrepignore`; files
 * that git ignores are not. Findings that a `nosemgrep` comment silences are reported as suppressed.
 * @throws SemgrepUnavailable where Semgrep is missing; SemgrepFailed where a rule is broken or Semgrep crashed
 */
export async function scan(options: ScanOptions, system: System = realSystem()): Promise<SemgrepReport> {
  const paths = pathsOf(system.platform);
  const { targets, unread } = checkTargets(options, system);
  const semgrep = options.semgrep ?? (await locateSemgrep(system));
  const configs = [...options.configs, ...(options.parseEveryFile === false ? [] : [parseEveryFile])];
  const filters = {
    engine: semgrep.engine,
    ...(options.include ? { include: options.include } : {}),
    ...(options.exclude ? { exclude: options.exclude } : {}),
    ...surroundings(options.cwd, system),
  };
  const read: ReadBytes = (file) => system.read(paths.resolve(options.cwd, file));
  const report: SemgrepReport = { findings: [], unread, scanned: [], semgrep };
  for (const batch of batches(targets)) {
    const args = scanArguments({ ...options, ...filters, configs, targets: batch });
    const json = await runJson(semgrep, args, options.cwd, options.signal, system);
    const [fatal] = fatalErrors(json);
    if (fatal !== undefined) throw new SemgrepFailed(`Semgrep: ${fatal}`);
    report.findings.push(...toFindings(json, read));
    report.unread.push(...toUnread(json, read));
    report.scanned.push(...json.paths.scanned.map((file) => file.replaceAll("\\", "/")));
  }
  report.scanned = [...new Set(report.scanned)].sort();
  return report;
}

/**
 * Runs Semgrep over targets and gives its JSON as it is: columns in bytes, rule ids with paths, silenced findings left
 * out. For tools that test rules; `scan` is for users' code.
 * @throws as `scan`
 */
export async function runSemgrep(
  options: Pick<ScanOptions, "cwd" | "targets" | "configs" | "signal" | "semgrep">,
  system: System = realSystem(),
): Promise<SemgrepJson> {
  const semgrep = options.semgrep ?? (await locateSemgrep(system));
  const args = [
    "scan",
    engineOption[semgrep.engine],
    ...COMMON,
    ...options.configs.flatMap(config),
    "--",
    ...options.targets,
  ];
  return runJson(semgrep, args, options.cwd, options.signal, system);
}

const COMMON = ["--metrics=off", "--json", "--verbose", "--no-rewrite-rule-ids"];
const config = (file: string): string[] => ["--config", file];

/** The arguments of a scan. Pure. */
export function scanArguments(
  options: Omit<ScanOptions, "cwd" | "semgrep"> & {
    engine: Engine;
    ownIgnoreFile: boolean;
    isRepository: boolean;
  },
): string[] {
  const excludes = [...(options.exclude ?? []), ...(options.ownIgnoreFile ? [] : DEFAULT_EXCLUDES)];
  return [
    "scan",
    engineOption[options.engine],
    ...COMMON,
    "--disable-nosem",
    `--max-target-bytes=${options.maxTargetBytes ?? MEGABYTES * 1_000_000}`,
    `--timeout=${options.timeout ?? SECONDS}`,
    "--timeout-threshold=3",
    `--max-memory=${MEMORY}`,
    ...(options.ownIgnoreFile ? [] : ["--x-ignore-semgrepignore-files"]),
    // Elsewhere Semgrep takes the folder of each target for the root that the paths of rules count from.
    ...(options.isRepository ? [] : ["--project-root=."]),
    ...(options.include ?? []).map((pattern) => `--include=${pattern}`),
    ...excludes.map((pattern) => `--exclude=${pattern}`),
    ...options.configs.flatMap(config),
    "--",
    ...options.targets,
  ];
}

/** Splits targets so that no process gets more than a command line holds. Pure. */
export function batches(targets: readonly string[], most = ARGUMENT_CHARACTERS): string[][] {
  const result: string[][] = [];
  let room = 0;
  for (const target of targets) {
    const batch = result.at(-1);
    // Windows may quote a name and double its backslashes.
    const length = target.length * 2 + 3;
    if (batch && length <= room) batch.push(target);
    else {
      result.push([target]);
      room = most;
    }
    room -= length;
  }
  return result;
}

async function runJson(
  semgrep: Semgrep,
  args: readonly string[],
  cwd: string,
  signal: AbortSignal | undefined,
  system: System,
): Promise<SemgrepJson> {
  signal?.throwIfAborted();
  const { argv0 } = semgrep;
  const result = await system.run(semgrep.command, [...semgrep.args, ...args], {
    cwd,
    env: { ...quietEnvironment(system.env), ...semgrep.env },
    ...(argv0 === undefined ? {} : { argv0 }),
    ...(signal === undefined ? {} : { signal }),
  });
  signal?.throwIfAborted();
  try {
    if (result.failure === undefined) return parseSemgrepJson(result.stdout);
  } catch {
    // Told below, with what Semgrep said instead.
  }
  const ending =
    result.failure ?? (result.signal ? `stopped by ${result.signal}` : `exit code ${result.code}`);
  const said = result.stderr.trim().split(/\r?\n/u).slice(-3).join(" ").slice(0, 600);
  throw new SemgrepFailed(`Semgrep gave no result (${ending})${said ? `: ${said}` : "."}`);
}

/** Targets relative to the repository; those that are missing or lead out of it are told instead. */
function checkTargets(
  { cwd, targets }: Pick<ScanOptions, "cwd" | "targets">,
  system: System,
): { targets: string[]; unread: Unread[] } {
  const paths = pathsOf(system.platform);
  const root = system.realPath(cwd);
  if (root === undefined) throw new SemgrepFailed(`${cwd} does not exist.`);
  const inside: string[] = [];
  const unread: Unread[] = [];
  for (const target of new Set(targets)) {
    const file = paths.resolve(cwd, target);
    const real = system.realPath(file);
    const shown = paths.relative(cwd, file).replaceAll("\\", "/") || ".";
    if (real === undefined) unread.push({ path: shown, reason: "The file does not exist." });
    else if (leads(paths.relative(root, real), paths)) {
      unread.push({ path: shown, reason: "The file lies outside the repository." });
    } else inside.push(paths.relative(root, real) || ".");
  }
  return { targets: [...new Set(inside)], unread };
}

const leads = (relative: string, paths: ReturnType<typeof pathsOf>): boolean =>
  relative === ".." || relative.startsWith(`..${paths.sep}`) || paths.isAbsolute(relative);

/** Whether somebody says what Semgrep ignores, here or above, and whether it is a repository of git. */
function surroundings(cwd: string, system: System): { ownIgnoreFile: boolean; isRepository: boolean } {
  const paths = pathsOf(system.platform);
  let ownIgnoreFile = false;
  for (let directory = cwd; ; directory = paths.dirname(directory)) {
    ownIgnoreFile ||= system.stat(paths.join(directory, ".semgrepignore")) !== undefined;
    const isRepository = system.stat(paths.join(directory, ".git")) !== undefined;
    if (isRepository || paths.dirname(directory) === directory) return { ownIgnoreFile, isRepository };
  }
}
