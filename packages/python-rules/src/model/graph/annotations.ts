import { drawExpression } from "../facts/draw.js";
import type { Expr } from "../facts/types.js";
import { listOf, provided, tuple } from "./bind.js";
import { evaluate, type Context } from "./evaluate.js";
import type { Machine } from "./machine.js";
import { lookup } from "./names.js";
import type { Atom, Value } from "./values.js";

const PLAIN = /^(?:str|int|float|bool|bytes|complex|None|bytearray|datetime\.|decimal\.|uuid\.)/;
const LISTS =
  /(?:^|\.)(?:list|set|frozenset|deque|List|Set|FrozenSet|Sequence|MutableSequence|Iterable|Iterator|Collection|Generator|Deque|AbstractSet|Reversible|KeysView|ValuesView|AsyncGenerator|AsyncIterator|AsyncIterable)$/;
const DICTS = /(?:^|\.)(?:dict|Dict|Mapping|MutableMapping|defaultdict|DefaultDict|OrderedDict)$/;
const INNER = /(?:^|\.)(?:Optional|ClassVar|Final|Required|NotRequired|ReadOnly|InitVar)$/;

/** Names that stand before the parameters of a type. */
const GENERIC =
  /^(?:typing|typing_extensions|collections|collections\.abc)\.[A-Z]\w*$|^(?:list|dict|set|frozenset|tuple|type)$/;

/** An object of the type that an annotation names. */
export function annotated(e: Expr, context: Context): Value {
  const { m } = context;
  switch (e.k) {
    case "str": {
      const inner = e.v === "" ? undefined : drawExpression(e.v);
      // Spans of what a string holds mean nothing, and calls in it are none.
      return inner && inner.k !== "str" ? annotated(inner, context) : m.values.unknown;
    }
    case "name":
      return e.id === "Self" ? lookupSelf(context) : objectOf(m, lookup(m, context.scope, e.id));
    case "attr":
      return objectOf(m, evaluate(e, context));
    case "op":
      return e.op === "|"
        ? alternatives(m, [annotated(e.a, context), annotated(e.b, context)])
        : m.values.unknown;
    case "item":
      return generic(e, context);
    case "data":
      return e.v === "None" ? m.values.data : m.values.unknown;
    default:
      return m.values.unknown;
  }
}

/** `X | None` may be used as X. */
function alternatives(m: Machine, values: readonly Value[]): Value {
  const union = m.values.union(...values);
  const rest = m.values.filter(union, ({ t }) => t !== "data");
  return rest === m.values.none ? union : rest;
}

/** A type with its parameters as a value, which a name may stand for: `Items = list[Item]`. */
export function parameterized(
  e: Expr & { k: "item" },
  { t, name }: Atom & { t: "name" },
  context: Context,
): Value {
  const type = GENERIC.test(name) ? generic(e, context) : undefined;
  const { values } = context.m;
  return type && type !== values.unknown
    ? values.of({ t, key: `n ${name}[${type.id}]`, name, type })
    : values.name(name);
}

function generic({ of, key }: Expr & { k: "item" }, context: Context): Value {
  const { m } = context;
  const head = of.k === "name" ? lookup(m, context.scope, of.id) : evaluate(of, context);
  const [atom] = head.atoms;
  const name = atom?.t === "name" ? atom.name : "";
  const keys = key.k === "tuple" ? key.items : [key];
  const [first = key] = keys;
  if (/(?:^|\.)Annotated$/.test(name)) return metadata(m, keys, context) ?? annotated(first, context);
  if (INNER.test(name)) return alternatives(m, [annotated(first, context)]);
  if (/(?:^|\.)Union$/.test(name)) return alternatives(m, keys.map((one) => annotated(one, context))); // prettier-ignore
  if (LISTS.test(name)) return listOf(m, annotated(first, context));
  if (DICTS.test(name)) {
    const value = annotated(keys.at(-1) ?? key, context);
    return m.values.of({ t: "dict", key: `D${value.id}`, of: value });
  }
  if (/(?:^|\.)[tT]uple$/.test(name)) {
    const items = keys.filter(({ k }) => k !== "data").map((one) => annotated(one, context));
    return keys.length === 2 && keys[1]?.k === "data"
      ? listOf(m, items[0] ?? m.values.unknown)
      : tuple(m, items);
  }
  if (/(?:^|\.)[tT]ype$/.test(name))
    return first.k === "name" ? lookup(m, context.scope, first.id) : evaluate(first, context);
  return objectOf(m, head);
}

/** A dependency of FastAPI among the metadata of `Annotated`. */
function metadata(m: Machine, keys: readonly Expr[], context: Context): Value | undefined {
  for (const one of keys.slice(1)) {
    for (const atom of evaluate(one, context).atoms) {
      if (atom.t !== "depends") continue;
      const given = atom.of && provided(m, atom.of, context);
      return given?.atoms.some(({ t }) => t !== "unknown") === true ? given : annotated(keys[0]!, context);
    }
  }
  return undefined;
}

function lookupSelf({ m, scope }: Context): Value {
  for (let at = scope; ;) {
    if (at.t === "module") return m.values.unknown;
    if (at.t === "class") return objectOf(m, m.values.of(at.cls));
    if (at.fn.owner) return objectOf(m, m.values.of(at.fn.owner));
    at = at.outer;
  }
}

/** Objects of what are classes among the alternatives of a value. */
export function objectOf(m: Machine, value: Value): Value {
  const { atoms } = value;
  if (atoms.length === 1) return objectOfType(m, atoms[0]!);
  let all = m.values.none;
  for (let i = 0; i < atoms.length; i++) all = m.values.either(all, objectOfType(m, atoms[i]!));
  return all;
}

function objectOfType(m: Machine, atom: Atom): Value {
  switch (atom.t) {
    case "class":
      return m.values.object(atom);
    case "name":
      return atom.type ?? m.values.of(namedType(m, atom.name));
    // An alias of a type: `Number = int | float`, `Items = list[Item]`.
    case "list":
    case "dict":
    case "tuple":
    case "data":
    case "object":
    case "made":
      return m.values.of(atom);
    default:
      return m.values.unknown;
  }
}

function namedType(m: Machine, name: string): Atom {
  if (PLAIN.test(name)) return m.values.data.atoms[0]!;
  if (LISTS.test(name)) return listOf(m, m.values.unknown).atoms[0]!;
  if (/(?:^|\.)[tT]uple$/.test(name)) return listOf(m, m.values.unknown).atoms[0]!;
  if (DICTS.test(name)) return { t: "dict", key: `D${m.values.unknown.id}`, of: m.values.unknown };
  if (/^(?:typing|typing_extensions|collections\.abc|types)\.|^(?:object|type|callable)$/.test(name)) {
    const made = m.table.made(name);
    return made.t === "made" ? made : m.values.unknown.atoms[0]!;
  }
  return m.table.made(name);
}
