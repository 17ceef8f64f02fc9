import type { Expression, ExpressionOf } from "./expression.js";

/** The direct parts of an expression, in order. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "operator":
      return expression.left ? [expression.left, expression.right] : [expression.right];
    case "cast":
    case "collate":
    case "nullTest":
      return [expression.arg];
    case "call":
    case "boolean":
      return expression.args;
    case "subscript":
      return [expression.arg, ...expression.indices];
    case "list":
      return expression.items;
    default:
      return [];
  }
}

/** The columns an expression reads, as often as it reads them. */
export function columnsIn(expression: Expression): ExpressionOf<"column">[] {
  return expression.kind === "column" ? [expression] : partsOf(expression).flatMap(columnsIn);
}
