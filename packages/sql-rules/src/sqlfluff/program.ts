import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { resolve } from "node:path";
import { findFiles, readSql, version, writeSql, type SqlFile } from "../files/targets.js";
import { FORMATS, human, json, ruleList, violationLines, type Format } from "./formats.js";
import { lintText, ruleEntries, unreadable, type FileResult } from "./lint.js";

/** What the program reads and writes besides files. */
export interface Io {
  cwd: string;
  stdin: () => { text: string } | { error: string };
  stdout: (text: string) => void;
  stderr: (text: string) => void;
}

/** sqlfluff's exit codes. */
const EXIT = { clean: 0, violations: 1, failed: 2 } as const;

/** A failure of the run itself, said on standard error. */
class UserError extends Error {}

interface Options {
  format: Format;
  nofail?: true;
  stdinFilename?: string;
}

const NAME = "orchestrator-sql";

/**
 * Runs the command line.
 *
 * @param args - arguments without node and script
 * @returns the exit code: 0 clean, 1 violations, 2 the run failed
 */
export function run(args: readonly string[], io: Io): number {
  let code: number = EXIT.clean;
  const program = new Command(NAME)
    .description("Lints PostgreSQL scripts with orchestrator-lint's rules; a sqlfluff-compatible face.")
    .version(`${NAME}, version ${version()}`, "--version")
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
  const command = (name: string) => program.command(name).copyInheritedSettings(program);

  withPaths(command("lint").description("Lint files, directories of *.sql, or - for standard input"))
    .addOption(
      new Option("-f, --format <format>", `one of ${FORMATS.join(", ")}`).default("human").argParser(format),
    )
    .option("--nofail", "exit with 0 in spite of violations")
    .action((paths: string[], options: Options) => {
      const started = performance.now();
      const results = lint(paths, options, io);
      const seconds = (performance.now() - started) / 1000;
      io.stdout(options.format === "json" ? json(results, seconds) : human(results));
      code = options.nofail ? EXIT.clean : exitCode(results);
    });
  withPaths(
    command("fix").description("Fix what can be fixed, in place; - writes to standard output"),
  ).action((paths: string[], options: Options) => {
    code = fix(paths, options, io);
  });
  command("rules")
    .description("List the rules")
    .action(() => {
      io.stdout(ruleList(ruleEntries));
    });

  try {
    program.parse(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.failed;
    if (!(error instanceof UserError)) throw error;
    io.stderr(`User Error: ${error.message}\n`);
    return EXIT.failed;
  }
}

function withPaths(command: Command): Command {
  return command
    .argument("[paths...]", "files or directories", ["."])
    .addOption(new Option("-d, --dialect <dialect>", "PostgreSQL is the only dialect").argParser(dialect))
    .option("--stdin-filename <path>", "the path standard input stands for");
}

function format(value: string): Format {
  const known = FORMATS.find((name) => name === value);
  if (known) return known;
  throw new InvalidArgumentError(
    `'${value}' is not one of ${FORMATS.map((name) => `'${name}'`).join(", ")}.`,
  );
}

function dialect(value: string): string {
  if (/^postgres(?:ql)?$/.test(value)) return value;
  throw new InvalidArgumentError(`'${value}' is not 'postgres', the only dialect these rules know.`);
}

function lint(paths: readonly string[], options: Options, io: Io): FileResult[] {
  if (paths.includes("-")) return [lintStandardInput(paths, options, io).result];
  return filesOf(paths, io).map((file) => lintFile(file, io));
}

function lintStandardInput(
  paths: readonly string[],
  { stdinFilename = "stdin" }: Options,
  io: Io,
): { result: FileResult; text: string } {
  if (paths.length > 1) throw new UserError("- stands alone: standard input is linted without other paths.");
  const read = io.stdin();
  if ("error" in read) return { result: unreadable(stdinFilename, read.error), text: "" };
  return {
    result: lintText(read.text, stdinFilename, resolve(io.cwd, stdinFilename), io.cwd),
    text: read.text,
  };
}

function filesOf(paths: readonly string[], io: Io): SqlFile[] {
  const { files, missing, outside } = findFiles(paths, io.cwd);
  if (missing.length > 0) {
    throw new UserError(`Specified path does not exist. Check it/they exist(s): ${missing.join(", ")}.`);
  }
  for (const path of outside) io.stderr(`WARNING: ${path} links out of the tree and was not read.\n`);
  return files;
}

function lintFile({ path, absolute }: SqlFile, { cwd }: Io): FileResult {
  const read = readSql(absolute);
  return "error" in read ? unreadable(path, read.error) : lintText(read.text, path, absolute, cwd);
}

function exitCode(results: readonly FileResult[]): number {
  return results.some(({ violations }) => violations.length > 0) ? EXIT.violations : EXIT.clean;
}

function fix(paths: readonly string[], options: Options, io: Io): number {
  if (paths.includes("-")) {
    const { result, text } = lintStandardInput(paths, options, io);
    const { fixable, unfixable, unparsable } = sorted([result]);
    io.stdout(fixable > 0 ? result.fix() : text);
    if (unparsable.length > 0) io.stderr(parseErrors(unparsable));
    if (unfixable === 0 && unparsable.length === 0) return EXIT.clean;
    io.stderr("Unfixable violations detected.\n");
    return EXIT.violations;
  }

  const files = filesOf(paths, io);
  io.stdout("==== finding fixable violations ====\n");
  const results: FileResult[] = [];
  for (const file of files) {
    const result = lintFile(file, io);
    results.push(result);
    const fixable = result.violations.filter(({ fixes }) => fixes?.length);
    if (fixable.length === 0) continue;
    writeSql(file.absolute, result.fix());
    io.stdout(`== [${file.path}] FAIL\n${fixable.map(violationLines).join("")}== [${file.path}] FIXED\n`);
  }

  const { fixable, unfixable, unparsable } = sorted(results);
  if (unparsable.length > 0) io.stderr(parseErrors(unparsable));
  if (fixable > 0) io.stdout(`${fixable} fixable linting violations found\n`);
  else io.stdout("==== no fixable linting violations found ====\nAll Finished!\n");
  if (unfixable > 0) io.stdout(`  [${unfixable} unfixable linting violations found]\n`);
  return unfixable + unparsable.length > 0 ? EXIT.violations : EXIT.clean;
}

/** Counts of violations that a fix exists for or not, and the files with what could not be parsed. */
function sorted(results: readonly FileResult[]) {
  const all = results.flatMap(({ violations }) => violations);
  return {
    fixable: all.filter(({ fixes }) => fixes?.length).length,
    unfixable: all.filter(({ fixes }) => fixes?.length === 0).length,
    unparsable: results
      .map((result) => ({ ...result, violations: result.violations.filter(({ fixes }) => !fixes) }))
      .filter(({ violations }) => violations.length > 0),
  };
}

function parseErrors(results: readonly FileResult[]): string {
  const count = results.reduce((sum, { violations }) => sum + violations.length, 0);
  const blocks = results.map(({ path, violations }) => {
    const lines = violations.map(violationLines).join("").trimEnd().replaceAll(/^/gm, "  ");
    return `  == [${path}] ==\n${lines}\n`;
  });
  return `  [${count} templating/parsing errors found]\n${blocks.join("")}`;
}
