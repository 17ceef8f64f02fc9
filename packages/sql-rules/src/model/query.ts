import type { Range } from "../language/split.js";
import type { Expression } from "./expression.js";

/** A relation that a query names, and what its columns are called by. */
export interface Source {
  /** As written, folded. */
  schema?: string;
  /** For a function its name; for a sub-select that is no CTE empty. */
  table: string;
  /** The name columns are qualified with: the alias, or the table's own name. */
  alias: string;
  /** Absent for a table or view. `elem` of `jsonb_array_elements(…) elem` is a function, not a table. */
  kind?: "function" | "query";
  /** Names that the alias gives to the first columns: `AS t (a, b)`. */
  columns?: readonly string[];
  /** `ONLY t`: without the tables that inherit from it. */
  isOnly?: true;
  /** On the inner side of an outer join, which may fill it up with nulls. */
  isNullable?: true;
  /** Set where it has about as many rows as the tables that it reads, all of them: nothing in it limits them. */
  isWhole?: true;
  /** What a plain sub-select or CTE is made of; absent where it groups, limits, unites… */
  derived?: Derived;
}

/** A sub-select that PostgreSQL merges into the query around it. */
export interface Derived {
  sources: readonly Source[];
  conditions: readonly Condition[];
  outputs: readonly Output[];
}

/** A column of a sub-select's result; without a name, nothing outside can speak of it. */
export type Output =
  { kind: "column"; name?: string; expression: Expression } | { kind: "star"; qualifier?: string };

/**
 * What a query asks of its tables, drawn from one statement without knowing the catalog: which conditions stand in
 * WHERE, JOIN … ON and HAVING of which level. A sub-select, a CTE, a view's or policy's or function's body gives facts
 * of its own. Only levels with conditions are kept.
 */
export interface Query {
  sources: readonly Source[];
  /** Sources of the enclosing levels, the nearest first: a name that is none of `sources` may be one of theirs. */
  outer?: readonly (readonly Source[])[];
  /** Conditions that restrict the sources, split at AND. */
  conditions: readonly Condition[];
  /**
   * What the statement is. `query` is a statement that stands by itself (in a script of the migration history, a step
   * that runs once); `backfill` stands in a DO block, which always runs once.
   */
  role: "query" | "view" | "policy" | "function" | "backfill";
  /** Set where the level is a `derived` source of another query, which is planned with it. */
  isMerged?: true;
  /** Set where the words stand in a string whose quotes are doubled: what is put there has to double them, too. */
  isQuoted?: true;
  /** The statement's. */
  range: Range;
}

export interface Condition {
  expression: Expression;
  clause: "where" | "on" | "having" | "using";
  /** Aliases of the sources it restricts, where it does not restrict them all: the inner side of an outer join. */
  restricts?: readonly string[];
  range: Range;
}

/** A statement that changes rows. */
export interface Write {
  kind: "insert" | "update" | "delete" | "truncate" | "merge" | "upsert";
  target: Source;
  /** Columns that are set, of UPDATE, ON CONFLICT DO UPDATE and MERGE … WHEN MATCHED THEN UPDATE. */
  sets: readonly { column: string; value: Expression }[];
  /** WHERE of the statement or of DO UPDATE, or ON and WHEN MATCHED AND of MERGE, split at AND. */
  conditions: readonly Condition[];
  /** The relations that FROM or USING of an UPDATE or MERGE reads, and the CTEs before it: they may pick the rows. */
  reads?: readonly Pick<Source, "schema" | "table">[];
  /** What a MERGE does to rows it meets; one write for each of its branches. */
  branch?: "update" | "delete";
  /** As of a query. */
  role: Query["role"];
  /** The words that write: `UPDATE features`, `ON CONFLICT … DO UPDATE`. */
  range: Range;
}
