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
  as?: string;
  where?: Where[];
}

export type Where =
  | { focus: string }
  | ({ metavariable: string } & ({ regex: string } | { any: Formula[] } | { types: string[] }));

/** Not inside a formula. */
export const notInside = (formula: Formula): Condition => ({ not: { inside: formula } });

/** A regex for one of some words. */
export const oneOf = (words: readonly string[]): string => `(?:${[...new Set(words)].sort().join("|")})`;

/**
 * A file in whose text each of some patterns occurs. Semgrep tests it before it parses the file. In a text of more than
 * 200,000 characters it gives the search up and would take the file for one without: such files are parsed in any case.
 */
export const fileWith = (...regexes: string[]): Condition => ({
  inside: { regex: `(?sm)\\A(?:(?:.{50000}){4}|${regexes.map((regex) => `(?=.*?${regex})`).join("")}).*\\z` },
});

/** A qualified name as a pattern: a segment `*` becomes a metavariable. */
export function starred(name: string): string {
  let stars = 0;
  return name.replaceAll("*", () => `$STAR${++stars}`);
}

/** A call does not block with some arguments. */
export function harmless(callee: string, { argument, position, value }: Unless): Condition[] {
  const before = Array.from({ length: position }, (_, index) => `$BEFORE${index}, `).join("");
  return [{ not: `${callee}(..., ${argument}=${value}, ...)` }, { not: `${callee}(${before}${value}, ...)` }];
}
