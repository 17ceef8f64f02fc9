import type { Expr } from "../facts/types.js";
import { evaluate, pathOf, type Context } from "./evaluate.js";
import type { Atom, Value } from "./values.js";

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
      const [a, b] = test.items.map((one) => truth(one, c));
      // What ends the test: a false one of `and`, a true one of `or`.
      const ends = test.op === "or";
      if (a === ends || b === ends) return ends;
      return a === undefined || b === undefined ? undefined : !ends;
    }
    case "name":
    case "attr":
      return all(known(test, c), (atom) =>
        isRunningLoop(atom) ? true : isLeftOut(atom) ? false : flagOf(atom),
      );
    case "op": {
      const flag = identical(test, c);
      if (flag !== undefined) return flag;
      const word = compared(test, c);
      if (word !== undefined) return word;
      if ((test.op !== "is" && test.op !== "is not") || test.b.k !== "data" || test.b.v !== "None")
        return undefined;
      const isSomething = all(known(test.a, c), (atom) =>
        isLeftOut(atom)
          ? false
          : isRunningLoop(atom) || flagOf(atom) !== undefined || isWord(atom) || undefined,
      );
      return isSomething === undefined ? undefined : isSomething === (test.op === "is not");
    }
    case "call":
      return asked(test, c);
    default:
      return undefined;
  }
}

/** `wait is False`. */
function identical({ op, a, b }: Expr & { k: "op" }, c: Context): boolean | undefined {
  if ((op !== "is" && op !== "is not") || b.k !== "data" || (b.v !== "True" && b.v !== "False"))
    return undefined;
  const value = all(known(a, c), flagOf);
  return value === undefined ? undefined : (value === (b.v === "True")) === (op === "is");
}

/** A word that a caller wrote, beside the texts it is compared with. */
function compared({ op, a, b }: Expr & { k: "op" }, c: Context): boolean | undefined {
  const isMembership = op === "in" || op === "not in";
  if (!isMembership && op !== "==" && op !== "!=") return undefined;
  const texts = isMembership && (b.k === "tuple" || b.k === "list") ? b.items : [b];
  const among = new Set(texts.map((one) => (one.k === "str" ? one.v : undefined)));
  if (among.has(undefined) || (isMembership && b.k === "str")) return undefined;
  const isAmong = all(known(a, c), (atom) => (atom.t === "data" && atom.word !== undefined ? among.has(atom.word) : undefined)); // prettier-ignore
  return isAmong === undefined ? undefined : isAmong === (op === "==" || op === "in");
}

function asked({ of, args }: Expr & { k: "call" }, c: Context): boolean | undefined {
  if (of.k !== "attr") return undefined;
  if (of.id === "is_running")
    return all(evaluate(of.of, { ...c, edges: [] }), (atom) => isRunningLoop(atom) || undefined);
  if (of.id === "is_closed")
    return all(evaluate(of.of, { ...c, edges: [] }), (atom) => (isRunningLoop(atom) ? false : undefined));
  const prefix = args[0]?.e;
  if (of.id !== "startswith" || prefix?.k !== "str" || !/\W/.test(prefix.v)) return undefined;
  return all(known(of.of, c), (atom) => (isWord(atom) ? false : undefined));
}

/** What is known of a variable here, or of what a call without arguments gives. */
function known(e: Expr, c: Context): Value | undefined {
  if (e.k === "call" && e.args.length === 0) return evaluate(e, { ...c, edges: [] });
  const { flow } = c;
  const path = pathOf(e);
  return path === "" ? undefined : flow?.variable(path);
}

/** What all alternatives say, where they agree. */
function all(value: Value | undefined, say: (atom: Atom) => boolean | undefined): boolean | undefined {
  const [first, ...rest] = (value?.atoms ?? []).map(say);
  return rest.every((one) => one === first) ? first : undefined;
}

/** `None`, whoever wrote it. */
export function isNone(atom: Atom): boolean {
  return atom.t === "data" && atom.text === "None";
}

/** `None` that a caller gave, or left out an argument for. */
function isLeftOut(atom: Atom): boolean {
  return atom.t === "data" && atom.constant === "None";
}

function isRunningLoop(atom: Atom): boolean {
  return atom.t === "made" && atom.isRunning === true;
}

function isWord(atom: Atom): boolean {
  return atom.t === "data" && atom.constant === "word";
}

function flagOf(atom: Atom): boolean | undefined {
  if (atom.t !== "data" || (atom.constant !== "True" && atom.constant !== "False")) return undefined;
  return atom.constant === "True";
}
