/**
 * A strict reader of zip files (PKWARE's APPNOTE 6.3.10), which holds the central directory against the local headers
 * and accounts for every byte. It reads no content; see entry.ts.
 */
import type { Findings } from "../findings.js";
import { quote } from "../findings.js";
import type { Limits } from "../limits.js";
import { buffered, Cursor, type ByteSource } from "./bytes.js";

/** An entry whose headers agree. */
export interface ZipEntry {
  readonly name: string;
  readonly method: "stored" | "deflated";
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where its data begins. */
  readonly dataOffset: number;
}

const SIGNATURE = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
  descriptor: 0x08074b50,
};
const SIZE = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 };
const [MAX_16, MAX_32] = [0xffff, 0xffffffff];
const FLAG = { encrypted: 1, descriptor: 8, strong: 0x40, utf8: 0x800, masked: 0x2000 };

/** Where the directory is, and how far the archive is shifted by bytes put before it. */
interface Directory {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
  readonly shift: number;
}

interface CentralHeader {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly localOffset: number;
}

/** The first bytes of a zip file, or of an empty one. */
export function looksLikeZip(source: ByteSource): boolean {
  if (source.size < 4) return false;
  const signature = new Cursor(source.read(0, 4)).u32();
  return signature === SIGNATURE.local || signature === SIGNATURE.end || findEnd(source) !== undefined;
}

/**
 * The entries of a zip file. What does not hold is reported; entries that cannot be read safely are left out.
 *
 * @returns undefined where there is no directory to go by, or it exceeds the limits
 */
export function readZip(
  file: ByteSource,
  limits: Limits,
  findings: Findings,
): readonly ZipEntry[] | undefined {
  const source = buffered(file);
  const directory = readDirectory(source, limits, findings);
  const headers = directory && readCentral(source, directory, findings);
  if (!headers) return undefined;
  if (exceeds(headers, limits, findings)) return undefined;
  checkNames(headers, findings);
  return readLocals(source, directory, headers, findings);
}

/** The end record: the last one whose comment and directory fit; or, where bytes before it were lost, whose comment does. */
function findEnd(source: ByteSource): { offset: number; trailing: number } | undefined {
  const start = Math.max(0, source.size - SIZE.end - MAX_16);
  const tail = source.read(start, source.size - start);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  let cutOff: { offset: number; trailing: number } | undefined;
  for (let at = tail.length - SIZE.end; at >= 0; at--) {
    if (view.getUint32(at, true) !== SIGNATURE.end) continue;
    const trailing = tail.length - (at + SIZE.end + view.getUint16(at + 20, true));
    const [size, offset] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    const isHere = size === MAX_32 || offset === MAX_32 || size + offset <= start + at;
    if (trailing < 0) continue;
    if (isHere) return { offset: start + at, trailing };
    cutOff ??= { offset: start + at, trailing };
  }
  return cutOff;
}

function readDirectory(source: ByteSource, limits: Limits, findings: Findings): Directory | undefined {
  const end = findEnd(source);
  if (!end) {
    findings.add(
      "zip-damaged",
      "The end of the zip file, with its directory, is missing: the file is truncated or overwritten.",
    );
    return undefined;
  }
  if (end.trailing > 0)
    findings.add("zip-extra-bytes", `${end.trailing} bytes follow the end of the zip file.`);
  const cursor = new Cursor(source.read(end.offset, SIZE.end));
  cursor.skip(4);
  const disks = [cursor.u16(), cursor.u16()];
  const counts = [cursor.u16(), cursor.u16()];
  let [size, offset] = [cursor.u32(), cursor.u32()];
  let count = counts[1]!;
  let before = end.offset;
  const wide = readEnd64(source, end.offset, findings);
  if (wide) {
    if (wide.offset > before) return undefined;
    before = wide.at;
    const disagree = (narrow: number, limit: number, value: number) => narrow !== limit && narrow !== value;
    if (
      disagree(count, MAX_16, wide.count) ||
      disagree(size, MAX_32, wide.size) ||
      disagree(offset, MAX_32, wide.offset)
    ) {
      findings.add("zip-directory", "The two end records of the zip file disagree.");
    }
    ({ count, size, offset } = wide);
  } else if (disks.some((disk) => disk !== 0) || counts[0] !== counts[1]) {
    findings.add("zip-damaged", "The zip file is one part of several; MOJOs are whole.");
    return undefined;
  }
  if (count > limits.entries || size > limits.entries * (SIZE.central + 512)) {
    const what = count > limits.entries ? `${count} entries` : `a directory of ${size} bytes`;
    findings.add("zip-limit", `The archive declares ${what}; the limit is ${limits.entries} entries.`);
    return undefined;
  }
  const shift = before - size - offset;
  if (shift < 0) {
    findings.add("zip-damaged", "The zip file's directory lies beyond its end: bytes before it are missing.");
    return undefined;
  }
  if (shift > 0) findings.add("zip-extra-bytes", `${shift} bytes stand before the zip file.`);
  return { count, size, offset: offset + shift, shift };
}

