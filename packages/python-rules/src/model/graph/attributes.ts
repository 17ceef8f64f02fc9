import {
  ancestors,
  classMember,
  fieldValue,
  inherited,
  instanceAttribute,
  isEnumeration,
  kindOf,
} from "./classes.js";
import { invoke } from "./call.js";
import type { Machine } from "./machine.js";
import { objectOf } from "./annotations.js";
import { Alternatives } from "./dispatch.js";
import { implementer, isAbstract } from "./implementations.js";
import { moduleMember } from "./names.js";
import { recordMember } from "./records.js";
import type { Site } from "./node.js";
import { awaited, isEmpty, iterated, NO_NAMES } from "./protocols.js";
import { listOf, tuple } from "./bind.js";
import { isTelling, type Atom, type ClassAtom, type ObjectAtom, type Value } from "./values.js";

/** What an attribute of a value is. Reading a property runs its function, which is an edge of the site. */
export function attribute(m: Machine, value: Value, name: string, site: Site): Value {
  const { atoms } = value;
  return atoms.length === 1 ? ofAtom(m, atoms[0]!, name, site) : ofOne(m, value, name, site);
}

/** Of one of several. */
function ofOne(m: Machine, value: Value, name: string, site: Site): Value {
  const alternatives = new Alternatives(site.edges);
  let all = m.values.none;
  for (const atom of value.atoms) {
    all = m.values.either(all, ofAtom(m, atom, name, site));
    alternatives.past(atom);
  }
  alternatives.end();
  return all;
}

function ofAtom(m: Machine, atom: Atom, name: string, site: Site): Value {
  const { values } = m;
  switch (atom.t) {
    case "module":
      return moduleMember(m, atom.module, name) ?? values.unknown;
    case "class":
      return ofClass(m, atom, name, site);
    case "object":
      return ofObject(m, atom, name, site);
    case "super":
      return ofSuper(m, atom, name, site);
    case "name":
      return values.name(`${atom.name}.${name}`);
    case "made":
      return values.of(m.table.attribute(atom.type, name));
    case "method": {
      const dotted = `${atom.name}.${name}`;
      return values.of({ t: "method", key: `method ${atom.type} ${dotted}`, type: atom.type, name: dotted });
    }
    case "thing":
      return values.of(m.table.attributeOf(atom, name));
    case "function":
      return name === "__wrapped__" || name === "__func__"
        ? values.of(atom)
        : values.of(m.table.thing(`${atom.fn.name}.${name}`));
    case "partial":
      return name === "func" ? atom.of : values.data;
    case "list":
      return ofList(m, atom.of, name);
    case "tuple":
      return ofList(m, values.union(...atom.items), name);
    case "dict":
      return ofDict(m, atom, name);
    case "text":
    case "data":
      return ofText(m, atom, name);
    case "generator":
      return /^(?:send|__next__)$/.test(name) ? getter(m, iterated(m, values.of(atom), site)) : values.data;
    case "coroutine":
    case "awaitable":
      return ofAwaitable(m, atom, name, site);
    default:
      return values.unknown;
  }
}

/** Methods that make one text of another. */
const RETEXTS =
  /^(?:strip|lstrip|rstrip|lower|upper|casefold|title|capitalize|replace|removeprefix|removesuffix|expandtabs|format|translate|zfill|ljust|rjust|center)$/;

/** What is made of a text that was written was written as well. `.value` is that of a member of an enumeration. */
function ofText(m: Machine, atom: Atom & { t: "text" | "data" }, name: string): Value {
  const { values } = m;
  const isWritten = atom.t === "text" || atom.constant === "word" || atom.constant === "text" || atom.begin !== undefined; // prettier-ignore
  if (!isWritten) return values.data;
  if (name === "value") return values.of(atom);
  if (atom.t === "text" && /^(?:rsplit|split|rpartition|partition)$/.test(name))
    return parts(m, atom.text, name);
  if (!RETEXTS.test(name)) return values.data;
  const word = atom.t === "text" ? atom.text : atom.word;
  if (word === undefined || !/^\w*$/.test(word)) return getter(m, values.written);
  if (name === "upper") return getter(m, values.word(word.toUpperCase()));
  return getter(m, /^(?:lower|casefold)$/.test(name) ? values.word(word.toLowerCase()) : values.written);
}

