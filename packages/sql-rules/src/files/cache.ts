import { hash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { FileFacts } from "../model/facts.js";

/** Facts by the hash of what they were drawn from, kept on disk between runs. */
export interface DiskCache {
  get(key: string): FileFacts | undefined;
  /** Replaces the whole content. A cache that cannot be written is no failure. */
  save(entries: ReadonlyMap<string, FileFacts>): void;
}

const MAX_BYTES = 128 * 1024 * 1024;

const none: DiskCache = { get: () => undefined, save: () => undefined };

/** The key of a file's facts: they depend on its text and path only. */
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
  const file = path.join(folder, "sql-facts.json");
  let known: ReadonlyMap<string, FileFacts> | undefined;
  return {
    get: (key) => (known ??= load(file, root, build)).get(key),
    save(entries) {
      known = undefined;
      try {
        const folders = [modules, path.dirname(folder), folder];
        if (folders.some((one) => existsSync(one) && !isInside(one, root))) return;
        mkdirSync(folder, { recursive: true });
        const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
        writeFileSync(temporary, JSON.stringify({ build, entries: Object.fromEntries(entries) }), {
          flag: "wx",
        });
        renameSync(temporary, file);
      } catch {
        // Read-only, full, or raced for by another process: the next run draws the facts again.
      }
    },
  };
}

/** What is not as it was written is passed over. */
function load(file: string, root: string, build: string): ReadonlyMap<string, FileFacts> {
  try {
    if (!isInside(file, root) || statSync(file).size > MAX_BYTES) return new Map();
    const stored = JSON.parse(readFileSync(file, "utf8")) as {
      build?: unknown;
      entries?: Record<string, unknown>;
    };
    if (stored.build !== build) return new Map();
    return new Map(
      Object.entries(stored.entries ?? {}).filter((entry): entry is [string, FileFacts] => isFacts(entry[1])),
    );
  } catch {
    return new Map();
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
