import type { Piece } from "@orchestrator-lint/sql-rules/generated";
import { bodyOf } from "./module.js";
import { textAt } from "./scope.js";
import { identifier, literal, sql, written, type Statement } from "./statement.js";
import { flag, lastOf, textIn, type ClassValue, type Value } from "./values.js";

type Made = Extract<Value, { k: "made" }>;

/** Types without parameters that matter here. After SQLAlchemy's `PGTypeCompiler` and `GenericTypeCompiler`, 2.0. */
const PLAIN: Readonly<Record<string, string>> = {
  Integer: "integer", INTEGER: "integer", INT: "integer", BigInteger: "bigint", BIGINT: "bigint",
  SmallInteger: "smallint", SMALLINT: "smallint", Boolean: "boolean", BOOLEAN: "boolean", Text: "text",
  TEXT: "text", UnicodeText: "text", CLOB: "text", Date: "date", DATE: "date", Float: "double precision",
  FLOAT: "double precision", Double: "double precision", DOUBLE: "double precision",
  DOUBLE_PRECISION: "double precision", REAL: "real", LargeBinary: "bytea", BYTEA: "bytea", PickleType: "bytea",
  JSON: "json", JSONB: "jsonb", JSONType: "json", UUID: "uuid", Uuid: "uuid", UUIDType: "uuid", GUID: "uuid",
  Interval: "interval", INTERVAL: "interval", INET: "inet", CIDR: "cidr", MACADDR: "macaddr",
  MACADDR8: "macaddr8", MONEY: "money", OID: "oid", REGCLASS: "regclass", REGCONFIG: "regconfig",
  TSVECTOR: "tsvector", TSQUERY: "tsquery", HSTORE: "hstore", CITEXT: "citext", XML: "xml",
  INT4RANGE: "int4range", INT8RANGE: "int8range", NUMRANGE: "numrange", DATERANGE: "daterange",
  TSRANGE: "tsrange", TSTZRANGE: "tstzrange", INT4MULTIRANGE: "int4multirange", INT8MULTIRANGE: "int8multirange",
  NUMMULTIRANGE: "nummultirange", DATEMULTIRANGE: "datemultirange", TSMULTIRANGE: "tsmultirange",
  TSTZMULTIRANGE: "tstzmultirange", JSONPATH: "jsonpath", AutoString: "character varying", JsonB: "jsonb",
  MutableJson: "json", NestedMutableJson: "json",
}; // prettier-ignore
const SIZED: Readonly<Record<string, string>> = {
  String: "character varying", VARCHAR: "character varying", Unicode: "character varying", NVARCHAR: "character varying",
  AutoString: "character varying", CHAR: "character", NCHAR: "character", Numeric: "numeric", NUMERIC: "numeric",
  DECIMAL: "numeric", BIT: "bit",
}; // prettier-ignore
const TIMED: Readonly<Record<string, string>> = {
  DateTime: "timestamp", DATETIME: "timestamp", TIMESTAMP: "timestamp", Time: "time", TIME: "time",
}; // prettier-ignore
const JSON_TYPE: Value = { k: "name", path: "sqlalchemy.JSON", at: [0, 0] };
/** Modules whose types are what their names say. */
const KNOWN_MODULE =
  /^(?:sqlalchemy|sqlmodel|sqlalchemy_utils|sqlalchemy_json|advanced_alchemy|fastapi_users_db_sqlalchemy|fastapi_utils|pgvector)\b/;

/**
 * The SQL of a type; a name of its own that no database has where it cannot be told.
 *
 * @param value - `sa.JSON`, `postgresql.JSONB(astext_type=sa.Text())`, `sa.JSON().with_variant(JSONB(), "postgresql")`
 */
export function typeSql(value: Value): Piece[] {
  return written(typeName(value), value.at);
}

/** The same as text. */
export function typeName(value: Value): string {
  switch (value.k) {
    case "name":
      return known(value.path) ?? identifier(value.path);
    case "made":
      return nameOfMade(value);
    default:
      return identifier("unknown");
  }
}

function known(path: string): string | undefined {
  const name = lastOf(path);
  return KNOWN_MODULE.test(path) ? (PLAIN[name] ?? SIZED[name] ?? TIMED[name]) : undefined;
}

