import { folderOf, join } from "./paths.js";
import type { Controls, History, SourceFile, SourceProblem } from "./types.js";

interface Journal {
  dialect?: unknown;
  entries?: { idx: number; tag: string }[];
}

/**
 * Drizzle: the files that `meta/_journal.json` lists, by `idx`; others of the folder are never applied.
 * After drizzle-orm's migrator, which reads the journal and not the folder.
 */
export function drizzle(files: readonly SourceFile[], controls: Controls): History[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...controls]
    .filter(([path]) => /(?:^|\/)meta\/_journal\.json$/.test(path))
    .flatMap(([path, text]): History[] => {
      const folder = folderOf(folderOf(path));
      const journal = parse(text);
      const inFolder = files.filter((file) => folderOf(file.path) === folder);
      if (!journal || inFolder.length === 0) return [];
      if (typeof journal.dialect === "string" && !/^(?:pg|postgresql)$/.test(journal.dialect)) {
        const reason = `drizzle: the journal is for ${journal.dialect}`;
        const left = inFolder.map((file) => ({ path: file.path, reason, isOtherDatabase: true as const }));
        return [{ name: folder || ".", layout: "drizzle", steps: [], problems: [], left }];
      }
      // An empty journal beside scripts is none that applied them.
      const { entries = [] } = journal;
      return entries.length > 0 ? [read(folder, entries, byPath, inFolder)] : [];
    });
}

function parse(text: string): Journal | undefined {
  try {
    const value = JSON.parse(text) as Journal | null;
    return Array.isArray(value?.entries) && value.entries.every(isEntry) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A journal with anything else in it says nothing that could be relied upon. */
function isEntry(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { idx, tag } = value as { idx?: unknown; tag?: unknown };
  return typeof idx === "number" && typeof tag === "string";
}

function read(
  folder: string,
  entries: NonNullable<Journal["entries"]>,
  byPath: ReadonlyMap<string, SourceFile>,
  inFolder: readonly SourceFile[],
): History {
  const listed = entries.toSorted((a, b) => a.idx - b.idx);
  const steps: { path: string; reason: string }[] = [];
  const problems: SourceProblem[] = [];
  const seen = new Map<number, string>();
  for (const { idx, tag } of listed) {
    const path = join(folder, `${tag}.sql`) ?? "";
    const place = byPath.has(path) ? path : (steps.at(-1)?.path ?? inFolder[0]!.path);
    const twin = seen.get(idx);
    if (twin !== undefined) {
      problems.push({
        kind: "duplicate",
        message: `entry ${idx} of the journal is also that of ${twin}`,
        path: place,
      });
    }
    seen.set(idx, tag);
    if (byPath.has(path)) steps.push({ path, reason: `drizzle: entry ${idx} of the journal` });
    else
      problems.push({
        kind: "missing",
        message: `${tag}.sql, which the journal lists, is not there`,
        path: place,
      });
  }
  const taken = new Set(steps.map((step) => step.path));
  return {
    name: folder || ".",
    layout: "drizzle",
    steps,
    problems,
    left: inFolder
      .filter(({ path }) => !taken.has(path))
      .map(({ path }) => ({ path, reason: "drizzle: not in the journal" })),
  };
}
