import type { Expr } from "../facts/types.js";
import { ancestors, classMember } from "./classes.js";
import type { Machine } from "./machine.js";
import { moduleValue } from "./names.js";
import type { Atom, ClassAtom, FunctionAtom, Value } from "./values.js";

const PROTOCOL = /^typing(?:_extensions)?\.Protocol$/;
/**
 * Whether a member is a method that only says what classes below have: it is abstract, raises `NotImplementedError`, or does
 * nothing in a protocol.
 */
export function isAbstract(m: Machine, { atoms }: Value): boolean {
  return atoms.length > 0 && atoms.every((atom) => atom.t === "function" && isDeclared(m, atom));
}

function isDeclared(m: Machine, { fn: { decorators, body }, owner }: FunctionAtom): boolean {
  if (decorators.some((one) => nameOf(one).startsWith("abstract"))) return true;
  const [only, ...others] = body.filter(
    (step) => step.k !== "do" || (step.e.k !== "str" && step.e.k !== "data"),
  );
  if (!only) return owner !== undefined && ancestors(m, owner).some((one) => one.t === "name" && PROTOCOL.test(one.name)); // prettier-ignore
  if (only.k !== "raise" || others.length > 0 || !only.e) return false;
  return nameOf(only.e.k === "call" ? only.e.of : only.e) === "NotImplementedError";
}

function nameOf(e: Expr): string {
  return e.k === "name" || e.k === "attr" ? e.id : "";
}

/**
 * What an object is of which it is only known that it is of a class whose method is abstract: one of the only class below that
 * has the method, tests left aside. Undefined where there is none, or more than one.
 */
export function implementer(m: Machine, cls: ClassAtom, name: string): Value | undefined {
  let known = m.implementers.get(cls);
  if (!known) m.implementers.set(cls, (known = new Map<string, Value>()));
  let found = known.get(name);
  if (!found) {
    const { below, isWhole } = classesBelow(m, cls);
    const [only, ...others] = below.filter((one) => {
      const own = classMember(m, one, name);
      return own !== undefined && !isAbstract(m, own);
    });
    found = only && others.length === 0 ? m.values.object(only) : m.values.none;
    if (isWhole) known.set(name, found);
  }
  return found === m.values.none ? undefined : found;
}

/** All classes at the top level of modules that inherit from a class; not `isWhole` where one is still being found out. */
function classesBelow(m: Machine, cls: ClassAtom): { below: readonly ClassAtom[]; isWhole: boolean } {
  const found: ClassAtom[] = [];
  const todo = [cls];
  let isWhole = true;
  for (const at of todo) {
    for (const { file, name } of m.code.derivedFrom(at.cls.name)) {
      const value = moduleValue(m, file, name);
      isWhole &&= value !== m.values.unknown;
      const below = value?.atoms.find((atom): atom is ClassAtom & Atom => atom.t === "class");
      if (!below || found.includes(below) || !ancestors(m, below).includes(cls)) continue;
      found.push(below);
      todo.push(below);
    }
  }
  return { below: found, isWhole };
}
