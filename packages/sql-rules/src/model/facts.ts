import type { Dialect } from "../language/dialect.js";
import type { Program } from "../language/parse.js";
import type { Range } from "../language/split.js";
import type { SchemaChange } from "./changes.js";
import type { Query, Write } from "./query.js";

/**
 * What one file says, whatever other files say: plain data, so that it can be cached by the file's content and linked
 * anew when another file changes. SQL scripts give such facts, as do strings in other languages' sources and, by way
 * of their own readers, migrations that are not written in SQL.
 */
export interface FileFacts {
  /** Absolute path. */
  path: string;
  dialect: Dialect;
  /** In order; only the part of a two-way script that migrates forward. */
  changes: readonly SchemaChange[];
  queries: readonly Query[];
  writes: readonly Write[];
  /** What could not be read. */
  unread: readonly { range: Range; error: string }[];
}

/**
 * The facts of a SQL script.
 *
 * @param program - the parsed script; its trees are not kept
 * @param path - its absolute path
 */
export function factsOf(program: Program, path: string): FileFacts {
  return {
    path,
    dialect: program.dialect.dialect,
    changes: [],
    queries: [],
    writes: [],
    unread: program.body.flatMap((statement) =>
      statement.type === "UnparsedStatement" ? [{ range: statement.errorRange, error: statement.error }] : [],
    ),
  };
}
