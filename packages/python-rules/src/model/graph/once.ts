import type { Expr, FunctionFacts } from "../facts/types.js";
import { bodyOf, written } from "./body.js";
import type { FunctionAtom } from "./values.js";

/**
 * Which way a test comes out where something is missing that its function makes then, and keeps: `if self._engine is None:`
 * before `self._engine = create()`, or `if _engine: return _engine`. Undefined where there is no such thing.
 */
export function missingSide(test: Expr, atom: FunctionAtom): boolean | undefined {
  if (test.k === "not") {
    const inner = missingSide(test.of, atom);
    return inner === undefined ? undefined : !inner;
  }
  if (test.k === "any") {
    // Both hold where `a and b` does: with one of them missing, the first call made it.
    const sides = test.items.map((one) => missingSide(one, atom));
    const side = test.op === "and";
    return sides.includes(side) ? side : sides.every((one) => one === !side) ? !side : undefined;
  }
  const asked = askedIn(test);
  return asked && isKept(asked.path, atom) ? !asked.isThere : undefined;
}

/** What a test asks for, and whether it holds where that is there. */
function askedIn(test: Expr): { path: string; isThere: boolean } | undefined {
  if (test.k === "name" || test.k === "attr") return there(written(test), true);
  if (
    test.k === "op" &&
    test.b.k === "data" &&
    test.b.v === "None" &&
    /^(?:is(?: not)?|[=!]=)$/.test(test.op)
  )
    return there(written(test.a), test.op === "is not" || test.op === "!=");
  if (test.k !== "call" || test.of.k !== "name" || test.of.id !== "hasattr") return undefined;
  const [of, name] = test.args.map(({ e }) => e);
  const path = of && written(of);
  return path !== undefined && name?.k === "str" ? there(`${path}.${name.v}`, true) : undefined;
}

function there(path: string | undefined, isThere: boolean) {
  return path === undefined ? undefined : { path, isThere };
}

/**
 * Whether a function, or a method that it calls on its own object, sets something that stays when it is done: a name of its
 * module, an attribute of its object or class. What belongs to an argument may be another one's each time.
 */
function isKept(path: string, { fn, owner }: FunctionAtom): boolean {
  const [root = "", name, ...rest] = path.split(".");
  const self = owner ? fn.params[0]?.name : undefined;
  if (name === undefined) return fn.outer.includes(root) && isSet(fn, path);
  if (root !== self && fn.own.has(root)) return false;
  if (isSet(fn, path)) return true;
  if (root !== self || rest.length > 0 || !owner) return false;
  const called = new Set(bodyOf(fn).calls.flatMap(({ of }) => (of.k === "attr" && written(of.of) === self ? of.id : []))); // prettier-ignore
  return owner.cls.body.some(
    (step) =>
      step.k === "def" &&
      called.has(step.fn.name) &&
      isSet(step.fn, `${step.fn.params[0]?.name ?? ""}.${name}`),
  );
}

/** Whether a function sets something to anything but `None`. */
function isSet(fn: FunctionFacts, path: string): boolean {
  return (
    bodyOf(fn)
      .bound.get(path)
      ?.some((e) => e.k !== "data" || e.v !== "None") === true
  );
}

/** Whether a function keeps what it gave the first time, for each of what it is given. */
export function isCached({ fn }: FunctionAtom): boolean {
  return fn.decorators.some((decorator) => {
    const of = decorator.k === "call" ? decorator.of : decorator;
    return (of.k === "name" || of.k === "attr") && CACHES.test(of.id);
  });
}

const CACHES = /^(?:cache|lru_cache|cached_property|threaded_cached_property)$/;
