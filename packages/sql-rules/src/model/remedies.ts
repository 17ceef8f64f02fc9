import type { Catalog, Index, Table } from "./catalog.js";
import type { Expression } from "./expression.js";
import { printed, simplify } from "./expressions/index.js";
import { literalOf, sqlOf } from "./expressions/sql.js";
import { containmentOf } from "./filters.js";
import { partsOf } from "./parts.js";
import { prefixOf } from "./planner/patterns.js";
import { indexesOf } from "./indexes.js";
import { keysOf, served, type PlannedCondition } from "./planner/index.js";

/** Types to which a cast from text depends on nothing else: an index can hold the result. */
const STABLE_TYPE =
  /^(?:bool|boolean|"?char"?|character|varchar|text|name|citext|uuid|bytea|smallint|integer|bigint|int[248]?|numeric|decimal|real|double precision|float[48]?|jsonb?|inet|cidr|macaddr8?|bit|varbit|character varying|bit varying)$/;
const IMMUTABLE_CALL =
  /^(?:lower|upper|btrim|ltrim|rtrim|coalesce|nullif|md5|length|replace|left|right|substr|jsonb?_extract_path(?:_text)?|jsonb?_array_length|greatest|least)$/;

/**
 * Which index would serve a comparison of an operand, in words; undefined where none can, and where there is one like it
 * that does not (the other side is volatile, or compares by another collation).
 */
export function indexFor(
  operand: Expression,
  operator: string,
  other: Expression | undefined,
  indexes: readonly Index[],
  table: Table,
): string | undefined {
  if (!isImmutable(operand)) return undefined;
  const isThere = indexes.some(
    (index) =>
      index.method === "btree" && !index.predicate && keysOf(index, table)[0]?.text === printed(operand),
  );
  if (isThere && !/^(?:~~?\*?|\^@)$/.test(operator)) return undefined;
  const key = `(${sqlOf(operand)})`;
  if (!/^(?:~~?\*?|\^@)$/.test(operator)) return `a B-tree index on (${key})`;
  const pattern = other?.kind === "literal" && typeof other.value === "string" ? other.value : undefined;
  if (pattern !== undefined && prefixOf(operator, pattern) === "prefix")
    return `a B-tree index on (${key} text_pattern_ops)`;
  return `a trigram index, gin (${key} gin_trgm_ops),`;
}

function isImmutable(expression: Expression): boolean {
  if (expression.kind === "cast" && !STABLE_TYPE.test(expression.type.name)) return false;
  if (expression.kind === "call" && !IMMUTABLE_CALL.test(expression.name)) return false;
  if (expression.kind === "opaque" || expression.kind === "parameter") return false;
  return partsOf(expression).every(isImmutable);
}

/** The valid GIN indexes that have a plain column among their keys. */
export function ginIndexesOn(indexes: readonly Index[], table: Table, column: string): Index[] {
  const text = JSON.stringify(column);
  return indexes.filter(
    (index) =>
      index.method === "gin" && index.isValid && keysOf(index, table).some((key) => key.text === text),
  );
}

/** The containment that means the same, where a GIN index serves it. */
export function containmentFor(
  catalog: Catalog,
  { condition, table, conjuncts, types }: PlannedCondition,
  atom: Expression,
): { text: string; index: Index } | undefined {
  const written = atom.range && partAt(condition.expression, atom.range);
  const found = written && containmentOf(written);
  if (found?.document.kind !== "column") return undefined;
  const column = table.columns.get(found.document.name);
  if (column?.baseType?.name !== "jsonb" || column.baseType.dimensions > 0) return undefined;
  const [index] = ginIndexesOn(indexesOf(catalog, table), table, column.name).filter(
    (one) => served(containment(column.name, found.json), [one], table, conjuncts, types) === "yes",
  );
  return index && { text: `${sqlOf(found.document)} @> ${literalOf(found.json)}`, index };
}

/** The comparison that stands over a range, as written. */
function partAt(expression: Expression, range: readonly [number, number]): Expression | undefined {
  const isThere = expression.range?.[0] === range[0] && expression.range[1] === range[1];
  if (isThere && expression.kind === "operator") return expression;
  for (const part of partsOf(expression)) {
    const found = partAt(part, range);
    if (found) return found;
  }
  return undefined;
}

/** `column @> json` in the form the planner compares. */
function containment(column: string, json: string): Expression {
  const type = { name: "jsonb", modifiers: [], dimensions: 0 };
  const right: Expression = { kind: "cast", arg: { kind: "literal", value: json }, type };
  return simplify({ kind: "operator", name: "@>", left: { kind: "column", name: column }, right }).expression;
}
