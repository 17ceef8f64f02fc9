import { deflateRawSync, crc32 } from "node:zlib";

/** A file to pack, and what its headers shall say other than the truth. */
export interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Stored by default where it is smaller. */
  readonly method?: number;
  readonly packed?: Uint8Array;
  readonly crc?: number;
  readonly size?: number;
  readonly flags?: number;
  readonly localName?: string;
  readonly localCrc?: number;
  readonly localSize?: number;
  /** Host in the upper byte and Unix mode, as the directory holds them. */
  readonly madeBy?: number;
  readonly attributes?: number;
  /** Offset of the local header; where the header is by default. */
  readonly offset?: number;
  /** Sizes and CRC after the data, as Java's writer puts them. */
  readonly descriptor?: boolean;
}

export interface ZipOptions {
  readonly prefix?: Uint8Array;
  readonly suffix?: Uint8Array;
  /** Number of entries the end record declares. */
  readonly count?: number;
  readonly comment?: string;
}

const text = new TextEncoder();

/** What was deflated once, as most parts of damaged archives are those of the intact one. */
const known = new WeakMap<Uint8Array, { deflated: Uint8Array; crc: number }>();

function deflate(bytes: Uint8Array): { deflated: Uint8Array; crc: number } {
  let found = known.get(bytes);
  if (!found) known.set(bytes, (found = { deflated: deflateRawSync(bytes), crc: crc32(bytes) }));
  return found;
}

/** Packs parts into a zip file, truthfully unless told otherwise. */
export function zip(parts: readonly Part[], options: ZipOptions = {}): Uint8Array {
  const chunks: Uint8Array[] = [options.prefix ?? new Uint8Array()];
  let at = chunks[0]!.length;
  const push = (chunk: Uint8Array) => {
    chunks.push(chunk);
    at += chunk.length;
  };
  const central: Uint8Array[] = [];
  for (const part of parts) {
    const { deflated, crc: actual } = deflate(part.bytes);
    const method = part.method ?? 8;
    const packed = part.packed ?? (method === 0 ? part.bytes : deflated);
    const crc = part.crc ?? actual;
    const size = part.size ?? part.bytes.length;
    const flags = (part.flags ?? 0x800) | (part.descriptor ? 8 : 0);
    const [name, localName] = [text.encode(part.name), text.encode(part.localName ?? part.name)];
    const offset = part.offset ?? at;
    const local = [part.localCrc ?? crc, packed.length, part.localSize ?? size];
    push(
      record([
        [4, 0x04034b50],
        [2, 20],
        [2, flags],
        [2, method],
        [4, 0],
        ...(part.descriptor ? [0, 0, 0] : local).map((value): [number, number] => [4, value]),
        [2, localName.length],
        [2, 0],
      ]),
    );
    push(localName);
    push(packed);
    if (part.descriptor)
      push(
        record([
          [4, 0x08074b50],
          [4, local[0]!],
          [4, local[1]!],
          [4, local[2]!],
        ]),
      );
    central.push(
      record([
        [4, 0x02014b50],
        [2, part.madeBy ?? 20],
        [2, 20],
        [2, flags],
        [2, method],
        [4, 0],
        [4, crc],
        [4, packed.length],
        [4, size],
        [2, name.length],
        [2, 0],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, part.attributes ?? 0],
        [4, offset],
      ]),
      name,
    );
  }
  const start = at;
  for (const chunk of central) push(chunk);
  const count = options.count ?? parts.length;
  const comment = text.encode(options.comment ?? "");
  const size = at - start;
  const isWide = count > 0xffff;
  if (isWide) {
    const end = at;
    const wide = (value: number): [number, number][] => [
      [4, value],
      [4, 0],
    ];
    push(record([[4, 0x06064b50], ...wide(44), [4, 0], [4, 0], [4, 0], ...wide(count), ...wide(count), ...wide(size), ...wide(start)])); // prettier-ignore
    push(record([[4, 0x07064b50], [4, 0], ...wide(end), [4, 1]])); // prettier-ignore
  }
  push(
    record([
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, isWide ? 0xffff : count],
      [2, isWide ? 0xffff : count],
      [4, size],
      [4, start],
      [2, comment.length],
    ]),
  );
  push(comment);
  push(options.suffix ?? new Uint8Array());
  return new Uint8Array(Buffer.concat(chunks));
}

/** Fields of so many bytes each, little endian. */
function record(fields: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = Buffer.alloc(fields.reduce((sum, [length]) => sum + length, 0));
  let at = 0;
  for (const [length, value] of fields) {
    if (length === 2) bytes.writeUInt16LE(value & 0xffff, at);
    else bytes.writeUInt32LE(value >>> 0, at);
    at += length;
  }
  return bytes;
}
