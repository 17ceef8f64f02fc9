import type { Expression, ExpressionOf } from "../expression.js";
import { ownType, type TypeRef } from "../types.js";
import { logic, negated } from "./logic.js";
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
      if (/^(?:pg_catalog\.)?default$/.test(expression.collation)) return arg;
      return { expression: { ...expression, arg: arg.expression }, type: arg.type };
    }
    case "nullTest":
      return {
        expression: { ...expression, arg: simplify(expression.arg, columns).expression },
        type: BOOLEAN,
      };
    case "boolean":
      return {
        expression: logic(
          expression,
          expression.args.map((arg) => simplify(arg, columns).expression),
        ),
        type: BOOLEAN,
      };
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
  const known = commonType(items.map(({ type }) => type));
  return {
    expression: { ...expression, items: items.map((item) => (coerced(item, known) ?? item).expression) },
    type: known ? { ...known, dimensions: known.dimensions + 1 } : ownType("unknown", [], 1),
  };
}

/** The type several values have together: the highest of numbers, else the first that is known. */
function commonType(types: readonly Type[]): Type {
  const known = types.filter((type) => type !== undefined && type.name !== "unknown");
  const highest = Math.max(...known.map((type) => NUMBERS.indexOf(type?.name ?? "")));
  return highest >= 0 && known.every((type) => NUMBERS.includes(type?.name ?? ""))
    ? ownType(NUMBERS[highest]!)
    : known[0];
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
  const folded = foldedCase(name, bare[0]);
  if (folded) return { expression: folded, type: TEXT };
  return {
    expression: { ...expression, args: bare },
    type: TEXT_FUNCTIONS.has(name) ? TEXT : resultOfCall(name),
  };
}

/** `lower('V')` is `'v'`; an i has another capital in Turkish. */
function foldedCase(name: string, arg: Expression | undefined): Expression | undefined {
  if (arg?.kind !== "literal" || typeof arg.value !== "string" || !/^[ -~]*$/.test(arg.value))
    return undefined;
  if (name === "lower" && !arg.value.includes("I")) return { ...arg, value: arg.value.toLowerCase() };
  return name === "upper" && !arg.value.includes("i")
    ? { ...arg, value: arg.value.toUpperCase() }
    : undefined;
}

function resultOfCall(name: string): Type {
  if (/^(?:now|current_timestamp|(?:transaction|statement|clock)_timestamp|to_timestamp)$/.test(name))
    return ownType("timestamp with time zone");
  if (name === "current_date") return ownType("date");
  if (/^(?:jsonb?_array_length|length)$/.test(name)) return ownType("integer");
  return /^(?:to_jsonb|jsonb_(?:build_object|build_array|extract_path|set|strip_nulls))$/.test(name)
    ? ownType("jsonb")
    : undefined;
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
  const [a, b] = operands(name, left, right, expression.quantifier !== undefined);
  const whole: ExpressionOf<"operator"> = { ...expression, name, left: a.expression, right: b.expression };
  const tested = booleanTest(name, a, b, expression) ?? joined(name, a, b);
  return { expression: tested ?? whole, type: resultOf(name, a.type, b.type) };
}

/** `x = true` is x, `x = false` is NOT x (`simplify_boolean_equality`). */
function booleanTest(name: string, left: Typed, right: Typed, whole: Expression): Expression | undefined {
  if (name !== "=" && name !== "<>") return undefined;
  const [value, other] = right.expression.kind === "literal" ? [right, left] : [left, right];
  if (value.expression.kind !== "literal" || typeof value.expression.value !== "boolean") return undefined;
  return value.expression.value === (name === "=") ? other.expression : negated(other.expression, whole);
}

/** `'a' || 'b'` is `'ab'`. */
function joined(
  name: string,
  { expression: left }: Typed,
  { expression: right }: Typed,
): Expression | undefined {
  if (name !== "||" || left.kind !== "literal" || right.kind !== "literal") return undefined;
  if (typeof left.value !== "string" || typeof right.value !== "string") return undefined;
  return { kind: "literal", value: left.value + right.value };
}

function unary(name: string, type: Type): Type {
  return name.startsWith("is ") ? BOOLEAN : name === "-" || name === "+" ? type : undefined;
}

/** Operands after the unknown ones took the type their operator wants. */
function operands(name: string, left: Typed, right: Typed, isQuantified: boolean): [Typed, Typed] {
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
      if (isQuantified) return quantified(left, right);
      return promoted(coerced(left, known(right)) ?? left, coerced(right, known(left)) ?? right);
  }
}

/** `x = ANY (…)`: the right side is an array of the left side's type, or of the higher kind of number that is in it. */
function quantified(left: Typed, right: Typed): [Typed, Typed] {
  const own = known(right);
  const asked = own && { ...own, dimensions: Math.max(0, own.dimensions - 1) };
  const element = asked && left.type && rank(asked) > rank(left.type) ? asked : known(left);
  const list = coerced(right, element && { ...element, dimensions: element.dimensions + 1 }) ?? right;
  const type = known(list);
  const item = type && { ...type, dimensions: Math.max(0, type.dimensions - 1) };
  return [promoted(left, { ...list, type: item })[0], list];
}

/**
 * Numbers of different kinds are compared, and reckoned with, as the higher kind. Among integers, and among floats,
 * PostgreSQL has operators for each pair.
 */
function promoted(left: Typed, right: Typed): [Typed, Typed] {
  const to = commonType([left.type, right.type]);
  const lift = (side: Typed): Typed => {
    if (!to || !side.type || rank(side.type) < 0 || rank(side.type) >= rank(to)) return side;
    const type = rank(to) === FLOAT ? ownType("double precision") : to;
    return { expression: { kind: "cast", arg: side.expression, type }, type };
  };
  return [lift(left), lift(right)];
}

const FLOAT = 2;

/** Integers, numeric, floats. */
function rank(type: TypeRef): number {
  const at = type.dimensions === 0 ? NUMBERS.indexOf(type.name) : -1;
  return at < 0 ? -1 : at < 3 ? 0 : at === 3 ? 1 : FLOAT;
}

/** A type that is settled. */
function known({ type }: Typed): Type {
  return type?.name === "unknown" ? undefined : type;
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
