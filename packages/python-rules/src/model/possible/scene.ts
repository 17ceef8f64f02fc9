import { CUT } from "../facts/expressions.js";
import type { Expr } from "../facts/types.js";
import { attribute } from "../graph/attributes.js";
import type { Call } from "../graph/body.js";
import { contextIn, type Context } from "../graph/evaluate.js";
import { isOfModule } from "../graph/guards.js";
import type { Machine } from "../graph/machine.js";
import { lookup } from "../graph/names.js";
import type { Scope } from "../graph/scope.js";
import type { Value } from "../graph/values.js";
import type { Assumptions } from "./known.js";
import { boundBy, copiedIn } from "./mentions.js";
import { resultOf } from "./results.js";
import { settingOf } from "./settings.js";
import { constant, literalOf, something, type KeysTerm, type Term } from "./terms.js";
import { isPossible } from "./tests.js";
import { changed, formatted } from "./texts.js";

/** Where expressions are looked at: a function on one way, or a module. */
export interface Scene {
  readonly m: Machine;
  readonly file: string;
  readonly base: number;
  readonly scope: Scope;
  /** The variables of the function. */
  readonly vars: Map<string, Term>;
  readonly assumptions: Assumptions;
  /** How many tests are still asked: those inside of one another ask for each other again and again. */
  readonly tests: { left: number };
  /** How many calls of functions it stands in whose results are wanted. */
  readonly depth?: number;
}

/** Of one function no more tests are asked. */
export const MAX_TESTS = 5_000;

/** The top level of a module, as a function on the way sees it. */
export function moduleScene(file: string, { m, assumptions, tests }: Scene): Scene {
  return {
    m,
    file,
    base: 0,
    scope: { t: "module", file },
    vars: new Map<string, Term>(),
    assumptions,
    tests,
  };
}

/** What the graph is asked with: it knows names of modules here, and no variables. */
export function contextOf(s: Scene): Context {
  return contextIn(s.m, s);
}

/** What an expression stands for; the same each time for a variable that is not set in between. */
export function termOf(e: Expr, s: Scene): Term {
  switch (e.k) {
    case "str":
      return e.v === CUT ? something() : constant(e.v);
    case "data": {
      const literal = e.v === undefined || e.of ? undefined : literalOf(e.v);
      return literal === undefined ? formatted(e, s) : constant(literal);
    }
    case "name":
      return nameOf(e.id, s);
    case "bind":
      return s.vars.get(e.to) ?? something();
    case "attr":
      return attributeOf(e, s);
    case "not":
    case "op":
      return answerOf(e, s);
    case "any":
      return eitherOf(e.items[0], e.op === "and", e.items[1], e.items[0], s);
    case "if":
      return eitherOf(e.test, true, e.a, e.b, s);
    case "dict":
      return keysOf(e.keys, e.values, s);
    case "item":
      return e.key.k === "str" ? keyOf(e.of, e.key.v, undefined, s) : something();
    case "comp":
      return madeKeysOf(e, s);
    case "call":
      return calledOf(e, s);
    default:
      return something();
  }
}

/** One of two, by a test that holds, or does not, where it is the first. */
function eitherOf(test: Expr, holds: boolean, a: Expr, b: Expr, s: Scene): Term {
  if (!isPossible(test, holds, s)) return termOf(b, s);
  const first = termOf(a, s);
  if (!isPossible(test, !holds, s)) return first;
  const [one, other] = [s.assumptions.constantOf(first), s.assumptions.constantOf(termOf(b, s))];
  const term = something();
  if (one && other) s.assumptions.isOneOf(term, [one.v, other.v], true);
  return term;
}

/** The truth value that a test comes to. */
function answerOf(e: Expr, s: Scene): Term {
  const yes = isPossible(e, true, s);
  const no = isPossible(e, false, s);
  return yes && no ? { t: "something", isPlain: e.k === "not" } : constant(yes);
}

function nameOf(id: string, s: Scene): Term {
  const { m, scope, file, vars } = s;
  if (scope.t === "module" || (scope.t === "frame" && isOfModule(scope.own, scope.outer, id)))
    return settingOf(m, file, id) ?? { t: "something", value: lookup(m, scope, id) };
  // What a function around it binds, or one inside of it binds anew, may be another thing the next time.
  if (scope.t !== "frame" || !scope.own.has(id)) return { t: "something", value: lookup(m, scope, id) };
  if (scope.fn.fn.isRebound(id)) return something();
  let own = vars.get(id);
  if (!own) vars.set(id, (own = something()));
  return own;
}

