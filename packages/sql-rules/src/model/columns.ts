import type { AlterTableStmt, ColumnDef, Node, RangeVar, RenameStmt, TypeName } from "@pgsql/types";
import type { LooseStatement, Program, Statement } from "../language/parse.js";
import { typeEnd } from "../language/nodes.js";
import type { Range } from "../language/split.js";
import { isDownScript, upPart } from "./direction.js";

/** A column's type where a statement declares or changes it. */
export interface ColumnType {
  /** `schema.table`, folded as PostgreSQL folds it; the schema is `public` where none is written. */
  table: string;
  column: string;
  /** Last part of the type's name, folded: `json`, `jsonb`, `text`. */
  type: string;
  /** The type as written, brackets and modifiers included. */
  typeRange: Range;
  /** Path of the script the type stands in. */
  path: string;
  /** `retype` is ALTER COLUMN … TYPE. */
  origin: "declare" | "retype";
  /** Whether ALTER COLUMN … TYPE has a USING clause. */
  hasUsing: boolean;
  /** Casts of the column's default, innermost last. */
  defaultCasts: Cast[];
}

/** A cast with a named target type. */
export interface Cast {
  /** Last part of the target type's name, folded. */
  type: string;
  typeRange: Range;
  /** Path of the script the cast stands in. */
  path: string;
}

/** A parsed script and where it stands. */
export interface Script {
  program: Program;
  path: string;
}

/**
 * The columns that scripts leave behind, in the order of their last declaration: one replay of their CREATE TABLE, ALTER
 * TABLE, RENAME and DROP statements. Temporary and foreign tables are no part of the schema; down scripts, the down
 * part of two-way scripts, and scripts for other databases are not replayed.
 *
 * @param scripts - the scripts of one history, in order
 */
export function finalColumns(scripts: readonly Script[]): readonly ColumnType[] {
  // A folder of migrations is linted file by file, each time with the same history.
  if (
    latest.scripts.length === scripts.length &&
    latest.scripts.every((script, i) => script === scripts[i])
  ) {
    return latest.columns;
  }
  const tables: Tables = new Map();
  for (const { program, path } of scripts) {
    if (isDownScript(path) || program.dialect.dialect !== "postgresql") continue;
    const [from, to] = upPart(program);
    for (const statement of program.body) {
      if (statement.range[0] < from || statement.range[0] >= to) continue;
      if (statement.type === "Statement") replay(tables, { statement, path });
      else if (statement.type === "LooseStatement") replayLoose(tables, statement, path);
    }
  }
  const columns = [...tables.values()].flatMap((table) => [...table.values()]);
  latest = { scripts: [...scripts], columns };
  return columns;
}

let latest: { scripts: readonly Script[]; columns: readonly ColumnType[] } = { scripts: [], columns: [] };

/** A statement and the path of its script. */
interface Place {
  statement: Statement;
  path: string;
}

type Tables = Map<string, Map<string, ColumnType>>;

function columnsOf(tables: Tables, table: string): Map<string, ColumnType> {
  let columns = tables.get(table);
  if (!columns) tables.set(table, (columns = new Map<string, ColumnType>()));
  return columns;
}

const SCHEMA_CHANGES = new Set(["CreateStmt", "AlterTableStmt", "RenameStmt", "DropStmt"]);

function replay(tables: Tables, place: Place): void {
  const { statement } = place;
  if (!SCHEMA_CHANGES.has(statement.kind)) return;
  const tree = statement.tree as Partial<UnionToIntersection<Node>>;
  if (tree.CreateStmt) {
    const { relation, tableElts } = tree.CreateStmt;
    // Temporary tables stage data; their types follow what is staged.
    if (!relation || relation.relpersistence === "t") return;
    const table = tableName(relation);
    for (const element of tableElts ?? []) {
      if ("ColumnDef" in element) declare(tables, table, element.ColumnDef, place);
    }
  } else if (tree.AlterTableStmt) replayAlter(tables, tree.AlterTableStmt, place);
  else if (tree.RenameStmt) replayRename(tables, tree.RenameStmt);
  else if (tree.DropStmt?.removeType === "OBJECT_TABLE") {
    for (const object of tree.DropStmt.objects ?? []) {
      if ("List" in object) tables.delete(qualified(object.List.items?.map(stringOf) ?? []));
    }
  }
}

