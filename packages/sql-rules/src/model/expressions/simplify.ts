import type { Expression, ExpressionOf } from "../expression.js";
import { ownType, type TypeRef } from "../types.js";
import { coerced, constant, isText, sameFamily, type Type } from "./constants.js";

/** An expression with the type PostgreSQL gives it; undefined where that cannot be told. */
export interface Typed {
  expression: Expression;
  type: Type;
}

/** The type of a column by the name it is written with; undefined where it is not known. */
export type ColumnTypes = (column: ExpressionOf<"column">) => TypeRef | undefined;

/**
 * What PostgreSQL's analysis and constant folding make of an expression before indexes are matched against it: operands
 * of unknown type take the type of their neighbour, casts that change nothing are gone, NOT is pushed inwards, ANDs and
 * ORs are flat. (`parse_expr.c`, `eval_const_expressions`, `canonicalize_qual`.)
 */
export function simplify(expression: Expression, columns: ColumnTypes = () => undefined): Typed {
  switch (expression.kind) {
    case "column":
      return { expression, type: columns(expression) };
    case "literal":
      return constant(expression);
    case "parameter":
      return { expression, type: ownType("unknown") };
    case "opaque":
      return { expression, type: undefined };
    case "cast":
      return cast(expression, simplify(expression.arg, columns));
    case "collate": {
      const arg = simplify(expression.arg, columns);
      return { expression: { ...expression, arg: arg.expression }, type: arg.type };
    }
    case "nullTest":
      return {
        expression: { ...expression, arg: simplify(expression.arg, columns).expression },
        type: BOOLEAN,
      };
    case "boolean":
      return { expression: logic(expression, columns), type: BOOLEAN };
    case "list":
      return list(expression, columns);
    case "subscript": {
      const arg = simplify(expression.arg, columns);
      const indices = expression.indices.map((index) => simplify(index, columns).expression);
      const type = arg.type?.name === "jsonb" && arg.type.dimensions === 0 ? arg.type : undefined;
      return { expression: { ...expression, arg: arg.expression, indices }, type };
    }
    case "call":
      return call(expression, columns);
    case "operator":
      return operator(expression, columns);
  }
}

const BOOLEAN = ownType("boolean");
const TEXT = ownType("text");

function cast(expression: ExpressionOf<"cast">, arg: Typed): Typed {
  const { type } = expression;
  const isBare = type.modifiers.length === 0;
  if (isBare && arg.expression.kind === "literal") {
    const folded = coerced(arg, type);
    if (folded) return folded;
  }
  if (isBare && sameFamily(arg.type, type)) return { expression: arg.expression, type };
  return { expression: { ...expression, arg: arg.expression }, type };
}

function list(expression: ExpressionOf<"list">, columns: ColumnTypes): Typed {
  const items = expression.items.map((item) => simplify(item, columns));
  const known = items.find(({ type }) => type !== undefined && type.name !== "unknown")?.type;
  return {
    expression: { ...expression, items: items.map((item) => (coerced(item, known) ?? item).expression) },
    type: known ? { ...known, dimensions: known.dimensions + 1 } : ownType("unknown", [], 1),
  };
}

// ── AND, OR, NOT ──

