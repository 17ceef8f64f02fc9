/** The one module of this package that touches the file system. */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ByteSource } from "../language/bytes.js";

/** Windows does not have it; elsewhere it keeps a pipe from blocking. */
const { O_NONBLOCK = 0 } = constants as { O_NONBLOCK?: number };

/** Why a file could not be read, in words. */
export class UnreadableFile extends Error {}

/**
 * Opens a regular file below a root for the time of an action.
 *
 * @param root - real path of the directory outside of which nothing is read; links that leave it are refused
 * @param file - path relative to the root
 * @throws UnreadableFile where there is no such file, or it may not be read
 */
export function withFile<Value>(root: string, file: string, action: (source: ByteSource) => Value): Value {
  let handle: number | undefined;
  try {
    const real = realpathSync(path.join(root, file));
    if (!real.startsWith(root.endsWith(path.sep) ? root : root + path.sep))
      throw new UnreadableFile("it is a link to a place outside the checked tree");
    handle = openSync(real, constants.O_RDONLY | O_NONBLOCK);
    const stat = fstatSync(handle);
    if (stat.isDirectory()) throw new UnreadableFile("it is a directory");
    if (!stat.isFile()) throw new UnreadableFile("it is not a regular file");
    return action(handleSource(handle, stat.size));
  } catch (error) {
    if (error instanceof UnreadableFile || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UnreadableFile((error as Error).message);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function handleSource(handle: number, size: number): ByteSource {
  let buffer = new Uint8Array(1 << 18);
  return {
    size,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      if (wanted > buffer.length) buffer = new Uint8Array(wanted);
      const bytes = buffer.subarray(0, wanted);
      let read = 0;
      while (read < bytes.length) {
        const count = readSync(handle, bytes, read, bytes.length - read, offset + read);
        if (count === 0) break;
        read += count;
      }
      return bytes.subarray(0, read);
    },
  };
}

/** The SHA-256 of a file, in hexadecimal digits. */
export function sha256(source: ByteSource): string {
  const hash = createHash("sha256");
  const piece = 1 << 20;
  for (let at = 0; at < source.size; at += piece)
    hash.update(source.read(at, Math.min(piece, source.size - at)));
  return hash.digest("hex");
}

/** Writes the digest of a file beside it, in the form that `sha256sum --check` reads. */
export function writeSidecar(root: string, file: string, digest: string): void {
  writeFileSync(path.join(root, `${file}.sha256`), `${digest}  ${path.posix.basename(file)}\n`);
}
