import path from "node:path";
import { installClients, type Client } from "./clients.js";
import { SemgrepUnavailable } from "./errors.js";
import { withLock } from "./lock.js";
import { cacheDirectory, coreBinary, pathsOf } from "./platform.js";
import { requirementsDirectory } from "./paths.js";
import { nativeSemgrep, quietEnvironment, type Engine, type Semgrep } from "./semgrep.js";
import { realSystem, type RunResult, type System } from "./system.js";

/** The version of Semgrep a private installation has, pinned by hash in `requirements/`. */
export const SEMGREP_VERSION = "1.182.0";

const INSTALL_TIME = 15 * 60_000;
/** Starts the Python part without a script, which would name the Python of the machine that installed it. */
const PYTHON_ENTRY =
  "import sys; from semgrep.console_scripts.entrypoint import main; sys.argv[0] = 'semgrep'; sys.exit(main())";

/** Directory of the private installation of an engine; it exists only when complete. */
export function privateDirectory(engine: Engine, system: System): string {
  const cache = cacheDirectory(system.platform, system.env, system.home);
  const name = `${SEMGREP_VERSION}-${engine}-${system.platform}-${system.arch}`;
  return pathsOf(system.platform).join(cache, "semgrep", name);
}

/**
 * The private installation of Semgrep. The first use installs the pinned wheel with the user's own uv, pip or pipx, so
 * that their mirrors, proxies and wheel folders hold; into a directory of its own, checked by hash, and moved into place
 * only when it works. `ORCHESTRATOR_SEMGREP_INSTALL=never` forbids installing.
 * @throws SemgrepUnavailable with one message that names what is missing
 */
export async function install(engine: Engine = "native", system: System = realSystem()): Promise<Semgrep> {
  const directory = privateDirectory(engine, system);
  const ready = () => installed(engine, directory, system);
  const found = ready();
  if (found) return found;
  if (system.env.ORCHESTRATOR_SEMGREP_INSTALL === "never") {
    throw new SemgrepUnavailable(
      `Semgrep is not installed, and ORCHESTRATOR_SEMGREP_INSTALL=never forbids installing it. ${REMEDY}`,
    );
  }
  try {
    return await withLock(`${directory}.lock`, system, ready, () => installNow(engine, directory, system));
  } catch (error) {
    if (error instanceof SemgrepUnavailable) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SemgrepUnavailable(`Semgrep could not be installed in ${directory}: ${reason}.`, {
      cause: error,
    });
  }
}

const REMEDY =
  "Put a semgrep on PATH (for example with pipx), or name one in ORCHESTRATOR_SEMGREP, or make the wheel reachable (PIP_INDEX_URL, PIP_FIND_LINKS).";

function installed(engine: Engine, directory: string, system: System): Semgrep | undefined {
  const core = coreBinary(system.platform, directory);
  if (system.stat(core) === undefined) return undefined;
  const known = { version: SEMGREP_VERSION, engine, origin: "private" } as const;
  if (engine === "native") return { ...nativeSemgrep(core), ...known };
  const python = system.read(pythonFile(directory, system))?.toString("utf8").trim();
  if (!python) return undefined;
  // For subcommands of its Python part the engine starts `pysemgrep` from PATH: it shall be the one installed here.
  const paths = pathsOf(system.platform);
  const PATH = [paths.join(directory, "bin"), system.env.PATH ?? ""].join(paths.delimiter);
  return {
    command: python,
    args: ["-c", PYTHON_ENTRY],
    env: { PATH, PYTHONPATH: directory, PYTHONNOUSERSITE: "1", PYTHONUTF8: "1" },
    ...known,
  };
}

const pythonFile = (directory: string, system: System): string =>
  pathsOf(system.platform).join(directory, "python.txt");

async function installNow(engine: Engine, directory: string, system: System): Promise<Semgrep> {
  const paths = pathsOf(system.platform);
  removeLeftovers(directory, system);
  const failures: string[] = [];
  for (const client of await installClients(engine, system)) {
    if ("missing" in client) {
      failures.push(client.missing);
      continue;
    }
    system.progress(`Installing Semgrep ${SEMGREP_VERSION} with ${client.name} (once, about 70 MB)…`);
    const target = `${directory}.${system.pid}-${system.unique()}.tmp`;
    try {
      system.makeDirectory(target);
      const reason = await runClient(client, engine, target, system);
      if (reason !== undefined) {
        failures.push(`${client.name}: ${reason}`);
        // Another client would be offered the same forged file; a user has to look at this.
        if (reason === HASH_MISMATCH) break;
        continue;
      }
      if (client.python) system.write(pythonFile(target, system), `${client.python}\n`);
      system.makeDirectory(paths.dirname(directory));
      system.rename(target, directory);
      const semgrep = installed(engine, directory, system);
      if (semgrep) return semgrep;
      failures.push(`${client.name}: the wheel holds no engine`);
    } finally {
      system.remove(target);
    }
  }
  throw new SemgrepUnavailable(
    `Semgrep ${SEMGREP_VERSION} is needed and could not be installed. ${failures.map(sentence).join(" ")} ${REMEDY}`,
  );
}

