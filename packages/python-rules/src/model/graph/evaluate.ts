import type { Arg, CompLoop, Expr, Span, Spanned } from "../facts/types.js";
import { parameterized } from "./annotations.js";
import { attribute } from "./attributes.js";
import { listOf, tuple } from "./bind.js";
import { invoke } from "./call.js";
import type { Flow } from "./flow.js";
import { lookedUp } from "./lookups.js";
import type { Machine } from "./machine.js";
import { lookup } from "./names.js";
import { Site, type Awaiting, type Doubt, type Edge } from "./node.js";
import { awaited, entered, isEmpty, item, iterated, NO_ARGS, NO_NAMES, operated } from "./protocols.js";
import type { Scope } from "./scope.js";
import { truth } from "./truth.js";
import {
  isAsync,
  type Args,
  type Atom,
  type ClassAtom,
  type Home,
  type Value,
  type Written,
} from "./values.js";

/** Where an expression stands, and who is told what it runs. */
export interface Context {
  readonly m: Machine;
  readonly scope: Scope;
  readonly file: string;
  /** What spans count from. */
  readonly base: number;
  readonly edges: Edge[];
  readonly isConditional: boolean;
  /** What tests around it leave open; nothing where it is absent. */
  readonly doubt?: Doubt;
  /** The body that runs; absent at the top level of modules and classes. */
  readonly flow?: Flow;
}

/** A place outside of the body that runs: what is called there is nobody's. */
export function contextIn(m: Machine, { file, base, scope }: Home): Context {
  return { m, scope, file, base, edges: [], isConditional: false };
}

/** The same place, below a condition. */
export function conditionally(c: Context): Context {
  return c.isConditional ? c : { ...c, isConditional: true };
}

export function siteAt(
  { file, base, edges, isConditional, doubt = 0 }: Context,
  [start, end]: Span,
  isAwaited: Awaiting = false,
): Site {
  return new Site(file, base + start, base + end, edges, isConditional, doubt, isAwaited);
}

/** The same of an expression that has words of its own. */
function siteOf(
  e: Spanned,
  { file, base, edges, isConditional, doubt = 0 }: Context,
  isAwaited: Awaiting = false,
): Site {
  return new Site(file, base + e.start, base + e.stop, edges, isConditional, doubt, isAwaited);
}

/**
 * What an expression may be. What it calls becomes edges of the context.
 *
 * @param isAwaited - whether its value is awaited, or each of the values of a list
 */
export function evaluate(e: Expr, c: Context, isAwaited: Awaiting = false): Value {
  const { m } = c;
  if (!m.step()) return m.values.unknown;
  switch (e.k) {
    case "name":
      return lookup(m, c.scope, e.id);
    case "attr":
      return member(e, c);
    case "call":
      return called(e, c, isAwaited);
    case "item":
      return c.flow?.known(e) ?? itemOf(e, c);
    case "await": {
      const value = evaluate(e.of, c, true);
      return awaited(m, value, siteAt(c, spanOf(e.of)));
    }
    case "lambda": {
      const atom = m.functionAtom(e.fn, { file: c.file, base: c.base, scope: c.scope });
      return m.values.of(atom);
    }
    case "str":
      return m.values.text(e.v);
    case "data":
      for (const one of e.of ?? []) evaluate(one, c);
      if (e.begin !== undefined) return m.values.beginning(e.begin, false);
      return e.v === undefined ? m.values.data : m.values.literal(e.v);
    case "list":
      return listOf(m, elementsOf(e.items, c, isAwaited));
    case "tuple":
      return tuple(m, valuesOf(e.items, c));
    case "dict":
      return dictionary(e, c);
    case "comp":
      return comprehension(e, c, isAwaited);
    case "any":
      return either(e, c);
    case "if":
      return conditional(e, c);
    case "op":
      return operated(m, e.op, evaluate(e.a, c), evaluate(e.b, c), siteOf(e, c));
    case "not":
      evaluate(e.of, c);
      return m.values.data;
    case "yield": {
      const value = e.of ? evaluate(e.of, c) : m.values.data;
      c.flow?.yields(e.from ? iterated(m, value, siteAt(c, spanOf(e))) : value);
      return m.values.unknown;
    }
    case "bind": {
      const value = evaluate(e.of, c);
      c.flow?.assign({ k: "name", id: e.to, start: 0, stop: 0 }, value);
      return value;
    }
    case "star":
      return iterated(m, evaluate(e.of, c), siteAt(c, spanOf(e.of)));
  }
}

