/** A type as written, with PostgreSQL's own aliases resolved (`int` is `integer`, `varchar` is `character varying`). */
export interface TypeRef {
  /** Absent for PostgreSQL's own types and for unqualified names. */
  schema?: string;
  name: string;
  /** `(10, 2)` of `numeric(10, 2)`. */
  modifiers: readonly (number | string)[];
  /** Pairs of brackets: 1 for `jsonb[]`. PostgreSQL keeps only whether there are any. */
  dimensions: number;
}
