import type { Expr } from "../facts/types.js";
import { termOf, type Scene } from "./scene.js";
import { constant, something, type Constant, type Term } from "./terms.js";

/** More beginnings than these are not told apart. */
const MAX_BEGINS = 16;

/** A text that is put together, by what it begins with: `f"{PREFIX}{name}"`. */
export function formatted({ begin = "", then, of }: Expr & { k: "data" }, s: Scene): Term {
  const first = then && of?.[0];
  const next = first && s.assumptions.beginningsOf(termOf(first, s));
  const begins = next ? next.map((one) => begin + one) : begin === "" ? [] : [begin];
  if (begins.length === 0 || begins.length > MAX_BEGINS) return { t: "something", isPlain: then === true };
  return { t: "something", begins, isPlain: true };
}

/** What methods make of a text that leave it as long or shorter, and change its letters all alike. */
const CHANGES: ReadonlyMap<string, (text: string) => string> = new Map([
  ["lower", (text: string) => text.toLowerCase()],
  ["upper", (text: string) => text.toUpperCase()],
  ["strip", (text: string) => text.trim()],
]);

/** What `text.upper()` gives; undefined for another method. */
export function changed({ of, id }: Expr & { k: "attr" }, s: Scene): Term | undefined {
  const change = CHANGES.get(id);
  if (!change) return undefined;
  const term = termOf(of, s);
  const choices = s.assumptions.choicesOf(term);
  if (choices?.every((v): v is string => typeof v === "string") === true)
    return oneOf(choices.map(change), s);
  // What stands behind the beginning may be empty: white space at its end is no beginning any more.
  const begins = s.assumptions.beginningsOf(term)?.map((one) => change(one));
  return begins?.every((one) => one !== "") === true
    ? { t: "something", begins, isPlain: true }
    : { t: "something", isPlain: true };
}

/** One of some constants. */
export function oneOf(all: readonly Constant[], s: Scene): Term {
  const [only, ...others] = new Set(all);
  if (only !== undefined && others.length === 0) return constant(only);
  const term = { ...something(), isPlain: true };
  if (all.length > 0) s.assumptions.isOneOf(term, all, true);
  return term;
}

/** Each key of a dictionary that a loop goes over: `for name in names`, `for name, value in names.items()`. */
export function keyIn(of: Expr, s: Scene): Term | undefined {
  const isAsked = of.k === "call" && of.args.length === 0 && of.of.k === "attr" && /^(?:items|keys)$/.test(of.of.id); // prettier-ignore
  const keys = termOf(isAsked ? (of.of as Expr & { k: "attr" }).of : of, s);
  if (keys.t !== "keys") return undefined;
  if (keys.each && keys.keys.size === 0) {
    const choices = s.assumptions.choicesOf(keys.each);
    const begins = s.assumptions.beginningsOf(keys.each);
    return choices ? oneOf(choices, s) : begins && { t: "something", begins, isPlain: true };
  }
  return keys.isOpen || keys.keys.size === 0 ? undefined : oneOf([...keys.keys.keys()], s);
}
