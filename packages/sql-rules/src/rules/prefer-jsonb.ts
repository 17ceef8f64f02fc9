import type { ChangeOf, ColumnSpec, SchemaChange } from "../model/changes.js";
import type { Column, Place, Table } from "../model/catalog.js";
import { shownTable } from "../model/features.js";
import type { Database } from "../model/database.js";
import type { Expression } from "../model/expression.js";
import type { FileFacts } from "../model/facts.js";
import type { JsonName } from "../model/json-names.js";
import { mergedColumns } from "../model/merged-columns.js";
import type { TypeRef } from "../model/types.js";
import { databaseRule, type Edit } from "../rule.js";

export default databaseRule({
  meta: {
    type: "problem",
    docs: {
      description: "Prefer jsonb over json for stored columns",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/prefer-jsonb.md",
      recommended: true,
      view: "logical",
      level: "error",
      code: "OR01",
    },
    languages: ["orchestrator/sql", "orchestrator/python", "js/*"],
    fixable: "code",
    hasSuggestions: true,
    schema: [],
    messages: {
      column:
        "Column {{table}}.{{column}} is json: PostgreSQL keeps it as text, parses it again at every read, and has no GIN operator class for it.",
      toJsonb: "Write jsonb, and jsonb_ functions where this column goes through json_ ones.",
      both: "Write jsonb, here and in each table that shares the column by inheritance: PostgreSQL merges columns of one type only.",
      cast: "This default of {{table}}.{{column}} is cast to json, the type that is stored as unparsed text.",
      value:
        "This value of {{table}}.{{column}} is cast to json although the column is jsonb: PostgreSQL checks the text, keeps it, and parses it a second time.",
    },
  },

  *find(database) {
    const reports = [...reportsOf(database)];
    const names = new Map(database.files.map(({ path, jsonNames = [] }) => [path, jsonNames]));
    const nameAt = ({ path, range }: Place) =>
      names.get(path)?.find((one) => range[0] <= one.range[0] && one.range[1] <= range[1]);
    const located = reports.map((report) => ({ ...report, name: nameAt(report.place) }));

    const isMerged = mergedColumns(database);

    for (const { messageId, place, table, column, more = [], name, isOfJson } of located) {
      const edits = name && [toJsonb(name), ...more];
      yield {
        // The body of a DO block is text, which is not changed.
        place: name ? { path: place.path, range: name.range } : place,
        messageId,
        data: { table: shownTable(table), column: column.name },
        subject: `${table.schema}.${table.name}.${column.name}`,
        // A jsonb column stores the same value without the detour; a json one may meet values that stay json.
        ...(edits &&
          (messageId === "column" && isMerged(table, { ...column, typePlace: place })
            ? { suggest: [{ messageId: "both", edits }] }
            : isOfJson && database.isRead
              ? { suggest: [{ messageId: "toJsonb", edits }] }
              : { fix: edits })),
      };
    }
  },
});

/** What is to be said of a column, and where the type stands that is to become jsonb. */
interface Report {
  messageId: "column" | "cast" | "value";
  place: Place;
  table: Pick<Table, "schema" | "name">;
  column: Pick<Column, "name">;
  more?: readonly Edit[];
  /** The column is json, not jsonb. */
  isOfJson?: boolean;
}

function* reportsOf(database: Database): Iterable<Report> {
  for (const { path, target, sets, role } of database.writes) {
    if (role === "backfill") continue;
    const table = database.catalog.tables.get(`${target.schema ?? "public"}.${target.table}`);
    if (!table || table.doubt !== undefined) continue;
    for (const { column: name, value } of sets) {
      const column = table.columns.get(name);
      if (!column || column.doubt !== undefined || !isType(column.type, "jsonb")) continue;
      for (const range of valueCasts(value))
        yield { messageId: "value", place: { path, range }, table, column };
    }
  }

  // Few defaults are cast to json, and finding where each was written means looking through all files.
  let paths: ReadonlyMap<Expression, string> | undefined;
  // LIKE … INCLUDING DEFAULTS gives another table the default that was written once.
  const seen = new Set<Expression>();
  for (const table of database.catalog.tables.values()) {
    if (!isStored(table) || table.doubt !== undefined) continue;
    for (const column of table.columns.values()) {
      if (column.isInherited || column.doubt !== undefined) continue;
      if (isType(column.type, "json")) {
        if (isOneOfBoth(column, table)) continue;
        if (isWritten(column, table.origin)) {
          yield {
            messageId: "column",
            place: column.typePlace,
            table,
            column,
            more: usingClause(column),
            isOfJson: true,
          };
        }
      } else if (!isType(column.type, "jsonb")) continue;
      if (!column.default || seen.has(column.default)) continue;
      seen.add(column.default);
      for (const range of castsToJson(column.default)) {
        paths ??= defaultPaths(database);
        const path = paths.get(column.default);
        const isOfJson = isType(column.type, "json");
        if (path !== undefined) yield { messageId: "cast", place: { path, range }, table, column, isOfJson };
      }
    }
  }

  for (const view of database.catalog.views.values()) {
    if (!view.isMaterialized || view.doubt !== undefined) continue;
    for (const column of view.columns ?? []) {
      if (isType(column.type, "json") && isWritten(column, view.place))
        yield { messageId: "column", place: column.typePlace, table: view, column, isOfJson: true };
    }
  }
}