function readEnd64(source: ByteSource, endOffset: number, findings: Findings) {
  const at = endOffset - SIZE.locator64;
  if (at < 0) return undefined;
  const locator = new Cursor(source.read(at, SIZE.locator64));
  if (locator.u32() !== SIGNATURE.locator64) return undefined;
  locator.skip(4);
  // Prepended bytes move the record away from where the locator says; it has no extensible data in practice.
  for (const position of [locator.u64(), at - SIZE.end64]) {
    if (position < 0 || position + SIZE.end64 > at) continue;
    const record = new Cursor(source.read(position, SIZE.end64));
    if (record.u32() !== SIGNATURE.end64) continue;
    record.skip(20);
    const [first, count, size, offset] = [record.u64(), record.u64(), record.u64(), record.u64()];
    if (first !== count) findings.add("zip-directory", "The zip64 record counts entries on several disks.");
    return { at: position, count, size, offset };
  }
  findings.add("zip-damaged", "The zip64 end record is not where its locator points.");
  return { at: Infinity, count: 0, size: 0, offset: Infinity };
}

function readCentral(
  source: ByteSource,
  directory: Directory,
  findings: Findings,
): CentralHeader[] | undefined {
  const headers: CentralHeader[] = [];
  const end = directory.offset + directory.size;
  let at = directory.offset;
  for (; at < end && headers.length < directory.count;) {
    const fixed = new Cursor(source.read(at, SIZE.central));
    if (at + SIZE.central > end || fixed.u32() !== SIGNATURE.central) break;
    const madeBy = fixed.u16();
    fixed.skip(2);
    const [flags, method] = [fixed.u16(), fixed.u16()];
    fixed.skip(4);
    const [crc, packedSize, size] = [fixed.u32(), fixed.u32(), fixed.u32()];
    const [nameLength, extraLength, commentLength] = [fixed.u16(), fixed.u16(), fixed.u16()];
    const disk = fixed.u16();
    fixed.skip(2);
    const [attributes, localOffset] = [fixed.u32(), fixed.u32()];
    const length = SIZE.central + nameLength + extraLength + commentLength;
    if (at + length > end) break;
    const name = decodeName(source.read(at + SIZE.central, nameLength), findings);
    const wide = readWide(source, at + SIZE.central + nameLength, extraLength, {
      size,
      packedSize,
      localOffset,
    });
    if (!wide || (disk !== 0 && disk !== MAX_16)) {
      findings.add("zip-directory", "Its zip64 sizes are missing or out of range.", { entry: name });
      return undefined;
    }
    // The upper half is Unix's file mode where the entry was made on Unix or macOS.
    const type = [3, 19].includes(madeBy >>> 8) ? (attributes >>> 28) & 0xf : 0;
    if (![0, 4, 8].includes(type)) {
      findings.add("zip-special-entry", type === 10 ? "It is a symbolic link." : "It is no regular file.", {
        entry: name,
      });
    }
    headers.push({
      name,
      flags,
      method,
      crc,
      ...wide,
      localOffset: wide.localOffset + directory.shift,
    });
    at += length;
  }
  if (headers.length !== directory.count || at !== end) {
    findings.add(
      "zip-damaged",
      `The directory breaks off after ${headers.length} of ${directory.count} entries, or holds more than it says.`,
    );
    return undefined;
  }
  return headers;
}

