import type { Catalog, Column, Index, Place, Table } from "../catalog.js";
import type { ChangeOf } from "../changes.js";
import type { Database } from "../database.js";
import { indexesOf } from "../indexes.js";
import { keysOf } from "../planner/index.js";
import { tableFinder } from "../relations.js";
import { nameOf } from "../sources/paths.js";
import { formatType } from "../types.js";
import { viewOf } from "./assign.js";
import type { DeclaredColumn, DeclaredTable } from "./tables.js";

/** Something that the models and the migrations of a database do not have alike. */
export type Drift = {
  declared: DeclaredTable;
  /** In the models. */
  place: Place;
  /** In the migrations. */
  related?: Place;
  /** Why it may not be so. */
  doubt?: string;
} & (
  | { kind: "table" }
  | { kind: "column"; column: DeclaredColumn; table: Table }
  | { kind: "type"; column: DeclaredColumn; table: Table; type: string; migrated: string }
  | { kind: "index"; index: ChangeOf<"create index">; table: Table; keys: string }
  | { kind: "other index"; index: ChangeOf<"create index">; table: Table; migrated: Index; how: string }
);

const knownDrifts = new WeakMap<Database, readonly Drift[]>();

/** What models declare and migrations do not make, or make of another type. */
export function driftsOf(database: Database): readonly Drift[] {
  let drifts = knownDrifts.get(database);
  if (!drifts) knownDrifts.set(database, (drifts = findDrifts(database)));
  return drifts;
}

function findDrifts(database: Database): readonly Drift[] {
  const { models = [], catalog } = database;
  const find = tableFinder(catalog);
  return models.flatMap((declared): Drift[] => {
    const { name, schema } = declared;
    const table = find({ table: name, ...(schema === undefined ? {} : { schema }) });
    if (table) return driftsIn(declared, table, database);
    if (isElsewhere(declared, catalog)) return [];
    const doubt = declared.doubt ?? doubtOfMissing(declared, database);
    return [{ kind: "table", declared, place: declared.place, ...(doubt === undefined ? {} : { doubt }) }];
  });
}

/** A view, or a table whose name or schema is spelled in another way. */
function isElsewhere({ name }: DeclaredTable, catalog: Catalog): boolean {
  if (viewOf(catalog, name)) return true;
  for (const table of catalog.tables.values()) if (isAlike(table.name, name)) return true;
  return false;
}

const isAlike = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Why a table that is missing may be there after all. */
function doubtOfMissing({ madeBy }: DeclaredTable, database: Database): string | undefined {
  if (madeBy !== undefined) return `create_all() in ${madeBy} may make it`;
  const { catalog, problems } = database;
  const problem = problems.find(({ kind }) => kind !== "encoding");
  if (problem) return problem.message;
  const doubt = doubtOfCalls(database);
  if (doubt !== undefined) return doubt;
  const unread = migrations(database).find((one) => one.unread.length > 0);
  if (unread) return `${nameOf(unread.path)} could not be read in full`;
  for (const { schema, name, isAssumed } of catalog.tables.values())
    if (isAssumed) return `${schema}.${name} comes from a history that is not here`;
  return undefined;
}

/** A function elsewhere that a migration calls may change any table; all else that was not read names what it changes. */
function doubtOfCalls(database: Database): string | undefined {
  const file = migrations(database).find(({ unfollowed }) => unfollowed !== undefined);
  return file && `${nameOf(file.path)} calls ${file.unfollowed}() of another module, which was not followed`;
}

const migrations = ({ files, history }: Database) => files.slice(0, history.length);

/** Columns that PostgreSQL gives each table. */
const SYSTEM = /^(?:tableoid|xmin|cmin|xmax|cmax|ctid)$/;

