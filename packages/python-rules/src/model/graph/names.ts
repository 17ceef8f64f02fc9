import type { Expr, FunctionFacts, Step } from "../facts/types.js";
import { boundName, type Binding } from "../project/source-file.js";
import { annotated } from "./annotations.js";
import { classMember } from "./classes.js";
import { decorated } from "./decorators.js";
import { contextIn, evaluate, type Context } from "./evaluate.js";
import { filledWith, isUnfilled, putInto } from "./fills.js";
import { destructured } from "./flow.js";
import type { Machine } from "./machine.js";
import { entered, iterated } from "./protocols.js";
import type { Scope } from "./scope.js";
import { isTelling, type ClassAtom, type Home, type Value } from "./values.js";

/** What a name means in a scope, as far as it is bound there or around it. */
export function lookup(m: Machine, scope: Scope, name: string): Value {
  switch (scope.t) {
    case "frame": {
      const known = scope.vars.get(name);
      if (known) return known;
      return scope.own.has(name) ? m.values.unknown : lookup(m, scope.outer, name);
    }
    case "class": {
      const own = classMember(m, scope.cls, name);
      return own ?? lookup(m, scope.outer, name);
    }
    case "module": {
      const file = scope.file;
      return moduleValue(m, file, name) ?? m.values.name(name);
    }
  }
}

/** What a name at the top level of a file means; undefined where nothing binds it. */
export function moduleValue(m: Machine, file: string, name: string): Value | undefined {
  let values = m.moduleValues.get(file);
  if (!values) m.moduleValues.set(file, (values = new Map<string, Value>()));
  const known = values.get(name);
  if (known) return known === m.values.none ? undefined : known;
  // What is being found out has no value yet, so that circles end.
  values.set(name, m.values.unknown);
  const found = bound(m, file, name) ?? starred(m, file, name);
  values.set(name, found ?? m.values.none);
  return found;
}

function bound(m: Machine, file: string, name: string): Value | undefined {
  return boundBy(m, file, name, m.code.file(file)?.bindings(name) ?? []);
}

/** What a name at the top level of a file means where some of what binds it is not run; undefined where that tells nothing. */
export function moduleValueWithout(
  m: Machine,
  file: string,
  name: string,
  without: ReadonlySet<Step>,
): Value | undefined {
  const bindings = m.code.file(file)?.bindings(name) ?? [];
  const rest = bindings.filter(({ step }) => !without.has(step));
  return rest.length < bindings.length ? boundBy(m, file, name, rest) : undefined;
}

function boundBy(m: Machine, file: string, name: string, bindings: readonly Binding[]): Value | undefined {
  const last = bindings.findLastIndex(({ isConditional }) => !isConditional);
  const live = last < 0 ? bindings : bindings.slice(last);
  if (live.length === 0) return undefined;
  const values = live.map((binding) => bindingValue(m, file, binding, name));
  if (values.every((value) => isUnfilled(m, value))) return filledWith(m, m.values.union(...values), contentsOf(m, file, name)); // prettier-ignore
  // A variable that is only made ready at the top is set by whoever is first to need it.
  const isDeclared = (value: Value, i: number) => isUnset(live[i]!) && mayBeBelow(m, value);
  const isBlank = values.every(
    (value, i) => isDeclared(value, i) || value.atoms.every(({ t }) => t === "data" || t === "unknown"),
  );
  const written = isBlank
    ? (m.code.file(file)?.writers(name) ?? []).flatMap((writer) => writtenBy(m, file, writer, name))
    : [];
  // What is set is better known than what is declared: an object of a class below an interface.
  const told = values.some(isDeclared) ? written.filter(({ atoms }) => atoms.some(isTelling)) : [];
  return told.length > 0 ? m.values.union(...told) : m.values.union(...values, ...written);
}

/** `database: Database = None`, which only declares a variable. */
function isUnset({ step }: Binding): boolean {
  return (
    step.k === "set" && step.as !== undefined && (!step.e || (step.e.k === "data" && step.e.v === "None"))
  );
}

