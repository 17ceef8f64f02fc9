import type {
  AlterTableStmt,
  ColumnDef,
  CreateStmt,
  DropStmt,
  Node,
  RangeVar,
  RenameStmt,
  TypeName,
} from "@pgsql/types";
import type { LooseStatement, Program, Statement } from "../language/parse.js";
import { typeEnd } from "../language/nodes.js";
import type { Range } from "../language/split.js";
import { isDownScript, upPart } from "./direction.js";

/** A column's type where a statement declares or changes it. */
export interface ColumnType {
  /** `schema.table`, folded as PostgreSQL folds it; the schema is `public` where none is written. */
  table: string;
  column: string;
  /** The type's name, folded: `json`, `jsonb`, `text`; with its schema where that is not PostgreSQL's own. */
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
  /** The target type's name, folded; with its schema where that is not PostgreSQL's own. */
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
  const tables = new Tables();
  for (const { program, path } of scripts) {
    if (isDownScript(path) || program.dialect.dialect !== "postgresql") continue;
    const [from, to] = upPart(program);
    tables.schema = "public";
    for (const statement of program.body) {
      if (statement.range[0] < from || statement.range[0] >= to) continue;
      if (statement.type === "Statement") replay(tables, { statement, path });
      else if (statement.type === "LooseStatement") replayLoose(tables, statement, path);
    }
  }
  return [...tables.values()].flatMap((table) => [...table.values()]);
}

/** As `finalColumns`; remembers the latest history, because a folder of migrations is linted file by file. */
export function columnsOfHistory(scripts: readonly Script[]): readonly ColumnType[] {
  const isSame =
    latest.scripts.length === scripts.length && latest.scripts.every((script, i) => script === scripts[i]);
  if (!isSame) latest = { scripts: [...scripts], columns: finalColumns(scripts) };
  return latest.columns;
}

let latest: { scripts: readonly Script[]; columns: readonly ColumnType[] } = { scripts: [], columns: [] };

/** A statement and the path of its script. */
interface Place {
  statement: Statement;
  path: string;
}

/** Tables by `schema.name`, each with its columns by name. */
class Tables extends Map<string, Map<string, ColumnType>> {
  /** Where unqualified names are: the first schema of the search path, of a script's own session. */
  schema = "public";
  /** Temporary tables stage data; their types follow what is staged. */
  readonly temporary = new Set<string>();

  columnsOf(table: string): Map<string, ColumnType> {
    let columns = this.get(table);
    if (!columns) this.set(table, (columns = new Map<string, ColumnType>()));
    return columns;
  }

  qualified(parts: readonly string[]): string {
    return parts.length > 1 ? parts.slice(-2).join(".") : `${this.schema}.${parts[0] ?? ""}`;
  }

  nameOf({ schemaname, relname = "" }: RangeVar): string {
    return this.qualified(schemaname ? [schemaname, relname] : [relname]);
  }

  move(from: string, to: string): void {
    const columns = this.get(from);
    if (!columns) return;
    this.delete(from);
    this.set(to, columns);
    for (const column of columns.values()) column.table = to;
  }
}

const SCHEMA_CHANGES = new Set([
  "CreateStmt",
  "AlterTableStmt",
  "AlterObjectSchemaStmt",
  "RenameStmt",
  "DropStmt",
  "DoStmt",
  "VariableSetStmt",
]);

function replay(tables: Tables, place: Place): void {
  const { statement } = place;
  if (!SCHEMA_CHANGES.has(statement.kind)) return;
  const tree = statement.tree as Partial<UnionToIntersection<Node>>;
  if (tree.CreateStmt) replayCreate(tables, tree.CreateStmt, place);
  else if (tree.AlterTableStmt) replayAlter(tables, tree.AlterTableStmt, place);
  else if (tree.RenameStmt) replayRename(tables, tree.RenameStmt);
  else if (tree.DropStmt) replayDrop(tables, tree.DropStmt);
  else if (tree.AlterObjectSchemaStmt) {
    const { relation, newschema, objectType } = tree.AlterObjectSchemaStmt;
    if (objectType === "OBJECT_TABLE" && relation) {
      tables.move(tables.nameOf(relation), `${newschema ?? ""}.${relation.relname ?? ""}`);
    }
  } else if (tree.VariableSetStmt?.name === "search_path") {
    const [first] = tree.VariableSetStmt.args ?? [];
    const schema = first && "A_Const" in first ? first.A_Const.sval?.sval : undefined;
    tables.schema = schema ?? "public";
  } else if (tree.DoStmt) forgetTouched(tables, statement.text);
}

