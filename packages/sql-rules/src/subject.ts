import type { Program } from "./language/parse.js";
import type { Finding } from "./rule.js";
import type { Range } from "./language/split.js";
import { finalColumns } from "./model/columns.js";

/**
 * The column a finding is about, as `schema.table.column`: the one whose type or default stands at an offset.
 *
 * @param program - a parsed script
 * @param offset - UTF-16 offset of the finding
 */
export function subjectAt(program: Program, offset: number): string | undefined {
  const subject = findingAt(program, offset)?.subject;
  if (subject !== undefined) return subject;
  let places = known.get(program);
  if (!places) {
    const columns = finalColumns([{ program, path: "" }]);
    places = columns
      .flatMap((column) =>
        [column, ...column.defaultCasts].map(({ typeRange }) => ({
          range: typeRange,
          name: `${column.table}.${column.column}`,
        })),
      )
      .sort((a, b) => a.range[0] - b.range[0]);
    known.set(program, places);
  }
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]!.range[1] <= offset) low = middle + 1;
    else high = middle;
  }
  const place = places[low];
  return place && place.range[0] <= offset ? place.name : undefined;
}

const known = new WeakMap<Program, { range: Range; name: string }[]>();

/** Findings by the root of the tree they were reported on; ESLint's messages have no room for all they say. */
const recorded = new WeakMap<object, { rule: string; finding: Finding }[]>();

/** Keeps what a rule found in a file for `findingAt`. */
export function record(ast: object, ruleId: string, findings: readonly Finding[]): void {
  const all = recorded.get(ast) ?? [];
  recorded.set(ast, all);
  for (const finding of findings) all.push({ rule: ruleId, finding });
}

/**
 * The finding that a message stands for, with its subject and related places.
 *
 * @param ast - root of the linted tree (`sourceCode.ast`), after the rules ran on it
 * @param offset - UTF-16 offset where the message begins
 * @param ruleId - the message's `ruleId`; any rule without it
 */
export function findingAt(ast: object, offset: number, ruleId?: string): Finding | undefined {
  return recorded
    .get(ast)
    ?.find(
      ({ rule, finding }) => finding.place.range[0] === offset && (ruleId === undefined || rule === ruleId),
    )?.finding;
}
