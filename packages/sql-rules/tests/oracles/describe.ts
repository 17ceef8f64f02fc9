import { parseSql } from "../../src/language/parse.js";
import type { Catalog, Column, Index, Table } from "../../src/model/catalog.js";
import type { Expression } from "../../src/model/expression.js";
import { canonical, expressionOf } from "../../src/model/expressions/index.js";
import { formatType, type TypeRef } from "../../src/model/types.js";

/** A database as both sides describe it; see `DESCRIBE` for what each part is taken from. */
export interface Description {
  tables: Record<string, TableDescription>;
  indexes: Record<string, IndexDescription>;
  views: Record<string, { materialized: boolean; columns: string[] | null }>;
  types: Record<string, string>;
}

interface TableDescription {
  kind: string;
  persistence: string;
  parents: string[];
  partition: boolean;
  columns: ColumnDescription[];
  constraints: Record<string, ConstraintDescription>;
}

interface ColumnDescription {
  name: string;
  type: string;
  notNull: boolean;
  default: string | null;
  generated: string;
  identity: string;
  collation: string | null;
}

interface ConstraintDescription {
  kind: string;
  columns: string[] | null;
  expression: string | null;
  references: string | null;
  valid: boolean;
  index: string | null;
}

interface IndexDescription {
  table: string;
  method: string;
  unique: boolean;
  valid: boolean;
  keys: { definition: string; class: string | null; descending: boolean; nullsFirst: boolean }[];
  include: string[];
  predicate: string | null;
  parent: string | null;
  constraint: string | null;
}

const USER_SCHEMA =
  "NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_(toast_)?temp_'";
const NAME = (alias: string) =>
  `(SELECT sn.nspname || '.' || ${alias}.relname FROM pg_namespace sn WHERE sn.oid = ${alias}.relnamespace)`;

/**
 * One line of JSON for the whole database. NOT NULL constraints are columns' own; constraints that PostgreSQL keeps for
 * the partitions of a foreign key's target are no constraints of the user's.
 */