/** Undefined where the client did it and the result runs; else why not. */
async function runClient(
  client: Client,
  engine: Engine,
  target: string,
  system: System,
): Promise<string | undefined> {
  const requirements = path.join(requirementsDirectory, `${engine}.txt`);
  const result = await system.run(client.command, client.arguments(target, requirements), {
    env: { ...system.env, ...client.env },
    timeout: INSTALL_TIME,
  });
  if (result.code !== 0) return explainFailure(result);
  const core = coreBinary(system.platform, target);
  if (system.stat(core) === undefined) return "the wheel holds no engine";
  const { command, argv0 } = nativeSemgrep(core);
  const answer = await system.run(command, ["show", "version", "--experimental"], {
    env: quietEnvironment(system.env),
    timeout: 60_000,
    ...(argv0 === undefined ? {} : { argv0 }),
  });
  if (answer.code === 0 && answer.stdout.toString("utf8").trim() === SEMGREP_VERSION) return undefined;
  const reason = answer.failure ?? lastLine(answer.stderr) ?? `it ended with ${answer.code ?? answer.signal}`;
  return `installed, but its engine does not run on this machine (${reason})`;
}

const HASH_MISMATCH = "the wheel it was given is not the published one (hash mismatch)";

const PLATFORMS = "Linux with glibc 2.34 or musl, macOS or 64-bit Windows, with Python 3.10 or newer";

/** Why a client failed, in words a user can act on. Network failures come first: pip ends those with "no matching
 * distribution" too. */
export function explainFailure(result: Pick<RunResult, "stderr" | "stdout" | "code" | "signal" | "failure">) {
  const text = `${result.stdout.toString("utf8")}\n${result.stderr}`;
  const known: [RegExp, string][] = [
    [/do not match the hashes|hash mismatch/iu, HASH_MISMATCH],
    [/No module named '?pip/iu, "Python is there, but without pip"],
    [
      /Retrying \(|NewConnectionError|Temporary failure in name|ProxyError|SSLError|CERTIFICATE_VERIFY|ConnectTimeout|ReadTimeout|Connection refused|dns error|error sending request|Failed to fetch|tunneling socket/iu,
      "the package index cannot be reached",
    ],
    [/No space left|ENOSPC|Errno 28/iu, "the disk is full"],
    [
      /Requires-Python|requires a different Python|requires Python|Python>=|No interpreter found/iu,
      "Python is older than 3.10",
    ],
    [
      /not a supported wheel|No matching distribution|no wheels? (?:with|for|are)|doesn't have a (?:source distribution|wheel)|No solution found/iu,
      `it finds no wheel: the index is unreachable or has none for this platform (${PLATFORMS})`,
    ],
  ];
  const match = known.find(([pattern]) => pattern.test(text));
  if (match) return match[1];
  const ending =
    result.failure ?? (result.signal ? `stopped by ${result.signal}` : `exit code ${result.code}`);
  const last = lastLine(result.stderr);
  return last ? `${ending}: ${last}` : ending;
}

/** The last line of an output, without passwords of index addresses. */
function lastLine(text: string): string | undefined {
  const line = text.trim().split(/\r?\n/u).at(-1)?.trim().slice(0, 300);
  return line ? line.replace(/\/\/[^/@\s]*@/gu, "//***@") : undefined;
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/u, "")}.`;

/** Removes what an interrupted installation left; another one that still runs is younger than an hour. */
function removeLeftovers(directory: string, system: System): void {
  const paths = pathsOf(system.platform);
  const prefix = `${paths.basename(directory)}.`;
  for (const name of system.list(paths.dirname(directory))) {
    const file = paths.join(paths.dirname(directory), name);
    const age = system.now() - (system.stat(file)?.mtimeMs ?? Infinity);
    if (name.startsWith(prefix) && name.endsWith(".tmp") && age > 60 * 60_000) system.remove(file);
  }
}
