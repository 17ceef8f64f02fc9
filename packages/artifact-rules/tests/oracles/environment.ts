import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** What oracles need of the world, made at its first use and kept in the user's cache. */

export function cacheOf(kind: string, key: string): string {
  const xdg = process.env.XDG_CACHE_HOME;
  const root =
    process.env.ORCHESTRATOR_CACHE ??
    path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(homedir(), ".cache"), "orchestrator-lint");
  return path.join(root, kind, key);
}

export function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 1_800_000,
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr.slice(-2000)}`);
}

/** Makes a directory once; its content is complete where it is there. */
export function once(directory: string, make: (directory: string) => void): string {
  if (existsSync(directory)) return directory;
  mkdirSync(path.dirname(directory), { recursive: true });
  const draft = mkdtempSync(`${directory}-`);
  try {
    make(draft);
    renameSync(draft, directory);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

/** The Python of a virtual environment that holds a pinned package and what it needs. */
export function pythonWith(name: string, version: string): string {
  const environment = once(cacheOf("python-tools", `${name}-${version}`), (directory) => {
    run("python3", ["-m", "venv", directory]);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(path.join(directory, "bin/python"), [...install, `${name}==${version}`]);
  });
  // Not the environment's scripts, which name the folder it was made in.
  return path.join(environment, "bin/python");
}
