import { guessDialect } from "../../language/dialect.js";
import type { Step } from "../database.js";
import { folderOf, groupBy, isBelow, join } from "./paths.js";
import type { Controls, History, SourceFile, SourceProblem } from "./types.js";
import { compareText } from "./versions.js";

/** `include`, `includeAll` or `sqlFile`, with its path, in XML, and in YAML or JSON. */
const XML = /<(include|includeAll|sqlFile)\b([^<>]*)>/g;
const YAML =
  /["']?\b(include|includeAll|sqlFile)["']?\s*:\s*\{?((?:\s*["']?(?:file|path|relativeToChangelogFile|context|contextFilter|labels|errorIfMissing|errorIfMissingOrEmpty|dbms|encoding|endDelimiter|splitStatements|stripComments)["']?\s*:[^\n,}]*[,\n}]?)*)/g;

interface Include {
  kind: "include" | "includeAll" | "sqlFile";
  target: string;
  isRelative: boolean;
}

/**
 * Liquibase's formatted SQL: in the order in which a change log includes it; scripts that no change log names, by name.
 * Change logs themselves are read for what they include only.
 * After Liquibase's documentation, "include", "includeAll" and "SQL".
 */
export function liquibase(files: readonly SourceFile[], controls: Controls): History[] {
  const logs = [...controls].filter(
    ([path]) => /\.(?:xml|ya?ml|json)$/i.test(path) && /changelog/i.test(path),
  );
  const includes = new Map(logs.map(([path, text]) => [path, includesOf(text)]));
  const included = new Set(
    [...includes].flatMap(([path, list]) => list.flatMap((one) => resolve(one, path, [...includes.keys()]))),
  );
  const histories: History[] = [];
  const taken = new Set<string>();
  const reached = new Set<string>();
  // Of change logs that include each other none is the first.
  const roots = [...includes.keys()].toSorted((a, b) => Number(included.has(a)) - Number(included.has(b)));
  for (const path of roots) {
    if (reached.has(path)) continue;
    const steps: Step[] = [];
    const problems: SourceProblem[] = [];
    const known = [...includes.keys(), ...files.map((file) => file.path)];
    const done = new Set<string>();
    follow(path, { includes, known, steps, problems, open: new Set(), done });
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

/** Comments of XML, the last perhaps without an end, and lines that are comments of YAML. */
const COMMENTED = /<!--[^]*?(?:-->|$(?![^]))|^[ \t]*#.*$/gm;

function includesOf(commented: string): Include[] {
  const text = commented.replace(COMMENTED, "");
  const found: (Include & { at: number })[] = [];
  for (const expression of [XML, YAML]) {
    for (const match of text.matchAll(expression)) {
      const [, kind, attributes = ""] = match;
      const target = /\b(?:file|path)["']?\s*[=:]\s*["']?([^"'\s,}]+)/.exec(attributes)?.[1];
      if (target === undefined) continue;
      const isRelative = /relativeToChangelogFile["']?\s*[=:]\s*["']?true/i.test(attributes);
      found.push({ kind: kind as Include["kind"], target, isRelative, at: match.index });
    }
  }
  return found.toSorted((a, b) => a.at - b.at);
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

/** Scripts of other databases are not among those that are looked for. */
function isOfOther(path: string): boolean {
  const { dialect, by } = guessDialect(path);
  return by === "path" && dialect !== "postgresql";
}

interface Walk {
  includes: ReadonlyMap<string, readonly Include[]>;
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
  const { includes, known, steps, problems, open, done } = walk;
  open.add(log);
  for (const include of includes.get(log) ?? []) {
    const targets = resolve(include, log, known).filter((path) => path !== log || include.kind === "include");
    const place = steps.at(-1)?.path ?? "";
    if (targets.length === 0 && /\.sql$/i.test(include.target) && !isOfOther(include.target)) {
      const message = `${include.target}, which the change log ${log} includes, is not there`;
      problems.push({ kind: "missing", message, path: place });
    }
    for (const target of targets) {
      if (open.has(target)) {
        problems.push({ kind: "circular", message: `the change log ${target} includes itself`, path: place });
      } else if (done.has(target)) continue;
      else if (includes.has(target)) follow(target, walk);
      else steps.push({ path: target, reason: `liquibase: included by ${log}` });
      done.add(target);
    }
  }
  open.delete(log);
}
