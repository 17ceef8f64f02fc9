import type { Expression, ExpressionOf } from "../expression.js";
import { ownType, sameType, type TypeRef } from "../types.js";

/** A type; undefined where it is not known. `unknown` is the type of a string literal that nothing has typed yet. */
export type Type = TypeRef | undefined;

interface TypedExpression {
  expression: Expression;
  type: Type;
}

const INTEGERS = new Set(["smallint", "integer", "bigint"]);
const OTHER_NUMBERS = new Set(["numeric", "real", "double precision"]);
const MAX_BIGINT = 9223372036854775807n;

/** True for the string types that differ in name only. */
export function isText(type: Type): boolean {
  return type?.dimensions === 0 && (type.name === "text" || type.name === "character varying");
}

/** True where a cast from one type to the other relabels the value and leaves its bytes alone. */
export function sameFamily(from: Type, to: TypeRef): boolean {
  if (!from) return false;
  if (isText(from) && isText(to) && to.modifiers.length === 0) return true;
  return sameType({ ...from, modifiers: [] }, to);
}

/** A literal with its own type: 5 is integer, 1.50 and 1e3 numeric, 3000000000 bigint. */
export function constant(literal: ExpressionOf<"literal">): TypedExpression {
  const { value, decimal, ...rest } = literal;
  if (typeof value === "boolean") return { expression: literal, type: ownType("boolean") };
  if (typeof value !== "number") return { expression: literal, type: ownType("unknown") };
  if (decimal === undefined) return { expression: literal, type: ownType("integer") };
  const isWhole = /^\d+$/.test(decimal) && BigInt(decimal) <= MAX_BIGINT;
  const type = ownType(isWhole ? "bigint" : "numeric");
  return { expression: { kind: "cast", arg: { ...rest, value: decimal }, type }, type };
}

/**
 * A constant as another type; undefined where the expression is none, or its type is fixed already. What a string
 * constant means in a type is normalized only as far as it is certain: `'5'::numeric` is `5::numeric`.
 */
export function coerced({ expression, type }: TypedExpression, to: Type): TypedExpression | undefined {
  if (!to || type === undefined) return undefined;
  if (expression.kind === "list") {
    const element = to.dimensions > 0 ? { ...to, dimensions: 0 } : to;
    const items = expression.items.map(
      (item) =>
        (coerced({ expression: item, type: ownType(typeOfConstant(item)) }, element) ?? { expression: item })
          .expression,
    );
    return { expression: { ...expression, items }, type: { ...element, dimensions: 1 } };
  }
  if (expression.kind === "parameter") return { expression, type: to };
  if (expression.kind === "literal" && typeof expression.value === "string") {
    const array = to.dimensions > 0 ? typedArray(expression, expression.value, to) : undefined;
    return { expression: array ?? typedString(expression, expression.value, to), type: to };
  }
  if (expression.kind === "literal" && expression.value === null) return { expression, type: to };
  if (expression.kind === "literal" && typeof expression.value === "number" && to.dimensions === 0) {
    if (to.name === "integer") return { expression, type: to };
    if (OTHER_NUMBERS.has(to.name))
      return { expression: typedString(expression, String(expression.value), to), type: to };
  }
  // A constant of a lower kind of number is converted when it is planned with.
  if (expression.kind === "cast" && expression.arg.kind === "literal" && to.dimensions === 0) {
    const { name } = expression.type;
    const { value } = expression.arg;
    const isLower = INTEGERS.has(name) || (name === "numeric" && to.name !== "numeric");
    if (isLower && OTHER_NUMBERS.has(to.name) && expression.type.dimensions === 0) {
      return { expression: typedString(expression.arg, String(value), to), type: to };
    }
  }
  return undefined;
}

function typeOfConstant(item: Expression): string {
  if (item.kind === "literal")
    return typeof item.value === "number"
      ? "integer"
      : typeof item.value === "boolean"
        ? "boolean"
        : "unknown";
  return item.kind === "cast" ? item.type.name : "unknown";
}

function typedString(literal: ExpressionOf<"literal">, text: string, to: TypeRef): Expression {
  const { decimal: _decimal, ...rest } = literal;
  if (isText(to) || to.name === "unknown") return { ...rest, value: text };
  if (to.dimensions === 0) {
    if (INTEGERS.has(to.name) && /^\s*[+-]?\d{1,9}\s*$/.test(text)) {
      if (to.name === "integer") return { ...rest, value: Number(text) };
      return { kind: "cast", arg: { ...rest, value: String(Number(text)) }, type: to };
    }
    if (to.name === "boolean" && /^\s*(?:t(?:rue)?|f(?:alse)?)\s*$/i.test(text))
      return { ...rest, value: /^\s*t/i.test(text) };
    if (to.name === "jsonb") return { kind: "cast", arg: { ...rest, value: normalJson(text) }, type: to };
    if (OTHER_NUMBERS.has(to.name))
      return { kind: "cast", arg: { ...rest, value: text.trim().replace(/^\+/, "") }, type: to };
  }
  return { kind: "cast", arg: { ...rest, value: text }, type: to };
}

/** `'{a,b}'` as the list it stands for; undefined where quotes, nulls or further braces make it less plain. */
function typedArray(literal: ExpressionOf<"literal">, text: string, to: TypeRef): Expression | undefined {
  const [, inner] = /^\{([^{}"\\]*)\}$/.exec(text) ?? [];
  if (inner === undefined || /(?:^|,)\s*(?:null)?\s*(?:,|$)/i.test(inner)) return undefined;
  const { decimal: _decimal, ...rest } = literal;
  const items = inner.split(",").map((item) => typedString(rest, item.trim(), { ...to, dimensions: 0 }));
  return { kind: "list", items };
}

/** White space and the order of keys carry no meaning in jsonb; numbers JavaScript would change are left alone. */
function normalJson(text: string): string {
  if (text.length > 10_000 || /\d{15}|\d[.eE]|\\u0000/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    );
  } catch {
    return text;
  }
}