function replayCreate(tables: Tables, create: CreateStmt, place: Place): void {
  const { relation, tableElts, if_not_exists: ifNotExists } = create;
  if (!relation) return;
  const table = tables.nameOf(relation);
  if (relation.relpersistence === "t" || relation.schemaname === "pg_temp") {
    tables.temporary.add(table);
    return;
  }
  tables.temporary.delete(table);
  if (ifNotExists && tables.has(table)) return;
  for (const element of tableElts ?? []) {
    if ("ColumnDef" in element) declare(tables, table, element.ColumnDef, place);
  }
}

function replayDrop(tables: Tables, { removeType, objects }: DropStmt): void {
  for (const object of objects ?? []) {
    if (removeType === "OBJECT_TABLE" && "List" in object) {
      const table = tables.qualified(object.List.items?.map(stringOf) ?? []);
      tables.delete(table);
      tables.temporary.delete(table);
    } else if (removeType === "OBJECT_SCHEMA") {
      const prefix = `${stringOf(object)}.`;
      for (const table of tables.keys()) if (table.startsWith(prefix)) tables.delete(table);
    }
  }
}

/** A DO block may change what it names; what it leaves behind cannot be told from its text, so nothing is said. */
function forgetTouched(tables: Tables, body: string): void {
  if (!/\b(?:alter|drop)\b/i.test(body)) return;
  const words = new Set(body.toLowerCase().match(/\w+/g));
  for (const [table, columns] of tables) {
    if (!words.has(table.slice(table.indexOf(".") + 1).toLowerCase())) continue;
    for (const column of columns.keys()) if (words.has(column.toLowerCase())) columns.delete(column);
  }
}

function replayAlter(tables: Tables, alter: AlterTableStmt, place: Place): void {
  if (!alter.relation || alter.objtype !== "OBJECT_TABLE") return;
  const table = tables.nameOf(alter.relation);
  if (tables.temporary.has(table) || alter.relation.schemaname === "pg_temp") return;
  for (const item of alter.cmds ?? []) {
    if (!("AlterTableCmd" in item)) continue;
    const { subtype, name, def, missing_ok: isTolerant } = item.AlterTableCmd;
    const column = def && "ColumnDef" in def ? def.ColumnDef : undefined;
    if (subtype === "AT_AddColumn" && column) {
      const isThere = tables.get(table)?.has(column.colname ?? "") === true;
      if (!(isTolerant && isThere)) declare(tables, table, column, place);
    } else if (subtype === "AT_DropColumn" && name) tables.get(table)?.delete(name);
    else if (subtype === "AT_AlterColumnType" && name && column?.typeName) {
      const previous = tables.get(table)?.get(name);
      tables.columnsOf(table).delete(name);
      tables.columnsOf(table).set(name, {
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
  const table = tables.nameOf(rename.relation);
  const columns = tables.get(table);
  if (rename.renameType === "OBJECT_TABLE") {
    tables.move(table, `${table.slice(0, table.lastIndexOf("."))}.${rename.newname}`);
  } else if (rename.renameType === "OBJECT_COLUMN" && rename.subname) {
    const column = columns?.get(rename.subname);
    if (!column) return;
    columns?.delete(rename.subname);
    columns?.set(rename.newname, { ...column, column: rename.newname });
  }
}

function declare(tables: Tables, table: string, definition: ColumnDef, place: Place): void {
  if (!definition.colname || !definition.typeName) return;
  const defaults = (definition.constraints ?? []).flatMap((item) =>
    "Constraint" in item && item.Constraint.contype === "CONSTR_DEFAULT"
      ? castsOf(item.Constraint.raw_expr, place)
      : [],
  );
  tables.columnsOf(table).set(definition.colname, {
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

function typeOf(written: TypeName, { statement, path }: Place): Cast {
  const names = (written.names ?? []).map(stringOf);
  const start = statement.offsetOf(written.location ?? 0);
  const end = statement.range[0] + typeEnd(statement.text, start - statement.range[0]);
  // `other.json` is somebody else's type, whatever its name.
  const [schema, name] = names.length > 1 ? names.slice(-2) : ["pg_catalog", names[0]];
  const type = schema === "pg_catalog" ? (name ?? "") : names.join(".");
  return { type, typeRange: [start, end], path };
}

function replayLoose(tables: Tables, { tree, range }: LooseStatement, path: string): void {
  if (tree.type !== "create table") return;
  if (tree.temporary) return;
  const table = tables.qualified([tree.name.schema ?? "", tree.name.name].filter(Boolean));
  for (const element of tree.columns) {
    if (element.kind !== "column" || !("name" in element.dataType)) continue;
    const location = element.dataType._location;
    if (!location) continue;
    tables.columnsOf(table).set(element.name.name, {
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

type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (
  value: infer I,
) => void
  ? I
  : never;
