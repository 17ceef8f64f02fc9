/**
 * The lines of a text as they stand in its bytes, decoded one at a time: an array of strings would take ten times the
 * memory of the file, and a MOJO may have a million levels.
 */
export class Lines implements Iterable<string> {
  readonly #bytes: Uint8Array;
  /** Where each line begins; the last one is where the text ends. */
  readonly #starts: Uint32Array;
  readonly #decode: (text: string) => string;

  private constructor(bytes: Uint8Array, starts: Uint32Array, decode: (text: string) => string) {
    this.#bytes = bytes;
    this.#starts = starts;
    this.#decode = decode;
  }

  /**
   * @param limit - number of lines beyond which they are not looked into
   * @param decode - what a line stands for; itself by default
   * @returns undefined where there are more
   */
  static of(bytes: Uint8Array, limit: number, decode = (line: string) => line): Lines | undefined {
    let count = bytes.length > 0 && bytes[bytes.length - 1] !== LF ? 1 : 0;
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1))
      if (++count > limit) return undefined;
    const starts = new Uint32Array(count + 1);
    for (let line = 1, at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1))
      starts[line++] = at + 1;
    starts[count] = bytes.length;
    return new Lines(bytes, starts, decode);
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  /** Bytes it takes in memory. */
  get size(): number {
    return this.#bytes.length + this.#starts.byteLength;
  }

  /** A line without its end; undefined where there is none. */
  at(index: number): string | undefined {
    if (!(index >= 0 && index < this.length)) return undefined;
    return this.#decode(UTF_8.decode(this.#line(index)));
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let index = 0; index < this.length; index++) yield this.at(index)!;
  }

  *entries(): Iterable<readonly [number, string]> {
    for (let index = 0; index < this.length; index++) yield [index, this.at(index)!];
  }

  /** Whether two texts are one. */
  equals(other: Lines): boolean {
    return this === other || isEqual(this.#bytes, other.#bytes);
  }

  /** Indices of the lines that stand there before. */
  *duplicates(): Iterable<number> {
    // An open table of line numbers from 1, at most two thirds full.
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(4, this.length * 1.5))));
    // Nobody outside can choose lines that all fall into one place.
    const seed = Math.floor(Math.random() * 2 ** 32);
    for (let index = 0; index < this.length; index++) {
      const line = this.#line(index);
      for (let slot = hash(line, seed), tries = 0; tries < MAX_TRIES; slot++, tries++) {
        const other = slots[slot & (slots.length - 1)]!;
        if (other === 0) {
          slots[slot & (slots.length - 1)] = index + 1;
          break;
        }
        if (isEqual(line, this.#line(other - 1))) {
          yield index;
          break;
        }
      }
    }
  }

  #line(index: number): Uint8Array {
    const start = this.#starts[index]!;
    let end = this.#starts[index + 1]!;
    if (end > start && this.#bytes[end - 1] === LF) {
      end--;
      if (end > start && this.#bytes[end - 1] === CR) end--;
    }
    return this.#bytes.subarray(start, end);
  }
}

const [LF, CR] = [10, 13];
/** Far more than a table with that much room ever takes. */
const MAX_TRIES = 10_000;
const UTF_8 = new TextDecoder("utf-8", { ignoreBOM: true });

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

/** FNV-1a from a basis of one's own, its bits mixed once more. */
function hash(bytes: Uint8Array, seed: number): number {
  let value = seed;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
