import type { ClassFacts, Expr, FunctionFacts, Step } from "../facts/types.js";
import { annotated } from "./annotations.js";
import { definitionContext, tuple } from "./bind.js";
import { decorated, descriptorOf } from "./decorators.js";
import { contextIn, evaluate } from "./evaluate.js";
import { filledWith, isUnfilled, putInto } from "./fills.js";
import type { ClassKnowledge, Machine } from "./machine.js";
import { classAtom, stepValue } from "./names.js";
import { isLeftOut } from "./truth.js";
import {
  isTelling,
  type Args,
  type ClassAtom,
  type FunctionAtom,
  type ObjectAtom,
  type Value,
} from "./values.js";

/** What a class inherits from, itself first; names of other distributions among them. */
export type Ancestor = ClassAtom | { readonly t: "name"; readonly name: string };

const MAX_ANCESTORS = 64;
/** Depth first, a shared ancestor after all that inherit from it: Python's own order for every hierarchy it accepts. */
export function ancestors(m: Machine, cls: ClassAtom): readonly Ancestor[] {
  const known = knownOf(m, cls);
  let order = known.ancestors;
  if (!order) {
    known.ancestors = [cls];
    const keyOf = (one: Ancestor) => (one.t === "class" ? one.key : one.name);
    const all = [
      cls,
      ...basesOf(m, cls).flatMap((base) => (base.t === "class" ? ancestors(m, base) : [base])),
    ];
    order = all.filter((one, i) => all.findLastIndex((other) => keyOf(other) === keyOf(one)) === i).slice(0, MAX_ANCESTORS); // prettier-ignore
    known.ancestors = order;
  }
  return order;
}

function knownOf(m: Machine, cls: ClassAtom): ClassKnowledge {
  let known = m.classes.get(cls);
  if (!known)
    m.classes.set(cls, (known = { members: new Map<string, Value>(), fields: new Map<string, Value>() }));
  return known;
}

function basesOf(m: Machine, { cls, home }: ClassAtom): Ancestor[] {
  const context = contextIn(m, home);
  return cls.bases
    .filter(({ name, star }) => name === undefined && star === undefined)
    .flatMap(({ e }): Ancestor[] => {
      const of = e.k === "item" || e.k === "call" ? e.of : e;
      const [atom] = evaluate(of, context).atoms;
      // `class Point(NamedTuple("Point", …))`.
      if (e.k === "call") return atom?.t === "name" && MAKES_TUPLE.test(atom.name) ? [{ t: "name", name: "typing.NamedTuple" }] : []; // prettier-ignore
      return atom?.t === "class" || atom?.t === "name" ? [atom] : [];
    });
}

const MAKES_TUPLE = /^(?:typing(?:_extensions)?\.NamedTuple|collections\.namedtuple)$/;

const flat = new WeakMap<ClassFacts, readonly Step[]>();

/** The steps of a class body, those below `if` and `try` among them. */
function bodyOf(cls: ClassFacts): readonly Step[] {
  let steps = flat.get(cls);
  if (!steps) flat.set(cls, (steps = stepsIn(cls.body)));
  return steps;
}

const members = new WeakMap<ClassFacts, ReadonlyMap<string, Step>>();

/** The step of a class body that binds a name; the last one counts. */
function memberStep(cls: ClassFacts, name: string): Step | undefined {
  let steps = members.get(cls);
  if (!steps) {
    const found = new Map<string, Step>();
    for (const step of bodyOf(cls)) for (const bound of namesOf(step)) found.set(bound, step);
    members.set(cls, (steps = found));
  }
  return steps.get(name);
}

function namesOf(step: Step): string[] {
  if (step.k === "def") return step.fn.decorators.some((one) => one.k === "attr" && /^(?:setter|deleter)$/.test(one.id)) ? [] : [step.fn.name]; // prettier-ignore
  if (step.k === "class") return [step.cls.name];
  return step.k === "set" ? step.to.flatMap((to) => (to.k === "name" ? [to.id] : [])) : [];
}

function stepsIn(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => {
    if (step.k === "if") return [...stepsIn(step.a), ...stepsIn(step.b)];
    if (step.k === "try")
      return [...stepsIn(step.body), ...step.handlers.flatMap(({ body }) => stepsIn(body))];
    return [step];
  });
}

const setters = new WeakMap<ClassFacts, ReadonlyMap<string, readonly FunctionFacts[]>>();

