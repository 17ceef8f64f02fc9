import type { TypeRef } from "../types.js";

/**
 * Operator classes of PostgreSQL 18 by method and the type they take: those of `pg_opclass`, the default one with a
 * star, its family after a slash where it has another name.
 */
const CLASSES: Readonly<Record<string, string>> = {
  btree: `
    char: char_ops*
    anyarray: array_ops*
    anyenum: enum_ops*
    anymultirange: multirange_ops*
    anyrange: range_ops*
    bigint: int8_ops*/integer_ops
    bit varying: varbit_ops*
    bit: bit_ops*
    boolean: bool_ops*
    bytea: bytea_ops*
    character: bpchar_ops* bpchar_pattern_ops
    date: date_ops*/datetime_ops
    double precision: float8_ops*/float_ops
    inet: cidr_ops/network_ops inet_ops*/network_ops
    integer: int4_ops*/integer_ops
    interval: interval_ops*
    jsonb: jsonb_ops*
    macaddr8: macaddr8_ops*
    macaddr: macaddr_ops*
    money: money_ops*
    name: name_ops*/text_ops
    numeric: numeric_ops*
    oid: oid_ops*
    oidvector: oidvector_ops*
    pg_lsn: pg_lsn_ops*
    real: float4_ops*/float_ops
    record: record_image_ops record_ops*
    smallint: int2_ops*/integer_ops
    text: text_ops* text_pattern_ops varchar_ops/text_ops varchar_pattern_ops/text_pattern_ops
    tid: tid_ops*
    time with time zone: timetz_ops*
    time without time zone: time_ops*
    timestamp with time zone: timestamptz_ops*/datetime_ops
    timestamp without time zone: timestamp_ops*/datetime_ops
    tsquery: tsquery_ops*
    tsvector: tsvector_ops*
    uuid: uuid_ops*
    xid8: xid8_ops*`,
  hash: `
    char: char_ops*
    anyarray: array_ops*
    anyenum: enum_ops*
    anymultirange: multirange_ops*
    anyrange: range_ops*
    bigint: int8_ops*/integer_ops
    boolean: bool_ops*
    bytea: bytea_ops*
    character: bpchar_ops* bpchar_pattern_ops
    cid: cid_ops*
    date: date_ops*
    double precision: float8_ops*/float_ops
    inet: cidr_ops/network_ops inet_ops*/network_ops
    integer: int4_ops*/integer_ops
    interval: interval_ops*
    jsonb: jsonb_ops*
    macaddr8: macaddr8_ops*
    macaddr: macaddr_ops*
    name: name_ops*/text_ops
    numeric: numeric_ops*
    oid: oid_ops*
    oidvector: oidvector_ops*
    pg_lsn: pg_lsn_ops*
    real: float4_ops*/float_ops
    record: record_ops*
    smallint: int2_ops*/integer_ops
    text: text_ops* text_pattern_ops varchar_ops/text_ops varchar_pattern_ops/text_pattern_ops
    tid: tid_ops*
    time with time zone: timetz_ops*
    time without time zone: time_ops*
    timestamp with time zone: timestamptz_ops*
    timestamp without time zone: timestamp_ops*
    uuid: uuid_ops*
    xid8: xid8_ops*
    xid: xid_ops*`,
  gin: `
    anyarray: array_ops*
    jsonb: jsonb_ops* jsonb_path_ops
    tsvector: tsvector_ops*`,
  gist: `
    anymultirange: multirange_ops*
    anyrange: range_ops*
    box: box_ops*
    circle: circle_ops*
    inet: inet_ops/network_ops
    point: point_ops*
    polygon: poly_ops*
    tsquery: tsquery_ops*
    tsvector: tsvector_ops*`,
  spgist: `
    anyrange: range_ops*
    box: box_ops*
    inet: inet_ops*/network_ops
    point: kd_point_ops quad_point_ops*
    polygon: poly_ops*
    text: text_ops*`,
  brin: `
    char: char_bloom_ops char_minmax_ops*
    anyrange: range_inclusion_ops*
    bigint: int8_bloom_ops/integer_bloom_ops int8_minmax_multi_ops/integer_minmax_multi_ops int8_minmax_ops*/integer_minmax_ops
    bit varying: varbit_minmax_ops*
    bit: bit_minmax_ops*
    box: box_inclusion_ops*
    bytea: bytea_bloom_ops bytea_minmax_ops*
    character: bpchar_bloom_ops bpchar_minmax_ops*
    date: date_bloom_ops/datetime_bloom_ops date_minmax_multi_ops/datetime_minmax_multi_ops date_minmax_ops*/datetime_minmax_ops
    double precision: float8_bloom_ops/float_bloom_ops float8_minmax_multi_ops/float_minmax_multi_ops float8_minmax_ops*/float_minmax_ops
    inet: inet_bloom_ops/network_bloom_ops inet_inclusion_ops*/network_inclusion_ops inet_minmax_multi_ops/network_minmax_multi_ops inet_minmax_ops/network_minmax_ops
    integer: int4_bloom_ops/integer_bloom_ops int4_minmax_multi_ops/integer_minmax_multi_ops int4_minmax_ops*/integer_minmax_ops
    interval: interval_bloom_ops interval_minmax_multi_ops interval_minmax_ops*
    macaddr8: macaddr8_bloom_ops macaddr8_minmax_multi_ops macaddr8_minmax_ops*
    macaddr: macaddr_bloom_ops macaddr_minmax_multi_ops macaddr_minmax_ops*
    name: name_bloom_ops name_minmax_ops*
    numeric: numeric_bloom_ops numeric_minmax_multi_ops numeric_minmax_ops*
    oid: oid_bloom_ops oid_minmax_multi_ops oid_minmax_ops*
    pg_lsn: pg_lsn_bloom_ops pg_lsn_minmax_multi_ops pg_lsn_minmax_ops*
    real: float4_bloom_ops/float_bloom_ops float4_minmax_multi_ops/float_minmax_multi_ops float4_minmax_ops*/float_minmax_ops
    smallint: int2_bloom_ops/integer_bloom_ops int2_minmax_multi_ops/integer_minmax_multi_ops int2_minmax_ops*/integer_minmax_ops
    text: text_bloom_ops text_minmax_ops*
    tid: tid_bloom_ops tid_minmax_multi_ops tid_minmax_ops*
    time with time zone: timetz_bloom_ops timetz_minmax_multi_ops timetz_minmax_ops*
    time without time zone: time_bloom_ops time_minmax_multi_ops time_minmax_ops*
    timestamp with time zone: timestamptz_bloom_ops/datetime_bloom_ops timestamptz_minmax_multi_ops/datetime_minmax_multi_ops timestamptz_minmax_ops*/datetime_minmax_ops
    timestamp without time zone: timestamp_bloom_ops/datetime_bloom_ops timestamp_minmax_multi_ops/datetime_minmax_multi_ops timestamp_minmax_ops*/datetime_minmax_ops
    uuid: uuid_bloom_ops uuid_minmax_multi_ops uuid_minmax_ops*`,
};

