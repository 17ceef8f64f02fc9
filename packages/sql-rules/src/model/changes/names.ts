import type { Node, RangeVar } from "@pgsql/types";
import { isSignificant, tokens } from "../../language/lexer.js";
import type { Statement } from "../../language/parse.js";
import type { Range } from "../../language/split.js";
import type { ObjectName } from "../changes.js";

/** The names in a list of String nodes; what is none (`*`) is left out. */
export function strings(nodes: readonly Node[] | undefined): string[] {
  const names: string[] = [];
  for (const node of nodes ?? []) if ("String" in node) names.push(node.String.sval ?? "");
  return names;
}

/** The last name of a list, for operator classes and collations. */
export function lastName(nodes: readonly Node[] | undefined): string | undefined {
  return strings(nodes).at(-1);
}

export function nameOfRelation({ schemaname, relname = "" }: RangeVar): ObjectName {
  return schemaname === undefined ? { name: relname } : { schema: schemaname, name: relname };
}

/** `name`, `schema.name` or `database.schema.name`. */
export function nameOfParts(parts: readonly string[]): ObjectName {
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  return schema === undefined ? { name } : { schema, name };
}

/** The object of DROP, RENAME and SET SCHEMA in any of the shapes PostgreSQL's grammar gives it. */
export function nameOfObject(node: Node): ObjectName {
  if ("List" in node) return nameOfParts(strings(node.List.items));
  if ("TypeName" in node) return nameOfParts(strings(node.TypeName.names));
  if ("ObjectWithArgs" in node) return nameOfParts(strings(node.ObjectWithArgs.objname));
  if ("String" in node) return { name: node.String.sval ?? "" };
  return { name: "" };
}

export function persistenceOf({
  relpersistence,
  schemaname,
}: RangeVar): "permanent" | "unlogged" | "temporary" {
  if (relpersistence === "t" || schemaname === "pg_temp") return "temporary";
  return relpersistence === "u" ? "unlogged" : "permanent";
}

/** A relation's name as written, its schema with it. */
export function nameRange(statement: Statement, { location }: RangeVar): { nameRange?: Range } {
  if (location === undefined) return {};
  const start = statement.offsetOf(location);
  let end = start;
  let isName = false;
  for (const token of tokens(statement.text, start - statement.range[0])) {
    if (!isSignificant(token)) continue;
    const isDot = statement.text[token.start] === ".";
    if (isDot !== isName) break;
    isName = !isDot;
    end = statement.range[0] + token.end;
  }
  return { nameRange: [start, end] };
}

/** From a node's `location` to the comma or parenthesis that ends the element it begins; the statement if it has none. */
export function elementRange(statement: Statement, location: number | undefined): Range {
  if (location === undefined || location < 0) return [...statement.range];
  const start = statement.offsetOf(location);
  const at = start - statement.range[0];
  return [start, statement.range[0] + elementEnd(statement.text, at)];
}

/** As `elementRange`, of a column's definition or a type, from their first token. */
const enum Code {
  Quote = 0x27,
  DoubleQuote = 0x22,
  Dollar = 0x24,
  Open = 0x28,
  Close = 0x29,
  OpenBracket = 0x5b,
  CloseBracket = 0x5d,
  Comma = 0x2c,
  Semicolon = 0x3b,
  Minus = 0x2d,
  Slash = 0x2f,
  Star = 0x2a,
  Space = 0x20,
}

/**
 * Where a list's element ends that begins at `at`: before the comma or parenthesis on its level. A plain loop rather
 * than tokens, since it runs over the whole of every CREATE TABLE.
 */
function elementEnd(text: string, at: number): number {
  let depth = 0;
  let end = at;
  for (let i = at; i < text.length;) {
    const code = text.charCodeAt(i);
    if (code <= Code.Space) {
      i++;
      continue;
    }
    if ((code === Code.Comma && depth === 0) || code === Code.Semicolon) return end;
    if (code === Code.Open || code === Code.OpenBracket) depth++;
    else if (code === Code.Close || code === Code.CloseBracket) {
      if (depth === 0) return end;
      depth--;
    } else if (isCommentStart(text, i, code)) {
      i = afterComment(text, i, code);
      continue;
    } else if (code === Code.Quote || code === Code.DoubleQuote || code === Code.Dollar) {
      i = end = afterQuoted(text, i, code);
      continue;
    }
    end = ++i;
  }
  return end;
}

function isCommentStart(text: string, i: number, code: number): boolean {
  const next = text.charCodeAt(i + 1);
  return (code === Code.Minus && next === Code.Minus) || (code === Code.Slash && next === Code.Star);
}

function afterComment(text: string, i: number, code: number): number {
  const end = code === Code.Minus ? text.indexOf("\n", i) : text.indexOf("*/", i + 2) + 1;
  return end <= 0 ? text.length : end + 1;
}

const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;

function afterQuoted(text: string, i: number, code: number): number {
  let close: string = text[i]!;
  if (code === Code.Dollar) {
    DOLLAR_TAG.lastIndex = i;
    const tag = DOLLAR_TAG.exec(text)?.[0];
    if (!tag) return i + 1;
    close = tag;
  }
  const end = text.indexOf(close, i + close.length);
  return end < 0 ? text.length : end + close.length;
}
