import type { Piece } from "@orchestrator-lint/sql-rules/generated";
import { piecesOf } from "./operators.js";
import { identifier, list, literal, sql, written } from "./statement.js";
import { lastOf, textIn, type Value } from "./values.js";

/** SQL that a text holds as it is: `text("…")`, `literal_column("…")`, DDL's own strings. */
export function rawSql(value: Value): Piece[] | undefined {
  if (value.k === "const" && typeof value.v === "string") return [...piecesOf(value)];
  if (value.k !== "made") return undefined;
  const [first] = value.args;
  if (first && /^(?:execution_options|bindparams|columns)$/.test(lastOf(value.path))) return rawSql(first);
  return first && /^(?:text|literal_column|DDL|TextClause)$/.test(lastOf(value.path))
    ? rawSql(first)
    : undefined;
}

/** What is known of SQL that is not known in full: of a text, or of what `text()` is given. */
export function wordsOf(value: Value): string {
  if (value.k === "unknown") return value.words ?? "";
  const [first] = value.k === "made" && /^(?:text|execution_options|bindparams)$/.test(lastOf(value.path)) ? value.args : []; // prettier-ignore
  return first ? wordsOf(first) : "";
}

/**
 * The SQL of an expression of SQLAlchemy's core, as far as migrations have them; undefined for others.
 *
 * @param value - a text stands for itself only inside `text()`
 */
export function expressionSql(value: Value): Piece[] | undefined {
  if (value.k === "const") return constantSql(value);
  return value.k === "made" ? madeSql(value) : undefined;
}

function constantSql({ v, at }: Extract<Value, { k: "const" }>): Piece[] {
  if (v === null) return written("NULL", at);
  return written(typeof v === "string" ? literal(v) : String(v), at);
}

function madeSql(value: Extract<Value, { k: "made" }>): Piece[] | undefined {
  const { path, args, named, at } = value;
  const name = lastOf(path);
  const [first] = args;
  if (/\bfunc\.\w+$/.test(path)) return callSql(name, args, at);
  switch (name) {
    case "text":
    case "literal_column":
      return rawSql(value);
    case "Column":
    case "mapped_column": {
      const name = named.get("name") ?? first;
      return name && columnSql(name);
    }
    case "column": {
      const column = textIn(first);
      return column === undefined ? undefined : written(identifier(column), first!.at);
    }
    case "true":
    case "false":
    case "null":
      return written(name, at);
    case "literal":
      return first && expressionSql(first);
    case "desc":
    case "asc": {
      const column = first && (textIn(first) === undefined ? expressionSql(first) : columnSql(first));
      return column && sql(column, ` ${name.toUpperCase()}`);
    }
    default:
      return undefined;
  }
}

/** A column's name. */
function columnSql(value: Value): Piece[] | undefined {
  const name = textIn(value);
  return name === undefined ? undefined : written(identifier(name), value.at);
}

/** Functions that SQL calls without parentheses. */
const BARE = /^(?:current_(?:date|time|timestamp|user)|localtime(?:stamp)?|session_user|user)$/i;

function callSql(name: string, args: readonly Value[], at: [number, number]): Piece[] | undefined {
  if (BARE.test(name) && args.length === 0) return written(name.toUpperCase(), at);
  const parts = args.map(expressionSql);
  if (parts.some((part) => part === undefined)) return undefined;
  return sql(written(name, at), "(", list(parts as Piece[][]), ")");
}

/**
 * A key of an index: a column's name, or an expression. Those of `text()`, `literal_column()` and calls stand as they
 * are, as SQLAlchemy's `PGDDLCompiler.visit_create_index` leaves them.
 */
export function keySql(value: Value, operatorClass: string): Piece[] | undefined {
  const key = columnSql(value) ?? expressionSql(value);
  return key && sql(key, operatorClass);
}
