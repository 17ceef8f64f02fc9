import { applyEdits } from "./edits.js";
import { isMarkerLine } from "./markers.js";
import { splitLines } from "./positions.js";
import type { Edit, Finding } from "./types.js";

/** A finding over more lines than this is shown by its first and last lines. */
const MOST_LINES = 6;

type Range = Pick<Finding, "line" | "column" | "endLine" | "endColumn" | "message">;

/**
 * The lines of a range with carets under its columns and the message beside them, between the nearest lines before and
 * after that are no markers.
 */
export function codeFrame(text: string, range: Range): string {
  const lines = splitLines(text);
  const skip = (number: number) => isMarkerLine(lines[number - 1] ?? "");
  let first = range.line - 1;
  while (skip(first)) first -= 1;
  let last = range.endLine + 1;
  while (skip(last)) last += 1;
  const width = String(Math.min(last, lines.length)).length;
  const gutter = (label: string) => `${label.padStart(width)} |`;
  const rows: string[] = [];
  for (let number = Math.max(1, first); number <= Math.min(last, lines.length); number += 1) {
    const line = lines[number - 1] ?? "";
    const inside = number >= range.line && number <= range.endLine;
    if (!inside && skip(number)) continue;
    if (inside && range.endLine - range.line >= MOST_LINES) {
      if (number === range.line + 2) rows.push(gutter("…"));
      if (number >= range.line + 2 && number < range.endLine) continue;
    }
    rows.push(`${gutter(String(number))} ${line}`.trimEnd());
    if (inside) rows.push(`${gutter("")} ${underline(line, number, range)}`.trimEnd());
  }
  return rows.join("\n");
}

function underline(line: string, number: number, range: Range): string {
  const indent = line.length - line.trimStart().length;
  const from = number === range.line ? range.column - 1 : indent;
  const to = number === range.endLine ? range.endColumn - 1 : line.trimEnd().length;
  // Tabs stay, so that the carets stand under the same columns wherever tabs stop.
  const blank = line.slice(0, from).padEnd(from).replaceAll(/[^\t]/gu, " ");
  const carets = "^".repeat(Math.max(to - from, number === range.line ? 1 : 0));
  return `${blank}${carets}${number === range.endLine && range.message ? ` ${range.message}` : ""}`;
}

/** The lines one text loses and another gains, with line numbers; "" when they are equal. */
export function lineDiff(before: string, after: string): string {
  if (before === after) return "";
  const old = before.split("\n");
  const now = after.split("\n");
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const width = String(Math.max(old.length, now.length) - tail).length;
  const row = (sign: string) => (line: string, index: number) =>
    `${String(head + index + 1).padStart(width)} ${sign} ${line}`.trimEnd();
  return [
    ...old.slice(head, old.length - tail).map(row("-")),
    ...now.slice(head, now.length - tail).map(row("+")),
  ].join("\n");
}

/** The frames of one file's findings, each with its fix and suggestions, as they stand in the frames file. */
export function fileFrames(path: string, text: string, findings: readonly Finding[]): string {
  const diff = (edit: Edit) => lineDiff(text, applyEdits(text, [edit]).text);
  return findings
    .map((finding) =>
      [
        `${path}:${finding.line}:${finding.column} ${finding.ruleId}`,
        codeFrame(text, finding),
        ...(finding.fix ? ["fix:", diff(finding.fix)] : []),
        ...finding.suggestions.flatMap(({ message, edit }) => [`suggestion: ${message}`, diff(edit)]),
      ].join("\n"),
    )
    .join("\n\n");
}