/** Defaults that extensions bring: `extension: method class type, …`. */
const EXTENSION_CLASSES: Readonly<Record<string, string>> = {
  btree_gin:
    "gin int2_ops smallint, gin int4_ops integer, gin int8_ops bigint, gin float4_ops real, " +
    "gin float8_ops double precision, gin money_ops money, gin oid_ops oid, gin timestamp_ops timestamp without time zone, " +
    "gin timestamptz_ops timestamp with time zone, gin time_ops time without time zone, " +
    "gin timetz_ops time with time zone, gin date_ops date, gin interval_ops interval, gin macaddr_ops macaddr, " +
    "gin macaddr8_ops macaddr8, gin inet_ops inet, gin cidr_ops cidr, gin text_ops text, gin varchar_ops character varying, " +
    "gin bpchar_ops character, gin char_ops char, gin bytea_ops bytea, gin bit_ops bit, gin varbit_ops bit varying, " +
    "gin numeric_ops numeric, gin enum_ops anyenum, gin uuid_ops uuid, gin name_ops name, gin bool_ops boolean",
  btree_gist:
    "gist gist_oid_ops oid, gist gist_int2_ops smallint, gist gist_int4_ops integer, gist gist_int8_ops bigint, " +
    "gist gist_float4_ops real, gist gist_float8_ops double precision, gist gist_timestamp_ops timestamp without time zone, " +
    "gist gist_timestamptz_ops timestamp with time zone, gist gist_time_ops time without time zone, " +
    "gist gist_timetz_ops time with time zone, gist gist_date_ops date, gist gist_interval_ops interval, " +
    "gist gist_cash_ops money, gist gist_macaddr_ops macaddr, gist gist_macaddr8_ops macaddr8, gist gist_text_ops text, " +
    "gist gist_bpchar_ops character, gist gist_bytea_ops bytea, gist gist_numeric_ops numeric, gist gist_bit_ops bit, " +
    "gist gist_vbit_ops bit varying, gist gist_inet_ops inet, gist gist_cidr_ops cidr, gist gist_uuid_ops uuid, " +
    "gist gist_enum_ops anyenum, gist gist_bool_ops boolean",
  citext: "btree citext_ops citext, hash citext_ops citext",
  hstore:
    "btree btree_hstore_ops hstore, hash hash_hstore_ops hstore, gist gist_hstore_ops hstore, gin gin_hstore_ops hstore",
  ltree:
    "btree ltree_ops ltree, gist gist_ltree_ops ltree, hash hash_ltree_ops ltree, gist gist__ltree_ops ltree[]",
  cube: "btree cube_ops cube, gist gist_cube_ops cube",
  isn: "btree isbn_ops isbn, hash isbn_ops isbn",
  seg: "btree seg_ops seg, gist gist_seg_ops seg",
};

