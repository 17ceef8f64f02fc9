import { hash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { FileFacts } from "../model/facts.js";

/** Facts by the hash of what they were drawn from, kept on disk between runs. */
export interface DiskCache {
  get(key: string): FileFacts | undefined;
  /** Lets go of what was loaded: what was not asked for by now will not be. */
  release(): void;
  /** Replaces the whole content. A cache that cannot be written is no failure. */
  save(entries: ReadonlyMap<string, FileFacts>): void;
}

const MAX_BYTES = 128 * 1024 * 1024;
const WRITTEN_AT_ONCE = 1024 * 1024;
/** Of SHA-1 in base64. */
const KEY_LENGTH = 28;

const none: DiskCache = { get: () => undefined, save: () => undefined, release: () => undefined };

/** The key of a file's facts: they depend on its text and path, and on what they say they took from other files. */
export function keyOf(text: string, file: string): string {
  return hash("sha1", `${file}\0${text}`, "base64");
}

/**
 * The cache below `node_modules/.cache/orchestrator` of a root. Without `node_modules` nothing is kept, nor where a
 * link leads out of the root.
 *
 * @param build - what drew the facts; those of another build are passed over. Without one nothing is kept
 */
export function openCache(root: string, build = buildId()): DiskCache {
  const modules = path.join(root, "node_modules");
  if (build === undefined || !existsSync(modules)) return none;
  const folder = path.join(modules, ".cache", "orchestrator");
  const file = path.join(folder, "sql-facts.jsonl");
  let known: ReadonlyMap<string, string> | undefined;
  return {
    get: (key) => parsed((known ??= load(file, root, build)).get(key)),
    save(entries) {
      const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
      try {
        const folders = [modules, path.dirname(folder), folder];
        if (folders.some((one) => existsSync(one) && !isInside(one, root))) return;
        mkdirSync(folder, { recursive: true });
        write(temporary, build, entries);
        renameSync(temporary, file);
      } catch {
        // Read-only, full, or raced for by another process: the next run draws the facts again.
        rmSync(temporary, { force: true });
      }
    },
    release: () => (known = undefined),
  };
}

/** A line for the build, then one for each file, so that neither writing nor reading holds all of it twice. */
function write(file: string, build: string, entries: ReadonlyMap<string, FileFacts>): void {
  const handle = openSync(file, "wx");
  try {
    let lines = `${JSON.stringify(build)}\n`;
    for (const [key, facts] of entries) {
      lines += `${key} ${JSON.stringify(facts)}\n`;
      if (lines.length < WRITTEN_AT_ONCE) continue;
      writeFileSync(handle, lines);
      lines = "";
    }
    writeFileSync(handle, lines);
  } finally {
    closeSync(handle);
  }
}

/** The facts by key, as text. What is not as it was written is passed over. */
function load(file: string, root: string, build: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  try {
    if (!isInside(file, root) || statSync(file).size > MAX_BYTES) return entries;
    const [first, ...lines] = readFileSync(file, "utf8").split("\n");
    if (first !== JSON.stringify(build)) return entries;
    for (const line of lines) entries.set(line.slice(0, KEY_LENGTH), line.slice(KEY_LENGTH + 1));
  } catch {
    // There is none, or it cannot be read.
  }
  return entries;
}

function parsed(text: string | undefined): FileFacts | undefined {
  try {
    const facts: unknown = text === undefined ? undefined : JSON.parse(text);
    return isFacts(facts) ? facts : undefined;
  } catch {
    return undefined;
  }
}

function isFacts(value: unknown): value is FileFacts {
  const facts = value as Partial<Record<keyof FileFacts, unknown>> | null;
  return (
    typeof facts === "object" &&
    typeof facts?.path === "string" &&
    [facts.changes, facts.queries, facts.writes, facts.unread].every(Array.isArray)
  );
}

function isInside(file: string, root: string): boolean {
  const relative = path.relative(realpathSync(root), realpathSync(file));
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** This build of the program: what it draws from a text may differ from build to build, and while it is edited. */
function buildId(): string | undefined {
  const self = fileURLToPath(import.meta.url);
  if (self.endsWith(".ts")) return undefined;
  const { mtimeMs, size } = statSync(self);
  return `${self}:${mtimeMs}:${size}`;
}
