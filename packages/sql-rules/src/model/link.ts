import type { MigrationSettings } from "../settings.js";
import type { Place } from "./catalog.js";
import type { ChangeOf, ObjectName, SchemaChange } from "./changes.js";
import type { Database, HistoryProblem } from "./database.js";
import type { FileFacts } from "./facts.js";
import type { LayoutName } from "./layouts.js";
import { historiesOf, type Controls, type History, type SourceFile } from "./sources/index.js";
import { folderOf, groupBy } from "./sources/paths.js";

/** All databases of a repository. */
export interface Linked {
  histories: readonly History[];
  /** By the absolute path of each file that belongs to one. */
  databaseOf: ReadonlyMap<string, Database>;
  /** What is wrong with histories, by the absolute path of the file it is to be said in. */
  problems: ReadonlyMap<string, readonly HistoryProblem[]>;
  /** Absolute paths of scripts that a history leaves out on purpose: variants, dumps, the way back. */
  left: ReadonlySet<string>;
}

/** Stands in until the replay is there. */
const replay = (_: readonly FileFacts[]): Database["catalog"] => ({
  tables: new Map(),
  indexes: new Map(),
  views: new Map(),
  types: new Map(),
  droppedIndexes: [],
  problems: [],
});

/** A file with its path relative to the root, with slashes. */
export interface Listed {
  path: string;
  facts: FileFacts;
}

/**
 * Links the facts of a repository's files to databases.
 *
 * @param files - facts of every file below the root
 * @param controls - texts of plans and journals by relative path
 * @param before - an earlier result: databases whose files' facts are the same objects are kept
 */
export function link(
  files: readonly Listed[],
  controls: Controls,
  settings: MigrationSettings,
  before?: Linked,
): Linked {
  const byPath = new Map(files.map((file) => [file.path, file.facts]));
  const histories = historiesOf(files.map(sourceOf), controls, settings);
  const catalogs = new Map(
    [...(before?.databaseOf.values() ?? [])].map((one) => [one.name + one.layout, one]),
  );
  const replayed = histories
    .filter(({ steps }) => steps.length > 0)
    .map((history) => replayHistory(history, byPath, catalogs.get(history.name + history.layout)));

  const left = new Set(
    histories.flatMap((history) => history.left.flatMap(({ path }) => byPath.get(path)?.path ?? [])),
  );
  const owned = new Set(replayed.flatMap(({ facts }) => facts));
  const others = files.filter(({ facts }) => !owned.has(facts) && !left.has(facts.path) && speaks(facts));
  const owners = ownersOf(replayed);
  const speakers = groupBy(others, (file) => nearest(file, owners));

  const databaseOf = new Map<string, Database>();
  for (const one of replayed) {
    const database = complete(
      one,
      (speakers.get(one) ?? []).map(({ facts }) => facts),
    );
    for (const { path } of database.files) databaseOf.set(path, database);
  }
  const problems = histories.flatMap((history) => problemsOf(history, byPath));
  return { histories, databaseOf, left, problems: groupBy(problems, ({ place }) => place.path) };
}

/** A file that belongs to no history, as a database of its own. */
export function alone(facts: FileFacts, name: string): Database {
  const catalog = replay([facts]);
  return {
    name,
    catalog,
    history: [{ path: facts.path, reason: "alone" }],
    queries: at(facts, facts.queries),
    writes: at(facts, facts.writes),
    problems: [],
    files: [facts],
  };
}

/** A history with its catalog, and the database it was before, if that can be used again. */
interface Replayed {
  history: History;
  facts: readonly FileFacts[];
  catalog: Database["catalog"];
  problems: readonly HistoryProblem[];
  before: Database | undefined;
}

function replayHistory(
  history: History,
  byPath: ReadonlyMap<string, FileFacts>,
  before: Database | undefined,
): Replayed {
  const facts = history.steps.flatMap(({ path }) => byPath.get(path) ?? []);
  const problems = problemsOf(history, byPath);
  const isSame =
    before?.history.length === facts.length &&
    facts.every((one, i) => one === before.files[i]) &&
    JSON.stringify(problems) === JSON.stringify(before.problems);
  if (isSame) return { history, facts, catalog: before.catalog, problems, before };

  const catalog = replay(facts);
  const unread = facts.find(({ isUnread }) => isUnread);
  if (unread) {
    for (const table of catalog.tables.values()) table.doubt ??= `${nameOf(unread.path)} could not be read`;
  }
  return { history, facts, catalog, problems, before: undefined };
}

function problemsOf({ problems, steps }: History, byPath: ReadonlyMap<string, FileFacts>): HistoryProblem[] {
  const facts = steps.flatMap(({ path }) => byPath.get(path) ?? []);
  const start = (path: string): Place => ({ path, range: [0, 0] });
  // The file itself may be out of every linter's reach.
  const readable = facts.findLast(({ isUnread }) => !isUnread);
  return [
    ...problems.map(({ kind, message, path }) => ({
      kind,
      message,
      place: start(byPath.get(path)?.path ?? path),
    })),
    ...facts
      .filter(({ isUnread }) => isUnread)
      .map(({ path, unread }): HistoryProblem => {
        const message = `${nameOf(path)} was not read into this history, ${unread[0]?.error ?? ""}`;
        return { kind: "unread", message, place: start(readable?.path ?? path) };
      }),
  ];
}

/** Layouts whose scripts run once. */
const isMigration = (layout: LayoutName) => layout !== "dump" && layout !== "declarative";

