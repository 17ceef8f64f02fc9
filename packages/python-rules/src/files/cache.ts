import type { Blocking } from "@orchestrator-lint/semgrep-rules/blocking-calls";
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
import { FAR_RULES, type FarFinding, type FarRule } from "../model/requests/requests.js";
import type { Chain, ChainDoubt, Link } from "../model/radar/chains.js";
import { TIERS } from "../model/radar/paths.js";
import { TAGS, type Tag } from "../model/radar/tags.js";

/** What a whole tree is found to hold. */
export interface Found {
  /** Chains by the file they begin in. */
  readonly chains: ReadonlyMap<string, readonly Chain[]>;
  /** What requests bring about elsewhere, by the file they begin in. */
  readonly far: ReadonlyMap<string, readonly FarFinding[]>;
  /** Files that could not be read in full. */
  readonly unread: readonly string[];
  /** Files of layers, and those with blocks of Mage. */
  readonly judged: readonly string[];
}

/** What tells whether anything that results were drawn from changed. */
export interface Inputs {
  /** The files of the tree. */
  readonly files: ReadonlySet<string>;
  /** Of what the file system says of the files; none where one may change once more without its saying so. */
  readonly stamps: string | undefined;
  /** Of what stands in the files. */
  texts(): string;
}

/** What was found in a tree when it was looked at last, kept on disk between runs. */
export interface ResultCache {
  /** Reads no file where their stamps are as they were. */
  get(inputs: Inputs): Found | undefined;
  /** A cache that cannot be written is no failure. */
  save(inputs: Inputs, found: Found): void;
}

const MAX_BYTES = 128 * 1024 * 1024;

const none: ResultCache = { get: () => undefined, save: () => undefined };

/** A key that changes with anything a list of texts says. */
export function keyOf(texts: Iterable<string>): string {
  // Loading it takes as long as looking through a small tree, which is not always kept.
  const { hash } = process.getBuiltinModule("node:crypto");
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
  const write = (kept: Kept) => {
    const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    try {
      const folders = [modules, path.dirname(folder), folder];
      if (folders.some((one) => existsSync(one) && !isInside(one, root))) return;
      mkdirSync(folder, { recursive: true });
      writeFileSync(temporary, JSON.stringify(kept), { flag: "wx" });
      renameSync(temporary, file);
    } catch {
      // Read-only, full, or raced for by another process: the next run looks at the tree again.
      rmSync(temporary, { force: true });
    }
  };
  return {
    get(inputs) {
      try {
        if (!isInside(file, root) || statSync(file).size > MAX_BYTES) return undefined;
        const kept: unknown = JSON.parse(readFileSync(file, "utf8"));
        if (!isKept(kept, inputs.files) || kept.build !== build) return undefined;
        if (inputs.stamps === undefined || kept.stamps !== inputs.stamps) {
          if (kept.texts !== inputs.texts()) return undefined;
          // Checked out anew, or only touched.
          if (inputs.stamps !== undefined) write({ ...kept, stamps: inputs.stamps });
        }
        return unpack(kept);
      } catch {
        // There is none, or it is not as it was written.
        return undefined;
      }
    },
    save(inputs, found) {
      const { stamps } = inputs;
      write({ build, ...(stamps === undefined ? {} : { stamps }), texts: inputs.texts(), ...pack(found) });
    },
  };
}

/** Results as they are written: files and reasons once, and numbers in their places. */
interface Kept {
  build: string;
  stamps?: string;
  texts: string;
  files: string[];
  reasons: Blocking[];
  chains: KeptChain[];
  far: KeptFar[];
  unread: readonly string[];
  judged: readonly string[];
}

type KeptLink = [file: number, start: number, end: number, name: string];
type KeptChain = Omit<Chain, "links" | "blocking"> & { links: KeptLink[]; blocking: number };
type KeptFar = Omit<FarFinding, "links"> & { links: KeptLink[] };

function pack({ chains, far, unread, judged }: Found): Omit<Kept, "build" | "stamps" | "texts"> {
  const files = new Map<string, number>();
  const reasons = new Map<Blocking, number>();
  const numberOf = <Key>(numbers: Map<Key, number>, key: Key) => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  const linksOf = (links: readonly Link[]) =>
    links.map(({ place: { file, range }, name }): KeptLink => [numberOf(files, file), ...range, name]);
  const packed = [...chains.values()].flat().map(({ links, blocking, ...rest }): KeptChain => ({
    ...rest,
    links: linksOf(links),
    blocking: numberOf(reasons, blocking),
  }));
  const packedFar = [...far.values()].flat().map(({ links, ...rest }): KeptFar => ({ ...rest, links: linksOf(links) })); // prettier-ignore
  return {
    files: [...files.keys()],
    reasons: [...reasons.keys()],
    chains: packed,
    far: packedFar,
    unread,
    judged,
  };
}

