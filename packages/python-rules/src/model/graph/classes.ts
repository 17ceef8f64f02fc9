import type { ClassFacts, FunctionFacts, Step } from "../facts/types.js";
import { annotated } from "./annotations.js";
import { definitionContext } from "./bind.js";
import { decorated, descriptorOf } from "./decorators.js";
import { evaluate, type Context } from "./evaluate.js";
import type { Machine } from "./machine.js";
import { classAtom, stepValue } from "./names.js";
import {
  isTelling,
  type ClassAtom,
  type FunctionAtom,
  type Home,
  type ObjectAtom,
  type Value,
} from "./values.js";

/** What a class inherits from, itself first; names of other distributions among them. */
export type Ancestor = ClassAtom | { readonly t: "name"; readonly name: string };

const MAX_ANCESTORS = 64;
const orders = new WeakMap<Machine, Map<string, readonly Ancestor[]>>();

/** Depth first, a shared ancestor after all that inherit from it: Python's own order for every hierarchy it accepts. */
export function ancestors(m: Machine, cls: ClassAtom): readonly Ancestor[] {
  let known = orders.get(m);
  if (!known) orders.set(m, (known = new Map<string, readonly Ancestor[]>()));
  let order = known.get(cls.key);
  if (!order) {
    known.set(cls.key, [cls]);
    const keyOf = (one: Ancestor) => (one.t === "class" ? one.key : one.name);
    const all = [
      cls,
      ...basesOf(m, cls).flatMap((base) => (base.t === "class" ? ancestors(m, base) : [base])),
    ];
    order = all.filter((one, i) => all.findLastIndex((other) => keyOf(other) === keyOf(one)) === i).slice(0, MAX_ANCESTORS); // prettier-ignore
    known.set(cls.key, order);
  }
  return order;
}

function basesOf(m: Machine, { cls, home }: ClassAtom): Ancestor[] {
  const context: Context = {
    m,
    scope: home.scope,
    file: home.file,
    base: home.base,
    edges: [],
    isConditional: false,
  };
  return cls.bases
    .filter(({ name, star }) => name === undefined && star === undefined)
    .flatMap(({ e }): Ancestor[] => {
      const of = e.k === "item" ? e.of : e;
      const [atom] = evaluate(of, context).atoms;
      return atom?.t === "class" || atom?.t === "name" ? [atom] : [];
    });
}

const flat = new WeakMap<ClassFacts, readonly Step[]>();

/** The steps of a class body, those below `if` and `try` among them. */
function bodyOf(cls: ClassFacts): readonly Step[] {
  let steps = flat.get(cls);
  if (!steps) flat.set(cls, (steps = stepsIn(cls.body)));
  return steps;
}

/** The step of a class body that binds a name; the last one counts. */
function memberStep(cls: ClassFacts, name: string): Step | undefined {
  return bodyOf(cls).findLast((step) => {
    if (step.k === "def") return step.fn.name === name && !step.fn.decorators.some((one) => one.k === "attr" && /^(?:setter|deleter)$/.test(one.id)); // prettier-ignore
    if (step.k === "class") return step.cls.name === name;
    return step.k === "set" && step.to.some((to) => to.k === "name" && to.id === name);
  });
}

function stepsIn(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => {
    if (step.k === "if") return [...stepsIn(step.a), ...stepsIn(step.b)];
    if (step.k === "try")
      return [...stepsIn(step.body), ...step.handlers.flatMap(({ body }) => stepsIn(body))];
    return [step];
  });
}

const methods = new WeakMap<Machine, Map<string, readonly FunctionAtom[]>>();

/** The functions of a class body with their atoms. */
export function methodsOf(m: Machine, cls: ClassAtom): readonly FunctionAtom[] {
  let known = methods.get(m);
  if (!known) methods.set(m, (known = new Map<string, readonly FunctionAtom[]>()));
  let found = known.get(cls.key);
  if (!found) {
    found = bodyOf(cls.cls).flatMap((step) => (step.k === "def" ? [methodAtom(m, cls, step.fn)] : []));
    known.set(cls.key, found);
  }
  return found;
}

function methodAtom(m: Machine, cls: ClassAtom, fn: FunctionFacts): FunctionAtom {
  return m.functionAtom(fn, cls.home, cls);
}