function replayAlter(tables: Tables, alter: AlterTableStmt, place: Place): void {
  if (!alter.relation || alter.objtype !== "OBJECT_TABLE") return;
  const table = tableName(alter.relation);
  for (const item of alter.cmds ?? []) {
    if (!("AlterTableCmd" in item)) continue;
    const { subtype, name, def } = item.AlterTableCmd;
    const column = def && "ColumnDef" in def ? def.ColumnDef : undefined;
    if (subtype === "AT_AddColumn" && column) declare(tables, table, column, place);
    else if (subtype === "AT_DropColumn" && name) tables.get(table)?.delete(name);
    else if (subtype === "AT_AlterColumnType" && name && column?.typeName) {
      const previous = tables.get(table)?.get(name);
      columnsOf(tables, table).delete(name);
      columnsOf(tables, table).set(name, {
        table,
        column: name,
        ...typeOf(column.typeName, place),
        origin: "retype",
        hasUsing: column.raw_default !== undefined,
        defaultCasts: previous?.defaultCasts ?? [],
      });
    } else if (subtype === "AT_ColumnDefault" && name) {
      const known = tables.get(table)?.get(name);
      if (known) known.defaultCasts = castsOf(def, place);
    }
  }
}

function replayRename(tables: Tables, rename: RenameStmt): void {
  if (!rename.relation || !rename.newname) return;
  const table = tableName(rename.relation);
  const columns = tables.get(table);
  if (!columns) return;
  if (rename.renameType === "OBJECT_TABLE") {
    const renamed = `${table.slice(0, table.lastIndexOf("."))}.${rename.newname}`;
    tables.delete(table);
    tables.set(renamed, columns);
    for (const column of columns.values()) column.table = renamed;
  } else if (rename.renameType === "OBJECT_COLUMN" && rename.subname) {
    const column = columns.get(rename.subname);
    if (!column) return;
    columns.delete(rename.subname);
    columns.set(rename.newname, { ...column, column: rename.newname });
  }
}

function declare(tables: Tables, table: string, definition: ColumnDef, place: Place): void {
  if (!definition.colname || !definition.typeName) return;
  const defaults = (definition.constraints ?? []).flatMap((item) =>
    "Constraint" in item && item.Constraint.contype === "CONSTR_DEFAULT"
      ? castsOf(item.Constraint.raw_expr, place)
      : [],
  );
  columnsOf(tables, table).set(definition.colname, {
    table,
    column: definition.colname,
    ...typeOf(definition.typeName, place),
    origin: "declare",
    hasUsing: false,
    defaultCasts: defaults,
  });
}

/** The casts that wrap a value directly: `'{}'::json`, `CAST('{}' AS json)`, `('{}'::json)::jsonb`. */
function castsOf(expression: Node | undefined, place: Place): Cast[] {
  const casts: Cast[] = [];
  for (let node = expression; node && "TypeCast" in node; node = node.TypeCast.arg) {
    if (node.TypeCast.typeName) casts.push(typeOf(node.TypeCast.typeName, place));
  }
  return casts;
}

function typeOf(type: TypeName, { statement, path }: Place): Cast {
  const names = (type.names ?? []).map(stringOf);
  const start = statement.offsetOf(type.location ?? 0);
  const end = statement.range[0] + typeEnd(statement.text, start - statement.range[0]);
  return { type: names.at(-1) ?? "", typeRange: [start, end], path };
}

function replayLoose(tables: Tables, { tree, range }: LooseStatement, path: string): void {
  if (tree.type !== "create table") return;
  if (tree.temporary) return;
  const table = qualified([tree.name.schema ?? "", tree.name.name].filter(Boolean));
  for (const element of tree.columns) {
    if (element.kind !== "column" || !("name" in element.dataType)) continue;
    const location = element.dataType._location;
    if (!location) continue;
    columnsOf(tables, table).set(element.name.name, {
      table,
      column: element.name.name,
      type: element.dataType.name,
      typeRange: [range[0] + location.start, range[0] + location.end],
      path,
      origin: "declare",
      hasUsing: false,
      defaultCasts: [],
    });
  }
}

function stringOf(node: Node): string {
  return "String" in node ? (node.String.sval ?? "") : "";
}

function tableName({ schemaname, relname }: RangeVar): string {
  return qualified(schemaname ? [schemaname, relname ?? ""] : [relname ?? ""]);
}

/** PostgreSQL's default search path puts unqualified tables into `public`. */
function qualified(parts: string[]): string {
  return parts.length > 1 ? parts.slice(-2).join(".") : `public.${parts[0] ?? ""}`;
}

type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (
  value: infer I,
) => void
  ? I
  : never;
