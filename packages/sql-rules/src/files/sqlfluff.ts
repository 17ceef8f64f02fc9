import ignoreModule, { type Ignore } from "ignore";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { ConfigError, readIni } from "../sqlfluff/config/ini.js";
import { readToml } from "../sqlfluff/config/toml.js";
import { combine, keyOf, list, type Value, type Values } from "../sqlfluff/config/values.js";
import { isInside, wayTo } from "./paths.js";

// CommonJS with types of an ES module: the function is its `default` in both views.
const ignore = ignoreModule.default;

/** Later files of a folder overwrite earlier ones. */
const CONFIG_FILES = ["setup.cfg", "tox.ini", "pep8.ini", ".sqlfluff", "pyproject.toml"];

/** A larger configuration file is not read. */
const MAX_BYTES = 1024 * 1024;

/** Patterns of one file, and the folder they are relative to. */
export interface IgnoreFile {
  /** Absolute path of the file that has the patterns. */
  file: string;
  patterns: Ignore;
}

/** What sqlfluff's files configure, each read once. */
export interface SqlfluffFiles {
  /** All values for files of a directory, from the repository's root down to it. */
  valuesFor: (directory: string) => Values;
  /** `.sqlfluffignore` and `ignore_paths` of just this directory. */
  ignoresIn: (directory: string) => readonly IgnoreFile[];
}

export interface SqlfluffFilesOptions {
  cwd: string;
  /** Path of a further configuration file, which overrules the others. */
  extra?: string | undefined;
  /** Whether to read the extra file only. */
  ignoreLocal: boolean;
}

/**
 * sqlfluff's configuration files. Like sqlfluff it reads those of every folder on the way to a file; unlike sqlfluff it
 * begins at the repository (or at the working directory, where that is in none) and reads nothing of the user's home
 * directory, so that a repository gets the same result on every machine.
 *
 * @throws ConfigError where a file cannot be read, also from the functions it returns
 */
export function sqlfluffFiles({ cwd, extra, ignoreLocal }: SqlfluffFilesOptions): SqlfluffFiles {
  const root = repositoryOf(cwd);
  const extraValues = extra === undefined ? new Map<string, Value>() : readExtra(resolve(cwd, extra), extra);

  const inDirectory = remembered((directory: string) =>
    CONFIG_FILES.map((name) => [name, readConfig(join(directory, name), root)] as const),
  );
  return {
    valuesFor: remembered((directory: string) => {
      const local = ignoreLocal ? [] : wayTo(directory, root).flatMap((step) => inDirectory(step));
      return combine([...local.map(([, values]) => values), extraValues]);
    }),
    ignoresIn: remembered((directory: string) => {
      const ignores: IgnoreFile[] = [];
      const add = (file: string, lines: readonly string[]) => {
        if (lines.length > 0)
          ignores.push({ file, patterns: ignore({ allowRelativePaths: true }).add(lines) });
      };
      const file = join(directory, ".sqlfluffignore");
      add(file, readInside(file, root)?.split(/\r\n|[\r\n]/) ?? []);
      for (const [name, values] of inDirectory(directory)) {
        if (name !== ".sqlfluff" && name !== "pyproject.toml") continue;
        add(join(directory, name), list(values.get(keyOf("core", "ignore_paths"))));
      }
      return ignores;
    }),
  };
}

/** The ignore file that leaves a path out, if one does; a directory's path ends with a separator. */
export function ignoringFile(path: string, ignores: readonly IgnoreFile[]): string | undefined {
  return ignores.find(({ file, patterns }) => {
    const below = relative(dirname(file), path).split(sep).join("/");
    return below !== "" && patterns.ignores(path.endsWith(sep) ? `${below}/` : below);
  })?.file;
}

function repositoryOf(cwd: string): string {
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return cwd;
  }
}

function remembered<T>(read: (directory: string) => T): (directory: string) => T {
  const known = new Map<string, T>();
  return (directory) => {
    if (!known.has(directory)) known.set(directory, read(directory));
    return known.get(directory)!;
  };
}

function readExtra(file: string, named: string): Values {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new ConfigError(`Extra config path '${named}' does not exist.`);
  if (!stats.isFile()) throw new ConfigError(`Extra config path '${named}' is no file.`);
  return parsed(file, readFileSync(file, "utf8"));
}

function readConfig(file: string, root: string): Values {
  const text = readInside(file, root);
  return text === undefined ? new Map<string, Value>() : parsed(file, text);
}

function parsed(file: string, text: string): Values {
  try {
    return basename(file) === "pyproject.toml" ? readToml(text) : readIni(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The text of a regular file; undefined where there is none. */
function readInside(file: string, root: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile()) return undefined;
  if (stats.size > MAX_BYTES) throw new ConfigError(`${file}: larger than ${MAX_BYTES / 1024 / 1024} MiB`);
  if (![root, dirname(file)].some((directory) => isInside(directory, file))) {
    throw new ConfigError(`${file}: links out of the repository`);
  }
  return readFileSync(file, "utf8");
}