// These are functions of their own because V8 makes an object for every call of a function with closures in it.

function valuesOf(items: readonly Expr[], c: Context): Value[] {
  return items.map((one) => evaluate(one, c));
}

/** One of some elements. */
function elementsOf(items: readonly Expr[], c: Context, isAwaited: Awaiting): Value {
  return c.m.values.union(...items.map((one) => evaluate(one, c, isAwaited)));
}

function either({ op, items: { 0: a, 1: b } }: Expr & { k: "any" }, c: Context): Value {
  const left = evaluate(a, c);
  const right = (inner: Context) => evaluate(b, inner);
  return c.m.values.either(left, c.flow ? c.flow.behind(a, op === "and", right, c) : right(c));
}

function conditional({ test, a, b }: Expr & { k: "if" }, c: Context): Value {
  const { values } = c.m;
  evaluate(test, c);
  const known = truth(test, c);
  if (known !== undefined) return evaluate(known ? a : b, c);
  const branch = conditionally(c);
  if (!c.flow) return values.either(evaluate(a, branch), evaluate(b, branch));
  return values.union(...c.flow.branches(test, (at) => evaluate(a, at), (at) => evaluate(b, at), branch)); // prettier-ignore
}

/** The words of an expression that a site is at; its own where it has some. */
export function spanOf(e: Expr): Span {
  if ("start" in e) return [e.start, e.stop];
  if (e.k === "await" || e.k === "star" || e.k === "not") return spanOf(e.of);
  return [0, 0];
}

/** `self.a.b` for a chain of names, which a branch may know more about than its class does. */
export function pathOf(e: Expr): string {
  if (e.k === "name") return e.id;
  if (e.k === "attr") return (e.path ??= joined(e.of, `.${e.id}`));
  if (e.k === "item" && e.key.k === "str") return (e.path ??= joined(e.of, `[${e.key.v}]`));
  return "";
}

function joined(e: Expr, last: string): string {
  const of = pathOf(e);
  return of === "" ? "" : of + last;
}

function itemOf(e: Expr & { k: "item" }, c: Context): Value {
  const of = evaluate(e.of, c);
  const atom = of.atoms[0];
  if (atom?.t === "name") return parameterized(e, atom, c);
  const key = evaluate(e.key, c);
  return lookedUp(e.of, key, undefined, c) ?? item(c.m, of, key, siteOf(e, c));
}

function member(e: Expr & { k: "attr" }, c: Context): Value {
  const known = c.flow?.known(e);
  if (known) return known;
  const { m } = c;
  const of = evaluate(e.of, c);
  if (m.asked?.attr === e) m.asked.of = m.values.either(m.asked.of, of);
  return attribute(m, of, e.id, siteOf(e, c));
}

function called(e: Expr & { k: "call" }, c: Context, isAwaited: Awaiting): Value {
  if (e.of.k === "name" && e.of.id === "super") return superOf(e, c);
  const all = evaluate(e.of, c);
  // Of a client that may be one of two, what is awaited is the asynchronous one.
  const isChosen = isAwaited !== false && all.atoms.some(isAsync);
  const callee = isChosen ? c.m.values.filter(all, isNoPlainFunction) : all;
  const given = argumentsOf(e.args, c, callee.atoms.some(startsTask) ? "task" : callee.atoms.some(isAwaiter));
  const leftOut = e.of.k === "attr" && callee.atoms.every(isMethod) ? c.flow?.leftOut(e.of.of) : undefined;
  const args = leftOut ? { ...given, leftOut } : given;
  const site = siteOf(e, c, isAwaited);
  count(c, e, callee);
  const found =
    e.of.k === "attr" && (e.of.id === "get" || e.of.id === "pop")
      ? got(e.of.of, e.of.id, args, c)
      : undefined;
  if (found) return found;
  c.flow?.mutated(e, args);
  const inner = args.at[0];
  if (inner && e.of.k === "attr" && STACKS.has(e.of.id) && !callee.atoms.some(isMethod))
    return enteredLater(inner, e.of.id, site, c);
  const written = c.flow?.hasAnswers === true && e.of.k === "attr" ? answering(e, e.of, c.flow) : e;
  return invoke(c.m, callee, args, site, "call", written);
}

