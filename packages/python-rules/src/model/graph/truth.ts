import type { Arg, Expr } from "../facts/types.js";
import { ancestors } from "./classes.js";
import { evaluate, type Context } from "./evaluate.js";
import { isFilledElsewhere, lookupOf } from "./lookups.js";
import type { Doubt } from "./node.js";
import { isWord, type Atom, type ClassAtom, type Value } from "./values.js";

/**
 * Whether a test holds wherever the function runs with these arguments, on the event loop; undefined where that cannot be
 * told. Of values only constants that callers wrote or left out and the running loop are certain: all others may be `None` as well.
 */
export function truth(test: Expr, c: Context): boolean | undefined {
  switch (test.k) {
    case "not": {
      const inner = truth(test.of, c);
      return inner === undefined ? undefined : !inner;
    }
    case "any": {
      const a = truth(test.items[0], c);
      const b = truth(test.items[1], c);
      // What ends the test: a false one of `and`, a true one of `or`.
      const ends = test.op === "or";
      if (a === ends || b === ends) return ends;
      return a === undefined || b === undefined ? undefined : !ends;
    }
    case "name":
    case "attr":
      return all(known(test, c), isTrue) ?? (test.k === "attr" ? all(ofObject(test, c), flagOf) : undefined);
    case "op": {
      const flag = identical(test, c);
      if (flag !== undefined) return flag;
      const word = compared(test, c);
      if (word !== undefined) return word;
      if (!asksForNone(test)) return undefined;
      const isSomething = all(known(test.a, c), (atom) =>
        isLeftOut(atom)
          ? false
          : isRunningLoop(atom) || flagOf(atom) !== undefined || isText(atom) || undefined,
      );
      return isSomething === undefined ? undefined : isSomething === (test.op === "is not");
    }
    case "call":
      return asked(test, c) ?? (isLookup(test, c) ? all(known(test, c), isTrue) : undefined) ?? answered(test, c); // prettier-ignore
    case "data":
      return test.v === undefined ? undefined : LITERALS.get(test.v);
    default:
      return undefined;
  }
}

/** Literals that are written as tests: `if True:`, `while 1:`. */
const LITERALS: ReadonlyMap<string, boolean> = new Map([
  ["True", true],
  ["False", false],
  ["1", true],
  ["0", false],
]);

/** What a test that cannot be told leaves in doubt where it comes out one way: see {@link Doubt}. */
export function doubt(test: Expr, isTrue: boolean, c: Context): Doubt {
  return truth(test, c) === undefined ? doubtOf(test, isTrue, c) : 0;
}

/** The same of a test that is known to be one that cannot be told. */
export function doubtOf(test: Expr, isTrue: boolean, c: Context): Doubt {
  switch (test.k) {
    case "not":
      return doubtOf(test.of, !isTrue, c);
    case "any": {
      const a = doubt(test.items[0], isTrue, c);
      const b = doubt(test.items[1], isTrue, c);
      // Both hold, or one of them does.
      return (test.op === "and") === isTrue ? max(a, b) : min(a, b);
    }
    case "name":
    case "attr":
      return isHidden(toldOf(test, c)) ? 2 : 0;
    case "op":
      // Whether a hidden constant is `None`, `True` or `False`.
      if (test.op.startsWith("is") && test.b.k === "data") return isHidden(toldOf(test.a, c)) ? 2 : 0;
      // That a text is another than some that are not known is nothing to doubt.
      if (test.op === "==" || test.op === "!=") return (test.op === "==") === isTrue ? max(choice(test.a, test.b, c), choice(test.b, test.a, c)) : 0; // prettier-ignore
      if (test.op !== "in" && test.op !== "not in") return 0;
      return (test.op === "in") === isTrue && test.b.k !== "str" && !isOutside(test.b, c)
        ? choice(test.a, test.b, c)
        : 0;
    case "call":
      return isTrue && test.of.k === "attr" && /^(?:starts|ends)with$/.test(test.of.id) ? choice(test.of.of, test.args[0]?.e, c) : 0; // prettier-ignore
    default:
      return 0;
  }
}

