import { writeDigest } from "@orchestrator-lint/artifact-rules";
import { describeCalls } from "@orchestrator-lint/python-rules/radar";
import { describeHistories, guessDialect, useBaselineCompiler } from "@orchestrator-lint/sql-rules";
import { optimizeLater } from "@orchestrator-lint/sql-rules/files";
import { loadConfig, type PresetName } from "eslint-plugin-orchestrator";
import packageJson from "../package.json" with { type: "json" };
import { catalogue } from "./catalogue.js";
import { check, type Kind } from "./check.js";
import { pathKind, readRulePage, realDirectory, writeOutput } from "./files.js";
import { render } from "./formats/index.js";
import type { Format } from "./formats/names.js";
import { rulesTable } from "./formats/rules.js";
import { knownRule, ownLevels, resolveLevels, withMissingReported } from "./levels.js";
import { givenTogether, withMemory, withUnreadAsErrors } from "./memory.js";
import { toTree } from "./pictures/tree.js";
import { activeResults, missedFiles, suppressedResults, type Engine, type Report } from "./result.js";
import { UsageError } from "./usage-error.js";

const { version } = packageJson;

/** Options that every command has that checks something. */
export interface CommonFlags {
  format: Format;
  output?: string;
  config?: string;
  preset: PresetName;
  rule: string[];
  fix: boolean;
  strictParse: boolean;
  quiet: boolean;
  maxWarnings?: number;
}

/** What a command checks beyond the options common to all. */
export interface Scope {
  /** Only rules of such names, where given. */
  only?: RegExp;
  paths: string[];
  kinds?: readonly Kind[];
  views: readonly string[];
  engines: readonly Engine[];
  /** Whether what is checked was named, so that a database of tests is meant where one is found. */
  isNamed: boolean;
  /** Whether what was found in Python is kept for the next run; it is unless somebody says no. */
  cache?: boolean;
  /** Whether a terminal is shown the ways to each blocking call. */
  hasTree?: boolean;
  /** Whether the files are given together, and the memory of their workloads is wanted. */
  memory?: boolean;
  /** Whether the artifacts are what is asked for: every zip file is one, and a card of each is shown. */
  artifacts?: { digest?: string };
  /** Whether a digest is written beside each artifact that holds. */
  writeDigests?: boolean;
}

/**
 * Checks what a command asks for, and prints the result.
 *
 * @param ifNothing - for a gate, what to say, and fail with, where the scope holds no file: it is passed neither by
 * absence nor by what cannot be read
 * @returns the exit code: 0 passed, 1 findings, 2 something was not checked
 */
export async function run(scope: Scope, flags: CommonFlags, ifNothing?: string): Promise<number> {
  useBaselineCompiler();
  optimizeLater(1_000_000);
  const cwd = process.cwd();
  const { config: loaded } = loadConfig(cwd, flags.config);
  const named = scope.isNamed ? { ...loaded, settings: { tests: true, ...loaded.settings } } : loaded;
  const config = scope.memory ? givenTogether(cwd, scope.paths, named) : named;
  const { preset, fix, strictParse } = flags;
  const all = catalogue();
  const { only } = scope;
  const rules = only ? all.filter(({ name }) => only.test(name)) : all;
  const own = { config: config.rules ?? {}, commandLine: flags.rule };
  const resolved = resolveLevels(rules, { ...own, preset, views: scope.views });
  const levels = scope.memory ? withMissingReported(resolved) : resolved;
  const progress = progressLine();
  const checked = await check({
    ...scope,
    isWhole: scope.memory === true,
    cwd,
    preset,
    config,
    rules,
    levels,
    fix,
    strictParse,
    cache: scope.cache ?? true,
    progress: progress.show,
  }).finally(progress.clear);
  const ofTeam = ownLevels(rules, own);
  const judged = scope.memory ? withUnreadAsErrors(checked, (rule) => rule in ofTeam) : checked;
  const report = {
    ...(scope.memory ? withMemory(judged, cwd, config) : judged),
    showCards: scope.artifacts !== undefined,
  };
  const unwritten = scope.writeDigests ? writeDigests(report, cwd) : [];
  const isUnread =
    [...report.texts.keys()].every(isOfOtherDatabase) &&
    report.python === 0 &&
    report.artifacts === undefined;
  const isNothing = isUnread && report.runs.every(({ results }) => results.length === 0);
  if (ifNothing !== undefined && isNothing) throw new UsageError(ifNothing);

  const rendered = await render(flags.format, flags.quiet ? errorsOnly(report) : report, {
    cwd,
    rules,
    version,
  });
  const tree = scope.hasTree && flags.format === "stylish" ? toTree(report) : "";
  const text = tree === "" ? rendered : `${rendered}\n${tree}`;
  if (flags.output === undefined) process.stdout.write(text);
  else {
    try {
      writeOutput(flags.output, text);
    } catch (error) {
      throw new UsageError(`--output: ${(error as Error).message}`);
    }
  }

  const failures = [
    ...report.runs.flatMap((engine) => engine.failures.map((failure) => `${engine.engine}: ${failure}`)),
    ...unwritten,
  ];
  const isGate = ifNothing !== undefined;
  if (isGate) process.stderr.write(tellSuppressed(report));
  for (const note of report.notes) process.stderr.write(`${note}\n`);
  for (const failure of failures) process.stderr.write(`Failed: ${failure}\n`);
  const missed = missedFiles(report, isGate);
  if (missed.length > 0) process.stderr.write(`Asked for and not checked in full: ${missed.join(", ")}.\n`);
  return failures.length > 0 || missed.length > 0 ? 2 : exitCode(report, flags.maxWarnings);
}

