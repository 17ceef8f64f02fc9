import type { LooseStatement } from "../../language/parse.js";
import type { ColumnSpec, SchemaChange } from "../changes.js";
import { typeRefOf } from "../types.js";

/** The columns of a CREATE TABLE that PostgreSQL's grammar refuses and pgsql-ast-parser accepts. */
export function looseTable({ tree, range }: LooseStatement): SchemaChange[] {
  if (tree.type !== "create table") return [];
  const elements = tree.columns.flatMap((element): ColumnSpec[] => {
    if (element.kind !== "column") return [];
    const { dataType } = element;
    const inner = "name" in dataType ? dataType : dataType.arrayOf;
    const location = dataType._location;
    if (!("name" in inner) || !location) return [];
    const name = inner.name.toLowerCase();
    const type = typeRefOf({ names: [{ String: { sval: LOOSE_NAMES[name] ?? name } }] });
    const isArray = inner !== dataType;
    const typeRange: [number, number] = [range[0] + location.start, range[0] + location.end];
    return [
      {
        kind: "column",
        name: element.name.name,
        type: { ...type, modifiers: inner.config ?? [], dimensions: isArray ? 1 : 0 },
        typeRange,
        constraints: [],
        range: typeRange,
        ...(element.constraints?.some(({ type: kind }) => kind === "not null") && { notNull: true }),
      },
    ];
  });
  return [
    {
      kind: "create table",
      name:
        tree.name.schema === undefined
          ? { name: tree.name.name }
          : { schema: tree.name.schema, name: tree.name.name },
      tableKind: "table",
      persistence: tree.temporary ? "temporary" : tree.unlogged ? "unlogged" : "permanent",
      elements,
      constraints: [],
      isLoose: true,
      ...(tree.ifNotExists && { ifNotExists: true }),
      range,
    },
  ];
}

/** SQL's own spellings, which PostgreSQL's grammar turns into type names. */
const LOOSE_NAMES: Readonly<Record<string, string>> = {
  int: "int4",
  integer: "int4",
  bigint: "int8",
  smallint: "int2",
  boolean: "bool",
  real: "float4",
  "double precision": "float8",
  float: "float8",
  decimal: "numeric",
  dec: "numeric",
  char: "bpchar",
  character: "bpchar",
  "character varying": "varchar",
  "bit varying": "varbit",
  "timestamp with time zone": "timestamptz",
  "timestamp without time zone": "timestamp",
  "time with time zone": "timetz",
  "time without time zone": "time",
};
