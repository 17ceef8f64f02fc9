import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { isBinary } from "../language/decode.js";
import { isInside, wayTo } from "./paths.js";
import { ignoringFile, type IgnoreFile } from "./sqlfluff.js";

/** Opening a pipe waits for who writes into it; Windows has no such flag. */
const { O_NONBLOCK } = constants as { O_NONBLOCK?: number };

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
  /** Files named on the command line that are left out, with the reason. */
  skipped: { path: string; reason: string }[];
}

export interface Search {
  cwd: string;
  /** Ends of the names of SQL files, in lower case. */
  fileEnds: readonly string[];
  /** Patterns of files to leave out that stand in one directory. */
  ignoresIn: (directory: string) => readonly IgnoreFile[];
}

/** This package's version. */
export function version(): string {
  const require = createRequire(import.meta.url);
  return (require("@orchestrator-lint/sql-rules/package.json") as { version: string }).version;
}

/** The named files, and those below the named directories in the order of their paths. */
export function findFiles(paths: readonly string[], search: Search): FoundFiles {
  const { cwd, fileEnds, ignoresIn } = search;
  const found: FoundFiles = { files: [], missing: [], outside: [], skipped: [] };
  const seen = new Set<string>();
  const add = (path: string, absolute: string) => {
    if (!seen.has(absolute)) found.files.push({ path, absolute });
    seen.add(absolute);
  };
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    const stats = statSync(absolute, { throwIfNoEntry: false });
    if (!stats) found.missing.push(path);
    else if (!stats.isDirectory()) {
      const ignoring = ignoringFile(absolute, wayTo(dirname(absolute), cwd).flatMap(ignoresIn));
      const isSql = hasEnd(path, fileEnds);
      if (isSql && ignoring === undefined) add(join(path), absolute);
      else if (isSql) found.skipped.push({ path, reason: ignoredReason(relative(cwd, ignoring!)) });
      else found.skipped.push({ path, reason: `its name ends in none of ${fileEnds.join(" ")}` });
    } else {
      for (const { name, isLink } of sqlBelow(absolute, search)) {
        const file = join(absolute, name);
        if (!isLink || [absolute, cwd].some((root) => isInside(root, file))) add(join(path, name), file);
        else found.outside.push(join(path, name));
      }
    }
  }
  return found;
}

const ignoredReason = (file: string): string =>
  `it is ignored by a pattern in ${file}; --disregard-sqlfluffignores lints it`;

const hasEnd = (name: string, ends: readonly string[]): boolean =>
  ends.some((end) => name.toLowerCase().endsWith(end));

const SKIPPED = new Set(["node_modules", ".git"]);

/** Paths of SQL files below a directory, links to files among them; links to directories are not followed. */
function sqlBelow(
  directory: string,
  { cwd, fileEnds, ignoresIn }: Search,
): { name: string; isLink: boolean }[] {
  const found: { name: string; isLink: boolean }[] = [];
  const above = wayTo(directory, cwd).slice(0, -1).flatMap(ignoresIn);
  const pending = [{ folder: "", outer: above }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { folder } = next;
    const ignores = [...next.outer, ...ignoresIn(join(directory, folder))];
    for (const entry of readdirSync(join(directory, folder), { withFileTypes: true })) {
      const name = join(folder, entry.name);
      const file = join(directory, name);
      if (entry.isDirectory()) {
        const isSkipped = SKIPPED.has(entry.name) || ignoringFile(file + sep, ignores) !== undefined;
        if (!isSkipped) pending.push({ folder: name, outer: ignores });
      } else if (hasEnd(entry.name, fileEnds) && ignoringFile(file, ignores) === undefined)
        found.push({ name, isLink: entry.isSymbolicLink() });
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A file's text, or why there is none. */
export function readSql(absolute: string): { text: string; bytes: number } | { error: string } {
  let file: number | undefined;
  try {
    file = openSync(absolute, constants.O_RDONLY | (O_NONBLOCK ?? 0));
    const stats = fstatSync(file);
    if (!stats.isFile()) return { error: "This is not a regular file, so it was not checked." };
    if (stats.size > MAX_BYTES) {
      return { error: `The file is larger than ${MAX_BYTES / 1024 / 1024} MiB, so it was not checked.` };
    }
    const decoded = decode(readFileSync(file));
    return "error" in decoded ? decoded : { ...decoded, bytes: stats.size };
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
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return isBinary(bytes) ? { error: "The file is a binary file, so it was not checked." } : { text };
  } catch {
    return { error: "The file is not UTF-8 text, so it was not checked." };
  }
}

/** All of standard input. */
export function readStandardInput(): { text: string } | { error: string } {
  return decode(readFileSync(0));
}

/** Writes a text; the mode of a file that exists stays. */
export function writeText(absolute: string, text: string): void {
  writeFileSync(absolute, text);
}

/** Asks on standard input for one character; empty at its end. */
export function readKey(): string {
  const byte = Buffer.alloc(1);
  return readSync(0, byte) === 1 ? byte.toString("latin1") : "";
}
