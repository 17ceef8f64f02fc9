import { inflateRawSync } from "node:zlib";
import { zip, type Part } from "../../zip-writer.js";
import type { Random } from "../../random.js";

/** Ways to damage a MOJO. Each takes the parts of an intact archive and gives back the bytes of a damaged one. */
export interface Mutation {
  readonly kind: string;
  /** Why only a digest can tell it from an archive that was trained so; absent where the archive itself shows it. */
  readonly onlyDigest?: string;
  /** Why it is an error even where the model scores alike: what it contradicts. */
  readonly contradicts?: string;
  /** Undefined where the archive has nothing of the kind. */
  readonly apply: (parts: readonly Part[], random: Random) => Uint8Array | undefined;
}

/** The parts of an archive that is known to be sound. */
export function partsOf(archive: Uint8Array): Part[] {
  const bytes = Buffer.from(archive);
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = bytes.readUInt32LE(end + 16);
  return Array.from({ length: bytes.readUInt16LE(end + 10) }, () => {
    const [method, packed, nameLength, extra, comment] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt16LE(at + 30),
      bytes.readUInt16LE(at + 32),
    ];
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    at += 46 + nameLength + extra + comment;
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + packed);
    return { name, bytes: new Uint8Array(method === 0 ? data : inflateRawSync(data)) };
  });
}

export const text = new TextDecoder();
export const encode = (content: string) => new TextEncoder().encode(content);

export type Edit = (parts: readonly Part[], random: Random) => readonly Part[] | undefined;

/** A mutation of the parts, packed soundly. */
export const packed = (kind: string, edit: Edit, more: Partial<Mutation> = {}): Mutation => ({
  kind,
  apply: (parts, random) => {
    const edited = edit(parts, random);
    return edited && zip(edited);
  },
  ...more,
});

/** A mutation of how the parts are packed. */
export const repacked = (
  kind: string,
  change: (part: Part, random: Random) => Partial<Part>,
  contradicts?: string,
): Mutation => ({
  kind,
  ...(contradicts === undefined ? {} : { contradicts }),
  apply: (parts, random) => {
    const index = random.below(parts.length);
    return zip(parts.map((part, place) => (place === index ? { ...part, ...change(part, random) } : part)));
  },
});

/** A mutation of the bytes of one part that fits. */
export const one = (
  kind: string,
  fits: (name: string, parts: readonly Part[]) => boolean,
  change: (bytes: Buffer, random: Random, part: Part) => Uint8Array | undefined,
  more: Partial<Mutation> = {},
): Mutation =>
  packed(
    kind,
    (parts, random) => {
      const part = random.pick(parts.filter(({ name }) => fits(name, parts)));
      const bytes = part && change(Buffer.from(part.bytes), random, part);
      return bytes && parts.map((other) => (other === part ? { ...other, bytes } : other));
    },
    more,
  );

/** A mutation of the lines of one of the archive's model.ini files; the outer one more often. */
export const lines = (
  kind: string,
  change: (lines: string[], random: Random) => string[] | undefined,
  more: Partial<Mutation> = {},
): Mutation =>
  packed(
    kind,
    (parts, random) => {
      const inis = parts.filter(({ name }) => name === "model.ini" || name.endsWith("/model.ini"));
      const part = random.below(2) === 0 ? inis.find(({ name }) => name === "model.ini") : random.pick(inis);
      const before = part && text.decode(part.bytes).split("\n");
      const after = before && change([...before], random);
      if (!after || after.join() === before.join()) return undefined;
      return parts.map((other) => (other === part ? { ...other, bytes: encode(after.join("\n")) } : other));
    },
    more,
  );

/** Index of a line of [info] that fits. */
export function infoLine(
  all: readonly string[],
  random: Random,
  fits: (key: string, value: string) => boolean,
): number | undefined {
  const end = all.indexOf("[columns]");
  const found = [...all.keys()].slice(1, end).filter((index) => {
    const [key, value] = all[index]!.split(" = ");
    return key !== undefined && value !== undefined && fits(key, value);
  });
  return random.pick(found);
}

/** A mutation of the value of one key of [info]. */
export const value = (
  kind: string,
  fits: (key: string, value: string) => boolean,
  change: (value: string, random: Random, key: string) => string | undefined,
  more: Partial<Mutation> = {},
): Mutation =>
  lines(
    kind,
    (all, random) => {
      const index = infoLine(all, random, fits);
      if (index === undefined) return undefined;
      const [key, old] = all[index]!.split(" = ") as [string, string];
      const changed = change(old, random, key);
      if (changed === undefined) return undefined;
      all[index] = `${key} = ${changed}`;
      return all;
    },
    more,
  );

/** Lines of a section, from the one after its name. */
export function sectionOf(all: readonly string[], name: string): number[] {
  const start = all.indexOf(name);
  const found: number[] = [];
  for (let index = start + 1; index < all.length && all[index] !== ""; index++) found.push(index);
  return found;
}

export const isTree = (name: string) => /trees\/t\d+(?:_\d+)?\.bin$/.test(name);
export const isSharedTree = (name: string) => /trees\/t\d+_\d+\.bin$/.test(name);
export const isAux = (name: string) => name.endsWith("_aux.bin");
export const isDomain = (name: string) => /domains\/d\d+\.txt$/.test(name);
export const isBooster = (name: string) => name.endsWith("boosterBytes");
export const isBlob = (name: string) =>
  /(?:eigenvectors_raw|archetypes|vectors|x_mean_(?:cat|num)|knots|zTranspose|zTransposeCS|_binvD|gamColMeansRaw|beta_multinomial(?:_centering)?|calib\/thresholds_[xy])$/.test(
    name,
  );
export const isText = (name: string) =>
  /(?:vocabulary|losses|feature_map|_orig_names|_orig_domain_values_\d+|gamColNames|gam_columns|encoding_map\.ini|columns_map\.ini|presence\.ini)$/.test(
    name,
  );
export const isNumber = (_: string, content: string) => /^-?\d+$/.test(content);
export const isDecimal = (_: string, content: string) => /^-?\d+\.\d+(?:E-?\d+)?$/.test(content);
export const isArray = (_: string, content: string) => /^\[.*,.*\]$/.test(content);
export const elements = (content: string) => content.slice(1, -1).split(", ");

export const flip = (bytes: Buffer, random: Random) => {
  if (bytes.length === 0) return undefined;
  bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  return bytes;
};

/** Exchanges two of a list's items; undefined where they are alike. */
export function exchange<Item>(items: readonly Item[], random: Random, all: Item[]): Item[] | undefined {
  const [left, right] = [random.below(items.length), random.below(items.length)];
  if (items.length < 2 || items[left] === items[right]) return undefined;
  [all[all.indexOf(items[left]!)], all[all.lastIndexOf(items[right]!)]] = [items[right]!, items[left]!];
  return all;
}

export const CONTENT = "the archive holds together; only its content is another";
export const RECORD = "it is written down for people, and nothing is computed from it";
