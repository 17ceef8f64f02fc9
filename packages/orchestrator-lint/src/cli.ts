import { writeDigest } from "@orchestrator-lint/artifact-rules";
import { describeCalls, optimizeLater } from "@orchestrator-lint/python-rules";
import {
  describeHistories,
  endWithReader,
  guessDialect,
  useBaselineCompiler,
} from "@orchestrator-lint/sql-rules";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { ConfigError, loadConfig, type PresetName } from "eslint-plugin-orchestrator";
import path from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { catalogue } from "./catalogue.js";
import { check, type Kind } from "./check.js";
import { pathKind, readRulePage, realDirectory, writeOutput } from "./files.js";
import { FORMATS, PICTURES, render, type Format } from "./formats/index.js";
import { rulesTable } from "./formats/rules.js";
import { knownRule, ownLevels, resolveLevels, UsageError, withMissingReported } from "./levels.js";
import { givenTogether, withMemory, withUnreadAsErrors } from "./memory.js";
import { toTree } from "./pictures/tree.js";
import { activeResults, missedFiles, suppressedResults, type Engine, type Report } from "./result.js";

const { version } = packageJson;
const ENGINES: readonly Engine[] = ["eslint", "semgrep", "radar", "artifact"];
const VIEWS = ["logical", "process", "development", "physical", "scenario", "dialectic"];

