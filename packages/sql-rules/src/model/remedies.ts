import type { Catalog, Index, Table } from "./catalog.js";
import type { Expression } from "./expression.js";
import { simplify } from "./expressions/index.js";
import { literalOf, sqlOf } from "./expressions/sql.js";
import { containmentOf } from "./filters.js";
import { partsOf } from "./parts.js";
import { indexesOf } from "./indexes.js";
import { keysOf, served, type PlannedCondition } from "./planner/index.js";

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
