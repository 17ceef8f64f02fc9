import type { Expr, FunctionFacts, Step } from "../facts/types.js";
import { inside, type Call } from "../graph/body.js";

/** What a step or an expression may set of objects: attributes by name, and any of those that a variable stands for. */
export interface Touched {
  readonly attributes: ReadonlySet<string>;
  readonly objects: ReadonlySet<string>;
  /** Whether others run in between. */
  readonly waits: boolean;
}

const touched = new WeakMap<object, Touched>();

/** Who is called on an object, or is given it, may set its attributes. */
export function touchedBy(node: Step | Expr): Touched {
  const known = touched.get(node);
  if (known) return known;
  const attributes = new Set<string>();
  const objects = new Set<string>();
  let waits = false;
  const pending: (Expr | Step)[] = [node];
  for (let one = pending.pop(); one; one = pending.pop()) {
    if (one.k === "set") for (const to of one.to) if (to.k === "attr") attributes.add(to.id);
    if (one.k === "update" && one.to.k === "attr") attributes.add(one.to.id);
    waits ||=
      one.k === "await" || one.k === "yield" || ((one.k === "for" || one.k === "with") && one.async === true);
    if (one.k === "call") {
      objects.add(rootOf(one.of));
      for (const { e } of one.args) objects.add(rootOf(e));
    }
    pending.push(...inside(one));
  }
  const found = { attributes, objects, waits };
  touched.set(node, found);
  return found;
}

/** The variable that a chain of attributes and calls begins with. */
function rootOf(e: Expr): string {
  let at = e;
  while (at.k === "attr" || at.k === "call" || at.k === "item" || at.k === "await") at = at.of;
  return at.k === "name" ? at.id : "";
}

/** The names that a step or an expression may bind, those of functions inside of it left out. */
export function boundBy(node: Step | Expr): ReadonlySet<string> {
  let names = bound.get(node);
  if (names) return names;
  const found = new Set<string>();
  const target = (to: Expr | undefined): void => {
    if (to?.k === "name") found.add(to.id);
    else if (to?.k === "star") target(to.of);
    else if (to?.k === "tuple" || to?.k === "list") to.items.forEach(target);
  };
  const pending: (Expr | Step)[] = [node];
  for (let one = pending.pop(); one; one = pending.pop()) {
    switch (one.k) {
      case "set":
        one.to.forEach(target);
        break;
      case "update":
      case "for":
      case "with":
        target(one.to);
        break;
      case "bind":
        found.add(one.to);
        break;
      case "comp":
        for (const loop of one.loops) target(loop.to);
        break;
      case "try":
        for (const { name } of one.handlers) if (name !== undefined) found.add(name);
        break;
      case "import":
        found.add(one.as ?? one.module.split(".", 1)[0]!);
        break;
      case "from":
        for (const { name, as } of one.names) found.add(as ?? name);
        break;
      case "def":
        found.add(one.fn.name);
        continue;
      case "class":
        found.add(one.cls.name);
        continue;
      case "lambda":
        continue;
      default:
    }
    pending.push(...inside(one));
  }
  bound.set(node, (names = found));
  return names;
}

const bound = new WeakMap<Step | Expr, ReadonlySet<string>>();

/** Methods that leave a dictionary as it is, for whoever only asks for keys that are not taken out. */
const READS = /^(?:get|keys|values|items|copy)$/;

/** What a call makes a dictionary with the same keys of: `dict(options)`, `options.copy()`. */
export function copiedIn({ of, args }: Call): Expr | undefined {
  const [only, ...others] = args;
  if (!only) return of.k === "attr" && of.id === "copy" ? of.of : undefined;
  const isPlain = others.length === 0 && only.name === undefined && only.star === undefined;
  const name = of.k === "name" || of.k === "attr" ? of.id : "";
  return isPlain && /^(?:dict|MappingProxyType)$/.test(name) ? only.e : undefined;
}

