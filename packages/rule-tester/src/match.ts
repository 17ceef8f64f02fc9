import type { Expectation } from "./markers.js";
import { splitLines } from "./positions.js";
import { codeFrame } from "./frame.js";
import type { Finding, Problem, ProblemKind } from "./types.js";

/**
 * Holds the findings of one file against what its markers expect: both ways, and one to one.
 * `path` is only shown. Returns every disagreement, in source order.
 */
export function matchFindings(
  path: string,
  text: string,
  findings: readonly Finding[],
  expectations: readonly Expectation[],
): Problem[] {
  const lines = splitLines(text);
  const groups = new Map<string, { line: number; id: string; expected: Expectation[]; found: Finding[] }>();
  const group = (line: number, id: string) => {
    const key = `${line} ${id}`;
    const existing = groups.get(key) ?? { line, id, expected: [], found: [] };
    groups.set(key, existing);
    return existing;
  };
  for (const expectation of expectations) group(expectation.line, expectation.id).expected.push(expectation);
  for (const finding of findings) group(finding.line, finding.ruleId).found.push(finding);
  return [...groups.values()]
    .toSorted((a, b) => a.line - b.line)
    .flatMap(({ line, id, expected, found }) => {
      const problem = (kind: ProblemKind, message: string, finding?: Finding): Problem => ({
        kind,
        message,
        path,
        line,
        frame: codeFrame(text, finding ?? { line, column: 1, endLine: line, endColumn: 1, message: "" }),
      });
      return matchLine(id, expected, found, lines[line - 1] ?? "", problem);
    });
}

type Complain = (kind: ProblemKind, message: string, finding?: Finding) => Problem;

function matchLine(
  id: string,
  expected: readonly Expectation[],
  found: readonly Finding[],
  lineText: string,
  problem: Complain,
): Problem[] {
  const problems: Problem[] = [];
  const pool = [...found];
  const take = (wanted: (finding: Finding) => boolean): Finding | undefined => {
    const index = pool.findIndex(wanted);
    return index < 0 ? undefined : pool.splice(index, 1)[0];
  };
  const of = (kind: string) => expected.filter((expectation) => expectation.kind === kind);
  const isPrecise = (one: Expectation) => one.columns !== undefined || one.message !== undefined;

  // The precise ones choose first, then those that find only a near miss, then the plain ones.
  const unmet = of("ruleid")
    .filter(isPrecise)
    .filter((one) => !take((finding) => !difference(one, finding, lineText)));
  for (const one of unmet) {
    const near = take(() => true);
    const differs = near && difference(one, near, lineText);
    problems.push(
      near && differs
        ? problem(differs.kind, differs.message, near)
        : problem("unmet-marker", `${id} is expected on this line, but is not reported.`),
    );
  }
  for (const one of of("ruleid")) {
    if (isPrecise(one) || take(() => true)) continue;
    problems.push(problem("unmet-marker", `${id} is expected on this line, but is not reported.`));
  }
  for (const _ of of("todook")) {
    if (take(() => true)) continue;
    problems.push(
      problem("stale-todo", `todook: ${id} is no longer reported on this line; write ok instead.`),
    );
  }
  const todo = of("todoruleid").length > 0;
  for (const finding of pool) {
    problems.push(
      todo
        ? problem(
            "stale-todo",
            `todoruleid: ${id} is reported on this line now; write ruleid instead.`,
            finding,
          )
        : problem("unmarked-finding", unmarked(id, of("ok").length > 0, found.length, pool.length), finding),
    );
  }
  return problems;
}

function unmarked(id: string, ok: boolean, found: number, left: number): string {
  if (ok) return `${id} is reported on a line that is marked ok.`;
  if (found > left) return `${id} is reported ${found} times on this line; only ${found - left} marked.`;
  return `${id} is reported without a marker.`;
}

/** What keeps a finding from being the expected one; undefined when nothing does. */
function difference(
  expected: Expectation,
  finding: Finding,
  lineText: string,
): { kind: ProblemKind; message: string } | undefined {
  const { columns, message } = expected;
  if (columns) {
    const end = lastColumn(finding, lineText);
    const found = columns.end === undefined ? `${finding.column}` : `${finding.column}-${end}`;
    const wanted = columns.end === undefined ? `${columns.start}` : `${columns.start}-${columns.end}`;
    if (found !== wanted) {
      return {
        kind: "wrong-columns",
        message: `Expected at column ${wanted}, reported at ${found} (end exclusive).`,
      };
    }
  }
  if (message !== undefined && !finding.message.includes(message)) {
    return { kind: "wrong-message", message: `Expected "${message}" in the message "${finding.message}".` };
  }
  return undefined;
}

/** The end column of the part of a finding on its first line; an empty finding counts as one column. */
function lastColumn(finding: Finding, lineText: string): number {
  if (finding.endLine > finding.line) return lineText.trimEnd().length + 1;
  return Math.max(finding.endColumn, finding.column + 1);
}
