import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { shortened } from "./operations.js";
import { joined, printed } from "./operators.js";
import { constant, flag, inspects, textIn, unknown, type Value } from "./values.js";

/** What copies a list, or gives it in another order. */
const COPIES = /^(?:list|tuple|set|frozenset|sorted|reversed)$/;
/** Longer ranges count rows. */
const MAX_RANGE = 1000;
/** What only tells something of what it is given. */
const TELLS = /^(?:bool|any|all|len|next|iter|map|filter|dict|int|max|min|sum|getattr|hasattr)$/;

/** What a call of Python's own functions, or of the standard library's, gives; undefined for others. */
export function calledByName(
  path: string,
  args: readonly Value[],
  named: ReadonlyMap<string, Value>,
  at: Range,
): Value | undefined {
  const [first] = args;
  if (COPIES.test(path)) return named.size > 0 ? unknown(at, args.some(inspects)) : copied(path, first, at);
  if (path === "str" && args.length < 2) {
    if (!first || textIn(first) !== undefined) return first ?? constant("", at);
    return first.k === "const" ? constant(printed(first), at) : unknown(at, inspects(first));
  }
  if (path === "dict" && (!first || first.k === "dict")) {
    const own = [...named].map(
      ([key, value]) => [key === "**" ? unknown(at) : constant(key, at), value] as const,
    );
    const before = (first?.entries ?? []).filter(([key]) => !named.has(textIn(key) ?? ""));
    return { k: "dict", entries: [...before, ...own], at, identity: {} };
  }
  if (/^(?:textwrap\.dedent|inspect\.cleandoc)$/.test(path) && first?.k === "const") return first;
  if (path === "zip") return zipped(args, at);
  if (path === "enumerate" && first?.k === "list") {
    const start = args[1] ?? named.get("start") ?? constant(0, at);
    const number = (i: number): Value =>
      start.k === "const" && typeof start.v === "number" ? constant(i + start.v, at) : unknown(at);
    const pairs = first.items.map((item, i): Value => ({ k: "list", items: [number(i), item], at }));
    return { k: "list", items: pairs, at };
  }
  if (path === "range") return numbers(args, at);
  if (path === "importlib.import_module" && first?.k === "const" && typeof first.v === "string")
    return { k: "name", path: first.v, at };
  // Alembic writes a script instead of running one only where it is asked to.
  if (path === "alembic.context.is_offline_mode") return constant(false, at);
  if (path === "isinstance") return instance(args, at);
  if (path === "len" && first?.k === "list" && !inspects(first)) return constant(first.items.length, at);
  if (path === "bool") {
    const known = flag(first);
    if (known !== undefined) return constant(known, at);
  }
  return TELLS.test(path) ? unknown(at, args.some(inspects)) : undefined;
}

/** `isinstance(bind.dialect, PGDialect)`, `isinstance(columns, str)`; the dialect is PostgreSQL's. */
function instance([value, type]: readonly Value[], at: Range): Value {
  const types = type?.k === "list" ? type.items : type ? [type] : [];
  const isOne = types.map((one) => (one.k === "name" && value ? isInstance(value, one.path) : undefined));
  if (isOne.includes(true)) return constant(true, at);
  return isOne.length > 0 && isOne.every((one) => one === false) ? constant(false, at) : unknown(at);
}

function isInstance(value: Value, type: string): boolean | undefined {
  const dialect = /(?:^|\.)(?:dialects\.)?(postgresql|mysql|sqlite|mssql|oracle)\b.*Dialect\w*$/.exec(
    type,
  )?.[1];
  if (dialect !== undefined && value.k === "member" && value.name === "dialect")
    return dialect === "postgresql";
  if (value.k === "const" && value.v !== null && /^(?:str|int|bool|list|tuple|dict|set)$/.test(type))
    return { string: "str", number: "int", boolean: "bool" }[typeof value.v as "string"] === type;
  if (value.k === "list" && /^(?:str|dict)$/.test(type)) return false;
  if (value.k === "dict" && /^(?:str|dict|list|tuple)$/.test(type)) return type === "dict";
  return undefined;
}

/** What a method of a text, a list or a dictionary gives; undefined for what is none of them. */
export function calledOnValue(of: Value, name: string, args: readonly Value[], at: Range): Value | undefined {
  if (of.k === "const") return textMethod(of, name, args, at);
  if (of.k === "list" || of.k === "dict") return members(of, name, args, at);
  return undefined;
}

/** What only reads a list or a dictionary. */
const READS = /^(?:index|count|copy|get|items|keys|values)$/;

/** What a list or a dictionary is after a method was called on it. */
export function afterMethod(of: Value, name: string, args: readonly Value[]): Value {
  return READS.test(name) ? of : (grown(of, name, args) ?? unknown(of.at, args.some(inspects)));
}

