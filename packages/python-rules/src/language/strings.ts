import type { Range } from "@orchestrator-lint/sql-rules/shared";
import type { PyNode } from "./tree.js";

/** A stretch of a text: as it stands in the file, or written there in other words. */
export type TextPiece =
  { kind: "verbatim"; text: string; start: number } | { kind: "written"; text: string; range: Range };

const STRING = /^([A-Za-z]*)("""|'''|"|')([^]*)\2$/;
const ESCAPE =
  /\\(?:(\r?\n)|([\\'"abfnrtv])|([0-7]{1,3})|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|N\{[^}]*\})/g;
const SIMPLE: Readonly<Record<string, string>> = {
  "\\": "\\", "'": "'", '"': '"', a: "\u0007", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v",
}; // prettier-ignore

/**
 * The text of a string literal; undefined for bytes and templates.
 * After the Python language reference, "String and bytes literals".
 */
export function literalText(source: string, { range: [start, end] }: PyNode): TextPiece | undefined {
  const [, prefix = "", quotes, body = ""] = STRING.exec(source.slice(start, end)) ?? [];
  if (quotes === undefined || /[bft]/i.test(prefix)) return undefined;
  if (/r/i.test(prefix) || !body.includes("\\"))
    return { kind: "verbatim", text: body, start: start + prefix.length + quotes.length };
  return { kind: "written", text: unescaped(body), range: [start, end] };
}

/** A stretch of a format string between its replacements. */
export function formatText(source: string, start: number, end: number): TextPiece {
  const raw = source.slice(start, end);
  if (!/\\|\{\{|\}\}/.test(raw)) return { kind: "verbatim", text: raw, start };
  const text = unescaped(raw).replaceAll("{{", "{").replaceAll("}}", "}");
  return { kind: "written", text, range: [start, end] };
}

/** Where the text of a format string begins and ends; undefined for bytes and for raw ones with escapes. */
export function formatBody(source: string, { range: [start, end] }: PyNode): [number, number] | undefined {
  const [, prefix = "", quotes, body = ""] = STRING.exec(source.slice(start, end)) ?? [];
  if (quotes === undefined || /[bt]/i.test(prefix) || (/r/i.test(prefix) && body.includes("\\")))
    return undefined;
  return [start + prefix.length + quotes.length, end - quotes.length];
}

function unescaped(body: string): string {
  return body.replaceAll(ESCAPE, (whole, line, simple, octal, hex, short, long) => {
    if (line !== undefined) return "";
    if (simple !== undefined) return SIMPLE[simple as string] ?? "";
    const digits = (hex ?? short ?? long) as string | undefined;
    const code = octal === undefined ? parseInt(digits ?? "", 16) : parseInt(octal as string, 8);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
