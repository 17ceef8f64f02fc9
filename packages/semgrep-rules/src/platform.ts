import path from "node:path";

/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The path functions of a platform, so that Windows paths can be computed and tested anywhere. */
export function pathsOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === "win32" ? path.win32 : path.posix;
}

/**
 * The user's cache directory of this project: `ORCHESTRATOR_CACHE` itself, else `orchestrator-lint` in the platform's
 * cache folder (XDG_CACHE_HOME or ~/.cache, ~/Library/Caches, %LOCALAPPDATA%).
 * @param home the home directory, used where no variable names the folder
 */
export function cacheDirectory(platform: NodeJS.Platform, env: Environment, home: string): string {
  const paths = pathsOf(platform);
  if (env.ORCHESTRATOR_CACHE) return paths.resolve(env.ORCHESTRATOR_CACHE);
  return paths.join(platformCache(platform, env, home), "orchestrator-lint");
}

function platformCache(platform: NodeJS.Platform, env: Environment, home: string): string {
  const paths = pathsOf(platform);
  const xdg = env.XDG_CACHE_HOME;
  const local = env.LOCALAPPDATA;
  if (platform === "win32") {
    // An empty variable is as good as none.
    return local !== undefined && local !== "" ? local : paths.join(home, "AppData", "Local");
  }
  // The XDG specification: a relative path is invalid and to be ignored.
  if (xdg && paths.isAbsolute(xdg)) return xdg;
  return platform === "darwin" ? paths.join(home, "Library", "Caches") : paths.join(home, ".cache");
}

/** Where Semgrep's native engine stands below an installed wheel. */
export function coreBinary(platform: NodeJS.Platform, directory: string): string {
  return pathsOf(platform).join(
    directory,
    "semgrep",
    "bin",
    platform === "win32" ? "semgrep-core.exe" : "semgrep-core",
  );
}

/** True for a file that is the native engine itself, and not the Python entry point `semgrep`. */
export function isCoreBinary(platform: NodeJS.Platform, file: string): boolean {
  return /^(?:semgrep-core|osemgrep)(?:\.exe)?$/iu.test(pathsOf(platform).basename(file));
}

/** Every file `name` could stand for on PATH, in the order the system would try them. Relative entries are left out:
 * they would let the linted repository choose what runs. */
export function executableCandidates(platform: NodeJS.Platform, env: Environment, name: string): string[] {
  const paths = pathsOf(platform);
  const PATH = Object.entries(env).find(([key]) =>
    platform === "win32" ? key.toUpperCase() === "PATH" : key === "PATH",
  )?.[1];
  // Batch files would need a shell; Python's entry points and uv are .exe files.
  const file = platform === "win32" ? `${name}.exe` : name;
  return (PATH ?? "")
    .split(paths.delimiter)
    .map((entry) => entry.replace(/^"(.*)"$/u, "$1"))
    .filter((entry) => paths.isAbsolute(entry))
    .map((entry) => paths.join(entry, file));
}
