import type { Range } from "../language/split.js";
import type { Expression } from "./expression.js";

/** A relation that a query names, and what its columns are called by. */
export interface Source {
  /** As written, folded. */
  schema?: string;
  table: string;
  /** The name columns are qualified with: the alias, or the table's own name. */
  alias: string;
}

/**
 * What a query asks of its tables, drawn from one statement without knowing the catalog: which conditions stand in
 * WHERE, JOIN … ON and HAVING of which level. A sub-select, a CTE, a view's or policy's or function's body gives facts
 * of its own.
 */
export interface Query {
  sources: readonly Source[];
  /** Conditions that restrict the sources, split at AND. */
  conditions: readonly Condition[];
  /** What the statement is: a query an application runs, or a step of a migration. */
  role: "query" | "view" | "policy" | "function" | "backfill";
  range: Range;
}

export interface Condition {
  expression: Expression;
  clause: "where" | "on" | "having" | "using";
  range: Range;
}

/** A statement that changes rows. */
export interface Write {
  kind: "insert" | "update" | "delete" | "truncate" | "merge" | "upsert";
  target: Source;
  /** Columns that are set, of UPDATE and ON CONFLICT DO UPDATE. */
  sets: readonly { column: string; value: Expression }[];
  conditions: readonly Condition[];
  /** In a script of the migration history, outside function bodies. */
  role: Query["role"];
  /** The words that write: `UPDATE features`, `ON CONFLICT … DO UPDATE`. */
  range: Range;
}
