import { applyEdits } from "./edits.js";
import { fileFrames, lineDiff } from "./frame.js";
import { displayPath, fixesOf, lint } from "./lint.js";
import { countChanges } from "./meaning.js";
import type { Adapter, Finding, Fixture, Output, Problem, ProblemKind, Report, SourceFile } from "./types.js";

/** Passes a fix may need until it reports nothing more, as in ESLint. */
export const MOST_PASSES = 10;

type Complain = (kind: ProblemKind, message: string, path: string, frame?: string) => void;

const complainer =
  (fixture: Fixture, problems: Problem[]): Complain =>
  (kind, message, path, frame) =>
    problems.push({ kind, message, path: displayPath(fixture, path), ...(frame ? { frame } : {}) });

/** Where a fixture's files end up when every fix is applied. */
interface Settled {
  files: SourceFile[];
  findings: Map<string, Finding[]>;
  /** How many edits each changed file took. */
  edits: Map<string, number>;
  /** Why it never came to rest; then the texts are no result. */
  fault?: { kind: ProblemKind; message: string; path: string };
}

/** Fixes every file, pass by pass, until no fix is left or something goes wrong. */
async function settle(adapter: Adapter, fixture: Fixture, report: Report): Promise<Settled> {
  const edits = new Map<string, number>();
  let files = fixture.files;
  let findings = report.findings;
  for (let pass = 0; ; pass += 1) {
    const before = files;
    const fixed = files.map((file) =>
      applyEdits(file.text, fixesOf(fixture.rule, findings.get(file.path) ?? [])),
    );
    const at = fixed.findIndex(
      ({ applied }, index) => applied.length > 0 && fixed[index]?.text === before[index]?.text,
    );
    const idle = before[at];
    if (idle) {
      const message = "A fix changes nothing.";
      return { files, findings, edits, fault: { kind: "no-effect", message, path: idle.path } };
    }
    const changed = before.filter((_, index) => (fixed[index]?.applied.length ?? 0) > 0);
    const [first] = changed;
    if (!first) return { files, findings, edits };
    if (pass === MOST_PASSES) {
      const message = `After ${MOST_PASSES} passes there is still a fix.`;
      return { files, findings, edits, fault: { kind: "unstable-fix", message, path: first.path } };
    }
    files = before.map((file, index) => ({ ...file, text: fixed[index]?.text ?? file.text }));
    before.forEach(({ path }, index) => {
      const count = fixed[index]?.applied.length ?? 0;
      if (count > 0) edits.set(path, (edits.get(path) ?? 0) + count);
    });
    findings = await lint(adapter, fixture, files, fixture.rule, fixture.options);
    for (const file of files) {
      const error = edits.has(file.path) ? adapter.parseError?.(file) : undefined;
      if (error === undefined) continue;
      const message = `The fixed text does not parse: ${error}`;
      return { files, findings, edits, fault: { kind: "unparsable-fix", message, path: file.path } };
    }
  }
}

/** Holds the fixes of a case against its `.fixed` files: equal, parsable, clean, and equal in meaning but for the edits. */
export async function checkFixes(adapter: Adapter, fixture: Fixture, report: Report): Promise<void> {
  const complain = complainer(fixture, report.problems);
  const { files, findings, edits, fault } = await settle(adapter, fixture, report);
  if (fault) {
    complain(fault.kind, fault.message, fault.path);
    return;
  }
  const own = (all: readonly Finding[] = []) => all.filter((one) => one.ruleId === fixture.rule);
  for (const [index, file] of files.entries()) {
    const before = fixture.files[index];
    const applied = edits.get(file.path);
    const expected = fixture.fixed.get(file.path);
    if (!before || applied === undefined) {
      if (!expected) continue;
      report.outputs.push({ ...expected, text: undefined });
      complain("stray-fixed", "There is a fixed file, but no fix is reported.", file.path);
      continue;
    }
    compare(fixture, report, "fixed", file.path, before.text, file.text, expected);
    const unfixable = own(report.findings.get(file.path)).filter((one) => !one.fix);
    const left = own(findings.get(file.path));
    if (left.length > unfixable.length) {
      const frame = fileFrames(displayPath(fixture, file.path), file.text, left);
      complain("unclean-fix", "The fixed text is still reported, or reported anew.", file.path, frame);
    }
    checkMeaning(adapter, fixture, before, file, applied, complain);
  }
  // A fixed file for a path that is no file of the case at all.
  for (const [path, expected] of fixture.fixed) {
    if (fixture.files.some((file) => file.path === path)) continue;
    report.outputs.push({ ...expected, text: undefined });
    complain("stray-fixed", "There is a fixed file, but no such file in the case.", path);
  }
}

/** "Equal but for the intended node": no more smallest subtrees differ than edits were applied (or `@changes` says). */
function checkMeaning(
  adapter: Adapter,
  fixture: Fixture,
  before: SourceFile,
  after: SourceFile,
  applied: number,
  complain: Complain,
): void {
  if (!adapter.meaning) return;
  const changes = countChanges(adapter.meaning(before), adapter.meaning(after));
  const allowed = fixture.changes ?? applied;
  if (changes <= allowed) return;
  const message = `The fix changes ${changes} nodes where ${allowed} ${allowed === 1 ? "is" : "are"} intended.`;
  complain("changed-meaning", message, after.path, lineDiff(before.text, after.text));
}

/** Holds each suggestion, applied alone, against its `.suggested-<n>` file; `n` counts over the whole case. */
export async function checkSuggestions(adapter: Adapter, fixture: Fixture, report: Report): Promise<void> {
  const complain = complainer(fixture, report.problems);
  const used = new Set<Output>();
  let number = 0;
  for (const file of fixture.files) {
    const own = (report.findings.get(file.path) ?? []).filter((finding) => finding.ruleId === fixture.rule);
    for (const { message, edit } of own.flatMap((finding) => finding.suggestions)) {
      number += 1;
      const { text } = applyEdits(file.text, [edit]);
      if (text === file.text)
        complain("no-effect", `Suggestion ${number} ("${message}") changes nothing.`, file.path);
      const suggested = { ...file, text };
      const files = fixture.files.map((other) => (other === file ? suggested : other));
      // For its parse errors: a suggestion may well leave something to report.
      await lint(adapter, fixture, files, fixture.rule, fixture.options);
      const error = adapter.parseError?.(suggested);
      if (error !== undefined)
        complain("unparsable-fix", `Suggestion ${number} does not parse: ${error}`, file.path);
      const expected = fixture.suggested.get(number)?.get(file.path);
      if (expected) used.add(expected);
      compare(fixture, report, `suggested-${number}`, file.path, file.text, text, expected);
    }
  }
  for (const [n, files] of fixture.suggested) {
    for (const [path, output] of files) {
      if (used.has(output)) continue;
      report.outputs.push({ ...output, text: undefined });
      complain("stray-suggested", `There is an output for suggestion ${n}, but no such suggestion.`, path);
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