/** A name in the body of one class, unbound; undefined where the body does not bind it. */
export function classMember(m: Machine, cls: ClassAtom, name: string): Value | undefined {
  const key = `${cls.key}\0${name}`;
  const known = m.memberValues.get(key);
  if (known) return known === m.values.none ? undefined : known;
  const step = memberStep(cls.cls, name);
  if (!step) {
    m.memberValues.set(key, m.values.none);
    return undefined;
  }
  m.memberValues.set(key, m.values.unknown);
  const { home } = cls;
  const scope = { t: "class", cls, outer: home.scope } as const;
  const context: Context = { m, scope, file: home.file, base: home.base, edges: [], isConditional: false };
  const value =
    step.k === "def"
      ? decorated(m, methodAtom(m, cls, step.fn), { ...context, scope: home.scope })
      : step.k === "class"
        ? m.values.of(classAtom(m, step, innerHome(cls)))
        : stepValue(m, step, name, context);
  m.memberValues.set(key, value);
  return value;
}

function innerHome({ home }: ClassAtom): Home {
  return home;
}

/** A name along the ancestors of a class, with the ancestor that has it. */
export function inherited(
  m: Machine,
  order: readonly Ancestor[],
  name: string,
): { value: Value; from: ClassAtom } | { external: string } | undefined {
  for (const ancestor of order) {
    if (ancestor.t === "class") {
      const value = classMember(m, ancestor, name);
      if (value) return { value, from: ancestor };
    } else if (!IGNORED_BASES.test(ancestor.name)) return { external: ancestor.name };
  }
  return undefined;
}

/** They have no attributes of their own that anybody calls. */
const IGNORED_BASES =
  /^(?:object|abc\.ABC|typing\.(?:Generic|Protocol|NamedTuple|TypedDict)|typing_extensions\.\w+|enum\.\w+|str|int|float|dict|list|tuple|Exception|BaseException|pydantic\.BaseModel|pydantic_settings\.BaseSettings)$/;

/** How a method is looked up on its class. */
export function kindOf(m: Machine, method: FunctionAtom): "property" | "static" | "class" | undefined {
  return descriptorOf(m, method, definitionContext(m, method));
}

const pending = new WeakMap<Machine, Set<string>>();

/** What the methods of an object's class set an attribute to; undefined where none does. */
export function instanceAttribute(m: Machine, object: ObjectAtom, name: string): Value | undefined {
  const key = `${object.key}\0.${name}`;
  const known = m.memberValues.get(key);
  if (known) return known === m.values.none ? undefined : known;
  let running = pending.get(m);
  if (!running) pending.set(m, (running = new Set<string>()));
  if (running.has(key)) return undefined;
  running.add(key);
  const found = attributeValues(m, object, name);
  running.delete(key);
  const value = found.length > 0 ? m.values.union(...found) : m.values.none;
  const isOpen = found.length === 0 && running.size > 0;
  // Where a circle was cut, the outermost question has the whole answer.
  if (!isOpen) m.memberValues.set(key, value);
  return found.length > 0 ? value : undefined;
}

function attributeValues(m: Machine, object: ObjectAtom, name: string): Value[] {
  const self = m.values.of(object);
  const found: Value[] = [];
  for (const ancestor of ancestors(m, object.cls)) {
    if (ancestor.t !== "class") continue;
    for (const method of methodsOf(m, ancestor)) {
      if (!method.fn.sets?.includes(name)) continue;
      const isConstructor = method.fn.name === "__init__" || method.fn.name === "__new__";
      const node = m.run(m.node(m.bound(method, self), isConstructor ? object.args : undefined));
      const value = node.sets.get(name);
      if (value) found.push(value);
    }
    // A constructor hides the one it inherits only where it does not call it; what that sets is set all the same.
  }
  const telling = found.filter((value) => value.atoms.some(isTelling));
  return telling.length > 0
    ? telling.map((value) => m.values.filter(value, ({ t }) => t !== "unknown"))
    : found;
}

/** The fields of a dataclass or model in the order its constructor takes them. */
export function fieldValue(m: Machine, object: ObjectAtom, name: string): Value | undefined {
  const { args } = object;
  for (const ancestor of ancestors(m, object.cls)) {
    if (ancestor.t !== "class") continue;
    const fields = ancestor.cls.body.flatMap((step) =>
      step.k === "set" && step.as && step.to[0]?.k === "name" ? [{ name: step.to[0].id, step }] : [],
    );
    const i = fields.findIndex((field) => field.name === name);
    if (i < 0) continue;
    const given = args?.named.get(name) ?? args?.at[i];
    if (given?.atoms.some(isTelling) === true) return given;
    const { home } = ancestor;
    const scope = { t: "class", cls: ancestor, outer: home.scope } as const;
    const type = fields[i]?.step.as;
    return (
      type && annotated(type, { m, scope, file: home.file, base: home.base, edges: [], isConditional: false })
    );
  }
  return undefined;
}
