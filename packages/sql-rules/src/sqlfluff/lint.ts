import { Linter } from "eslint";
import { dirname, isAbsolute, relative } from "node:path";
import { sqlLanguage } from "../language/sql-language.js";
import { SqlSourceCode } from "../language/sql-source-code.js";
import { rules } from "../rules/index.js";
import { locator, type Locator, type Span } from "./position.js";

/** One edit of a fix, as sqlfluff 4 serialises it. */
export interface Fix extends Span {
  type: "replace" | "delete" | "create_before";
  edit: string;
}

/** One violation with sqlfluff's names for its parts. */
export interface Violation {
  /** `OR01`…, or `PRS` for what could not be parsed. */
  code: string;
  /** `orchestrator.prefer_jsonb`; empty for `PRS`. */
  name: string;
  description: string;
  span: Span;
  /** Absent for `PRS`: sqlfluff leaves the key out there. */
  fixes?: Fix[];
}

/** What is known about one file after linting. */
export interface FileResult {
  /** As the user named it or as it was found; `stdin` for standard input. */
  path: string;
  text: string;
  violations: Violation[];
  /** The text with all fixes applied. */
  fix: () => string;
}

/** A rule under its sqlfluff names. */
export interface RuleEntry {
  code: string;
  name: string;
  description: string;
}

const UNPARSED = "no-unparsed-sql";

/** The rules by code, without the one that sqlfluff calls `PRS`. */
export const ruleEntries: readonly RuleEntry[] = Object.entries(rules)
  .filter(([rule]) => rule !== UNPARSED)
  .map(([rule, { meta }]) => ({
    code: meta.docs.code,
    name: `orchestrator.${rule.replaceAll("-", "_")}`,
    description: `${meta.docs.description}.`,
  }))
  .sort((a, b) => (a.code < b.code ? -1 : 1));

const CONFIG: Linter.Config[] = [
  // What the user names is linted wherever it is; ESLint ignores these folders otherwise.
  { ignores: ["!**/node_modules/", "!.git/"] },
  {
    // Any file; of `**/*` ESLint says that it matches no file by itself.
    files: ["**/?*"],
    plugins: { orchestrator: { languages: { sql: sqlLanguage }, rules } },
    language: "orchestrator/sql",
    linterOptions: { reportUnusedDisableDirectives: "off" },
    rules: Object.fromEntries(Object.keys(rules).map((rule) => [`orchestrator/${rule}`, "error" as const])),
  },
];

/**
 * Lints one text with the same rules as ESLint.
 *
 * @param text - SQL, with or without byte order mark
 * @param path - path shown in results
 * @param absolute - absolute path, which may say that the script is a down migration or of another dialect
 * @param root - the working directory: rules read nothing outside it, or for a file outside it, nothing outside the
 * file's own directory
 */
export function lintText(text: string, path: string, absolute: string, root: string): FileResult {
  const below = relative(root, absolute);
  const isBelow = !below.startsWith("..") && !isAbsolute(below);
  // ESLint configures only files below its working directory.
  const linter = new Linter({ cwd: isBelow ? root : dirname(absolute) });
  const messages = linter.verify(text, CONFIG, { filename: absolute });
  // Typed as JavaScript's, but it is what the file's language created.
  const sourceCode = linter.getSourceCode() as unknown;
  if (!(sourceCode instanceof SqlSourceCode))
    throw new Error(messages[0]?.message ?? "ESLint did not lint the text.");

  const locate = locator(sourceCode.text);
  const violations = messages.map((message) => toViolation(message, sourceCode, locate));
  const fix = () => linter.verifyAndFix(text, CONFIG, { filename: absolute }).output;
  return { path, text: sourceCode.text, violations, fix };
}

/** The result for a file that could not be read as text. */
export function unreadable(path: string, reason: string): FileResult {
  return { path, text: "", violations: [unparsable(reason, locator("")(0, 0))], fix: () => "" };
}

function unparsable(reason: string, span: Span): Violation {
  const place = `Line ${span.start_line_no}, Position ${span.start_line_pos}`;
  return { code: "PRS", name: "", description: `${place}: ${reason}`, span };
}

function toViolation(message: Linter.LintMessage, sourceCode: SqlSourceCode, locate: Locator): Violation {
  const start = sourceCode.getIndexFromLoc({ line: message.line, column: message.column });
  const { endLine = message.line, endColumn = message.column } = message;
  const span = locate(start, sourceCode.getIndexFromLoc({ line: endLine, column: endColumn }));

  const rule = message.ruleId?.replace(/^orchestrator\//, "");
  if (rule === undefined || rule === UNPARSED) {
    return unparsable(`${section(sourceCode, start)}${message.message}`, span);
  }
  const name = `orchestrator.${rule.replaceAll("-", "_")}`;
  const code = ruleEntries.find((entry) => entry.name === name)?.code ?? "";
  return {
    code,
    name,
    description: message.message,
    span,
    fixes: message.fix ? [toFix(message.fix, locate)] : [],
  };
}

/** How much of an unparsable statement is quoted. */
const MAX_QUOTED = 40;

function section({ ast }: SqlSourceCode, at: number): string {
  const statement = ast.body.find(
    ({ type, range }) => type === "UnparsedStatement" && at >= range[0] && at < range[1],
  );
  if (!statement || !("text" in statement)) return "";
  const { text } = statement;
  const quoted = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text;
  return `Found unparsable section: '${quoted.replaceAll(/\s+/g, " ")}'. `;
}

function toFix(
  { range: [start, end], text }: { range: [number, number]; text: string },
  locate: Locator,
): Fix {
  const type = text === "" ? "delete" : start === end ? "create_before" : "replace";
  return { type, edit: text, ...locate(start, end) };
}
