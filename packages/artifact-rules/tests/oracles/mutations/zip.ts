import { zip, type ZipOptions } from "../../zip-writer.js";
import { encode, isAux, isBlob, isBooster, isTree, one, packed, repacked, type Mutation } from "./edits.js";

/** The zip file itself, whatever is in it. */
export const ZIP: readonly Mutation[] = [
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
];
