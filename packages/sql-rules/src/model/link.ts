import type { MigrationSettings } from "../settings.js";
import type { Catalog, Place } from "./catalog.js";
import type { Database, HistoryProblem, In } from "./database.js";
import { withDjango } from "./django/link.js";
import { isEnded } from "./ended.js";
import type { FileFacts } from "./facts.js";
import { assigned } from "./models/assign.js";
import { moduleOf, Modules, typeNamed } from "./models/modules.js";
import { declaredTables, type DeclaredTable } from "./models/tables.js";
import { isUnordered } from "./layouts.js";
import { memoised } from "./memoised.js";
import { changingElsewhere, replayed, type Listed } from "./replayed.js";
import { historiesOf, type Controls, type History, type Left, type SourceFile } from "./sources/index.js";
import type { Query, Write } from "./query.js";
import { TEST } from "./test-paths.js";
import { constantsOf, substituted } from "./substitute.js";
import { qualified, sourceOf, temporaryIn } from "./sources/source.js";
import { folderOf, groupBy, nameOf } from "./sources/paths.js";

export type { Listed } from "./replayed.js";

/** All databases of a repository. */
export interface Linked {
  histories: readonly History[];
  /**
   * By the absolute path of each file that belongs to some: the one it builds first, then the one it speaks to (a view
   * or function that reads what migrations elsewhere create).
   */
  databasesOf: ReadonlyMap<string, readonly Database[]>;
  /** What is wrong with histories, by the absolute path of the file it is to be said in. */
  problems: ReadonlyMap<string, readonly HistoryProblem[]>;
  /** Absolute paths of scripts that a history leaves out on purpose: variants, dumps, the way back. */
  left: ReadonlySet<string>;
  /** Of those, the ones that are another database's. */
  others: ReadonlySet<string>;
  /** Whether there is SQL that is not of tests. A tree of nothing else is read as if it were none. */
  isBesideTests: boolean;
  /** As of each database. */
  isRead: boolean;
  /** Files in other languages that may change what scripts create. */
  beside: readonly Listed[];
  /** The tables of models. */
  declared?: Declared;
  /** What the histories were recognised from. */
  basis: { sources: readonly SourceFile[]; controls: Controls };
}

/**
 * Links the facts of a repository's files to databases.
 *
 * @param all - facts of every file below the root
 * @param controls - texts of plans and journals by relative path
 * @param hasOthers - whether sources of languages that are not read stand beside them
 * @param before - an earlier result: databases whose files' facts are the same objects are kept
 */
export function link(
  all: readonly Listed[],
  controls: Controls,
  settings: MigrationSettings,
  before?: Linked,
  hasOthers = false,
): Linked {
  const files = withConstants(withDjango(all), settings.typeAliases ?? {});
  const byPath = new Map(files.map((file) => [file.path, file.facts]));
  const sources = files
    .filter(({ facts }) => !facts.isForeign)
    .map(({ path, facts }) => sourceOf(path, facts));
  const isSame = before && isEqual(before.basis, { sources, controls });
  const histories = isSame ? before.histories : historiesOf(sources, controls, settings);
  const beside = [
    ...files.filter(({ facts }) => facts.mayChange !== undefined || facts.isForeign),
    ...histories.flatMap((history) => changingElsewhere(history, byPath)),
  ].filter(({ path }) => !TEST.test(path));
  const catalogs = new Map([...(before?.databasesOf.values() ?? [])].flat().map((one) => [keyOf(one), one]));
  const replayed = histories
    .filter(({ steps }) => steps.length > 0)
    .map((history) => replayHistory(history, { byPath, beside }, catalogs.get(keyOf(history))));

  const absolute = (steps: readonly Left[]) =>
    new Set(steps.flatMap(({ path }) => byPath.get(path)?.path ?? []));
  const allLeft = histories.flatMap((history) => history.left);
  const left = absolute(allLeft);
  const owned = new Set(replayed.flatMap(({ facts }) => facts));
  const others: Speaker[] = files.filter(({ facts }) => !owned.has(facts) && !left.has(facts.path));
  const asking = [...others, ...replayed.flatMap(speakingElsewhere)]
    .map((speaker) => ({ ...speaker, ...ofApplication(speaker) }))
    .filter(({ facts }) => speaks(facts));
  const owners = ownersOf(replayed);
  const speakers = groupBy(asking, (speaker) => nearest(speaker, owners));

  const declared = declaredIn(files, settings.typeAliases ?? {}, before?.declared);
  const owning = replayed.filter(
    ({ history }) => !isUnordered(history) && !history.steps.every(({ path }) => TEST.test(path)),
  );
  const models = assigned(declared.tables, owning);

  const isBesideTests = files.some(({ path, facts }) => !TEST.test(path) && isPostgres(facts));
  const isRead = hasOthers || files.some(({ facts }) => facts.readsValues);
  const databases = replayed.map((one) =>
    complete(one, speakers.get(one) ?? [], models.get(one), isBesideTests, isRead),
  );
  const databasesOf = new Map<string, Database[]>();
  const add = (files: readonly Pick<FileFacts, "path">[], database: Database) => {
    for (const { path } of files) databasesOf.set(path, [...(databasesOf.get(path) ?? []), database]);
  };
  for (const database of databases) add(database.files.slice(0, database.history.length), database);
  for (const database of databases) add(database.files.slice(database.history.length), database);
  for (const database of databases) add(declaring(database, databasesOf), database);
  const problems = [
    ...replayed.flatMap((one) => one.problems),
    ...histories.filter(({ steps }) => steps.length === 0).flatMap((history) => problemsOf(history, byPath)),
  ];
  return {
    histories,
    databasesOf,
    left,
    others: absolute(allLeft.filter(({ isOtherDatabase }) => isOtherDatabase)),
    problems: groupBy(problems, ({ place }) => place.path),
    isBesideTests,
    isRead,
    beside,
    declared,
    basis: { sources, controls },
  };
}

