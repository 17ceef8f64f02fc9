import type { Catalog, Column, Table } from "./catalog.js";
import type { FeatureSettings } from "./features.js";
import { indexesOf } from "./indexes.js";
import { groupBy } from "./sources/paths.js";
import { isScd2Table, typeName, validityOf } from "./validity.js";

/** Names of event-time columns where settings name none, the preferred one first. */
export const EVENT_TIME_COLUMNS: readonly string[] = (
  "event_time event_timestamp event_ts event_at event_datetime event_date occurred_at happened_at observed_at " +
  "observed_on observation_time observation_date measured_at measurement_time recorded_at feature_time " +
  "feature_timestamp feature_ts feature_date as_of as_of_time as_of_ts as_of_date asof asof_date snapshot_time " +
  "snapshot_ts snapshot_at snapshot_date valid_time window_end window_end_time period_end time_bucket bucket timestamp ts time " +
  "datetime date day"
).split(" ");

/** Times of the row rather than of what it says. */
const WRITTEN =
  /^(?:row_|record_|dbt_|last_|_)*(?:creat|updat|modif|insert|ingest|load|process|comput|calculat|generat|delet|sync|import|refresh|chang)\w*$/;
/** Times that are values themselves: `last_login`, `first_order`. */
const VALUE = /^(?:last|first)_/;

/** True for `created_at`, `updated_on`, `ingested_at`: when a row was written. */
export function isWrittenTime(name: string): boolean {
  return WRITTEN.test(name.toLowerCase());
}

const TIMES = new Set(["timestamp with time zone", "timestamp without time zone", "date"]);

/** What is wrong with a table's event time. */
export type EventTimeFlaw =
  /** There is none; `written` is the column that says when a row was written, if there is one. */
  { kind: "missing"; written?: Column } | { kind: "nullable" | "zone" | "day" | "type"; column: Column };

/**
 * What is wrong with the event time of a feature or SCD2 table: nothing, if a column of an accepted name is
 * `timestamptz NOT NULL`.
 *
 * An SCD2 table that is no feature table has its event time in the start of its validity period. A column of another
 * name is taken for the event time where it is `timestamptz NOT NULL` or tells rows apart (it is in a key or the
 * partition key), unless its name speaks of processing (`created_at`, `computed_at`).
 *
 * @param isFeatures - whether the table is a feature table
 * @param acceptsStart - whether the start of a validity period may be the event time
 */
export function eventTimeFlaws(
  table: Table,
  catalog: Catalog,
  settings: FeatureSettings,
  { isFeatures, acceptsStart }: { isFeatures: boolean; acceptsStart: boolean },
): readonly EventTimeFlaw[] {
  const columns = [...table.columns.values()];
  const named = groupBy(columns, ({ name }) => name.toLowerCase());
  const accepted = (settings.eventTimeColumns ?? EVENT_TIME_COLUMNS).flatMap(
    (name) => named.get(name.toLowerCase()) ?? [],
  );
  if (accepted.some(isSound)) return [];

  if (acceptsStart && !isFeatures && isScd2Table(table, catalog, settings)) {
    const { start, range } = validityOf(table);
    if (range) return range.notNull ? [] : [{ kind: "nullable", column: range }];
    if (start) {
      // A dimension's versions may well change by the day.
      return flawsOf(start).filter(({ kind }) => kind !== "day");
    }
  }

  const [column] = accepted.length > 1 ? [accepted.find(isTime) ?? accepted[0]!] : accepted;
  if (column) return flawsOf(column);
  const { start, end } = validityOf(table);
  const others = columns.filter(
    (other) =>
      isTime(other) && !isWritten(other) && !VALUE.test(other.name) && other !== start && other !== end,
  );
  const keys = keyColumns(table, catalog);
  if (others.some((other) => isSound(other) || keys.has(other.name))) return [];
  // A fact table has its time under a name of its own, or in a dimension of dates.
  if (/^fct/i.test(table.name) && (others.length > 0 || columns.some(isDateKey))) return [];
  const written = columns.find((other) => isTime(other) && isWritten(other));
  return [{ kind: "missing", ...(written ? { written } : {}) }];
}

const isTime = (column: Column) =>
  TIMES.has(typeName(column)) && (column.baseType ?? column.type).dimensions === 0;
const isWritten = ({ name }: Column) => isWrittenTime(name);
const isSound = (column: Column) => isTime(column) && flawsOf(column).length === 0;
const isDateKey = ({ name }: Column) =>
  /(?:^|_)(?:date|day|time|month|week|period)_?(?:key|id|sk)$/i.test(name);

function flawsOf(column: Column): EventTimeFlaw[] {
  const flaws: EventTimeFlaw[] = [];
  const type = typeName(column);
  if (type === "timestamp without time zone") flaws.push({ kind: "zone", column });
  else if (type === "date") flaws.push({ kind: "day", column });
  else if (!isTime(column)) flaws.push({ kind: "type", column });
  if (!column.notNull) flaws.push({ kind: "nullable", column });
  return flaws;
}

/** Columns of the primary key, of unique and exclusion constraints and indexes, and of the partition key. */
function keyColumns(table: Table, catalog: Catalog): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { kind, columns } of table.constraints.values()) {
    if (kind === "primary key" || kind === "unique" || kind === "exclude")
      for (const name of columns) keys.add(name);
  }
  const expressions = [
    ...(table.partitionKey?.elements ?? []),
    ...indexesOf(catalog, table)
      .filter(({ isUnique }) => isUnique)
      .flatMap((index) => index.keys.map(({ expression }) => expression)),
  ];
  for (const expression of expressions) if (expression.kind === "column") keys.add(expression.name);
  return keys;
}