/** Options that every command has that checks something. */
interface CommonFlags {
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

interface CheckFlags extends CommonFlags {
  cache: boolean;
  view: string[];
  engine: Engine[];
  semgrep: boolean;
}

interface BlockingFlags extends CommonFlags {
  cache: boolean;
  sourceDir: string;
  debugCalls: boolean;
}

interface ArtifactFlags extends CommonFlags {
  pipelineDir?: string;
  digest?: string;
  writeDigest: boolean;
}

interface MemoryFlags extends CommonFlags {
  composeFile: string[];
}

interface MigrationFlags extends CommonFlags {
  migrationDir: string;
  debugOrder: boolean;
}

/** What a command checks beyond the options common to all. */
interface Scope {
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

const collect = (value: string, previous: string[]) => [...previous, value];

const noCache = () =>
  new Option("--no-cache", "look at all Python anew, and keep nothing of it for the next run");

const isPicture = (format: Format) => PICTURES.some((name) => name === format);

function oneOf<T extends string>(allowed: readonly T[]) {
  return (value: string): T[] =>
    value.split(",").map((part) => {
      const found = allowed.find((name) => name === part.trim());
      if (!found) throw new InvalidArgumentError(`Allowed choices are ${allowed.join(", ")}.`);
      return found;
    });
}

function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(value);
}

const program = new Command("orchestrator-lint")
  .description("Keeps a FastAPI, Mage, H2O, PostgreSQL, Redis and Docker platform honest.")
  .version(version)
  .exitOverride()
  .showHelpAfterError("Run orchestrator-lint --help for the commands and options.");

withCommonOptions(
  program
    .command("check")
    .description("check files with every engine")
    .argument("[paths...]", "files and directories", ["."]),
  "recommended",
)
  .option("--view <names>", `only rules of these views: ${VIEWS.join(", ")}`, oneOf(VIEWS), [])
  .option("--engine <names>", `only these engines: ${ENGINES.join(", ")}`, oneOf(ENGINES), [...ENGINES])
  .addOption(noCache())
  .option("--no-semgrep", "leave out Semgrep's rules (the result says so)")
  .action(async (paths: string[], flags: CheckFlags) => {
    const engines = flags.engine.filter((engine) => engine !== "semgrep" || flags.semgrep);
    const isNamed = !paths.some((one) => path.resolve(one) === process.cwd());
    process.exitCode = await run({ paths, views: flags.view, engines, isNamed, cache: flags.cache }, flags);
    for (const engine of ENGINES.filter((name) => !engines.includes(name)))
      process.stderr.write(`Not run, as asked: ${engine}.\n`);
  });

/** An option's value that may be given only once: of two folders one would not be checked. */
function once(flag: string): (value: string, before: string | undefined) => string {
  return (value, before) => {
    if (before !== undefined)
      throw new InvalidArgumentError(`${flag} may be given once; run the gate for each folder.`);
    return value;
  };
}

withCommonOptions(
  program
    .command("validate-schema-migration")
    .description(
      "gate: hold the schema that a folder's migrations leave behind to every rule of the logical view",
    )
    .requiredOption(
      "--migration-dir <dir>",
      "folder of the migrations; queries anywhere below the working directory count",
      once("--migration-dir"),
    ),
  "strict",
)
  .option(
    "--debug-order",
    "print the order in which the migrations apply, why, and what is in doubt after them",
    false,
  )
  .action(async (flags: MigrationFlags) => {
    const { migrationDir } = flags;
    if (flags.debugOrder) {
      const { config } = loadConfig(process.cwd(), flags.config);
      process.stderr.write(describeHistories(process.cwd(), config.settings, migrationDir));
    }
    const scope: Scope = {
      paths: [migrationDir],
      kinds: ["sql", "source", "python"],
      views: ["logical"],
      engines: ["eslint"],
      isNamed: true,
    };
    process.exitCode = await run(scope, flags, `There is no PostgreSQL migration in "${migrationDir}".`);
  });

withCommonOptions(
  program
    .command("check-memory-allocation")
    .description("gate: hold Compose files and Kubernetes manifests to every rule of the physical view")
    .requiredOption(
      "--compose-file <file>",
      "a Compose file or a manifest; several Compose files are merged as docker compose -f would",
      (value: string, previous: string[] | undefined) => [...(previous ?? []), value],
    ),
  "strict",
).action(async (flags: MemoryFlags) => {
  const scope: Scope = {
    paths: flags.composeFile,
    kinds: ["yaml"],
    views: ["physical"],
    engines: ["eslint"],
    isNamed: true,
  };
  const nothing = `There is no Compose file and no Kubernetes manifest in ${flags.composeFile.map((file) => `"${file}"`).join(", ")}.`;
  process.exitCode = await run({ ...scope, memory: true }, flags, nothing);
});

withCommonOptions(
  program
    .command("detect-blocking-calls")
    .description(
      "gate: hold the Python below a folder to every rule about the event loop, or draw what blocks it",
    )
    .requiredOption(
      "--source-dir <dir>",
      "folder of the sources; calls are followed below the working directory",
    ),
  "strict",
  [...FORMATS, ...PICTURES],
)
  .addOption(noCache())
  .option("--debug-calls", "print the calls whose targets are not known, and how many there are", false)
  .action(async (flags: BlockingFlags) => {
    if (flags.debugCalls)
      process.stderr.write(describeCalls(process.cwd(), loadConfig(process.cwd(), flags.config).config));
    const scope: Scope = {
      paths: [flags.sourceDir],
      kinds: ["python"],
      views: ["process"],
      // A picture shows chains; the Radar finds by itself what Semgrep finds, with the function it stands in.
      engines: isPicture(flags.format) ? ["radar"] : ["semgrep", "radar"],
      hasTree: true,
      isNamed: true,
      cache: flags.cache,
      only: /^async-blocking-|^no-(?:blocking-call|file-io)-path$|^no-unread-python$|^unread-file$/,
    };
    process.exitCode = await run(scope, flags, `There is no Python file in "${flags.sourceDir}".`);
  });

withCommonOptions(
  program
    .command("verify-mojo-artifact")
    .description(
      "gate: verify MOJO archives byte by byte, and hold the code that trains and exports them to its rules",
    )
    .argument("[files...]", "archives to verify")
    .option("--pipeline-dir <dir>", "folder of the pipeline: its Python files, and every zip file below it"),
  "strict",
)
  .option("--digest <sha256>", "the digest that the one archive has to have (default: what FILE.sha256 says)")
  .option("--write-digest", "write FILE.sha256 beside each archive that holds", false)
  .action(async (files: string[], flags: ArtifactFlags) => {
    const { pipelineDir, digest } = flags;
    if (pipelineDir === undefined && files.length === 0)
      throw new UsageError("Name archives, or a folder with --pipeline-dir.");
    if (pipelineDir !== undefined && pathKind(pipelineDir) === "file")
      throw new UsageError(
        `--pipeline-dir takes a folder; "${pipelineDir}" is a file. Name archives without it.`,
      );
    if (digest !== undefined && (files.length !== 1 || pipelineDir !== undefined))
      throw new UsageError("--digest belongs to one archive.");
    const scope: Scope = {
      paths: [...files, ...(pipelineDir === undefined ? [] : [pipelineDir])],
      kinds: ["python", "mojo", "pins"],
      views: ["development"],
      engines: pipelineDir === undefined ? ["artifact"] : ["semgrep", "radar", "artifact"],
      isNamed: true,
      artifacts: digest === undefined ? {} : { digest },
      writeDigests: flags.writeDigest,
    };
    process.exitCode = await run(
      scope,
      flags,
      `There is no MOJO and no Python file in "${pipelineDir ?? files.join(", ")}".`,
    );
  });

program
  .command("rules")
  .description("print the catalogue of rules")
  .addOption(
    new Option("--format <name>", "shape of the catalogue").choices(["markdown", "json"]).default("markdown"),
  )
  .action(({ format }: { format: "markdown" | "json" }) => {
    const rules = catalogue();
    process.stdout.write(
      format === "json" ? `${JSON.stringify(rules, null, 2)}\n` : `${rulesTable(rules)}\n`,
    );
  });

program
  .command("explain")
  .description("print the page of a rule")
  .argument("<rule>")
  .action((rule: string) => {
    const name = knownRule(rule, catalogue());
    const page = readRulePage(name);
    if (page === undefined) throw new UsageError(`The page of ${name} is missing from this installation.`);
    process.stdout.write(page);
  });

/**
 * @param ifNothing - for a gate, what to say, and fail with, where the scope holds no file: it is passed neither by
 * absence nor by what cannot be read
 */
async function run(scope: Scope, flags: CommonFlags, ifNothing?: string): Promise<number> {
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

function withCommonOptions(
  command: Command,
  preset: PresetName,
  formats: readonly Format[] = FORMATS,
): Command {
  return command
    .addOption(new Option("--format <name>", "how the result is printed").choices(formats).default("stylish"))
    .option("--output <file>", "write the result to a file instead of standard output")
    .option("--config <file>", "configuration file (default: orchestrator.config.json, searched upward)")
    .addOption(
      new Option("--preset <name>", "rules to start from").choices(["recommended", "strict"]).default(preset),
    )
    .option("--rule <id: level>", "level of a rule, 'prefer-jsonb: off'; may be repeated", collect, [])
    .option("--fix", "repair what can be repaired safely", false)
    .option("--strict-parse", "what could not be read is an error", false)
    .option("--quiet", "print errors only", false)
    .option("--max-warnings <number>", "exit with 1 above this many warnings", wholeNumber);
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

useBaselineCompiler();
optimizeLater();

endWithReader();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UsageError || error instanceof ConfigError) {
    process.stderr.write(`orchestrator-lint: ${error.message}\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`orchestrator-lint: ${(error as Error).stack ?? String(error)}\n`);
    process.exitCode = 2;
  }
}