/** The functions of a class body that may set an attribute of their object, told by the words they hold. */
function settersOf(cls: ClassFacts, name: string): readonly FunctionFacts[] {
  let known = setters.get(cls);
  if (!known) {
    const found = new Map<string, FunctionFacts[]>();
    for (const step of bodyOf(cls)) {
      if (step.k !== "def") continue;
      for (const word of step.fn.mayEverSet()) {
        const list = found.get(word);
        if (list) list.push(step.fn);
        else found.set(word, [step.fn]);
      }
    }
    setters.set(cls, (known = found));
  }
  return known.get(name) ?? [];
}

function methodAtom(m: Machine, cls: ClassAtom, fn: FunctionFacts): FunctionAtom {
  return m.functionAtom(fn, cls.home, cls);
}

/** A name in the body of one class, unbound; undefined where the body does not bind it. */
export function classMember(m: Machine, cls: ClassAtom, name: string): Value | undefined {
  const { members: values } = knownOf(m, cls);
  const known = values.get(name);
  if (known) return known === m.values.none ? undefined : known;
  const step = memberStep(cls.cls, name);
  if (!step) {
    values.set(name, m.values.none);
    return undefined;
  }
  values.set(name, m.values.unknown);
  const { home } = cls;
  const context = contextIn(m, { ...home, scope: { t: "class", cls, outer: home.scope } });
  const value =
    step.k === "def"
      ? decorated(m, methodAtom(m, cls, step.fn), { ...context, scope: home.scope })
      : step.k === "class"
        ? m.values.of(classAtom(m, step, home))
        : stepValue(m, step, name, context);
  values.set(name, value);
  return value;
}

