import type { AST } from "yaml-eslint-parser";

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
  /** The node a person would edit; undefined for text that stands in no file. */
  readonly node?: AST.YAMLNode | undefined;
}

/** A text whose every character stands for the same source range (default: none, `[-1, -1]`). */
export function spread(
  value: string,
  range: readonly [number, number] = [-1, -1],
  node?: AST.YAMLNode,
): Text {
  return {
    value,
    starts: new Array<number>(value.length).fill(range[0]),
    ends: new Array<number>(value.length).fill(range[1]),
    node,
  };
}

/** The part of a text from `start` to `end` (UTF-16 indexes into its value). */
export function slice(text: Text, start: number, end: number = text.value.length): Text {
  return {
    value: text.value.slice(start, end),
    starts: text.starts.slice(start, end),
    ends: text.ends.slice(start, end),
    node: text.node,
  };
}

/** Collects characters from several texts into one. */
export class TextBuilder {
  #value: string[] = [];
  #starts: number[] = [];
  #ends: number[] = [];
  #node: AST.YAMLNode | undefined;

  /** Appends one character that came from `[start, end)`. */
  push(character: string, start: number, end: number, node?: AST.YAMLNode): void {
    this.#value.push(character);
    this.#starts.push(start);
    this.#ends.push(end);
    this.#node ??= node;
  }

  /** Appends a text; with `range`, all of it counts as written there. */
  append(text: Text, range?: readonly [number, number]): void {
    for (let index = 0; index < text.value.length; index++) {
      const start = range?.[0] ?? text.starts[index] ?? -1;
      const end = range?.[1] ?? text.ends[index] ?? -1;
      this.push(text.value.charAt(index), start, end, text.node);
    }
  }

  get length(): number {
    return this.#value.length;
  }

  build(node: AST.YAMLNode | undefined = this.#node): Text {
    return { value: this.#value.join(""), starts: this.#starts, ends: this.#ends, node };
  }
}

/** The source range a text was written in, or undefined when it stands in no file or is empty. */
export function rangeOf(text: Text): [number, number] | undefined {
  const start = text.starts[0];
  const end = text.ends.at(-1);
  return start === undefined || end === undefined || start < 0 || end < start ? undefined : [start, end];
}

/** The range of a text that stands letter for letter in the source, where an edit means what it says. */
export function literalRangeOf(text: Text, source: string): [number, number] | undefined {
  const range = rangeOf(text);
  return range && source.slice(...range) === text.value ? range : undefined;
}

const SPACE = /[ \t\r\n]/;
const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0", a: "\x07", b: "\b", e: "\x1b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029",
  " ": " ", '"': '"', "/": "/", "\\": "\\",
}; // prettier-ignore
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The decoded value of a scalar node, without quotes, escapes, folding and indentation. */
export function scalarText(node: AST.YAMLScalar): string {
  return node.style === "literal" || node.style === "folded" ? node.value : node.strValue;
}

/**
 * A scalar's value with the place of each character in `source`.
 * Folding and indentation only add or drop white space, so the other characters are met in order.
 */
export function locate(node: AST.YAMLScalar, source: string): Text {
  const value = scalarText(node);
  const builder = new TextBuilder();
  const quote = node.style === "double-quoted" || node.style === "single-quoted" ? 1 : 0;
  const end = node.range[1] - quote;
  let at = node.range[0] + quote;
  // The header of a block scalar (`>-`) is a line of its own.
  if (node.style === "literal" || node.style === "folded") at = source.indexOf("\n", at) + 1 || end;
  for (let index = 0; index < value.length;) {
    if (SPACE.test(value.charAt(index))) {
      builder.push(value.charAt(index++), at, at, node);
      continue;
    }
    const unit = nextUnit(source, at, end, node.style);
    if (!unit || !value.startsWith(unit.text, index)) return spread(value, node.range, node);
    for (const character of unit.text.split("")) builder.push(character, unit.start, unit.end, node);
    index += unit.text.length;
    at = unit.end;
  }
  return builder.build(node);
}

/** The next written character that is not white space, and its range in the source. */
function nextUnit(source: string, from: number, limit: number, style: AST.YAMLScalar["style"]) {
  let at = from;
  while (at < limit) {
    const character = source.charAt(at);
    if (SPACE.test(character)) {
      at++;
    } else if (style === "double-quoted" && character === "\\") {
      const unit = escapeAt(source, at);
      if (!unit) return undefined;
      if (!SPACE.test(unit.text.charAt(0) || " ")) return unit;
      at = unit.end;
    } else if (style === "single-quoted" && character === "'") {
      return { text: "'", start: at, end: at + 2 };
    } else {
      return { text: character, start: at, end: at + 1 };
    }
  }
  return undefined;
}

/** Decodes the escape at `start` of a double-quoted scalar; a line continuation decodes to nothing. */
function escapeAt(source: string, start: number) {
  const letter = source.charAt(start + 1);
  if (letter === "\n" || letter === "\r") return { text: "", start, end: start + 2 };
  const digits = HEX_DIGITS[letter];
  if (digits !== undefined) {
    const code = Number.parseInt(source.slice(start + 2, start + 2 + digits), 16);
    if (!(code <= 0x10ffff)) return undefined;
    return { text: String.fromCodePoint(code), start, end: start + 2 + digits };
  }
  const text = ESCAPES[letter];
  return text === undefined ? undefined : { text, start, end: start + 2 };
}
