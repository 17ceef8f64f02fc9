import { spread, type Text } from "../../language/text.js";
import { interpolate, type Lookup, type Required } from "./interpolate.js";

/** A variable's value; `UNKNOWN` stands in it for what only the running machine knows. */
type Values = Map<string, string>;

/** White space other than line ends. */
const BLANK = /^[\t\v\f\r \x85\xA0]+/;
const ESCAPE = /\\(?:[abcfnrtv$"\\]|0\d{0,3})/g;
const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", '"': '"', "\\": "\\", $: "$$",
}; // prettier-ignore

/**
 * Reads a file of variables as Compose reads `.env` and `env_file` (compose-go `dotenv`): `K=V`, `K: V`, `export K=V`,
 * a bare `K` for the value of the machine; values in double quotes know escapes and interpolation, in single quotes
 * neither.
 *
 * @param into - variables of earlier files, which the values may name; receives those of this file
 * @param lookup - what wins over variables of the files when a value names one
 * @param onRequired - told of each variable that a value requires and only the machine knows
 * @returns what Compose would refuse
 */
export function readDotEnv(
  source: string,
  into: Values,
  lookup: Lookup,
  onRequired?: (required: Required) => void,
): string | undefined {
  const find: Lookup = (name) => {
    const value = lookup(name);
    return typeof value === "string" ? value : (into.get(name) ?? value);
  };
  const expand: Expand = (written) => interpolate(spread(written), find, onRequired);
  let rest = source.replace(/^\uFEFF/, "");
  for (;;) {
    rest = rest.replace(/^(?:\s+|#[^\n]*)+/, "");
    if (rest === "") return undefined;
    const statement = /^export\s+/.test(rest) ? rest.slice("export".length).replace(BLANK, "") : rest;
    const end = /[=:\n]/.exec(statement);
    const name = (end ? statement.slice(0, end.index) : statement).trimEnd();
    const strange = /[^\p{L}\p{N}\s_.\-[\]]/u.exec(name)?.[0];
    if (strange !== undefined) return `"${strange}" cannot stand in the name of a variable.`;
    if (!end) {
      // A bare name that ends the file is a value without a name to Compose.
      const value = readValue(statement, expand);
      if ("error" in value) return value.error;
      into.set("", value.value);
      rest = value.rest;
      continue;
    }
    if (name.includes(" ")) return `"${name}" is no name of a variable: it has a space.`;
    rest = statement.slice(end.index + 1).replace(BLANK, "");
    if (end[0] === "\n") {
      const value = lookup(name);
      if (typeof value === "string") into.set(name, value);
      continue;
    }
    const value = readValue(rest, expand);
    if ("error" in value) return value.error;
    into.set(name, value.value);
    rest = value.rest;
  }
}

type Expand = (written: string) => Text | { readonly error: string };

function readValue(source: string, expand: Expand) {
  const quote = source.charAt(0);
  if (quote !== '"' && quote !== "'") {
    const end = source.indexOf("\n");
    const line = end < 0 ? source : source.slice(0, end);
    const written = (line.split(" #", 1)[0] ?? "").trimEnd();
    return withRest(expand(written), end < 0 ? "" : source.slice(end + 1));
  }
  let written = "";
  for (let at = 1; at < source.length; at++) {
    const character = source.charAt(at);
    if (character === quote) {
      const rest = source.slice(at + 1);
      return quote === "'" ? { value: written, rest } : withRest(expand(unescape(written)), rest);
    }
    if (character !== "\\") written += character;
    else if (source.charAt(at + 1) === quote) written += source.charAt(++at);
    else written += `\\${source.charAt(++at)}`;
  }
  return { error: `The value that begins with ${source.split("\n", 1)[0] ?? ""} has no closing quote.` };
}

function withRest(value: Text | { readonly error: string }, rest: string) {
  return "error" in value ? value : { value: value.value, rest };
}

function unescape(written: string): string {
  return written.replaceAll(ESCAPE, (match) => {
    const letter = match.charAt(1);
    // Go wants three octal digits, the leading zero not counted.
    if (letter === "0") return match.length === 5 ? octal(match) : match;
    return ESCAPES[letter] ?? match;
  });
}

function octal(match: string): string {
  const code = Number.parseInt(match.slice(2), 8);
  return /^\\0[0-7]{3}$/.test(match) && code < 256 ? String.fromCharCode(code) : match;
}