function driftsIn(declared: DeclaredTable, table: Table, database: Database): Drift[] {
  const { columns, indexes } = declared;
  const { catalog } = database;
  const doubt = declared.doubt ?? table.doubt;
  const withDoubt = (own: string | undefined) => {
    const known = doubt ?? own;
    return known === undefined ? {} : { doubt: known };
  };
  const ofMissing = doubtOfCalls(database);
  const names = [...table.columns.keys()];
  const ofColumns = columns.flatMap((column): Drift[] => {
    const { name, place, typePlace = place } = column;
    const migrated = table.columns.get(name);
    if (!migrated) {
      // All that is known of such a table is what later statements say.
      if (table.isAssumed || SYSTEM.test(name) || names.some((one) => isAlike(one, name))) return [];
      return [
        { kind: "column", declared, column, table, place, related: table.origin, ...withDoubt(ofMissing) },
      ];
    }
    const types = differentTypes(column, migrated);
    if (!types) return [];
    return [{ kind: "type", declared, column, table, ...types, place: typePlace, related: migrated.typePlace, ...withDoubt(migrated.doubt) }]; // prettier-ignore
  });
  const ofIndexes = indexes.flatMap(({ change, place }): Drift[] => {
    const found = indexDrift(change, table, catalog);
    return found ? [{ ...found, declared, table, index: change, place, ...withDoubt(ofMissing) }] : [];
  });
  return [...ofColumns, ...ofIndexes];
}

const JSON_TYPE = /^jsonb?(?:\[\])*$/;
/** A type whose name says nothing of what it is. */
const UNKNOWN_TYPE = /["\uE000]|^USER-DEFINED$/;

/** The two types of a column, where one of them at least is json or jsonb, and the other is another. */
function differentTypes(
  { type }: DeclaredColumn,
  column: Column,
): { type: string; migrated: string } | undefined {
  if (type === undefined || UNKNOWN_TYPE.test(type) || column.baseType === undefined) return undefined;
  const migrated = formatType(column.baseType);
  if (UNKNOWN_TYPE.test(migrated) || (!JSON_TYPE.test(type) && !JSON_TYPE.test(migrated))) return undefined;
  // PostgreSQL keeps no number of dimensions.
  const same = type.replace(/(?:\[\])+$/, "[]") === migrated.replace(/(?:\[\])+$/, "[]");
  return same ? undefined : { type, migrated };
}

/** A GIN index of a model that the migrations leave out, or make as another; none for indexes of other methods. */
function indexDrift(
  index: ChangeOf<"create index">,
  table: Table,
  catalog: Catalog,
):
  | { kind: "index"; keys: string }
  | { kind: "other index"; migrated: Index; how: string; related: Place }
  | undefined {
  if (index.method !== "gin" || table.isAssumed) return undefined;
  const wanted = keysOf(asIndex(index, table), table);
  // An index on what the table does not have is no index that could be missing.
  const text = wanted.map((key) => key.text).join();
  const same = indexesOf(catalog, table).filter(
    (one) =>
      one.method === "gin" &&
      keysOf(one, table)
        .map((key) => key.text)
        .join() === text,
  );
  const isClassAlike = (one: Index) =>
    keysOf(one, table).every(({ operatorClass }, i) => {
      const own = index.keys[i]?.operatorClass ?? "jsonb_ops";
      return operatorClass === undefined || !operatorClass.startsWith("jsonb_") || operatorClass === own;
    });
  if (same.some(isClassAlike)) return undefined;
  if (same.some(({ doubt }) => doubt !== undefined)) return undefined;
  const [other] = same;
  if (other) {
    const classes = keysOf(other, table).map(({ operatorClass }) => operatorClass ?? "");
    return { kind: "other index", migrated: other, how: `with ${classes.join(", ")}`, related: other.place };
  }
  const sameName = indexesOf(catalog, table).find(({ name }) => name === index.name);
  if (sameName?.doubt !== undefined) return undefined;
  if (sameName) {
    const how = sameName.method === "gin" ? "on something else" : `as ${sameName.method}`;
    return { kind: "other index", migrated: sameName, how, related: sameName.place };
  }
  return { kind: "index", keys: index.keys.map(({ label }) => label).join(", ") };
}

function asIndex(
  { name = "", method, keys, include, predicate, range }: ChangeOf<"create index">,
  table: Table,
): Index {
  return {
    schema: table.schema,
    name,
    table: `${table.schema}.${table.name}`,
    method,
    keys: keys.map((key) => ({ ...key, isDescending: false, areNullsFirst: false })),
    include,
    ...(predicate ? { predicate } : {}),
    isUnique: false,
    isValid: true,
    place: { path: "", range },
  };
}
