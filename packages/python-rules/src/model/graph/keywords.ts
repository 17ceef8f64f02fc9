import type { Expr, FunctionFacts, Step } from "../facts/types.js";
import { inside } from "./body.js";
import type { Atom, Value } from "./values.js";

/** What a function does with `**options` itself: it looks keywords up and passes them on, and sets some. */
interface Keywords {
  readonly name: string;
  /** Those it sets: what a caller gave for them is not known to be there still. */
  readonly set: ReadonlySet<string>;
}

const known = new WeakMap<FunctionFacts, Keywords | { name: undefined }>();

/**
 * What a caller gave for a keyword that a function looks up by its name.
 *
 * @param options - what is known of the dictionary of keywords
 * @returns undefined where that is not known: `value` is undefined where the caller is known to have given nothing
 */
export function keywordOf(
  fn: FunctionFacts,
  name: string,
  options: Value | undefined,
  key: string,
): { value: Value | undefined } | undefined {
  const [atom, ...others] = options?.atoms ?? [];
  if (atom?.t !== "dict" || others.length > 0 || !atom.items) return undefined;
  let keywords = known.get(fn);
  if (!keywords) known.set(fn, (keywords = keywordsOf(fn) ?? { name: undefined }));
  if (keywords.name !== name || keywords.set.has(key)) return undefined;
  return given(atom, key);
}

function given(
  { items, isOpen }: Atom & { t: "dict" },
  key: string,
): { value: Value | undefined } | undefined {
  const value = items?.get(key);
  return value || !isOpen ? { value } : undefined;
}

/** They leave other keywords as they are. */
const READS = /^(?:get|pop|keys|values|items|copy)$/;

function keywordsOf(fn: FunctionFacts): Keywords | undefined {
  const name = fn.params.find(({ kind }) => kind === 2)?.name;
  if (name === undefined) return undefined;
  const set = new Set<string>();
  const isOptions = (e: Expr | null | undefined) => e?.k === "name" && e.id === name;
  /** Where the name stands so that the dictionary is not handed on. */
  const plain = new Set<Expr>();
  const allow = (e: Expr | null | undefined) => {
    if (e && isOptions(e)) plain.add(e);
  };
  let isOwn = true;
  const pending: (Expr | Step)[] = fn.body.toReversed();
  for (let node = pending.pop(); node && isOwn; node = pending.pop()) {
    switch (node.k) {
      case "def":
      case "lambda":
        // What is inside may change it at any time.
        if (!node.fn.own.has(name)) isOwn = !node.fn.mayHold(new RegExp(String.raw`\b${name}\b`));
        break;
      case "call":
        if (node.of.k === "attr" && READS.test(node.of.id)) allow(node.of.of);
        for (const { e, star } of node.args) if (star === 2) allow(e);
        break;
      case "item":
        if (node.key.k === "str") allow(node.of);
        break;
      case "op":
        if (/^(?:not )?in$/.test(node.op)) allow(node.b);
        break;
      case "dict":
        node.keys.forEach((key, i) => { if (key === null) allow(node.values[i]); }); // prettier-ignore
        break;
      case "set":
      case "update":
        for (const to of node.k === "set" ? node.to : [node.to])
          if (to.k === "item" && isOptions(to.of) && to.key.k === "str") set.add(to.key.v);
        break;
      case "name":
        isOwn = node.id !== name || plain.has(node);
        break;
      default:
    }
    pending.push(...inside(node).reverse());
  }
  return isOwn ? { name, set } : undefined;
}

const added = new WeakMap<FunctionFacts, Map<string, boolean>>();

/** Whether a function adds to a dictionary by the name of its variable, told by its words. */
export function isAddedTo(fn: FunctionFacts, name: string): boolean {
  let names = added.get(fn);
  if (!names) added.set(fn, (names = new Map<string, boolean>()));
  let isAdded = names.get(name);
  if (isAdded === undefined) {
    const words = String.raw`\b${name}\s*(?:\[[^\]\n]*\]\s*=(?!=)|\.\s*(?:update|setdefault)\b|\|=)`;
    names.set(name, (isAdded = fn.mayHold(new RegExp(words))));
  }
  return isAdded;
}
