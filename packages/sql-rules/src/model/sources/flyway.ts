import { folderOf, groupBy, nameOf } from "./paths.js";
import type { History, SourceFile, SourceProblem } from "./types.js";
import { compareText, compareVersions, sameVersion } from "./versions.js";

const NAME = /^(?:([VB])(\d[\d._]*?)|(R))__(.*)\.sql$/i;

interface Named {
  file: SourceFile;
  kind: "V" | "B" | "R";
  /** Parts are set apart by dots or single underscores; empty for a repeatable migration. */
  version: string;
  description: string;
}

function named(file: SourceFile): Named | undefined {
  const [, kind, version = "", repeatable, description = ""] = NAME.exec(nameOf(file.path)) ?? [];
  const letter = (kind ?? repeatable)?.toUpperCase() as Named["kind"] | undefined;
  return letter && { file, kind: letter, version, description };
}

/**
 * Flyway: `V<version>__<description>.sql` by version, from the highest baseline (`B…`) on; then the repeatable ones
 * (`R__…`) by description. Flyway looks into folders below a location, so
 * folders of one `migration` folder are one history unless their versions clash.
 * After Flyway's documentation, "Migrations" and "Baseline migrations".
 */
export function flyway(files: readonly SourceFile[]): History[] {
  const all = files.flatMap((file) => named(file) ?? []);
  const histories: History[] = [];
  for (const [location, group] of groupBy(all, ({ file }) => locationOf(folderOf(file.path)))) {
    if (!group.some(({ kind }) => kind === "V" || kind === "B")) continue;
    const folders = groupBy(group, ({ file }) => folderOf(file.path));
    if (folders.size > 1 && clash([...folders.values()])) {
      for (const [folder, part] of folders) histories.push(read(folder, part));
    } else histories.push(read(location, group));
  }
  return histories;
}

/** Folders up to the last one called `migration` or `migrations`; the folder itself without such. */
function locationOf(folder: string): string {
  return /^(?:.*\/)?migrations?(?=\/|$)/i.exec(folder)?.[0] ?? folder;
}

/** Whether two folders have a version in common. */
function clash(folders: readonly (readonly Named[])[]): boolean {
  const versions = folders.flatMap((part) => [
    ...new Set(part.filter(({ kind }) => kind === "V").map(({ version }) => sameVersion(version))),
  ]);
  return new Set(versions).size < versions.length;
}

function read(folder: string, group: readonly Named[]): History {
  const byVersion = (a: Named, b: Named) =>
    compareVersions(a.version, b.version) || compareText(a.file.path, b.file.path);
  const of = (wanted: Named["kind"]) => group.filter(({ kind }) => kind === wanted);
  const baseline = of("B").toSorted(byVersion).at(-1);
  const versioned = of("V").toSorted(byVersion);
  const replayed = versioned.filter(
    ({ version }) => !baseline || compareVersions(sameVersion(version), sameVersion(baseline.version)) > 0,
  );
  const isReplayed = new Set(replayed);
  const repeatable = of("R").toSorted(
    (a, b) => compareText(a.description, b.description) || compareText(a.file.path, b.file.path),
  );

  const problems: SourceProblem[] = [];
  for (const same of groupBy(versioned, ({ version }) => sameVersion(version)).values()) {
    const [first, ...others] = same;
    for (const { file, version } of others) {
      const message = `version ${version} is also that of ${nameOf(first!.file.path)}`;
      problems.push({ kind: "duplicate", message, path: file.path });
    }
  }
  return {
    name: folder || ".",
    layout: "flyway",
    steps: [
      ...(baseline ? [{ path: baseline.file.path, reason: `flyway: baseline ${baseline.version}` }] : []),
      ...replayed.map(({ file, version }) => ({ path: file.path, reason: `flyway: version ${version}` })),
      ...repeatable.map(({ file, description }) => ({
        path: file.path,
        reason: `flyway: repeatable, ${description}`,
      })),
    ],
    problems,
    left: [
      ...[
        ...of("B").filter((one) => one !== baseline),
        ...versioned.filter((one) => !isReplayed.has(one)),
      ].map(({ file }) => ({ path: file.path, reason: `flyway: in baseline ${baseline!.version} already` })),
    ],
  };
}
