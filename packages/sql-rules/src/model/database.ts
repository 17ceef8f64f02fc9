import type { Catalog, Place } from "./catalog.js";
import type { FileFacts } from "./facts.js";
import type { LayoutName } from "./layouts.js";
import type { DeclaredTable } from "./models/tables.js";
import type { Query, Write } from "./query.js";

/** Something in a file. */
export type In<T> = T & { path: string };

/** One database of a repository: its migrations replayed, and what the repository's code asks of it. */
export interface Database {
  /** The folder or file its history comes from, relative to the root; names it in messages. */
  name: string;
  /** How its history is ordered; undefined for a script that stands alone. */
  layout?: LayoutName;
  /** Set where only tests build it, beside SQL that is not of tests: its tables hold what a test made up. */
  isOfTests?: true;
  /** Set where everything in doubt is taken for what it seems to be. */
  isAssumed?: true;
  /** Something in the tree, read or not, works with values of tables: a query, a function, an application. */
  isRead?: true;
  catalog: Catalog;
  /** The files of the history, in the order in which they apply. */
  history: readonly Step[];
  /** Of the history's files and of every other file that speaks to this database; but for those that run once. */
  queries: readonly In<Query>[];
  /** The same, with those that run once. */
  writes: readonly In<Write>[];
  /** What the models of applications declare of it; absent where there are none. */
  models?: readonly DeclaredTable[];
  /** What is wrong with the history as a series: duplicate versions, missing or circular links. */
  problems: readonly HistoryProblem[];
  /** The facts of the history's files in order, then of the other files. */
  files: readonly FileFacts[];
}

/** A file's place in its history, with the reason. */
export interface Step {
  path: string;
  /** The layout and key it is ordered by: `flyway: version 2.1`, `golang-migrate: 000003`. */
  reason: string;
}

export interface HistoryProblem {
  /**
   * `unread`: a script was not read; `cut`: the tree is too large for any history to be read; `encoding`: the script's
   * bytes mean something else than the text that was handed out.
   */
  kind: "duplicate" | "missing" | "circular" | "unread" | "cut" | "encoding" | "foreign";
  message: string;
  place: Place;
}
