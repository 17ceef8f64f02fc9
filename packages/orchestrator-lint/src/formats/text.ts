import type { Artifact } from "@orchestrator-lint/artifact-rules";
import type { MemoryRow } from "@orchestrator-lint/compose-rules";
import type { ESLint, Linter } from "eslint";
import path from "node:path";
import { relativePath } from "../files.js";
import { sortResults, type Report, type Result } from "../result.js";

/** A file's results as ESLint has them, and the memory of its workloads where that was asked for. */
export type LintResult = ESLint.LintResult & {
  memory?: readonly Omit<MemoryRow, "path">[];
  artifact?: Omit<Artifact, "file" | "findings">;
};

/**
 * A report in ESLint's own shape, so that every tool that reads `eslint --format json` reads ours; `subject`,
 * `check`, `memory` and `artifact` are the additions. Suppressed findings are in `suppressedMessages`.
 */
export function toLintResults(report: Report, root: string): LintResult[] {
  const all = sortResults(report.runs.flatMap(({ results }) => results));
  const groups = groupBy(all, ({ file }) => file);
  const rows = groupBy(report.memory ?? [], ({ path: file }) => relativePath(root, file));
  const artifacts = new Map(report.artifacts?.map(({ file, findings: _, ...artifact }) => [file, artifact]));
  for (const file of [...rows.keys(), ...artifacts.keys()]) if (!groups.has(file)) groups.set(file, []);
  return [...groups].map(([file, results]) => {
    const active = results.filter(({ suppression }) => !suppression);
    const count = (level: string, fixable = false) =>
      active.filter((result) => result.level === level && (!fixable || result.fix)).length;
    return {
      filePath: path.join(root, file),
      messages: active.map(toMessage),
      suppressedMessages: results.flatMap((result) =>
        result.suppression
          ? [
              {
                ...toMessage(result),
                suppressions: [{ kind: "directive", justification: result.suppression.justification }],
              },
            ]
          : [],
      ),
      errorCount: count("error"),
      fatalErrorCount: 0,
      warningCount: active.length - count("error"),
      fixableErrorCount: count("error", true),
      fixableWarningCount: active.filter((result) => result.level !== "error" && result.fix).length,
      usedDeprecatedRules: [],
      ...(report.memory ? { memory: (rows.get(file) ?? []).map(({ path: _, ...row }) => row) } : {}),
      ...(artifacts.has(file) ? { artifact: artifacts.get(file)! } : {}),
    };
  });
}

function toMessage(result: Result): Linter.LintMessage & { subject?: string; check?: string } {
  return {
    ruleId: `orchestrator/${result.rule}`,
    severity: result.level === "error" ? 2 : 1,
    message: result.message,
    line: result.line,
    column: result.column,
    endLine: result.endLine,
    endColumn: result.endColumn,
    ...(result.fix ? { fix: result.fix } : {}),
    ...(result.suggestions.length > 0
      ? { suggestions: result.suggestions.map(({ description, edit }) => ({ desc: description, fix: edit })) }
      : {}),
    ...(result.subject === undefined ? {} : { subject: result.subject }),
    ...(result.check === undefined ? {} : { check: result.check }),
  };
}

/** Workflow commands that GitHub turns into annotations of a pull request. */
export function toGithub(report: Report): string {
  const escape = (text: string) =>
    text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => escape(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return sortResults(report.runs.flatMap(({ results }) => results))
    .filter(({ suppression }) => !suppression)
    .map((result) => {
      const command = result.level === "note" ? "notice" : result.level;
      const place = [
        `file=${property(result.file)}`,
        `line=${result.line}`,
        `endLine=${result.endLine}`,
        // GitHub takes columns only within one line, and its end column is inclusive.
        ...(result.line === result.endLine
          ? [`col=${result.column}`, `endColumn=${Math.max(result.column, result.endColumn - 1)}`]
          : []),
        `title=orchestrator/${result.rule}`,
      ];
      return `::${command} ${place.join(",")}::${escape(result.message)}\n`;
    })
    .join("");
}

function groupBy<T>(items: Iterable<T>, key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