/** A name along the ancestors of a class, with the ancestor that has it. */
export function inherited(
  m: Machine,
  order: readonly Ancestor[],
  name: string,
): { value: Value; from: ClassAtom } | { external: string } | undefined {
  for (let i = 0; i < order.length; i++) {
    const ancestor = order[i]!;
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

/** Whether a class inherits from one that the project does not hold, which may call its methods. */
export function hasForeignBase(m: Machine, cls: ClassAtom): boolean {
  return ancestors(m, cls).some((one) =>
    one.t === "name"
      ? !IGNORED_BASES.test(one.name)
      : basesOf(m, one).length < one.cls.bases.filter(({ name }) => name === undefined).length,
  );
}

/** Whether a class lists its objects as names in its body. */
export function isEnumeration(m: Machine, cls: ClassAtom): boolean {
  return (knownOf(m, cls).isEnumeration ??= ancestors(m, cls).some(
    (one) => one.t === "name" && /^enum\.(?:\w*Enum|\w*Flag)$/.test(one.name),
  ));
}

/** How a method is looked up on its class. */
export function kindOf(m: Machine, method: FunctionAtom): "property" | "static" | "class" | undefined {
  return (method.def.kind ??= { is: descriptorOf(m, method, definitionContext(m, method)) }).is;
}

/** What the methods of an object's class set an attribute to; undefined where none does. */
export function instanceAttribute(m: Machine, object: ObjectAtom, name: string): Value | undefined {
  const self = m.values.of(object);
  let values = m.objectValues.get(self);
  if (!values) m.objectValues.set(self, (values = new Map<string, Value>()));
  const known = values.get(name);
  if (known) return known === m.values.none ? undefined : known;
  const running = m.pending;
  const key = `${self.id} ${name}`;
  if (running.has(key)) return undefined;
  running.add(key);
  const { found, isWhole } = attributeValues(m, object, name);
  running.delete(key);
  const value = found.length > 0 ? m.values.union(...found) : m.values.none;
  const isOpen = !isWhole || (found.length === 0 && running.size > 0);
  // Where a circle was cut, the outermost question has the whole answer.
  if (!isOpen) values.set(name, value);
  return found.length > 0 ? value : undefined;
}

/** `isWhole` where nothing that sets it is still running: a property that sets what it gives asks for it first. */
function attributeValues(
  m: Machine,
  object: ObjectAtom,
  name: string,
): { found: readonly Value[]; isWhole: boolean } {
  const self = m.values.of(object);
  const found: Value[] = [];
  let isWhole = true;
  const order = ancestors(m, object.cls);
  const maker = object.args && inherited(m, order, "__init__");
  /** Whether the object was made without it: whether another method sets it before it is used is not known. */
  let isLater = false;
  for (const ancestor of order) {
    if (ancestor.t !== "class") continue;
    for (const fn of settersOf(ancestor.cls, name)) {
      if (!fn.sets.includes(name)) continue;
      const method = methodAtom(m, ancestor, fn);
      const isConstructor = fn.name === "__init__" || fn.name === "__new__";
      const node = m.run(m.node(m.bound(method, self), isConstructor ? object.args : undefined));
      isWhole &&= node.isDone;
      const value = node.sets?.get(name);
      if (!value) continue;
      found.push(value);
      const isMade = fn.name === "__init__" && maker && "from" in maker && maker.from === ancestor;
      if (isMade && value.atoms.every(isLeftOut)) isLater = true;
    }
    // A constructor hides the one it inherits only where it does not call it; what that sets is set all the same.
  }
  const telling = found.filter((value) => value.atoms.some(isTelling));
  const blank = telling.length === 0 ? found.find((value) => isUnfilled(m, value)) : undefined;
  const contents = blank && contentsOf(m, object.cls, name);
  if (blank) return { found: [filledWith(m, blank, contents ?? m.values.none)], isWhole: isWhole && contents !== undefined }; // prettier-ignore
  if (telling.length === 0) return { found, isWhole };
  const told = telling.map((value) => m.values.filter(value, ({ t }) => t !== "unknown"));
  return { found: isLater ? [...told, m.values.hidden] : told, isWhole };
}

/** What methods of a class put into a list or a dictionary that its objects have; undefined while that is being found out. */
function contentsOf(m: Machine, cls: ClassAtom, name: string): Value | undefined {
  const key = `${cls.key} ${name}`;
  if (m.contents.has(key)) return m.contents.get(key);
  if (m.isDeep) return undefined;
  // A method that asks for what it adds to has no answer.
  m.contents.set(key, undefined);
  const self = m.values.object(cls);
  const fillers = ancestors(m, cls).flatMap((ancestor) =>
    ancestor.t !== "class"
      ? []
      : bodyOf(ancestor.cls).flatMap((step) => {
          const path = step.k === "def" ? `${step.fn.params[0]?.name ?? ""}.${name}` : "";
          if (step.k !== "def" || !step.fn.fills(path)) return [];
          return [{ fn: m.bound(methodAtom(m, ancestor, step.fn), self), path }];
        }),
  );
  const value = putInto(m, fillers);
  m.contents.set(key, value);
  return value;
}

/** The fields of a dataclass or model in the order its constructor takes them. */
export function fieldValue(m: Machine, object: ObjectAtom, name: string): Value | undefined {
  const { args } = object;
  for (const ancestor of ancestors(m, object.cls)) {
    if (ancestor.t !== "class") continue;
    const field = fieldsOf(ancestor.cls).get(name);
    if (!field) continue;
    const given = args?.named.get(name) ?? args?.at[field.i];
    if (given?.atoms.some(isTelling) === true) return given;
    if (!given && field.isEmpty && args?.isOpen === false) return tuple(m, []);
    return declaredField(m, ancestor, name, field.type);
  }
  return undefined;
}

/** What the annotation of a field says of it. */
function declaredField(m: Machine, cls: ClassAtom, name: string, type: Expr): Value {
  const { fields: known } = knownOf(m, cls);
  let value = known.get(name);
  if (!value) {
    const { home } = cls;
    value = annotated(type, contextIn(m, { ...home, scope: { t: "class", cls, outer: home.scope } }));
    // What is not known may still be being found out.
    if (m.values.isKnown(value)) known.set(name, value);
  }
  return value;
}

/** An annotated name of a class body: the how manieth it is, and whether it is `()` unless something is given. */
interface Field {
  readonly i: number;
  readonly type: Expr;
  readonly isEmpty: boolean;
}

const fields = new WeakMap<ClassFacts, ReadonlyMap<string, Field>>();

function fieldsOf(cls: ClassFacts): ReadonlyMap<string, Field> {
  let known = fields.get(cls);
  if (!known) {
    const found = new Map<string, Field>();
    let i = 0;
    for (const step of cls.body) {
      if (step.k !== "set" || !step.as || step.to[0]?.k !== "name") continue;
      const isEmpty = step.e?.k === "tuple" && step.e.items.length === 0;
      if (!found.has(step.to[0].id)) found.set(step.to[0].id, { i, type: step.as, isEmpty });
      i++;
    }
    fields.set(cls, (known = found));
  }
  return known;
}

/** Whether a dataclass or model is made without something for a field that is `()` then. */
export function leavesEmpty(m: Machine, cls: ClassAtom, { at, named, isOpen }: Args): boolean {
  if (isOpen) return false;
  const order = ancestors(m, cls);
  const isEmpty = order.some(
    (one) =>
      one.t === "class" &&
      [...fieldsOf(one.cls)].some(
        ([name, field]) => field.isEmpty && !named.has(name) && at.length <= field.i,
      ),
  );
  return isEmpty && !inherited(m, order, "__init__");
}
