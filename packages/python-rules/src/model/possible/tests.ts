import type { Expr } from "../facts/types.js";
import type { Call } from "../graph/body.js";
import { isFilledElsewhere, lookupOf } from "../graph/lookups.js";
import { contextOf, moduleScene, termOf, type Scene } from "./scene.js";
import type { Setting } from "./settings.js";
import { isSame, type Constant, type Term } from "./terms.js";

/** Assumes that a test holds, or does not. @returns false where it cannot, with what is known */
export function assume(test: Expr, holds: boolean, s: Scene): boolean {
  if (--s.tests.left < 0) return true;
  switch (test.k) {
    case "not":
      return assume(test.of, !holds, s);
    case "any": {
      const [a, b] = test.items;
      if ((test.op === "and") === holds) return assume(a, holds, s) && assume(b, holds, s);
      // One of them is enough; what only one of them may do it does.
      const first = { ...s, assumptions: s.assumptions.copy() };
      if (!assume(a, holds, first)) return assume(a, !holds, s) && assume(b, holds, s);
      if (!isPossible(b, holds, s)) s.assumptions.become(first.assumptions);
      return true;
    }
    case "op":
      return compare(test, holds, s);
    case "call":
      return ask(test, holds, s) ?? true;
    default:
      return isTrue(termOf(test, s), holds, s);
  }
}

/** Whether a test may hold, or may not. */
export function isPossible(test: Expr, holds: boolean, s: Scene): boolean {
  return assume(test, holds, { ...s, assumptions: s.assumptions.copy() });
}

function compare({ op, a, b }: Expr & { k: "op" }, holds: boolean, s: Scene): boolean {
  switch (op) {
    case "is":
    case "is not":
    case "==":
    case "!=":
      return isEqual(
        termOf(a, s),
        termOf(b, s),
        holds === (op === "is" || op === "=="),
        op.startsWith("is"),
        s,
      );
    case "in":
    case "not in":
      return isIn(a, b, holds === (op === "in"), s);
    default:
      return isOrdered(op, termOf(a, s), termOf(b, s), holds, s);
  }
}

function isEqual(a: Term, b: Term, holds: boolean, isIdentity: boolean, s: Scene): boolean {
  const { assumptions } = s;
  const [known, other] = assumptions.constantOf(b)
    ? [assumptions.constantOf(b), a]
    : [assumptions.constantOf(a), b];
  if (!known) return a !== b || holds || a.t !== "something" || a.isPlain !== true;
  if (known.v === null) return isNone(other, holds, s);
  if (isVolatile(other)) return true;
  // `1 is True` does not hold, and `1 == True` does.
  if (isIdentity && typeof known.v !== "string") {
    const same = assumptions.constantOf(other);
    return same ? (typeof same.v === typeof known.v && same.v === known.v) === holds : holds ? assumptions.isOneOf(other, [known.v], true) : true; // prettier-ignore
  }
  return assumptions.isOneOf(other, [known.v], holds);
}

function isOrdered(op: string, a: Term, b: Term, holds: boolean, { assumptions }: Scene): boolean {
  const [one, other] = [assumptions.constantOf(a)?.v, assumptions.constantOf(b)?.v];
  if (typeof one !== "number" || typeof other !== "number") return true;
  if (op === "<") return one < other === holds;
  if (op === "<=") return one <= other === holds;
  if (op === ">") return one > other === holds;
  return op === ">=" ? one >= other === holds : true;
}

function isIn(a: Expr, b: Expr, holds: boolean, s: Scene): boolean {
  const term = termOf(a, s);
  const known = s.assumptions.constantOf(term);
  const listed = lookupOf(b, contextOf(s));
  if (listed) {
    // Other modules may add to it.
    if (!holds || !isFilledElsewhere(s.m, listed)) return isVolatile(term) || s.assumptions.isOneOf(term, listed.texts, holds); // prettier-ignore
    return true;
  }
  const all = constantsIn(b, s);
  if (all) return isVolatile(term) || s.assumptions.isOneOf(term, all, holds);
  const of = termOf(b, s);
  if (typeof known?.v !== "string") return true;
  if (of.t === "keys") return of.keys.has(known.v) ? holds : of.isOpen || !holds;
  const text = s.assumptions.constantOf(of);
  return typeof text?.v !== "string" || text.v.includes(known.v) === holds;
}

