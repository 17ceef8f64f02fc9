import {
  Z_BUF_ERROR,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from "pako";
import type { Findings } from "../findings.js";
import type { ByteSource } from "./bytes.js";
import { crc32 } from "./crc32.js";
import type { ZipEntry } from "./zip.js";

/** Packed bytes read, and inflated bytes handed over, at a time. */
const PIECE = 1 << 18;

class TooLong extends Error {}

/**
 * Inflates an entry piece by piece and sees that size, CRC and the end of the packed data are what the directory says.
 * It never holds more than a piece, and stops at the declared size whatever the data goes on to say.
 *
 * @param sink - takes the pieces in order; each is valid only during the call
 * @returns whether everything held
 */
export function streamEntry(
  source: ByteSource,
  entry: ZipEntry,
  findings: Findings,
  sink?: (piece: Uint8Array) => void,
): boolean {
  let size = 0;
  let crc = 0;
  const take = (piece: Uint8Array) => {
    size += piece.length;
    if (size > entry.size) throw new TooLong();
    crc = crc32(piece, crc);
    sink?.(piece);
  };
  const where = { entry: entry.name };
  let problem: string | undefined;
  if (entry.method === "stored") copy(source, entry, take);
  else problem = inflate(source, entry, take);
  if (problem !== undefined) findings.add("zip-content", problem, where);
  else if (size !== entry.size)
    findings.add("zip-content", `It inflates to ${size} bytes, not to the ${entry.size} declared.`, where);
  else if (crc !== entry.crc)
    findings.add("zip-crc", "Its bytes do not have the CRC the archive declares.", where);
  else return true;
  return false;
}

/** The whole content of an entry; undefined where it did not hold. The caller has seen that it is small enough. */
export function readEntry(source: ByteSource, entry: ZipEntry, findings: Findings): Uint8Array | undefined {
  const bytes = new Uint8Array(entry.size);
  let at = 0;
  const isSound = streamEntry(source, entry, findings, (piece) => {
    bytes.set(piece, at);
    at += piece.length;
  });
  return isSound ? bytes : undefined;
}

function copy(
  source: ByteSource,
  { dataOffset, packedSize }: ZipEntry,
  take: (piece: Uint8Array) => void,
): void {
  for (let at = 0; at < packedSize; at += PIECE) {
    take(source.read(dataOffset + at, Math.min(PIECE, packedSize - at)));
  }
}

/** One inflater and one output buffer serve all entries: archives have tens of thousands of small ones. */
let inflater: ZStream | undefined;
const output = new Uint8Array(PIECE);

function startInflater(): ZStream {
  if (inflater) zlibInflateReset(inflater);
  else {
    inflater = new ZStream();
    // Negative: raw data without a wrapper, with a window of 32 KiB.
    zlibInflateInit2(inflater, -15);
  }
  return inflater;
}

function inflate(source: ByteSource, entry: ZipEntry, take: (piece: Uint8Array) => void): string | undefined {
  const stream = startInflater();
  let read = 0;
  let isFull = false;
  stream.avail_in = 0;
  try {
    for (;;) {
      // With its output full, the inflater may have more to give of what it has already read.
      if (stream.avail_in === 0 && !isFull) {
        const length = Math.min(PIECE, entry.packedSize - read);
        if (length === 0) return "Its packed data breaks off.";
        stream.input = source.read(entry.dataOffset + read, length);
        stream.next_in = 0;
        stream.avail_in = length;
        read += length;
      }
      stream.output = output;
      stream.next_out = 0;
      stream.avail_out = PIECE;
      const status = zlibInflate(stream, Z_NO_FLUSH);
      isFull = stream.avail_out === 0;
      if (status === Z_BUF_ERROR) continue;
      if (status !== Z_OK && status !== Z_STREAM_END) return `Its packed data is broken (${stream.msg}).`;
      if (stream.next_out > 0) take(output.subarray(0, stream.next_out));
      if (status === Z_STREAM_END) break;
    }
  } catch (error) {
    if (error instanceof TooLong) return `It inflates to more than the ${entry.size} bytes declared.`;
    throw error;
  }
  const left = entry.packedSize - read + stream.avail_in;
  return left > 0 ? `${left} bytes follow the end of its packed data.` : undefined;
}
