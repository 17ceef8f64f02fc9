/*
 * Which of two operators that stand side by side binds first: by PostgreSQL's table of precedence, and by
 * pgsql-ast-parser's grammar. Higher binds tighter; equal ones group from the left.
 */

export interface Operator {
  /** Its words after the first operand, those of further operands but the last among them. */
  words: string;
  postgres: number;
  second: number;
  /** Whether an operand follows that the next operator could take away. */
  hasOperand: { written: boolean; postgres: boolean; second: boolean };
}

const operators = (words: string, ranks: [postgres: number, second: number], written: boolean) =>
  words.split(", ").map((word): Operator => {
    const [postgres, second] = ranks;
    return { words: word, postgres, second, hasOperand: { written, postgres: written, second: written } };
  });
const infix = (words: string, ...ranks: [number, number]) => operators(words, ranks, true);
const postfix = (words: string, ...ranks: [number, number]) => operators(words, ranks, false);
/** `BETWEEN 1 AND 2` ends in an operand, and so does `IN ('c')` to pgsql-ast-parser: a value in parentheses. */
const ending = (words: string, ranks: [number, number], operand: { postgres: boolean }) =>
  operators(words, ranks, false).map((operator) => ({
    ...operator,
    hasOperand: { written: false, ...operand, second: true },
  }));

/** @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-PRECEDENCE */
export const OPERATORS: readonly Operator[] = [
  ...infix("OR", 1, 1),
  ...infix("AND", 2, 2),
  ...postfix("IS NULL, IS NOT NULL, IS TRUE, IS NOT FALSE", 4, 5),
  ...infix("=, <>, !=", 5, 4),
  ...infix("<, >, <=, >=", 5, 6),
  ...ending("BETWEEN 1 AND 2", [6, 7], { postgres: true }),
  ...ending("IN ('c'), NOT IN ('c')", [6, 9], { postgres: false }),
  ...infix("LIKE, NOT LIKE, ILIKE", 6, 9),
  ...infix("#>>, @>, <@, ?, ?|, ?&, @@, ~, ~*, !~, <<, >>", 7, 6),
  ...infix("|, &", 7, 8),
  ...infix("||, #-, &&", 7, 10),
  ...infix("->, ->>", 7, 15),
  ...infix("+, -", 8, 10),
  ...infix("*, /, %", 9, 11),
  ...infix("^", 10, 12),
  ...infix("AT TIME ZONE", 11, 13),
  ...postfix("::int", 15, 16),
];

/** True if the two parsers group `a <first> b <second> c` differently. */
export function isGroupedDifferently(first: Operator, second: Operator): boolean {
  const groups = (parser: "postgres" | "second") =>
    !first.hasOperand[parser] || first[parser] >= second[parser];
  return groups("postgres") !== groups("second");
}