function logic(expression: ExpressionOf<"boolean">, columns: ColumnTypes): Expression {
  const { operator, args } = expression;
  if (operator === "not") return negated(simplify(args[0] ?? NOTHING, columns).expression, expression);
  const flat = args.flatMap((arg) => {
    const simple = simplify(arg, columns).expression;
    return simple.kind === "boolean" && simple.operator === operator ? simple.args : [simple];
  });
  // `true AND x` is x; `false AND x` is false.
  const neutral = operator === "and";
  const rest = flat.filter((arg) => !(arg.kind === "literal" && arg.value === neutral));
  const decided = rest.find((arg) => arg.kind === "literal" && arg.value === !neutral);
  if (decided) return decided;
  if (rest.length <= 1) return rest[0] ?? { kind: "literal", value: neutral };
  return { ...expression, args: rest };
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

function negated(expression: Expression, whole: Expression): Expression {
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

// ── Functions ──

const TEXT_FUNCTIONS = new Set(
  (
    "btrim chr concat concat_ws format initcap json_extract_path_text jsonb_extract_path_text left lower lpad ltrim " +
    "md5 overlay regexp_replace repeat replace reverse right rpad rtrim split_part substr substring to_char translate " +
    "trim upper jsonb_pretty jsonb_typeof json_typeof"
  ).split(" "),
);
/** Of these the arguments are text as well. */
const OF_TEXT =
  /^(?:b|l|r)?trim$|^(?:initcap|lower|upper|replace|reverse|translate|left|right|md5|substr|split_part)$/;

function call(expression: ExpressionOf<"call">, columns: ColumnTypes): Typed {
  const args = expression.args.map((arg) => simplify(arg, columns));
  const { name } = expression;
  if (name === "coalesce" || name === "nullif" || name === "greatest" || name === "least") {
    const known = args.find(({ type }) => type !== undefined && type.name !== "unknown")?.type;
    const same = args.map((arg) => (coerced(arg, known) ?? arg).expression);
    return { expression: { ...expression, args: same }, type: known };
  }
  const bare = OF_TEXT.test(name)
    ? args.map((arg) => withoutRelabel(arg))
    : args.map((arg) => arg.expression);
  const type = TEXT_FUNCTIONS.has(name)
    ? TEXT
    : /^jsonb?_(?:array_)?length$|^length$/.test(name)
      ? ownType("integer")
      : undefined;
  return { expression: { ...expression, args: bare }, type };
}

/** A text function sees `varchar` through a relabeling that an explicit cast to text would give too. */
function withoutRelabel({ expression, type }: Typed): Expression {
  return expression.kind === "cast" && isText(type) && expression.type.modifiers.length === 0
    ? { ...expression, type: TEXT }
    : expression;
}

// ── Operators ──

const COMPARISONS = new Set([
  "=",
  "<>",
  "!=",
  "<",
  ">",
  "<=",
  ">=",
  "is distinct from",
  "is not distinct from",
]);
const ARITHMETIC = new Set(["+", "-", "*", "/", "%"]);
const NUMBERS = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

function operator(expression: ExpressionOf<"operator">, columns: ColumnTypes): Typed {
  const left = expression.left && simplify(expression.left, columns);
  const right = simplify(expression.right, columns);
  const name = expression.name === "!=" ? "<>" : expression.name;
  if (!left)
    return { expression: { ...expression, name, right: right.expression }, type: unary(name, right.type) };
  const [a, b] = operands(name, left, right);
  const whole: ExpressionOf<"operator"> = { ...expression, name, left: a.expression, right: b.expression };
  const tested = booleanTest(name, a, b, expression);
  return { expression: tested ?? withoutList(whole), type: resultOf(name, a.type, b.type) };
}

/** `x = true` is x, `x = false` is NOT x (`simplify_boolean_equality`). */
function booleanTest(name: string, left: Typed, right: Typed, whole: Expression): Expression | undefined {
  if (name !== "=" && name !== "<>") return undefined;
  const [value, other] = right.expression.kind === "literal" ? [right, left] : [left, right];
  if (value.expression.kind !== "literal" || typeof value.expression.value !== "boolean") return undefined;
  return value.expression.value === (name === "=") ? other.expression : negated(other.expression, whole);
}

function unary(name: string, type: Type): Type {
  return name.startsWith("is ") ? BOOLEAN : name === "-" || name === "+" ? type : undefined;
}

/** Operands after the unknown ones took the type their operator wants. */
function operands(name: string, left: Typed, right: Typed): [Typed, Typed] {
  const jsonb = ownType("jsonb");
  switch (name) {
    case "->":
    case "->>":
      return [left, coerced(right, right.type?.name === "unknown" ? TEXT : right.type) ?? right];
    case "#>":
    case "#>>":
    case "?|":
    case "?&":
      return [left, coerced(right, ownType("text", [], 1)) ?? right];
    case "?":
      return [left, coerced(right, TEXT) ?? right];
    case "@?":
    case "@@":
      return [left, coerced(right, left.type?.name === "jsonb" ? ownType("jsonpath") : undefined) ?? right];
    case "@>":
    case "<@":
      return left.type?.name === "jsonb" || right.type?.name === "jsonb"
        ? [coerced(left, jsonb) ?? left, coerced(right, jsonb) ?? right]
        : [left, right];
    default:
      if (!COMPARISONS.has(name) && !ARITHMETIC.has(name)) return [left, right];
      return [coerced(left, wanted(right)) ?? left, coerced(right, wanted(left)) ?? right];
  }
}

/** The type an operand asks of its neighbour; the element type where the neighbour is an array. */
function wanted({ type, expression }: Typed): Type {
  if (type === undefined || type.name === "unknown") return undefined;
  return expression.kind === "list" ? { ...type, dimensions: type.dimensions - 1 } : type;
}

function resultOf(name: string, left: Type, right: Type): Type {
  if (name === "->>" || name === "#>>") return TEXT;
  if (name === "->" || name === "#>") return left;
  if (name === "||")
    return isText(left) || isText(right) ? TEXT : left?.name === right?.name ? left : undefined;
  if (!ARITHMETIC.has(name)) return BOOLEAN;
  const rank = Math.max(NUMBERS.indexOf(left?.name ?? ""), NUMBERS.indexOf(right?.name ?? ""));
  const both = NUMBERS.includes(left?.name ?? "") && NUMBERS.includes(right?.name ?? "");
  return both ? ownType(NUMBERS[rank]!) : undefined;
}

/** A list of one is no list; columns in a list are compared one by one (`transformAExprIn`). */
function withoutList(expression: ExpressionOf<"operator">): Expression {
  const { quantifier, right } = expression;
  if (!quantifier || right.kind !== "list") return expression;
  const one = (item: Expression): Expression => {
    const { quantifier: _quantifier, ...plain } = expression;
    return { ...plain, right: item };
  };
  if (right.items.length === 1) return one(right.items[0]!);
  const [fixed, moving] = [right.items.filter(isFixed), right.items.filter((item) => !isFixed(item))];
  if (moving.length === 0) return expression;
  const rest: Expression[] =
    fixed.length > 1 ? [{ ...expression, right: { ...right, items: fixed } }] : fixed.map(one);
  const args = [...rest, ...moving.map(one)];
  return {
    kind: "boolean",
    operator: quantifier === "any" ? "or" : "and",
    args,
    ...(expression.range ? { range: expression.range } : {}),
  };
}

function isFixed(item: Expression): boolean {
  return item.kind === "literal" || item.kind === "parameter" || (item.kind === "cast" && isFixed(item.arg));
}
