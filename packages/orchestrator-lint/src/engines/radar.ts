import {
  blocksUnseen,
  filesToLint,
  IGNORED,
  redisMadeRight,
  trainedByPipelines,
  type Tag,
  type TreeOptions,
} from "@orchestrator-lint/python-rules/radar";
import type { RuleEntry } from "eslint-plugin-orchestrator";
import { rangeOf, regionAt } from "../position.js";
import type { EngineRun, Region, Result } from "../result.js";
import { runEslint, type EslintOptions } from "./eslint.js";

/**
 * Runs the rules that follow calls. The model is asked about the whole tree at once, and ESLint lints only the files in
 * which there is something to report: it knows the comments, levels and options.
 *
 * @param files - the Python files discovery found, relative to the root
 * @param tree - how the tree is looked at; with `lintAll` every file is linted, to say of each whether it could be read
 */
export async function runRadar(
  files: readonly string[],
  texts: Map<string, string>,
  options: EslintOptions,
  { lintAll, ...tree }: TreeOptions & { lintAll: boolean },
): Promise<EngineRun> {
  try {
    const wanted = new Set(lintAll ? files : filesToLint(options.root, tree));
    const run = await runEslint(
      files.filter((file) => wanted.has(file)),
      texts,
      options,
    );
    return { ...run, engine: "radar" };
  } catch (error) {
    return { engine: "radar", version: "", results: [], failures: [(error as Error).message] };
  }
}

/**
 * What the Radar found and Semgrep did not: a blocking call that stands in the asynchronous function itself is a
 * finding of both, and so are a file that neither could read, and what a request leads to where Semgrep reports that
 * itself.
 *
 * @param isOff - whether a rule is turned off, so that what it finds is not wanted of anybody
 */
export function withoutDoubles(
  radar: EngineRun,
  others: readonly EngineRun[],
  isOff: (rule: string) => boolean,
): EngineRun {
  const known = others.filter(({ engine }) => engine === "semgrep").flatMap(({ results }) => results);
  const results = radar.results.filter(
    (result) => !(result.twin && isOff(result.twin)) && !known.some((one) => isDouble(result, one)),
  );
  return { ...radar, results };
}

/** Semgrep's run without what a rule of the same name found in ESLint at the same place, which knows more files. */
export function withoutKnown(semgrep: EngineRun, radar: EngineRun): EngineRun {
  const isKnown = (result: Result) =>
    radar.results.some(
      (one) => one.rule === result.rule && one.file === result.file && overlaps(one, result),
    );
  return { ...semgrep, results: semgrep.results.filter((result) => !isKnown(result)) };
}

/** Semgrep's run without what it made of files that are no Python: templates, whose branches stand side by side. */
export function withoutTemplates(semgrep: EngineRun, radar: EngineRun): EngineRun {
  const isTemplate = ({ rule, unread }: Result) => rule === "no-unread-python" && unread === "whole";
  const templates = new Set(radar.results.filter(isTemplate).map(({ file }) => file));
  return { ...semgrep, results: semgrep.results.filter(({ file }) => !templates.has(file)) };
}

/**
 * Semgrep's run without trainings of which the Radar knows the pipelines: whether a MOJO is exported is asked of these,
 * in whichever of its files a pipeline trains.
 *
 * @param root - absolute
 * @param texts - of the files with results
 */
export function withoutTrainedByPipelines(
  semgrep: EngineRun,
  root: string,
  texts: ReadonlyMap<string, string>,
  tree: TreeOptions,
): EngineRun {
  const isTraining = ({ rule }: Result) => rule === "require-mojo-export";
  if (!semgrep.results.some(isTraining)) return semgrep;
  const trained = trainedByPipelines(root, tree);
  const isJudged = (result: Result) =>
    trained
      .get(result.file)
      ?.some((range) => overlaps(regionAt(texts.get(result.file) ?? "", range), result)) === true;
  return { ...semgrep, results: semgrep.results.filter((one) => !(isTraining(one) && isJudged(one))) };
}