function complete({ history, facts, catalog, problems, before }: Replayed, speakers: FileFacts[]): Database {
  const files = [...facts, ...speakers];
  if (before?.files.length === files.length && files.every((one, i) => one === before.files[i]))
    return before;
  const { name, layout } = history;
  // What stands in a migration outside of functions and views runs once, whatever it costs.
  const inHistory = <T extends { role: string }>(items: readonly T[]): readonly T[] =>
    isMigration(layout)
      ? items.map((item) => (item.role === "query" ? { ...item, role: "backfill" } : item))
      : items;
  return {
    name,
    layout,
    catalog,
    history: facts.map(({ path }, i) => ({ path, reason: history.steps[i]?.reason ?? "" })),
    queries: [
      ...facts.flatMap((one) => at(one, inHistory(one.queries))),
      ...speakers.flatMap((one) => at(one, one.queries)),
    ],
    writes: [
      ...facts.flatMap((one) => at(one, inHistory(one.writes))),
      ...speakers.flatMap((one) => at(one, one.writes)),
    ],
    problems,
    files,
  };
}

function at<T extends object>({ path }: FileFacts, items: readonly T[]): (T & { path: string })[] {
  return items.map((item) => ({ ...item, path }));
}

function speaks({ queries, writes, dialect }: FileFacts): boolean {
  return dialect === "postgresql" && queries.length + writes.length > 0;
}

/** The histories that end with a table, by its name. */
function ownersOf(histories: readonly Replayed[]): ReadonlyMap<string, readonly Replayed[]> {
  const pairs = histories.flatMap((one) => [...one.catalog.tables.keys()].map((table) => ({ table, one })));
  return new Map(
    [...groupBy(pairs, ({ table }) => table)].map(([table, found]) => [table, found.map(({ one }) => one)]),
  );
}

/**
 * The history that has the most of the tables a file of queries names; of several such the one whose folder is nearest.
 * None where two are as near.
 */
function nearest(
  { path, facts }: Listed,
  owners: ReadonlyMap<string, readonly Replayed[]>,
): Replayed | undefined {
  const counts = new Map<Replayed, number>();
  for (const table of tablesNamed(facts)) {
    for (const one of owners.get(table) ?? []) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  const folder = folderOf(path).split("/");
  const depths = [...counts]
    .filter(([, count]) => count === most)
    .map(([one]) => ({ one, depth: sharedDepth(folder, one.history.name.split("/")) }));
  const deepest = Math.max(...depths.map(({ depth }) => depth));
  const closest = depths.filter(({ depth }) => depth === deepest);
  return closest.length === 1 ? closest[0]!.one : undefined;
}

function sharedDepth(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return shared;
}

const named = new WeakMap<FileFacts, readonly string[]>();

/** Tables in queries and writes, each in the schemas it may mean. */
function tablesNamed(facts: FileFacts): readonly string[] {
  let tables = named.get(facts);
  if (!tables) {
    const sources = [
      ...facts.queries.flatMap((query) => query.sources),
      ...facts.writes.map(({ target }) => target),
    ];
    tables = [
      ...new Set(
        sources.map(({ schema, table }) => qualified({ name: table, ...(schema ? { schema } : {}) })),
      ),
    ];
    named.set(facts, tables);
  }
  return tables;
}

const sources = new WeakMap<FileFacts, SourceFile>();

/** What of a file's facts decides on its place in a history. */
function sourceOf({ path, facts }: Listed): SourceFile {
  const known = sources.get(facts);
  if (known?.path === path) return known;
  const { creates, needs } = tablesChanged(facts.changes);
  const source: SourceFile = {
    path,
    dialect: facts.dialect,
    dialectBy: facts.dialectBy ?? "default",
    creates,
    needs,
    changesSchema: facts.changes.length > 0 || facts.isUnread === true,
    includes: facts.includes ?? [],
    ...(facts.tool ? { tool: facts.tool } : {}),
    ...(facts.link ? { link: facts.link } : {}),
    ...(facts.isSurelyPostgres ? { isSurelyPostgres: true } : {}),
  };
  sources.set(facts, source);
  return source;
}

function tablesChanged(changes: readonly SchemaChange[]): { creates: string[]; needs: string[] } {
  const creates = new Set<string>();
  const needs = new Set<string>();
  const need = (name: ObjectName) => {
    const table = qualified(name);
    if (!creates.has(table)) needs.add(table);
  };
  for (const change of changes.flatMap((one) => (one.kind === "block" ? one.changes : [one]))) {
    if (change.kind === "create table") {
      for (const parent of parentsOf(change)) need(parent);
      if (change.persistence !== "temporary") creates.add(qualified(change.name));
    } else if (change.kind === "create table as") creates.add(qualified(change.name));
    else if (change.kind === "alter table" && change.object === "table") need(change.name);
    else if (change.kind === "create index") need(change.table);
    else if (change.kind === "rename" && change.object === "table") need(change.name);
  }
  return { creates: [...creates], needs: [...needs] };
}

function parentsOf({
  inherits = [],
  partitionOf,
  constraints,
  elements,
}: ChangeOf<"create table">): ObjectName[] {
  const columns = elements.flatMap((element) => (element.kind === "column" ? element.constraints : []));
  return [
    ...inherits,
    ...(partitionOf ? [partitionOf] : []),
    ...[...constraints, ...columns].flatMap((one) => (one.kind === "foreign key" ? [one.references] : [])),
  ];
}

function qualified({ schema = "public", name }: ObjectName): string {
  return `${schema}.${name}`;
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