/** The same by extension, then by `method type`. */
const EXTENSION_DEFAULTS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  Object.entries(EXTENSION_CLASSES).map(([extension, classes]) => [
    extension,
    new Map(
      classes.split(", ").map((entry) => {
        const [method = "", name = "", ...type] = entry.split(" ");
        return [`${method} ${type.join(" ")}`, name];
      }),
    ),
  ]),
);

/** Classes that extensions bring for types that are not their own, and that are no type's default: `method class`. */
const MORE_CLASSES: Readonly<Record<string, readonly string[]>> = {
  pg_trgm: ["gin gin_trgm_ops", "gist gist_trgm_ops"],
  intarray: ["gin gin__int_ops", "gist gist__int_ops", "gist gist__intbig_ops"],
  bloom: ["bloom int4_ops", "bloom text_ops"],
};

/** Types that extensions bring, for those with any that matter here. */
export const EXTENSION_TYPES: Readonly<Record<string, readonly string[]>> = {
  citext: ["citext"],
  hstore: ["hstore"],
  ltree: ["ltree", "lquery", "ltxtquery"],
  cube: ["cube"],
  seg: ["seg"],
  isn: ["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"],
  postgis: ["box2d", "box3d", "geography", "geometry", "raster"],
  vector: ["vector", "halfvec", "sparsevec"],
  pg_trgm: ["gtrgm"],
};

interface OperatorClass {
  name: string;
  /** `pg_opclass.opcfamily`'s name: classes of one family serve the same operators. */
  family: string;
  isDefault: boolean;
}

/** By `method type`. */
const byType = new Map<string, readonly OperatorClass[]>();
/** The types a class takes by `method class`. */
const typesOf = new Map<string, Set<string>>();
for (const [method, lines] of Object.entries(CLASSES)) {
  for (const line of lines.trim().split("\n")) {
    const [type = "", classes = ""] = line.trim().split(": ");
    const read = classes.split(" ").map((word): OperatorClass => {
      const [marked = "", family] = word.split("/");
      const name = marked.replace("*", "");
      typesOf.set(`${method} ${name}`, (typesOf.get(`${method} ${name}`) ?? new Set()).add(type));
      return { name, family: family ?? name, isDefault: marked.endsWith("*") };
    });
    byType.set(`${method} ${type}`, read);
  }
}