/** Semgrep's run without what the rules of Redis ask for, and another file does. */
export function withoutMadeRight(
  semgrep: EngineRun,
  root: string,
  texts: ReadonlyMap<string, string>,
  tree: TreeOptions,
): EngineRun {
  const isRedis = ({ rule }: Result) => rule.startsWith("redis-");
  if (!semgrep.results.some(isRedis)) return semgrep;
  const isMadeRight = redisMadeRight(root, tree);
  const results = semgrep.results.filter(
    (one) => !isRedis(one) || !isMadeRight(one.rule, one.file, rangeOf(texts.get(one.file) ?? "", one)),
  );
  return { ...semgrep, results };
}

/**
 * Semgrep's run without calls that block where the Radar's rules say nothing of it, by their options: one call is not an
 * error when it stands in a test's coroutine function, and nothing when that calls it in a helper.
 *
 * @param levels - with the options of the rules
 */
export function withoutUnseen(
  semgrep: EngineRun,
  root: string,
  texts: ReadonlyMap<string, string>,
  { levels, ...tree }: TreeOptions & { levels: ReadonlyMap<string, RuleEntry> },
): EngineRun {
  const isBlocking = ({ rule }: Result) => rule.startsWith("async-blocking-");
  if (!semgrep.results.some(isBlocking)) return semgrep;
  const [calls, files] = ["no-blocking-call-path", "no-file-io-path"].map((rule) =>
    blocksUnseen(root, ignoredBy(levels.get(rule)), tree),
  );
  const results = semgrep.results.filter((one) => {
    const isUnseen = one.rule === "async-blocking-file-io" ? files : calls;
    return !isBlocking(one) || !isUnseen!(one.file, rangeOf(texts.get(one.file) ?? "", one));
  });
  return { ...semgrep, results };
}

function ignoredBy(entry: RuleEntry | undefined): readonly Tag[] {
  const options = Array.isArray(entry) ? (entry[1] as { ignore?: readonly Tag[] } | undefined) : undefined;
  return options?.ignore ?? IGNORED;
}

function isDouble(result: Result, other: Result): boolean {
  const cause = result.rule === other.rule ? result.flows?.[0]?.at(-1) : undefined;
  if (cause) return cause.file === other.file && overlaps(cause, other);
  if (result.file !== other.file) return false;
  if (result.rule === "no-unread-python") return other.rule === "unread-file";
  return result.twin !== undefined && other.rule.startsWith("async-blocking-") && overlaps(result, other);
}

/**
 * One result for each blocking call, or other cause, that calls lead to: of all the calls that do, the one with the shortest way. The
 * others are flows of its own, so that a helper with a hundred callers is one defect and none of them is lost.
 */
export function byCause(run: EngineRun): EngineRun {
  const causes = new Map<string, Result[]>();
  const rest: Result[] = [];
  for (const result of run.results) {
    const way = result.flows?.[0] ?? [];
    const cause = way.at(-1);
    if (!cause || way.length < 2 || result.suppression) {
      rest.push(result);
      continue;
    }
    const key = `${result.rule} ${cause.file}:${cause.line}:${cause.column}`;
    const known = causes.get(key);
    if (known) known.push(result);
    else causes.set(key, [result]);
  }
  return { ...run, results: [...rest, ...[...causes.values()].map(joined)] };
}

function joined(results: readonly Result[]): Result {
  const length = ({ flows }: Result) => flows?.[0]?.length ?? 0;
  const [first, ...others] = results.toSorted((a, b) => length(a) - length(b));
  if (others.length === 0) return first!;
  const count = others.length === 1 ? "One more call" : `${others.length} more calls`;
  const from = first!.tier === undefined ? "" : " from asynchronous functions";
  return {
    ...first!,
    message: `${first!.message} ${count}${from} ${others.length === 1 ? "leads" : "lead"} there.`,
    flows: [first!, ...others].flatMap(({ flows = [] }) => flows),
    subjects: [first!, ...others].flatMap(({ subjects = [] }) => subjects),
  };
}

function overlaps(a: Region, b: Region): boolean {
  const isBefore = (line: number, column: number, other: Region) =>
    line < other.line || (line === other.line && column <= other.column);
  return !isBefore(a.endLine, a.endColumn, b) && !isBefore(b.endLine, b.endColumn, a);
}