/** `"package.module.Class".rsplit(".", 1)`, or of `"package.module:Class"`: the module's name and the class's. */
function parts(m: Machine, text: string, name: string): Value {
  const { values } = m;
  const [, module, sign, own] = /^([\w.]+)([.:])(\w+)$/.exec(text) ?? [];
  const isFirst = name === "split" || name === "partition";
  if (module === undefined || own === undefined || (isFirst && sign === ".")) return values.data;
  const texts = [module, ...(name.endsWith("partition") ? [sign!] : []), own];
  return getter(m, tuple(m, texts.map((part) => values.text(part)))); // prettier-ignore
}

function getter(m: Machine, of: Value, takes = false): Value {
  return m.values.of({ t: "getter", key: `g${of.id}${takes ? "+" : ""}`, of, ...(takes ? { takes } : {}) });
}

export function ofList(m: Machine, of: Value, name: string): Value {
  if (/^(?:pop|popleft|__getitem__)$/.test(name)) return getter(m, of);
  if (/^(?:copy|union|intersection|difference)$/.test(name)) return getter(m, listOf(m, of));
  // `sort(key=…)` calls its key.
  return name === "sort" ? getter(m, m.values.data, true) : m.values.data;
}

export function ofDict(m: Machine, atom: Atom & { t: "dict" }, name: string): Value {
  if (/^(?:get|pop|setdefault|__getitem__)$/.test(name))
    return m.values.of({ t: "getter", key: `g${atom.of.id}|`, of: atom.of, takes: true, isOr: true });
  if (name === "values") return getter(m, listOf(m, atom.of));
  if (name === "items") {
    const pair = m.values.of({
      t: "tuple",
      key: `t${m.values.data.id},${atom.of.id}`,
      items: [m.values.data, atom.of],
    });
    return getter(m, listOf(m, pair));
  }
  return name === "copy" ? getter(m, m.values.of(atom)) : m.values.data;
}

function ofAwaitable(m: Machine, atom: Atom, name: string, site: Site): Value {
  if (name === "add_done_callback") return m.values.of({ t: "method", key: "method asyncio.Task add_done_callback", type: "asyncio.Task", name }); // prettier-ignore
  return name === "result" ? getter(m, awaited(m, m.values.of(atom), site)) : m.values.data;
}

function ofClass(m: Machine, cls: ClassAtom, name: string, _site: Site): Value {
  const found = inherited(m, ancestors(m, cls), name);
  if (!found)
    return recordMember(m, ancestors(m, cls), name, objectOf(m, m.values.of(cls))) ?? unlisted(m, name);
  if ("external" in found) return m.values.name(`${found.external}.${name}`);
  const { atoms } = found.value;
  // A member of an enumeration is one by its value where that is a text, else by its name.
  if (isEnumeration(m, cls) && atoms.every(({ t }) => t === "data" || t === "unknown" || t === "tuple" || t === "thing")) return m.values.word(`${cls.cls.name}.${name}`); // prettier-ignore
  return m.values.union(
    ...atoms.map((atom) => {
      const isClassMethod = atom.t === "function" && atom.owner && kindOf(m, atom) === "class";
      return m.values.of(isClassMethod ? m.bound(atom, m.values.of(cls)) : atom);
    }),
  );
}

