import type { Expr } from "../facts/types.js";
import { ancestors, classMember } from "./classes.js";
import type { Machine } from "./machine.js";
import { moduleValue } from "./names.js";
import type { Atom, ClassAtom, FunctionAtom, Value } from "./values.js";

const PROTOCOL = /^typing(?:_extensions)?\.Protocol$/;
/** With more classes than this that implement a method, nobody knows which is meant. */
const MOST = 3;

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
 * What an object may be of which it is only known that it is of a class whose method is abstract: those of the classes below
 * that have the method, where they are few. Tests and what they stand in for are left out.
 */
export function implementers(m: Machine, cls: ClassAtom, name: string): readonly Value[] {
  const knowledge = m.implementers.get(cls) ?? new Map<string, readonly Value[]>();
  m.implementers.set(cls, knowledge);
  const known = knowledge.get(name);
  if (known) return known;
  const found = classesBelow(m, cls).filter((one) => {
    const own = classMember(m, one, name);
    return own !== undefined && !isAbstract(m, own);
  });
  const [only, ...others] = found;
  const few = found.length > MOST ? [] : found;
  const values = only && others.length === 0 ? [m.values.object(only)] : few.map((one) => m.values.perhaps(one, few.length)); // prettier-ignore
  knowledge.set(name, values);
  return values;
}

/** All classes at the top level of modules that inherit from a class. */
function classesBelow(m: Machine, cls: ClassAtom): readonly ClassAtom[] {
  const found: ClassAtom[] = [];
  const todo = [cls];
  for (const at of todo) {
    for (const { file, name } of m.code.derivedFrom(at.cls.name)) {
      const below = moduleValue(m, file, name)?.atoms.find(
        (atom): atom is ClassAtom & Atom => atom.t === "class",
      );
      if (!below || found.includes(below) || !ancestors(m, below).includes(cls)) continue;
      found.push(below);
      todo.push(below);
    }
  }
  return found;
}
