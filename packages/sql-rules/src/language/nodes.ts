import { isSignificant, tokenAt } from "./lexer.js";
import type { Statement } from "./parse.js";
import type { Range } from "./split.js";

/**
 * A node of PostgreSQL's parse tree as ESLint walks it: `type` is PostgreSQL's node name (`ColumnDef`, `TypeName`,
 * `A_Expr`…, as in its parsenodes.h), the fields are PostgreSQL's fields, `range` covers the node's located tokens.
 * String and integer nodes are plain values; `A_Const` has `value`; `TypeName` has `name`, the last part of its name.
 */
export interface SqlNode {
  type: string;
  range: Range;
  [field: string]: unknown;
}

/**
 * The field types of PostgreSQL's C structs that appear bare in libpg-query's JSON, where the field's name is the
 * only hint at the node's type (parsenodes.h); with the parent's type where one name means two.
 */
const FIELDS_OF_STRUCTS = {
  RangeVar: "relation rel table sequence view typevar pktable constrrel identitySequence PartitionCmd.name",
  TypeName: "typeName type_name argType returnType ofTypename sourcetype targettype storedtype datatype",
  RoleSpec: "user role owner newowner newrole grantor authrole",
  ObjectWithArgs: "func opername fromsql tosql CreateOpClassItem.name",
  Alias: "alias join_using_alias",
  WithClause: "withClause",
  ReturningClause: "returningClause",
  IntoClause: "into intoClause",
  CTESearchClause: "search_clause",
  CTECycleClause: "cycle_clause",
  SelectStmt: "larg rarg",
  CreateStmt: "base",
  GrantStmt: "action",
  VariableSetStmt: "setstmt",
  OnConflictClause: "onConflictClause",
  InferClause: "infer",
  PartitionSpec: "partspec",
  PartitionBoundSpec: "partbound bound",
  PublicationTable: "pubtable",
  CollateClause: "collClause",
  WindowDef: "over",
  FuncCall: "funccall",
  TableSampleClause: "tablesample",
  JsonOutput: "output",
  JsonReturning: "returning",
  JsonFormat: "format",
  JsonBehavior: "on_empty on_error",
  JsonTablePathSpec: "pathspec",
  JsonAggConstructor: "constructor",
  JsonKeyValue: "JsonObjectAgg.arg",
  JsonValueExpr: "context_item expr value JsonArrayAgg.arg JsonArgument.val",
};

const STRUCT_OF_FIELD = new Map(
  Object.entries(FIELDS_OF_STRUCTS).flatMap(([type, fields]) =>
    fields.split(" ").map((field) => [field, type]),
  ),
);

/** Words that continue a type's name after its first word. */
const TYPE_WORDS = /^(?:precision|varying|with|without|time|zone|local)$/i;

type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };
type JsonObject = Record<string, Json>;

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A converted node with the node it stands in. */
interface Built {
  node: SqlNode;
  parent: SqlNode | undefined;
  /** PostgreSQL's fields of the node. */
  fields: JsonObject;
}

/** The located tree of a statement, built anew at each call: its parents are the caller's to keep. */
export function nodesOf(statement: Statement): SqlNode {
  // Parents come before their children, so that a walk backwards sees children first; no recursion, since a
  // statement may nest deeper than JavaScript's call stack.
  const all: Built[] = [];
  const pending: Built[] = [];
  const build = (value: JsonObject, field: string, parent: SqlNode | undefined): unknown => {
    const [type, fields] = typed(value, field, parent?.type ?? "");
    const plain = VALUES.get(type);
    if (plain) return fields[plain.field] ?? plain.absent;
    const node: SqlNode = { type, range: ownRange(type, fields, statement) };
    pending.push({ node, parent, fields });
    return node;
  };

  const root = build(statement.tree as unknown as JsonObject, "", undefined) as SqlNode;
  for (let built = pending.pop(); built; built = pending.pop()) {
    all.push(built);
    const { node, fields } = built;
    if (node.type === "A_Const") node.value = constant(fields);
    else fill(node, fields, (value, field) => build(value, field, node));
  }

  for (const { node, parent } of all.toReversed()) if (parent) cover(parent, node);
  if (root.range[0] < 0) root.range = statement.range;
  // A node with no location of its own or below stands where its parent stands.
  for (const { node, parent } of all) if (parent && node.range[0] < 0) node.range = [...parent.range];
  return root;
}

