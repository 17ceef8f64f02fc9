import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

/** A larger file is reported as unread. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A file to lint: its path as shown, and in full. */
export interface SqlFile {
  path: string;
  absolute: string;
}

export interface FoundFiles {
  files: SqlFile[];
  /** Paths named on the command line that do not exist. */
  missing: string[];
  /** Files below a directory whose links lead out of it and out of the working directory: not read. */
  outside: string[];
}

/** This package's version. */
export function version(): string {
  const require = createRequire(import.meta.url);
  return (require("@orchestrator-lint/sql-rules/package.json") as { version: string }).version;
}

/** The named files, and the `*.sql` below the named directories in the order of their paths. */
export function findFiles(paths: readonly string[], cwd: string): FoundFiles {
  const found: FoundFiles = { files: [], missing: [], outside: [] };
  const seen = new Set<string>();
  const add = (path: string, absolute: string) => {
    if (!seen.has(absolute)) found.files.push({ path, absolute });
    seen.add(absolute);
  };
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    const stats = statSync(absolute, { throwIfNoEntry: false });
    if (!stats) found.missing.push(path);
    else if (!stats.isDirectory()) add(join(path), absolute);
    else {
      for (const name of sqlBelow(absolute)) {
        const file = join(absolute, name);
        if ([absolute, cwd].some((root) => isInside(root, file))) add(join(path, name), file);
        else found.outside.push(join(path, name));
      }
    }
  }
  return found;
}

const SKIPPED = new Set(["node_modules", ".git"]);

/** Paths of `*.sql` below a directory, links to files among them; links to directories are not followed. */
function sqlBelow(directory: string): string[] {
  const names: string[] = [];
  const pending = [""];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of readdirSync(join(directory, folder), { withFileTypes: true })) {
      const name = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) pending.push(name);
      } else if (/\.sql$/i.test(entry.name)) names.push(name);
    }
  }
  return names.sort();
}

/** Whether a file, its links followed, lies in a directory. A broken link lies nowhere. */
function isInside(root: string, file: string): boolean {
  try {
    const path = relative(realpathSync(root), realpathSync(file));
    return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
  } catch {
    return false;
  }
}

/** A file's text, or why there is none. */
export function readSql(absolute: string): { text: string } | { error: string } {
  let file: number | undefined;
  try {
    file = openSync(absolute, "r");
    const stats = fstatSync(file);
    if (!stats.isFile()) return { error: "This is not a regular file, so it was not checked." };
    if (stats.size > MAX_BYTES) {
      return { error: `The file is larger than ${MAX_BYTES / 1024 / 1024} MiB, so it was not checked.` };
    }
    return decode(readFileSync(file));
  } catch (error) {
    return {
      error: `The file could not be read: ${error instanceof Error ? error.message : String(error)}.`,
    };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function decode(bytes: Uint8Array): { text: string } | { error: string } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { error: "The file is not UTF-8 text, so it was not checked." };
  }
}

/** All of standard input. */
export function readStandardInput(): { text: string } | { error: string } {
  return decode(readFileSync(0));
}

/** Replaces a file's text; its mode stays. */
export function writeSql(absolute: string, text: string): void {
  writeFileSync(absolute, text);
}
