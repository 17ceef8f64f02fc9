import { annotated } from "./annotations.js";
import { attribute, method } from "./attributes.js";
import { definitionContext } from "./bind.js";
import { ancestors, inherited, isEnumeration, leavesEmpty } from "./classes.js";
import { selfBound } from "./entries.js";
import { Alternatives } from "./dispatch.js";
import { callExternal, callMethod, offloaded } from "./external.js";
import type { Machine } from "./machine.js";
import type { GraphNode, Site, Via } from "./node.js";
import { NO_ARGS, NO_NAMES, OPEN_ARGS } from "./protocols.js";
import { WRAPPERS } from "./table.js";
import {
  isDistinct,
  isTelling,
  type Args,
  type Atom,
  type ClassAtom,
  type FunctionAtom,
  type ThingAtom,
  type Value,
  type Written,
} from "./values.js";

/**
 * Calls a value: what it runs becomes edges of the site.
 *
 * @param args - undefined where nobody knows them
 * @param written - the call as it stands in the text
 */
export function invoke(
  m: Machine,
  callee: Value,
  args: Args | undefined,
  site: Site,
  via: Via = "call",
  written?: Written,
): Value {
  const { atoms } = callee;
  if (atoms.length === 1) return invokeAtom(m, atoms[0]!, args, site, via, written);
  return invokeOne(m, callee, args, site, via, written);
}

/** Calls one of several. */
function invokeOne(
  m: Machine,
  callee: Value,
  args: Args | undefined,
  site: Site,
  via: Via,
  written: Written | undefined,
): Value {
  const alternatives = new Alternatives(site.edges);
  let all = m.values.none;
  for (const atom of callee.atoms) {
    all = m.values.either(all, invokeAtom(m, atom, args, site, via, written));
    alternatives.past(atom);
  }
  alternatives.end();
  return all;
}

function invokeAtom(
  m: Machine,
  atom: Atom,
  args: Args | undefined,
  site: Site,
  via: Via,
  written: Written | undefined,
): Value {
  switch (atom.t) {
    case "function":
      return callFunction(m, atom, args, site, via);
    case "class":
      return construct(m, atom, args, site);
    case "object": {
      const call = method(m, atom, "__call__", site);
      return call ? invoke(m, call, args, site, via, written) : m.values.unknown;
    }
    case "partial":
      return invoke(m, atom.of, merged(atom.args, args), site, via, written);
    case "name":
      return callExternal(m, atom.name, args ?? NO_ARGS, site, written);
    case "method":
      return callMethod(m, atom, args ?? NO_ARGS, site, written);
    case "made": {
      const blocking = m.table.method(atom.type, "__call__");
      if (blocking && !site.isAwaited) m.reach(site, { to: { name: atom.type, blocking }, via });
      return m.values.of(m.table.returned(atom.type, "__call__"));
    }
    case "thing":
      return callThing(m, atom, args ?? NO_ARGS, site);
    case "getter": {
      if (atom.takes) for (const fn of args?.named.values() ?? []) invoke(m, fn, { at: [m.values.unknown], named: NO_NAMES, isOpen: false }, site, "callback"); // prettier-ignore
      const other = atom.isOr ? args?.at[1] : undefined;
      return other && atom.of.atoms.some(({ t }) => t === "unknown")
        ? m.values.union(atom.of, other)
        : atom.of;
    }
    case "offloaded":
      return offloaded(m, atom.of, args, site);
    case "data":
    case "text":
      return m.values.data;
    default:
      return m.values.unknown;
  }
}

/** What an object of another distribution gives; it may be one that offloads. */
function callThing(m: Machine, thing: ThingAtom, args: Args, site: Site): Value {
  const { name } = thing;
  if (m.table.isAny(thing)) return m.values.of(m.table.thing(`${name}()`));
  // `functools.wraps(f)` and its like: a decorator of another distribution gives the function back.
  const [only] = args.at;
  if (only && WRAPPERS.has(name.slice(0, -2))) return only;
  const parts = /^(.*)\(\)\.(\w+)$/.exec(name);
  const offloader = parts ? m.table.offloaderOf(parts[1]!, parts[2]!) : undefined;
  if (offloader && parts) return callMethod(m, { t: "method", key: name, type: parts[1]!, name: parts[2]! }, args, site, undefined); // prettier-ignore
  return m.values.of(m.table.thing(`${name}()`));
}

function merged(first: Args, then: Args | undefined): Args {
  if (!then) return { ...first, isOpen: true };
  const isOpen = first.isOpen || then.isOpen;
  return { at: [...first.at, ...then.at], named: new Map([...first.named, ...then.named]), isOpen };
}

