import type { Expression, ExpressionOf } from "../expression.js";

/**
 * AND, OR and NOT over simplified arguments: flat, with NOT pushed inwards and constants gone.
 *
 * @param args - those of `expression`, simplified
 */
export function logic(expression: ExpressionOf<"boolean">, args: readonly Expression[]): Expression {
  const { operator } = expression;
  if (operator === "not") return negated(args[0] ?? NOTHING, expression);
  const flat = args.flatMap((arg) =>
    arg.kind === "boolean" && arg.operator === operator ? arg.args : [arg],
  );
  // `true AND x` is x; `false AND x` is false.
  const neutral = operator === "and";
  const rest = flat.filter((arg) => !(arg.kind === "literal" && arg.value === neutral));
  const decided = rest.find((arg) => arg.kind === "literal" && arg.value === !neutral);
  if (decided) return decided;
  if (rest.length <= 1) return rest[0] ?? { kind: "literal", value: neutral };
  return operator === "or" ? factored(expression, rest) : { ...expression, args: rest };
}

/** What all arms of an OR ask for is asked for beside it: `(a AND b) OR (a AND c)` (`process_duplicate_ors`). */
function factored(whole: ExpressionOf<"boolean">, arms: readonly Expression[]): Expression {
  const lists = arms.map((arm) => (arm.kind === "boolean" && arm.operator === "and" ? arm.args : [arm]));
  const keys = lists.map((list) => new Set(list.map(keyOf)));
  const common = [...keys[0]!].filter((key) => keys.every((other) => other.has(key)));
  if (common.length === 0) return { ...whole, args: arms };
  const shared = common.flatMap((key) => lists[0]!.find((one) => keyOf(one) === key) ?? []);
  const rests = lists.map((list) => list.filter((one) => !common.includes(keyOf(one))));
  const and = (args: readonly Expression[]): Expression =>
    args.length === 1 ? args[0]! : { ...whole, operator: "and", args };
  // An arm that asks for no more makes the others say nothing.
  if (rests.some((rest) => rest.length === 0)) return and(shared);
  return and([...shared, { ...whole, args: rests.map(and) }]);
}

/** The same for two expressions that are equal, wherever they stand. */
function keyOf(expression: Expression): string {
  return JSON.stringify(expression, (name, value: unknown) => (name === "range" ? undefined : value));
}

const NOTHING: Expression = { kind: "literal", value: null };

const NEGATORS = new Map(
  [
    ["=", "<>"],
    ["<", ">="],
    [">", "<="],
    ["~~", "!~~"],
    ["~~*", "!~~*"],
    ["~", "!~"],
    ["~*", "!~*"],
    ["is true", "is not true"],
    ["is false", "is not false"],
    ["is unknown", "is not unknown"],
    ["is distinct from", "is not distinct from"],
  ].flatMap(([a = "", b = ""]) => [
    [a, b],
    [b, a],
  ]),
);

/** NOT of a simplified expression. */
export function negated(expression: Expression, whole: Expression): Expression {
  const { range } = whole;
  const at = range ? { range } : {};
  if (expression.kind === "nullTest") return { ...expression, isNull: !expression.isNull, ...at };
  if (expression.kind === "literal" && typeof expression.value === "boolean")
    return { kind: "literal", value: !expression.value, ...at };
  if (expression.kind === "boolean") {
    if (expression.operator === "not") return expression.args[0] ?? NOTHING;
    const args = expression.args.map((arg) => negated(arg, arg));
    return { ...expression, operator: expression.operator === "and" ? "or" : "and", args };
  }
  const negator = expression.kind === "operator" ? NEGATORS.get(expression.name) : undefined;
  if (expression.kind === "operator" && negator !== undefined) {
    const { quantifier } = expression;
    const other = quantifier === "any" ? "all" : "any";
    return { ...expression, name: negator, ...(quantifier ? { quantifier: other } : {}), ...at };
  }
  return { kind: "boolean", operator: "not", args: [expression], ...at };
}