/** Whether an object may be of a class below the one that is declared. */
function mayBeBelow(m: Machine, { atoms }: Value): boolean {
  return atoms.some((atom) => atom.t === "object" && m.code.derivedFrom(atom.cls.cls.name).length > 0);
}

function starred(m: Machine, file: string, name: string): Value | undefined {
  if (name.startsWith("_")) return undefined;
  for (const step of m.code.file(file)?.stars ?? []) {
    const module = moduleOf(m, file, step);
    const from = module === undefined ? undefined : m.code.modules.fileOf(module);
    const found = from === undefined || from === file ? undefined : exported(m, from, name);
    if (found) return found;
  }
  return undefined;
}

/** What `from … import *` takes under a name: all that `__all__` lists, where it is a list. */
function exported(m: Machine, file: string, name: string): Value | undefined {
  const all = m.code.file(file)?.bindings("__all__").at(-1)?.step;
  const list = all?.k === "set" ? all.e : undefined;
  if (list?.k === "list" || list?.k === "tuple") {
    if (!list.items.some((item) => item.k === "str" && item.v === name)) return undefined;
  }
  return moduleValue(m, file, name);
}

function bindingValue(m: Machine, file: string, { step, base }: Binding, name: string): Value {
  return stepValue(m, step, name, contextIn(m, { file, base, scope: { t: "module", file } }));
}

/** What a step binds a name to. */
export function stepValue(m: Machine, step: Step, name: string, context: Context): Value {
  const { file, base, scope } = context;
  const home: Home = { file, base, scope };
  switch (step.k) {
    case "def":
      return decorated(m, m.functionAtom(step.fn, home), context);
    case "class":
      return m.values.of(classAtom(m, step, home));
    case "import":
    case "from":
      return imported(m, file, step, name);
    case "set": {
      const value = step.as ? annotated(step.as, context) : undefined;
      const isTyped = value && value !== m.values.unknown;
      if (!step.e) return value ?? m.values.unknown;
      const given = evaluate(step.e, context);
      const found = step.to.map((to) => destructured(m, to, given, name)).find((one) => one !== undefined);
      return isTyped && found?.atoms.some(isTelling) !== true ? value : (found ?? m.values.unknown);
    }
    case "for":
      return (
        destructured(m, step.to, iterated(m, evaluate(step.of, context), siteAt(context)), name) ??
        m.values.unknown
      );
    case "with":
      return step.to
        ? (destructured(
            m,
            step.to,
            entered(m, evaluate(step.of, context), siteAt(context), step.async),
            name,
          ) ?? m.values.unknown)
        : m.values.unknown;
    default:
      return m.values.unknown;
  }
}

function siteAt({ m, file, base }: Context) {
  return m.aside({ file, range: [base, base] });
}

export function classAtom(m: Machine, { cls }: Step & { k: "class" }, home: Home): ClassAtom {
  if (home.scope.t === "frame") home.scope.isCaptured = true;
  const where = home.scope.t === "frame" ? `#${home.scope.id}` : "";
  const key = `c${m.values.idOf(cls)}@${home.base}${where}`;
  return m.values.of({ t: "class", key, cls, home }).atoms[0] as ClassAtom;
}

/** What an import binds a name to. */
export function imported(
  m: Machine,
  file: string,
  step: Step & { k: "import" | "from" },
  name: string,
): Value {
  if (step.k === "import") {
    const dotted = step.as === undefined ? step.module.split(".", 1)[0]! : step.module;
    const module = m.code.modules.absolute(file, dotted);
    return module === undefined ? external(m, dotted) : m.values.of(moduleAtom(module));
  }
  const one = step.names.find((each) => boundName(each) === name);
  if (!one) return m.values.unknown;
  const module = moduleOf(m, file, step);
  if (module !== undefined) {
    const found = moduleMember(m, module, one.name);
    if (found) return found;
    return isNamesake(m, file, step, module) ? external(m, `${step.module}.${one.name}`) : m.values.unknown;
  }
  return step.level > 0 ? m.values.unknown : external(m, `${step.module}.${one.name}`);
}

