import { inflateRawSync } from "node:zlib";
import { zip, type Part, type ZipOptions } from "../zip-writer.js";
import type { Random } from "../random.js";

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

const text = new TextDecoder();
const encode = (content: string) => new TextEncoder().encode(content);

type Edit = (parts: readonly Part[], random: Random) => readonly Part[] | undefined;

/** A mutation of the parts, packed soundly. */
const packed = (kind: string, edit: Edit, more: Partial<Mutation> = {}): Mutation => ({
  kind,
  apply: (parts, random) => {
    const edited = edit(parts, random);
    return edited && zip(edited);
  },
  ...more,
});

/** A mutation of how the parts are packed. */
const repacked = (
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
const one = (
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
const lines = (
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
function infoLine(
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
const value = (
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
function sectionOf(all: readonly string[], name: string): number[] {
  const start = all.indexOf(name);
  const found: number[] = [];
  for (let index = start + 1; index < all.length && all[index] !== ""; index++) found.push(index);
  return found;
}

const isTree = (name: string) => /trees\/t\d+(?:_\d+)?\.bin$/.test(name);
const isSharedTree = (name: string) => /trees\/t\d+_\d+\.bin$/.test(name);
const isAux = (name: string) => name.endsWith("_aux.bin");
const isDomain = (name: string) => /domains\/d\d+\.txt$/.test(name);
const isBooster = (name: string) => name.endsWith("boosterBytes");
const isBlob = (name: string) =>
  /(?:eigenvectors_raw|archetypes|vectors|x_mean_(?:cat|num)|knots|zTranspose|zTransposeCS|_binvD|gamColMeansRaw|beta_multinomial(?:_centering)?|calib\/thresholds_[xy])$/.test(
    name,
  );
const isText = (name: string) =>
  /(?:vocabulary|losses|feature_map|_orig_names|_orig_domain_values_\d+|gamColNames|gam_columns|encoding_map\.ini|columns_map\.ini|presence\.ini)$/.test(
    name,
  );
const isNumber = (_: string, content: string) => /^-?\d+$/.test(content);
const isDecimal = (_: string, content: string) => /^-?\d+\.\d+(?:E-?\d+)?$/.test(content);
const isArray = (_: string, content: string) => /^\[.*,.*\]$/.test(content);
const elements = (content: string) => content.slice(1, -1).split(", ");

const flip = (bytes: Buffer, random: Random) => {
  if (bytes.length === 0) return undefined;
  bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  return bytes;
};

/** Exchanges two of a list's items; undefined where they are alike. */
function exchange<Item>(items: readonly Item[], random: Random, all: Item[]): Item[] | undefined {
  const [left, right] = [random.below(items.length), random.below(items.length)];
  if (items.length < 2 || items[left] === items[right]) return undefined;
  [all[all.indexOf(items[left]!)], all[all.lastIndexOf(items[right]!)]] = [items[right]!, items[left]!];
  return all;
}

const CONTENT = "the archive holds together; only its content is another";
const RECORD = "it is written down for people, and nothing is computed from it";

export const MUTATIONS: readonly Mutation[] = [
  // The zip file.
  {
    kind: "zip: cut off",
    apply: (parts, random) => {
      const whole = zip(parts);
      return whole.slice(0, 1 + random.below(whole.length - 1));
    },
  },
  {
    kind: "zip: a stretch taken out",
    apply: (parts, random) => {
      const whole = Buffer.from(zip(parts));
      const at = random.below(whole.length - 40);
      return new Uint8Array(
        Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1 + random.below(30))]),
      );
    },
    contradicts: "sizes and offsets",
  },
  {
    kind: "zip: a bit of the packed data",
    apply: (parts, random) => {
      const whole = Buffer.from(zip(parts));
      whole[30 + random.below(whole.readUInt32LE(whole.length - 6) - 30)]! ^= 1 << random.below(8);
      return new Uint8Array(whole);
    },
    contradicts: "CRC, sizes or the two headers",
  },
  {
    kind: "zip: a bit of the directory",
    apply: (parts, random) => {
      const whole = Buffer.from(zip(parts));
      const start = whole.readUInt32LE(whole.length - 6);
      const at = start + random.below(whole.length - start);
      whole[at]! ^= 1 << random.below(8);
      return new Uint8Array(whole);
    },
    contradicts: "the two headers of an entry",
  },
  repacked("zip: a CRC", (_, random) => ({ crc: random.below(2 ** 31) }), "CRC and content"),
  repacked(
    "zip: a size",
    (part, random) => ({ size: part.bytes.length + 1 + random.below(9) }),
    "size and content",
  ),
  repacked(
    "zip: a local name",
    (part) => ({ localName: `${part.name.slice(0, -1)}~` }),
    "the two names of an entry",
  ),
  repacked(
    "zip: a local CRC",
    (_, random) => ({ localCrc: random.below(2 ** 31) }),
    "the two CRCs of an entry",
  ),
  repacked("zip: encrypted", () => ({ flags: 0x801 }), "flags and content"),
  repacked("zip: a method", (_, random) => ({ method: 9 + random.below(80) })),
  repacked(
    "zip: packed data that goes on",
    (part) => ({ method: 0, packed: Buffer.concat([part.bytes, Buffer.from("more")]) }),
    "the two sizes of a stored entry",
  ),
  { kind: "zip: bytes before", apply: (parts) => zip(parts, { prefix: encode("#!/bin/sh\nexit\n") }) },
  { kind: "zip: bytes after", apply: (parts) => zip(parts, { suffix: encode("\n<!-- more -->\n") }) },
  {
    kind: "zip: more entries counted",
    apply: (parts, random) => zip(parts, { count: parts.length + 1 + random.below(5) } satisfies ZipOptions),
    contradicts: "the count of entries",
  },
  packed(
    "zip: an entry twice",
    (parts, random) => {
      const part = random.pick(parts)!;
      return [...parts, { ...part, bytes: part.bytes.slice(0, -1) }];
    },
    { contradicts: "two entries of one name" },
  ),
  packed(
    "zip: an entry in another case",
    (parts, random) => {
      const part = random.pick(parts)!;
      return [
        ...parts,
        {
          ...part,
          name: part.name.toUpperCase() === part.name ? part.name.toLowerCase() : part.name.toUpperCase(),
        },
      ];
    },
    { contradicts: "names that are one where case does not count" },
  ),
  packed(
    "zip: an entry that escapes",
    (parts) => [...parts, { name: "../../etc/cron.d/evil", bytes: encode("x") }],
    { contradicts: "a name outside the archive's folder" },
  ),
  packed(
    "zip: a symbolic link",
    (parts, random) => {
      const part = random.pick(parts)!;
      return [
        ...parts,
        { name: "link", bytes: encode(`/${part.name}`), madeBy: 0x0314, attributes: 0xa1ff0000 },
      ];
    },
    { contradicts: "an entry outside the archive's folder" },
  ),
  packed(
    "zip: an entry left out",
    (parts, random) => {
      const part = random.pick(parts.filter(({ name }) => !name.startsWith("experimental/")));
      return parts.filter((other) => other !== part);
    },
    { contradicts: "entries that are counted or named elsewhere" },
  ),
  packed(
    "zip: an entry renamed",
    (parts, random) => {
      const part = random.pick(parts.filter(({ name }) => !name.startsWith("experimental/")));
      return parts.map((other) => (other === part ? { ...other, name: `${other.name}.bak` } : other));
    },
    { contradicts: "entries that are counted or named elsewhere" },
  ),
  one(
    "zip: an entry emptied",
    (name) => !name.startsWith("experimental/") && !isAux(name),
    (bytes) => (bytes.length > 0 ? new Uint8Array() : undefined),
    { contradicts: "sizes that follow from counts" },
  ),
  one(
    "zip: an entry cut short",
    (name) => !name.startsWith("experimental/"),
    (bytes, random) =>
      bytes.length > 1 && bytes.at(-1) !== 10 ? bytes.subarray(0, random.below(bytes.length - 1)) : undefined,
    { contradicts: "sizes that follow from counts" },
  ),
  one(
    "zip: an entry made longer",
    (name) => isTree(name) || isAux(name) || isBlob(name) || isBooster(name),
    (bytes, random) => Buffer.concat([bytes, Buffer.alloc(1 + random.below(40), 1 + random.below(255))]),
    { contradicts: "sizes that follow from counts" },
  ),

  // model.ini.
  lines(
    "ini: a key left out",
    (all, random) => {
      const index = infoLine(
        all,
        random,
        (key) =>
          !/^(?:license|timestamp|uuid|pca_impl|pcaMethod|.*_rule_id_.*|use_java_scoring_by_default|default_auuc_thresholds|mini_batch_size|sparse|gamma[XY]|regularizationY|seed)$/.test(
            key,
          ),
      );
      if (index === undefined) return undefined;
      all.splice(index, 1);
      return all;
    },
    { contradicts: "keys that H2O always writes" },
  ),
  lines(
    "ini: a key renamed",
    (all, random) => {
      const index = infoLine(
        all,
        random,
        (key) =>
          !/^(?:license|timestamp|uuid|pca_impl|pcaMethod|.*_rule_id_.*|use_java_scoring_by_default|default_auuc_thresholds|mini_batch_size|sparse|gamma[XY]|regularizationY|seed)$/.test(
            key,
          ),
      );
      if (index === undefined) return undefined;
      all[index] = `x${all[index]!}`;
      return all;
    },
    { contradicts: "keys that H2O always writes" },
  ),
  lines(
    "ini: a key twice",
    (all, random) => {
      const index = infoLine(all, random, (_, content) => isNumber("", content));
      if (index === undefined) return undefined;
      const [key, number] = all[index]!.split(" = ") as [string, string];
      all.splice(index + random.below(2), 0, `${key} = ${String(Number(number) + 1)}`);
      return all;
    },
    { contradicts: "two values of one key" },
  ),
  lines(
    "ini: a section left out",
    (all, random) => {
      const name = random.pick(["[info]", "[columns]", "[domains]"])!;
      return all.filter((line) => line !== name);
    },
    { contradicts: "sections that H2O always writes" },
  ),
  lines(
    "ini: a section twice",
    (all, random) => [...all, random.pick(["[info]", "[columns]", "[domains]"])!],
    { contradicts: "two sections of one name" },
  ),
  lines(
    "ini: a line commented out",
    (all, random) => {
      const index = random.pick([...all.keys()].filter((line) => all[line] !== ""))!;
      all[index] = `#${all[index]!}`;
      return all;
    },
    { contradicts: "lines that H2O never writes" },
  ),
  lines("ini: a byte order mark", (all) => {
    all[0] = `\ufeff${all[0]!}`;
    return all;
  }),
  lines("ini: carriage returns", (all) => all.map((line) => `${line}\r`)),
  lines(
    "ini: a line without a value",
    (all, random) => {
      const index = infoLine(all, random, () => true);
      if (index === undefined) return undefined;
      all[index] = all[index]!.split(" = ")[0]!;
      return all;
    },
    { contradicts: "lines that are no keys with values" },
  ),
  value(
    "ini: a number for a word",
    (_, content) => /^[A-Za-z]\w*$/.test(content),
    (_, random) => String(random.below(100)),
    { contradicts: "types and words that H2O writes" },
  ),
  value(
    "ini: a word for a number",
    (key, content) => isNumber(key, content) && !/^(?:uuid|seed)$/.test(key),
    () => "many",
    { contradicts: "types that H2O writes" },
  ),
  value(
    "ini: a count too high",
    (key, content) =>
      isNumber(key, content) &&
      /^n_|^(?:cats|nums|k|ntrees|center_num|vec_size|vocab_size|submodel_count|base_models_num|strata_count|eigenvector_size|ncats|nnums|num|numsCenter|ncol\w|nrowY|num_(?:categories|numeric|TP_col|CS_col))$/.test(
        key,
      ),
    (content, random) => String(Number(content) + 1 + random.below(2)),
    { contradicts: "counts" },
  ),
  value(
    "ini: a count too low",
    (key, content) =>
      Number(content) > 0 &&
      isNumber(key, content) &&
      /^n_|^(?:cats|nums|k|ntrees|center_num|vec_size|vocab_size|submodel_count|base_models_num|strata_count|eigenvector_size|ncats|nnums|num|numsCenter|ncol\w|nrowY|num_(?:categories|numeric|TP_col|CS_col))$/.test(
        key,
      ),
    (content) => String(Number(content) - 1),
    { contradicts: "counts" },
  ),
  value(
    "ini: a decimal",
    isDecimal,
    (content, random) => String(Number(content) * (2 + random.below(3)) + 0.125),
    { contradicts: "numbers that are written twice", onlyDigest: CONTENT },
  ),
  value(
    "ini: a truth value",
    (_, content) => content === "true" || content === "false",
    (content) => String(content === "false"),
    { contradicts: "facts that are written twice", onlyDigest: CONTENT },
  ),
  value("ini: an array too short", isArray, (content) => `[${elements(content).slice(0, -1).join(", ")}]`, {
    contradicts: "counts",
  }),
  value(
    "ini: an array too long",
    isArray,
    (content) => `[${[...elements(content), elements(content)[0]!].join(", ")}]`,
    { contradicts: "counts" },
  ),
  value(
    "ini: an array in another order",
    isArray,
    (content, random) => {
      const items = elements(content);
      const changed = exchange(items, random, [...items]);
      return changed && `[${changed.join(", ")}]`;
    },
    { contradicts: "numbers that are written twice", onlyDigest: CONTENT },
  ),
  value(
    "ini: an element of an array",
    (key, content) => isArray(key, content) && content.includes("."),
    (content, random) => {
      const items = elements(content);
      const at = random.below(items.length);
      const changed = String(Number(items[at]) * 1.5 + 0.0625);
      items[at] = changed;
      return changed.includes(".") ? `[${items.join(", ")}]` : undefined;
    },
    { contradicts: "numbers that are written twice", onlyDigest: CONTENT },
  ),
  value(
    "ini: a higher version",
    (key) => key === "mojo_version",
    () => "1.50",
    { contradicts: "the version of the format" },
  ),
  value(
    "ini: a lower version",
    (key, content) => key === "mojo_version" && content !== "1.00",
    (_, random) => random.pick(["1.00", "1.10", "1.20"])!,
    { contradicts: "the version of the format" },
  ),
  value(
    "ini: another algorithm",
    (key) => key === "algorithm",
    (content, random) =>
      random.pick(
        [
          "Distributed Random Forest",
          "Gradient Boosting Machine",
          "Generalized Linear Modeling",
          "Deep Learning",
          "K-means",
          "XGBoost",
          "Isolation Forest",
        ].filter((name) => name !== content),
      ),
    { contradicts: "the two names of the algorithm" },
  ),
  value(
    "ini: another category",
    (key) => key === "category",
    (content, random) =>
      random.pick(
        ["Binomial", "Multinomial", "Regression", "Clustering", "AutoEncoder", "AnomalyDetection"].filter(
          (name) => name !== content,
        ),
      ),
    { contradicts: "the category and the classes" },
  ),
  value(
    "ini: another link",
    (key) => key === "link_function" || key === "link",
    (content, random) =>
      random.pick(["log", "logit", "identity", "inverse"].filter((name) => name !== content)),
    { contradicts: "the link and the family" },
  ),
  value(
    "ini: another distribution",
    (key) => key === "distribution" || key === "family",
    (content, random) =>
      random.pick(
        ["bernoulli", "gaussian", "poisson", "multinomial", "tweedie", "laplace", "binomial"].filter(
          (name) => name !== content,
        ),
      ),
    { contradicts: "the family and the link, the category or the description" },
  ),
  value(
    "ini: another activation or encoding",
    (key) => key === "activation" || key === "_genmodel_encoding",
    (content, random) =>
      random.pick(
        ["Tanh", "Rectifier", "Maxout", "OneHotExplicit", "Binary", "LabelEncoder"].filter(
          (name) => name !== content,
        ),
      ),
    { contradicts: "the encoding and the columns, or the description", onlyDigest: CONTENT },
  ),
  value(
    "ini: another release",
    (key) => key === "h2o_version",
    () => "3.44.0.3",
    { contradicts: "the release of an ensemble and of its models", onlyDigest: RECORD },
  ),
  value(
    "ini: another uuid or time",
    (key) => key === "uuid" || key === "timestamp",
    (content) => content.replace(/\d(?=\d)/, (digit) => String(((Number(digit) + 1) % 9) + 1)),
    { contradicts: "the uuid and the checksum of the description", onlyDigest: RECORD },
  ),

  // Columns and domains.
  lines(
    "columns: one left out",
    (all, random) => {
      const index = random.pick(sectionOf(all, "[columns]"));
      if (index === undefined) return undefined;
      all.splice(index, 1);
      return all;
    },
    { contradicts: "the count of columns" },
  ),
  lines(
    "columns: one twice",
    (all, random) => {
      const found = sectionOf(all, "[columns]");
      const [left, right] = [random.pick(found), random.pick(found)];
      if (left === undefined || right === undefined || left === right) return undefined;
      all[left] = all[right]!;
      return all;
    },
    { contradicts: "two columns of one name" },
  ),
  lines(
    "columns: two exchanged",
    (all, random) => {
      const found = sectionOf(all, "[columns]").map((index) => all[index]!);
      return exchange(found, random, all);
    },
    {
      contradicts: "the order of columns in the description",
      onlyDigest: "the columns of a model within an ensemble are written only there",
    },
  ),
  lines(
    "columns: one renamed",
    (all, random) => {
      const index = random.pick(sectionOf(all, "[columns]"));
      if (index === undefined) return undefined;
      all[index] = `${all[index]!}_2`;
      return all;
    },
    {
      contradicts: "the names of columns in the description",
      onlyDigest: "the columns of a model within an ensemble are written only there",
    },
  ),
  lines(
    "domains: another column",
    (all, random) => {
      const index = random.pick(sectionOf(all, "[domains]"));
      if (index === undefined) return undefined;
      all[index] = all[index]!.replace(/^\d+/, (column) => String((Number(column) + 1) % 5));
      return all;
    },
    { contradicts: "the order and the files of domains" },
  ),
  lines(
    "domains: another count",
    (all, random) => {
      const index = random.pick(sectionOf(all, "[domains]"));
      if (index === undefined) return undefined;
      all[index] = all[index]!.replace(
        /: \d+/,
        (count) => `: ${String(Number(count.slice(2)) + 1 - 2 * random.below(2))}`,
      );
      return all;
    },
    { contradicts: "the count of levels" },
  ),
  lines(
    "domains: files exchanged",
    (all, random) => {
      const found = sectionOf(all, "[domains]");
      const [left, right] = [random.pick(found), random.pick(found)];
      if (left === undefined || right === undefined || left === right) return undefined;
      const [first, second] = [all[left]!, all[right]!].map((line) => /\S+$/.exec(line)![0]) as [
        string,
        string,
      ];
      all[left] = all[left]!.replace(first, second);
      all[right] = all[right]!.replace(second, first);
      return all;
    },
    { contradicts: "the order of domain files" },
  ),
  one(
    "domains: a level left out",
    isDomain,
    (bytes, random) => {
      const levels = bytes.toString().split("\n").slice(0, -1);
      levels.splice(random.below(levels.length), 1);
      return encode(levels.map((level) => `${level}\n`).join(""));
    },
    { contradicts: "the count of levels" },
  ),
  one(
    "domains: a level twice",
    isDomain,
    (bytes, random) => {
      const levels = bytes.toString().split("\n").slice(0, -1);
      const [left, right] = [random.below(levels.length), random.below(levels.length)];
      if (left === right) return undefined;
      levels[left] = levels[right]!;
      return encode(levels.map((level) => `${level}\n`).join(""));
    },
    { contradicts: "two levels of one name" },
  ),
  one(
    "domains: levels in another order",
    isDomain,
    (bytes, random) => {
      const levels = bytes.toString().split("\n").slice(0, -1);
      const changed = exchange(levels, random, [...levels]);
      return changed && encode(changed.map((level) => `${level}\n`).join(""));
    },
    {
      contradicts: "the levels in the description, or in the ensemble's other models",
      onlyDigest: "the levels of a model within an ensemble may be written only there",
    },
  ),
  one(
    "domains: a level renamed",
    isDomain,
    (bytes, random) => {
      const levels = bytes.toString().split("\n").slice(0, -1);
      const at = random.below(levels.length);
      levels[at] = `${levels[at]!}x`;
      return encode(levels.map((level) => `${level}\n`).join(""));
    },
    {
      contradicts: "the levels in the description, or in the ensemble's other models",
      onlyDigest: "the levels of a model within an ensemble may be written only there",
    },
  ),

  // Trees.
  packed(
    "trees: one left out",
    (parts, random) => {
      const tree = random.pick(parts.filter(({ name }) => isTree(name)));
      return (
        tree &&
        parts.filter(({ name }) => name !== tree.name && name !== tree.name.replace(".bin", "_aux.bin"))
      );
    },
    { contradicts: "the count of trees" },
  ),
  packed(
    "trees: auxiliary data left out",
    (parts, random) => {
      const aux = random.pick(parts.filter(({ name }) => isAux(name)));
      return aux && parts.filter((part) => part !== aux);
    },
    { contradicts: "trees without their auxiliary data" },
  ),
  packed(
    "trees: one too many",
    (parts) => {
      const tree = parts.find(({ name }) => isSharedTree(name));
      return tree && [...parts, { ...tree, name: tree.name.replace(/_\d+\.bin/, "_900.bin") }];
    },
    { contradicts: "the count of trees" },
  ),
  packed(
    "trees: one from another slot",
    (parts, random) => {
      const trees = parts.filter(({ name }) => isTree(name));
      const [from, to] = [random.pick(trees), random.pick(trees)];
      if (!from || !to || from === to) return undefined;
      const aux = (tree: Part) => parts.find(({ name }) => name === tree.name.replace(".bin", "_aux.bin"));
      return parts.map((part) =>
        part === to
          ? { ...part, bytes: from.bytes }
          : part === aux(to)
            ? { ...part, bytes: aux(from)!.bytes }
            : part,
      );
    },
    { contradicts: "the summary of the trees", onlyDigest: CONTENT },
  ),
  packed(
    "trees: one over another's auxiliary data",
    (parts, random) => {
      const trees = parts.filter(({ name }) => isSharedTree(name));
      const [from, to] = [random.pick(trees), random.pick(trees)];
      if (!from || !to || Buffer.compare(from.bytes, to.bytes) === 0) return undefined;
      return parts.map((part) => (part === to ? { ...part, bytes: from.bytes } : part));
    },
    {
      contradicts: "the tree and its auxiliary data",
      onlyDigest: "a tree of the same shape fits the same auxiliary data",
    },
  ),
  one("trees: a bit", isTree, flip, {
    contradicts: "the tree and what is known of its columns",
    onlyDigest: "a value or a level of a split, or the value of a leaf, is as good as another",
  }),
  one("trees: a column that is none", isSharedTree, (bytes, random) => {
    if (bytes.readUInt16LE(1) === 0xffff) return undefined;
    bytes.writeUInt16LE(1000 + random.below(60_000), 1);
    return bytes;
  }),
  one(
    "trees: another column",
    isSharedTree,
    (bytes, random) => {
      const column = bytes.readUInt16LE(1);
      const other = random.below(4);
      if (column === 0xffff || column === other) return undefined;
      bytes.writeUInt16LE(other, 1);
      return bytes;
    },
    {
      contradicts: "sets of levels and the columns that have them",
      onlyDigest: "a column of the same kind is as good as another",
    },
  ),
  one(
    "trees: a size",
    isSharedTree,
    (bytes, random) => {
      if (bytes.length < 20 || (bytes[0]! & 0x30) !== 0) return undefined;
      const at =
        4 +
        ((bytes[0]! & 12) === 12 && bytes[3] !== 1
          ? 6 + ((bytes.readInt32LE(6) + 7) >> 3)
          : bytes[3] === 1
            ? 0
            : 4);
      bytes[at] = (bytes[at]! + 1 + random.below(250)) % 256;
      return bytes;
    },
    { contradicts: "the size of a subtree" },
  ),
  one(
    "trees: a byte of auxiliary data",
    isAux,
    (bytes, random) => {
      if (bytes.length === 0) return undefined;
      bytes[40 * random.below(bytes.length / 40) + random.below(8)]! ^= 1 << random.below(8);
      return bytes;
    },
    { contradicts: "the tree and its auxiliary data" },
  ),
  one(
    "trees: a leaf",
    isSharedTree,
    (bytes) => {
      bytes.writeFloatLE(bytes.readFloatLE(bytes.length - 4) + 0.5, bytes.length - 4);
      return bytes;
    },
    {
      contradicts: "the leaf and its value in the auxiliary data",
      onlyDigest: "outside of random forests the values of leaves are written once",
    },
  ),

  // Boosters.
  one("booster: a bit", isBooster, flip, {
    contradicts: "the structure of the booster and its counts",
    onlyDigest: "a value of a split or a leaf is as good as another",
  }),
  one("booster: cut off", isBooster, (bytes, random) => bytes.subarray(0, random.below(bytes.length)), {
    contradicts: "sizes that follow from counts",
  }),
  one(
    "booster: a child elsewhere",
    isBooster,
    (bytes, random) => {
      const node = nodeOf(bytes, random);
      if (node === undefined || bytes.readInt32LE(node + 4) === -1) return undefined;
      bytes.writeInt32LE(random.below(30), node + 4);
      return bytes;
    },
    { contradicts: "nodes and their parents" },
  ),
  one(
    "booster: a feature that is none",
    isBooster,
    (bytes, random) => {
      const node = nodeOf(bytes, random);
      if (node === undefined || bytes.readInt32LE(node + 4) === -1) return undefined;
      bytes.writeUInt32LE(0x80000000 + 5000, node + 12);
      return bytes;
    },
    { contradicts: "the count of features" },
  ),
  one(
    "booster: another feature",
    isBooster,
    (bytes, random) => {
      const node = nodeOf(bytes, random);
      if (node === undefined || bytes.readInt32LE(node + 4) === -1) return undefined;
      bytes.writeUInt32LE(0x80000000 + (((bytes.readUInt32LE(node + 12) & 0x7fffffff) + 1) % 8), node + 12);
      return bytes;
    },
    { contradicts: "how often the description says each feature is split on" },
  ),
  one(
    "booster: features exchanged",
    (name) => name.endsWith("feature_map"),
    (bytes, random) => {
      const all = bytes.toString().trimEnd().split("\n");
      const changed = exchange(all, random, [...all]);
      return changed && encode(`${changed.join("\n")}\n`);
    },
    { contradicts: "the names of features and the columns" },
  ),
  one(
    "booster: another base score",
    isBooster,
    (bytes) => {
      bytes.writeFloatLE(bytes.readFloatLE(4) / 2 + 0.125, 4);
      return bytes;
    },
    { onlyDigest: "the base score is written once" },
  ),

  // Matrices, lists and the description.
  one("data: a bit of a matrix", isBlob, (bytes, random) => flip(bytes, random), {
    contradicts: "numbers that are written twice, or that have to rise",
    onlyDigest: CONTENT,
  }),
  one(
    "data: a matrix too short",
    isBlob,
    (bytes) => (bytes.length > 8 ? bytes.subarray(0, bytes.length - 8) : undefined),
    { contradicts: "sizes that follow from counts" },
  ),
  one(
    "data: a line left out",
    isText,
    (bytes, random) => {
      const all = bytes.toString().split("\n").slice(0, -1);
      all.splice(random.below(all.length), 1);
      return encode(all.map((line) => `${line}\n`).join(""));
    },
    {
      contradicts: "counts, and names that are written twice",
      onlyDigest: "an encoding may do without a level",
    },
  ),
  one(
    "data: lines exchanged",
    isText,
    (bytes, random) => {
      const all = bytes.toString().split("\n").slice(0, -1);
      const changed = exchange(all, random, [...all]);
      return changed && encode(changed.map((line) => `${line}\n`).join(""));
    },
    { contradicts: "the order of columns, levels or features", onlyDigest: CONTENT },
  ),
  one(
    "description: broken",
    (name) => name.endsWith("modelDetails.json"),
    (bytes) => bytes.subarray(0, bytes.length - 2),
  ),
  packed("description: left out", (parts) => parts.filter(({ name }) => !name.startsWith("experimental/"))),

  // Ensembles.
  lines(
    "ensemble: models exchanged",
    (all, random) => {
      const found = all.filter((line) => line.startsWith("submodel_dir_"));
      const [left, right] = [random.pick(found), random.pick(found)];
      if (!left || !right || left === right) return undefined;
      const [first, second] = [left, right].map((line) => line.split(" = ")[1]!) as [string, string];
      return all.map((line) =>
        line === left ? line.replace(first, second) : line === right ? line.replace(second, first) : line,
      );
    },
    { contradicts: "the names of models and their folders" },
  ),
  lines(
    "ensemble: base models exchanged",
    (all, random) => {
      const found = all.filter((line) => /^base_model\d/.test(line));
      const [left, right] = [random.pick(found), random.pick(found)];
      if (!left || !right || left === right) return undefined;
      const [first, second] = [left, right].map((line) => line.split(" = ")[1]!) as [string, string];
      return all.map((line) =>
        line === left ? line.replace(first, second) : line === right ? line.replace(second, first) : line,
      );
    },
    { contradicts: "the order of the metalearner's columns" },
  ),
  packed(
    "ensemble: a model left out",
    (parts, random) => {
      const found = [
        ...new Set(parts.flatMap(({ name }) => /^models\/[^/]+\/[^/]+\//.exec(name)?.[0] ?? [])),
      ];
      const path = random.pick(found);
      return path === undefined ? undefined : parts.filter(({ name }) => !name.startsWith(path));
    },
    { contradicts: "models that are named and not there" },
  ),
  packed(
    "ensemble: a model in place of another",
    (parts, random) => {
      const found = [
        ...new Set(parts.flatMap(({ name }) => /^models\/[^/]+\/[^/]+\//.exec(name)?.[0] ?? [])),
      ];
      const [from, to] = [random.pick(found), random.pick(found)];
      if (from === undefined || to === undefined || from === to) return undefined;
      return [
        ...parts.filter(({ name }) => !name.startsWith(to)),
        ...parts
          .filter(({ name }) => name.startsWith(from))
          .map((part) => ({ ...part, name: part.name.replace(from, to) })),
      ];
    },
    {
      contradicts: "the columns of the metalearner",
      onlyDigest: "a base model of the same columns may stand twice",
    },
  ),
];

/** Offset of a node of one of the booster's first trees; undefined for linear boosters. */
function nodeOf(bytes: Buffer, random: Random): number | undefined {
  let at = 140;
  at += 8 + Number(bytes.readBigUInt64LE(at));
  const length = Number(bytes.readBigUInt64LE(at));
  const kind = bytes.toString("latin1", at + 8, at + 8 + length);
  if (kind === "gblinear") return undefined;
  at += 8 + length + 160;
  const count = bytes.readInt32LE(at + 4);
  return at + 148 + 20 * random.below(count);
}
