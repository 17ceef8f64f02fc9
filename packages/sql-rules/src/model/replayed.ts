import type { Catalog } from "./catalog.js";
import type { SchemaChange } from "./changes.js";
import type { Database, HistoryProblem } from "./database.js";
import type { FileFacts } from "./facts.js";
import { isUnordered } from "./layouts.js";
import { replay } from "./replay/index.js";
import type { History } from "./sources/index.js";
import { folderOf, nameOf } from "./sources/paths.js";
import { qualified } from "./sources/source.js";
import { isVersioned } from "./sources/versions.js";

/** A file with its path relative to the root, with slashes. */
export interface Listed {
  path: string;
  facts: FileFacts;
}

/** What catalogs were replayed from. */
const replayedFrom = new WeakMap<
  Catalog,
  {
    facts: readonly FileFacts[];
    /** Files that may change it. */
    changers: readonly FileFacts[];
    /** The first, and what of the second concerns it. */
    files: readonly ReplayedFile[];
    doubt: string | undefined;
  }
>();
type ReplayedFile = Pick<FileFacts, "path" | "changes">;

/**
 * The catalog of some files, with what other languages may do to it in doubt.
 *
 * @param before - an earlier result: its catalog is kept where it is made of the same
 * @returns with the migrations in other languages among the files
 */
export function replayed(
  facts: readonly FileFacts[],
  history: Pick<History, "steps" | "left"> & Partial<Pick<History, "layout" | "problems">>,
  beside: readonly Listed[],
  before?: Pick<Database, "catalog">,
): { catalog: Catalog; problems: HistoryProblem[] } {
  const steps = new Set(history.steps.map(({ path }) => path));
  const others = beside.filter(({ path }) => !steps.has(path));
  const foreign = others.filter(({ path, facts: one }) => one.isForeign && isForeignStep(path, history));
  const isFinal = isState(history);
  // What a dump holds was made by migrations, whichever language they are written in.
  const changers = others.flatMap(({ path, facts: one }) =>
    one.mayChange && !(isFinal && isVersioned(path)) ? [one] : [],
  );
  const problems = foreign.map((one) => foreignProblem(one, facts));
  const [unread] = [...facts.filter(({ isUnread }) => isUnread), ...foreign.map((one) => one.facts)];
  const left = history.problems?.find(({ kind }) => kind === "unread");
  const doubt = unread ? `${nameOf(unread.path)} could not be read` : left?.message;
  const known = before && replayedFrom.get(before.catalog);
  const isSame =
    known !== undefined &&
    known.doubt === doubt &&
    areSame(known.facts, facts) &&
    areSame(known.changers, changers);
  if (before && isSame) return { catalog: before.catalog, problems };
  let catalog = replay(facts, before && known && { files: known.files, catalog: before.catalog }, doubt);
  const more = changers.flatMap((one) => changesHere(one, catalog));
  const files = [...facts, ...more];
  if (more.length > 0) catalog = replay(files, { files: facts, catalog }, doubt);
  replayedFrom.set(catalog, { facts, changers, files, doubt });
  return { catalog, problems };
}

function areSame(a: readonly FileFacts[], b: readonly FileFacts[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

/** What a file may change of tables that a catalog has. */
function changesHere({ path, mayChange = [] }: FileFacts, { tables }: Catalog): ReplayedFile[] {
  const changes = mayChange.filter(
    (block) =>
      block.kind === "block" &&
      block.changes.some((change) => {
        const table = tableOf(change);
        return table !== undefined && tables.has(table);
      }),
  );
  return changes.length > 0 ? [{ path, changes }] : [];
}

const knownChangers = new WeakMap<FileFacts, { key: string; facts: FileFacts }>();

/**
 * Scripts that no migration tool runs, as far as they change tables that they do not create (`db/indexes.sql`,
 * `sql/alter.sql`): whether a database has been through them is not known.
 */
export function changingElsewhere(history: History, byPath: ReadonlyMap<string, FileFacts>): Listed[] {
  if (!isUnordered(history)) return [];
  const files = history.steps.map(({ path }) => ({ path, facts: byPath.get(path) }));
  const own = new Set(
    files.flatMap(({ facts }) =>
      (facts?.changes ?? []).flatMap((change) =>
        change.kind === "create table" || change.kind === "create table as" ? [qualified(change.name)] : [],
      ),
    ),
  );
  return files.flatMap(({ path, facts }) => {
    const changes = facts?.changes.filter((change) => {
      const target = tableOf(change);
      return target !== undefined && !own.has(target);
    });
    if (!facts || !changes || changes.length === 0) return [];
    const key = [...own].join();
    let known = knownChangers.get(facts);
    if (known?.key !== key) {
      const doubt = `${nameOf(path)}, which no migration tool runs, may have changed it`;
      const mayChange = changes.map((change): SchemaChange => ({
        kind: "block",
        changes: [change],
        guard: "condition",
        doubt,
        range: change.range,
      }));
      knownChangers.set(facts, (known = { key, facts: { ...facts, mayChange } }));
    }
    return [{ path, facts: known.facts }];
  });
}

/** The table that a change alters or indexes. */
function tableOf(change: SchemaChange): string | undefined {
  if (change.kind === "create index") return qualified(change.table);
  return change.kind === "alter table" ? qualified(change.name) : undefined;
}

/** Scripts that say what a database is like, not how it became so. */
function isState({
  layout,
  steps,
}: Pick<History, "steps"> & { layout?: History["layout"] | undefined }): boolean {
  return layout === "dump" || (layout === "declarative" && !steps.some(({ path }) => isVersioned(path)));
}

/**
 * A migration in another language among scripts: its name begins as theirs do, and it stands in their folder, or in the
 * one of the same name in which Flyway looks for classes.
 */
function isForeignStep(
  path: string,
  { layout, steps, left }: Pick<History, "steps" | "left"> & Partial<Pick<History, "layout">>,
): boolean {
  if (isState({ layout, steps }) || left.some((one) => one.path === path)) return false;
  const folder = folderOf(path);
  const classes = /(?:^|\/)src\/main\/(?:java|kotlin|scala|groovy)\/(.+)$/.exec(folder)?.[1];
  return steps.some((step) => {
    const own = folderOf(step.path);
    return (
      own === folder || (classes !== undefined && own.endsWith(`/src/main/resources/${classes}`.slice(1)))
    );
  });
}

function foreignProblem({ facts: { path } }: Listed, facts: readonly FileFacts[]): HistoryProblem {
  const message = `${nameOf(path)} was not read into this history, it is written in another language than SQL`;
  return { kind: "unread", message, place: { path: facts.at(-1)?.path ?? path, range: [0, 0] } };
}
