import type { Range } from "../../language/split.js";
import type { Expression, ExpressionOf } from "../expression.js";
import { columnsIn } from "../parts.js";

/**
 * IN over a list. Items with columns are compared one by one, and so is an item that is left alone
 * (`transformAExprIn`).
 */
export function inList(
  name: string,
  left: Expression,
  list: ExpressionOf<"list">,
  range: { range?: Range },
): Expression {
  const isAny = name === "=";
  const one = (right: Expression): Expression =>
    (isAny ? rowEquality(left, right, range) : undefined) ?? {
      kind: "operator",
      name,
      left,
      right,
      ...range,
    };
  const moving = list.items.filter((item) => columnsIn(item).length > 0);
  const fixed = list.items.filter((item) => columnsIn(item).length === 0);
  const whole: Expression = {
    ...one({ ...list, items: fixed }),
    quantifier: isAny ? "any" : "all",
  } as ExpressionOf<"operator">;
  const args = [...(fixed.length > 1 ? [whole] : fixed.map(one)), ...moving.map(one)];
  return args.length === 1 ? args[0]! : { kind: "boolean", operator: isAny ? "or" : "and", args, ...range };
}

/** `(a, b) = (c, d)` is `a = c AND b = d`. */
export function rowEquality(
  left: Expression,
  right: Expression,
  range: { range?: Range },
): Expression | undefined {
  if (left.kind !== "call" || left.name !== "row" || right.kind !== "call" || right.name !== "row")
    return undefined;
  if (left.args.length !== right.args.length || left.args.length === 0) return undefined;
  const args = left.args.map((arg, i): Expression => ({
    kind: "operator",
    name: "=",
    left: arg,
    right: right.args[i]!,
    ...range,
  }));
  return { kind: "boolean", operator: "and", args, ...range };
}
