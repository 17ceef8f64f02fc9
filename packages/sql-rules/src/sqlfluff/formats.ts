import { isSignificant, tokens } from "../language/lexer.js";
import type { FileResult, RuleEntry, Violation } from "./lint.js";
import { characterCount } from "./position.js";

/** Formats of `lint` that exist. */
export const FORMATS = ["human", "json"] as const;
export type Format = (typeof FORMATS)[number];

/** sqlfluff wraps at 90 columns less the 25 of its margin, not counting the space before a line's last word. */
const WIDTH = 65;

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || Array.from(last).length + Array.from(word).length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** The lines of one violation, as sqlfluff prints them for people. */
export function violationLines({ code, name, description, span }: Violation): string {
  const [first, ...more] = wrap(name ? `${description} [${name}]` : description);
  const line = String(span.start_line_no).padStart(4);
  const position = String(span.start_line_pos).padStart(4);
  const head = `L:${line} | P:${position} | ${code.padStart(4)} | ${first ?? ""}\n`;
  return head + more.map((text) => `${" ".repeat(23)}| ${text}\n`).join("");
}

/** Files with violations, then a closing line; in the order the files were named and found. */
export function human(results: readonly FileResult[]): string {
  const failed = results.filter(({ violations }) => violations.length > 0);
  const blocks = failed.map(
    ({ path, violations }) => `== [${path}] FAIL\n${violations.map(violationLines).join("")}`,
  );
  return `${blocks.join("")}All Finished!\n`;
}

/**
 * sqlfluff's JSON: every file by path, with the keys in its order. sqlfluff counts parse tree segments; here tokens
 * stand in for them. Seconds are given for linting as a whole.
 */
export function json(results: readonly FileResult[], seconds: number): string {
  const records = results
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map((result) => record(result, seconds));
  return `${pythonJson(records)}\n`;
}

function record({ path, text, violations }: FileResult, seconds: number) {
  const all = [...tokens(text)];
  const characters = characterCount(text);
  return {
    filepath: path,
    violations: violations.map(serialise),
    statistics: {
      source_chars: characters,
      templated_chars: characters,
      segments: all.filter(isSignificant).length,
      raw_segments: all.length,
    },
    timings: { templating: 0, linting: seconds },
  };
}

function serialise({ code, name, description, span, fixes }: Violation) {
  const { start_line_no, start_line_pos, start_file_pos, end_line_no, end_line_pos, end_file_pos } = span;
  return {
    start_line_no,
    start_line_pos,
    code,
    description,
    name,
    warning: false,
    ...(fixes && {
      fixes: fixes.map((fix) => ({
        type: fix.type,
        edit: fix.edit,
        start_line_no: fix.start_line_no,
        start_line_pos: fix.start_line_pos,
        start_file_pos: fix.start_file_pos,
        end_line_no: fix.end_line_no,
        end_line_pos: fix.end_line_pos,
        end_file_pos: fix.end_file_pos,
      })),
    }),
    start_file_pos,
    end_line_no,
    end_line_pos,
    end_file_pos,
  };
}

/** JSON as Python's `json.dumps` writes it: a space after comma and colon, only ASCII. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([key, inner]) => `${pythonJson(key)}: ${pythonJson(inner)}`);
    return `{${fields.join(", ")}}`;
  }
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The list of rules. */
export function ruleList(entries: readonly RuleEntry[]): string {
  const lines = entries.map(
    ({ code, name, description }) => `${code}: [${name}] ${description}\n      groups: all, orchestrator\n`,
  );
  return `==== orchestrator-sql - rules ====\n${lines.join("")}`;
}
