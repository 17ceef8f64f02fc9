import ignoreModule, { type Ignore } from "ignore";
import { existsSync, lstatSync, readdirSync, readFileSync, type Dirent } from "node:fs";
import path from "node:path";

// CommonJS with types of an ES module: the function is its `default` in both views.
const ignore = ignoreModule.default;

const GITIGNORE = ".gitignore";
/** A larger `.gitignore` is not read: more is checked then, not less. */
const MAX_BYTES = 1024 * 1024;

/** The patterns of one `.gitignore`, and of those above it, which it overrules. */
interface Scope {
  /** Absolute, with slashes, without one at the end. */
  readonly directory: string;
  readonly patterns: Ignore;
  readonly above: Scope | undefined;
}

export interface WalkOptions {
  /** Directories relative to the root, "" for the root itself: what lies below them is wanted. */
  readonly directories: readonly string[];
  /** Whether a directory, relative to the root, is passed by with all below it. */
  readonly isPassedBy: (directory: string) => boolean;
  /** Whether what git ignores is passed by, too. */
  readonly gitignore: boolean;
  /** Told of what is neither a file nor a directory: links, which are not followed, and pipes; and whether git ignores it. */
  readonly onOther?: (file: string, isIgnored: boolean) => void;
}

/**
 * The regular files below some directories, in no order, relative to the root with slashes. Links are not followed, but
 * a directory that was asked for may be one. What cannot be listed is as good as empty.
 *
 * @param root - absolute path
 */
export function walk(root: string, { directories, isPassedBy, gitignore, onOther }: WalkOptions): string[] {
  const top = root.split(path.sep).join("/").replace(/\/$/, "");
  const wanted = new Set(directories);
  const isWanted = (directory: string) => wanted.has(directory);
  const files: string[] = [];
  // Nothing is looked into that lies beside the way to a wanted directory.
  const onTheWay = new Set(directories.flatMap((directory) => ancestorsOf(directory)));
  const pending = [{ directory: "", isBelow: isWanted(""), scope: gitignore ? scopeAbove(top) : undefined }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { directory, isBelow } = next;
    const prefix = directory === "" ? "" : `${directory}/`;
    const entries = entriesOf(`${top}/${directory}`);
    const has = gitignore && entries.some((entry) => entry.name === GITIGNORE && entry.isFile());
    const scope = has ? scopeIn(directory === "" ? top : `${top}/${directory}`, next.scope) : next.scope;
    for (const entry of entries) {
      const found = prefix + entry.name;
      const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && isWanted(found));
      if (isFolder ? !isBelow && !onTheWay.has(found) : !isBelow) continue;
      if (!isFolder && !entry.isFile()) {
        onOther?.(found, isIgnored(`${top}/${found}`, scope));
        continue;
      }
      if (isFolder && isPassedBy(found)) continue;
      if (isIgnored(`${top}/${found}${isFolder ? "/" : ""}`, scope)) continue;
      if (isFolder) pending.push({ directory: found, isBelow: isBelow || isWanted(found), scope });
      else files.push(found);
    }
  }
  return files;
}

/** A directory, and those that it lies in. */
function ancestorsOf(directory: string): string[] {
  const parts = directory.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** As git decides: by the nearest `.gitignore` that says anything of a path. */
function isIgnored(file: string, scope: Scope | undefined): boolean {
  for (let at = scope; at; at = at.above) {
    const { ignored, unignored } = at.patterns.test(file.slice(at.directory.length + 1));
    if (ignored || unignored) return ignored;
  }
  return false;
}

/** The patterns of the directories above one, as far as its own repository goes. */
function scopeAbove(directory: string): Scope | undefined {
  const above: string[] = [];
  for (let at = directory; !existsSync(`${at}/.git`);) {
    const parent = at.slice(0, Math.max(0, at.lastIndexOf("/")));
    if (parent === at) return undefined;
    at = parent;
    above.unshift(at);
  }
  return above.reduce<Scope | undefined>((scope, at) => scopeIn(at, scope), undefined);
}

function scopeIn(directory: string, above: Scope | undefined): Scope | undefined {
  try {
    const file = `${directory}/${GITIGNORE}`;
    const stats = lstatSync(file);
    if (!stats.isFile() || stats.size > MAX_BYTES) return above;
    const patterns = ignore({ allowRelativePaths: true }).add(readFileSync(file, "utf8"));
    return { directory, patterns, above };
  } catch {
    return above;
  }
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
