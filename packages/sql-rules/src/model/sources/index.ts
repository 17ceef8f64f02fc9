import type { Settings } from "../../settings.js";
import { isDownScript } from "../direction.js";
import { drizzle } from "./drizzle.js";
import { flyway } from "./flyway.js";
import { numbered, withFullSchemas } from "./folders.js";
import { links } from "./links.js";
import { liquibase } from "./liquibase.js";
import { folderOf, groupBy, isBelow, nameOf } from "./paths.js";
import { withRemaining } from "./remaining.js";
import { sqitch } from "./sqitch.js";
import { sqlc } from "./sqlc.js";
import type { Controls, History, Left, Recognise, SourceFile, SourceProblem } from "./types.js";

export type { Controls, History, Left, SourceFile } from "./types.js";

/** Names of files that are no scripts but say an order or a dialect. */
const CONTROL_NAME =
  /^(?:alembic\.ini|sqitch\.plan|sqitch\.conf|_journal\.json|migration_lock\.toml|sqlc\.(?:ya?ml|json)|.*\.prisma|.*changelog.*\.(?:xml|ya?ml|json))$/i;

/** Where change logs of Liquibase are kept, whatever they are called. */
const CHANGE_LOG = /(?:^|\/)(?:[^/]*(?:changelog|liquibase)[^/]*\/.*|[^/]*master[^/]*)\.(?:xml|ya?ml|json)$/i;

/** Whether a file, by its path, may be one that is no script but says an order or a dialect. */
export function isControl(path: string): boolean {
  return CONTROL_NAME.test(nameOf(path)) || CHANGE_LOG.test(path);
}

/** What says its order itself comes before what is only numbered. */
const LAYOUT_READERS: readonly Recognise[] = [sqitch, drizzle, links, liquibase, flyway, numbered];

/**
 * The migration histories of a repository, each the migrations of one database in order.
 *
 * @param files - every script, and every other file that changes a schema
 * @param controls - texts of the files that `isControl` names, by path
 */
export function historiesOf(
  files: readonly SourceFile[],
  controls: Controls,
  { folders, order }: Settings["migrations"] = {},
): History[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const inFolders = folders?.map((folder) => folder.replace(/^\.\/|\/+$/g, ""));
  const isWanted = ({ path }: SourceFile) => inFolders?.some((folder) => isBelow(path, folder)) ?? true;
  const foreign = sqlc(files.filter(isWanted), controls);
  const others = new Set(foreign.flatMap(({ left }) => left.map(({ path }) => path)));
  const wanted = files.filter((file) => isWanted(file) && !others.has(file.path));

  const histories: History[] = [];
  let rest = wanted.filter((file) => file.dialectBy !== "path" || file.dialect === "postgresql");
  const readers = order === undefined ? LAYOUT_READERS : [READERS[order] ?? numbered];
  for (const reader of readers) {
    // Only a plan says which of its files lead back; elsewhere the name does.
    const forward = reader === sqitch ? rest : rest.filter(({ path, link }) => link ?? !isDownScript(path));
    const found = reader(forward, controls);
    const taken = new Set(found.flatMap(({ steps, left }) => [...steps, ...left].map(({ path }) => path)));
    rest = rest.filter(({ path }) => !taken.has(path));
    histories.push(...found);
  }
  const postgres = withFullSchemas(histories)
    .map((history) => ofPostgres(history, byPath))
    .filter(({ steps, left }) =>
      [...steps, ...left].some((one: Left) => one.isOtherDatabase ?? byPath.get(one.path)?.changesSchema),
    );
  // A script of nothing but `\\i` says the order of others.
  const unordered = rest.filter(
    (file) =>
      (file.changesSchema || file.includes.length > 0) &&
      file.dialect === "postgresql" &&
      !isDownScript(file.path),
  );
  const isLeft = ({ path, dialect, dialectBy }: SourceFile) =>
    isDownScript(path) || (dialectBy === "path" && dialect !== "postgresql");
  const all = withLeft(wanted.filter(isLeft), withRemaining(unordered, postgres, byPath));
  return [...foreign, ...all.map((history) => withIncludes(history, byPath))];
}