function nameOfMade({ path, args, named }: Made): string {
  const name = lastOf(path);
  // `MutableDict.as_mutable(JSONB)`, of SQLAlchemy's or of a team's own class.
  if (name === "as_mutable" && args[0]) return typeName(args[0]);
  if (name === "mutable_json_type") return typeName(named.get("dbtype") ?? args[0] ?? JSON_TYPE);
  if (!KNOWN_MODULE.test(path)) return identifier(path);
  if (name === "ARRAY") return arrayOf(args, named);
  if (name === "Enum" || name === "ENUM") return enumName(args, named);
  if (name === "LargeBinary") return "bytea";
  const isZoned = flag(named.get("timezone") ?? (TIMED[name] ? args[0] : undefined)) === true;
  if (TIMED[name]) return `${TIMED[name]}${isZoned ? " with time zone" : ""}`;
  const sized = SIZED[name];
  if (sized === undefined) return PLAIN[name] ?? identifier(path);
  const numbers = [args[0] ?? named.get("length") ?? named.get("precision"), args[1] ?? named.get("scale")];
  const sizes = numbers.flatMap((one) => (one?.k === "const" && typeof one.v === "number" ? [one.v] : []));
  return sizes.length > 0 ? `${sized}(${sizes.join(", ")})` : sized;
}

function arrayOf([item, ...args]: readonly Value[], named: ReadonlyMap<string, Value>): string {
  const dimensions = named.get("dimensions") ?? args[1];
  const count = dimensions?.k === "const" && typeof dimensions.v === "number" ? dimensions.v : 1;
  const of = item ?? named.get("item_type");
  return `${of ? typeName(of) : identifier("unknown")}${"[]".repeat(Math.min(Math.max(count, 1), 6))}`;
}

function enumName(args: readonly Value[], named: ReadonlyMap<string, Value>): string {
  if (named.has("native_enum") && flag(named.get("native_enum")) === false) {
    const length = named.get("length");
    const longest = Math.max(0, ...args.map((one) => (textIn(one) ?? "").length));
    const size =
      length?.k === "const" ? length.v : args.every((one) => textIn(one) !== undefined) ? longest : 0;
    return size ? `character varying(${size})` : "character varying";
  }
  const name = textIn(named.get("name"));
  const [first] = args;
  // Without a name it is that of the class it is made of.
  const ofClass = first && enumClass(first)?.toLowerCase();
  const schema = textIn(named.get("schema"));
  const own = identifier(name ?? ofClass ?? "unknown");
  return schema === undefined ? own : `${identifier(schema)}.${own}`;
}

/** CREATE TYPE for an enum with a name and values that are known, which SQLAlchemy makes with its table. */
export function enumType(value: Value, always = false): Statement | undefined {
  if (value.k !== "made") return undefined;
  const { path, args, named, at } = value;
  const name = lastOf(path);
  if (name === "ARRAY" && args[0]) return enumType(args[0], always);
  if (name !== "Enum" && name !== "ENUM") return undefined;
  if (textIn(named.get("name")) === undefined && args[0]?.k !== "class") return undefined;
  const isOff = (key: string) => named.has(key) && flag(named.get(key)) === false;
  if (isOff("native_enum") || (!always && isOff("create_type"))) return undefined;
  const values = args[0]?.k === "class" ? membersOf(args[0]) : args.map(textIn);
  if (values.some((one) => one === undefined)) return undefined;
  const labels = values.map((one) => literal(one ?? "")).join(", ");
  return {
    k: "statement",
    at,
    pieces: sql(written(`CREATE TYPE ${enumName(args, named)}`, at), ` AS ENUM (${labels})`),
  };
}

/** The name of the class that an enum is made of. */
function enumClass(value: Value): string | undefined {
  if (value.k === "name") return lastOf(value.path);
  return value.k === "class" ? /^class\s+(\w+)/.exec(textAt(value.node, value.scope))?.[1] : undefined;
}

/** The names of an enumeration's members, which SQLAlchemy stores. */
function membersOf({ node, scope }: ClassValue): string[] {
  return bodyOf(node).flatMap(({ type, children: [name, sign] }) => {
    const text = type === "AssignStatement" && name && sign?.type === "AssignOp" ? textAt(name, scope) : "_";
    return text.startsWith("_") ? [] : [text];
  });
}

/** The type that a type is on PostgreSQL: `with_variant` replaces it for the databases it names. */
export function withVariant(of: Value, args: readonly Value[]): Value {
  const [variant, ...databases] = args;
  return variant && databases.some((one) => textIn(one) === "postgresql") ? variant : of;
}
