import type * as ConfigArrays from "@eslint/config-array";
import { decode } from "@orchestrator-lint/sql-rules";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import picomatch from "picomatch";
import { walk } from "./walk.js";

/** Files above this size are reported as unread: nobody writes a migration or a Compose file of 64 MiB. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Dependencies, version control, virtual environments and caches. */
const OTHERS = /(?:^|\/)(?:node_modules|\.git|\.venv|__pycache__)$/;

export type FileContent = { ok: true; text: string; warning?: string } | { ok: false; reason: string };

/** Posix path of a file relative to a root. */
export function relativePath(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}

/**
 * Reads a text file below the root. Never throws: what cannot be read comes back as a reason.
 *
 * @param root - real path of the directory outside of which nothing is read
 * @param file - path relative to the root
 */
export function readText(root: string, file: string): FileContent {
  try {
    const real = realpathSync(path.join(root, file));
    const relative = path.relative(root, real);
    if (relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
      return { ok: false, reason: "it is a link to a place outside the checked tree" };
    }
    const stat = statSync(real);
    // Opening a pipe would wait for somebody to write.
    if (!stat.isFile()) return { ok: false, reason: "it is not a regular file" };
    const { size } = stat;
    if (size > MAX_FILE_BYTES) {
      return { ok: false, reason: `it has ${size} bytes, more than ${MAX_FILE_BYTES}` };
    }
    const decoded = decode(readFileSync(real));
    return "error" in decoded ? { ok: false, reason: decoded.error } : { ok: true, ...decoded };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}

/** Writes a fixed text back. */
export function writeText(root: string, file: string, text: string): void {
  writeFileSync(path.join(root, file), text);
}

/** Writes a result file at a path given by the user. */
export function writeOutput(file: string, text: string): void {
  writeFileSync(file, text);
}

/** What a path given on the command line is. */
export function pathKind(file: string): "file" | "directory" | "missing" {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? (stat.isDirectory() ? "directory" : "file") : "missing";
}

/** The real path of a directory, symbolic links resolved. */
export function realDirectory(directory: string): string {
  return realpathSync(directory);
}

/**
 * The files below some paths that match the globs of each kind, sorted; `.gitignore` files are honoured, links are not
 * followed. The tree is walked once.
 *
 * @param root - directory the result is relative to
 * @param paths - files or directories relative to the root
 * @param globs - patterns of file names, by kind
 * @param ignores - patterns left out, as ESLint understands them
 * @param gitignore - whether files that git ignores are left out
 * @param onOther - told of what is neither a file nor a directory
 * @param linked - kinds of files for which links count as well: whoever reads them sees that they stay below the root
 */
export function findFiles<Kind extends string>(
  root: string,
  paths: readonly string[],
  globs: Readonly<Record<Kind, readonly string[]>>,
  ignores: readonly string[],
  {
    gitignore = true,
    onOther,
    linked = [],
  }: { gitignore?: boolean; onOther?: (file: string) => void; linked?: readonly NoInfer<Kind>[] } = {},
): Record<Kind, string[]> {
  const directories = paths.filter((file) => pathKind(path.join(root, file)) === "directory");
  const named = paths.filter((file) => pathKind(path.join(root, file)) === "file");
  const kinds = (Object.entries(globs) as [Kind, readonly string[]][]).map(([kind, own]) => ({
    kind,
    own,
    below: directories.flatMap((directory) =>
      own.map((glob) => (directory === "" ? glob : `${escapeGlob(directory)}/${glob}`)),
    ),
  }));
  const isWhole = picomatch(wholeFolders(ignores), { dot: true });
  const links: string[] = [];
  const found = walk(root, {
    directories,
    isPassedBy: (directory) => OTHERS.test(directory) || isWhole(directory),
    gitignore,
    onOther: (file, isIgnoredByGit) => {
      onOther?.(file);
      if (!isIgnoredByGit) links.push(file);
    },
  });
  const isIgnored = ignoredBy(root, ignores);
  const byKind = kinds.map(({ kind, own, below }): [Kind, string[]] => {
    const isBelow = picomatch(below, { dot: true });
    // A file that was asked for by name is checked even where git ignores it.
    const isWanted = picomatch([...own], { dot: true });
    const all = linked.includes(kind) ? [...found, ...links] : found;
    const files = [...all.filter((file) => isBelow(file)), ...named.filter((file) => isWanted(file))];
    return [kind, [...new Set(files)].filter((file) => !isIgnored(file)).sort()];
  });
  return Object.fromEntries(byKind) as Record<Kind, string[]>;
}

/** Whether ESLint would ignore a file, given by its path relative to the root. */
export function ignoredBy(root: string, ignores: readonly string[]): (file: string) => boolean {
  if (ignores.length === 0) return () => false;
  const { ConfigArray } = createRequire(import.meta.url)("@eslint/config-array") as typeof ConfigArrays;
  const configs = new ConfigArray([{ ignores: [...ignores] }], { basePath: root }).normalizeSync();
  return (file) => configs.isFileIgnored(path.join(root, file));
}

/** The folders that patterns name with all below them, to everybody: these need not be walked. */
function wholeFolders(ignores: readonly string[]): string[] {
  const isExcepted = ignores.some((pattern) => pattern.startsWith("!"));
  return isExcepted ? [] : ignores.flatMap((pattern) => /^(?!\.\/)(.+)\/\*\*$/.exec(pattern)?.slice(1) ?? []);
}

/** The glob that means one path. */
export function escapeGlob(file: string): string {
  return file.replaceAll(/[()[\]{}!*?@+|\\]/g, "\\$&");
}

const DOCS = fileURLToPath(new URL("../docs/rules/", import.meta.url));

/** The documentation page of a rule, Markdown; undefined where the package was built without pages. */
export function readRulePage(name: string): string | undefined {
  const page = path.join(DOCS, `${path.basename(name)}.md`);
  return existsSync(page) ? readFileSync(page, "utf8") : undefined;
}

/** Writes files into a new temporary directory that is gone after the action. */
export async function withTemporaryFiles<Value>(
  files: Readonly<Record<string, string>>,
  action: (directory: string) => Promise<Value>,
): Promise<Value> {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestrator-lint-")));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
    return await action(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
