import { filesToLint } from "@orchestrator-lint/python-rules";
import type { EngineRun, Result } from "../result.js";
import { runEslint, type EslintOptions } from "./eslint.js";

/**
 * Runs the rules that follow calls. The model is asked about the whole tree at once, and ESLint lints only the files in
 * which there is something to report: it knows the comments, levels and options.
 *
 * @param files - the Python files discovery found, relative to the root
 * @param lintAll - lint every file, to say of each whether it could be read
 */
export function runRadar(
  files: readonly string[],
  texts: Map<string, string>,
  options: EslintOptions,
  lintAll: boolean,
): EngineRun {
  try {
    const wanted = new Set(lintAll ? files : filesToLint(options.root));
    const run = runEslint(
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
 * finding of both, and so is a file that neither could read.
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

function isDouble(result: Result, other: Result): boolean {
  if (result.file !== other.file) return false;
  if (result.rule === "no-unread-python") return other.rule === "unread-file";
  return result.twin !== undefined && other.rule.startsWith("async-blocking-") && overlaps(result, other);
}

function overlaps(a: Result, b: Result): boolean {
  const isBefore = (line: number, column: number, other: Result) =>
    line < other.line || (line === other.line && column <= other.column);
  return !isBefore(a.endLine, a.endColumn, b) && !isBefore(b.endLine, b.endColumn, a);
}
