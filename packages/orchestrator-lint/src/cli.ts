import { endWithReader } from "@orchestrator-lint/sql-rules/files";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { PresetName } from "eslint-plugin-orchestrator";
import path from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { FORMATS, PICTURES, type Format } from "./formats/names.js";
import type { Engine } from "./result.js";
import type { CommonFlags, Scope } from "./run.js";
import { UsageError } from "./usage-error.js";

const { version } = packageJson;
const ENGINES: readonly Engine[] = ["eslint", "semgrep", "radar", "artifact"];
const VIEWS = ["logical", "process", "development", "physical", "scenario", "dialectic"];

/** Parsers and engines are loaded when something is run, not for `--help` or a wrong flag. */
const runner = () => import("./run.js");

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

const collect = (value: string, previous: string[]) => [...previous, value];

const noCache = () =>
  new Option("--no-cache", "look at all Python anew, and keep nothing of it for the next run");

const isPicture = (format: Format) => PICTURES.some((name) => name === format);

/** Names with commas between them; an option that is given again adds to them. */
function oneOf<T extends string>(allowed: readonly T[]) {
  const given: T[] = [];
  return (value: string): T[] => {
    for (const part of value.split(",")) {
      const found = allowed.find((name) => name === part.trim());
      if (!found) throw new InvalidArgumentError(`Allowed choices are ${allowed.join(", ")}.`);
      given.push(found);
    }
    return given;
  };
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
    process.exitCode = await (
      await runner()
    ).run({ paths, views: flags.view, engines, isNamed, cache: flags.cache }, flags);
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
    if (flags.debugOrder) (await runner()).printOrder(migrationDir, flags.config);
    const scope: Scope = {
      paths: [migrationDir],
      kinds: ["sql", "source", "python"],
      views: ["logical"],
      engines: ["eslint"],
      isNamed: true,
    };
    process.exitCode = await (
      await runner()
    ).run(scope, flags, `There is no PostgreSQL migration in "${migrationDir}".`);
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
  process.exitCode = await (await runner()).run({ ...scope, memory: true }, flags, nothing);
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
    if (flags.debugCalls) (await runner()).printCalls(flags.config);
    const scope: Scope = {
      paths: [flags.sourceDir],
      kinds: ["python"],
      views: ["process"],
      // A picture shows chains; the Radar finds by itself what Semgrep finds, with the function it stands in.
      engines: isPicture(flags.format) ? ["radar"] : ["semgrep", "radar"],
      hasTree: true,
      isNamed: true,
      cache: flags.cache,
      only: /^async-blocking-|^no-(?:blocking-call|doubtful-blocking|file-io)-path$|^no-unread-python$|^unread-file$/,
    };
    process.exitCode = await (
      await runner()
    ).run(scope, flags, `There is no Python file in "${flags.sourceDir}".`);
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
    if (pipelineDir !== undefined) (await runner()).requireFolder(pipelineDir);
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
    process.exitCode = await (
      await runner()
    ).run(scope, flags, `There is no MOJO and no Python file in "${pipelineDir ?? files.join(", ")}".`);
  });

program
  .command("rules")
  .description("print the catalogue of rules")
  .addOption(
    new Option("--format <name>", "shape of the catalogue").choices(["markdown", "json"]).default("markdown"),
  )
  .action(async ({ format }: { format: "markdown" | "json" }) => {
    (await runner()).printRules(format);
  });

program
  .command("explain")
  .description("print the page of a rule")
  .argument("<rule>")
  .action(async (rule: string) => {
    (await runner()).printPage(rule);
  });

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

endWithReader();

/** A mistake in how the command was called or configured; the class of the latter comes with the plugin, which may not be loaded. */
const isMistake = (error: Error) => error instanceof UsageError || error.name === "ConfigError";

try {
  await program.parseAsync();
} catch (thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(
      `orchestrator-lint: ${isMistake(error) ? error.message : (error.stack ?? error.message)}\n`,
    );
    process.exitCode = 2;
  }
}
