import { matchFindings } from "./match.js";
import { checkFixes, checkSuggestions } from "./fixes.js";
import { fileFrames } from "./frame.js";
import { displayPath, lint } from "./lint.js";
import { parseMarkers, parseSidecar, type Expectation } from "./markers.js";
import type { Adapter, Finding, Fixture, Problem, Report } from "./types.js";

/**
 * Lints one case and holds every finding, fix and suggestion against the fixture. Never throws for a fault of the rule,
 * the fixture or the engine: each is a problem of the report. Reads and writes no file.
 */
export async function checkFixture(adapter: Adapter, fixture: Fixture): Promise<Report> {
  const report: Report = {
    fixture,
    findings: new Map(),
    problems: [...fixture.problems],
    outputs: [],
    frames: "",
  };
  try {
    await check(adapter, fixture, report);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    report.problems.push({ kind: "engine-error", message, path: fixture.name });
  }
  return report;
}

/** What the markers and the sidecar of a case expect, by path, and what is wrong with them. */
export function fixtureExpectations(fixture: Fixture): {
  byPath: Map<string, Expectation[]>;
  problems: Problem[];
} {
  const byPath = new Map<string, Expectation[]>();
  const problems: Problem[] = [];
  for (const file of fixture.files) {
    const parsed = parseMarkers(file.text, fixture.layout === "beside");
    byPath.set(file.path, parsed.expectations);
    problems.push(
      ...parsed.problems.map((problem) => ({ ...problem, path: displayPath(fixture, file.path) })),
    );
  }
  const sidecar = parseSidecar(fixture.expect ?? "");
  problems.push(...sidecar.problems.map((problem) => ({ ...problem, path: `${fixture.name} (.expect)` })));
  for (const expectation of sidecar.expectations) {
    const path = expectation.path ?? (fixture.files.length === 1 ? fixture.files[0]?.path : undefined);
    const list = byPath.get(path ?? "");
    if (list) list.push(expectation);
    else
      problems.push({
        kind: "malformed",
        message: `The sidecar names no file of the case: ${path ?? "say PATH:LINE"}.`,
      });
  }
  return { byPath, problems };
}

async function check(adapter: Adapter, fixture: Fixture, report: Report): Promise<void> {
  const { byPath, problems } = fixtureExpectations(fixture);
  report.problems.push(...problems);
  const ids = new Set([fixture.rule, ...[...byPath.values()].flat().map((one) => one.id)]);
  for (const id of ids) {
    if (adapter.rules.includes(id)) continue;
    report.problems.push({
      kind: "unknown-rule",
      message: `${adapter.name} has no rule ${id}.`,
      path: fixture.name,
    });
    ids.delete(id);
  }
  for (const id of ids) {
    const own = id === fixture.rule;
    const found = await lint(adapter, fixture, fixture.files, id, own ? fixture.options : []);
    for (const [path, findings] of found) {
      report.findings.set(path, [...(report.findings.get(path) ?? []), ...findings].toSorted(bySource));
    }
  }
  for (const file of fixture.files) {
    const path = displayPath(fixture, file.path);
    const error = adapter.parseError?.(file);
    if (error !== undefined) report.problems.push({ kind: "parse-error", message: error, path });
    const findings = report.findings.get(file.path) ?? [];
    report.problems.push(...matchFindings(path, file.text, findings, byPath.get(file.path) ?? []));
  }
  report.frames = fixture.files
    .map((file) =>
      fileFrames(displayPath(fixture, file.path), file.text, report.findings.get(file.path) ?? []),
    )
    .filter((frames) => frames !== "")
    .join("\n\n");
  await checkFixes(adapter, fixture, report);
  await checkSuggestions(adapter, fixture, report);
}

function bySource(a: Finding, b: Finding): number {
  return a.line - b.line || a.column - b.column || a.endLine - b.endLine || a.endColumn - b.endColumn;
}
