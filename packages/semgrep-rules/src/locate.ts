import { createRequire } from "node:module";
import type satisfiesVersion from "semver/functions/satisfies.js";
import type validVersion from "semver/functions/valid.js";
import { SemgrepUnavailable } from "./errors.js";
import { install } from "./install.js";
import { cacheDirectory, executableCandidates, isCoreBinary, pathsOf, type Environment } from "./platform.js";
import { nativeSemgrep, quietEnvironment, type Engine, type Semgrep } from "./semgrep.js";
import { realSystem, type System } from "./system.js";

/** Versions of Semgrep whose rule syntax (`match`, `as`) and options this package was tested with. */
export const SUPPORTED_SEMGREP = ">=1.140.0 <2";

const require = createRequire(import.meta.url);

// Loaded where a version is asked for, and one by one: the whole package takes longer to load than the rest of this one.
const satisfies = (version: string, range: string) =>
  (require("semver/functions/satisfies.js") as typeof satisfiesVersion)(version, range);
const valid = (version: string) => (require("semver/functions/valid.js") as typeof validVersion)(version);

/**
 * Finds Semgrep, or installs it on first use: `ORCHESTRATOR_SEMGREP` (path of semgrep, osemgrep or semgrep-core), then
 * a compatible `semgrep` on PATH, then a private installation in the cache directory. With
 * `ORCHESTRATOR_SEMGREP_ENGINE=full` a private installation has the Python part, and scans go through it.
 * @throws SemgrepUnavailable with one message that names what is missing
 */
export async function locateSemgrep(system: System = realSystem()): Promise<Semgrep> {
  const { env } = system;
  const named = env.ORCHESTRATOR_SEMGREP;
  if (named) return fromEnvironment(named, system);
  return (await fromPath(system)) ?? install(engineOf(env), system);
}

/** The engine the environment asks for. Throws where it names none that exists. */
export function engineOf(env: Environment): Engine {
  const engine = env.ORCHESTRATOR_SEMGREP_ENGINE ?? "";
  if (engine === "") return "native";
  if (engine === "native" || engine === "full") return engine;
  throw new SemgrepUnavailable(
    `ORCHESTRATOR_SEMGREP_ENGINE is "${engine}"; it can be "native" (default) or "full".`,
  );
}

async function fromEnvironment(named: string, system: System): Promise<Semgrep> {
  const file = pathsOf(system.platform).resolve(named);
  const what = `ORCHESTRATOR_SEMGREP names ${file}`;
  const stat = system.stat(file);
  if (!stat || stat.directory) throw new SemgrepUnavailable(`${what}, which is no file.`);
  const version = await versionOf(file, system);
  if (version === undefined) throw new SemgrepUnavailable(`${what}, which does not answer as Semgrep does.`);
  if (!satisfies(version, SUPPORTED_SEMGREP)) {
    throw new SemgrepUnavailable(`${what}, version ${version}; supported are versions ${SUPPORTED_SEMGREP}.`);
  }
  return semgrepAt(file, version, "environment", system);
}

async function fromPath(system: System): Promise<Semgrep | undefined> {
  for (const file of executableCandidates(system.platform, system.env, "semgrep")) {
    const stat = system.stat(file);
    if (!stat || stat.directory) continue;
    const version = await versionOf(file, system);
    // What PATH names first is what the user runs; a second one further back would surprise.
    const usable = version !== undefined && satisfies(version, SUPPORTED_SEMGREP);
    return usable ? semgrepAt(file, version, "path", system) : undefined;
  }
  return undefined;
}

function semgrepAt(file: string, version: string, origin: Semgrep["origin"], system: System): Semgrep {
  const core = isCoreBinary(system.platform, file);
  const start = core ? nativeSemgrep(file) : { command: file, args: [] };
  const engine = core ? "native" : engineOf(system.env);
  return { ...start, version, engine, origin };
}

/** The version a Semgrep answers with; undefined where it answers nothing of the kind. Kept by path, time and size,
 * since the Python entry point takes a moment to answer. */
async function versionOf(file: string, system: System): Promise<string | undefined> {
  const stat = system.stat(file);
  const directory = cacheDirectory(system.platform, system.env, system.home);
  const store = pathsOf(system.platform).join(directory, "semgrep", "versions.json");
  const key = `${file}|${stat?.mtimeMs}|${stat?.size}`;
  const known = readVersions(system.read(store));
  if (known[key] !== undefined) return known[key];
  const { command, args, argv0 } = semgrepAt(file, "", "path", system);
  // `--version` needs the Python part; `--experimental` has to follow the subcommand.
  const result = await system.run(command, [...args, "show", "version", "--experimental"], {
    env: quietEnvironment(system.env),
    timeout: 60_000,
    ...(argv0 === undefined ? {} : { argv0 }),
  });
  const version = valid(result.stdout.toString("utf8").trim());
  if (result.code !== 0 || version === null) return undefined;
  try {
    // An answer for every other file is dropped as it ages out: the newest fifty are plenty.
    const entries = [...Object.entries(known), [key, version]].slice(-50);
    system.write(store, JSON.stringify(Object.fromEntries(entries)));
  } catch {
    // A cache that cannot be written only costs the question again.
  }
  return version;
}

function readVersions(bytes: Uint8Array | undefined): Record<string, string> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  } catch {
    return {};
  }
}
