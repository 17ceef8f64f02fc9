import type { Column, Index, Table } from "./catalog.js";
import type { Database, In } from "./database.js";
import type { DocumentUse } from "./documents.js";
import { isEnded } from "./ended.js";
import { isFeatureTable, shownTable, type FeatureSettings } from "./features.js";
import { depthOf } from "./json-paths.js";
import { tableFinder } from "./relations.js";
import { ginIndexesOn } from "./remedies.js";
import { indexesOf } from "./indexes.js";
import { typeName } from "./validity.js";

/** A document that is nested too deep, where it is read or written out. */
export interface Nested {
  use: In<DocumentUse>;
  path: string;
  /** `table.column` as far as known, for messages. */
  column: string;
  /** `schema.table.column`. */
  subject?: string;
}

/**
 * The documents of a database that are nested deeper than a number of levels.
 *
 * Left alone: what is read from anything but a stored JSON column (a function's result, a variable); what a query writes
 * out and stores nowhere, like the argument of a function; rows that are written, unless to a feature table, because a row's document is data, not schema; defaults, CHECKs and indexes that
 * a later migration removed; what a GIN index of the column looks for; and what the history's own UPDATEs, INSERTs and
 * SELECTs read, because they run once.
 */
export function* nestedDocuments(
  { catalog, layout, history, files }: Database,
  maxDepth: number,
  settings: FeatureSettings,
): Generator<Nested> {
  const deep = files.flatMap(({ path, documents = [] }) =>
    documents
      .filter(({ steps, range }) => depthOf(steps) > maxDepth && !isEnded({ catalog, layout }, path, range))
      .map((use) => ({ ...use, path })),
  );
  if (deep.length === 0) return;
  const tableOf = tableFinder(catalog);
  const migrations = new Set(layout === undefined ? [] : history.map(({ path }) => path));
  for (const use of deep) {
    const { path, column } = use;
    if (use.use === "query" && use.kind === "literal" && !column) continue;
    if (use.isStatement && migrations.has(path)) continue;
    const resolved = resolve(use, tableOf);
    if (resolved === "not stored") continue;
    const { table, stored } = resolved;
    if (table?.doubt !== undefined || stored?.doubt !== undefined) continue;
    // A GIN index finds what contains a document, however deep it is.
    const isFound = use.isSearched && table && stored;
    if (isFound && ginIndexesOn(indexesOf(catalog, table), table, stored.name).length > 0) continue;
    if (use.use === "write") {
      const isData = use.kind === "literal" && !(table && isFeatureTable(table, settings));
      if (isData || migrations.has(path)) continue;
    }
    const isSchema = use.use === "default" || use.use === "check" || use.use === "index";
    if (isSchema && !(table && isPresent(use, table, stored, indexesOf(catalog, table)))) continue;
    const name = stored?.name ?? column?.name ?? "";
    yield {
      use,
      path,
      column: table ? `${shownTable(table)}.${name}` : name,
      ...(table && stored ? { subject: `${table.schema}.${table.name}.${name}` } : {}),
    };
  }
}

interface Resolved {
  table?: Table;
  stored?: Column;
}

/** The table and column that a document is of; nothing of it where the history does not know the table. */
function resolve(
  { column, sources, readsCte }: DocumentUse,
  tableOf: ReturnType<typeof tableFinder>,
): Resolved | "not stored" {
  if (!column) {
    const [only] = sources.length === 1 ? sources : [];
    const table = only && tableOf(only);
    return table ? { table } : {};
  }
  const { qualifier, name } = column;
  const named = qualifier === undefined ? sources : sources.filter(({ alias }) => alias === qualifier);
  // An alias that no relation has is one of a function, a sub-select or a CTE.
  if (named.length === 0) return "not stored";
  const tables = named.flatMap((source) => tableOf(source) ?? []);
  const having = tables.filter((table) => table.columns.has(name));
  if (having.length > 1) return {};
  const [table] = having;
  const stored = table?.columns.get(name);
  if (table && stored) return isJson(stored) ? { table, stored } : "not stored";
  // Every table is known and none has the column, so it comes from elsewhere.
  return readsCte || tables.length === named.length ? "not stored" : {};
}

const isJson = (column: Column) => typeName(column) === "json" || typeName(column) === "jsonb";

/** Whether a default, CHECK or index is still there after the whole history. */
function isPresent(
  { use, range }: DocumentUse,
  table: Table,
  stored: Column | undefined,
  indexes: readonly Index[],
): boolean {
  const left =
    use === "default"
      ? [stored?.default]
      : use === "check"
        ? [...table.constraints.values()].map(({ expression }) => expression)
        : indexes.flatMap(({ keys, predicate }) => [predicate, ...keys.map(({ expression }) => expression)]);
  return left.some(
    (expression) =>
      expression?.range !== undefined && expression.range[0] <= range[0] && range[1] <= expression.range[1],
  );
}
