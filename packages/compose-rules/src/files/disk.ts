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

/** A tree with more than this is looked through no further, from the top down. */
const MAX_ENTRIES = 500_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** Dependencies, version control, virtual environments and caches. */
const OTHERS =
  /^(?:node_modules|bower_components|\.git|\.hg|\.svn|\.?venv|site-packages|__pycache__|\.(?:cache|tox|nox|next|nuxt|gradle|terraform|mypy_cache|pytest_cache|ruff_cache|yarn|pnpm-store))$/;
/** What builds leave behind, by the thousands, and what builds are made with. */
const BUILDS = /^(?:dist|build|target|coverage)$/;

/** Windows does not have it. */
const { O_NONBLOCK = 0 } = constants as { O_NONBLOCK?: number };

/**
 * The files below a directory that are wanted by name, absolute and sorted. Links are not followed, and dependencies,
 * caches and the output of builds are passed by, unless a file in them is asked for.
 *
 * @param asked - files below the root that somebody looks at: they are listed wherever they are, with their neighbours
 */
export function listFiles(
  root: string,
  isWanted: (name: string) => boolean,
  asked: Iterable<string> = [],
): string[] {
  const files = new Set(asked);
  let entries = 0;
  const listIn = (folder: string, isFollowed: (name: string) => boolean): string[] =>
    entriesOf(folder).flatMap((entry) => {
      entries++;
      const file = path.join(folder, entry.name);
      if (entry.isFile() && isWanted(entry.name)) files.add(file);
      return entry.isDirectory() && isFollowed(entry.name) ? [file] : [];
    });
  const walk = (top: string, isFollowed: (name: string) => boolean) => {
    for (let level = [top]; level.length > 0;) {
      level = level.flatMap((folder) => (entries > MAX_ENTRIES ? [] : listIn(folder, isFollowed)));
    }
  };
  walk(root, (name) => !OTHERS.test(name) && !BUILDS.test(name));
  for (const { folder, isTree } of placesOf(root, asked)) {
    if (isTree) walk(folder, (name) => !OTHERS.test(name));
    else listIn(folder, () => false);
  }
  return [...files].sort();
}

/** The folders of files that were asked for: the outermost that a build made, else the file's own. */
function placesOf(root: string, asked: Iterable<string>): Iterable<{ folder: string; isTree: boolean }> {
  const places = new Map<string, { folder: string; isTree: boolean }>();
  for (const file of asked) {
    const folders = path.relative(root, path.dirname(file)).split(path.sep);
    const built = folders.some((name) => OTHERS.test(name))
      ? -1
      : folders.findIndex((name) => BUILDS.test(name));
    const folder = built < 0 ? path.dirname(file) : path.join(root, ...folders.slice(0, built + 1));
    places.set(folder, { folder, isTree: built >= 0 });
  }
  return places.values();
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
