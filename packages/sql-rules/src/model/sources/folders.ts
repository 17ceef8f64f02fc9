import { guessDialect } from "../../language/dialect.js";
import type { ScriptTool } from "../../language/marks.js";
import type { LayoutName } from "../layouts.js";
import { folderOf, groupBy, nameOf } from "./paths.js";
import type { Controls, History, Left, SourceFile, SourceProblem } from "./types.js";
import { compareText, compareVersions, versionOf } from "./versions.js";

/** A file in a series of numbered files or folders. */
interface Numbered {
  file: SourceFile;
  /** Files with one key are one history. */
  key: string;
  layout: LayoutName;
  /** The folder the history is named after. */
  folder: string;
  /** What it is ordered by: a folder's version, then a file's. */
  versions: readonly string[];
  /** What carries the version: the file's name, or the folder's. */
  label: string;
}

const PURE_VERSION = /^v?\d+(?:[._-]\d+)*$/i;
const DELTAS = /^(?:deltas?|full_schemas?)$/i;

/**
 * Folders whose files or sub-folders begin with a number, a version or a time stamp: Prisma, Hasura, Diesel, Supabase,
 * golang-migrate, sqlx, dbmate, goose, tern, node-pg-migrate, Rails' SQL files, and folders that follow no tool.
 */
export function numbered(files: readonly SourceFile[], controls: Controls): History[] {
  const all = files.flatMap((file) => placeOf(file) ?? []);
  return (
    [...groupBy(all, ({ key }) => key).values()]
      // Two folders that happen to begin with a number and to hold a file of one name are a series, one is not.
      .filter((group) => group[0]!.layout !== "numbered" || !group[0]!.key.includes("*") || group.length > 1)
      .map((group) => read(group, controls))
  );
}

function placeOf(file: SourceFile): Numbered | undefined {
  const name = nameOf(file.path);
  const folder = folderOf(file.path);
  const label = nameOf(folder);
  const parent = folderOf(folder);
  const [version, folderVersion] = [versionOf(name), versionOf(label)];

  if (folderVersion !== undefined && /^migration\.(?:[a-z]+\.)?sql$/i.test(name)) {
    return {
      file,
      key: `${parent}/*/migration`,
      layout: "prisma",
      folder: parent,
      versions: [folderVersion],
      label,
    };
  }
  if (folderVersion !== undefined && /^up\.(?:[a-z]+\.)?sql$/i.test(name)) {
    const layout = /(?:^|\/)migrations\/[^/]+$/.test(parent) ? "hasura" : "diesel";
    return { file, key: `${parent}/*/up`, layout, folder: parent, versions: [folderVersion], label };
  }
  if (PURE_VERSION.test(label) && (version !== undefined || DELTAS.test(nameOf(parent)))) {
    const versions = [folderVersion ?? "", version ?? ""];
    return { file, key: `${parent}/*`, layout: "deltas", folder: parent, versions, label: name };
  }
  if (version !== undefined) {
    return { file, key: folder, layout: numberedLayout(file), folder, versions: [version], label: name };
  }
  if (folderVersion === undefined) return undefined;
  const key = `${parent}/*/${name}`;
  return { file, key, layout: "numbered", folder: parent, versions: [folderVersion], label };
}

const LAYOUT_OF: Partial<Record<ScriptTool, LayoutName>> = { goose: "goose", dbmate: "dbmate" };

function numberedLayout({ path, tool }: SourceFile): LayoutName {
  if (/(?:^|\/)supabase\/migrations\/[^/]+$/.test(path)) return "supabase";
  return (tool && LAYOUT_OF[tool]) ?? (/\.up\.sql(?:\.\w+)?$/i.test(path) ? "golang-migrate" : "numbered");
}

/** Layouts whose tools refuse a version that two files have. */
const STRICT = new Set<LayoutName>(["golang-migrate", "goose", "dbmate", "diesel", "hasura", "supabase"]);

function read(group: readonly Numbered[], controls: Controls): History {
  const { folder, layout: first } = group[0]!;
  const layout = group.find(({ layout: one }) => one !== "numbered")?.layout ?? first;
  const variants = groupBy(group, ({ file, versions }) => `${versions.join("/")} ${stemOf(file)}`);
  const left: Left[] = [];
  const kept: Numbered[] = [];
  for (const same of variants.values()) {
    const own = same.filter(({ file }) => dialectOf(file) === "postgresql");
    if (own.length === 0 || own.length === same.length) kept.push(...same);
    else {
      kept.push(...own);
      const reason = `${nameOf(own[0]!.file.path)} stands in its place for PostgreSQL`;
      for (const one of same) {
        if (!own.includes(one)) left.push({ path: one.file.path, reason, isOtherDatabase: true });
      }
    }
  }
  const lock = controls.get(folder === "" ? "migration_lock.toml" : `${folder}/migration_lock.toml`);
  const provider =
    /^\s*provider\s*=\s*"(\w+)"/m.exec(lock ?? "")?.[1] ??
    (layout === "prisma" ? prismaProvider(folderOf(folder), controls) : undefined);
  if (provider !== undefined && !/^(?:postgres|postgresql|cockroachdb)$/.test(provider)) {
    for (const { file } of kept.splice(0))
      left.push({ path: file.path, reason: `prisma: written for ${provider}`, isOtherDatabase: true });
  }
  kept.sort((a, b) => compareAll(a.versions, b.versions) || compareText(a.label, b.label));
  return {
    name: folder || ".",
    layout,
    steps: kept.map(({ file, versions }) => ({
      path: file.path,
      reason: `${toolName(layout, file)}: ${versions.filter(Boolean).join(", then ")}`,
    })),
    problems: layout === "prisma" || layout === "deltas" ? [] : duplicates(kept, STRICT.has(layout)),
    left,
  };
}

