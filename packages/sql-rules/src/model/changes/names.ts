import type { Node, RangeVar } from "@pgsql/types";
import type { Statement } from "../../language/parse.js";
import type { Range } from "../../language/split.js";
import { Words } from "../../language/words.js";
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

const DOT = 0x2e;

/** A relation's name as written, its schema with it. */
export function nameRange(statement: Statement, { location }: RangeVar): { nameRange?: Range } {
  if (location === undefined) return {};
  const start = statement.offsetOf(location);
  const words = Words.of(statement);
  let index = words.indexAt(start - statement.range[0]);
  while (words.isAt(index + 1, DOT)) index += 2;
  return { nameRange: [start, statement.range[0] + words.endOf(index)] };
}

/** From a node's `location` to the comma or parenthesis that ends the element it begins; the statement if it has none. */
export function elementRange(statement: Statement, location: number | undefined): Range {
  if (location === undefined || location < 0) return [...statement.range];
  const start = statement.offsetOf(location);
  const at = start - statement.range[0];
  return [start, statement.range[0] + elementEnd(statement.text, at)];
}

const STOP = /['"$()[\],;]|--|\/\*/g;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;

/**
 * Where a list's element ends that begins at `at`: before the comma or parenthesis on its level. From mark to mark
 * rather than from token to token, since it runs over the whole of every CREATE TABLE.
 */
function elementEnd(text: string, at: number): number {
  let depth = 0;
  let end = at;
  for (let from = at; ;) {
    STOP.lastIndex = from;
    const mark = STOP.exec(text)?.[0];
    const stop = mark === undefined ? text.length : STOP.lastIndex - mark.length;
    const piece = text.slice(from, stop).trimEnd();
    if (piece !== "") end = from + piece.length;
    if (mark === undefined || mark === ";" || (mark === "," && depth === 0)) return end;
    if (mark === "(" || mark === "[") depth++;
    else if ((mark === ")" || mark === "]") && --depth < 0) return end;
    from = afterMark(text, stop, mark);
    if (mark !== "--" && mark !== "/*") end = from;
  }
}

/** The offset after a string, a quoted name or a comment that begins at `stop`; after the mark where it is neither. */
function afterMark(text: string, stop: number, mark: string): number {
  let close = mark;
  if (mark === "--") close = "\n";
  else if (mark === "/*") close = "*/";
  else if (mark === "$") {
    DOLLAR_TAG.lastIndex = stop;
    const tag = DOLLAR_TAG.exec(text)?.[0];
    if (tag === undefined) return stop + 1;
    close = tag;
  } else if (mark !== "'" && mark !== '"') return stop + 1;
  const end = text.indexOf(close, stop + (close.length > 1 ? close.length : 1));
  return end < 0 ? text.length : end + close.length;
}
