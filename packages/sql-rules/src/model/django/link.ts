import type { Dialect } from "../../language/dialect.js";
import type { FileFacts } from "../facts.js";
import type { Listed } from "../replayed.js";
import { folderOf, groupBy, isBelow, nameOf } from "../sources/paths.js";
import { compareText } from "../sources/versions.js";
import { TEST } from "../test-paths.js";
import { Tables } from "./changes.js";
import { fieldResolver } from "./classes.js";
import type { DjangoSettings } from "./facts.js";
import { ordered, type Node } from "./graph.js";
import { ProjectState } from "./state.js";

/** A file of a migration. */
interface File extends Node, Listed {
  /** The folder of its app. */
  folder: string;
}

const known = new WeakMap<FileFacts, { key: string; facts: FileFacts }>();

/**
 * The files, those of Django's migrations with what they ask of PostgreSQL, which all migrations before tell, and with
 * their places. Without any, the same.
 */
export function withDjango(files: readonly Listed[]): readonly Listed[] {
  if (!files.some(({ facts }) => facts.django?.migration)) return files;
  const made = new Map<FileFacts, FileFacts>();
  const resolved = fieldResolver(files);
  for (const [history, group] of projectsOf(files)) {
    const settings = settingsOf(history, files);
    const dialect = dialectOf(settings, group);
    const state = new ProjectState(settings, resolved);
    const tables = new Tables();
    for (const [order, { node, after, replacedBy }] of ordered(group, settings).entries()) {
      const { app, name, migration, facts } = node;
      const isRun = replacedBy === undefined;
      const replaced = isRun ? {} : { replacedBy };
      const more: Partial<FileFacts> = {
        link: { revision: `${app}.${name}`, after, history: history || ".", order, ...replaced },
        changes: isRun ? tables.run(migration.operations, app, state) : [],
        ...(dialect === "postgresql" ? {} : { dialect, dialectBy: "content" }),
      };
      made.set(facts, remembered(facts, more));
    }
  }
  return files.map(({ path, facts }) => ({ path, facts: made.get(facts) ?? facts }));
}

/** One value as long as nothing changes: what is replayed once is known by it. */
function remembered(facts: FileFacts, more: Partial<FileFacts>): FileFacts {
  const key = JSON.stringify(more);
  let found = known.get(facts);
  if (found?.key !== key) known.set(facts, (found = { key, facts: { ...facts, ...more } }));
  return found.facts;
}

/**
 * The migrations of each project by the folder that names it: that of its `manage.py`, or the one around all of them.
 * Those of tests are projects of their own, and so is every further app of one label.
 */
function projectsOf(files: readonly Listed[]): [string, File[]][] {
  const roots = files
    .filter(({ facts }) => facts.django?.isManage)
    .map(({ path }) => folderOf(path))
    .sort((a, b) => b.length - a.length);
  const apps = groupBy(
    files.filter(({ facts }) => facts.django?.apps),
    ({ path }) => folderOf(path),
  );
  const migrations = files.flatMap(({ path, facts }): File[] => {
    const migration = facts.django?.migration;
    const folder = folderOf(folderOf(path));
    const name = nameOf(path).replace(/\.py$/, "");
    return migration ? [{ path, facts, migration, folder, name, app: labelOf(folder, apps.get(folder)) }] : [];
  }); // prettier-ignore
  const named = [...groupBy(migrations, ({ path }) => folderOf(path)).values()].flatMap(withLabel);
  const projects = groupBy(named, ({ path, folder }) => {
    const root = roots.find((one) => isBelow(path, one)) ?? "";
    // The name of a migration is a sentence, which may be about tests.
    return `${root} ${TEST.test(`${folder}/`)}`;
  });
  return [...projects].flatMap(([key, group]) => {
    const root = key.slice(0, key.lastIndexOf(" "));
    const parts = apart(group);
    return parts.map((part, i): [string, File[]] => [
      i === 0 && key.endsWith("false") && roots.includes(root) ? root : around(part),
      part,
    ]);
  });
}

/** The label of the app in a folder. */
function labelOf(folder: string, files: readonly Listed[] = []): string {
  const own = nameOf(folder);
  const apps = files.flatMap(({ facts }) => facts.django?.apps ?? []);
  const labels = new Set(apps.map(({ label }) => label));
  if (labels.size === 1) return apps[0]!.label;
  return apps.find(({ name }) => name === own || name.endsWith(`.${own}`))?.label ?? own;
}

/**
 * The migrations of a folder, with the label by which they name each other: a folder that `MIGRATION_MODULES` names,
 * and an app whose label is put together, are not called so.
 */
function withLabel(group: readonly File[]): readonly File[] {
  const names = new Set(group.map(({ name }) => name));
  const counts = new Map<string, number>();
  for (const { migration } of group) {
    const labels = migration.dependencies.flatMap((one) =>
      !("setting" in one) && names.has(one[1]) ? [one[0]] : [],
    );
    for (const label of new Set(labels)) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const [own] = group.map(({ app }) => app);
  const all = [...counts].filter(([, count]) => count >= group.length - 1);
  const [first] = all.length === 1 ? all : [];
  // Two migrations may follow one of that name in another app by chance.
  if (own === undefined || counts.has(own) || !first || group.length < 3) return group;
  return group.map((file) => ({ ...file, app: first[0] }));
}

/** Apps of one label cannot be in one project: the first of each, then every other by itself. */
function apart(group: readonly File[]): File[][] {
  const first = new Map<string, string>();
  for (const { app, folder } of group.toSorted((a, b) => compareText(a.folder, b.folder)))
    if (!first.has(app)) first.set(app, folder);
  const isFirst = ({ app, folder }: File) => first.get(app) === folder;
  const others = groupBy(
    group.filter((file) => !isFirst(file)),
    ({ folder }) => folder,
  );
  return [group.filter(isFirst), ...others.values()];
}

/** The folder around all. */
function around(files: readonly File[]): string {
  let [common = ""] = files.map(({ folder }) => folder);
  for (const { folder } of files)
    while (common !== "" && folder !== common && !isBelow(folder, common)) common = folderOf(common);
  return common;
}

/** What the settings of a project say; those of tests, and those that disagree, say nothing. */
function settingsOf(root: string, files: readonly Listed[]): DjangoSettings {
  const all = files.filter(({ path, facts }) => facts.django?.settings && !TEST.test(path));
  const near = all.filter(({ path }) => isBelow(path, root));
  const found = (near.length > 0 ? near : all).flatMap(({ facts }) => facts.django?.settings ?? []);
  const autoFields = new Set(found.flatMap(({ autoField }) => autoField ?? []));
  const [autoField] = autoFields;
  return {
    engines: [...new Set(found.flatMap(({ engines }) => engines))],
    ...(autoFields.size === 1 && autoField !== undefined ? { autoField } : {}),
    models: Object.assign({}, ...found.map(({ models }) => models).reverse()) as DjangoSettings["models"],
  };
}

/** PostgreSQL's, unless the settings name other databases alone and nothing in the migrations is PostgreSQL's. */
function dialectOf({ engines }: DjangoSettings, group: readonly File[]): Dialect {
  const [first] = engines;
  const isPostgres = engines.some((engine) => /^(?:postgresql|unknown)$/.test(engine));
  if (first === undefined || isPostgres || group.some(({ facts }) => facts.isSurelyPostgres)) return "postgresql";
  return first as Dialect;
} // prettier-ignore