/** Methods of `contextlib.ExitStack` and its like, which enter what they are given. */
const STACKS: ReadonlySet<string> = new Set(["enter_context", "enter_async_context", "enterContext"]);

/** What entering a context manager gives, where that is left with others. */
function enteredLater(value: Value, name: string, site: Site, { m }: Context): Value {
  if (name !== "enter_async_context") return entered(m, value, site);
  const of = entered(m, value, site, true);
  return m.values.of({ t: "awaitable", key: `awaitable ${of.id}`, of });
}

function answering({ args }: Expr & { k: "call" }, { of }: Expr & { k: "attr" }, flow: Flow): Written {
  return { args, answer: (question) => flow.answer(of, question) };
}

function isNoPlainFunction(atom: Atom): boolean {
  return atom.t !== "function" || atom.fn.async;
}

/** What `KINDS.get(kind)` or `options.pop("kind", None)` gives where that is known. */
function got(of: Expr, name: string, { at, named, isOpen }: Args, c: Context): Value | undefined {
  const [key, other, ...others] = at;
  if (!key || others.length > 0 || named.size > 0 || isOpen) return undefined;
  const { values } = c.m;
  // `pop` without a second argument raises.
  const instead = other ? values.instead(other) : name === "get" ? values.nothing : undefined;
  const [atom] = key.atoms;
  const keyword = atom?.t === "text" ? c.flow?.keyword(of, atom.text) : undefined;
  if (keyword) return keyword.value ?? instead;
  return name === "get" ? lookedUp(of, key, instead, c) : undefined;
}

function isMethod(atom: Atom): boolean {
  return atom.t === "function" && atom.self !== undefined;
}

/** Whether what a call is given is awaited: coroutines, and no results of calls that were waited for. */
function isAwaiter(atom: Atom): boolean {
  return atom.t === "name" && atom.name.startsWith("asyncio.") && AWAITERS.test(atom.name);
}

/** Whether a coroutine that a call is given runs by itself from then on. */
function startsTask(atom: Atom): boolean {
  if (atom.t === "method") return atom.name === "create_task";
  return atom.t === "name" && atom.name.startsWith("asyncio.") && STARTERS.test(atom.name);
}

const AWAITERS = /^asyncio\.(?:(?:tasks|futures|timeouts)\.)?(?:as_completed|gather|shield|wait|wait_for)$/;
const STARTERS = /^asyncio\.(?:tasks\.)?(?:create_task|ensure_future)$/;

/** Keeps which calls could be told. */
function count({ m, file, base }: Context, e: Expr, { atoms }: Value): void {
  if (m.resolved.has(e)) return;
  if (atoms.some(({ t }) => t !== "unknown")) {
    m.resolved.add(e);
    m.unresolved.delete(e);
  } else if (!m.unresolved.has(e)) m.unresolved.set(e, { file, base });
}

