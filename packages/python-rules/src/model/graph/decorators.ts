import { evaluate, type Context } from "./evaluate.js";
import { invoke } from "./call.js";
import type { Machine } from "./machine.js";
import { NO_NAMES } from "./protocols.js";
import type { Atom, FunctionAtom, Value } from "./values.js";

/** They change how a function is looked up on its class, not what it does. */
const DESCRIPTORS =
  /(?:^|\.)(?:property|staticmethod|classmethod|cached_property|setter|deleter|getter|hybrid_property|abstractproperty|abstractmethod|overload|override|final)$/;

/** What a function's name means after its decorators: the nearest is applied first. */
export function decorated(m: Machine, atom: FunctionAtom, context: Context): Value {
  let value = m.values.of(atom);
  for (const decorator of atom.fn.decorators.toReversed()) {
    if (isDescriptor(m, evaluate(decorator, context))) continue;
    value = applied(m, evaluate(decorator, context), value, context);
  }
  return value;
}

function isDescriptor(m: Machine, { atoms }: Value): boolean {
  return atoms.some((atom) => (atom.t === "name" && DESCRIPTORS.test(atom.name)) || atom.t === "function" && DESCRIPTORS.test(atom.fn.name)); // prettier-ignore
}

/** A decorator of another distribution that is not known to run its function elsewhere leaves it as it is. */
function applied(m: Machine, decorator: Value, value: Value, context: Context): Value {
  const { file, base } = context;
  const site = m.aside({ file, range: [base, base] });
  const results = decorator.atoms.map((atom) => {
    if (atom.t === "name") {
      const made = m.table.made(atom.name);
      // What it makes of the function waits where that is called: `@async_to_sync`.
      if (made.t === "made" && m.table.method(made.type, "__call__")) return m.values.of(made);
      if (m.table.offloader(atom.name)?.wraps !== true) return value;
    }
    if (atom.t === "thing" || atom.t === "method" || atom.t === "unknown" || atom.t === "data") return value;
    const result = invoke(m, m.values.of(atom), { at: [value], named: NO_NAMES, isOpen: false }, site);
    // What cannot be followed is most likely a wrapper around the function.
    const isKnown = result.atoms.some(({ t }) => t !== "unknown" && t !== "thing" && t !== "data");
    return isKnown ? alike(m, result, value) : value;
  });
  return results.length > 0 ? m.values.union(...results) : value;
}

/** Of a decorator with a wrapper for coroutine functions and one for all others, the one that is for this function. */
function alike(m: Machine, wrappers: Value, value: Value): Value {
  const [decorated] = value.atoms;
  if (decorated?.t !== "function" || value.atoms.length > 1) return wrappers;
  const isSame = (atom: Atom) => atom.t !== "function" || atom.fn.async === decorated.fn.async;
  const hasOwn = wrappers.atoms.some(
    (atom) => atom.t === "function" && atom.fn !== decorated.fn && isSame(atom),
  );
  return hasOwn ? m.values.filter(wrappers, isSame) : wrappers;
}

/** How a method is looked up: by the decorators written on it. */
export function descriptorOf(
  m: Machine,
  atom: FunctionAtom,
  context: Context,
): "property" | "static" | "class" | undefined {
  const { decorators, name } = atom.fn;
  if (name === "__new__" || name === "__class_getitem__" || name === "__init_subclass__")
    return name === "__new__" ? "static" : "class";
  for (const decorator of decorators) {
    if (decorator.k === "attr" && /^(?:setter|deleter|getter)$/.test(decorator.id)) return "property";
    const of = decorator.k === "call" ? decorator.of : decorator;
    if (of.k !== "name" && of.k !== "attr") continue;
    if (/property$/i.test(of.id)) return "property";
    if (of.id === "staticmethod") return "static";
    if (of.id === "classmethod") return "class";
    for (const one of evaluate(of, context).atoms) {
      if (one.t !== "name") continue;
      if (/(?:^|\.)\w*property$/.test(one.name)) return "property";
    }
  }
  return undefined;
}