/**
 * Whether a function only reads what a name stands for and spreads it into calls, so that no keys of it change but those that
 * it names itself: see {@link changesIn}.
 */
export function isOnlyRead(fn: FunctionFacts, name: string): boolean {
  let names = read.get(fn);
  if (!names) read.set(fn, (names = new Map<string, boolean>()));
  let isRead = names.get(name);
  if (isRead === undefined) names.set(name, (isRead = findsOnlyReads(fn, name)));
  return isRead;
}

const read = new WeakMap<FunctionFacts, Map<string, boolean>>();

function findsOnlyReads(fn: FunctionFacts, name: string): boolean {
  const plain = new Set<Expr | Step>();
  const written = new Set<Expr>();
  const pending: (Expr | Step)[] = fn.body.toReversed();
  for (let node = pending.pop(); node; node = pending.pop()) {
    switch (node.k) {
      case "name":
        if (node.id === name && !plain.has(node)) return false;
        break;
      case "def":
      case "lambda":
        if (node.fn.mayHold(new RegExp(String.raw`\b${name}\b`))) return false;
        break;
      case "set":
        for (const to of node.to) (to.k === "name" ? plain : written).add(to);
        break;
      case "for":
        plain.add(node.of);
        written.add(node.to);
        break;
      case "comp":
        for (const { of } of node.loops) plain.add(of);
        break;
      case "update":
      case "with":
        if (node.to) written.add(node.to);
        break;
      case "item":
        if (!written.has(node) || node.key.k === "str") plain.add(node.of);
        break;
      case "tuple":
      case "list":
        if (written.has(node)) for (const one of node.items) written.add(one);
        break;
      case "call":
        if (node.of.k === "attr" && (READS.test(node.of.id) || changeOf(node))) plain.add(node.of.of);
        for (const { e, star } of node.args) if (star !== undefined) plain.add(e);
        plain.add(copiedIn(node) ?? node);
        break;
      case "dict":
        node.keys.forEach((key, i) => { if (key === null) plain.add(node.values[i]!); }); // prettier-ignore
        break;
      case "op":
        if (node.op === "in" || node.op === "not in") plain.add(node.b);
        break;
      case "if":
        plain.add(node.test);
        break;
      default:
    }
    pending.push(...inside(node));
  }
  return true;
}

/** A key of the dictionary that a variable stands for that is set, taken out, or either. */
interface Change {
  readonly name: string;
  readonly key: string;
  readonly isOut: boolean;
}

const changes = new WeakMap<Step | Expr, readonly Change[]>();

/** The keys of dictionaries that a step or an expression changes by their names. */
export function changesIn(node: Step | Expr): readonly Change[] {
  let known = changes.get(node);
  if (known) return known;
  const found: Change[] = [];
  const pending: (Expr | Step)[] = [node];
  for (let one = pending.pop(); one; one = pending.pop()) {
    const targets = one.k === "set" ? one.to : one.k === "update" || one.k === "for" || one.k === "with" ? [one.to] : []; // prettier-ignore
    for (const to of targets) found.push(...setIn(to));
    const change = one.k === "call" ? changeOf(one) : undefined;
    if (change) found.push(change);
    pending.push(...inside(one));
  }
  changes.set(node, (known = found));
  return known;
}

function setIn(to: Expr | undefined): Change[] {
  if (to?.k === "tuple" || to?.k === "list") return to.items.flatMap(setIn);
  if (to?.k !== "item" || to.of.k !== "name" || to.key.k !== "str") return [];
  return [{ name: to.of.id, key: to.key.v, isOut: false }];
}

/** `options.pop("key", None)`, `options.setdefault("key", value)`. */
function changeOf({ of, args: [first] }: Call): Change | undefined {
  if (of.k !== "attr" || of.of.k !== "name" || first?.e.k !== "str") return undefined;
  const isOut = of.id === "pop";
  return isOut || of.id === "setdefault" ? { name: of.of.id, key: first.e.v, isOut } : undefined;
}
