import type { Catalog, Column, Table } from "./catalog.js";
import type { SchemaChange } from "./changes.js";
import type { Database, In } from "./database.js";
import { EVENT_TIME_COLUMNS, isWrittenTime } from "./event-time.js";
import { timedTables, type FeatureSettings } from "./features.js";
import type { Expression } from "./expression.js";
import { indexesOf } from "./indexes.js";
import { memoised } from "./memoised.js";
import { columnsIn, partsOf } from "./parts.js";
import type { Condition, Write } from "./query.js";
import { tableFinder } from "./relations.js";
import { selectsCurrent, validityOf, withoutCasts, type Validity } from "./validity.js";

/** How a write destroys what a table knew. */
export interface Rewrite {
  table: Table;
  /** Of a model, not only versions of something. */
  isFeatures: boolean;
  /** `reopen` undoes the close of a version; `close` closes versions that are closed already. */
  kind: "update" | "delete" | "truncate" | "upsert" | "merge" | "close" | "reopen";
}

/**
 * Finds the writes that change the past of a feature or SCD2 table.
 *
 * No rewrite is what a version history needs: INSERT, and the one UPDATE that closes the current version by setting
 * nothing but its end, its flag and book-keeping columns. Neither is an UPDATE of the migration history that fills
 * columns added after the table was: it had no value to lose. A close is taken for limited where what it joins may hold
 * the current rows only (the table itself, a view, a table made by a query) and where it names the key of the version it ends.
 *
 * @param allowRetention - whether rows may be deleted by their age
 * @returns a function that judges one write; undefined says it is none, or that its table is not certain
 */
export function rewritesOf(
  { catalog, files, history }: Pick<Database, "catalog" | "files" | "history">,
  settings: FeatureSettings,
  { allowRetention }: { allowRetention: boolean },
): (write: In<Write>) => Rewrite | undefined {
  const migrations = new Set(history.map(({ path }) => path));
  const timed = new Map(timedTables(catalog, settings).map((one) => [one.table, one]));
  const find = tableFinder(catalog);
  let queried: ReadonlySet<string> | undefined;
  let added: ReadonlySet<string> | undefined;
  const picks = (write: Write, table: Table) =>
    bindsKey(write, table, catalog) ||
    (write.reads ?? []).some((source) => {
      const read = find(source);
      if (read && rootOf(read, catalog) === table) return true;
      queried ??= new Set(
        [...catalog.views.values(), ...files.flatMap(tablesOfQueries)].map(({ name }) => name),
      );
      return queried.has(source.table);
    });
  return (write) => {
    if (write.kind === "insert" || timed.size === 0) return undefined;
    const written = find(write.target);
    const table = written && rootOf(written, catalog);
    const shape = table && timed.get(table);
    if (!table || !shape) return undefined;
    const isOnce = write.role === "backfill" || (write.role === "query" && migrations.has(write.path));
    const kind = kindOf(write, table, settings, {
      allowRetention,
      isOnce,
      mayPick: () => picks(write, table),
      isAdded: (column) => {
        added ??= new Set(files.flatMap(columnsAddedBy));
        return added.has(`${write.target.table}.${column}`);
      },
    });
    return kind && { table, kind, isFeatures: shape.isFeatures };
  };
}

/** The partitioned table a partition belongs to. */
function rootOf(table: Table, catalog: Catalog): Table {
  let root = table;
  for (const seen = new Set<Table>(); root.isPartition && !seen.has(root);) {
    seen.add(root);
    root = catalog.tables.get(root.parents[0] ?? "") ?? root;
  }
  return root;
}

interface Circumstances {
  allowRetention: boolean;
  /** The write is a step of the history. */
  isOnce: boolean;
  /** Whether what it joins may be the current rows. */
  mayPick: () => boolean;
  /** Whether the history adds a column to a table of the name that is written to; the table may be another one by now. */
  isAdded: (column: string) => boolean;
}

function kindOf(
  write: Write,
  table: Table,
  settings: FeatureSettings,
  { allowRetention, isOnce, mayPick, isAdded }: Circumstances,
): Rewrite["kind"] | undefined {
  const { kind, sets, conditions } = write;
  if (kind === "delete" || kind === "truncate") {
    const isRetention = allowRetention && kind === "delete" && conditions.some(byAge(table, settings));
    return isRetention ? undefined : kind;
  }
  const validity = validityOf(table);
  const names = sets.map(({ column }) => column);
  if (kind === "update" || kind === "merge") {
    if (isClose(sets, validity)) {
      const isLimited = conditions.some(({ expression }) => limits(expression, validity));
      return isLimited || mayPick() ? undefined : "close";
    }
    if (isOnly(names, validity)) return "reopen";
  }
  if (kind === "update" && isOnce && names.length > 0) {
    // A column that is gone by now was filled, or emptied, on its way out.
    const isNew = (name: string) => {
      const column = table.columns.get(name);
      return !column || isAddedLater(column, table) || isAdded(name);
    };
    if (names.every(isNew)) return undefined;
  }
  return kind === "insert" ? undefined : kind;
}

