import { attribute, method } from "./attributes.js";
import { Alternatives } from "./dispatch.js";
import { declaredReturn, invoke, runCall } from "./call.js";
import type { Machine } from "./machine.js";
import type { Site } from "./node.js";
import { recordItem } from "./records.js";
import { isTelling, type Args, type Atom, type Value } from "./values.js";

/** No keyword arguments: one map for the many calls that have none. */
export const NO_NAMES: ReadonlyMap<string, Value> = new Map();
export const NO_ARGS: Args = { at: [], named: NO_NAMES, isOpen: false };
/** Arguments that nobody knows. */
export const OPEN_ARGS: Args = { at: [], named: NO_NAMES, isOpen: true };

/** What awaiting a value gives. A coroutine runs on the loop by itself: it is an entry, not an edge. */
export function awaited(m: Machine, value: Value, site: Site): Value {
  return each(m, value, (atom) => {
    if (atom.t === "coroutine") return resultOf(m, atom.call.fn.fn.generator ? "yields" : "returns", atom);
    if (atom.t === "awaitable") return atom.of;
    if (atom.t === "thing" || atom.t === "made") return m.values.of(atom);
    if (atom.t === "object") {
      const start = method(m, atom, "__await__", site);
      return start ? iterated(m, invoke(m, start, NO_ARGS, site), site) : m.values.unknown;
    }
    return m.values.unknown;
  });
}

function resultOf(m: Machine, which: "returns" | "yields", { call }: Atom & { t: "coroutine" }): Value {
  const node = m.run(m.node(call.fn, call.args));
  return orDeclared(m, node[which], call.fn, which);
}

function orDeclared(
  m: Machine,
  value: Value,
  fn: Parameters<typeof runCall>[1],
  which: "returns" | "yields",
): Value {
  if (value.atoms.some(isTelling)) return value;
  if (which === "returns") return m.values.union(value, declaredReturn(m, fn));
  // `-> AsyncIterator[Session]` of a generator.
  const elements = declaredReturn(m, fn).atoms.flatMap((atom) => (atom.t === "list" ? [atom.of] : []));
  return elements.length > 0 ? m.values.union(...elements) : value;
}

/** Whether a value is certain to have no elements: `()` cannot be added to. */
export function isEmpty({ atoms }: Value): boolean {
  return atoms.length > 0 && atoms.every((atom) => atom.t === "tuple" && atom.items.length === 0);
}

/** An element of what is iterated over. Generators run now. */
export function iterated(m: Machine, value: Value, site: Site, isAsync = false): Value {
  return each(m, value, (atom) => {
    switch (atom.t) {
      case "list":
        return atom.of;
      case "tuple":
        return m.values.union(...atom.items);
      case "dict":
      case "text":
      case "data":
        return m.values.data;
      case "generator":
        return orDeclared(m, runCall(m, atom.call.fn, atom.call.args, site, "iteration").yields, atom.call.fn, "yields"); // prettier-ignore
      case "coroutine":
        return isAsync ? resultOf(m, "yields", atom) : m.values.unknown;
      case "object":
        return ofObject(m, atom, site, isAsync);
      case "made": {
        const blocking = isAsync ? undefined : m.table.method(atom.type, "__iter__");
        if (blocking) m.reach(site, { to: { name: `${atom.type}.__iter__`, blocking }, via: "iteration" });
        return m.values.of(m.table.returned(atom.type, "__iter__"));
      }
      case "thing":
        return m.values.of(m.table.thing(`${atom.name}[]`));
      default:
        return m.values.unknown;
    }
  });
}

function ofObject(m: Machine, atom: Atom & { t: "object" }, site: Site, isAsync: boolean): Value {
  const start = method(m, atom, isAsync ? "__aiter__" : "__iter__", site);
  if (!start) {
    const get = isAsync ? undefined : method(m, atom, "__getitem__", site);
    return get
      ? invoke(m, get, { at: [m.values.data], named: NO_NAMES, isOpen: false }, site, "iteration")
      : m.values.unknown;
  }
  const iterator = invoke(m, start, NO_ARGS, site, "iteration");
  return each(m, iterator, (one) => {
    if (one.t !== "object") return iterated(m, m.values.of(one), site, isAsync);
    const next = method(m, one, isAsync ? "__anext__" : "__next__", site);
    const result = next ? invoke(m, next, NO_ARGS, site, "iteration") : m.values.unknown;
    return isAsync ? awaited(m, result, site) : result;
  });
}

/** What a `with` statement binds. */
export function entered(m: Machine, value: Value, site: Site, isAsync = false): Value {
  return each(m, value, (atom) => {
    switch (atom.t) {
      case "generator":
        return orDeclared(m, runCall(m, atom.call.fn, atom.call.args, site, "with").yields, atom.call.fn, "yields"); // prettier-ignore
      case "coroutine":
        return isAsync ? resultOf(m, "yields", atom) : m.values.unknown;
      case "object": {
        const [enter, exit] = isAsync ? ["__aenter__", "__aexit__"] : ["__enter__", "__exit__"];
        const result = invoke(m, attribute(m, m.values.of(atom), enter, site), NO_ARGS, site, "with");
        const left = invoke(m, attribute(m, m.values.of(atom), exit, site), THREE(m), site, "with");
        if (!isAsync) return result;
        awaited(m, left, site);
        return awaited(m, result, site);
      }
      case "made": {
        // A lock that is entered for a moment is no more than the table says of it: nothing.
        const blocking = isAsync ? undefined : m.table.method(atom.type, "__enter__");
        if (blocking) m.reach(site, { to: { name: `${atom.type}.__enter__`, blocking }, via: "with" });
        return m.values.of(atom);
      }
      case "thing":
      case "data":
      case "awaitable":
        return m.values.of(atom);
      default:
        return m.values.unknown;
    }
  });
}