/** What a Prisma schema in a folder, or in one below it, says which database it is for. */
function prismaProvider(folder: string, controls: Controls): string | undefined {
  for (const [path, text] of controls) {
    const isNear = path.endsWith(".prisma") && [folderOf(path), folderOf(folderOf(path))].includes(folder);
    const found = isNear ? /^\s*datasource\s+\w+\s*\{[^}]*?^\s*provider\s*=\s*"(\w+)"/m.exec(text) : null;
    if (found) return found[1];
  }
  return undefined;
}

function toolName(layout: LayoutName, { tool }: SourceFile): string {
  return layout === "numbered" && tool && tool !== "pg_dump" ? tool : layout;
}

function compareAll(a: readonly string[], b: readonly string[]): number {
  for (const [i, version] of a.entries()) {
    const order = compareVersions(version, b[i] ?? "");
    if (order) return order;
  }
  return 0;
}

/** A file's own name without the words that stand for a direction or a database. */
function stemOf({ path }: SourceFile): string {
  return nameOf(path)
    .toLowerCase()
    .split(".")
    .filter((word) => word !== "sql" && word !== "up" && guessDialect(`${word}.sql`).by !== "path")
    .join(".");
}

/** The database that the words of a file's name stand for. */
function dialectOf({ path }: SourceFile): string | undefined {
  return nameOf(path)
    .split(".")
    .slice(1)
    .map((word) => guessDialect(word))
    .find(({ by }) => by === "path")?.dialect;
}

/**
 * Two files of one version. A folder that follows no tool may number by day, or by a number and a letter: there only
 * small plain numbers count, and none where three files have the same: they stand for groups then.
 */
function duplicates(files: readonly Numbered[], isStrict: boolean): SourceProblem[] {
  const versioned = files.flatMap((one) => {
    const written = /^v?(\d+(?:[._-]\d+)*[a-z]?)(?=[._ -]|$)/i.exec(one.label)?.[1];
    if (written === undefined) return [];
    return isStrict || /^\d{1,5}$/.test(written)
      ? [{ ...one, written: written.replace(/^0+(?=\d)/, "") }]
      : [];
  });
  const same = [
    ...groupBy(versioned, ({ written, file }) => `${written} ${extensionOf(file.path)}`).values(),
  ];
  if (!isStrict && same.some(({ length }) => length > 2)) return [];
  return same.flatMap(([first, ...others]) =>
    others.map(({ file, versions }) => ({
      kind: "duplicate" as const,
      message: `version ${versions.at(-1)!} is also that of ${first!.label}`,
      path: file.path,
    })),
  );
}

function extensionOf(path: string): string {
  return /\.\w+$/.exec(path)?.[0] ?? "";
}

/**
 * Schema deltas with full schemas beside them, as Matrix servers keep them: a new database takes the latest
 * `full_schemas/NN` and the deltas above NN.
 */
export function withFullSchemas(histories: readonly History[]): History[] {
  const byName = new Map(histories.filter(({ layout }) => layout === "deltas").map((one) => [one.name, one]));
  return histories.flatMap((history): History[] => {
    const siblings = (pattern: RegExp) =>
      [...byName.values()].find(
        ({ name }) => folderOf(name) === folderOf(history.name) && pattern.test(nameOf(name)),
      );
    if (byName.get(history.name) !== history) return [history];
    if (/^full_schemas?$/i.test(nameOf(history.name)) && siblings(/^deltas?$/i)) return [];
    const full = /^deltas?$/i.test(nameOf(history.name)) ? siblings(/^full_schemas?$/i) : undefined;
    if (!full) return [history];
    const numberOf = (path: string) => nameOf(folderOf(path));
    const latest = full.steps
      .map(({ path }) => numberOf(path))
      .toSorted(compareVersions)
      .at(-1)!;
    const isLater = ({ path }: { path: string }) => compareVersions(numberOf(path), latest) > 0;
    const earlier = [...full.steps.filter(({ path }) => numberOf(path) !== latest)];
    const reason = `part of the full schema ${latest}`;
    return [
      {
        ...history,
        name: folderOf(history.name) || ".",
        steps: [
          ...full.steps
            .filter(({ path }) => numberOf(path) === latest)
            .map(({ path }) => ({ path, reason: `deltas: full schema ${latest}` })),
          ...history.steps.filter(isLater),
        ],
        left: [
          ...history.left,
          ...full.left,
          ...[...earlier, ...history.steps.filter((step) => !isLater(step))].map(({ path }) => ({
            path,
            reason,
          })),
        ],
      },
    ];
  });
}
