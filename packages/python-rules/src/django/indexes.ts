import type { DjangoIndex } from "@orchestrator-lint/sql-rules/generated";
import { flag, lastOf, textIn, type Value } from "../alembic/values.js";
import { conditionOf, expressionOf } from "./expressions.js";

type Made = Extract<Value, { k: "made" }>;
type Key = DjangoIndex["keys"][number];

const METHODS: Readonly<Record<string, string>> = {
  Index: "btree", BTreeIndex: "btree", GinIndex: "gin", GistIndex: "gist", SpGistIndex: "spgist", BrinIndex: "brin",
  HashIndex: "hash", BloomIndex: "bloom", HnswIndex: "hnsw", IvfflatIndex: "ivfflat",
}; // prettier-ignore
const DOUBT = "not all of the index could be read";

/** An index or a constraint of a model that an index keeps; `none` for a check; undefined where it cannot be told. */
export function indexOf(value: Value | undefined): DjangoIndex | "none" | undefined {
  if (value?.k !== "made") return undefined;
  const { path, named, at } = value;
  const last = lastOf(path);
  if (last === "CheckConstraint") return "none";
  if (last === "ExclusionConstraint") return exclusion(value);
  const isUnique = last === "UniqueConstraint";
  const method = isUnique ? "btree" : METHODS[last];
  const name = textIn(named.get("name"));
  if (method === undefined || name === undefined || !/^(?:pgvector\.)?django\./.test(path)) return undefined;
  const classes = textsIn(named.get("opclasses"));
  const fields = named.get("fields");
  const keys =
    fields?.k === "list" && fields.items.length > 0
      ? fields.items.map((one, i) => keyOfField(one, classes[i]))
      : value.args.map((one) => keyOf(one));
  const condition = named.get("condition");
  const hasCondition = condition && !(condition.k === "const" && condition.v === null);
  const predicate = hasCondition ? conditionOf(condition) : undefined;
  const isHalf = (hasCondition === true && !predicate) || keys.some((key) => !key) || keys.length === 0;
  const include = textsIn(named.get("include"));
  const isPlain = !hasCondition && fields !== undefined && include.length + classes.length === 0;
  return {
    range: at,
    name,
    method,
    keys: keys.map((key) => key ?? { expression: { kind: "opaque", text: "unknown" } }),
    include,
    ...(predicate ? { predicate } : {}),
    ...(isUnique ? { isUnique: true } : {}),
    ...(isUnique && isPlain ? { isConstraint: true } : {}),
    ...(isUnique && isFalse(named.get("nulls_distinct")) ? { nullsNotDistinct: true } : {}),
    ...(isHalf ? { doubt: DOUBT } : {}),
  };
}

const isFalse = (value: Value | undefined): boolean => value?.k === "const" && value.v === false;

export function textsIn(value: Value | undefined): string[] {
  return value?.k === "list" ? value.items.flatMap((one) => textIn(one) ?? []) : [];
}

/** A field's name, with a minus where it is from the last to the first. */
function keyOfField(value: Value, operatorClass: string | undefined): Key | undefined {
  const text = textIn(value);
  if (text === undefined) return undefined;
  return {
    expression: { kind: "column", name: text.replace(/^-/, "") },
    ...(operatorClass === undefined || operatorClass === "" ? {} : { operatorClass }),
    ...(text.startsWith("-") ? { isDescending: true } : {}),
  };
}

/** `F("a").desc()`, `OpClass(Upper("b"), name="text_pattern_ops")`, `Collate("c", "C")`. */
function keyOf(value: Value): Key | undefined {
  const text = textIn(value);
  if (text !== undefined) return keyOfField(value, undefined);
  if (value.k !== "made") return undefined;
  const [first, second] = value.args;
  switch (lastOf(value.path)) {
    case "OpClass": {
      const operatorClass = textIn(value.named.get("name") ?? second);
      const key = first && keyOf(first);
      return key && operatorClass !== undefined ? { ...key, operatorClass } : undefined;
    }
    case "Collate": {
      const collation = textIn(value.named.get("collation") ?? second);
      const key = first && keyOf(first);
      return key && collation !== undefined ? { ...key, collation } : undefined;
    }
    case "OrderBy":
      return ordered(first, flag(value.named.get("descending")) === true, value);
    case "desc":
      return ordered(first, true, value);
    case "asc":
      return ordered(first, false, value);
    default: {
      const expression = expressionOf(value);
      return expression && { expression };
    }
  }
}

function ordered(of: Value | undefined, isDescending: boolean, { named }: Made): Key | undefined {
  const key = of && keyOf(of);
  if (!key) return undefined;
  const isSet = (name: string) => flag(named.get(name)) === true;
  return {
    ...key,
    ...(isDescending ? { isDescending } : {}),
    ...(isSet("nulls_first") ? { nulls: "first" } : {}),
    ...(isSet("nulls_last") ? { nulls: "last" } : {}),
  };
}

/** `ExclusionConstraint(name=…, expressions=[("room", RangeOperators.EQUAL), …])`. */
function exclusion({ named, at }: Made): DjangoIndex | undefined {
  const name = textIn(named.get("name"));
  const expressions = named.get("expressions");
  if (name === undefined || expressions?.k !== "list") return undefined;
  const keys = expressions.items.map((one) => (one.k === "list" && one.items[0] ? keyOf(one.items[0]) : undefined));
  const condition = named.get("condition");
  const predicate = conditionOf(condition);
  const isHalf = keys.some((key) => !key) || (condition?.k === "made" && !predicate);
  return {
    range: at,
    name,
    method: textIn(named.get("index_type"))?.toLowerCase() ?? "gist",
    keys: keys.map((key) => key ?? { expression: { kind: "opaque", text: "unknown" } }),
    include: textsIn(named.get("include")),
    ...(predicate ? { predicate } : {}),
    isConstraint: true,
    isExclusion: true,
    ...(isHalf ? { doubt: DOUBT } : {}),
  };
} // prettier-ignore
