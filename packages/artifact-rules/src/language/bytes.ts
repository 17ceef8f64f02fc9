/** Random access to the bytes of one file; the verifier's only way to its input. */
export interface ByteSource {
  /** Number of bytes. */
  readonly size: number;
  /**
   * The bytes from `offset` on, until the next read: a source may use one buffer for all.
   *
   * @param offset - a whole number from 0 to `size`
   * @param length - how many; fewer come back only at the end
   */
  read(offset: number, length: number): Uint8Array;
}

/** A source over bytes in memory; reads are views, not copies. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Keeps the stretch read last, so that many small reads in order cost few large ones. */
export function buffered(source: ByteSource, stretch = 1 << 18): ByteSource {
  const buffer = new Uint8Array(Math.min(stretch, source.size));
  let start = 0;
  let held = buffer.subarray(0, 0);
  return {
    size: source.size,
    read(offset, length) {
      if (length > stretch) return source.read(offset, length);
      if (offset < start || offset + length > start + held.length) {
        start = offset;
        const bytes = source.read(offset, Math.min(stretch, source.size - offset));
        buffer.set(bytes);
        held = buffer.subarray(0, bytes.length);
      }
      return held.subarray(offset - start, offset - start + length);
    },
  };
}

/** Thrown by a cursor that is asked for bytes that are not there. */
export class OutOfBytes extends Error {
  constructor(readonly position: number) {
    super(`needs bytes beyond ${position}`);
  }
}

/** Reads numbers one after another, never past the end. */
export class Cursor {
  readonly #view: DataView;
  /** Offset of the next byte. */
  position = 0;

  constructor(
    readonly bytes: Uint8Array,
    readonly littleEndian = true,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), this.littleEndian);
  }

  u24(): number {
    const at = this.#take(3);
    const [a, b, c] = [0, 1, 2].map((index) => this.#view.getUint8(at + index)) as [number, number, number];
    return this.littleEndian ? a | (b << 8) | (c << 16) : (a << 16) | (b << 8) | c;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), this.littleEndian);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), this.littleEndian);
  }

  /** A 64-bit whole number; beyond 2^53 it is only near. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), this.littleEndian));
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), this.littleEndian);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), this.littleEndian);
  }

  /** The next bytes, as a view. */
  take(length: number): Uint8Array {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  #take(length: number): number {
    const at = this.position;
    if (length > this.bytes.length - at) throw new OutOfBytes(at);
    this.position = at + length;
    return at;
  }
}