/** A script filed under the name of another database than PostgreSQL. */
function isOfOtherDatabase(file: string): boolean {
  const { dialect, by } = guessDialect(file);
  return /\.(?:sql|pgsql|psql|ddl)$/i.test(file) && by === "path" && dialect !== "postgresql";
}

/** What a gate lets pass because a comment says so, a line each. */
function tellSuppressed(report: Report): string {
  return suppressedResults(report)
    .map(({ file, line, rule, suppression }) => {
      const reason = suppression?.justification ? `: ${suppression.justification}` : "";
      return `Suppressed by a comment: ${rule} in ${file}, line ${line}${reason}.\n`.replace(
        /\.\.\n$/,
        ".\n",
      );
    })
    .join("");
}

/**
 * Only what holds is worth a digest: it says that the bytes are still those that were verified.
 *
 * @returns the digests that could not be written, and why
 */
function writeDigests({ artifacts = [] }: Report, cwd: string): string[] {
  const root = realDirectory(cwd);
  const failures: string[] = [];
  for (const artifact of artifacts) {
    const isSound =
      artifact.digest !== undefined && artifact.findings.every(({ level }) => level !== "error");
    const failure = isSound ? writeDigest(root, artifact) : undefined;
    if (failure !== undefined) failures.push(`${artifact.file}.sha256 was not written: ${failure}.`);
    else
      process.stderr.write(
        isSound ? `Wrote ${artifact.file}.sha256.\n` : `No digest was written for ${artifact.file}.\n`,
      );
  }
  return failures;
}

function exitCode(report: Report, maxWarnings: number | undefined): number {
  const levels = activeResults(report).map(({ level }) => level);
  const warnings = levels.filter((level) => level === "warning").length;
  return levels.includes("error") || (maxWarnings !== undefined && warnings > maxWarnings) ? 1 : 0;
}

function errorsOnly(report: Report): Report {
  const runs = report.runs.map((run) => ({
    ...run,
    results: run.results.filter(({ level }) => level === "error"),
  }));
  return { ...report, runs };
}

/** One line on a terminal's standard error that each step overwrites; nothing elsewhere. */
function progressLine() {
  const write = (text: string) => {
    if (!process.stderr.isTTY) return;
    process.stderr.write(`\r\u001b[2K${text.slice(0, Math.max(20, process.stderr.columns - 1))}`);
  };
  return {
    show: write,
    clear: () => {
      write("");
    },
  };
}

/** Says on standard error in which order the migrations of a folder apply, and why. */
export function printOrder(migrationDir: string, configFile: string | undefined): void {
  const { config } = loadConfig(process.cwd(), configFile);
  process.stderr.write(describeHistories(process.cwd(), config.settings, migrationDir));
}

/** Says on standard error which calls the Radar could not follow. */
export function printCalls(configFile: string | undefined): void {
  process.stderr.write(describeCalls(process.cwd(), loadConfig(process.cwd(), configFile).config));
}

/** @throws UsageError where a file was named as the folder of a pipeline */
export function requireFolder(pipelineDir: string): void {
  if (pathKind(pipelineDir) !== "file") return;
  throw new UsageError(
    `--pipeline-dir takes a folder; "${pipelineDir}" is a file. Name archives without it.`,
  );
}

/** The catalogue of rules. */
export function printRules(format: "markdown" | "json"): void {
  const rules = catalogue();
  process.stdout.write(format === "json" ? `${JSON.stringify(rules, null, 2)}\n` : `${rulesTable(rules)}\n`);
}

/** The page of a rule. @throws UsageError where there is none of that name */
export function printPage(rule: string): void {
  const name = knownRule(rule, catalogue());
  const page = readRulePage(name);
  if (page === undefined) throw new UsageError(`The page of ${name} is missing from this installation.`);
  process.stdout.write(page);
}