/** The files of models that were not read again, and the tables they declare. */
interface Declared {
  key: string;
  files: readonly Listed[];
  tables: readonly DeclaredTable[];
}

function declaredIn(
  files: readonly Listed[],
  aliases: Readonly<Record<string, string>>,
  before: Declared | undefined,
): Declared {
  const own = files.filter(
    ({ path, facts }) => (facts.models !== undefined || facts.createsTables) && !TEST.test(path),
  );
  const key = JSON.stringify(aliases);
  const isSame =
    before?.key === key &&
    before.files.length === own.length &&
    before.files.every(({ path, facts }, i) => path === own[i]!.path && facts === own[i]!.facts);
  return isSame ? before : { key, files: own, tables: declaredTables(own, aliases) };
}

/** The files of a database's models that are none of its own yet. */
function declaring(
  database: Database,
  databasesOf: ReadonlyMap<string, readonly Database[]>,
): Pick<FileFacts, "path">[] {
  const paths = new Set((database.models ?? []).flatMap(placesOf).map(({ path }) => path));
  return [...paths].filter((path) => !databasesOf.get(path)?.includes(database)).map((path) => ({ path }));
}

function placesOf({ place, columns, indexes }: DeclaredTable): Place[] {
  const ofColumns = columns.flatMap((column) => [
    column.place,
    ...(column.typePlace ? [column.typePlace] : []),
  ]);
  return [place, ...ofColumns, ...indexes.map((index) => index.place)];
}

/** Facts with what other files and the settings say put in; made anew where either changed. */
const finished = new WeakMap<FileFacts, { key: string; facts: FileFacts }>();

function withConstants(
  files: readonly Listed[],
  aliases: Readonly<Record<string, string>>,
): readonly Listed[] {
  if (!files.some(({ facts }) => facts.link)) return files;
  const named = files.filter(({ facts }) => facts.constants);
  const modules = new Modules(files);
  const types = modules.all.flatMap(({ file, models }) =>
    Object.keys(models.types).length > 0 ? [[file, models.types]] : [],
  );
  const key = JSON.stringify([aliases, types, named.map(({ path, facts }) => [path, facts.constants])]);
  const constantOf = constantsOf(named);
  const typeFrom = (path: string, facts: FileFacts) => (name: string) => {
    const type = typeNamed(modules, `"${name}"`, moduleOf(path, facts), aliases);
    return type !== undefined && /^jsonb?$/.test(type) ? type : undefined;
  };
  return files.map(({ path, facts }) => {
    if (!facts.link) return { path, facts };
    let known = finished.get(facts);
    if (known?.key !== key) {
      finished.set(facts, (known = { key, facts: substituted(facts, constantOf, typeFrom(path, facts)) }));
    }
    return { path, facts: known.facts };
  });
}

