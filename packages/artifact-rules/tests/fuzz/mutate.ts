import type { Random } from "../random.js";
import { partsOf } from "../oracles/mutations/edits.js";
import { zip, type Part } from "../zip-writer.js";

/** Numbers that break things: sizes, counts and offsets at the edges of their types. */
const EDGES = [
  0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 48, 63, 64, 127, 128, 255, 256, 32767, 65535, 65536, 0x7fffffff,
  0x80000000, 0xfffffffe, 0xffffffff,
];
const WORDS = [
  "null",
  "NaN",
  "-1",
  "0",
  "1",
  "2147483647",
  "99999999999999999999",
  "[]",
  "[0]",
  "[null]",
  "true",
  "1.0E400",
  "=",
  "[info]",
  "[columns]",
  "[domains]",
  "../",
  "\\n",
  "\u0000",
];

/** An input with a few changes, in its bytes or, with sound headers around them, in one of its entries. */
export function mutate(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const parts = random.below(4) === 0 ? undefined : soundParts(input);
  if (!parts || parts.length === 0) return changeBytes(input, other, random);
  const index = random.below(parts.length);
  const part = parts[index]!;
  switch (random.below(8)) {
    case 0:
      return zip(parts.filter((_, place) => place !== index));
    case 1:
      return zip([...parts, { ...part, name: random.pick(parts)!.name }]);
    case 2:
      return zip(
        parts.map((one, place) => (place === index ? { ...one, bytes: random.pick(parts)!.bytes } : one)),
      );
    case 3:
      return zip([...parts, ...(soundParts(other) ?? []).slice(0, 1 + random.below(4))]);
    default:
      return zip(
        parts.map((one, place) => (place === index ? { ...one, bytes: changePart(one, random) } : one)),
      );
  }
}

function soundParts(input: Uint8Array): Part[] | undefined {
  try {
    return partsOf(input).slice(0, 2000);
  } catch {
    return undefined;
  }
}

function changePart(part: Part, random: Random): Uint8Array {
  const isText = /\.(?:ini|txt|json|md)$|vocabulary|losses|feature_map/.test(part.name);
  if (!isText || random.below(3) === 0) return changeBytes(part.bytes, part.bytes, random);
  const lines = new TextDecoder().decode(part.bytes).split("\n");
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(lines.length);
    const line = lines[at] ?? "";
    const word = random.pick(WORDS)!;
    const change = random.below(5);
    if (change === 0) lines.splice(at, 1);
    else if (change === 1) lines.splice(at, 0, lines[random.below(lines.length)] ?? "");
    else if (change === 2) lines[at] = line.includes(" = ") ? `${line.split(" = ")[0]!} = ${word}` : word;
    else if (change === 3) lines[at] = line.replace(/-?\d+/, word);
    else lines[at] = line.replace(/[a-z]+/i, word);
  }
  return new TextEncoder().encode(lines.join("\n"));
}

function changeBytes(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes = Buffer.from(input);
  for (let count = 1 + random.below(4); count > 0; count--) {
    const at = random.below(bytes.length + 1);
    switch (random.below(6)) {
      case 0:
        if (at < bytes.length) bytes[at]! ^= 1 << random.below(8);
        break;
      case 1:
        if (at + 4 <= bytes.length) bytes.writeUInt32LE(random.pick(EDGES)!, at);
        break;
      case 2:
        if (at + 2 <= bytes.length) bytes.writeUInt16LE(random.pick(EDGES)! & 0xffff, at);
        break;
      case 3:
        bytes = bytes.subarray(0, at);
        break;
      case 4:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          bytes.subarray(random.below(bytes.length + 1)),
        ]).subarray(0, 1 << 20);
        break;
      default: {
        const from = random.below(other.length + 1);
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          other.subarray(from, from + random.below(64)),
          bytes.subarray(at),
        ]);
      }
    }
  }
  return new Uint8Array(bytes);
}