function ofSuper(m: Machine, { after, self }: Atom & { t: "super" }, name: string, site: Site): Value {
  return m.values.union(
    ...self.atoms.map((atom) => {
      const cls = atom.t === "object" ? atom.cls : atom.t === "class" ? atom : after;
      const order = ancestors(m, cls);
      const at = order.findIndex((one) => one.t === "class" && one.key === after.key);
      const found = inherited(m, order.slice(at + 1), name);
      if (!found) return recordMember(m, order.slice(at + 1), name, m.values.of(atom)) ?? unlisted(m, name);
      if ("external" in found) return ofExternal(m, found.external, name);
      return onObject(m, found.value, m.values.of(atom), cls, site);
    }),
  );
}

/** A method that is inherited from a class of another distribution. */
function ofExternal(m: Machine, base: string, name: string): Value {
  const made = m.table.made(base);
  return made.t === "made"
    ? m.values.of(m.table.attribute(made.type, name))
    : m.values.of(m.table.thing(`${base}().${name}`));
}

function ofObject(m: Machine, object: ObjectAtom, name: string, site: Site): Value {
  const self = m.values.of(object);
  if (name === "__class__") return m.values.of(object.cls);
  const found = inherited(m, ancestors(m, object.cls), name);
  if (found && "value" in found && found.value.atoms.some(({ t }) => t === "function")) {
    const below = isAbstract(m, found.value) ? implementer(m, object.cls, name) : undefined;
    if (below) return attribute(m, below, name, site);
    const overlaid = instanceAttribute(m, object, name);
    const own = onObject(m, found.value, self, object.cls, site);
    return overlaid?.atoms.some(isTelling) ? m.values.union(own, overlaid) : own;
  }
  const set = instanceAttribute(m, object, name);
  if (set?.atoms.some(isTelling)) return set;
  const field = fieldValue(m, object, name);
  if (field?.atoms.some(isTelling)) return field;
  if (field && !set && isEmpty(field)) return field;
  if (found && "value" in found) return onObject(m, found.value, self, object.cls, site);
  if (set ?? field) return (set ?? field)!;
  if (found) return ofExternal(m, found.external, name);
  const dynamic = inherited(m, ancestors(m, object.cls), "__getattr__");
  if (dynamic && "value" in dynamic) {
    const args = { at: [m.values.data], named: NO_NAMES, isOpen: false };
    return invoke(m, onObject(m, dynamic.value, self, object.cls, site), args, site, "property");
  }
  return recordMember(m, ancestors(m, object.cls), name, self) ?? unlisted(m, name);
}

/** A name that no class is known to have; Python gives all objects some of its own. */
function unlisted(m: Machine, name: string): Value {
  return /^__\w+__$/.test(name) ? m.values.data : m.values.unknown;
}

/** A member of a class as an object has it: bound, or what a property gives. */
function onObject(m: Machine, member: Value, self: Value, cls: ClassAtom, site: Site): Value {
  return m.values.map(member, (atom) => {
    // A function without a class around it that a decorator put there is bound as well.
    if (atom.t === "function" && !atom.self) {
      if (!atom.owner) return m.values.of(m.bound(atom, self));
      const kind = kindOf(m, atom);
      if (kind === "static") return m.values.of(atom);
      if (kind === "class") return m.values.of(m.bound(atom, m.values.of(cls)));
      const bound = m.values.of(m.bound(atom, self));
      return kind === "property"
        ? invoke(m, bound, { at: [], named: NO_NAMES, isOpen: false }, site, "property")
        : bound;
    }
    if (atom.t === "offloaded") return m.values.of(atom);
    if (atom.t === "object") {
      const get = classMember(m, atom.cls, "__get__");
      if (get) return invoke(m, onObject(m, get, m.values.of(atom), atom.cls, site), { at: [self, m.values.of(cls)], named: NO_NAMES, isOpen: false }, site, "property"); // prettier-ignore
    }
    return m.values.of(atom);
  });
}

/** A method of a project's own object, bound; undefined where it has none. */
export function method(m: Machine, atom: ObjectAtom, name: string, site: Site): Value | undefined {
  const found = inherited(m, ancestors(m, atom.cls), name);
  return found && "value" in found ? onObject(m, found.value, m.values.of(atom), atom.cls, site) : undefined;
}
