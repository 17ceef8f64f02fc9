import type {
  A_Expr,
  AlterTableCmd,
  ColumnDef,
  Constraint,
  CreateStmt,
  InsertStmt,
  Node,
  SelectStmt,
  TypeCast,
  TypeName,
  UpdateStmt,
} from "@pgsql/types";
import type { Program, Statement } from "../language/parse.js";
import type { Range } from "../language/split.js";

/** The word `json` where it names PostgreSQL's type: of a column, in a cast. */
export interface JsonName {
  /** The four letters, without quotes and schema. */
  range: Range;
  isUpperCase?: true;
  /**
   * `column`: the type of a table's column, as its definition writes it. `settled`: of a cast whose value is stored as
   * it is, or is turned into text; it meets no other value, whatever type that has.
   */
  role?: "column" | "settled";
}

const WORD = /json/i;

/** Where a script names the type json, in order. */
export function jsonNamesOf(program: Program): JsonName[] {
  const names: JsonName[] = [];
  for (const statement of program.body) {
    if (statement.type === "UnparsedStatement" || !/\bjson\b/i.test(statement.text)) continue;
    const starts = statement.type === "Statement" ? typeStarts(statement) : looseStarts(statement);
    for (const { start, role } of starts.sort((a, b) => a.start - b.start)) {
      const word = WORD.exec(program.text.slice(start, statement.range[1]));
      if (!word) continue;
      const at = start + word.index;
      names.push({
        range: [at, at + word[0].length],
        ...(word[0] === "JSON" ? { isUpperCase: true } : {}),
        ...(role ? { role } : {}),
      });
    }
  }
  return names;
}

interface Start {
  start: number;
  role: JsonName["role"];
}

/** Where the type names of a statement that mean json begin; without recursion, for a statement may nest deeply. */
function typeStarts(statement: Statement): Start[] {
  const starts: Start[] = [];
  const roles = new Map<unknown, JsonName["role"]>();
  const pending: unknown[] = [statement.tree];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== "object" || value === null) continue;
    for (const type of columnTypes(value)) roles.set(type, "column");
    for (const cast of storedCasts(value)) roles.set(cast.typeName, "settled");
    const node: TypeName = value;
    if (isJson(node)) starts.push({ start: statement.offsetOf(node.location ?? 0), role: roles.get(value) });
    for (const child of Object.values(value) as unknown[]) if (typeof child === "object") pending.push(child);
  }
  return starts;
}

/** The types of the columns that a CREATE TABLE, or one action of an ALTER TABLE, defines. */
function columnTypes({ tableElts, def }: CreateStmt & AlterTableCmd): unknown[] {
  const definitions = [...(tableElts ?? []), ...(def ? [def] : [])];
  return definitions.flatMap((node) => ("ColumnDef" in node ? [node.ColumnDef.typeName] : []));
}

/** The casts that give a stored value or a text, each with the casts inside it. */
function* storedCasts(node: object): Iterable<TypeCast> {
  for (const value of storedValues(node)) {
    for (let at: Node | undefined = value; at && "TypeCast" in at; at = at.TypeCast.arg) yield at.TypeCast;
  }
}

/** What VALUES, SET, DEFAULT and USING store, and what casts and the operators that give text take. */
function storedValues(node: object): readonly (Node | undefined)[] {
  const { InsertStmt, UpdateStmt, Constraint, AlterTableCmd, ColumnDef, TypeCast, A_Expr }: Wrapped = node;
  if (InsertStmt) {
    const { selectStmt = {}, onConflictClause } = InsertStmt;
    const { valuesLists = [] } = (selectStmt as { SelectStmt?: SelectStmt }).SelectStmt ?? {};
    const rows = valuesLists.flatMap((row) => ("List" in row ? (row.List.items ?? []) : []));
    return [...rows, ...setTo(onConflictClause?.targetList)];
  }
  if (UpdateStmt) return setTo(UpdateStmt.targetList);
  if (Constraint) return Constraint.contype === "CONSTR_DEFAULT" ? [Constraint.raw_expr] : [];
  if (A_Expr) return A_Expr.name?.some(isTextOperator) ? [A_Expr.lexpr] : [];
  return [AlterTableCmd?.def, ColumnDef?.raw_default, TypeCast?.arg];
}

/** A node as PostgreSQL's trees hold it, below the name of its kind. */
interface Wrapped {
  InsertStmt?: InsertStmt;
  UpdateStmt?: UpdateStmt;
  Constraint?: Constraint;
  AlterTableCmd?: AlterTableCmd;
  ColumnDef?: ColumnDef;
  TypeCast?: TypeCast;
  A_Expr?: A_Expr;
}

function setTo(targets: readonly Node[] = []): (Node | undefined)[] {
  return targets.map((target) => ("ResTarget" in target ? target.ResTarget.val : undefined));
}

function isTextOperator(name: Node): boolean {
  return "String" in name && /^(?:->>|#>>)$/.test(name.String.sval ?? "");
}

/** `other.json` is somebody else's type. */
function isJson({ names, typemod }: TypeName): boolean {
  if (!Array.isArray(names) || typemod === undefined) return false;
  const parts = names.map((name: Node) => ("String" in name ? name.String.sval : undefined));
  return parts.at(-1) === "json" && (parts.length === 1 || (parts.length === 2 && parts[0] === "pg_catalog"));
}

function looseStarts({ tree, range }: Extract<Program["body"][number], { type: "LooseStatement" }>): Start[] {
  if (tree.type !== "create table") return [];
  return tree.columns.flatMap((column) => {
    if (column.kind !== "column" || !("name" in column.dataType) || column.dataType.name !== "json")
      return [];
    const { _location: location } = column.dataType;
    return location ? [{ start: range[0] + location.start, role: "column" }] : [];
  });
}
