import { type Origin, type Place } from "./source.js";

/** Stands in a text for what only the machine that runs the project knows: an unset variable, a command substitution. */
export const UNKNOWN = "\uFFFF";

/**
 * A string that remembers where each of its characters was written.
 * `starts[i]`/`ends[i]` are the UTF-16 offsets in the source that character `i` came from: one character for
 * plain text, the whole `${…}` for what an interpolation produced, the whole scalar where they cannot be told apart.
 */
export interface Text {
  readonly value: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** The scalar a person would edit; undefined for text that stands in no file. */
  readonly origin?: Origin | undefined;
}

/** A text whose every character stands for the same source range (default: none, `[-1, -1]`). */
export function spread(value: string, range: readonly [number, number] = [-1, -1], origin?: Origin): Text {
  return {
    value,
    starts: new Array<number>(value.length).fill(range[0]),
    ends: new Array<number>(value.length).fill(range[1]),
    origin,
  };
}

/** A text that stands in its file letter for letter, from an offset on. */
export function verbatim(value: string, at: number, origin: Origin): Text {
  const starts = new Array<number>(value.length);
  const ends = new Array<number>(value.length);
  for (let index = 0; index < value.length; index++) {
    starts[index] = at + index;
    ends[index] = at + index + 1;
  }
  return { value, starts, ends, origin };
}

/** The part of a text from `start` to `end` (UTF-16 indexes into its value). */
export function slice(text: Text, start: number, end: number = text.value.length): Text {
  return {
    value: text.value.slice(start, end),
    starts: text.starts.slice(start, end),
    ends: text.ends.slice(start, end),
    origin: text.origin,
  };
}

/** Collects characters from several texts into one. */
export class TextBuilder {
  #value: string[] = [];
  #starts: number[] = [];
  #ends: number[] = [];
  #origin: Origin | undefined;

  /** Appends one character that came from `[start, end)`. */
  push(character: string, start: number, end: number, origin?: Origin): void {
    this.#value.push(character);
    this.#starts.push(start);
    this.#ends.push(end);
    this.#origin ??= origin;
  }

  /** Appends a text; with `range`, all of it counts as written there. */
  append(text: Text, range?: readonly [number, number]): void {
    for (let index = 0; index < text.value.length; index++) {
      const start = range?.[0] ?? text.starts[index] ?? -1;
      const end = range?.[1] ?? text.ends[index] ?? -1;
      this.push(text.value.charAt(index), start, end, text.origin);
    }
  }

  /** What was collected so far. */
  get value(): string {
    return this.#value.join("");
  }

  get length(): number {
    return this.#value.length;
  }

  build(origin: Origin | undefined = this.#origin): Text {
    return { value: this.#value.join(""), starts: this.#starts, ends: this.#ends, origin };
  }
}

/** The source range a text was written in, or undefined when it stands in no file or is empty. */
export function rangeOf(text: Text): [number, number] | undefined {
  const start = text.starts[0];
  const end = text.ends.at(-1);
  return start === undefined || end === undefined || start < 0 || end < start ? undefined : [start, end];
}

/** The place of a text in its file, or undefined when it stands in no file. */
export function placeOfText(text: Text): Place | undefined {
  const range = rangeOf(text) ?? text.origin?.range;
  return range && text.origin && { path: text.origin.file.path, range };
}

/** The place of a text that stands letter for letter in its file, where an edit means what it says. */
export function literalPlaceOf(text: Text): Place | undefined {
  const range = rangeOf(text);
  const file = text.origin?.file;
  return file && range && file.text.slice(...range) === text.value ? { path: file.path, range } : undefined;
}
