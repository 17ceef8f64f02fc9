import { CUT } from "../facts/expressions.js";
import type { Expr } from "../facts/types.js";
import { boundName, type Binding } from "../project/source-file.js";
import { contextIn, evaluate, type Context } from "./evaluate.js";
import { isOfModule } from "./guards.js";
import type { Machine } from "./machine.js";
import { moduleOf } from "./names.js";
import type { Value } from "./values.js";

/** Texts that a module lists at its top level and never changes; in a dictionary, with what each stands for. */
export interface Lookup {
  readonly texts: readonly string[];
  readonly values: ReadonlyMap<string, Expr> | undefined;
  readonly name: string;
  /** Whether another module might add to them. */
  readonly isMutable: boolean;
  /** Whether one does, once that was asked. */
  isFilled?: boolean;
  /** Where they are written. */
  readonly file: string;
  readonly base: number;
}

/** How the names of constants are written. */
const CONSTANT = /^_*[A-Z][A-Z\d_]*$/;

/** The texts that a name stands for: `KINDS` after `KINDS = {"a": 1}` in the module, or in one that it imports the name from. */
export function lookupOf(e: Expr, { m, scope, file, flow }: Context): Lookup | undefined {
  if (e.k !== "name" || !CONSTANT.test(e.id) || flow?.variable(e.id)) return undefined;
  const isGlobal = scope.t === "module" || (scope.t === "frame" && isOfModule(scope.own, scope.outer, e.id));
  return isGlobal ? lookupIn(m, file, e.id) : undefined;
}

/** What a look-up of a text gives that is known: its value, or what is given instead of one; undefined where that cannot be told. */
export function lookedUp(of: Expr, key: Value, instead: Value | undefined, c: Context): Value | undefined {
  const text = textOf(key);
  const lookup = text === undefined ? undefined : lookupOf(of, c);
  if (text === undefined || !lookup?.values) return undefined;
  const found = lookup.values.get(text);
  if (!found) return isFilledElsewhere(c.m, lookup) ? undefined : instead;
  const { file, base } = lookup;
  return evaluate(found, contextIn(c.m, { file, base, scope: { t: "module", file } }));
}

/** Whether another module adds to a table, so that what is not written in it may be there. */
export function isFilledElsewhere({ code }: Machine, lookup: Lookup): boolean {
  const { name, file, isMutable } = lookup;
  return (lookup.isFilled ??=
    isMutable &&
    code.paths.some((path) => {
      const text = path === file ? "" : code.text(path);
      return text.includes(name) && isChanged(name, text);
    }));
}

/** The text that a value is. */
function textOf({ atoms: [atom, ...others] }: Value): string | undefined {
  if (others.length > 0) return undefined;
  return atom?.t === "text" ? atom.text : atom?.t === "data" ? atom.word : undefined;
}

/** Imports that lead nowhere else are followed this far. */
const MAX_IMPORTS = 8;

function lookupIn(m: Machine, file: string, name: string, depth = 0): Lookup | undefined {
  const key = `${file}\0${name}`;
  if (!m.lookups.has(key)) m.lookups.set(key, readLookup(m, file, name, depth));
  return m.lookups.get(key);
}

function readLookup(m: Machine, file: string, name: string, depth: number): Lookup | undefined {
  const source = m.code.file(file);
  const [binding, ...others] = source?.bindings(name) ?? [];
  if (!source || !binding || others.length > 0 || depth > MAX_IMPORTS) return undefined;
  const { step, base } = binding;
  if (step.k === "from") {
    const one = step.names.find((each) => boundName(each) === name);
    const module = one && moduleOf(m, file, step);
    const from = module === undefined ? undefined : m.code.modules.fileOf(module);
    return one && from !== undefined ? lookupIn(m, from, one.name, depth + 1) : undefined;
  }
  if (isChanged(name, source.text) || source.writers(name).length > 0) return undefined;
  const e = literalOf(binding, name);
  const read = e && textsIn(e);
  return read && read.texts.length > 0 ? { ...read, name, file, base } : undefined;
}

/** Whether a module changes what a name of it holds. */
function isChanged(name: string, text: string): boolean {
  return new RegExp(
    String.raw`\b${name}\s*(?:\[[^\]\n]{0,200}\]\s*[-+|&*/]?=(?!=)|[-+|&]=|\.\s*(?:update|setdefault|pop|popitem|clear|add|append|extend|insert|remove|discard|\w+_update|__setitem__)\b)|\bdel\s+${name}\b`,
  ).test(text);
}

function literalOf({ step }: Binding, name: string): Expr | undefined {
  if (step.k !== "set" || step.to.length > 1) return undefined;
  const [to] = step.to;
  return to?.k === "name" && to.id === name ? step.e : undefined;
}

/** They hold what they are given as it is. */
const WRAPS = /^(?:MappingProxyType|frozenset|set|tuple|list|dict)$/;

const MUTABLE = /^(?:set|list|dict)$/;

function textsIn(e: Expr): Pick<Lookup, "texts" | "values" | "isMutable"> | undefined {
  if (e.k === "call") {
    const [only, ...others] = e.args;
    const name = e.of.k === "name" || e.of.k === "attr" ? e.of.id : "";
    const isPlain = only && others.length === 0 && only.name === undefined && only.star === undefined;
    const read = isPlain && WRAPS.test(name) ? textsIn(only.e) : undefined;
    return read && { ...read, isMutable: MUTABLE.test(name) };
  }
  const all = e.k === "dict" ? e.keys : e.k === "list" || e.k === "tuple" ? e.items : undefined;
  if (!all) return undefined;
  const texts = all.flatMap((one) => (one?.k === "str" && one.v !== CUT ? [one.v] : []));
  if (texts.length < all.length) return undefined;
  const values = e.k === "dict" ? new Map(texts.map((text, i) => [text, e.values[i]!])) : undefined;
  return { texts, values, isMutable: e.k !== "tuple" };
}
