import { SemgrepUnavailable } from "./errors.js";
import { locateSemgrep } from "./locate.js";
import { presetFile, rulesDirectory } from "./paths.js";
import { engineOption, hasPythonPart, quietEnvironment, type Semgrep } from "./semgrep.js";
import { realSystem, runInteractive, type System } from "./system.js";

/** How a process ended: its exit code, or the signal. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Subcommands the native engine has. */
const NATIVE = new Set(["scan", "test", "lsp", "show"]);
/** Subcommands that need Semgrep's Python part. */
const PYTHON = new Set(["ci", "install-semgrep-pro", "login", "logout", "mcp", "publish", "validate"]);
const CONFIG = /^(?:--config(?:=.*)?|-[cf].*)$/su;

/** What a command line comes to. */
export type Plan =
  { kind: "version" } | { kind: "refused"; message: string } | { kind: "run"; args: string[] };

/**
 * Turns our command line into Semgrep's: our rules as `--config` besides any the user gives, metrics and version check
 * off. No subcommand means `scan`. Pure.
 * @param preset the configuration a scan gets
 * @param rules the directory Semgrep's tester gets: it wants rules and their fixtures side by side
 */
export function plan(
  args: readonly string[],
  semgrep: Pick<Semgrep, "engine" | "argv0">,
  preset: string,
  rules = rulesDirectory,
): Plan {
  const [first = ""] = args;
  if (args.length === 1 && first === "--version") return { kind: "version" };
  const named = NATIVE.has(first) || PYTHON.has(first);
  const command = named ? first : "scan";
  const rest = named ? args.slice(1) : [...args];
  if (PYTHON.has(command)) {
    if (hasPythonPart(semgrep)) return { kind: "run", args: [command, ...rest] };
    const message = `"semgrep ${command}" needs Semgrep's Python part: set ORCHESTRATOR_SEMGREP_ENGINE=full.`;
    return { kind: "refused", message };
  }
  if (command === "scan") {
    const own = ["--config", preset, "--metrics=off", "--disable-version-check"];
    return { kind: "run", args: ["scan", engineOption[semgrep.engine], ...own, ...rest] };
  }
  // Semgrep's tester takes one config: ours only where the user names none.
  const own = command === "test" && !rest.some((arg) => CONFIG.test(arg)) ? ["--config", rules] : [];
  // The Python part lacks these subcommands; the option has to follow all words of a command such as `show version`.
  return { kind: "run", args: [command, ...own, ...rest, "--experimental"] };
}

/**
 * Runs Semgrep on the user's terminal with our rules.
 * @returns how it ended; code 2 with a message on standard error where it could not be run
 */
export async function main(args: readonly string[], system: System = realSystem()): Promise<Ended> {
  try {
    const preset = presetFile(system);
    const semgrep = await locateSemgrep(system);
    const planned = plan(args, semgrep, preset);
    if (planned.kind === "version") {
      process.stdout.write(`${semgrep.version}\n`);
      return { code: 0, signal: null };
    }
    if (planned.kind === "refused") throw new SemgrepUnavailable(planned.message);
    return await start(semgrep, planned.args, system);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return { code: 2, signal: null };
  }
}

function start(semgrep: Semgrep, args: string[], system: System): Promise<Ended> {
  const { argv0 } = semgrep;
  return runInteractive(semgrep.command, [...semgrep.args, ...args], {
    env: { ...quietEnvironment(system.env, false), ...semgrep.env },
    ...(argv0 === undefined ? {} : { argv0 }),
  });
}
