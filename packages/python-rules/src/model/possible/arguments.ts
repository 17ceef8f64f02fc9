import type { Expr, Param } from "../facts/types.js";
import type { Call } from "../graph/body.js";
import { evaluate } from "../graph/evaluate.js";
import type { Via } from "../graph/node.js";
import type { FunctionAtom } from "../graph/values.js";
import { contextOf, moduleScene, termOf, type Scene } from "./scene.js";
import { literalsOf } from "./literals.js";
import { isOnlyRead } from "./mentions.js";
import { isPlainParam, something, type Something, type Term } from "./terms.js";

interface Given {
  readonly at: Term[];
  readonly named: Map<string, Term>;
  /** Whether there may be more positional arguments, and more keywords. */
  isOpen: boolean;
  isNameOpen: boolean;
}

/**
 * The parameters of a function that is called, by what the call gives.
 *
 * @param call - undefined where the function is not called by what stands there
 * @param self - the object it is called on, where that is known
 */
export function parametersOf(
  fn: FunctionAtom,
  call: Call | undefined,
  s: Scene,
  self: Term = something(),
): Map<string, Term> {
  const vars = new Map<string, Term>();
  const given = call ? givenBy(call, s) : undefined;
  const { params } = fn.fn;
  let next = 0;
  for (const [i, param] of params.entries()) {
    const { name, kind } = param;
    if (i === 0 && fn.self && kind === undefined) vars.set(name, self);
    else if (kind === 1) {
      const items = fn.self && i === 0 ? [something(), ...(given?.at ?? [])] : (given?.at.slice(next) ?? []);
      vars.set(name, given ? { t: "items", items, isOpen: given.isOpen } : something());
      next = given?.at.length ?? 0;
    } else if (kind === 2) {
      const isKnown = given !== undefined && isOnlyRead(fn.fn, name);
      vars.set(name, isKnown ? { t: "keys", keys: given.named, isOpen: given.isNameOpen } : something());
    } else {
      const place = kind === "key" ? undefined : next++;
      vars.set(name, parameter(fn, i, place, given, s));
    }
  }
  return vars;
}

function parameter(
  fn: FunctionAtom,
  i: number,
  place: number | undefined,
  given: Given | undefined,
  s: Scene,
): Term {
  const param = fn.fn.params[i]!;
  const { name, e } = param;
  if (!given) return unknownOf(fn, param, s);
  const found = (place === undefined ? undefined : given.at[place]) ?? given.named.get(name);
  given.named.delete(name);
  if (fn.fn.isRebound(name)) return something();
  if (found) {
    if (found.t === "keys" && !isOnlyRead(fn.fn, name)) return something();
    if (found.t === "something" && isPlainParam(param)) found.isPlain = true;
    return found.t === "something" ? listed(found, fn, param, s) : found;
  }
  // Stars may hide that it is given.
  const isHidden = given.isNameOpen || (given.isOpen && place !== undefined);
  if (isHidden || !e) return unknownOf(fn, param, s);
  const term = termOf(e, moduleScene(fn.home.file, s));
  return term.t === "keys" ? something() : term;
}

function unknownOf(fn: FunctionAtom, param: Param, s: Scene): Term {
  if (fn.fn.isRebound(param.name)) return something();
  return listed({ t: "something", isPlain: isPlainParam(param) }, fn, param, s);
}

/** Its annotation may list what it is. */
function listed(of: Something, fn: FunctionAtom, { type }: Param, s: Scene): Term {
  const all = type && literalsOf(type, fn.home.file, s.m);
  if (all) {
    of.isPlain = true;
    s.assumptions.isOneOf(of, all, true);
  }
  return of;
}

function givenBy({ args }: Call, s: Scene): Given {
  const given: Given = { at: [], named: new Map<string, Term>(), isOpen: false, isNameOpen: false };
  for (const { e, name, star } of args) {
    const term = termOf(e, s);
    if (name !== undefined) given.named.set(name, term);
    else if (star === undefined) {
      if (!given.isOpen) given.at.push(term);
    } else if (star === 1) {
      if (term.t === "items") given.at.push(...(given.isOpen ? [] : term.items));
      given.isOpen ||= term.t !== "items" || term.isOpen;
    } else {
      if (term.t === "keys") for (const [key, one] of term.keys) given.named.set(key, one);
      given.isNameOpen ||= term.t !== "keys" || term.isOpen;
    }
  }
  return given;
}

/** Whether a call as it is written gives its arguments to a function itself: nothing stands between that gives it others. */
export function isGivenBy(fn: FunctionAtom, via: Via, call: Call, s: Scene): boolean {
  const name = calledName(call.of);
  const isMaker = via === "constructor";
  if (isMaker && fn.fn.name !== "__init__" && fn.fn.name !== "__new__") return false;
  if (name !== undefined && (name === fn.fn.name || (isMaker && name === fn.owner?.cls.name))) return true;
  if (isPassedOn(call, s)) return true;
  // By another name: what a module, or an import, binds it to.
  const term = termOf(call.of, s);
  const value = term.t === "something" ? (term.value ?? evaluateOuter(call.of, s)) : undefined;
  return value?.atoms.some((atom) => (isMaker ? atom.t === "class" : atom.t === "function" && atom.def === fn.def)) === true; // prettier-ignore
}

function evaluateOuter(e: Expr, s: Scene) {
  return e.k === "name" ? undefined : evaluate(e, contextOf(s));
}

/** `function(*args, **kwargs)` in what a decorator makes of a function. */
function isPassedOn({ of, args }: Call, { scope }: Scene): boolean {
  const isFree = of.k === "name" && scope.t === "frame" && !scope.own.has(of.id);
  const [first, second, ...others] = args;
  return isFree && others.length === 0 && first?.star === 1 && (second === undefined || second.star === 2);
}

function calledName(e: Expr): string | undefined {
  return e.k === "name" || e.k === "attr" ? e.id : undefined;
}
