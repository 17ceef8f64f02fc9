import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  type Dirent,
} from "node:fs";
import path from "node:path";
import { decode, type Decoded } from "../language/decode.js";

/** A tree with more than this is not read as a whole. */
const MAX_ENTRIES = 500_000;
export const MAX_FILES = 100_000;

/** Dependencies, version control, virtual environments, caches and what builds leave behind. */
const SKIPPED =
  /^(?:node_modules|bower_components|\.git|\.hg|\.svn|\.?venv|site-packages|__pycache__|\.(?:cache|tox|nox|next|nuxt|gradle|terraform|mypy_cache|pytest_cache|ruff_cache|yarn|pnpm-store)|dist|build|target|coverage)$/;

/** Windows has neither. */
const { O_NOFOLLOW, O_NONBLOCK } = constants as { O_NOFOLLOW?: number; O_NONBLOCK?: number };

export interface Listing {
  /** Relative to the root, with slashes, sorted. */
  files: string[];
  /** Why the tree was not listed in full. */
  cut?: string;
}

/** Whether a folder of this name is passed over. */
export function isSkipped(folder: string): boolean {
  return SKIPPED.test(folder);
}

/** The files below a root that are wanted by their path below it. Links are not followed: they may lead anywhere. */
export function list(root: string, isWanted: (path: string) => boolean): Listing {
  const files: string[] = [];
  let entries = 0;
  const pending = [""];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of read(path.join(root, folder))) {
      entries++;
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!isSkipped(entry.name)) pending.push(name);
      } else if (entry.isFile() && isWanted(name)) files.push(name);
    }
    if (entries > MAX_ENTRIES)
      return { files: [], cut: `the tree holds more than ${MAX_ENTRIES} files and folders` };
    if (files.length > MAX_FILES)
      return { files: [], cut: `the tree holds more than ${MAX_FILES} scripts and sources` };
  }
  return { files: files.sort() };
}

/** What cannot be listed is as good as empty: the linted file itself is read by its linter. */
function read(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** What a file system says of a regular file. */
export interface Stamp {
  /** Changes whenever the file's content does, at the pace of the file system's clock. */
  stamp: string;
  size: number;
  /** When it changed last, in milliseconds since 1970: programs may set the time of a file's content, but not this one. */
  changed: number;
}

/** Undefined where there is no regular file. */
export function stampOf(file: string): Stamp | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile()) return undefined;
  const { mtimeMs, ctimeMs, size, ino } = stats;
  return { stamp: `${mtimeMs}:${ctimeMs}:${size}:${ino}`, size, changed: ctimeMs };
}

/** A regular file's text without byte order mark, or why there is none. Opens no link. */
export function readText(file: string, maxBytes: number): Decoded {
  let handle: number | undefined;
  try {
    handle = openSync(file, constants.O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    const stats = fstatSync(handle);
    if (!stats.isFile()) return { error: "it is no regular file" };
    if (stats.size > maxBytes) return { error: `it is larger than ${maxBytes / 1024 / 1024} MiB` };
    const decoded = decode(readFileSync(handle));
    return "text" in decoded ? { ...decoded, text: decoded.text.replace(/^\uFEFF/, "") } : decoded;
  } catch {
    return { error: "it could not be opened" };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