/** A list with what a method that changes it adds; undefined for other methods. */
export function grown(of: Value, name: string, [first]: readonly Value[]): Value | undefined {
  if (of.k !== "list" || !first) return undefined;
  if (name === "append" || name === "add") return { ...of, items: [...of.items, first] };
  if (name === "extend" && first.k === "list") return { ...of, items: [...of.items, ...first.items] };
  return undefined;
}

/** `op.f()`: a name that no convention changes, and that SQLAlchemy cuts itself. */
export function finalName([name]: readonly Value[], at: Range): Value {
  const text = textIn(name);
  return text === undefined || !name
    ? unknown(at)
    : text === shortened(text)
      ? name
      : constant(shortened(text), at);
}

/** A list of what is in another one; in the order of what a function does with it. */
function copied(path: string, of: Value | undefined, at: Range): Value {
  const items = !of
    ? []
    : of.k === "list"
      ? of.items
      : of.k === "dict"
        ? of.entries.map(([key]) => key)
        : undefined;
  if (!items) return unknown(at, of && inspects(of));
  const made = (some: readonly Value[]): Value => ({ k: "list", items: some, at, identity: {} });
  if (path === "list" || path === "tuple") return made(items);
  if (path === "reversed") return made(items.toReversed());
  const texts = items.flatMap((item) => textIn(item) ?? []);
  // A set of tuples: `unique_together`.
  if (path !== "sorted" && items.every(({ k }) => k === "list")) return made(items);
  if (items.length > 1 && texts.length < items.length) return unknown(at, items.some(inspects));
  const unique =
    path === "sorted" ? items : items.filter((_, i) => i === 0 || texts.indexOf(texts[i]!) === i);
  return made(path === "sorted" ? unique.toSorted((a, b) => (textIn(a)! < textIn(b)! ? -1 : 1)) : unique);
}

/** `range(…)`. */
function numbers(args: readonly Value[], at: Range): Value {
  const given = args.map((one) => (one.k === "const" && typeof one.v === "number" ? one.v : NaN));
  const [start, stop, step = 1] = given.length === 1 ? [0, given[0]!] : given;
  const length = Math.max(0, Math.ceil((stop! - start!) / step));
  if (!(length <= MAX_RANGE)) return unknown(at, args.some(inspects));
  return { k: "list", items: Array.from({ length }, (_, i) => constant(start! + i * step, at)), at };
}

/** Pairs of the items of lists; what is not known of one makes the whole unknown. */
function zipped(lists: readonly Value[], at: Range): Value {
  const all = lists.map((one) => (one.k === "list" ? one.items : undefined));
  const length = Math.min(...all.map((items) => items?.length ?? 0));
  if (all.some((items) => !items) || !Number.isFinite(length)) return unknown(at, lists.some(inspects));
  const items = Array.from({ length }, (_, i): Value => ({
    k: "list",
    items: all.map((one) => one![i]!),
    at,
  }));
  return { k: "list", items, at };
}

function textMethod(
  of: Extract<Value, { k: "const" }>,
  name: string,
  args: readonly Value[],
  at: Range,
): Value {
  const text = textIn(of);
  if (text === undefined) return unknown(at);
  if (name === "lower") return constant(text.toLowerCase(), at);
  if (name === "upper") return constant(text.toUpperCase(), at);
  if (name === "join" && args[0]?.k === "list") {
    const nothing: Value = { k: "const", v: "", at, pieces: [] };
    return args[0].items.reduce<Value>(
      (sum, item, i) => joined(i === 0 ? sum : joined(sum, of, at), item, at),
      nothing,
    );
  }
  const [first] = args.map(textIn);
  if (/^(?:starts|ends)with$/.test(name) && first !== undefined)
    return constant(name === "startswith" ? text.startsWith(first) : text.endsWith(first), at);
  if (!/^(?:strip|lstrip|rstrip)$/.test(name) || args.length > 0) return unknown(at);
  const stripped = name === "strip" ? text.trim() : name === "lstrip" ? text.trimStart() : text.trimEnd();
  // Blanks around a statement change nothing, and its places are of use.
  return stripped === text || text.includes("\n") ? { ...of, at } : constant(stripped, at);
}

function members(
  of: Extract<Value, { k: "list" | "dict" }>,
  name: string,
  args: readonly Value[],
  at: Range,
): Value {
  if (of.k === "list") return unknown(at);
  if (name === "items") {
    return { k: "list", items: of.entries.map((pair): Value => ({ k: "list", items: pair, at })), at };
  }
  if (name === "keys") return { k: "list", items: of.entries.map(([key]) => key), at };
  if (name === "values") return { k: "list", items: of.entries.map(([, value]) => value), at };
  const key = textIn(args[0]);
  if (name !== "get" || key === undefined) return unknown(at);
  const entry = of.entries.findLast(([one]) => textIn(one) === key);
  // Without one the other argument is it, or None.
  if (!entry && of.entries.every(([one]) => one.k === "const")) return args[1] ?? constant(null, at);
  return entry?.[1] ?? unknown(at);
}