/** Holds for current versions alone, or may do so; each arm of an OR has to. */
function limits(expression: Expression, validity: Validity): boolean {
  const arms = expression.kind === "boolean" && expression.operator === "or" ? expression.args : [expression];
  return arms.every((arm) => selectsCurrent(arm, validity) || mayLimit(arm));
}

/** A condition on rows that a query of its own picks: those may be the current ones. */
function mayLimit(expression: Expression): boolean {
  return expression.kind === "opaque" || partsOf(expression).some(({ kind }) => kind === "opaque");
}

/** What CREATE TABLE … AS makes; it may be temporary, and so be in no catalog. */
const tablesOfQueries = ({ changes }: { changes: readonly SchemaChange[] }): { name: string }[] =>
  changes.flatMap((change) => {
    if (change.kind === "block") return tablesOfQueries(change);
    return change.kind === "create table as" ? [change.name] : [];
  });

/** The columns that ALTER TABLE adds, with their tables: `features.segment`. */
const columnsAdded = (changes: readonly SchemaChange[]): string[] =>
  changes.flatMap((change) => {
    if (change.kind === "block") return columnsAdded(change.changes);
    if (change.kind !== "alter table") return [];
    return change.actions.flatMap((action) =>
      action.kind === "add column" ? [`${change.name.name}.${action.column.name}`] : [],
    );
  });

const columnsAddedBy = memoised(({ changes }) => columnsAdded(changes));

/** Conditions that give a whole key a value: the write knows which version it ends. */
function bindsKey({ target, conditions }: Write, table: Table, catalog: Catalog): boolean {
  const bound = new Set<string>();
  for (const { expression } of conditions) {
    if (expression.kind !== "operator" || expression.name !== "=" || expression.quantifier === "all")
      continue;
    for (const side of [expression.left, expression.right])
      if (side?.kind === "column" && (side.qualifier ?? target.alias) === target.alias) bound.add(side.name);
  }
  return indexesOf(catalog, table).some(
    ({ isUnique, isValid, predicate, keys }) =>
      isUnique &&
      isValid &&
      !predicate &&
      keys.every(({ expression }) => expression.kind === "column" && bound.has(expression.name)),
  );
}

/** Columns that say something about the row itself, not about the entity. */
const isBookKeeping = (name: string) =>
  isWrittenTime(name) ||
  /^(?:updated|modified|closed|changed|superseded|replaced)_(?:at|by|on|time)$/.test(name);

function isValidity(name: string, { end, flag, range }: Validity): boolean {
  return name === end?.name || name === flag?.name || name === range?.name;
}

/** Sets the end, the flag or the range, and beside them only book-keeping columns. */
function isOnly(names: readonly string[], validity: Validity): boolean {
  return (
    names.some((name) => isValidity(name, validity)) &&
    names.every((name) => isValidity(name, validity) || isBookKeeping(name))
  );
}

/** Ends a version: an end that is no null, a flag that is not true. */
function isClose(sets: Write["sets"], validity: Validity): boolean {
  const isEnded = sets.every(({ column, value }) => {
    const bare = withoutCasts(value);
    if (bare.kind !== "literal") return true;
    if (column === validity.end?.name) return bare.value !== null && !/^infinity$/i.test(String(bare.value));
    return column !== validity.flag?.name || !/^(?:t|true|y|yes|on|1)$/i.test(String(bare.value));
  });
  return (
    isEnded &&
    isOnly(
      sets.map(({ column }) => column),
      validity,
    )
  );
}

function isAddedLater({ origin }: Column, { origin: created }: Table): boolean {
  const isInside = origin.range[0] >= created.range[0] && origin.range[1] <= created.range[1];
  return origin.path !== created.path || !isInside;
}

/** A condition that the time of an event, or the end of validity, lies before some moment. */
function byAge(table: Table, { eventTimeColumns }: FeatureSettings): (condition: Condition) => boolean {
  const { end } = validityOf(table);
  const times = new Set([...(eventTimeColumns ?? EVENT_TIME_COLUMNS), ...(end ? [end.name] : [])]);
  const isTime = (name: string) => times.has(name) || isWrittenTime(name);
  return ({ expression }) => {
    if (expression.kind !== "operator" || !expression.left) return false;
    const { name, left, right } = expression;
    const older = name === "<" || name === "<=" ? left : name === ">" || name === ">=" ? right : undefined;
    return older !== undefined && columnsIn(older).some((column) => isTime(column.name));
  };
}
