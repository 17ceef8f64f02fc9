import type { TypeRef } from "../types.js";

/**
 * `pg_cast` of PostgreSQL 18, implicit and assignment casts together, for the types columns have: what a value is
 * converted to without being told.
 */
const CASTS: Readonly<Record<string, readonly string[]>> = {
  smallint: ["bigint", "integer", "real", "double precision", "numeric", "oid", "regclass"],
  integer: ["smallint", "bigint", "money", "real", "double precision", "numeric", "oid", "regclass"],
  bigint: ["smallint", "integer", "money", "real", "double precision", "numeric", "oid", "regclass"],
  numeric: ["smallint", "integer", "bigint", "money", "real", "double precision"],
  real: ["smallint", "integer", "bigint", "numeric", "double precision"],
  "double precision": ["smallint", "integer", "bigint", "numeric", "real"],
  money: ["numeric"],
  oid: ["bigint", "integer", "regclass", "regtype", "regproc"],
  regclass: ["bigint", "integer", "oid"],
  json: ["jsonb"],
  jsonb: ["json"],
  date: ["timestamp without time zone", "timestamp with time zone"],
  interval: ["time without time zone"],
  "time without time zone": ["interval", "time with time zone"],
  "time with time zone": ["time without time zone"],
  "timestamp without time zone": ["date", "time without time zone", "timestamp with time zone"],
  "timestamp with time zone": [
    "date",
    "time without time zone",
    "time with time zone",
    "timestamp without time zone",
  ],
  bit: ["bit varying"],
  "bit varying": ["bit"],
  cidr: ["inet"],
  inet: ["cidr"],
  macaddr: ["macaddr8"],
  macaddr8: ["macaddr"],
  text: ["char", "regclass"],
  "character varying": ["char", "regclass"],
  character: ["char"],
  bpchar: ["char"],
  box: ["polygon"],
  path: ["polygon"],
  point: ["box"],
  polygon: ["path"],
};

/** Any value becomes a string by its output function. */
const STRINGS = new Set(["text", "character varying", "character", "bpchar", "name"]);

/**
 * Whether a value of one type is stored in a column of the other without an explicit cast.
 *
 * @param from - below all domains, as is `to`; both PostgreSQL's own types
 */
export function isAssignable(from: TypeRef, to: TypeRef): boolean {
  if (from.dimensions > 0 !== to.dimensions > 0) return to.dimensions === 0 && STRINGS.has(to.name);
  if (from.name === to.name || STRINGS.has(to.name)) return true;
  return CASTS[from.name]?.includes(to.name) ?? false;
}