/** The constants that a list is written with; undefined where there are others in it. */
function constantsIn(e: Expr, s: Scene): Constant[] | undefined {
  if (e.k !== "tuple" && e.k !== "list") return undefined;
  const all: Constant[] = [];
  for (const one of e.items) {
    const known = one.k === "star" ? undefined : s.assumptions.constantOf(termOf(one, s));
    if (!known) return undefined;
    all.push(known.v);
  }
  return all;
}

function ask(test: Call, holds: boolean, s: Scene): boolean | undefined {
  const { of, args } = test;
  const [first, second] = args;
  if (of.k === "attr" && of.id === "startswith" && first) {
    const parts =
      first.e.k === "tuple" ? constantsIn(first.e, s) : [s.assumptions.constantOf(termOf(first.e, s))?.v];
    const texts = parts?.filter((part) => typeof part === "string");
    if (!texts || texts.length < parts!.length || args.length > 1) return undefined;
    return s.assumptions.begins(termOf(of.of, s), texts, holds);
  }
  if (of.k !== "name" || !first || first.star !== undefined) return isTrue(termOf(test, s), holds, s);
  if (of.id === "bool" && args.length === 1) return assume(first.e, holds, s);
  if (of.id === "isinstance") return second && isOfType(termOf(first.e, s), second.e, holds, s);
  return isTrue(termOf(test, s), holds, s);
}

const TYPES: ReadonlySet<string> = new Set([
  "str",
  "int",
  "float",
  "bool",
  "bytes",
  "dict",
  "list",
  "tuple",
  "set",
]);

/** Whether a constant is of a type that is built in. */
function isOfType(term: Term, type: Expr, holds: boolean, { assumptions }: Scene): boolean {
  const known = assumptions.constantOf(term);
  const types = type.k === "tuple" ? type.items : [type];
  const names = types.map((one) => (one.k === "name" && TYPES.has(one.id) ? one.id : ""));
  if (!known || names.includes("")) return true;
  const { v } = known;
  if (v === null) return !holds;
  const own = typeof v === "string" ? ["str"] : typeof v === "boolean" ? ["bool", "int"] : ["int", "float"];
  const isOne = names.some((name) => own.includes(name));
  // `1.0` is no whole number.
  return typeof v === "number" && isOne ? true : isOne === holds;
}

/** What functions set anew may be another thing at the next test. */
const isVolatile = (term: Term): boolean => term.t === "something" && term.setting?.isFixed === false;

function isTrue(term: Term, holds: boolean, s: Scene): boolean {
  if (!isVolatile(term) && !s.assumptions.isTrue(term, holds)) return false;
  return !holds || choose(term, false, s);
}

function isNone(term: Term, holds: boolean, s: Scene): boolean {
  if (!isVolatile(term) && !s.assumptions.isNone(term, holds)) return false;
  return choose(term, holds, s);
}

const choosing = new Set<Setting>();

/** A name of a module is `None`, or is not, only where it was made so: then the test that this stood under holds. */
function choose(term: Term, isNothing: boolean, s: Scene): boolean {
  const setting = term.t === "something" ? term.setting : undefined;
  if (!setting || choosing.has(setting)) return true;
  const left = setting.choices().filter((one) => (isNothing ? one.mayBeNone : one.mayBeSomething));
  const [only, ...others] = left;
  if (!only) return false;
  if (others.length > 0 || !only.test || only.holds === undefined) return true;
  choosing.add(setting);
  const isSo = assume(only.test, only.holds, moduleScene(setting.file, s));
  choosing.delete(setting);
  return isSo;
}

/** Whether a pattern's values fit. */
export function assumeMatch(of: Term, values: readonly Expr[], holds: boolean, s: Scene): boolean {
  const all: Constant[] = [];
  for (const value of values) {
    const known = s.assumptions.constantOf(termOf(value, s));
    if (!known) return true;
    if (!all.some((one) => isSame(one, known.v))) all.push(known.v);
  }
  return isVolatile(of) || s.assumptions.isOneOf(of, all, holds);
}
