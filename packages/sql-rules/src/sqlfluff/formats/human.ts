import type { RuleEntry } from "../references.js";
import { byPosition, isFailing, type FileResult, type Violation } from "../violation.js";

/** How text for people is set. */
export interface Style {
  hasColors: boolean;
  /** Columns of a line; sqlfluff's `output_line_length`. */
  lineLength: number;
}

const COLORS = { red: 31, green: 32, yellow: 33, blue: 34 } as const;

export function colored(text: string, color: keyof typeof COLORS, { hasColors }: Style): string {
  return hasColors ? `\u001b[${COLORS[color]}m${text}\u001b[0m` : text;
}

/** Columns of sqlfluff's margin. */
const MARGIN = 25;

/** Breaks a text at spaces; as in sqlfluff the space before a line's last word does not count. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || Array.from(last).length + Array.from(word).length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** The lines of one violation, as sqlfluff prints them. */
export function violationLines({ code, name, description, warning, span }: Violation, style: Style): string {
  const text = `${warning ? "WARNING: " : ""}${description}`;
  const [first = "", ...more] = wrap(
    name ? `${text} [${colored(name, "yellow", style)}]` : text,
    style.lineLength - MARGIN,
  );
  const color = code === "PRS" ? "red" : warning ? "yellow" : "blue";
  const line = String(span.start_line_no).padStart(4);
  const position = String(span.start_line_pos).padStart(4);
  const head = colored(`L:${line} | P:${position} | ${code.padStart(4)} | `, color, style);
  const bar = `${" ".repeat(MARGIN - 2)}${colored("| ", color, style)}`;
  return `${head}${first}\n${more.map((rest) => `${bar}${rest}\n`).join("")}`;
}

/** `== [path] FAIL` */
export function fileLine(path: string, status: "PASS" | "FAIL" | "FIXED", style: Style): string {
  return `== [${colored(path, "yellow", style)}] ${colored(status, status === "FAIL" ? "red" : "green", style)}\n`;
}

/**
 * A file with its violations.
 *
 * @param isVerbose - whether a file without any is named too
 */
export function fileBlock(
  { path, violations, unusedIgnores }: Pick<FileResult, "path" | "violations" | "unusedIgnores">,
  style: Style,
  isVerbose = false,
): string {
  const shown = [...violations, ...unusedIgnores].sort(byPosition);
  if (shown.length === 0 && !isVerbose) return "";
  const lines = shown.map((violation) => violationLines(violation, style)).join("");
  return `${fileLine(path, shown.some(isFailing) ? "FAIL" : "PASS", style)}${lines}`;
}

export function finished(style: Style): string {
  return `All Finished${style.hasColors ? " 📜 🎉" : ""}!\n`;
}

/** What `-v` adds at the end. */
export function summary(results: readonly FileResult[]): string {
  const count = results.flatMap(({ violations }) => violations.filter(isFailing)).length;
  return `==== summary ====\nviolations: ${String(count).padStart(8)} status: ${(count > 0 ? "FAIL" : "PASS").padStart(12)}\n`;
}

/** Columns of a rule's description in the list. */
const RULE_WIDTH = 74;

/** The list of rules. */
export function ruleList(entries: readonly RuleEntry[], style: Style): string {
  const items = entries.map(({ code, name, description, groups, aliases }) => {
    const lines = [
      ...wrap(`[${colored(name, "blue", style)}] ${description}`, RULE_WIDTH),
      `groups: ${groups.join(", ")} aliases: ${aliases.join(", ")}`,
    ];
    return `${colored(code, "blue", style)}: ${lines.join("\n      ")}\n`;
  });
  return `==== orchestrator-sql - rules ====\n${items.join("")}`;
}
