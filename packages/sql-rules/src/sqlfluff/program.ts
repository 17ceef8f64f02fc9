import { Command, CommanderError } from "commander";
import { version } from "../files/targets.js";
import { ConfigError } from "./config/ini.js";
import { EXIT, UserError, type Io } from "./io.js";
import {
  dialectList,
  withCommonOptions,
  withFixOptions,
  withLintOptions,
  type CoreOptions,
  type FixOptions,
  type LintOptions,
} from "./options.js";

const NAME = "orchestrator-sql";

/**
 * Runs the command line.
 *
 * @param args - arguments without node and script
 * @returns the exit code: 0 clean, 1 violations, 2 the run failed
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.clean;
  try {
    await program(io, (result) => (code = result)).parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.failed;
    if (!(error instanceof UserError || error instanceof ConfigError)) throw error;
    io.stderr(`\nUser Error: ${error.message}\n`);
    return EXIT.failed;
  }
}

function program(io: Io, finish: (code: number) => void): Command {
  const root = new Command(NAME)
    .description("Lints PostgreSQL scripts with orchestrator-lint's rules; a sqlfluff-compatible face.")
    .version(`${NAME}, version ${version()}`, "--version")
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
  const command = (name: string, description: string) =>
    root.command(name).copyInheritedSettings(root).description(description);

  withLintOptions(command("lint", "Lint files, directories, or - for standard input")).action(
    async (paths: string[], options: LintOptions) => {
      refuseContradiction(options);
      const { lintCommand } = await import("./lint-command.js");
      finish(await lintCommand(paths, options, io));
    },
  );
  for (const [name, description] of [
    ["fix", "Fix what can be fixed, in place; - writes to standard output"],
    ["format", "As in sqlfluff fix for layout, which no rule here is about: changes nothing"],
  ] as const) {
    withFixOptions(command(name, description)).action(async (paths: string[], options: FixOptions) => {
      refuseContradiction(options);
      const { fixCommand } = await import("./fix-command.js");
      finish(await fixCommand(paths, options, io, name === "format"));
    });
  }
  withCommonOptions(command("rules", "List the rules")).action(async (options: CoreOptions) => {
    const [{ ruleEntries }, { ruleList }] = await Promise.all([
      import("./references.js"),
      import("./formats/human.js"),
    ]);
    const hasColors = options.color ?? (!options.nocolor && io.hasColors);
    io.stdout(ruleList(ruleEntries, { hasColors, lineLength: 80 }));
  });
  withCommonOptions(command("dialects", "List the dialects")).action(() => {
    io.stdout(dialectList());
  });
  withCommonOptions(command("version", "Print the version")).action(() => {
    io.stdout(`${version()}\n`);
  });
  return root;
}

function refuseContradiction({ quiet, verbose }: CoreOptions): void {
  if (quiet && verbose !== undefined) {
    throw new UserError("The --quiet flag can only be used if --verbose is not set.");
  }
}