export const DESCRIBE = `
SET search_path = '';
SELECT json_build_object(
'tables', (SELECT coalesce(json_object_agg(n.nspname || '.' || c.relname, json_build_object(
  'kind', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' ELSE 'foreign' END,
  'persistence', CASE c.relpersistence WHEN 'p' THEN 'permanent' ELSE 'unlogged' END,
  'parents', (SELECT coalesce(json_agg(${NAME("p")} ORDER BY i.inhseqno), '[]') FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE i.inhrelid = c.oid),
  'partition', c.relispartition,
  'columns', (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
     'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
     'generated', CASE WHEN a.attgenerated = '' THEN '' ELSE a.attgenerated::text || ' ' || pg_get_expr(d.adbin, d.adrelid) END,
     'identity', a.attidentity,
     'collation', (SELECT co.collname FROM pg_collation co JOIN pg_type ct ON ct.oid = a.atttypid WHERE co.oid = a.attcollation AND a.attcollation <> ct.typcollation)
     ) ORDER BY a.attnum), '[]') FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  'constraints', (SELECT coalesce(json_object_agg(k.conname, json_build_object(
     'kind', k.contype,
     'columns', (SELECT json_agg(a.attname ORDER BY o.n) FROM unnest(k.conkey) WITH ORDINALITY o(attnum, n) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = o.attnum),
     'expression', CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END,
     'references', (SELECT ${NAME("r")} FROM pg_class r WHERE r.oid = k.confrelid),
     'valid', k.convalidated,
     'index', CASE WHEN k.contype IN ('p', 'u', 'x') THEN (SELECT x.relname FROM pg_class x WHERE x.oid = k.conindid) END)), '{}')
     FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x', 'c', 'f')
     AND NOT EXISTS (SELECT 1 FROM pg_constraint kp WHERE kp.oid = k.conparentid AND k.contype = 'f' AND kp.conrelid = k.conrelid))
  ) ORDER BY c.oid), '{}') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname ${USER_SCHEMA}),
'indexes', (SELECT coalesce(json_object_agg(n.nspname || '.' || c.relname, json_build_object(
  'table', ${NAME("t")}, 'method', am.amname, 'unique', i.indisunique, 'valid', i.indisvalid,
  'keys', (SELECT json_agg(json_build_object('definition', pg_get_indexdef(i.indexrelid, k, false), 'class', oc.opcname,
     'descending', i.indoption[k - 1] & 1 <> 0, 'nullsFirst', i.indoption[k - 1] & 2 <> 0) ORDER BY k)
     FROM generate_series(1, i.indnkeyatts) k JOIN pg_opclass oc ON oc.oid = i.indclass[k - 1]),
  'include', (SELECT coalesce(json_agg(pg_get_indexdef(i.indexrelid, k, false) ORDER BY k), '[]') FROM generate_series(i.indnkeyatts + 1, i.indnatts) k),
  'predicate', pg_get_expr(i.indpred, i.indrelid),
  'parent', (SELECT ${NAME("p")} FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE h.inhrelid = c.oid),
  'constraint', (SELECT k.contype FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
  )), '{}') FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am am ON am.oid = c.relam WHERE n.nspname ${USER_SCHEMA}),
'views', (SELECT coalesce(json_object_agg(n.nspname || '.' || c.relname, json_build_object('materialized', c.relkind = 'm',
  'columns', (SELECT coalesce(json_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum), '[]') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
  )), '{}') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND n.nspname ${USER_SCHEMA}),
'types', (SELECT coalesce(json_object_agg(n.nspname || '.' || t.typname, CASE t.typtype WHEN 'd' THEN 'domain ' || format_type(t.typbasetype, t.typtypmod) WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' ELSE 'composite' END), '{}')
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE n.nspname ${USER_SCHEMA} AND (t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c')
  AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND e.objid = t.oid AND e.deptype = 'e'))
);
RESET search_path;
`;

