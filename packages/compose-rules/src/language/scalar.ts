import type { Origin } from "./source.js";
import { spread, TextBuilder, verbatim, type Text } from "./text.js";

/** How a scalar is written. */
export type ScalarStyle = "plain" | "single-quoted" | "double-quoted" | "literal" | "folded";

const SPACE = /[ \t\r\n]/;
const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0", a: "\x07", b: "\b", e: "\x1b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029",
  " ": " ", '"': '"', "/": "/", "\\": "\\",
}; // prettier-ignore
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * A scalar's value with the place of each character. Folding and indentation only add or drop white space, so the
 * other characters are met in order.
 */
export function locate(value: string, style: ScalarStyle, origin: Origin): Text {
  const source = origin.file.text;
  const quote = style === "double-quoted" || style === "single-quoted" ? 1 : 0;
  const end = origin.range[1] - quote;
  let at = origin.range[0] + quote;
  // Nearly every scalar stands in its file letter for letter.
  if (end - at === value.length && source.startsWith(value, at)) return verbatim(value, at, origin);
  const builder = new TextBuilder();
  // The header of a block scalar (`>-`) is a line of its own.
  if (style === "literal" || style === "folded") at = source.indexOf("\n", at) + 1 || end;
  for (let index = 0; index < value.length;) {
    if (SPACE.test(value.charAt(index))) {
      builder.push(value.charAt(index++), at, at, origin);
      continue;
    }
    const unit = nextUnit(source, at, end, style);
    if (!unit || !value.startsWith(unit.text, index)) return spread(value, origin.range, origin);
    for (const character of unit.text.split("")) builder.push(character, unit.start, unit.end, origin);
    index += unit.text.length;
    at = unit.end;
  }
  return builder.build(origin);
}

/** The next written character that is not white space, and its range in the source. */
function nextUnit(source: string, from: number, limit: number, style: ScalarStyle) {
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