/** Sizes and offset, from the zip64 field where the header is too small for them. */
function readWide(
  source: ByteSource,
  at: number,
  length: number,
  narrow: { size: number; packedSize: number; localOffset: number },
) {
  const isWide = Object.values(narrow).includes(MAX_32);
  if (!isWide) return narrow;
  const cursor = new Cursor(new Uint8Array(source.read(at, length)));
  while (cursor.remaining >= 4) {
    const [id, length] = [cursor.u16(), cursor.u16()];
    if (length > cursor.remaining) return undefined;
    const field = new Cursor(cursor.take(length));
    if (id !== 1) continue;
    const wide = { ...narrow };
    for (const key of ["size", "packedSize", "localOffset"] as const) {
      if (narrow[key] !== MAX_32) continue;
      if (field.remaining < 8) return undefined;
      wide[key] = field.u64();
    }
    return Object.values(wide).every(Number.isSafeInteger) ? wide : undefined;
  }
  return undefined;
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Which has a character of its own for every byte. */
const LATIN = new TextDecoder("latin1");

function decodeName(bytes: Uint8Array, findings?: Findings): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    const name = LATIN.decode(bytes);
    findings?.add("zip-name-encoding", "Its name is not UTF-8.", { entry: name });
    return name;
  }
}

function exceeds(headers: readonly CentralHeader[], limits: Limits, findings: Findings): boolean {
  let total = 0;
  let packed = 0;
  for (const { name, size, packedSize } of headers) {
    total += size;
    packed += packedSize;
    if (size > limits.entryBytes) {
      findings.add("zip-limit", `It declares ${size} bytes; the limit is ${limits.entryBytes}.`, {
        entry: name,
      });
    } else if (size > limits.ratioFrom && size > packedSize * limits.ratio) {
      findings.add(
        "zip-limit",
        `It inflates to ${Math.round(size / Math.max(1, packedSize))} times its packed size.`,
        { entry: name },
      );
    }
  }
  if (total > limits.totalBytes)
    findings.add("zip-limit", `Its entries declare ${total} bytes; the limit is ${limits.totalBytes}.`);
  // Entries that are each below what is asked of one make a bomb together.
  else if (total > limits.ratioFrom && total > packed * limits.ratio)
    findings.add(
      "zip-limit",
      `It inflates to ${Math.round(total / Math.max(1, packed))} times its packed size.`,
    );
  return findings.has("zip-limit");
}

/** Names that leave the folder, that are there twice, or that become one where case does not count. */
function checkNames(headers: readonly CentralHeader[], findings: Findings): void {
  const folded = new Map<string, string>();
  for (const { name } of headers) {
    const isUnsafe = /^[/\\]|^[a-z]:|\\|\0|(?:^|\/)\.\.?(?:\/|$)|\/\/|^$/i.test(name);
    if (isUnsafe)
      findings.add(
        "zip-entry-name",
        `The name ${quote(name)} is absolute, leaves the archive's folder, or is not normal.`,
        { entry: name },
      );
    const key = name.normalize("NFC").toLowerCase();
    const other = folded.get(key);
    if (other === name)
      findings.add("zip-duplicate-name", `There are two entries ${quote(name)}.`, { entry: name });
    else if (other !== undefined) {
      findings.add(
        "zip-duplicate-name",
        `${quote(name)} and ${quote(other)} are one file where case does not count.`,
        { entry: name },
      );
    }
    folded.set(key, name);
  }
}

/** Holds each local header against its central one, and sees that entries follow each other without overlap or gap. */
function readLocals(
  source: ByteSource,
  directory: Directory,
  headers: CentralHeader[],
  findings: Findings,
): ZipEntry[] {
  const entries: ZipEntry[] = [];
  headers.sort((left, right) => left.localOffset - right.localOffset);
  let expected = directory.shift;
  let extra = 0;
  for (const central of headers) {
    if (central.localOffset < expected) {
      findings.add(
        "zip-overlap",
        "It shares bytes with the entry before it, or with what comes before the archive.",
        { entry: central.name },
      );
    }
    extra += Math.max(0, central.localOffset - expected);
    const local = readLocal(source, central, directory.offset);
    if (typeof local === "string") {
      findings.add("zip-directory", local, { entry: central.name });
      expected = Math.max(expected, central.localOffset);
      continue;
    }
    expected = Math.max(expected, local.end);
    const isReadable = checkReadable(central, findings);
    if (isReadable) {
      const { name, crc, packedSize, size } = central;
      const method = central.method === 0 ? "stored" : "deflated";
      entries.push({ name, crc, packedSize, size, method, dataOffset: local.dataOffset });
    }
  }
  extra += Math.max(0, directory.offset - expected);
  if (extra > 0) findings.add("zip-extra-bytes", `${extra} bytes of the archive belong to no entry.`);
  return entries;
}