/** Reads the line `DESCRIBE` prints, with expressions in canonical form. */
export function readDescription(json: string): Description {
  const database = JSON.parse(json) as Description;
  for (const table of Object.values(database.tables)) {
    const types = typesOf(table.columns);
    for (const column of table.columns) {
      column.default &&= canonicalText(column.default, types, column.type);
      // PostgreSQL keeps a NULL that has to be cut to a length.
      if (column.default === "null") column.default = null;
      if (column.generated !== "") {
        const [kind, ...text] = column.generated.split(" ");
        column.generated = `${kind} ${canonicalText(text.join(" "), types)}`;
      }
    }
    for (const constraint of Object.values(table.constraints)) {
      constraint.expression &&= canonicalText(constraint.expression, types);
      if (constraint.kind === "c") constraint.columns = null;
    }
  }
  for (const index of Object.values(database.indexes)) {
    const types = typesOf(columnsOf(database, index.table));
    // As a name, not as PostgreSQL prints one.
    index.include = index.include.map((name) => name.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'));
    for (const key of index.keys) key.definition = canonicalText(key.definition, types);
    index.predicate &&= canonicalText(index.predicate, types);
  }
  return database;
}

type Types = ReadonlyMap<string, TypeRef>;

function columnsOf({ tables, views }: Description, name: string): { name: string; type: string }[] {
  const view = views[name]?.columns?.map((column) => {
    const at = column.indexOf(" ");
    return { name: column.slice(0, at), type: column.slice(at + 1) };
  });
  return tables[name]?.columns ?? view ?? [];
}

function typesOf(columns: readonly { name: string; type: string }[]): Types {
  return new Map(columns.map(({ name, type }) => [name, parseType(type)]));
}

function parseType(type: string): TypeRef {
  const expression = parseExpression(`NULL::${type}`);
  if (expression.kind !== "cast") throw new Error(`no type: ${type}`);
  return expression.type;
}

function parseExpression(text: string): Expression {
  const [statement] = parseSql(`SELECT ${text}`).body;
  if (statement?.type === "Statement" && "SelectStmt" in statement.tree) {
    const [target] = statement.tree.SelectStmt.targetList ?? [];
    if (target && "ResTarget" in target && target.ResTarget.val)
      return expressionOf(target.ResTarget.val, statement);
  }
  throw new Error(`no expression: ${text}`);
}

function canonicalText(text: string, types: Types, as?: string): string {
  return canonicalForm(parseExpression(text), types, as === undefined ? undefined : parseType(as));
}

/**
 * The canonical form, with what depends on the search path alone gone: schemas of functions and of types in casts.
 *
 * @param as - the type of the column an expression is the default of, which a constant takes
 */
function canonicalForm(expression: Expression, types: Types, as?: TypeRef): string {
  const bare = withoutSchemas(expression, types);
  const typed: Expression = as
    ? { kind: "cast", arg: bare, type: { ...withoutSchema(as), modifiers: [] } }
    : bare;
  return canonical(typed, ({ name }) => {
    const type = types.get(name);
    // Operators see a column without its length or precision.
    return type && { ...withoutSchema(type), modifiers: [] };
  });
}

/** `bpchar` is what PostgreSQL calls `character` where it has no length. */
function withoutSchema({ name, modifiers, dimensions }: TypeRef): TypeRef {
  return { name: name === "bpchar" ? "character" : name, modifiers, dimensions };
}

/** Functions take other strings as text; PostgreSQL shows the cast, which nobody writes. */
function isShownCast(
  node: Partial<Expression>,
  types: Types,
): node is { kind: "cast"; arg: Expression; type: TypeRef } {
  if (node.kind !== "cast" || node.type?.name !== "text" || node.type.dimensions > 0) return false;
  const column = node.arg?.kind === "column" ? types.get(node.arg.name) : undefined;
  return (
    column !== undefined &&
    (column.schema !== undefined || /^(?:character|bpchar|char|name)$/.test(column.name))
  );
}

function withoutSchemas(expression: Expression, types: Types): Expression {
  return JSON.parse(
    JSON.stringify(expression, (key, value: unknown) => {
      if (key === "range") return undefined;
      const node = value as Partial<Expression> | null;
      if (node && isShownCast(node, types)) return node.arg;
      if (key === "type") return withoutSchema(value as TypeRef);
      // PostgreSQL shows whole numbers in the type of their neighbours.
      if (
        node?.kind === "cast" &&
        node.arg?.kind === "literal" &&
        typeof node.arg.value === "number" &&
        /^(?:bigint|smallint)$/.test(node.type?.name ?? "")
      )
        return node.arg;
      if (node && typeof node === "object" && node.kind === "call" && node.name !== undefined)
        return { ...node, name: node.name.slice(node.name.lastIndexOf(".") + 1) };
      return value;
    }),
  ) as Expression;
}

/** Before PostgreSQL 17 partitions did not share their table's identity columns: those of partitions are left out. */
export function withoutPartitionIdentity(description: Description): Description {
  const tables = Object.entries(description.tables).map(([name, table]) => {
    const columns = table.columns.map((column) => ({ ...column, identity: "" }));
    return [name, table.partition ? { ...table, columns } : table];
  });
  return { ...description, tables: Object.fromEntries(tables) as Description["tables"] };
}

/**
 * Takes out of both descriptions what ours says it does not know: types of columns of queries that cannot be read, the
 * words of expressions no index search can use, and operator classes of such.
 *
 * @returns what was taken out
 */
export function takeUnknown(ours: Description, theirs: Description): string[] {
  const taken: string[] = [];
  for (const [name, { columns }] of Object.entries(ours.views)) {
    const others = theirs.views[name]?.columns;
    columns?.forEach((column, i) => {
      if (!column.endsWith(" unknown") || !others?.[i]?.startsWith(column.slice(0, -"unknown".length)))
        return;
      others[i] = column;
      taken.push(`type of ${name}.${column}`);
    });
    if (columns || !theirs.views[name]) continue;
    theirs.views[name].columns = null;
    taken.push(`columns of ${name}`);
  }
  for (const [name, { keys }] of Object.entries(ours.indexes)) {
    keys.forEach((key, i) => {
      const other = theirs.indexes[name]?.keys[i];
      if (!other || !key.definition.startsWith("`")) return;
      other.definition = key.definition;
      if (key.class === null) other.class = null;
      taken.push(`key ${i + 1} of ${name}`);
    });
  }
  return taken;
}

/** Our catalog in the same words; what it only assumes to be there is no part of the database. */
export function describeCatalog(catalog: Catalog): Description {
  const description: Description = { tables: {}, indexes: {}, views: {}, types: {} };
  for (const [name, table] of catalog.tables) {
    if (!table.isAssumed) description.tables[name] = describeTable(table);
  }
  for (const [name, view] of catalog.views) {
    const columns = view.columns?.map((column) => `${column.name} ${formatType(column.type)}`) ?? null;
    description.views[name] = { materialized: view.isMaterialized, columns };
  }
  for (const [name, index] of catalog.indexes) {
    const table = catalog.tables.get(index.table);
    const columns = table ? [...table.columns.values()] : (catalog.views.get(index.table)?.columns ?? []);
    if (!table?.isAssumed) description.indexes[name] = describeIndex(index, columns);
  }
  for (const [name, type] of catalog.types) {
    description.types[name] =
      type.kind === "domain" && type.base ? `domain ${formatType(type.base)}` : type.kind;
  }
  return description;
}

const KINDS = {
  "primary key": "p",
  unique: "u",
  exclude: "x",
  check: "c",
  "foreign key": "f",
  "not null": "n",
};

function describeTable(table: Table): TableDescription {
  const columns = [...table.columns.values()];
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const constraints: Record<string, ConstraintDescription> = {};
  for (const [name, constraint] of table.constraints) {
    const isCheck = constraint.kind === "check";
    constraints[name] = {
      kind: KINDS[constraint.kind],
      columns: isCheck || constraint.columns.length === 0 ? null : [...constraint.columns],
      expression: constraint.expression ? canonicalForm(constraint.expression, types) : null,
      references: constraint.references ?? null,
      valid: constraint.isValid,
      index: constraint.index ?? null,
    };
  }
  return {
    kind: table.kind,
    persistence: table.persistence,
    parents: table.parents,
    partition: table.isPartition,
    columns: columns.map((column) => describeColumn(column, types)),
    constraints,
  };
}

function describeColumn(column: Column, types: Types): ColumnDescription {
  const { generated } = column;
  return {
    name: column.name,
    type: formatType(column.type),
    notNull: column.notNull,
    default: column.default ? canonicalForm(column.default, types, column.type) : null,
    generated: generated
      ? `${generated.kind === "stored" ? "s" : "v"} ${canonicalForm(generated.expression, types)}`
      : "",
    identity: column.identity ? (column.identity === "always" ? "a" : "d") : "",
    collation: column.collation ?? null,
  };
}

function describeIndex(index: Index, columns: readonly Pick<Column, "name" | "type">[]): IndexDescription {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return {
    table: index.table,
    method: index.method,
    unique: index.isUnique,
    valid: index.isValid,
    keys: index.keys.map((key) => ({
      definition: canonicalForm(key.expression, types),
      class: key.operatorClass ?? null,
      descending: key.isDescending,
      nullsFirst: key.areNullsFirst,
    })),
    include: [...index.include],
    predicate: index.predicate ? canonicalForm(index.predicate, types) : null,
    parent: index.parent ?? null,
    constraint: index.constraint ? KINDS[index.constraint] : null,
  };
}
