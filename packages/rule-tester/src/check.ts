import { matchFindings } from "./match.js";
import { applyEdits } from "./edits.js";
import { fileFrames, lineDiff } from "./frame.js";
import { parseMarkers, parseSidecar, type Expectation } from "./markers.js";
import { countChanges } from "./meaning.js";
import type {
  Adapter,
  Edit,
  Finding,
  Fixture,
  Output,
  Problem,
  ProblemKind,
  Report,
  SourceFile,
} from "./types.js";

/** Passes a fix may need until it reports nothing more, as in ESLint. */
export const MOST_PASSES = 10;

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

/** The path a reader looks for: the case itself, or the file inside the case's folder. */
function displayPath(fixture: Fixture, path: string): string {
  return fixture.files.length === 1 ? fixture.name : `${fixture.name}/${path}`;
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

async function lint(
  adapter: Adapter,
  fixture: Fixture,
  files: SourceFile[],
  ruleId: string,
  options: unknown[],
): Promise<Map<string, Finding[]>> {
  const { root, settings } = fixture;
  return adapter.lint({ ruleId, options, files, root, ...(settings ? { settings } : {}) });
}

/** The fixes of the fixture's own rule among some findings. */
export function fixesOf(rule: string, findings: readonly Finding[]): Edit[] {
  return findings.flatMap((finding) => (finding.fix && finding.ruleId === rule ? [finding.fix] : []));
}

async function checkFixes(adapter: Adapter, fixture: Fixture, report: Report): Promise<void> {
  const complain = (kind: ProblemKind, message: string, path: string, frame?: string) =>
    report.problems.push({ kind, message, path: displayPath(fixture, path), ...(frame ? { frame } : {}) });
  const edits = new Map<string, number>();
  let files = fixture.files;
  let findings = report.findings;
  let pass = 0;
  for (; pass < MOST_PASSES; pass += 1) {
    const next = files.map((file) => {
      const { text, applied } = applyEdits(file.text, fixesOf(fixture.rule, findings.get(file.path) ?? []));
      if (applied.length > 0) edits.set(file.path, (edits.get(file.path) ?? 0) + applied.length);
      if (applied.length > 0 && text === file.text)
        complain("no-effect", "A fix changes nothing.", file.path);
      return { ...file, text };
    });
    if (next.every((file, index) => file.text === files[index]?.text)) break;
    files = next;
    findings = await lint(adapter, fixture, files, fixture.rule, fixture.options);
    const broken = files.find((file) => edits.has(file.path) && adapter.parseError?.(file) !== undefined);
    if (broken) {
      complain(
        "unparsable-fix",
        `The fixed text does not parse: ${adapter.parseError?.(broken)}`,
        broken.path,
      );
      break;
    }
  }
  if (pass === MOST_PASSES) {
    const path = files.find((file) => fixesOf(fixture.rule, findings.get(file.path) ?? []).length > 0)?.path;
    if (path !== undefined)
      complain("unstable-fix", `After ${MOST_PASSES} passes there is still a fix.`, path);
  }
  for (const [index, file] of files.entries()) {
    const before = fixture.files[index];
    const applied = edits.get(file.path);
    const expected = fixture.fixed.get(file.path);
    if (!before || applied === undefined) {
      if (expected?.text !== undefined) {
        report.outputs.push({ ...expected, text: undefined });
        complain("stray-fixed", "There is a fixed file, but no fix is reported.", file.path);
      }
      continue;
    }
    compare(fixture, report, "fixed", file.path, before.text, file.text, expected);
    const own = (all: readonly Finding[] = []) => all.filter((one) => one.ruleId === fixture.rule);
    const unfixable = own(report.findings.get(file.path)).filter((one) => !one.fix).length;
    const left = own(findings.get(file.path));
    if (left.length > unfixable) {
      const frame = fileFrames(displayPath(fixture, file.path), file.text, left);
      complain("unclean-fix", "The fixed text is still reported, or reported anew.", file.path, frame);
    }
    checkMeaning(adapter, fixture, before, file, applied, complain);
  }
}

/** "Equal but for the intended node": no more smallest subtrees differ than edits were applied (or `@changes` says). */
function checkMeaning(
  adapter: Adapter,
  fixture: Fixture,
  before: SourceFile,
  after: SourceFile,
  applied: number,
  complain: (kind: ProblemKind, message: string, path: string, frame?: string) => void,
): void {
  if (!adapter.meaning || adapter.parseError?.(after) !== undefined) return;
  const changes = countChanges(adapter.meaning(before), adapter.meaning(after));
  const allowed = fixture.changes ?? applied;
  if (changes <= allowed) return;
  const message = `The fix changes ${changes} nodes where ${allowed} ${allowed === 1 ? "is" : "are"} intended.`;
  complain("changed-meaning", message, after.path, lineDiff(before.text, after.text));
}

async function checkSuggestions(adapter: Adapter, fixture: Fixture, report: Report): Promise<void> {
  const used = new Set<Output>();
  let number = 0;
  for (const file of fixture.files) {
    const own = (report.findings.get(file.path) ?? []).filter((finding) => finding.ruleId === fixture.rule);
    for (const { message, edit } of own.flatMap((finding) => finding.suggestions)) {
      number += 1;
      const complain = (kind: ProblemKind, text: string) =>
        report.problems.push({ kind, message: text, path: displayPath(fixture, file.path) });
      const label = `suggested-${number}`;
      const { text } = applyEdits(file.text, [edit]);
      if (text === file.text) complain("no-effect", `Suggestion ${number} ("${message}") changes nothing.`);
      const suggested = { ...file, text };
      const files = fixture.files.map((other) => (other === file ? suggested : other));
      await lint(adapter, fixture, files, fixture.rule, fixture.options);
      const error = adapter.parseError?.(suggested);
      if (error !== undefined) complain("unparsable-fix", `Suggestion ${number} does not parse: ${error}`);
      const expected = fixture.suggested.get(number)?.get(file.path);
      if (expected) used.add(expected);
      compare(fixture, report, label, file.path, file.text, text, expected);
    }
  }
  for (const [n, files] of fixture.suggested) {
    for (const [path, output] of files) {
      if (used.has(output)) continue;
      report.outputs.push({ ...output, text: undefined });
      const message = `There is an output for suggestion ${n}, but no such suggestion.`;
      report.problems.push({ kind: "stray-suggested", message, path: displayPath(fixture, path) });
    }
  }
}

/** Compares one produced text with its file on disk, and notes what the file should hold. */
function compare(
  fixture: Fixture,
  report: Report,
  label: string,
  path: string,
  before: string,
  produced: string,
  expected: Output | undefined,
): void {
  report.outputs.push({ file: fixture.outputFile(label, path), text: produced });
  if (expected?.text === produced) return;
  const missing = expected?.text === undefined;
  const kind = label === "fixed" ? "fixed" : "suggested";
  report.problems.push({
    kind: missing ? `missing-${kind}` : `wrong-${kind}`,
    message: missing
      ? `There is no .${label} file for this output.`
      : `The .${label} file differs from this output.`,
    path: displayPath(fixture, path),
    frame: lineDiff(missing ? before : (expected.text ?? ""), produced),
  });
}
