import type { Expression } from "../expression.js";
import { printed, simplify } from "../expressions/index.js";
import { columnsIn } from "../parts.js";
import { implies, isStrictFor } from "./implies.js";
import type { ResolvedCondition, ResolvedQuery } from "./resolve.js";
import { seenBy } from "./views.js";

/**
 * The query with outer joins made inner ones where a condition above them takes none of the rows that they fill up
 * with nulls (`reduce_outer_joins`): then the join's own conditions restrict both of its sides.
 */
export function withoutNeedlessOuterJoins(resolved: ResolvedQuery): ResolvedQuery {
  let { references, conditions } = resolved;
  for (;;) {
    const filled = new Set(
      [...references.values()].filter(({ isNullable }) => isNullable).map(({ id }) => id),
    );
    const needless = [...filled].filter((id) =>
      conditions.some(
        (condition) =>
          isAbove(condition, filled) && refusesNulls(simplify(seenBy(id, condition.expression)).expression),
      ),
    );
    if (needless.length === 0) return { ...resolved, references, conditions };
    references = new Map(
      [...references].map(([id, one]) => [id, needless.includes(id) ? { ...one, isNullable: false } : one]),
    );
    conditions = conditions.map((condition) => {
      const { restricts, ...rest } = condition;
      return restricts?.some((id) => needless.includes(id)) ? rest : condition;
    });
  }
}

/** WHERE is above all joins, as is an inner join that has a side which no outer join fills up. */
function isAbove(
  { condition, restricts, expression, isTop }: ResolvedCondition,
  filled: Set<string>,
): boolean {
  if (!isTop || restricts) return false;
  if (condition.clause === "where") return true;
  return columnsIn(expression).some(({ qualifier }) => qualifier !== undefined && !filled.has(qualifier));
}

/** Whether an expression, simplified, is never true where all columns of the table are null. */
export function refusesNulls(expression: Expression): boolean {
  // Each arm may refuse them by another column (`find_nonnullable_rels`).
  if (expression.kind === "boolean" && expression.operator === "or")
    return expression.args.every(refusesNulls);
  if (expression.kind === "boolean" && expression.operator === "and")
    return expression.args.some(refusesNulls);
  if (expression.kind === "nullTest" && !expression.isNull) {
    const { arg } = expression;
    return columnsIn(arg).some(
      (column) => column.qualifier === undefined && isStrictFor(arg, printed(column)) === "yes",
    );
  }
  return columnsIn(expression).some(
    (arg) =>
      arg.qualifier === undefined &&
      implies([expression], { kind: "nullTest", isNull: false, arg }) === "yes",
  );
}
