import { CUT } from "../facts/expressions.js";
import type { Expr, FunctionFacts, Step } from "../facts/types.js";
import { boundIn } from "../project/source-file.js";
import type { Machine } from "./machine.js";
import { moduleValueWithout } from "./names.js";
import type { Frame, Scope } from "./scope.js";
import type { Value } from "./values.js";

/**
 * What a module binds under one test at its top level, and what where that does not hold:
 * `if MODE == "redis": store = RemoteStore()`, `else: store = {}`.
 */
interface Guard {
  /** The steps that are not run where the test holds, and those where it does not. */
  readonly without: { readonly true: Set<Step>; readonly false: Set<Step> };
  readonly names: Set<string>;
  /** What is known of the names where it holds, and where it does not; undefined while that is being found out. */
  readonly values: Map<string, Value | undefined>;
}

/** The guards of one module by their tests. */
export type Guards = ReadonlyMap<string, Guard>;

/** A test as far as others are the same: `MODE != "redis"` is `MODE == "redis"` where it does not hold. */
interface Told {
  readonly key: string;
  readonly isTrue: boolean;
  readonly names: readonly string[];
}

/**
 * What names of a module are where a function has asked the same test as the module itself when it bound them.
 *
 * @param frame - of the function
 * @param isTrue - whether the test holds
 */
export function guarded(
  m: Machine,
  { fn, own, outer }: Frame,
  test: Expr,
  isTrue: boolean,
): (readonly [string, Value])[] {
  const { file } = fn.home;
  const guards = guardsOf(m, file);
  const told = guards.size > 0 ? answerOf(test) : undefined;
  const guard = told && guards.get(told.key);
  if (!guard || !told.names.every((name) => isOfModule(own, outer, name))) return [];
  const holds = told.isTrue === isTrue;
  return mentioned(fn.fn, guard).flatMap((name) => {
    const value = isOfModule(own, outer, name) ? valueOf(m, file, guard, name, holds) : undefined;
    return value ? [[name, value] as const] : [];
  });
}

function valueOf(m: Machine, file: string, guard: Guard, name: string, holds: boolean): Value | undefined {
  const key = `${name} ${holds}`;
  if (guard.values.has(key)) return guard.values.get(key);
  guard.values.set(key, undefined);
  const isFixed = (m.code.file(file)?.writers(name) ?? []).length === 0;
  const value = isFixed ? moduleValueWithout(m, file, name, guard.without[`${holds}`]) : undefined;
  guard.values.set(key, value);
  return value;
}

/** Whether a name in a function is one of its module. */
export function isOfModule(own: ReadonlySet<string>, outer: Scope, name: string): boolean {
  if (own.has(name)) return false;
  if (outer.t === "frame") return isOfModule(outer.own, outer.outer, name);
  return outer.t === "module" || isOfModule(new Set(), outer.outer, name);
}

function guardsOf(m: Machine, file: string): Guards {
  let guards = m.guards.get(file);
  if (!guards) m.guards.set(file, (guards = readGuards(m, file)));
  return guards;
}

function readGuards(m: Machine, file: string): Guards {
  const guards = new Map<string, Guard>();
  const source = m.code.file(file);
  for (const [i, { name, range }] of source?.statements.entries() ?? []) {
    if (!source || name !== undefined || !/^if\b/.test(source.text.slice(...range))) continue;
    for (const step of source.facts(i).steps) {
      const told = step.k === "if" ? answerOf(step.test) : undefined;
      if (step.k !== "if" || !told) continue;
      // What only a checker of types reads is bound for it alone.
      if (told.key === "TYPE_CHECKING") continue;
      // Whose answer is the same for as long as the program runs.
      const isFixed = told.names.every((one) => {
        const bindings = source.bindings(one);
        return bindings.length > 0 && bindings.every(({ base }) => base < range[0]) && source.writers(one).length === 0; // prettier-ignore
      });
      if (!isFixed) continue;
      let guard = guards.get(told.key);
      if (!guard) {
        const without = { true: new Set<Step>(), false: new Set<Step>() };
        guards.set(told.key, (guard = { without, names: new Set(), values: new Map() }));
      }
      for (const [steps, holds] of [
        [step.a, true],
        [step.b, false],
      ] as const)
        // prettier-ignore
        for (const [bound, inner] of boundIn(steps)) {
          guard.names.add(bound);
          guard.without[`${holds !== told.isTrue}`].add(inner);
        }
    }
  }
  return guards;
}

const OPPOSITES: Readonly<Record<string, string>> = { "!=": "==", "is not": "is", "not in": "in" };

const known = new WeakMap<Expr, Told | { key: "" }>();

/** A test of nothing but names and constants; undefined for any other. */
function answerOf(test: Expr): Told | undefined {
  let told = known.get(test);
  if (!told) known.set(test, (told = read(test) ?? { key: "" }));
  return told.key === "" ? undefined : (told as Told);
}

function read(test: Expr): Told | undefined {
  switch (test.k) {
    case "name":
      return { key: test.id, isTrue: true, names: [test.id] };
    case "not": {
      const of = read(test.of);
      return of && { ...of, isTrue: !of.isTrue };
    }
    case "op": {
      const [a, b] = [term(test.a), term(test.b)];
      if (!a || !b) return undefined;
      const op = OPPOSITES[test.op] ?? test.op;
      return { key: `${a.key} ${op} ${b.key}`, isTrue: op === test.op, names: [...a.names, ...b.names] };
    }
    case "any": {
      const [a, b] = test.items.map(read);
      return a && b && { key: `(${side(a)} ${test.op} ${side(b)})`, isTrue: true, names: [...a.names, ...b.names] }; // prettier-ignore
    }
    default:
      return undefined;
  }
}

const side = ({ key, isTrue }: Told): string => (isTrue ? key : `not ${key}`);

function term(e: Expr): { key: string; names: readonly string[] } | undefined {
  if (e.k === "name") return { key: e.id, names: [e.id] };
  if (e.k === "str" && e.v !== CUT) return { key: JSON.stringify(e.v), names: [] };
  if (e.k === "data" && e.v !== undefined && !e.of) return { key: e.v, names: [] };
  if (e.k !== "tuple" && e.k !== "list") return undefined;
  const items = e.items.map(term);
  if (items.some((item) => !item)) return undefined;
  return { key: `(${items.map((item) => item?.key).join()})`, names: items.flatMap((item) => item?.names ?? []) }; // prettier-ignore
}

const mentions = new WeakMap<FunctionFacts, Map<Guard, readonly string[]>>();

/** The names of a guard that a function's text holds. */
function mentioned(fn: FunctionFacts, guard: Guard): readonly string[] {
  let byGuard = mentions.get(fn);
  if (!byGuard) mentions.set(fn, (byGuard = new Map<Guard, readonly string[]>()));
  let names = byGuard.get(guard);
  if (!names) {
    names = [...guard.names].filter((name) => fn.mayHold(new RegExp(String.raw`\b${name}\b`)));
    byGuard.set(guard, names);
  }
  return names;
}