const max = (a: Doubt, b: Doubt): Doubt => (a > b ? a : b);
const min = (a: Doubt, b: Doubt): Doubt => (a < b ? a : b);

/** What is in doubt where a value has to be what it is compared with. */
function choice(e: Expr, other: Expr | undefined, c: Context): Doubt {
  if (e.k === "tuple") return e.items.every((one) => one.k === "str" || choice(one, other, c) === 2) ? 2 : 0;
  const value = known(e, c);
  if (value && value.atoms.length > 0 && value.atoms.every(isChosen)) return 2;
  const isLiteral = other?.k === "str" || ((other?.k === "tuple" || other?.k === "list") && other.items.every(({ k }) => k === "str")); // prettier-ignore
  return isLiteral && e.k === "name" && c.flow?.isParameter(e.id) === true ? 1 : 0;
}

/** Whether what is looked through is made by other distributions, as the environment is. */
function isOutside(e: Expr, c: Context): boolean {
  return evaluate(e, { ...c, edges: [] }).atoms.some(
    ({ t }) => t === "name" || t === "thing" || t === "made",
  );
}

function asksForNone({ op, b }: Expr & { k: "op" }): boolean {
  return (op === "is" || op === "is not") && b.k === "data" && b.v === "None";
}

/** `wait is False`. */
function identical({ op, a, b }: Expr & { k: "op" }, c: Context): boolean | undefined {
  if ((op !== "is" && op !== "is not") || b.k !== "data" || (b.v !== "True" && b.v !== "False"))
    return undefined;
  const value = all(known(a, c), flagOf);
  return value === undefined ? undefined : (value === (b.v === "True")) === (op === "is");
}

/** A text that a caller wrote, beside those it is compared with. */
function compared({ op, a, b }: Expr & { k: "op" }, c: Context): boolean | undefined {
  const isMembership = op === "in" || op === "not in";
  if (!isMembership && op !== "==" && op !== "!=" && op !== "is" && op !== "is not") return undefined;
  const keyword = isMembership && a.k === "str" ? c.flow?.keyword(b, a.v) : undefined;
  if (keyword && !keyword.value) return op === "not in";
  if (isMembership && b.k === "str") return undefined;
  const listed = isMembership ? lookupOf(b, c) : undefined;
  const isAmong = isMembership ? among(a, b, c, listed?.texts) : (among(a, b, c) ?? among(b, a, c));
  if (isAmong === false && listed && isFilledElsewhere(c.m, listed)) return undefined;
  return isAmong === undefined ? undefined : isAmong === (op === "==" || op === "is" || op === "in");
}

/** Whether a value that callers gave is one of some texts. */
function among(e: Expr, others: Expr, c: Context, listed?: readonly string[]): boolean | undefined {
  const value = known(e, c);
  if (!value?.atoms.every((atom) => atom.t === "data" && (atom.constant ?? atom.begin) !== undefined))
    return undefined;
  const texts = listed ?? textsOf(others, c);
  return texts && areAmong(value, texts);
}

function areAmong(value: Value, texts: readonly string[]): boolean | undefined {
  return all(value, (atom) => isOneOf(atom, texts));
}

/** The texts that an expression stands for: literals, members of an enumeration, a constant. */
function textsOf(e: Expr, c: Context): string[] | undefined {
  if (e.k === "str") return [e.v];
  if (e.k === "tuple" || e.k === "list") {
    const texts = e.items.map((one) => textsOf(one, c));
    return texts.includes(undefined) ? undefined : texts.flatMap((one) => one ?? []);
  }
  if (e.k !== "name" && e.k !== "attr") return undefined;
  const [atom, ...others] = evaluate(e, { ...c, edges: [] }).atoms;
  const text = atom?.t === "text" ? atom.text : atom?.t === "data" ? atom.word : undefined;
  return text === undefined || others.length > 0 ? undefined : [text];
}

