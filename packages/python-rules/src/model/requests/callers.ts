import type { Codebase } from "../project/codebase.js";

/** A definition's line, its indentation and its name. */
const DEFINITION = /^([ \t]*)(?:async[ \t]+)?(def|class)[ \t]+(\w+)/gm;
/** Sets a variable of another function or of the module, so that it does not run anew: `runsAnew` stops there. */
const KEEPS = /^[ \t]*(?:global|nonlocal)[ \t]/m;
/** Called without their names. */
const UNNAMED = /^__\w+__$/;
/** Names that so much of a project leads to tell nothing. */
const MAX_NAMES = 100;

/**
 * The names of functions and classes that may lead to some functions, told by words alone: who mentions them, who mentions
 * those, and so on. It reads nothing of the code, and takes in too many rather than too few.
 *
 * @param names - of the functions that are looked for
 * @returns undefined where there are too many for it to be of use
 */
export function mayLeadTo(code: Codebase, names: Iterable<string>): ReadonlySet<string> | undefined {
  const found = new Set(names);
  const definitions = new Map<string, readonly Definition[]>();
  let pending = [...found];
  while (pending.length > 0) {
    if (found.size > MAX_NAMES) return undefined;
    const added = new Set<string>();
    const words = new RegExp(String.raw`(?<!\bdef[ \t])\b(?:${pending.join("|")})\b`, "g");
    for (const path of code.paths) {
      const text = code.text(path);
      if (!pending.some((name) => text.includes(name))) continue;
      const own = definitions.get(path) ?? definitionsIn(text);
      definitions.set(path, own);
      for (const { index } of text.matchAll(words)) {
        for (const name of around(own, index, text)) if (!found.has(name)) added.add(name);
      }
    }
    for (const name of added) found.add(name);
    pending = [...added];
  }
  return found;
}

const ASYNC = /\basync[ \t]+def[ \t]+(\w+)/g;

/** The names of coroutine functions, and of the functions and classes that they are made in. */
export function coroutineNames(code: Codebase): ReadonlySet<string> {
  const found = new Set<string>();
  for (const path of code.paths) {
    const text = code.text(path);
    if (!text.includes("async")) continue;
    const own = definitionsIn(text);
    for (const { index, 1: name = "" } of text.matchAll(ASYNC)) {
      found.add(name);
      for (const outer of around(own, index, text)) found.add(outer);
    }
  }
  return found;
}

/**
 * The names of functions that some words stand in, or a constant whose line has them.
 *
 * @param words - with the flag `g`
 */
export function holdersOf(code: Codebase, words: RegExp): ReadonlySet<string> {
  const found = new Set<string>();
  const constants = new Set<string>();
  for (const path of code.paths) {
    const text = code.text(path);
    let own: readonly Definition[] | undefined;
    for (const { index } of text.matchAll(words)) {
      const line = text.slice(text.lastIndexOf("\n", index) + 1, index);
      const constant = /^\s*([A-Z_][A-Z0-9_]+)\b/.exec(line)?.[1];
      if (constant !== undefined) constants.add(constant);
      own ??= definitionsIn(text);
      for (const name of around(own, index, text)) found.add(name);
    }
  }
  if (constants.size > 0) {
    const named = new RegExp(String.raw`\b(?:${[...constants].join("|")})\b`, "g");
    for (const path of code.paths) {
      const text = code.text(path);
      const uses = [...text.matchAll(named)];
      const own = uses.length > 0 ? definitionsIn(text) : [];
      for (const { index } of uses) for (const name of around(own, index, text)) found.add(name);
    }
  }
  return found;
}

interface Definition {
  readonly at: number;
  readonly depth: number;
  readonly name: string;
  readonly isClass: boolean;
}

function definitionsIn(text: string): Definition[] {
  return [...text.matchAll(DEFINITION)].map(({ index, 1: indent = "", 2: kind, 3: name = "" }) => ({
    at: index,
    depth: indent.length,
    name,
    isClass: kind === "class",
  }));
}

/** The functions around a word, and the class of one that is called without its name; none around one that keeps something. */
function* around(definitions: readonly Definition[], at: number, text: string): Generator<string> {
  const line = text.slice(text.lastIndexOf("\n", at) + 1, at);
  let depth = line.length - line.trimStart().length;
  let isUnnamed = false;
  for (let i = definitions.length - 1; i >= 0 && depth > 0; i--) {
    const one = definitions[i]!;
    if (one.at > at || one.depth >= depth) continue;
    ({ depth } = one);
    if (!one.isClass && KEEPS.test(text.slice(one.at, at))) return;
    if (!one.isClass && !UNNAMED.test(one.name)) yield one.name;
    else if (!one.isClass) isUnnamed = true;
    else if (isUnnamed) yield one.name;
  }
}