function callFunction(m: Machine, fn: FunctionAtom, args: Args | undefined, site: Site, via: Via): Value {
  if (fn.fn.async) {
    const node = m.node(fn, args);
    m.later(node);
    m.reach(site, { to: node, via: site.isAwaited === "task" ? "task" : "await" });
    // Whether it blocks by itself tells who is to blame.
    if (fn.def.isEntered !== true) {
      fn.def.isEntered = true;
      m.enter(selfBound(m, fn));
    }
  }
  if (fn.fn.async || fn.fn.generator) {
    const t = fn.fn.async ? "coroutine" : "generator";
    const call = { fn, args: args ?? OPEN_ARGS };
    return m.values.of({ t, key: `r${fn.key}(${m.values.argsKey(call.args)}`, call });
  }
  const node = runCall(m, fn, args, site, via);
  return node.returns.atoms.some(isTelling)
    ? node.returns
    : m.values.union(node.returns, declaredReturn(m, fn));
}

/** Runs a function and draws the edge to it. */
export function runCall(
  m: Machine,
  fn: FunctionAtom,
  args: Args | undefined,
  site: Site,
  via: Via,
): GraphNode {
  const node = m.run(m.node(fn, args));
  m.reach(site, { to: node, via });
  return node;
}

/** An object of the type that a function says it returns. */
export function declaredReturn(m: Machine, fn: FunctionAtom): Value {
  const { returns } = fn.fn;
  if (!returns) return m.values.none;
  if (fn.def.returns) return fn.def.returns;
  const value = annotated(returns, definitionContext(m, fn));
  // What is not known may still be being found out.
  if (value.atoms.every(({ t }) => t !== "unknown")) fn.def.returns = value;
  return value;
}

/** More arguments than this inside one another are not told apart. */
const MAX_NESTED = 3;

function construct(m: Machine, cls: ClassAtom, args: Args | undefined, site: Site): Value {
  // A member of an enumeration by its value.
  if (isEnumeration(m, cls)) return args?.at[0] ?? m.values.data;
  const self = objectOf(m, cls, args);
  const order = ancestors(m, cls);
  const maker = inherited(m, order, "__new__");
  let made = self;
  if (maker && "value" in maker) {
    const [fn] = maker.value.atoms;
    if (fn?.t === "function") {
      const result = invoke(m, m.values.of(m.bound(fn, m.values.of(cls))), args, site, "constructor");
      if (result.atoms.some(({ t }) => t === "made" || t === "class" || t === "function")) made = result;
    }
  }
  for (const name of ["__init__", "__post_init__", "model_post_init"]) {
    const found = inherited(m, order, name);
    if (found && "value" in found) {
      const own = name === "__init__" ? args : { at: name === "model_post_init" ? [m.values.data] : [], named: NO_NAMES, isOpen: true }; // prettier-ignore
      invoke(m, attribute(m, self, name, site), own, site, "constructor");
    } else if (found && name === "__init__") {
      const blocking = m.table.function(found.external);
      if (blocking && !site.isAwaited)
        m.reach(site, { to: { name: found.external, blocking }, via: "constructor" });
    }
  }
  return made;
}

function objectOf(m: Machine, cls: ClassAtom, args: Args | undefined): Value {
  const given = args ? [...args.at, ...args.named.values()] : [];
  const isTold = given.some((value) => isFlag(value) || value.atoms.some(isDistinct));
  const isPlain = !args || !(isTold || leavesEmpty(m, cls, args));
  if (isPlain || given.some((value) => depthOf(value) >= MAX_NESTED)) return m.values.object(cls);
  const own = toldArgs(m, args);
  return m.values.of({ t: "object", key: `o${cls.key}(${m.values.argsKey(own)})`, cls, args: own });
}

function toldArgs(m: Machine, { at, named, isOpen }: Args): Args {
  return {
    at: at.map((one) => toldOf(m, one)),
    named: named.size > 0 ? new Map([...named].map(([name, one]) => [name, toldOf(m, one)])) : NO_NAMES,
    isOpen,
  };
}

/** Objects are told apart by the truth values they are made with: what they do depends on them for good. */
function toldOf(m: Machine, value: Value): Value {
  return isFlag(value) ? value : m.values.told(value);
}

function isFlag({ atoms: [atom, ...others] }: Value): boolean {
  return others.length === 0 && atom?.t === "data" && (atom.text === "True" || atom.text === "False");
}

function depthOf({ atoms }: Value): number {
  return Math.max(
    0,
    ...atoms.map((atom) =>
      atom.t === "object" && atom.args
        ? 1 + Math.max(0, ...[...atom.args.at, ...atom.args.named.values()].map(depthOf))
        : 0,
    ),
  );
}
