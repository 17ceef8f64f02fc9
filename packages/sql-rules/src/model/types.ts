import type { Node, TypeName } from "@pgsql/types";
import { quoteIdentifier } from "../language/identifiers.js";

/** A type as written, with PostgreSQL's own aliases resolved (`int` is `integer`, `varchar` is `character varying`). */
export interface TypeRef {
  /** Absent for PostgreSQL's own types and for unqualified names. */
  schema?: string;
  /** PostgreSQL's own types by the name `format_type` shows them with, modifiers aside. */
  name: string;
  /** `(10, 2)` of `numeric(10, 2)`; an interval's fields come first, as in `["day to second", 3]`. */
  modifiers: readonly (number | string)[];
  /** Pairs of brackets: 1 for `jsonb[]`. PostgreSQL keeps only whether there are any. */
  dimensions: number;
}

/** `pg_type.typname` of PostgreSQL's own types that `format_type` shows by another name. */
const DISPLAY_NAMES: ReadonlyMap<string, string> = new Map([
  ["bool", "boolean"],
  ["bpchar", "character"],
  ["float4", "real"],
  ["float8", "double precision"],
  ["int2", "smallint"],
  ["int4", "integer"],
  ["int8", "bigint"],
  ["time", "time without time zone"],
  ["timetz", "time with time zone"],
  ["timestamp", "timestamp without time zone"],
  ["timestamptz", "timestamp with time zone"],
  ["varbit", "bit varying"],
  ["varchar", "character varying"],
]);

/** Other base, range and pseudo types of PostgreSQL 18 by `typname`. */
const OTHER_NAMES =
  "any anyarray anycompatible anycompatiblearray anyelement anyenum anynonarray anyrange bit box bytea char cid cidr " +
  "circle date datemultirange daterange event_trigger inet int2vector int4multirange int4range int8multirange " +
  "int8range internal interval json jsonb jsonpath line lseg macaddr macaddr8 money name numeric nummultirange numrange " +
  "oid oid8 oidvector path pg_lsn pg_snapshot point polygon record refcursor regclass regcollation regconfig " +
  "regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype text tid trigger tsmultirange " +
  "tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid void xid xid8 xml";

/** Shown without quotes although keywords. */
const SHOWN_BARE = new Set([...DISPLAY_NAMES.values(), "interval", "numeric", "json", "xml"]);

const OWN_NAMES: ReadonlySet<string> = new Set([
  ...DISPLAY_NAMES.values(),
  ...OTHER_NAMES.split(" "),
  "bpchar",
]);

/** True for a type PostgreSQL itself brings: in `pg_catalog`, so found before any other type of the name. */
export function isOwnType(type: TypeRef): boolean {
  return type.schema === undefined && OWN_NAMES.has(type.name);
}

const shared = new Map<string, TypeRef>();

/** The same type; where it is PostgreSQL's own and plain, one value for all: most columns have one of a dozen types. */
export function sharedType(type: TypeRef): TypeRef {
  if (type.modifiers.length > 0 || type.dimensions > 0 || !isOwnType(type)) return type;
  const known = shared.get(type.name);
  if (!known) shared.set(type.name, type);
  return known ?? type;
}

/** Builds a reference to one of PostgreSQL's own types, by the name `format_type` shows. */
export function ownType(name: string, modifiers: TypeRef["modifiers"] = [], dimensions = 0): TypeRef {
  return { name, modifiers, dimensions };
}

/** Reads a type's name from PostgreSQL's parse tree. */
export function typeRefOf(written: TypeName): TypeRef {
  return sharedType(readType(written));
}

function readType(written: TypeName): TypeRef {
  const names = (written.names ?? []).map((node) => ("String" in node ? (node.String.sval ?? "") : ""));
  const [schema, typname = ""] = names.length > 1 ? names.slice(-2) : [undefined, names[0]];
  const dimensions = written.arrayBounds?.length ?? 0;
  if (schema !== undefined && schema !== "pg_catalog")
    return { schema, name: typname, modifiers: modifiersOf(written), dimensions };
  // `_int4` is the array of `int4`.
  const isArray = typname.startsWith("_") && typname !== "_" && isOwnName(typname.slice(1));
  const name = isArray ? typname.slice(1) : typname;
  const modifiers = name === "interval" ? intervalModifiers(written) : modifiersOf(written);
  if (name === "numeric" && modifiers.length === 1) modifiers.push(0);
  // Without a length it is no `character`, which has one.
  if (name === "bpchar" && modifiers.length === 0) return { name, modifiers, dimensions };
  return { name: DISPLAY_NAMES.get(name) ?? name, modifiers, dimensions: dimensions + (isArray ? 1 : 0) };
}

