/** The one module of this package that touches the file system. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  type Dirent,
} from "node:fs";
import path from "node:path";

/** A tree with more than this is not looked through; the linted file is read by its linter all the same. */
const MAX_ENTRIES = 500_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** Dependencies, version control, virtual environments, caches and what builds leave behind. */
const SKIPPED =
  /^(?:node_modules|bower_components|\.git|\.hg|\.svn|\.?venv|site-packages|__pycache__|\.(?:cache|tox|nox|next|nuxt|gradle|terraform|mypy_cache|pytest_cache|ruff_cache|yarn|pnpm-store)|dist|build|target|coverage)$/;

/** Windows does not have it. */
const { O_NONBLOCK = 0 } = constants as { O_NONBLOCK?: number };

/** The files below a directory that are wanted by name, absolute and sorted. Links are not followed. */
export function listFiles(root: string, isWanted: (name: string) => boolean): string[] {
  const files: string[] = [];
  const pending = [root];
  let entries = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of entriesOf(folder)) {
      if (++entries > MAX_ENTRIES) return [];
      if (entry.isDirectory()) {
        if (!SKIPPED.test(entry.name)) pending.push(path.join(folder, entry.name));
      } else if (entry.isFile() && isWanted(entry.name)) files.push(path.join(folder, entry.name));
    }
  }
  return files.sort();
}

/** What cannot be listed is as good as empty. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Changes whenever a file's content does; undefined where there is no regular file. */
export function stampOf(file: string): string | undefined {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    return stats?.isFile()
      ? `${String(stats.mtimeMs)}:${String(stats.size)}:${String(stats.ino)}`
      : undefined;
  } catch {
    // A part of the path is a file, or may not be looked into.
    return undefined;
  }
}

/** Whether a file, its links followed, lies in a directory. What is not there lies nowhere. */
export function isInside(root: string, file: string): boolean {
  try {
    const below = path.relative(realpathSync(root), realpathSync(file));
    return below !== ".." && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below);
  } catch {
    return false;
  }
}

/** A regular file's text without byte order mark, or why there is none. */
export function readText(file: string): { readonly text: string } | { readonly error: string } {
  let handle: number | undefined;
  try {
    handle = openSync(file, constants.O_RDONLY | O_NONBLOCK);
    const stats = fstatSync(handle);
    if (!stats.isFile()) return { error: "it is no regular file" };
    if (stats.size > MAX_BYTES) return { error: `it is larger than ${String(MAX_BYTES / 1024 / 1024)} MiB` };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(handle)) };
  } catch (error) {
    return { error: error instanceof TypeError ? "it is not UTF-8 text" : "it could not be opened" };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