/** Most edits of a script change nothing about the order of scripts. */
function isEqual(a: Linked["basis"], b: Linked["basis"]): boolean {
  return (
    a.controls === b.controls &&
    a.sources.length === b.sources.length &&
    a.sources.every((one, i) => one === b.sources[i] || JSON.stringify(one) === JSON.stringify(b.sources[i]))
  );
}

/**
 * A file that belongs to no history, as a database of its own.
 *
 * @param name - its path below the root
 * @param beside - what else there is
 */
export function alone(
  all: FileFacts,
  name: string,
  linked?: Pick<Linked, "isBesideTests" | "isRead" | "beside">,
): Database {
  const { isBesideTests, isRead, beside } = linked ?? {
    isBesideTests: false,
    isRead: all.readsValues === true,
    beside: [],
  };
  const { facts } = ofApplication({ path: name, facts: all });
  const steps = [{ path: name, reason: "alone" }];
  const { catalog, problems } = replayed([facts], { steps, left: [] }, beside);
  return {
    name,
    ...(isBesideTests && TEST.test(name) ? { isOfTests: true } : {}),
    ...(isRead ? { isRead: true } : {}),
    catalog,
    history: [{ path: facts.path, reason: "alone" }],
    ...atRest(facts),
    problems,
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
  { byPath, beside }: { byPath: ReadonlyMap<string, FileFacts>; beside: readonly Listed[] },
  before: Database | undefined,
): Replayed {
  const facts = history.steps.flatMap(({ path }) => byPath.get(path) ?? []);
  const own = problemsOf(history, byPath);
  const result = replayed(facts, history, beside, before);
  const problems = [...own, ...result.problems];
  const isSame =
    result.catalog === before?.catalog && JSON.stringify(problems) === JSON.stringify(before.problems);
  return { history, facts, ...result, problems, before: isSame ? before : undefined };
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

function complete(
  { history, facts, catalog, problems, before }: Replayed,
  speakers: readonly Listed[],
  models: readonly DeclaredTable[] | undefined,
  isBesideTests: boolean,
  isRead: boolean,
): Database {
  const files = [...facts, ...speakers.map((speaker) => speaker.facts)];
  const isOfTests = isBesideTests && history.steps.every(({ path }) => TEST.test(path));
  const isSame = before?.files.length === files.length && files.every((one, i) => one === before.files[i]);
  const isAsBefore =
    before?.isOfTests === (isOfTests || undefined) && before?.isRead === (isRead || undefined);
  const areModelsSame =
    before?.models?.length === models?.length &&
    (models ?? []).every((one, i) => one === before?.models?.[i]);
  if (isSame && isAsBefore && areModelsSame) return before;
  const { name, layout } = history;
  const isLive = ({ path, range }: In<Query | Write>) => !isEnded({ catalog, layout }, path, range);
  const own = facts
    .map((one) => (isUnordered(history) ? atRest(one) : onceRun(one)))
    .map((one) =>
      catalog.ended.length === 0
        ? one
        : { queries: one.queries.filter(isLive), writes: one.writes.filter(isLive) },
    );
  const asked = [...own, ...speakers.map(askedBy)];
  return {
    name,
    layout,
    ...(isOfTests ? { isOfTests } : {}),
    ...(isRead ? { isRead } : {}),
    catalog,
    history: facts.map(({ path }, i) => ({ path, reason: history.steps[i]?.reason ?? "" })),
    queries: asked.flatMap(({ queries }) => queries),
    writes: asked.flatMap(({ writes }) => writes),
    ...(models ? { models } : {}),
    problems,
    files,
  };
}

/** What a file asks and changes, with its path. */
type Asked = Pick<Database, "queries" | "writes">;

const atRest = memoised(({ path, queries, writes }): Asked => ({
  queries: queries.filter(({ role }) => role !== "backfill").map((one) => ({ ...one, path })),
  writes: writes.map((one) => ({ ...one, path })),
}));

/** What stands in a migration outside of functions and views runs once, whatever it costs. */
const onceRun = memoised(({ path, queries, writes }): Asked => ({
  queries: queries
    .filter(({ role }) => role !== "query" && role !== "backfill")
    .map((one) => ({ ...one, path })),
  writes: writes.map((one) => ({ ...one, path, role: one.role === "query" ? "backfill" : one.role })),
}));

/** Folders and names of what is run once, or by hand. */
const ONCE =
  /(?:^|[/_.-])(?:backfills?|migrat(?:e|ions?)|scripts?|sandbox|scratch(?:pad)?|playground|ad-?hoc)(?=[/_.-])/i;

/** What a file outside of every history asks, by its path below the root. */
function askedBy({ path, facts }: Listed): Asked {
  return ONCE.test(path) ? onceRun(facts) : atRest(facts);
}

/** A file's facts without what seeds and tests do with rows and documents. */
const ofTest = memoised((facts): FileFacts => ({ ...facts, queries: [], writes: [], documents: [] }));

/** And without the documents that what is run once takes apart or builds. */
const ofScript = memoised((facts): FileFacts => ({ ...facts, documents: [] }));

/** And without what is asked of tables that end with the script's session, whatever else is called so. */
const ofSession = memoised((facts): FileFacts => {
  const temporary = temporaryIn(facts.changes);
  const isTemporary = ({ schema, table }: { schema?: string; table: string }) =>
    schema === undefined && temporary.has(table);
  if (temporary.size === 0) return facts;
  return {
    ...facts,
    queries: facts.queries.filter(({ sources }) => !sources.some(isTemporary)),
    writes: facts.writes.filter(({ target }) => !isTemporary(target)),
  };
});

function ofApplication({ path, facts: all }: Listed): Listed {
  const facts = ofSession(all);
  if (TEST.test(path)) return { path, facts: ofTest(facts) };
  return ONCE.test(path) ? { path, facts: ofScript(facts) } : { path, facts };
}

function speaks(facts: FileFacts): boolean {
  return facts.dialect === "postgresql" && facts.queries.length + facts.writes.length > 0;
}

function isPostgres(facts: FileFacts): boolean {
  return speaks(facts) || (facts.dialect === "postgresql" && facts.changes.length > 0);
}

/** A file that asks something of a database, and the history it is of itself. */
interface Speaker extends Listed {
  home?: Replayed;
}

/**
 * Files of views, functions and loading jobs that no tool orders, as far as they speak of tables that they do not create
 * themselves.
 */
function speakingElsewhere(home: Replayed): Speaker[] {
  if (!isUnordered(home.history)) return [];
  return home.facts.flatMap((facts, i) => {
    const outside = outsideOf(facts, home.catalog);
    return outside ? [{ path: home.history.steps[i]!.path, facts: outside, home }] : [];
  });
}

const knownOutside = new WeakMap<FileFacts, { catalog: Catalog; facts: FileFacts | undefined }>();

/** What a file asks of tables that its own catalog does not have. */
function outsideOf(facts: FileFacts, catalog: Catalog): FileFacts | undefined {
  let known = knownOutside.get(facts);
  if (known?.catalog !== catalog) {
    const isOutside = ({ schema = "public", table, kind }: Query["sources"][number]) => {
      const key = qualified({ schema, name: table });
      const own = catalog.tables.get(key);
      return kind === undefined && !catalog.views.has(key) && (own === undefined || own.isAssumed === true);
    };
    const queries = facts.queries.filter(({ sources }) => sources.some(isOutside));
    const writes = facts.writes.filter(({ target }) => isOutside(target));
    const documents = facts.documents?.filter(({ sources }) => sources.some(isOutside)) ?? [];
    const isAny = queries.length + writes.length > 0;
    known = { catalog, facts: isAny ? { ...facts, queries, writes, documents } : undefined };
    knownOutside.set(facts, known);
  }
  return known.facts;
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
  { path, facts, home }: Speaker,
  owners: ReadonlyMap<string, readonly Replayed[]>,
): Replayed | undefined {
  const counts = new Map<Replayed, number>();
  for (const table of tablesNamed(facts)) {
    for (const one of owners.get(table) ?? []) if (one !== home) counts.set(one, (counts.get(one) ?? 0) + 1);
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

function keyOf({ name, layout }: Pick<Database, "name" | "layout">): string {
  return `${layout ?? ""} ${name}`;
}

function sharedDepth(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return shared;
}

/** Tables in queries and writes. */
const tablesNamed = memoised(({ queries, writes }): readonly string[] => {
  const sources = [...queries.flatMap((query) => query.sources), ...writes.map(({ target }) => target)];
  return [...new Set(sources.map(({ schema = "public", table }) => qualified({ schema, name: table })))];
});