function isOneOf(atom: Atom, texts: readonly string[]): boolean | undefined {
  if (atom.t !== "data") return undefined;
  if (isLeftOut(atom) || flagOf(atom) !== undefined) return false;
  const { word, begin } = atom;
  if (word !== undefined) return texts.includes(word);
  if (begin !== undefined) return texts.some((text) => text.startsWith(begin)) ? undefined : false;
  return isWord(atom) && !texts.some((text) => /^\w+$/.test(text)) ? false : undefined;
}

/** What a function of the project gives that always gives the same: `def on_loop(): …` with a running loop. */
function answered(test: Expr & { k: "call" }, c: Context): boolean | undefined {
  if (test.of.k !== "name" || test.args.length > 0) return undefined;
  return all(known(test, c), (atom) => (atom.t === "data" && atom.text !== undefined ? LITERALS.get(atom.text) : undefined)); // prettier-ignore
}

function asked({ of, args }: Expr & { k: "call" }, c: Context): boolean | undefined {
  if (of.k === "name" && of.id === "isinstance") return isOther(args, c) ? false : undefined;
  const [given] = args;
  if (given && (of.k === "name" || of.k === "attr") && /^is_?coroutine_?function$/.test(of.id))
    return all(known(given.e, c), (atom) => (atom.t === "function" ? atom.fn.async && !atom.fn.generator : undefined)); // prettier-ignore
  if (of.k !== "attr") return undefined;
  if (of.id === "is_running")
    return all(evaluate(of.of, { ...c, edges: [] }), (atom) => isRunningLoop(atom) || undefined);
  if (of.id === "is_closed")
    return all(evaluate(of.of, { ...c, edges: [] }), (atom) => (isRunningLoop(atom) ? false : undefined));
  const ends = of.id === "endswith";
  if (of.id !== "startswith" && !ends) return undefined;
  const text = given?.e;
  const texts = text?.k === "tuple" ? text.items : text ? [text] : [];
  const parts = texts.flatMap((one) => (one.k === "str" ? [one.v] : []));
  if (parts.length < Math.max(1, texts.length)) return undefined;
  return all(known(of.of, c), (atom) => hasPart(atom, parts, ends));
}

/** Whether something is asked to be of classes of the project, none of which its own has anything to do with. */
function isOther([first, second]: readonly Arg[], c: Context): boolean {
  const value = first && known(first.e, c);
  if (!value || !second || !value.atoms.every(({ t }) => t === "object")) return false;
  const types = second.e.k === "tuple" ? second.e.items : [second.e];
  const classes = types.flatMap((one) => evaluate(one, { ...c, edges: [] }).atoms);
  const isClosed = (cls: ClassAtom) => ancestors(c.m, cls).every((one) => one.t === "class" || CLOSED.test(one.name)); // prettier-ignore
  const isBelow = (a: ClassAtom, b: ClassAtom) => ancestors(c.m, a).includes(b);
  return (
    classes.length > 0 &&
    classes.every((cls) => cls.t === "class" && isClosed(cls)) &&
    value.atoms.every((atom) => atom.t === "object" && isClosed(atom.cls) && classes.every((cls) => cls.t === "class" && !isBelow(atom.cls, cls) && !isBelow(cls, atom.cls))) // prettier-ignore
  );
}

/** Bases of other distributions that nothing else is hidden behind: a protocol is kept by classes that do not name it. */
const CLOSED = /^(?:object|abc\.ABC|pydantic\.BaseModel)$/;

/** Whether a text begins, or ends, with one of some others. */
function hasPart(atom: Atom, parts: readonly string[], ends: boolean): boolean | undefined {
  if (atom.t !== "data") return undefined;
  const { word, begin } = atom;
  if (word !== undefined) return parts.some((part) => (ends ? word.endsWith(part) : word.startsWith(part)));
  if (isWord(atom) && parts.every((part) => /\W/.test(part))) return false;
  if (begin === undefined || ends) return undefined;
  if (parts.some((part) => begin.startsWith(part))) return true;
  return parts.some((part) => part.startsWith(begin)) ? undefined : false;
}

