import type { Unless } from "../blocking-calls/types.js";

/** A Semgrep formula in its `match` syntax: a pattern, or a combination of formulas. */
export type Formula = string | Condition;

export interface Condition {
  pattern?: string;
  regex?: string;
  all?: Formula[];
  any?: Formula[];
  not?: Formula;
  inside?: Formula;
  anywhere?: Formula;
  as?: string;
  where?: Where[];
}

/** A condition on what a metavariable stands for; a formula sees what the formulas around it bound. */
export type Where =
  | { focus: string }
  | ({ metavariable: string } & (
      { regex: string } | { any: Formula[] } | { all: Formula[] } | { types: string[] }
    ));

/** Not inside a formula. */
export const notInside = (formula: Formula): Condition => ({ not: { inside: formula } });

/** Any of some formulas, under conditions that are tested in turn: cheap ones first. */
export const anyOf = (formulas: Formula[], ...where: Where[]): Condition =>
  formulas.length === 1
    ? { all: formulas, ...(where.length > 0 ? { where } : {}) }
    : where.length > 0
      ? { all: [{ any: formulas }], where }
      : { any: formulas };

/** A regex for one of some words. */
export const oneOf = (words: readonly string[]): string => `(?:${[...new Set(words)].sort().join("|")})`;

/**
 * Files in whose text each of some patterns occurs, as a range that is all of the file. Semgrep tests it before it
 * parses one. What occurs `anywhere` is one match, from there to the end: more would be joined with every other, and one
 * that lies within a finding would take its place.
 */
export const fileWith = (...regexes: string[]): Condition => ({
  all: [
    { regex: String.raw`(?s)\A.*`, as: "$FILE" },
    ...regexes.map((regex): Condition => ({ anywhere: { regex: `(?m)(?:${regex})(?s:.*)` } })),
  ],
  where: [{ focus: "$FILE" }],
});

/** A qualified name as a pattern: a segment `*` becomes a metavariable. */
export function starred(name: string): string {
  let stars = 0;
  return name.replaceAll("*", () => `$STAR${++stars}`);
}

/** The last segment of a qualified name, as a regex. */
export const lastOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1).replace("*", "\\w+");

/** The argument lists with which a call does not block. */
export function harmless({ argument, position, value }: Unless): string[] {
  const named = `..., ${argument}=${value}, ...`;
  if (position === undefined) return [named];
  const before = Array.from({ length: position }, (_, index) => `$BEFORE${index}, `).join("");
  return [named, `${before}${value}, ...`];
}

/** Lists of the items that have one key, in the order of the first ones. */
export function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups];
}