/** The history with what psql's `\i` names in its scripts and nobody has read. */
function withIncludes(history: History, byPath: ReadonlyMap<string, SourceFile>): History {
  const problems = history.steps.flatMap(({ path }) =>
    (byPath.get(path)?.includes ?? [])
      .filter((include) => !isAmong(include, byPath))
      .map((include): SourceProblem => {
        const message = `${include}, which ${nameOf(path)} includes, is not among the scripts that were read`;
        return { kind: "unread", message, path };
      }),
  );
  return problems.length > 0 ? { ...history, problems: [...history.problems, ...problems] } : history;
}

/** psql looks from its working directory, which is not known here. */
function isAmong(include: string, byPath: ReadonlyMap<string, SourceFile>): boolean {
  const end = include.replaceAll("\\", "/").replace(/^(?:\.{0,2}\/)+/, "");
  if (byPath.has(end)) return true;
  for (const path of byPath.keys()) if (path.endsWith(`/${end}`)) return true;
  return false;
}

/** The histories with the scripts that take their migrations back or are another database's, each left out of the nearest. */
function withLeft(scripts: readonly SourceFile[], histories: readonly History[]): History[] {
  const others = groupBy(scripts, ({ path }) => {
    const around = histories.filter(({ name }) => isAround(name, path));
    return around.toSorted((a, b) => b.name.length - a.name.length)[0];
  });
  return histories.map((history) => {
    const known = new Set([...history.steps, ...history.left].map(({ path }) => path));
    const own = (others.get(history) ?? []).filter(({ path }) => !known.has(path));
    const left = own.map(({ path, dialect }) => {
      const isOther = dialect !== "postgresql";
      return {
        path,
        reason: isOther ? `written for ${dialect}` : "takes a migration back",
        ...(isOther ? { isOtherDatabase: true as const } : {}),
      };
    });
    return left.length > 0 ? { ...history, left: [...history.left, ...left] } : history;
  });
}

/** Whether a history's folder, or the folder above it (`up/` beside `down/`), has a script in it. */
function isAround(name: string, path: string): boolean {
  return name === "." || isBelow(path, name) || (folderOf(name) !== "" && isBelow(path, folderOf(name)));
}

const READERS: Partial<Record<NonNullable<Settings["migrations"]["order"]>, Recognise>> = {
  sqitch,
  drizzle,
  links,
  liquibase,
  flyway,
};

/**
 * The history without scripts whose content is another database's. Where those outnumber the ones that are surely
 * PostgreSQL's, the others are only too plain to tell, and none is replayed.
 */
function ofPostgres(history: History, byPath: ReadonlyMap<string, SourceFile>): History {
  const foreign = history.steps.filter(({ path }) => byPath.get(path)?.dialect !== "postgresql");
  if (foreign.length === 0) return history;
  const { dialect } = byPath.get(foreign[0]!.path)!;
  const own = history.steps.filter(({ path }) => byPath.get(path)?.isSurelyPostgres);
  const isForeign = foreign.length > own.length;
  const dropped = new Set(isForeign ? history.steps : foreign);
  const reason = isForeign ? `the folder looks like ${dialect}` : `looks like ${dialect}`;
  return {
    ...history,
    steps: history.steps.filter((step) => !dropped.has(step)),
    problems: isForeign ? [] : history.problems,
    left: [...history.left, ...[...dropped].map(({ path }) => ({ path, reason }))],
  };
}

/**
 * The histories for a reader: order, reasons, what is left out and why, and what is wrong.
 *
 * @param doubts - what of the database that a history leaves behind is not certain, and why
 */
export function describe(
  histories: readonly History[],
  doubts: (history: History) => readonly string[] = () => [],
): string {
  const blocks = histories.map((history) => {
    const { name, layout, steps, left, problems } = history;
    const width = String(steps.length).length;
    return [
      `${name} (${layout})`,
      ...steps.map(({ path, reason }, i) => `  ${String(i + 1).padStart(width)}. ${path} (${reason})`),
      ...left.map(({ path, reason }) => `  ${" ".repeat(width)}- ${path} (${reason})`),
      ...problems.map(({ kind, message, path }) => `  ! ${kind}: ${message} (${path})`),
      ...doubts(history).map((doubt) => `  ? ${doubt}`),
    ].join("\n");
  });
  return blocks.length > 0 ? `${blocks.join("\n\n")}\n` : "No migrations were found.\n";
}
