import { InvalidArgumentError, Option, type Command } from "commander";
import { DIALECTS, TEMPLATERS } from "./config/config.js";
import { keyOf, type Value, type Values } from "./config/values.js";
import { ANNOTATION_LEVELS, type AnnotationLevel } from "./formats/github.js";
import { FORMATS } from "./formats/index.js";

/** Options of all commands that read files. */
export interface CoreOptions {
  dialect?: string;
  templater?: string;
  rules?: string;
  excludeRules?: string;
  config?: string;
  ignoreLocalConfig?: true;
  ignore?: string;
  disableNoqa?: true;
  disableNoqaExcept?: string;
  stdinFilename?: string;
  quiet?: true;
  warnUnusedIgnores?: true;
  disregardSqlfluffignores?: true;
  persistTiming?: string;
  nocolor?: true;
  color?: true;
  verbose?: number;
}

export interface LintOptions extends CoreOptions {
  format: string;
  writeOutput?: string;
  annotationLevel: AnnotationLevel;
  nofail?: true;
}

export interface FixOptions extends CoreOptions {
  force?: true;
  check?: true;
  fixedSuffix?: string;
  FIXEVENUNPARSABLE?: true;
  showLintViolations?: true;
}

/** What the command line says in the place of configuration files. */
export function overridesOf(options: CoreOptions & Pick<FixOptions, "FIXEVENUNPARSABLE">): Values {
  const core: Record<string, Value | undefined> = {
    dialect: options.dialect,
    templater: options.templater,
    rules: options.rules,
    exclude_rules: options.excludeRules,
    ignore: options.ignore,
    disable_noqa: options.disableNoqa,
    disable_noqa_except: options.disableNoqaExcept,
    warn_unused_ignores: options.warnUnusedIgnores,
    fix_even_unparsable: options.FIXEVENUNPARSABLE,
    nocolor: options.nocolor ?? (options.color && false),
    verbose: options.quiet ? 0 : options.verbose,
  };
  return new Map(
    Object.entries(core).flatMap(([key, value]) =>
      value === undefined ? [] : [[keyOf("core", key), value] as const],
    ),
  );
}

/** Adds sqlfluff's options of every command. */
export function withCommonOptions(command: Command): Command {
  command
    .option("-v, --verbose", "say more; may be given several times")
    .option("-n, --nocolor", "no colors")
    .option("--color", "colors even where the output is no terminal");
  // Commander counts nothing by itself.
  let verbosity = 0;
  return command.on("option:verbose", () => command.setOptionValue("verbose", ++verbosity));
}

/** Adds sqlfluff's options of the commands that read files. */
export function withCoreOptions(command: Command): Command {
  withCommonOptions(command)
    .argument("[paths...]", "files, directories, or - for standard input", ["."])
    .addOption(new Option("-d, --dialect <dialect>", "files of another dialect than postgres are left alone"))
    .addOption(choice("-t, --templater <templater>", "what renders templates", TEMPLATERS))
    .option("-r, --rules <rules>", "rules to run: codes, names, groups, globs")
    .option("-e, --exclude-rules <rules>", "rules not to run")
    .option("--config <path>", "a further configuration file, which overrules the others")
    .option("--ignore-local-config", "read no other configuration files")
    .option("-i, --ignore <families>", "drop violations: parsing, templating, linting")
    .option("--disable-noqa", "heed no noqa comments")
    .option("--disable-noqa-except <rules>", "heed no noqa comments but for these rules")
    .option("--stdin-filename <path>", "the path standard input stands for")
    .option("-q, --quiet", "no words on progress")
    .option("--warn-unused-ignores", "warn of noqa comments that suppress nothing")
    .option("--disregard-sqlfluffignores", "lint files in spite of .sqlfluffignore")
    .option("--persist-timing <path>", "not supported: no file is written");
  for (const flags of HARMLESS) {
    const option = new Option(flags).hideHelp();
    command.addOption(flags.endsWith("<n>") ? option.argParser(integer) : option);
  }
  command.addOption(choice("--logger <logger>", "", LOGGERS).hideHelp());
  return command;
}

/** Options of sqlfluff that its hooks and editors pass and that mean nothing here. */
const HARMLESS = [
  "-p, --processes <n>",
  "--disable-progress-bar",
  "--encoding <encoding>",
  "--bench",
  "--library-path <path>",
  "--recursion-limit <n>",
];

const LOGGERS = ["templater", "lexer", "parser", "linter", "rules", "config"];

function integer(value: string): number {
  if (/^[+-]?\d+$/.test(value)) return Number(value);
  throw new InvalidArgumentError(`'${value}' is not a valid integer.`);
}

export function withLintOptions(command: Command): Command {
  return withCoreOptions(command)
    .addOption(choice("-f, --format <format>", "what to print", FORMATS).default("human"))
    .option("--write-output <file>", "print into a file")
    .addOption(
      choice("--annotation-level <level>", "level of annotations", ANNOTATION_LEVELS).default("warning"),
    )
    .option("--nofail", "exit with 0 in spite of violations");
}

export function withFixOptions(command: Command): Command {
  return withCoreOptions(command)
    .option("-f, --force", "deprecated: it is the default")
    .option("--check", "ask before fixing")
    .option("-x, --fixed-suffix <suffix>", "write to files with this suffix in their name")
    .option("--FIX-EVEN-UNPARSABLE", "fix files that could not be parsed as a whole")
    .option("--show-lint-violations", "also show what cannot be fixed");
}

function choice(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, `${description}: ${choices.join(", ")}`).argParser((value) => {
    const known = choices.find((name) => name === value.toLowerCase());
    if (known) return known;
    throw new InvalidArgumentError(
      `'${value}' is not one of ${choices.map((name) => `'${name}'`).join(", ")}.`,
    );
  });
}

/** The list of sqlfluff's dialects that are linted here. */
export function dialectList(): string {
  const known = DIALECTS.filter((name) => name === "postgres");
  return `==== orchestrator-sql - dialects ====\n${known.map((name) => `${name}:  PostgreSQL, read by its own grammar\n`).join("")}`;
}