const METHODS = new Set(Object.keys(CLASSES));

/** Types whose values another type's classes take as they are, by that type. */
const COERCIBLE: Readonly<Record<string, string>> = {
  "character varying": "text",
  bpchar: "character",
  cidr: "inet",
  bit: "bit varying",
  "bit varying": "bit",
  regclass: "oid",
  regcollation: "oid",
  regconfig: "oid",
  regdictionary: "oid",
  regnamespace: "oid",
  regoper: "oid",
  regoperator: "oid",
  regproc: "oid",
  regprocedure: "oid",
  regrole: "oid",
  regtype: "oid",
};

const RANGES = new Set(["int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange"]);

/** What kind of type it is: an array, an enum… or PostgreSQL's own by its name. */
export interface KeyType {
  /** Below all domains. */
  base: TypeRef;
  /** Kind of a user's type. */
  kind?: "enum" | "range" | "composite" | "base" | "domain";
}

/** The names under which classes may take a type, nearest first. */
function namesOf({ base, kind }: KeyType): string[] {
  if (base.dimensions > 0) return ["anyarray"];
  if (kind === "enum") return ["anyenum"];
  if (kind === "range") return ["anyrange"];
  if (kind === "composite") return ["record"];
  const names = [base.name];
  const coerced = COERCIBLE[base.name];
  if (coerced !== undefined) names.push(coerced);
  if (RANGES.has(base.name)) names.push("anyrange");
  if (base.name.endsWith("multirange")) names.push("anymultirange");
  return names;
}

/**
 * The class an index of the method uses for a key of the type where none is written.
 *
 * @param extensions - those that were created
 * @returns null where there is none, so that PostgreSQL refuses the index; undefined where it cannot be known
 */
export function defaultClass(
  method: string,
  type: KeyType,
  extensions: ReadonlySet<string>,
): string | null | undefined {
  const names = namesOf(type);
  for (const extension of extensions) {
    const classes = EXTENSION_DEFAULTS.get(extension);
    const name = classes && names.map((takes) => classes.get(`${method} ${takes}`)).find(Boolean);
    if (name !== undefined) return name;
  }
  if (!METHODS.has(method) || type.kind === "base") return undefined;
  for (const name of names) {
    const found = byType.get(`${method} ${name}`)?.find(({ isDefault }) => isDefault);
    if (found) return found.name;
  }
  return null;
}

const OWN_CLASSES = new Set([...typesOf.keys()].map((key) => key.slice(key.indexOf(" ") + 1)));

/**
 * False where the class is one of PostgreSQL's own, and is none of the method, or does not take the type.
 *
 * @param extensions - those that were created
 */
export function takes(
  method: string,
  operatorClass: string,
  type: KeyType,
  extensions: ReadonlySet<string>,
): boolean {
  const types = typesOf.get(`${method} ${operatorClass}`);
  if (types) return type.kind === "base" || namesOf(type).some((name) => types.has(name));
  if (!METHODS.has(method) || !OWN_CLASSES.has(operatorClass)) return true;
  return [...extensions].some((extension) =>
    EXTENSION_CLASSES[extension]?.includes(`${method} ${operatorClass} `),
  );
}

/** Whether an extension brings a class of an index method. */
export function isClassOf(extension: string, method: string, operatorClass: string): boolean {
  if (typesOf.has(`${method} ${operatorClass}`)) return false;
  const written = `${method} ${operatorClass}`;
  if (MORE_CLASSES[extension]?.includes(written)) return true;
  return [...(EXTENSION_DEFAULTS.get(extension) ?? [])].some(
    ([key, name]) => name === operatorClass && key.startsWith(`${method} `),
  );
}

/** The family of a class; its own name where it is not PostgreSQL's. */
export function familyOf(method: string, operatorClass: string): string {
  for (const type of typesOf.get(`${method} ${operatorClass}`) ?? []) {
    const found = byType.get(`${method} ${type}`)?.find(({ name }) => name === operatorClass);
    if (found) return found.family;
  }
  return operatorClass;
}