function isStored({ kind, persistence }: Table): boolean {
  return kind !== "foreign" && persistence !== "temporary";
}

/** What else than a value is cast to json may be json for a reason of its own. */
function valueCasts(value: Expression): Iterable<[number, number]> {
  const isValue = value.kind === "cast" && /^(?:literal|parameter)$/.test(value.arg.kind);
  return isValue ? castsToJson(value) : [];
}

/** The columns of a query have a type that stands elsewhere, unless the query casts to it. */
function isWritten({ typePlace }: Pick<Column, "typePlace">, statement: Place): boolean {
  return typePlace.path !== statement.path || typePlace.range.join() !== statement.range.join();
}

function isType({ schema, name }: TypeRef, wanted: string): boolean {
  return schema === undefined && name === wanted;
}

/** `json_value json` beside `jsonb_value jsonb`: a table with a column of each type is made to try types out. */
function isOneOfBoth({ name }: Column, { columns }: Table): boolean {
  const twin = columns.get(name.replace(/json/i, "$&b"));
  return twin !== undefined && isType(twin.type, "jsonb");
}

function toJsonb({ range, isUpperCase }: JsonName): Edit {
  return { range, text: isUpperCase ? "JSONB" : "jsonb" };
}

/** Only json itself is cast to jsonb on assignment: from text, ALTER COLUMN … TYPE needs to be told how. */
function usingClause({ typePlace, history }: Column): Edit[] {
  const last = history.findLast(({ kind }) => kind !== "rename");
  if (last?.kind !== "retype" || last.hasUsing) return [];
  const written = /^[a-z_][a-z0-9_]*$/.test(last.name) ? last.name : `"${last.name.replaceAll('"', '""')}"`;
  return [{ range: [typePlace.range[1], typePlace.range[1]], text: ` USING ${written}::jsonb` }];
}

/**
 * Where the casts to json stand that wrap a value directly, `'{}'::json`, `('{}'::json)::jsonb`, each without the
 * casts inside it.
 */
function* castsToJson(value: Expression | undefined): Iterable<[number, number]> {
  for (let at = value; at?.kind === "cast"; at = at.arg) {
    const { range, arg, type } = at;
    if (!range || !isType(type, "json")) continue;
    // The type stands after the value in `x::json` and in CAST(x AS json).
    yield [arg.range?.[1] ?? range[0], range[1]];
  }
}

/** The file each default was written in. */
function defaultPaths({ files }: Database): ReadonlyMap<Expression, string> {
  const paths = new Map<Expression, string>();
  for (const { path, changes } of files) {
    for (const value of defaultsOf(changes)) paths.set(value, path);
  }
  return paths;
}

function* defaultsOf(changes: FileFacts["changes"]): Iterable<Expression> {
  const ofColumn = (column: ColumnSpec) => (column.default ? [column.default] : []);
  for (const change of changes.flatMap((one): readonly SchemaChange[] =>
    isBlock(one) ? one.changes : [one],
  )) {
    if (change.kind === "create table") {
      for (const element of change.elements) if (element.kind === "column") yield* ofColumn(element);
    } else if (change.kind === "alter table") {
      for (const action of change.actions) {
        if (action.kind === "add column") yield* ofColumn(action.column);
        else if (action.kind === "default" && action.expression) yield action.expression;
      }
    }
  }
}

function isBlock(change: SchemaChange): change is ChangeOf<"block"> {
  return change.kind === "block";
}
