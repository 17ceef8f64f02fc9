import type { Node } from "@pgsql/types";
import { expressionOf } from "../expressions/index.js";
import type { Derived, Output, Source } from "../query.js";
import { FromReader, type Scope } from "./from.js";
import type { StatementReader } from "./read.js";

/** Sub-selects in sub-selects beyond this are not seen through. */
const MAX_MERGED = 8;

/**
 * What a sub-select is made of, where PostgreSQL merges it into the query around it (`is_simple_subquery`): it neither
 * groups nor limits nor unites. Undefined elsewhere.
 *
 * @param depth - how many sub-selects around it have been merged
 */
export function derivedOf(
  node: Node | undefined,
  statement: StatementReader,
  scope: Scope,
  depth = 1,
): Derived | undefined {
  if (depth > MAX_MERGED) return undefined;
  if (!node || !("SelectStmt" in node)) return undefined;
  const { SelectStmt: select } = node;
  const { op, distinctClause, groupClause, havingClause, limitCount, limitOffset, windowClause } = select;
  const isPlain =
    (op === undefined || op === "SETOP_NONE") &&
    !(distinctClause ?? groupClause ?? havingClause ?? limitCount ?? limitOffset ?? windowClause) &&
    !(select.valuesLists ?? select.lockingClause ?? select.withClause);
  if (!isPlain || !select.fromClause) return undefined;
  const outputs: Output[] = [];
  for (const target of select.targetList ?? []) {
    if (!("ResTarget" in target) || !target.ResTarget.val) return undefined;
    const { name, val } = target.ResTarget;
    const fields = "ColumnRef" in val ? (val.ColumnRef.fields ?? []) : [];
    if (fields.some((field) => "A_Star" in field)) {
      const qualifier = fields
        .flatMap((field) => ("String" in field ? [field.String.sval ?? ""] : []))
        .join(".");
      outputs.push(qualifier === "" ? { kind: "star" } : { kind: "star", qualifier });
      continue;
    }
    const expression = expressionOf(val, statement.located);
    // Aggregates, window functions and functions that return sets make the level more than a pass.
    if (expression.kind === "opaque" || expression.kind === "call") return undefined;
    const label = name ?? (expression.kind === "column" ? expression.name : undefined);
    outputs.push({ kind: "column", ...(label === undefined ? {} : { name: label }), expression });
  }
  const reader = new FromReader(statement, scope, [], depth);
  for (const item of select.fromClause) reader.read(item);
  const where = select.whereClause ? statement.conditions(select.whereClause, "where") : [];
  if (Math.max(...reader.sources.map(depthOf)) >= MAX_MERGED) return undefined;
  return { sources: reader.sources, conditions: [...reader.conditions, ...where], outputs };
}

/** How deep sources are merged in a source; CTEs may build on each other. */
function depthOf({ derived }: Source): number {
  return derived ? 1 + Math.max(...derived.sources.map(depthOf)) : 0;
}
