import { ownType, type Expression } from "@orchestrator-lint/sql-rules/generated";
import { flag, lastOf, textIn, type Value } from "../alembic/values.js";

type Made = Extract<Value, { k: "made" }>;

/** Functions of `django.db.models.functions` that are SQL's, by SQL's names. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  Lower: "lower", Upper: "upper", Length: "length", Coalesce: "coalesce", Abs: "abs", Ceil: "ceiling", Floor: "floor",
  Greatest: "greatest", Least: "least", MD5: "md5", Trim: "btrim", LTrim: "ltrim", RTrim: "rtrim", Reverse: "reverse",
  NullIf: "nullif",
}; // prettier-ignore
const COMPARISONS: Readonly<Record<string, string>> = { exact: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" };

/**
 * The SQL of an expression of Django's, as far as indexes have them; columns are called as fields are. Undefined for
 * what cannot be told.
 */
export function expressionOf(value: Value): Expression | undefined {
  const text = textIn(value);
  if (text !== undefined) return fieldNamed(text);
  if (value.k !== "made") return undefined;
  const [first] = value.args;
  const name = lastOf(value.path);
  switch (name) {
    case "F":
      return fieldNamed(textIn(first) ?? "");
    case "Value":
      return first && constantOf(first);
    case "KT":
    case "KeyTransform": {
      const of = name === "KT" ? first : value.args[1];
      const path = textIn(of);
      if (name === "KT") return path === undefined ? undefined : fieldNamed(path, "->>");
      const [left, right] = [of && expressionOf(of), first && constantOf(first)];
      return left && right && { kind: "operator", name: "->", left, right };
    }
    case "ExpressionWrapper":
      return first && expressionOf(first);
    case "Cast": {
      const arg = first && expressionOf(first);
      const type = CASTS[lastOf(named(value.named.get("output_field") ?? value.args[1]))];
      return arg && type !== undefined ? { kind: "cast", arg, type: ownType(type) } : undefined;
    }
    default: {
      const call = FUNCTIONS[name];
      const args = value.args.map(expressionOf);
      const isKnown = call !== undefined && args.every((one) => one !== undefined);
      return isKnown ? { kind: "call", name: call, args } : undefined;
    }
  }
}

const CASTS: Readonly<Record<string, string>> = {
  IntegerField: "integer", BigIntegerField: "bigint", TextField: "text", DateField: "date", UUIDField: "uuid",
  FloatField: "double precision", BooleanField: "boolean", JSONField: "jsonb",
}; // prettier-ignore

const named = (value: Value | undefined): string =>
  value?.k === "made" || value?.k === "name" ? value.path : "";

/** `field`, or `field__key` of a document. */
function fieldNamed(path: string, last: "->" | "->>" = "->"): Expression | undefined {
  const [field, ...keys] = path.split("__");
  if (field === undefined || !/^\w+$/.test(field) || keys.length > 1) return undefined;
  const column: Expression = { kind: "column", name: field };
  const [key] = keys;
  if (key === undefined) return column;
  const value = /^\d+$/.test(key) ? Number(key) : key;
  return { kind: "operator", name: last, left: column, right: { kind: "literal", value } };
}

function constantOf(value: Value): Expression | undefined {
  if (value.k === "made" && lastOf(value.path) === "F") return expressionOf(value);
  if (value.k !== "const") return undefined;
  return { kind: "literal", value: value.v };
}

/** The SQL of `Q(…)`: a condition of an index. Undefined for lookups that are no plain comparison. */
export function conditionOf(value: Value | undefined): Expression | undefined {
  if (value?.k !== "made") return undefined;
  const name = lastOf(value.path);
  const operator = OPERATORS[name];
  if (operator) {
    const args = value.args.map(conditionOf);
    if (args.some((one) => one === undefined)) return undefined;
    return { kind: "boolean", operator, args: args as Expression[] };
  }
  return name === "Q" ? ofQ(value) : undefined;
}

const OPERATORS: Readonly<Record<string, "and" | "or" | "not">> = { and_: "and", or_: "or", invert: "not" };

function ofQ({ args, named }: Made): Expression | undefined {
  const children = args.map((one) =>
    one.k === "list" && one.items.length === 2
      ? lookup(textIn(one.items[0]) ?? "", one.items[1]!)
      : conditionOf(one),
  );
  const options = new Set(["_connector", "_negated"]);
  const all = [
    ...children,
    ...[...named].flatMap(([key, value]) => (options.has(key) ? [] : [lookup(key, value)])),
  ];
  if (all.length === 0 || all.some((one) => one === undefined)) return undefined;
  const parts = all as Expression[];
  const operator = textIn(named.get("_connector"))?.toLowerCase() === "or" ? "or" : "and";
  const whole: Expression = parts.length === 1 ? parts[0]! : { kind: "boolean", operator, args: parts };
  if (flag(named.get("_negated")) !== true) return whole;
  return { kind: "boolean", operator: "not", args: [whole] };
}

/** `status="new"`, `removed__isnull=True`, `kind__in=["a", "b"]`. */
function lookup(path: string, value: Value): Expression | undefined {
  const [field = "", by = "exact", ...more] = path.split("__");
  if (more.length > 0 || !/^\w+$/.test(field)) return undefined;
  const column: Expression = { kind: "column", name: field };
  if (by === "isnull") {
    const isNull = flag(value);
    return isNull === undefined ? undefined : { kind: "nullTest", isNull, arg: column };
  }
  if (by === "in") {
    const items = value.k === "list" ? value.items.map(constantOf) : [undefined];
    if (items.some((one) => one === undefined)) return undefined;
    const right: Expression = { kind: "list", items: items as Expression[] };
    return { kind: "operator", name: "=", left: column, right, quantifier: "any" };
  }
  const name = COMPARISONS[by];
  const right = constantOf(value);
  if (name === undefined || !right) return undefined;
  if (by === "exact" && right.kind === "literal") {
    if (right.value === null) return { kind: "nullTest", isNull: true, arg: column };
    // Django asks for a boolean by its column alone.
    if (right.value === true) return column;
    if (right.value === false) return { kind: "boolean", operator: "not", args: [column] };
  }
  return { kind: "operator", name, left: column, right };
}
