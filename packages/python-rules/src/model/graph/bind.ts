import { annotated } from "./annotations.js";
import { contextIn, evaluate, type Context } from "./evaluate.js";
import type { Machine } from "./machine.js";
import { awaited, isEmpty, iterated, NO_NAMES } from "./protocols.js";
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
  const { self } = fn;
  const { params } = fn.fn;
  const at = args?.at ?? [];
  // Which of the positional arguments is the next; before the first, what the function is bound to.
  let next = self ? -1 : 0;
  const left = args && args.named.size > 0 ? new Map(args.named) : undefined;
  for (let i = 0; i < params.length; i++) {
    const param = params[i]!;
    if (i === 0 && !self && fn.owner && !args) {
      // A method that is looked at by itself.
      vars.set(param.name, m.values.object(fn.owner));
    } else if (param.kind === 1) {
      const given = self && next < 0 ? [self, ...at] : at.slice(next);
      next = at.length;
      vars.set(
        param.name,
        args && !args.isOpen ? tuple(m, toldOf(m, given)) : listOf(m, declared(m, fn, i, context) ?? m.values.unknown), // prettier-ignore
      );
    } else if (param.kind === 2) {
      vars.set(param.name, keywords(m, fn, i, left ?? NO_NAMES, args, context));
    } else {
      const given = (param.kind === "key" ? undefined : next < 0 ? self : at[next]) ?? left?.get(param.name);
      if (param.kind !== "key") next++;
      left?.delete(param.name);
      vars.set(param.name, parameter(m, fn, i, given, args, context));
    }
  }
  const [first] = params;
  for (const name of (self && first && args?.leftOut) ?? [])
    vars.set(`${first!.name}.${name}`, m.values.nothing);
  return vars;
}

function toldOf(m: Machine, values: readonly Value[]): Value[] {
  return values.map((one) => m.values.told(one));
}

/** What `**kwargs` takes of the arguments that no other parameter takes. */
function keywords(
  m: Machine,
  fn: FunctionAtom,
  i: number,
  left: ReadonlyMap<string, Value>,
  args: Args | undefined,
  context: Context,
): Value {
  const items = new Map([...left].map(([name, one]) => [name, m.values.told(one)]));
  const of =
    items.size > 0 ? m.values.union(...items.values()) : (declared(m, fn, i, context) ?? m.values.unknown);
  // Of a call that is not known whole, there may be more.
  const isWhole = args && !args.isOpen;
  if (!isWhole && items.size === 0) return m.values.of({ t: "dict", key: `D${of.id}`, of });
  return m.values.of({
    t: "dict",
    key: `k${m.values.argsKey({ at: [of], named: items, isOpen: !isWhole })}`,
    of,
    items,
    ...(isWhole ? {} : { isOpen: true as const }),
  });
}

/** @param i - the how manieth parameter it is */
function parameter(
  m: Machine,
  fn: FunctionAtom,
  i: number,
  given: Value | undefined,
  args: Args | undefined,
  context: Context,
): Value {
  const param = fn.fn.params[i]!;
  const told = given && m.values.told(given);
  if (told?.atoms.some(isTelling) === true) return m.values.filter(told, ({ t }) => t !== "unknown");
  const fallback = param.e ? evaluate(param.e, context) : undefined;
  const injected = fallback && injectedBy(m, fallback, fn, i, context);
  if (injected) return injected;
  // What is not given is the default, unless stars hide that it is.
  const sure = given ?? (args && !args.isOpen ? fallback : undefined);
  const constant = sure && m.values.constant(sure, fn.fn, param.name);
  if (constant) return constant;
  const type = declared(m, fn, i, context);
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

/** What the annotation of a parameter says of it. */
function declared(m: Machine, { fn, def }: FunctionAtom, i: number, context: Context): Value | undefined {
  const { type } = fn.params[i]!;
  if (!type) return undefined;
  const known = def.declared[i];
  if (known) return known;
  const value = annotated(type, context);
  // What is not known may still be being found out.
  if (m.values.isKnown(value)) def.declared[i] = value;
  return value;
}

/** What FastAPI hands to a parameter with `Depends`. */
function injectedBy(
  m: Machine,
  fallback: Value,
  fn: FunctionAtom,
  i: number,
  context: Context,
): Value | undefined {
  if (!fallback.atoms.some(({ t }) => t === "depends")) return undefined;
  const found = fallback.atoms.filter((atom): atom is Atom & { t: "depends" } => atom.t === "depends");
  return m.values.union(
    ...found.map(({ of }) =>
      of ? provided(m, of, context) : (declared(m, fn, i, context) ?? m.values.unknown),
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
  return contextIn(m, owner ? { ...home, scope: { t: "class", cls: owner, outer: home.scope } } : home);
}

export function tuple(m: Machine, items: readonly Value[]): Value {
  return m.values.of({ t: "tuple", key: `t${items.map(({ id }) => id).join()}`, items });
}

export function listOf(m: Machine, of: Value): Value {
  return m.values.list(of);
}
