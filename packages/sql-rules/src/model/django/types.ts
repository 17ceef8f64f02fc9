import { ownType, type TypeRef } from "../types.js";

/** Types of PostgreSQL by the classes of fields. After `django/db/backends/postgresql/base.py` of Django 5.2. */
const TYPES: Readonly<Record<string, string>> = {
  AutoField: "integer", BigAutoField: "bigint", SmallAutoField: "smallint", BinaryField: "bytea",
  BooleanField: "boolean", NullBooleanField: "boolean", DateField: "date", DateTimeField: "timestamp with time zone",
  DurationField: "interval", FloatField: "double precision", IntegerField: "integer", BigIntegerField: "bigint",
  IPAddressField: "inet", GenericIPAddressField: "inet", JSONField: "jsonb", PositiveBigIntegerField: "bigint",
  PositiveIntegerField: "integer", PositiveSmallIntegerField: "smallint", SmallIntegerField: "smallint",
  TextField: "text", TimeField: "time without time zone", UUIDField: "uuid", OrderWrt: "integer",
  // Of `django.contrib.postgres`.
  HStoreField: "hstore", CICharField: "citext", CIEmailField: "citext", CITextField: "citext",
  IntegerRangeField: "int4range", BigIntegerRangeField: "int8range", DecimalRangeField: "numrange",
  FloatRangeField: "numrange", DateTimeRangeField: "tstzrange", DateRangeField: "daterange",
  SearchVectorField: "tsvector", SearchQueryField: "tsquery",
}; // prettier-ignore
/** Fields of a varchar, with its length where none is given. */
const LENGTHS: Readonly<Record<string, number | undefined>> = {
  CharField: undefined, EmailField: 254, URLField: 200, SlugField: 50, FileField: 100, ImageField: 100,
  FilePathField: 100, CommaSeparatedIntegerField: undefined,
}; // prettier-ignore

/** Numbers that a field's type is made with. */
export interface Sizes {
  maxLength?: number;
  digits?: number;
  places?: number;
}

/** The type of the column of one of Django's own classes of fields; undefined for others. */
export function columnType(name: string, { maxLength, digits, places }: Sizes): TypeRef | undefined {
  if (name === "DecimalField")
    return ownType("numeric", digits === undefined || places === undefined ? [] : [digits, places]);
  if (Object.hasOwn(LENGTHS, name)) {
    const length = maxLength ?? LENGTHS[name];
    return ownType("character varying", length === undefined ? [] : [length]);
  }
  const known = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  return known === undefined ? undefined : ownType(known);
}