const THREE = (m: Machine): Args => ({
  at: [m.values.data, m.values.data, m.values.data],
  named: NO_NAMES,
  isOpen: false,
});

/** The methods of the left and of the right operand that operators stand for. */
const OPERATORS: ReadonlyMap<string, readonly [left: string, right: string]> = new Map(
  Object.entries({
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul",
    "&": "and", "|": "or", "^": "xor", "<<": "lshift", ">>": "rshift",
    "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
  }).map(([op, name]) => [op, [`__${name}__`, `__r${name}__`]]),
); // prettier-ignore

/** What an operator gives; where the operands' class defines it, its function runs. */
export function operated(m: Machine, op: string, a: Value, b: Value, site: Site): Value {
  if (op === "in" || op === "not in") {
    special(m, b, "__contains__", [a], site);
    return m.values.data;
  }
  if (op === "del") {
    special(m, a, "__delitem__", [b], site);
    return m.values.data;
  }
  const names = OPERATORS.get(op);
  if (!names) return m.values.data;
  return special(m, a, names[0], [b], site) ?? special(m, b, names[1], [a], site) ?? m.values.data;
}

/** Calls a method that syntax or a built-in function stands for, where a class defines it. */
export function special(
  m: Machine,
  value: Value,
  name: string,
  args: readonly Value[],
  site: Site,
): Value | undefined {
  const { atoms } = value;
  return atoms.length === 1
    ? specialOf(m, atoms[0]!, name, args, site)
    : specialOfOne(m, value, name, args, site);
}

/** Of one of several. */
function specialOfOne(
  m: Machine,
  value: Value,
  name: string,
  args: readonly Value[],
  site: Site,
): Value | undefined {
  const alternatives = new Alternatives(site.edges);
  let all = m.values.none;
  for (const atom of value.atoms) {
    all = m.values.either(all, specialOf(m, atom, name, args, site) ?? m.values.none);
    alternatives.past(atom);
  }
  alternatives.end();
  return all === m.values.none ? undefined : all;
}

function specialOf(
  m: Machine,
  atom: Atom,
  name: string,
  args: readonly Value[],
  site: Site,
): Value | undefined {
  if (atom.t === "object") {
    const found = method(m, atom, name, site);
    return found && invoke(m, found, { at: args, named: NO_NAMES, isOpen: false }, site, "operator");
  }
  if (atom.t !== "made") return undefined;
  const blocking = m.table.method(atom.type, name);
  if (blocking) m.reach(site, { to: { name: `${atom.type}.${name}`, blocking }, via: "operator" });
  return m.values.of(m.table.returned(atom.type, name));
}

/** `value[key]`. */
export function item(m: Machine, value: Value, key: Value, site: Site): Value {
  const { atoms } = value;
  return atoms.length === 1 ? itemOf(m, atoms[0]!, key, site) : itemOfOne(m, value, key, site);
}

/** Of one of several. */
function itemOfOne(m: Machine, value: Value, key: Value, site: Site): Value {
  const alternatives = new Alternatives(site.edges);
  let all = m.values.none;
  for (const atom of value.atoms) {
    all = m.values.either(all, itemOf(m, atom, key, site));
    alternatives.past(atom);
  }
  alternatives.end();
  return all;
}

function itemOf(m: Machine, atom: Atom, key: Value, site: Site): Value {
  switch (atom.t) {
    case "list":
      return atom.of;
    case "tuple": {
      const [index] = key.atoms;
      const at = index?.t === "data" ? Number(index.text) : NaN;
      return atom.items.at(Number.isInteger(at) ? at : 0) && Number.isInteger(at)
        ? (atom.items.at(at) ?? m.values.unknown)
        : m.values.union(...atom.items);
    }
    case "dict": {
      const [name] = key.atoms;
      const text = name?.t === "text" ? name.text : name?.t === "data" ? name.word : undefined;
      return (text === undefined ? undefined : atom.items?.get(text)) ?? atom.of;
    }
    case "text":
    case "data":
      return m.values.data;
    case "class":
    case "name":
      // A generic type with its parameters.
      return m.values.of(atom);
    case "thing":
      return m.values.of(m.table.thing(`${atom.name}[]`));
    default:
        return specialOf(m, atom, "__getitem__", [key], site) ?? (atom.t === "object" ? recordItem(m, atom, key) : undefined) ?? m.values.unknown; // prettier-ignore
  }
}

export function each(m: Machine, value: Value, get: (atom: Atom) => Value): Value {
  return m.values.map(value, get);
}
