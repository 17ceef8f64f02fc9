import { guessDialect } from "../../language/dialect.js";
import type { Step } from "../database.js";
import { readChangeLog, type ChangeLog, type Include } from "./change-log.js";
import { folderOf, groupBy, isBelow, join, nameOf } from "./paths.js";
import type { Controls, History, SourceFile, SourceProblem } from "./types.js";
import { compareText } from "./versions.js";

/**
 * Liquibase's formatted SQL: in the order in which a change log includes it; scripts that no change log names, by name.
 * What change logs change themselves is not replayed, but said.
 * After Liquibase's documentation, "include", "includeAll" and "SQL".
 */
export function liquibase(files: readonly SourceFile[], controls: Controls): History[] {
  const all = [...controls].filter(([path, text]) => isChangeLog(path, text));
  const logs = new Map(all.map(([path, text]) => [path, readChangeLog(path, text)]));
  const included = new Set(
    [...logs].flatMap(([path, { includes }]) =>
      includes.flatMap((one) => resolve(one, path, [...logs.keys()])),
    ),
  );
  const histories: History[] = [];
  const taken = new Set<string>();
  const reached = new Set<string>();
  // Of change logs that include each other none is the first.
  const roots = [...logs.keys()].toSorted((a, b) => Number(included.has(a)) - Number(included.has(b)));
  for (const path of roots) {
    if (reached.has(path)) continue;
    const steps: Step[] = [];
    const problems: SourceProblem[] = [];
    const known = [...logs.keys(), ...files.map((file) => file.path)];
    const done = new Set<string>();
    follow(path, { logs, known, steps, problems, open: new Set(), done });
    for (const one of [path, ...done]) reached.add(one);
    if (steps.length === 0) continue;
    for (const step of steps) taken.add(step.path);
    const name = folderOf(path) || ".";
    const place = steps[0]!.path;
    histories.push({
      name,
      layout: "liquibase",
      steps,
      problems: problems.map((problem) => ({ ...problem, path: problem.path || place })),
      left: [],
    });
  }
  const rest = files.filter(({ tool, path }) => tool === "liquibase" && !taken.has(path));
  for (const [folder, group] of groupBy(rest, ({ path }) => folderOf(path))) {
    const steps = group
      .map(({ path }) => path)
      .toSorted(compareText)
      .map((path) => ({ path, reason: "liquibase: by name, no change log includes it" }));
    histories.push({ name: folder || ".", layout: "liquibase", steps, problems: [], left: [] });
  }
  return histories;
}

/** The paths that an include means: below its change log, or anywhere on the class path. */
function resolve({ kind, target, isRelative }: Include, log: string, paths: readonly string[]): string[] {
  const clean = target.replace(/^classpath:/, "").replace(/^\/+|\/+$/g, "");
  const relative = join(folderOf(log), clean);
  const isMeant = (path: string, wanted: string) =>
    kind === "includeAll" ? isBelow(path, wanted) : path === wanted;
  const beside = relative === undefined ? [] : paths.filter((path) => isMeant(path, relative));
  if (beside.length > 0 || isRelative) return beside.toSorted(compareText);
  const whole = paths.filter((path) => isMeant(path, clean));
  if (whole.length > 0) return whole.toSorted(compareText);
  const suffix = `/${clean}`;
  return paths
    .filter((path) => (kind === "includeAll" ? path.includes(`${suffix}/`) : path.endsWith(suffix)))
    .toSorted(compareText);
}

/** A file is called so, or stands where change logs do and is one by its content: JHipster's `liquibase/master.xml`. */
function isChangeLog(path: string, text: string): boolean {
  if (!/\.(?:xml|ya?ml|json)$/i.test(path)) return false;
  return /changelog/i.test(nameOf(path)) || text.includes("databaseChangeLog");
}

/** A few names, and that there are more. */
function list(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(", ")}…` : names.join(", ");
}

/** Scripts of other databases are not among those that are looked for. */
function isOfOther(path: string): boolean {
  const { dialect, by } = guessDialect(path);
  return by === "path" && dialect !== "postgresql";
}

interface Walk {
  logs: ReadonlyMap<string, ChangeLog>;
  /** Change logs and scripts. */
  known: readonly string[];
  steps: Step[];
  problems: SourceProblem[];
  /** Change logs that are being read. */
  open: Set<string>;
  /** Files whose changes are in already: Liquibase runs each once. */
  done: Set<string>;
}

function follow(log: string, walk: Walk): void {
  const { logs, known, steps, problems, open, done } = walk;
  const { includes, changes, isBroken } = logs.get(log)!;
  open.add(log);
  if (isBroken || changes.length > 0) {
    const own = changes.length > 0 ? `the change sets of ${nameOf(log)} (${list(changes)})` : nameOf(log);
    const message = `${own} ${changes.length > 0 ? "were" : "was"} not read into this history`;
    problems.push({ kind: "unread", message, path: steps.at(-1)?.path ?? "" });
  }
  for (const include of includes) {
    const targets = resolve(include, log, known).filter((path) => path !== log || include.kind === "include");
    const place = steps.at(-1)?.path ?? "";
    if (targets.length === 0 && /\.sql$/i.test(include.target) && !isOfOther(include.target)) {
      const message = `${include.target}, which the change log ${log} includes, is not there`;
      problems.push({ kind: "missing", message, path: place });
    } else if (targets.length === 0 && /\.(?:xml|ya?ml|json)$/i.test(include.target)) {
      const message = `${include.target}, which the change log ${nameOf(log)} includes, was not read into this history`;
      problems.push({ kind: "unread", message, path: place });
    }
    for (const target of targets) {
      if (open.has(target)) {
        problems.push({ kind: "circular", message: `the change log ${target} includes itself`, path: place });
      } else if (done.has(target)) continue;
      else if (logs.has(target)) follow(target, walk);
      else steps.push({ path: target, reason: `liquibase: included by ${log}` });
      done.add(target);
    }
  }
  open.delete(log);
}
