import type { TypeRef } from "../types.js";

/** `pg_cast` of PostgreSQL 18 for the types columns have: casts that any expression takes of itself. */
const IMPLICIT: Readonly<Record<string, readonly string[]>> = {
  smallint: ["integer", "bigint", "real", "double precision", "numeric", "oid", "regclass"],
  integer: ["bigint", "real", "double precision", "numeric", "oid", "regclass"],
  bigint: ["real", "double precision", "numeric", "oid", "regclass"],
  numeric: ["real", "double precision"],
  real: ["double precision"],
  oid: ["regclass", "regtype", "regproc"],
  regclass: ["oid"],
  date: ["timestamp without time zone", "timestamp with time zone"],
  "time without time zone": ["interval", "time with time zone"],
  "timestamp without time zone": ["timestamp with time zone"],
  bit: ["bit varying"],
  "bit varying": ["bit"],
  cidr: ["inet"],
  macaddr: ["macaddr8"],
  macaddr8: ["macaddr"],
  text: ["character", "bpchar", "character varying", "name", "regclass"],
  "character varying": ["character", "bpchar", "text", "name", "regclass"],
  character: ["text", "character varying", "name"],
  bpchar: ["text", "character varying", "name"],
  name: ["text"],
  char: ["text"],
};

/** Those that only storing a value in a column takes. */
const ASSIGNMENT: Readonly<Record<string, readonly string[]>> = {
  integer: ["smallint", "money"],
  bigint: ["smallint", "integer", "money"],
  numeric: ["smallint", "integer", "bigint", "money"],
  real: ["smallint", "integer", "bigint", "numeric"],
  "double precision": ["smallint", "integer", "bigint", "numeric", "real"],
  money: ["numeric"],
  oid: ["integer", "bigint"],
  regclass: ["integer", "bigint"],
  json: ["jsonb"],
  jsonb: ["json"],
  interval: ["time without time zone"],
  "time with time zone": ["time without time zone"],
  "timestamp without time zone": ["date", "time without time zone"],
  "timestamp with time zone": [
    "date",
    "time without time zone",
    "time with time zone",
    "timestamp without time zone",
  ],
  inet: ["cidr"],
  text: ["char"],
  "character varying": ["char"],
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
  return isIn(IMPLICIT, from, to) || isIn(ASSIGNMENT, from, to);
}

/** Families whose types are compared with one another by operators of their own. */
const COMPARABLE = [
  ["smallint", "integer", "bigint"],
  ["real", "double precision"],
  ["date", "timestamp without time zone", "timestamp with time zone"],
  ["text", "character varying", "name"],
  ["inet", "cidr"],
];

/** Whether a foreign key's column may be of one type where the column it references is of the other. */
export function isComparable(from: TypeRef, to: TypeRef): boolean {
  if (from.dimensions > 0 !== to.dimensions > 0) return false;
  // Arrays are compared where their elements are of one type.
  if (from.name === to.name || from.dimensions > 0) return from.name === to.name;
  if (COMPARABLE.some((family) => family.includes(from.name) && family.includes(to.name))) return true;
  // A string names a relation where it is stored, not where it is compared.
  return isIn(IMPLICIT, from, to) && !(to.name === "regclass" && STRINGS.has(from.name));
}

function isIn(casts: Readonly<Record<string, readonly string[]>>, from: TypeRef, to: TypeRef): boolean {
  return casts[from.name]?.includes(to.name) ?? false;
}
