import { checkFixture, fixtureExpectations } from "./check.js";
import { lineDiff } from "./frame.js";
import type { Adapter, Fixture, PreparedFile, Problem, ProblemKind, Report } from "./types.js";

/** Kinds that an `--update` settles. */
const UPDATABLE: ReadonlySet<ProblemKind> = new Set([
  "missing-fixed",
  "wrong-fixed",
  "stray-fixed",
  "missing-suggested",
  "wrong-suggested",
  "stray-suggested",
  "stale-frames",
]);

/** Faults of a fixture that show without any rule, so they prove nothing about it. */
const NO_BITE: ReadonlySet<ProblemKind> = new Set([
  "malformed",
  "unknown-rule",
  "engine-error",
  "parse-error",
]);

/** The problems an update leaves. */
export function afterUpdate(problems: readonly Problem[]): Problem[] {
  return problems.filter((problem) => !UPDATABLE.has(problem.kind));
}

/** Every file of every case, for `Adapter.prepare`. */
export function preparedFiles(fixtures: readonly Fixture[]): PreparedFile[] {
  return fixtures.flatMap(({ rule, root, files }) => files.map((file) => ({ ruleId: rule, root, file })));
}

/** How many examples a rule's cases hold: lines to report are bad; `ok` lines and cases without markers, good. */
export function countExamples(fixtures: readonly Fixture[]): { bad: number; good: number } {
  const counts = fixtures.map((fixture) => {
    const all = [...fixtureExpectations(fixture).byPath.values()].flat();
    const of = (kind: string) => all.filter((one) => one.kind === kind && one.id === fixture.rule).length;
    return { bad: of("ruleid"), good: of("ok") || (all.length === 0 ? 1 : 0) };
  });
  return counts.reduce((sum, one) => ({ bad: sum.bad + one.bad, good: sum.good + one.good }), {
    bad: 0,
    good: 0,
  });
}

/** A rule needs at least one bad and one good example. */
export function checkExamples(rule: string, fixtures: readonly Fixture[]): Problem[] {
  const { bad, good } = countExamples(fixtures);
  return [
    ...(bad > 0 ? [] : [problem("missing-bad-case", `${rule} has no example that it must report.`)]),
    ...(good > 0 ? [] : [problem("missing-good-case", `${rule} has no example that it must leave alone.`)]),
  ];
}

/** Runs the cases with the rule's reports blanked: they must fail, or they would pass whatever the rule does. */
export async function checkMutation(
  adapter: Adapter,
  rule: string,
  fixtures: readonly Fixture[],
): Promise<Problem[]> {
  const blanked: Adapter = { ...adapter, lint: () => Promise.resolve(new Map()) };
  for (const fixture of fixtures) {
    const { problems } = await checkFixture(blanked, fixture);
    if (problems.some(({ kind }) => !NO_BITE.has(kind))) return [];
  }
  return [problem("mutation-survivor", `The fixtures of ${rule} pass even when it reports nothing.`)];
}

/** The frames file of a rule; "" when its cases have no findings. */
export function ruleFrames(reports: readonly Report[]): string {
  const frames = reports.map((report) => report.frames).filter((text) => text !== "");
  return frames.length === 0 ? "" : `${frames.join("\n\n")}\n`;
}

/** Compares the frames with the file that was reviewed (undefined: there is none). */
export function checkFrames(frames: string, reviewed: string | undefined): Problem[] {
  if ((reviewed ?? "") === frames) return [];
  const message =
    reviewed === undefined ? "There is no frames file yet." : "The frames differ from the frames file.";
  return [{ ...problem("stale-frames", message), frame: lineDiff(reviewed ?? "", frames) }];
}

/** Problems as text: where, what, and the code. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .map(({ kind, message, path, line, frame }) => {
      const place = [path, line].filter((part) => part !== undefined).join(":");
      return [`${place === "" ? "" : `${place} `}${message} (${kind})`, ...(frame ? [frame] : [])].join("\n");
    })
    .join("\n\n");
}

function problem(kind: ProblemKind, message: string): Problem {
  return { kind, message };
}
