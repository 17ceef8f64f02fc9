import type { Step } from "../database.js";
import { isUnordered } from "../layouts.js";
import { folderOf, groupBy, isBelow, join, nameOf } from "./paths.js";
import type { History, SourceFile } from "./types.js";
import { compareText } from "./versions.js";

const DUMP_NAME = /(?:^|[._-])(?:schema|structure|dump|baseline|init(?:ial)?)(?:[._-].*)?\.sql(?:\.\w+)?$/i;

/**
 * Schemas that no migration tool orders: dumps, and folders of files that create a database together.
 *
 * A dump of what migrations build is not replayed: the migrations say where each column came from, and the dump would
 * create everything a second time. Where migrations change tables that they never create, a dump that has these tables
 * comes first.
 *
 * @param files - those that change a schema and are in no history yet
 * @param histories - what was recognised so far
 * @returns all histories, those of dumps and folders among them
 */
export function withRemaining(
  files: readonly SourceFile[],
  histories: readonly History[],
  byPath: ReadonlyMap<string, SourceFile>,
): History[] {
  const all = [...histories];
  const groups = [...groupBy(files, ({ path }) => folderOf(path)).values()];
  for (const group of groups.flatMap(apart).filter((one) => one.some(({ changesSchema }) => changesSchema))) {
    const tables = new Set(group.flatMap(({ creates }) => creates));
    const known = all.findIndex(
      (history) => isNear(group[0]!, history) && describes(tables, history, byPath),
    );
    const based = all.findIndex((history) => isNear(group[0]!, history) && needs(tables, history, byPath));
    if (known >= 0) {
      const reason = `the migrations of ${all[known]!.name} build the same tables`;
      all[known] = {
        ...all[known]!,
        left: [...all[known]!.left, ...group.map(({ path }) => ({ path, reason }))],
      };
    } else if (based >= 0) {
      const steps = group.map(({ path }) => ({ path, reason: "baseline: migrations change its tables" }));
      all[based] = { ...all[based]!, steps: [...steps, ...all[based]!.steps] };
    } else all.push(declared(group));
  }
  return all;
}

function declared(group: readonly SourceFile[]): History {
  const [first] = group;
  const isDump = group.length === 1 && (first!.tool === "pg_dump" || DUMP_NAME.test(nameOf(first!.path)));
  return {
    name: group.length === 1 ? first!.path : folderOf(first!.path) || ".",
    layout: isDump ? "dump" : "declarative",
    steps: ordered(group),
    problems: [],
    left: [],
  };
}

/** Files of a folder that create the same table are no parts of one schema: each stands for itself. */
function apart(group: SourceFile[]): SourceFile[][] {
  const tables = group.flatMap(({ creates }) => [...new Set(creates)]);
  const isOne = new Set(tables).size === tables.length;
  return isOne ? [group] : group.map((file) => [file]);
}

/** By name, but what psql's `\i` names in its order, and a file that creates a table before those that need it. */
function ordered(group: readonly SourceFile[]): Step[] {
  if (group.length === 1) return [{ path: group[0]!.path, reason: "alone" }];
  const byPath = new Map(group.map((file) => [file.path, file]));
  const creator = new Map(group.flatMap((file) => file.creates.map((table) => [table, file] as const)));
  const steps: Step[] = [];
  const seen = new Set<SourceFile>();
  const visit = (file: SourceFile, reason: string, depth: number): void => {
    if (seen.has(file)) return;
    seen.add(file);
    if (depth < 100) {
      for (const table of file.needs) {
        const other = creator.get(table);
        if (other) visit(other, `creates ${table}, which ${nameOf(file.path)} needs`, depth + 1);
      }
    }
    steps.push({ path: file.path, reason });
  };
  const sorted = group.toSorted((a, b) => compareText(a.path, b.path));
  for (const file of sorted) {
    for (const include of file.includes) {
      const other = byPath.get(join(folderOf(file.path), include) ?? "");
      if (other) visit(other, `included by ${nameOf(file.path)}`, 0);
    }
  }
  for (const file of sorted) visit(file, "by name", 0);
  return steps;
}

/** A dump speaks of migrations beside it or below its parent folder. */
function isNear({ path }: SourceFile, history: History): boolean {
  const { name } = history;
  if (isUnordered(history)) return false;
  return name === "." || isBelow(name, folderOf(folderOf(path)));
}

function tablesOf(history: History, byPath: ReadonlyMap<string, SourceFile>) {
  const created = new Set<string>();
  const unmet = new Set<string>();
  for (const { path } of history.steps) {
    const file = byPath.get(path);
    for (const table of file?.creates ?? []) created.add(table);
    for (const table of file?.needs ?? []) if (!created.has(table)) unmet.add(table);
  }
  return { created, unmet };
}

/** Whether a history creates at least half of some tables, or these hold at least half of what it creates. */
function describes(
  tables: ReadonlySet<string>,
  history: History,
  byPath: ReadonlyMap<string, SourceFile>,
): boolean {
  const { created } = tablesOf(history, byPath);
  const shared = [...tables].filter((table) => created.has(table)).length;
  return shared > 0 && (shared * 2 >= tables.size || shared * 2 >= created.size);
}

/** Whether a history changes tables that it does not create and that are among these. */
function needs(
  tables: ReadonlySet<string>,
  history: History,
  byPath: ReadonlyMap<string, SourceFile>,
): boolean {
  const { unmet } = tablesOf(history, byPath);
  return [...tables].some((table) => unmet.has(table));
}