/** Nodes that are plain values: the field that holds the value, and what its absence means. */
const VALUES = new Map<string, { field: string; absent: Json }>([
  ["String", { field: "sval", absent: "" }],
  ["Integer", { field: "ival", absent: 0 }],
  ["Float", { field: "fval", absent: "0" }],
  ["Boolean", { field: "boolval", absent: false }],
  ["BitString", { field: "bsval", absent: "" }],
]);

/** A node's type, and its fields, unwrapped: `{ColumnDef: {…}}` names its type, a bare struct only its field. */
function typed(value: JsonObject, field: string, parent: string): [type: string, fields: JsonObject] {
  const [type = "", ...more] = Object.keys(value);
  const inner = value[type];
  if (more.length === 0 && isObject(inner) && /^[A-Z]/.test(type)) return [type, inner];
  const struct = STRUCT_OF_FIELD.get(`${parent}.${field}`) ?? STRUCT_OF_FIELD.get(field);
  return [struct ?? `${field.charAt(0).toUpperCase()}${field.slice(1)}`, value];
}

function fill(node: SqlNode, fields: JsonObject, build: (value: JsonObject, field: string) => unknown): void {
  for (const [field, value] of Object.entries(fields)) {
    if (field === "location" || field === "typemod") continue;
    // A list in a list is itself a node, `List`.
    if (Array.isArray(value)) node[field] = value.map((item) => (isObject(item) ? build(item, field) : item));
    else node[field] = isObject(value) ? build(value, field) : value;
  }
  if (node.type === "TypeName" && Array.isArray(node.names)) node.name = node.names.at(-1);
}

/** libpg-query leaves out zero and false: an empty `ival` is 0, an empty `boolval` false. */
function constant(fields: JsonObject): string | number | boolean | null {
  const part = (key: string) => (isObject(fields[key]) ? Object.values(fields[key])[0] : undefined);
  if (fields.isnull) return null;
  if ("ival" in fields) return (part("ival") as number | undefined) ?? 0;
  if ("boolval" in fields) return (part("boolval") as boolean | undefined) ?? false;
  return ((part("sval") ?? part("fval") ?? part("bsval")) as string | undefined) ?? "";
}

const UNLOCATED: Range = [-1, -1];

/** The token at the node's own location; a type's name runs over its dots, modifiers and brackets. */
function ownRange(type: string, fields: JsonObject, statement: Statement): Range {
  const { location } = fields;
  const isLocated = typeof location === "number" ? location >= 0 : false;
  // PostgreSQL omits a location of 0, which only a statement's first token can have.
  if (!isLocated) return [...UNLOCATED];
  const at = statement.offsetOf(location as number) - statement.range[0];
  const token = tokenAt(statement.text, at);
  if (!token) return [...UNLOCATED];
  const end = type === "TypeName" ? typeEnd(statement.text, at) : token.end;
  return [statement.range[0] + at, statement.range[0] + end];
}

/**
 * The offset after a type that starts at `at`: `pg_catalog.json`, `numeric(10, 2)`, `jsonb[]`,
 * `timestamp (3) with time zone`.
 */
export function typeEnd(text: string, at: number): number {
  let end = at;
  let depth = 0;
  let expectsName = true;
  for (let token = tokenAt(text, at); token; token = tokenAt(text, token.end)) {
    if (!isSignificant(token)) continue;
    const part = text.slice(token.start, token.end);
    if (part === "(" || part === "[") depth++;
    else if ((part === ")" || part === "]") && depth > 0) depth--;
    else if (depth === 0) {
      const isName = token.kind === "word" || token.kind === "quoted";
      if (part !== "." && !(isName && (expectsName || TYPE_WORDS.test(part)))) return end;
      expectsName = part === ".";
    }
    end = token.end;
  }
  return end;
}

function cover(node: SqlNode, child: SqlNode): void {
  if (child.range[0] < 0) return;
  const [start, end] = node.range;
  node.range =
    start < 0 ? [...child.range] : [Math.min(start, child.range[0]), Math.max(end, child.range[1])];
}

/** True for a converted node (not a plain value). */
export function isNode(value: unknown): value is SqlNode {
  return typeof value === "object" && value !== null && "type" in value && "range" in value;
}

/** The child nodes of a node, in the order of its fields. */
export function childrenOf(node: SqlNode): SqlNode[] {
  const children: SqlNode[] = [];
  for (const field in node) {
    const value = node[field];
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}
