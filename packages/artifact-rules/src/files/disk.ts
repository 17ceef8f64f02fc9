/** The one module of this package that touches the file system. */
import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { ByteSource } from "../language/bytes.js";

/** Windows does not have it; elsewhere it keeps a pipe from blocking. */
const { O_NONBLOCK = 0 } = constants as { O_NONBLOCK?: number };

/** Why a file could not be read, in words. */
export class UnreadableFile extends Error {}

/** Why a file could not be written, in words. */
export class UnwritableFile extends Error {}

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
    if (!isWithin(root, real)) throw new UnreadableFile("it is a link to a place outside the checked tree");
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

/** Whether there is anything of this name, be it a link that leads nowhere. */
export function isThere(root: string, file: string): boolean {
  return lstatSync(path.join(root, file), { throwIfNoEntry: false }) !== undefined;
}

/**
 * Writes the digest of a file beside it, in the form that `sha256sum --check` reads. The file of the digest is made anew
 * and then takes the place of an older one: nothing is ever written through a link, and nothing outside the root.
 *
 * @param root - real path of the directory outside of which nothing is written
 * @throws UnwritableFile where something else than a regular file has its name, or the folder may not be written to
 */
export function writeSidecar(root: string, file: string, digest: string): void {
  const name = `${path.posix.basename(file)}.sha256`;
  let draft: string | undefined;
  try {
    const folder = realpathSync(path.join(root, path.dirname(file)));
    if (folder !== root && !isWithin(root, folder))
      throw new UnwritableFile("its folder is a link to a place outside the checked tree");
    const target = path.join(folder, name);
    const older = lstatSync(target, { throwIfNoEntry: false });
    if (older && !older.isFile())
      throw new UnwritableFile(
        `there is a ${older.isDirectory() ? "directory" : older.isSymbolicLink() ? "link" : "special file"} of that name`,
      );
    const made = path.join(folder, `${name}.${randomUUID()}`);
    writeFileSync(made, `${digest}  ${path.posix.basename(file)}\n`, { flag: "wx" });
    draft = made;
    renameSync(draft, target);
  } catch (error) {
    if (draft !== undefined) rmSync(draft, { force: true });
    if (error instanceof UnwritableFile || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UnwritableFile((error as Error).message);
  }
}

function isWithin(root: string, real: string): boolean {
  return real.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}