/** Whether something is looked up in a table of the module or among keywords: `KINDS.get(kind)`. */
function isLookup({ of, args }: Expr & { k: "call" }, c: Context): boolean {
  if (of.k !== "attr" || of.id !== "get") return false;
  const key = args[0]?.e;
  const isLeftOut = key?.k === "str" && c.flow?.keyword(of.of, key.v) !== undefined;
  return isLeftOut || lookupOf(of.of, c)?.values !== undefined;
}

/** What is known of a variable here, or of what a call without arguments or a look-up gives. */
function known(e: Expr, c: Context): Value | undefined {
  if (e.k === "call" && (e.args.length === 0 || isLookup(e, c))) return evaluate(e, { ...c, edges: [] });
  return e.k === "name" ? c.flow?.variable(e.id) : c.flow?.known(e);
}

/** What an object's attribute is, where its class tells: a truth value that it was made with. */
function ofObject(e: Expr & { k: "attr" }, c: Context): Value | undefined {
  const { of } = e;
  return of.k === "name" && c.flow?.isParameter(of.id) ? evaluate(e, { ...c, edges: [] }) : undefined;
}

/** What is known of a variable here, or of an object's attribute. */
function toldOf(e: Expr, c: Context): Value | undefined {
  return known(e, c) ?? (e.k === "attr" ? ofObject(e, c) : undefined);
}

/** What all alternatives say, where they agree. */
function all(value: Value | undefined, say: (atom: Atom) => boolean | undefined): boolean | undefined {
  if (!value || value.atoms.length === 0) return undefined;
  const { atoms } = value;
  const first = say(atoms[0]!);
  for (let i = 1; i < atoms.length && first !== undefined; i++)
    if (say(atoms[i]!) !== first) return undefined;
  return first;
}

/** `None`, whoever wrote it. */
export function isNone(atom: Atom): boolean {
  return atom.t === "data" && atom.text === "None";
}

/** `None` that a caller gave, or left out an argument for. */
export function isLeftOut(atom: Atom): boolean {
  return atom.t === "data" && atom.constant === "None";
}

/** Whether a value is true in a test. */
function isTrue(atom: Atom): boolean | undefined {
  if (isRunningLoop(atom)) return true;
  return isLeftOut(atom) || isNoTuple(atom) ? false : (flagOf(atom) ?? isFilled(atom));
}

/** `()`, which nothing can be added to. */
function isNoTuple(atom: Atom): boolean {
  return atom.t === "tuple" && atom.items.length === 0;
}

function isRunningLoop(atom: Atom): boolean {
  return atom.t === "made" && atom.isRunning === true;
}

/** A text that a caller wrote, or of which a test has told something. */
function isText(atom: Atom): boolean {
  return isWord(atom) || (atom.t === "data" && (atom.constant === "text" || atom.begin !== undefined));
}

/** Whether a text is not empty. */
function isFilled(atom: Atom): boolean | undefined {
  if (atom.t !== "data") return undefined;
  const { word, begin } = atom;
  if (word !== undefined) return word !== "";
  return isWord(atom) || (begin !== undefined && begin !== "") || undefined;
}

/** A constant of which it is not known which it is. */
function isChosen(atom: Atom): boolean {
  return atom.t === "data" && (isWord(atom) || atom.constant === "text" || atom.constant === "hidden");
}

function isHidden(value: Value | undefined): boolean {
  return value?.atoms.some((atom) => atom.t === "data" && atom.constant === "hidden") === true;
}

function flagOf(atom: Atom): boolean | undefined {
  if (atom.t !== "data" || (atom.constant !== "True" && atom.constant !== "False")) return undefined;
  return atom.constant === "True";
}