function isOwnName(typname: string): boolean {
  return DISPLAY_NAMES.has(typname) || OWN_NAMES.has(typname);
}

function modifiersOf({ typmods = [] }: TypeName): (number | string)[] {
  return typmods.map(modifierOf);
}

function modifierOf(node: Node): number | string {
  if ("A_Const" in node)
    return node.A_Const.ival ? (node.A_Const.ival.ival ?? 0) : (node.A_Const.sval?.sval ?? "");
  if ("ColumnRef" in node) {
    const [field] = node.ColumnRef.fields ?? [];
    return field && "String" in field ? (field.String.sval ?? "") : "";
  }
  if ("A_Expr" in node && node.A_Expr.rexpr && !node.A_Expr.lexpr)
    return -Number(modifierOf(node.A_Expr.rexpr));
  return "";
}

/** `INTERVAL_MASK` bits of `utils/timestamp.h`. */
const INTERVAL_FIELDS: ReadonlyMap<number, string> = new Map([
  [1 << 2, "year"],
  [1 << 1, "month"],
  [1 << 3, "day"],
  [1 << 10, "hour"],
  [1 << 11, "minute"],
  [1 << 12, "second"],
  [(1 << 2) | (1 << 1), "year to month"],
  [(1 << 3) | (1 << 10), "day to hour"],
  [(1 << 3) | (1 << 10) | (1 << 11), "day to minute"],
  [(1 << 3) | (1 << 10) | (1 << 11) | (1 << 12), "day to second"],
  [(1 << 10) | (1 << 11), "hour to minute"],
  [(1 << 10) | (1 << 11) | (1 << 12), "hour to second"],
  [(1 << 11) | (1 << 12), "minute to second"],
]);

function intervalModifiers(written: TypeName): (number | string)[] {
  const [mask, ...precision] = modifiersOf(written);
  const fields = typeof mask === "number" ? INTERVAL_FIELDS.get(mask) : undefined;
  return fields === undefined ? precision : [fields, ...precision];
}

/**
 * A type as PostgreSQL prints it: equal to `format_type(atttypid, atttypmod)` for a type whose schema is set wherever
 * it is not `pg_catalog`, under an empty search path.
 */
export function formatType(type: TypeRef): string {
  const name =
    type.schema === undefined
      ? SHOWN_BARE.has(type.name)
        ? type.name
        : shownName(type)
      : `${quoteIdentifier(type.schema)}.${quoteIdentifier(type.name)}`;
  return withModifiers(name, type) + (type.dimensions > 0 ? "[]" : "");
}

/** `bit` without a length is no SQL `bit`, which means `bit(1)`, and is shown in quotes. */
function shownName({ name, modifiers }: TypeRef): string {
  return name === "bit" && modifiers.length > 0 ? name : quoteIdentifier(name);
}

function withModifiers(name: string, { modifiers }: TypeRef): string {
  if (modifiers.length === 0) return name;
  if (name === "interval") {
    const words = modifiers.filter((modifier) => typeof modifier === "string").map((word) => ` ${word}`);
    const precision = modifiers
      .filter((modifier) => typeof modifier === "number")
      .map((digits) => `(${digits})`);
    return name + words.join("") + precision.join("");
  }
  // `timestamp(3) with time zone`
  const [, first = name, rest = ""] = /^(time|timestamp)( with.*)$/.exec(name) ?? [];
  return `${first}(${modifiers.join(",")})${rest}`;
}

/** True if both name the same type, modifiers and all. */
export function sameType(a: TypeRef, b: TypeRef): boolean {
  return (
    a.name === b.name &&
    a.schema === b.schema &&
    a.dimensions > 0 === b.dimensions > 0 &&
    a.modifiers.length === b.modifiers.length &&
    a.modifiers.every((modifier, i) => modifier === b.modifiers[i])
  );
}
