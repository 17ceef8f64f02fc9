import { isSignificant, tokenAt, tokens } from "./lexer.js";
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
 * only hint at the node's type (parsenodes.h).
 */
const STRUCT_FIELDS: Record<string, string> = {
  relation: "RangeVar",
  rel: "RangeVar",
  table: "RangeVar",
  sequence: "RangeVar",
  view: "RangeVar",
  typevar: "RangeVar",
  pktable: "RangeVar",
  constrrel: "RangeVar",
  identitySequence: "RangeVar",
  typeName: "TypeName",
  type_name: "TypeName",
  argType: "TypeName",
  returnType: "TypeName",
  ofTypename: "TypeName",
  sourcetype: "TypeName",
  targettype: "TypeName",
  storedtype: "TypeName",
  datatype: "TypeName",
  alias: "Alias",
  join_using_alias: "Alias",
  withClause: "WithClause",
  returningClause: "ReturningClause",
  into: "IntoClause",
  intoClause: "IntoClause",
  larg: "SelectStmt",
  rarg: "SelectStmt",
  onConflictClause: "OnConflictClause",
  infer: "InferClause",
  partspec: "PartitionSpec",
  partbound: "PartitionBoundSpec",
  bound: "PartitionBoundSpec",
  collClause: "CollateClause",
  over: "WindowDef",
  funccall: "FuncCall",
  func: "ObjectWithArgs",
  tablesample: "TableSampleClause",
  output: "JsonOutput",
  format: "JsonFormat",
  setstmt: "VariableSetStmt",
  user: "RoleSpec",
  role: "RoleSpec",
  owner: "RoleSpec",
  newowner: "RoleSpec",
  newrole: "RoleSpec",
  grantor: "RoleSpec",
  authrole: "RoleSpec",
};

/** Words that continue a type's name after its first word. */
const TYPE_WORDS = /^(?:precision|varying|with|without|time|zone|local)$/i;

/** Deeper than this no node is built: a generated expression of thousands of operators must not exhaust the stack. */
const MAX_DEPTH = 1000;

type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The located tree of a statement, built anew at each call: its parents are the caller's to keep. */
export function nodesOf(statement: Statement): SqlNode {
  const node = convert(statement.tree as unknown as JsonObject, "", statement, 0) as SqlNode;
  if (node.range[0] < 0) node.range = statement.range;
  fillRanges(node);
  return node;
}

function convert(value: Json, field: string, statement: Statement, depth: number): unknown {
  if (Array.isArray(value)) return value.map((item) => convert(item, field, statement, depth));
  if (!isObject(value)) return value;
  if (depth > MAX_DEPTH) return undefined;

  const keys = Object.keys(value);
  const inner = keys.length === 1 ? value[keys[0]!] : undefined;
  if (isObject(inner) && /^[A-Z]/.test(keys[0]!)) return build(keys[0]!, inner, statement, depth + 1);
  return build(
    STRUCT_FIELDS[field] ?? `${field.charAt(0).toUpperCase()}${field.slice(1)}`,
    value,
    statement,
    depth + 1,
  );
}

function build(type: string, fields: JsonObject, statement: Statement, depth: number): unknown {
  if (type === "String") return fields.sval ?? "";
  if (type === "Integer") return fields.ival ?? 0;
  if (type === "Float") return fields.fval ?? "0";
  if (type === "Boolean") return fields.boolval ?? false;

  const node: SqlNode = { type, range: ownRange(type, fields, statement) };
  if (type === "A_Const") {
    node.value = constant(fields);
    return node;
  }
  for (const [key, value] of Object.entries(fields)) {
    if (key === "location" || key === "typemod") continue;
    const child = convert(value, key, statement, depth);
    node[key] = child;
    for (const part of Array.isArray(child) ? (child as unknown[]) : [child]) cover(node, part);
  }
  if (type === "TypeName" && Array.isArray(node.names)) node.name = node.names.at(-1);
  return node;
}

/** libpg-query leaves out zero and false: an empty `ival` is 0, an empty `boolval` false. */
function constant(fields: JsonObject): string | number | boolean | null {
  const part = (key: string) => (isObject(fields[key]) ? Object.values(fields[key])[0] : undefined);
  if (fields.isnull) return null;
  if ("ival" in fields) return (part("ival") as number | undefined) ?? 0;
  if ("boolval" in fields) return (part("boolval") as boolean | undefined) ?? false;
  return String(part("sval") ?? part("fval") ?? part("bsval") ?? "");
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
  for (const token of tokens(text, at)) {
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

function cover(node: SqlNode, child: unknown): void {
  if (!isNode(child) || child.range[0] < 0) return;
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

/** A node with no location of its own or below stands where its parent stands. */
function fillRanges(node: SqlNode): void {
  for (const child of childrenOf(node)) {
    if (child.range[0] < 0) child.range = [...node.range];
    fillRanges(child);
  }
}
