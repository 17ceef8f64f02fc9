import type { Dialect } from "../../language/dialect.js";
import type { ScriptTool } from "../../language/marks.js";
import type { HistoryProblem, Step } from "../database.js";
import type { LayoutName } from "../layouts.js";

/** What decides on a file's place in a history. Paths are relative to the root, with slashes. */
export interface SourceFile {
  path: string;
  dialect: Dialect;
  /** Whether the file's folder or name says the dialect, or only what stands in it. */
  dialectBy: "path" | "content" | "default";
  /** Words that only PostgreSQL knows stand in it. */
  isSurelyPostgres?: boolean;
  /** Types that only another database knows stand in it. */
  otherDatabase?: Dialect;
  tool?: ScriptTool;
  link?: MigrationLink;
  /** Tables it creates unless they exist already, and tables it needs, `schema.name` folded. */
  creates: readonly string[];
  needs: readonly string[];
  /** Whether it changes a schema at all. */
  changesSchema: boolean;
  /** Script names of psql's `\i` and `\ir`, in order, relative to this file's folder. */
  includes: readonly string[];
}

/** Where a migration says itself what it follows: Alembic's `down_revision`, Django's `dependencies`. */
export interface MigrationLink {
  revision: string;
  /** Empty for a first migration. */
  after: readonly string[];
  /** Migrations of several folders are one history where they name the same one. */
  history?: string;
  /** Its place among them, where its tool says which of two comes first. */
  order?: number;
  /** The migration that stands in its place. */
  replacedBy?: string;
}

/** The migrations of one database, in order. */
export interface History {
  /** The folder or file it comes from, relative to the root; `.` for the root itself. */
  name: string;
  layout: LayoutName;
  steps: readonly Step[];
  problems: readonly SourceProblem[];
  /** Files of its folders that are not replayed, and why. */
  left: readonly Left[];
}

/** A file that a history leaves out. */
export interface Left extends Step {
  /** Its place says that it is another database's: a variant for PostgreSQL stands beside it. */
  isOtherDatabase?: true;
}

export interface SourceProblem {
  kind: HistoryProblem["kind"];
  message: string;
  /** The file it is reported in. */
  path: string;
}

/** Files other than scripts that say an order or a dialect, by path: plans, journals, change logs. */
export type Controls = ReadonlyMap<string, string>;

/** What one layout makes of files: histories, and which files it has taken. */
export type Recognise = (files: readonly SourceFile[], controls: Controls) => History[];