/** @param isAwaited - whether who is called awaits what the arguments give */
export function argumentsOf(args: readonly Arg[], c: Context, isAwaited: Awaiting = false): Args {
  if (args.length === 0) return NO_ARGS;
  const at: Value[] = [];
  let own: Map<string, Value> | undefined;
  let isOpen = false;
  for (let i = 0; i < args.length; i++) {
    const { e, name, star } = args[i]!;
    const value = evaluate(e, c, name === undefined && isAwaited);
    if (star === undefined) {
      if (name === undefined) at.push(value);
      else (own ??= new Map<string, Value>()).set(name, value);
      continue;
    }
    const atom = value.atoms.length === 1 ? value.atoms[0] : undefined;
    if (star === 1) {
      if (atom?.t === "tuple") at.push(...atom.items);
      else isOpen = true;
    } else {
      const items = atom?.t === "dict" ? atom.items : undefined;
      for (const [key, one] of items ?? []) (own ??= new Map<string, Value>()).set(key, one);
      isOpen ||= !items || (atom?.t === "dict" && atom.isOpen === true);
      isOpen ||= e.k === "name" && c.flow?.isAddedTo(e.id) === true;
    }
  }
  return { at, named: own ?? NO_NAMES, isOpen };
}

function superOf({ args }: Expr & { k: "call" }, c: Context): Value {
  const { m } = c;
  const frame = methodFrame(c.scope);
  const owner = frame?.fn.owner;
  if (!frame || !owner) return m.values.unknown;
  const named = args[0]
    ? evaluate(args[0].e, c).atoms.find((atom): atom is ClassAtom => atom.t === "class")
    : undefined;
  const after = named ?? owner;
  const self = frame.vars.get(frame.fn.fn.params[0]?.name ?? "") ?? m.values.unknown;
  return m.values.of({ t: "super", key: `super ${after.key} ${self.id}`, after, self });
}

/** The method that a scope is inside of. */
function methodFrame(scope: Scope) {
  let at = scope;
  while (at.t === "frame" && !at.fn.owner) at = at.outer;
  return at.t === "frame" ? at : undefined;
}

function dictionary({ keys, values }: Expr & { k: "dict" }, c: Context): Value {
  const { m } = c;
  const items = new Map<string, Value>();
  const isWhole = keys.every((key) => key?.k === "str");
  const all = values.map((value, i) => {
    const key = keys[i];
    const found = evaluate(value, c);
    if (key?.k === "str") items.set(key.v, found);
    if (key) return found;
    return m.values.union(...found.atoms.map((atom) => (atom.t === "dict" ? atom.of : m.values.unknown)));
  });
  const of = all.length > 0 ? m.values.union(...all) : m.values.unknown;
  if (!isWhole) return m.values.of({ t: "dict", key: `D${of.id}`, of });
  return m.values.of({
    t: "dict",
    key: `k${m.values.argsKey({ at: [of], named: items, isOpen: false })}`,
    of,
    items,
  });
}

function comprehension(e: Expr & { k: "comp" }, c: Context, isAwaited: Awaiting): Value {
  const { m } = c;
  const elements = (at: Context) =>
    e.items.map((one) => evaluate(one, at, isAwaited)).at(-1) ?? m.values.unknown;
  const found = looped(e.loops, c, elements);
  // A generator without elements stays one: a list or dictionary may be added to.
  if (!found && e.as === "generator") return tuple(m, []);
  const of = found ?? m.values.none;
  return e.as === "dict" ? m.values.of({ t: "dict", key: `D${of.id}`, of }) : listOf(m, of);
}

/** What is got for the elements of loops inside one another, where their tests hold; undefined where there are none. */
function looped(
  [loop, ...rest]: readonly CompLoop[],
  c: Context,
  then: (c: Context) => Value,
): Value | undefined {
  if (!loop) return then(c);
  const { m, flow } = c;
  const all = evaluate(loop.of, c);
  const value = iterated(m, all, siteAt(c, loop.at), loop.async);
  if (isEmpty(all)) return undefined;
  flow?.assign(loop.to, value);
  return where(loop.ifs, conditionally(c), (at) => looped(rest, at, then));
}

function where(
  [test, ...rest]: readonly Expr[],
  c: Context,
  then: (c: Context) => Value | undefined,
): Value | undefined {
  if (!test) return then(c);
  evaluate(test, c);
  if (truth(test, c) === false) return undefined;
  const further = (at: Context) => where(rest, at, then);
  return c.flow ? c.flow.behind(test, true, further, c) : further(c);
}
