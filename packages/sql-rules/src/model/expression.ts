import type { Range } from "../language/split.js";
import type { TypeRef } from "./types.js";

/**
 * A scalar expression as PostgreSQL's parser reads it, small enough to keep for every file of a repository: names are
 * folded, parentheses gone, positions optional. Two expressions mean the same to the planner if their canonical forms
 * are equal; see `canonical`.
 */
export type Expression = (
  | { kind: "column"; qualifier?: string; name: string }
  /** `decimal` holds the digits of a number that is no integer of 32 bits, as written: 1.50 is not 1.5 here. */
  | { kind: "literal"; value: string | number | boolean | null; decimal?: string }
  /** `$1`, or a client's placeholder: a value that is not known here. */
  | { kind: "parameter" }
  /**
   * A unary operator has no `left`. `x IN (…)` is `=` with `any` and a list, `x NOT IN (…)` is `<>` with `all`; LIKE and
   * ILIKE have PostgreSQL's names, `~~` and `~~*`; `is true` and its kin stand before their argument.
   */
  | { kind: "operator"; name: string; left?: Expression; right: Expression; quantifier?: "any" | "all" }
  | { kind: "cast"; arg: Expression; type: TypeRef }
  | { kind: "collate"; arg: Expression; collation: string }
  /** `name` is qualified only where it is so written and the schema is not `pg_catalog`. */
  | { kind: "call"; name: string; args: readonly Expression[] }
  | { kind: "boolean"; operator: "and" | "or" | "not"; args: readonly Expression[] }
  | { kind: "nullTest"; isNull: boolean; arg: Expression }
  | { kind: "subscript"; arg: Expression; indices: readonly Expression[] }
  /** The right side of IN, or an ARRAY constructor. */
  | { kind: "list"; items: readonly Expression[] }
  /**
   * Anything else (sub-selects, CASE, window functions…); equal only to the same words. `isQuery` marks the rows that
   * `x IN (SELECT …)` and `x = ANY (SELECT …)` look through, which are a join and no value.
   */
  | { kind: "opaque"; text: string; isQuery?: true }
) & {
  /** Where it stands in its file: its first to its last token, parentheses around it left out. */
  range?: Range;
};

/** An expression of one kind. */
export type ExpressionOf<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;