/** Whether a module only has the name of another distribution's, which is meant: it lies beside the file, and lacks what is imported. */
function isNamesake(
  m: Machine,
  file: string,
  { module, level }: Step & { k: "from" },
  found: string,
): boolean {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const own = m.code.modules.fileOf(found);
  return level === 0 && found === `${folder}${module}` && own !== undefined && !m.code.file(own)?.text.includes("__getattr__"); // prettier-ignore
}

/** The module of the project that `from … import` takes names from. */
export function moduleOf(
  m: Machine,
  file: string,
  { module, level }: Step & { k: "from" },
): string | undefined {
  const { modules } = m.code;
  if (level === 0) return modules.absolute(file, module);
  let at = modules.relative(file, level);
  for (const part of module === "" ? [] : module.split("."))
    at = at === undefined ? undefined : modules.below(at, part);
  return at;
}

/** A name of a module, or a module below it. */
export function moduleMember(m: Machine, module: string, name: string): Value | undefined {
  const file = m.code.modules.fileOf(module);
  const own = file === undefined ? undefined : moduleValue(m, file, name);
  if (own && own !== m.values.unknown) return own;
  // A package that imports the module below it under its own name: `from package import module` in `package/__init__.py`.
  const below = m.code.modules.below(module, name);
  return below === undefined ? own : m.values.of(moduleAtom(below));
}

function moduleAtom(module: string) {
  return { t: "module", key: `m ${module}`, module } as const;
}

/** `builtins.open` is `open`. */
export function external(m: Machine, dotted: string): Value {
  return m.values.name(dotted.startsWith("builtins.") ? dotted.slice("builtins.".length) : dotted);
}

/** What functions of a module set a global name to. */
function writtenBy(m: Machine, file: string, { step, base }: Binding, name: string): Value[] {
  const scope: Scope = { t: "module", file };
  const home: Home = { file, base, scope };
  if (step.k === "def") {
    if (!step.fn.outer.includes(name)) return [];
    const node = m.run(m.node(m.functionAtom(step.fn, home)));
    const value = node.frame.vars.get(name);
    return value ? [value] : [];
  }
  if (step.k !== "class") return [];
  const owner = classAtom(m, step, home);
  return step.cls.body.flatMap((inner) => {
    if (inner.k !== "def" || !inner.fn.outer.includes(name)) return [];
    const value = m.run(m.node(m.functionAtom(inner.fn, home, owner))).frame.vars.get(name);
    return value ? [value] : [];
  });
}

/** What functions of a module put into a list or a dictionary at its top level. */
function contentsOf(m: Machine, file: string, name: string): Value {
  const fillers = (m.code.file(file)?.fillers(name) ?? []).flatMap(({ step, base }) => {
    const home: Home = { file, base, scope: { t: "module", file } };
    const of = (fn: FunctionFacts, owner?: ClassAtom) =>
      fn.fills(name) && !fn.own.has(name) ? [{ fn: m.functionAtom(fn, home, owner), path: name }] : [];
    if (step.k === "def") return of(step.fn);
    if (step.k !== "class") return [];
    const owner = classAtom(m, step, home);
    return step.cls.body.flatMap((inner) => (inner.k === "def" ? of(inner.fn, owner) : []));
  });
  return putInto(m, fillers);
}

/** The text of a callee, for a reader. */
export function shown(e: Expr): string {
  switch (e.k) {
    case "name":
      return e.id;
    case "attr":
      return `${shown(e.of)}.${e.id}`;
    case "call":
      return `${shown(e.of)}()`;
    case "item":
      return `${shown(e.of)}[]`;
    case "await":
      return shown(e.of);
    default:
      return "…";
  }
}
