import type { Range } from "../language/split.js";
import type { Piece } from "./text.js";

/** An escape sequence of a string or template, a line continuation, or a line end a template normalises. */
const ESCAPE =
  /\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{1,3})|(\r\n|[\n\r\u2028\u2029])|([^]))|\r\n?/g;

const NAMED: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v" };

/**
 * The pieces of what stands between the quotes of a string or template of JavaScript.
 *
 * @param raw - as written in the file
 * @param start - its offset there
 */
export function piecesOfRaw(raw: string, start: number): Piece[] {
  if (!raw.includes("\\") && !raw.includes("\r")) return [{ kind: "verbatim", text: raw, start }];
  const pieces: Piece[] = [];
  let at = 0;
  for (const escape of raw.matchAll(ESCAPE)) {
    if (escape.index > at)
      pieces.push({ kind: "verbatim", text: raw.slice(at, escape.index), start: start + at });
    at = escape.index + escape[0].length;
    const range: Range = [start + escape.index, start + at];
    pieces.push({ kind: "written", text: decode(escape), range });
  }
  if (at < raw.length) pieces.push({ kind: "verbatim", text: raw.slice(at), start: start + at });
  return pieces;
}

function decode([whole, braced, four, two, octal, continued, other]: RegExpExecArray): string {
  if (whole.startsWith("\r")) return "\n";
  const hex = braced ?? four ?? two;
  if (hex !== undefined) {
    const code = Number.parseInt(hex, 16);
    // A template that is tagged may hold escapes that mean nothing.
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  }
  if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
  if (continued !== undefined) return "";
  return NAMED[other ?? ""] ?? other ?? "";
}