/** Members of enumerations, constants of modules and classes, and attributes of objects. */
function attributeOf(e: Expr & { k: "attr" }, s: Scene): Term {
  const of = termOf(e.of, s);
  if (of.t !== "something") return something();
  const { value } = of;
  if (!value) return s.assumptions.attributeOf(of, e.id);
  const { m, file, base } = s;
  const [module, ...others] = value.atoms;
  if (module?.t === "module" && others.length === 0) {
    const from = m.code.modules.fileOf(module.module);
    const setting = from === undefined ? undefined : settingOf(m, from, e.id);
    if (setting) return setting;
  }
  const found = attribute(m, value, e.id, m.aside({ file, range: [base, base] }));
  const text = textOf(found);
  return text === undefined ? { t: "something", value: found } : constant(text);
}

function textOf({ atoms: [atom, ...others] }: Value): string | undefined {
  if (others.length > 0) return undefined;
  // A member of an enumeration stands for its text, or for its own name.
  const text = atom?.t === "text" ? atom.text : atom?.t === "data" ? atom.word : undefined;
  return text === CUT ? undefined : text;
}

function keysOf(keys: readonly (Expr | null)[], values: readonly Expr[], s: Scene): KeysTerm {
  const found = new Map<string, Term>();
  let isOpen = false;
  for (const [i, key] of keys.entries()) {
    const value = termOf(values[i]!, s);
    if (key?.k === "str") found.set(key.v, value);
    else if (key === null && value.t === "keys") {
      // What is not known may be any of those before.
      if (value.isOpen) found.clear();
      for (const [name, one] of value.keys) found.set(name, one);
      isOpen ||= value.isOpen;
    } else {
      found.clear();
      isOpen = true;
    }
  }
  return { t: "keys", keys: found, isOpen };
}

/** A dictionary all keys of which are made in one way: `{f"A_{name}": name for name in names}`. */
function madeKeysOf({ as, items, loops }: Expr & { k: "comp" }, s: Scene): Term {
  const [key] = items;
  if (as !== "dict" || !key) return something();
  const vars = new Map(s.vars);
  for (const { to } of loops) for (const name of boundBy({ k: "set", to: [to] })) vars.set(name, something());
  return { t: "keys", keys: new Map(), isOpen: true, each: termOf(key, { ...s, vars }) };
}

function calledOf(e: Call, s: Scene): Term {
  const { of, args } = e;
  if (of.k === "name" && of.id === "dict" && args.every(({ star }) => star !== 1) && args.every(({ name, star }) => name !== undefined || star === 2)) // prettier-ignore
    return keysOf(args.map(({ name }) => (name === undefined ? null : { k: "str", v: name })), args.map(({ e: value }) => value), s); // prettier-ignore
  const [first, second] = args;
  const copied = copiedIn(e);
  if (copied) {
    const keys = termOf(copied, s);
    if (keys.t === "keys") return keys;
  }
  if (of.k === "name" && of.id === "super" && s.scope.t === "frame") return nameOf(s.scope.fn.fn.params[0]?.name ?? "", s); // prettier-ignore
  if (of.k === "attr" ? of.id === "startswith" : of.k === "name" && of.id === "isinstance")
    return answerOf(e, s);
  const result = resultOf(e, s);
  if (result) return result;
  if (of.k !== "attr") return something();
  const text = first ? undefined : changed(of, s);
  if (text) return text;
  if (!/^(?:get|pop)$/.test(of.id) || first?.e.k !== "str") return something();
  return keyOf(of.of, first.e.v, second ? second.e : of.id === "get" ? NONE : undefined, s);
}

const NONE: Expr = { k: "data", v: "None" };

/** What a dictionary has under a key. @param other - what is given where it has none; none where that raises */
function keyOf(of: Expr, key: string, other: Expr | undefined, s: Scene): Term {
  const keys = termOf(of, s);
  if (keys.t !== "keys") return something();
  const found = keys.keys.get(key);
  if (found) return found;
  return keys.isOpen || !other ? something() : termOf(other, s);
}
