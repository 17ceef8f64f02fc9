import type { Expression } from "../expression.js";
import { simplify } from "../expressions/index.js";
import { ownType, type TypeRef } from "../types.js";
import { columnOf } from "./columns.js";
import type { KeyType } from "./opclasses.js";
import type { Session } from "./session.js";
import type { ResolvedType, TableState } from "./state.js";

/** Functions of PostgreSQL's own that return one type whatever they are given, by that type. */
const RETURNS: Readonly<Record<string, string>> = {
  bigint: "count rank dense_rank row_number hashtextextended pg_column_size txid_current",
  boolean:
    "bool_and bool_or every isfinite starts_with jsonb_path_exists jsonb_path_match jsonb_exists jsonb_exists_any jsonb_exists_all",
  bytea: "decode sha224 sha256 sha384 sha512 convert_to",
  date: "make_date to_date",
  daterange: "daterange",
  "double precision": "date_part similarity word_similarity random cbrt",
  inet: "inet_server_addr",
  int4range: "int4range",
  int8range: "int8range",
  integer:
    "char_length character_length bit_length octet_length ascii strpos array_length array_ndims array_lower " +
    "array_upper cardinality hashtext masklen",
  interval: "make_interval justify_days justify_hours justify_interval",
  json: "json_agg json_object_agg json_build_object json_build_array row_to_json to_json array_to_json json_extract_path",
  jsonb:
    "jsonb_agg jsonb_object_agg jsonb_build_object jsonb_build_array to_jsonb jsonb_extract_path jsonb_path_query_array jsonb_path_query_first " +
    "jsonb_set jsonb_strip_nulls jsonb_concat",
  numeric: "to_number extract",
  numrange: "numrange",
  text: "string_agg array_to_string encode quote_ident quote_literal convert_from host to_hex unaccent regexp_substr",
  "text[]": "regexp_split_to_array string_to_array regexp_match tsvector_to_array",
  "timestamp with time zone":
    "now to_timestamp clock_timestamp statement_timestamp transaction_timestamp make_timestamptz",
  "timestamp without time zone": "make_timestamp",
  tsquery: "to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery",
  tsrange: "tsrange",
  tstzrange: "tstzrange",
  tsvector: "to_tsvector setweight array_to_tsvector jsonb_to_tsvector json_to_tsvector strip",
  uuid: "gen_random_uuid uuid_generate_v4 uuid_generate_v1 uuidv7 uuidv4",
};

const RETURN_TYPES = new Map(
  Object.entries(RETURNS).flatMap(([type, names]) => names.split(" ").map((name) => [name, type] as const)),
);
/** These return the type of one of their arguments, by its place. */
const SAME_AS: Readonly<Record<string, number>> = { abs: 0, date_trunc: 1, max: 0, min: 0, mod: 0 };

/** The type of a column by the names it is written with; undefined where it is not known. */
export type ColumnLookup = (name: string, qualifier: string | undefined) => ResolvedType | undefined;

/** The type of an expression over a table's columns; undefined where it cannot be told. */
export function typeOfExpression(
  session: Session,
  columns: ColumnLookup,
  expression: Expression,
): ResolvedType | undefined {
  if (expression.kind === "column") return columns(expression.name, expression.qualifier);
  if (expression.kind === "collate") return typeOfExpression(session, columns, expression.arg);
  if (expression.kind === "cast") return session.resolveType(expression.type);
  const { type } = simplify(expression, ({ name, qualifier }) => {
    const column = columns(name, qualifier);
    return column && session.baseOf(column)?.type;
  });
  if (type && type.name !== "unknown") return session.resolveType({ ...type, modifiers: [] });
  if (expression.kind === "call") return typeOfCall(session, columns, expression);
  // Text search vectors are put together from weighted parts.
  if (expression.kind === "operator" && expression.name === "||" && expression.left) {
    const left = typeOfExpression(session, columns, expression.left);
    const right = typeOfExpression(session, columns, expression.right);
    return left?.type.name === right?.type.name ? left : undefined;
  }
  return undefined;
}

function typeOfCall(
  session: Session,
  columns: ColumnLookup,
  { name, args }: Extract<Expression, { kind: "call" }>,
): ResolvedType | undefined {
  const own = session.functions.get(name.slice(name.lastIndexOf(".") + 1));
  if (own) return own === "several" ? undefined : session.resolveType(own);
  const known = RETURN_TYPES.get(name);
  if (known !== undefined) return { type: arrayOrNot(known), oid: undefined };
  const place = Object.hasOwn(SAME_AS, name) ? SAME_AS[name] : undefined;
  const same = place === undefined ? undefined : args[place];
  const type = same && typeOfExpression(session, columns, same);
  // Functions know no lengths, and take other strings as text.
  return type?.type.name === "character varying" ? { type: ownType("text"), oid: undefined } : type;
}

function arrayOrNot(name: string): TypeRef {
  return name.endsWith("[]") ? ownType(name.slice(0, -2), [], 1) : ownType(name);
}

/** What an index's operator class is chosen by. */
export function keyTypeOf(session: Session, table: TableState, expression: Expression): KeyType | undefined {
  const resolved = typeOfExpression(session, (name) => columnOf(table, name), expression);
  return resolved && session.keyTypeOf(resolved);
}

/** The expression as PostgreSQL keeps it: a cast of a column to the type it has is nothing. */
export function keptExpression(table: TableState, expression: Expression): Expression {
  if (expression.kind !== "cast" || expression.arg.kind !== "column") return expression;
  const column = columnOf(table, expression.arg.name);
  const isSame =
    column?.oid === undefined &&
    column?.type.name === expression.type.name &&
    column.type.dimensions > 0 === expression.type.dimensions > 0 &&
    (expression.type.modifiers.length === 0 ||
      column.type.modifiers.join() === expression.type.modifiers.join());
  return isSame ? expression.arg : expression;
}