function unpack({ files, reasons, chains, far, unread, judged }: Kept): Found {
  const linksOf = (links: readonly KeptLink[]) =>
    links.map(([file, start, end, name]): Link => ({
      place: { file: files[file]!, range: [start, end] },
      name,
    }));
  const allChains = chains.map(({ links, blocking, ...rest }): Chain => ({
    ...rest,
    links: linksOf(links),
    blocking: reasons[blocking]!,
  }));
  const allFar = far.map(({ links, ...rest }): FarFinding => ({ ...rest, links: linksOf(links) }));
  return { chains: byFile(allChains), far: byFile(allFar), unread, judged };
}

/** By the file of the first link. */
function byFile<Item extends { links: readonly Link[] }>(all: readonly Item[]): Map<string, Item[]> {
  const found = new Map<string, Item[]>();
  for (const one of all) {
    const { file } = one.links[0]!.place;
    const known = found.get(file);
    if (known) known.push(one);
    else found.set(file, [one]);
  }
  return found;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isList = <Item>(value: unknown, isItem: (item: unknown) => item is Item): value is Item[] =>
  Array.isArray(value) && value.every(isItem);

/**
 * Whether a value may have been written by this program: anybody can write into the folder, and what rules take for a chain
 * has to be one, in files of the tree.
 */
function isKept(value: unknown, tree: ReadonlySet<string>): value is Kept {
  const isFile = (file: unknown): file is string => isText(file) && tree.has(file);
  const kept = (value ?? {}) as Partial<Record<keyof Kept, unknown>>;
  const { build, stamps, texts, files, reasons, chains, far, unread, judged } = kept;
  if (!isText(build) || !isText(texts) || !(stamps === undefined || isText(stamps))) return false;
  if (!isList(files, isFile) || !isList(unread, isFile) || !isList(judged, isFile)) return false;
  if (!isList(reasons, isReason)) return false;
  if (!isList(far, (one): one is KeptFar => isFar(one, files.length))) return false;
  return isList(chains, (chain): chain is KeptChain => isChain(chain, files.length, reasons.length));
}

/** What is asked of a reason after its chain was found. */
function isReason(value: unknown): value is Blocking {
  const { family, tier, why, offload } = (value ?? {}) as Partial<Record<keyof Blocking, unknown>>;
  return [family, why, offload].every(isText) && (TIERS as readonly unknown[]).includes(tier);
}

function isFar(value: unknown, files: number): value is KeptFar {
  const { rule, subject, links } = (value ?? {}) as Partial<Record<keyof KeptFar, unknown>>;
  return FAR_RULES.includes(rule as FarRule) && isText(subject) && isWay(links, files);
}

function isChain(value: unknown, files: number, reasons: number): value is KeptChain {
  const chain = (value ?? {}) as Partial<Record<keyof KeptChain, unknown>>;
  return (
    isText(chain.subject) &&
    isText(chain.entry) &&
    typeof chain.isCoroutine === "boolean" &&
    (chain.doubt === undefined || isDoubt(chain.doubt)) &&
    isWay(chain.links, files) &&
    isBelow(chain.blocking, reasons) &&
    isList(chain.tags, (tag): tag is Tag => (TAGS as readonly unknown[]).includes(tag)) &&
    Number.isInteger(chain.count)
  );
}

function isDoubt(value: unknown): value is ChainDoubt {
  const { k, name, given, count } = (value ?? {}) as Record<string, unknown>;
  if (k === "tests") return Number.isInteger(count);
  if (k === "constant" || k === "length") return true;
  const isNamed = k === "unnamed" || k === "once" || k === "lock" || k === "ruled-out" || k === "awaited";
  return isText(name) && (isNamed || (k === "given" && isText(given)));
}

function isWay(value: unknown, files: number): value is KeptLink[] {
  const isLink = (link: unknown): link is KeptLink => {
    if (!Array.isArray(link)) return false;
    const [file, start, end, name] = link as unknown[];
    return isBelow(file, files) && isBelow(end, MAX_BYTES) && isBelow(start, end + 1) && isText(name);
  };
  return isList(value, isLink) && value.length > 0;
}

function isBelow(number: unknown, end: number): number is number {
  return Number.isInteger(number) && (number as number) >= 0 && (number as number) < end;
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
