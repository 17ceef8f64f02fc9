import type { Blocking } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { hash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Chain } from "../model/radar/chains.js";

/** What a whole tree is found to hold. */
export interface Found {
  /** Chains by the file they begin in. */
  readonly chains: ReadonlyMap<string, readonly Chain[]>;
  /** Files that could not be read in full. */
  readonly unread: readonly string[];
}

/** What was found in a tree when it was looked at last, kept on disk between runs. */
export interface ResultCache {
  /** @param key - of all that it was drawn from */
  get(key: string): Found | undefined;
  /** A cache that cannot be written is no failure. */
  save(key: string, found: Found): void;
}

const MAX_BYTES = 128 * 1024 * 1024;

const none: ResultCache = { get: () => undefined, save: () => undefined };

/** A key that changes with anything a list of texts says. */
export function keyOf(texts: Iterable<string>): string {
  let all = "";
  for (const text of texts) all += hash("sha1", text, "base64");
  return hash("sha1", all, "base64");
}

/**
 * The cache below `node_modules/.cache/orchestrator` of a root, beside that of SQL. Without `node_modules` nothing is
 * kept, nor where a link leads out of the root.
 *
 * @param build - what drew the results; those of another build are passed over. Without one nothing is kept
 */
export function openCache(root: string, build = buildId()): ResultCache {
  const modules = path.join(root, "node_modules");
  if (build === undefined || !existsSync(modules)) return none;
  const folder = path.join(modules, ".cache", "orchestrator");
  const file = path.join(folder, "python-chains.json");
  return {
    get(key) {
      try {
        if (!isInside(file, root) || statSync(file).size > MAX_BYTES) return undefined;
        const kept = JSON.parse(readFileSync(file, "utf8")) as Kept;
        return kept.build === build && kept.key === key ? unpack(kept) : undefined;
      } catch {
        // There is none, or it is not as it was written.
        return undefined;
      }
    },
    save(key, found) {
      const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
      try {
        const folders = [modules, path.dirname(folder), folder];
        if (folders.some((one) => existsSync(one) && !isInside(one, root))) return;
        mkdirSync(folder, { recursive: true });
        writeFileSync(temporary, JSON.stringify({ build, key, ...pack(found) } satisfies Kept), {
          flag: "wx",
        });
        renameSync(temporary, file);
      } catch {
        // Read-only, full, or raced for by another process: the next run looks at the tree again.
        rmSync(temporary, { force: true });
      }
    },
  };
}

/** Results as they are written: files and reasons once, and numbers in their places. */
interface Kept {
  build: string;
  key: string;
  files: string[];
  reasons: Blocking[];
  chains: KeptChain[];
  unread: readonly string[];
}

type KeptChain = Omit<Chain, "links" | "blocking"> & {
  links: [file: number, start: number, end: number, name: string][];
  blocking: number;
};

function pack({ chains, unread }: Found): Omit<Kept, "build" | "key"> {
  const files = new Map<string, number>();
  const reasons = new Map<Blocking, number>();
  const numberOf = <Key>(numbers: Map<Key, number>, key: Key) => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  const packed = [...chains.values()].flat().map(({ links, blocking, ...rest }): KeptChain => ({
    ...rest,
    links: links.map(({ place: { file, range }, name }) => [numberOf(files, file), range[0], range[1], name]),
    blocking: numberOf(reasons, blocking),
  }));
  return { files: [...files.keys()], reasons: [...reasons.keys()], chains: packed, unread };
}

function unpack({ files, reasons, chains, unread }: Kept): Found {
  const byFile = new Map<string, Chain[]>();
  for (const { links, blocking, ...rest } of chains) {
    const chain: Chain = {
      ...rest,
      links: links.map(([file, start, end, name]) => ({
        place: { file: files[file]!, range: [start, end] },
        name,
      })),
      blocking: reasons[blocking]!,
    };
    const { file } = chain.links[0]!.place;
    const known = byFile.get(file);
    if (known) known.push(chain);
    else byFile.set(file, [chain]);
  }
  return { chains: byFile, unread: [...unread] };
}

function isInside(file: string, root: string): boolean {
  const relative = path.relative(realpathSync(root), realpathSync(file));
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** This build of the program: what it finds may differ from build to build, and while it is edited. */
function buildId(): string | undefined {
  const self = fileURLToPath(import.meta.url);
  if (self.endsWith(".ts")) return undefined;
  const { mtimeMs, size } = statSync(self);
  return `${self}:${mtimeMs}:${size}`;
}
