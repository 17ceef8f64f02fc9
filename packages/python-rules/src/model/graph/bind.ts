import type { Param } from "../facts/types.js";
import { annotated } from "./annotations.js";
import { evaluate, type Context } from "./evaluate.js";
import type { Machine } from "./machine.js";
import { awaited, isEmpty, iterated } from "./protocols.js";
import { invoke } from "./call.js";
import { isTelling, type Args, type Atom, type FunctionAtom, type Value } from "./values.js";

/**
 * The variables a function starts with.
 *
 * @param args - undefined where nobody knows who calls it: annotations and injected dependencies tell what they can
 */
export function bindArguments(m: Machine, fn: FunctionAtom, args: Args | undefined): Map<string, Value> {
  const vars = new Map<string, Value>();
  const context = definitionContext(m, fn);
  const rest = [...(fn.self ? [fn.self] : []), ...(args?.at ?? [])];
  const named = new Map(args?.named);
  const { params } = fn.fn;
  params.forEach((param, i) => {
    if (i === 0 && !fn.self && fn.owner && rest.length === 0 && !args) {
      // A method that is looked at by itself.
      vars.set(param.name, m.values.of({ t: "object", key: `o${fn.owner.key}`, cls: fn.owner }));
    } else if (param.kind === 1) {
      const items = rest.splice(0).map((one) => m.values.told(one));
      vars.set(
        param.name,
        args && !args.isOpen ? tuple(m, items) : listOf(m, declared(param, context) ?? m.values.unknown),
      );
    } else if (param.kind === 2) {
      const items = new Map([...named].map(([name, one]) => [name, m.values.told(one)]));
      const of =
        items.size > 0 ? m.values.union(...items.values()) : (declared(param, context) ?? m.values.unknown);
      // Of a call that is not known whole, there may be more.
      const isWhole = args && !args.isOpen;
      vars.set(
        param.name,
        m.values.of(
          isWhole || items.size > 0
            ? {
                t: "dict",
                key: `k${m.values.argsKey({ at: [of], named: items, isOpen: !isWhole })}`,
                of,
                items,
                ...(isWhole ? {} : { isOpen: true as const }),
              }
            : { t: "dict", key: `D${of.id}`, of },
        ),
      );
    } else {
      const given = (param.kind === "key" ? undefined : rest.shift()) ?? named.get(param.name);
      named.delete(param.name);
      vars.set(param.name, parameter(m, fn, param, given, args, context));
    }
  });
  const [self] = params;
  for (const name of (fn.self && self && args?.leftOut) ?? [])
    vars.set(`${self!.name}.${name}`, m.values.nothing);
  return vars;
}

function parameter(
  m: Machine,
  fn: FunctionAtom,
  param: Param,
  given: Value | undefined,
  args: Args | undefined,
  context: Context,
): Value {
  const told = given && m.values.told(given);
  if (told?.atoms.some(isTelling) === true) return m.values.filter(told, ({ t }) => t !== "unknown");
  const fallback = param.e ? evaluate(param.e, context) : undefined;
  const injected = fallback && injectedBy(m, fallback, param, context);
  if (injected) return injected;
  // What is not given is the default, unless stars hide that it is.
  const sure = given ?? (args && !args.isOpen ? fallback : undefined);
  const constant = sure && m.values.constant(sure, fn.fn, param.name);
  if (constant) return constant;
  const type = declared(param, context);
  const isKnown = told?.atoms.every(({ t }) => t !== "unknown") === true;
  if (type && type !== m.values.unknown && !(isKnown && isVague(m, type))) return type;
  if (told) return told;
  const isDefault = fallback && (args?.isOpen === false || !(isNothing(fallback) || isEmpty(fallback)));
  return isDefault ? fallback : m.values.unknown;
}

/** Whether an annotation only tells that something is a list or a dictionary. */
function isVague(m: Machine, { atoms }: Value): boolean {
  return atoms.every((atom) => (atom.t === "list" || atom.t === "dict") && atom.of === m.values.unknown);
}

function isNothing({ atoms }: Value): boolean {
  return atoms.every(({ t }) => t === "data" || t === "text");
}

function declared(param: Param, context: Context): Value | undefined {
  return param.type && annotated(param.type, context);
}

/** What FastAPI hands to a parameter with `Depends`. */
function injectedBy(m: Machine, fallback: Value, param: Param, context: Context): Value | undefined {
  const found = fallback.atoms.filter((atom): atom is Atom & { t: "depends" } => atom.t === "depends");
  if (found.length === 0) return undefined;
  return m.values.union(
    ...found.map(({ of }) =>
      of ? provided(m, of, context) : (declared(param, context) ?? m.values.unknown),
    ),
  );
}

/** What a dependency gives: it runs in a thread or on the loop by itself, and is no call of the function. */
export function provided(m: Machine, dependency: Value, context: Context): Value {
  const site = m.aside({ file: context.file, range: [context.base, context.base] });
  const result = invoke(m, dependency, undefined, site);
  return m.values.union(
    ...result.atoms.map((atom) => {
      const one = m.values.of(atom);
      if (atom.t === "coroutine") return awaited(m, one, site);
      return atom.t === "generator" ? iterated(m, one, site) : one;
    }),
  );
}

/** Where the parameters of a function are evaluated: what they call is nobody's. */
export function definitionContext(m: Machine, { home, owner }: FunctionAtom): Context {
  const scope = owner ? ({ t: "class", cls: owner, outer: home.scope } as const) : home.scope;
  return { m, scope, file: home.file, base: home.base, edges: [], isConditional: false };
}

export function tuple(m: Machine, items: readonly Value[]): Value {
  return m.values.of({ t: "tuple", key: `t${items.map(({ id }) => id).join()}`, items });
}

export function listOf(m: Machine, of: Value): Value {
  return m.values.list(of);
}