function checkReadable(central: CentralHeader, findings: Findings): boolean {
  const where = { entry: central.name };
  if (central.flags & (FLAG.encrypted | FLAG.strong | FLAG.masked) || central.method === 99) {
    findings.add("zip-encrypted", "It is encrypted.", where);
    return false;
  }
  if (central.method !== 0 && central.method !== 8) {
    findings.add("zip-method", `It is packed by method ${central.method}.`, where);
    return false;
  }
  if (central.method === 0 && central.packedSize !== central.size) {
    findings.add("zip-directory", "It is stored, yet its two sizes differ.", where);
    return false;
  }
  return true;
}

/** Where an entry's data begins and the entry ends; or, as a sentence, how the headers disagree. */
function readLocal(
  source: ByteSource,
  central: CentralHeader,
  limit: number,
): { dataOffset: number; end: number } | string {
  const at = central.localOffset;
  if (at + SIZE.local > limit) return "Its header lies outside the archive.";
  const fixed = new Cursor(source.read(at, SIZE.local));
  if (fixed.u32() !== SIGNATURE.local) return "There is no header where the directory says.";
  fixed.skip(2);
  const [flags, method] = [fixed.u16(), fixed.u16()];
  fixed.skip(4);
  const [crc, packedSize, size] = [fixed.u32(), fixed.u32(), fixed.u32()];
  const [nameLength, extraLength] = [fixed.u16(), fixed.u16()];
  const dataOffset = at + SIZE.local + nameLength + extraLength;
  const dataEnd = dataOffset + central.packedSize;
  if (dataEnd > limit) return "Its data reaches into the directory.";
  if (decodeName(source.read(at + SIZE.local, nameLength)) !== central.name)
    return "Its own header has another name than the directory.";
  if (method !== central.method) return "Its own header has another method than the directory.";
  if (flags !== central.flags) return "Its own header has other flags than the directory.";
  const wide = readWide(source, at + SIZE.local + nameLength, extraLength, {
    size,
    packedSize,
    localOffset: 0,
  });
  const isSame =
    wide && crc === central.crc && wide.size === central.size && wide.packedSize === central.packedSize;
  if (!(flags & FLAG.descriptor)) {
    return isSame
      ? { dataOffset, end: dataEnd }
      : "Its own header has another size or CRC than the directory.";
  }
  const isBlank = crc === 0 && [0, MAX_32].includes(size) && [0, MAX_32].includes(packedSize);
  if (!isBlank && !isSame) return "Its own header has another size or CRC than the directory.";
  const end = readDescriptor(source, central, dataEnd, limit);
  return end === undefined
    ? "The sizes and CRC after its data differ from the directory's."
    : { dataOffset, end };
}

/** The record after the data: with or without a signature, with sizes of four or of eight bytes. */
function readDescriptor(
  source: ByteSource,
  central: CentralHeader,
  at: number,
  limit: number,
): number | undefined {
  const bytes = source.read(at, Math.min(24, limit - at));
  for (const hasSignature of [true, false]) {
    for (const isWide of [false, true]) {
      const length = (hasSignature ? 4 : 0) + (isWide ? 20 : 12);
      if (length > bytes.length) continue;
      const cursor = new Cursor(bytes);
      if (hasSignature && cursor.u32() !== SIGNATURE.descriptor) continue;
      const next = () => (isWide ? cursor.u64() : cursor.u32());
      if (cursor.u32() === central.crc && next() === central.packedSize && next() === central.size)
        return at + length;
    }
  }
  return undefined;
}
