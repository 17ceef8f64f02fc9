import path from "node:path";
import type { Program } from "../language/parse.js";
import type { Catalog } from "../model/catalog.js";
import type { Database } from "../model/database.js";
import { factsOf, type FileFacts } from "../model/facts.js";

/** What of ESLint's rule context names a file and its text. */
export interface LintedFile {
  readonly physicalFilename: string;
  /** Directory outside of which nothing is read. */
  readonly cwd: string;
  readonly settings: unknown;
  readonly sourceCode: { readonly ast: Program; readonly text: string };
}

/**
 * The database a linted file speaks to: the one its migration history builds, or that the nearest history builds
 * for a file of queries. A script that belongs to no history is a database of its own.
 *
 * @returns undefined where the file cannot be told to belong to one database
 */
export function databaseOf(context: LintedFile): Database | undefined {
  const { ast } = context.sourceCode;
  const known = databases.get(ast);
  if (known) return known;
  const database = alone(factsOf(ast, context.physicalFilename), context.cwd);
  databases.set(ast, database);
  return database;
}

const databases = new WeakMap<Program, Database>();

function alone(facts: FileFacts, root: string): Database {
  const catalog: Catalog = {
    tables: new Map(),
    indexes: new Map(),
    views: new Map(),
    types: new Map(),
    droppedIndexes: [],
    problems: [],
  };
  return {
    name: path.relative(root, facts.path),
    catalog,
    history: [{ path: facts.path, reason: "alone" }],
    queries: facts.queries.map((query) => ({ ...query, path: facts.path })),
    writes: facts.writes.map((write) => ({ ...write, path: facts.path })),
    problems: [],
  };
}
