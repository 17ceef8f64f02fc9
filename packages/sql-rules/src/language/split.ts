import { isSignificant, tokenAt, type Token } from "./lexer.js";
import { markOf } from "./marks.js";
import { isLiquibase as isFormatted } from "./mask.js";

/** A half-open UTF-16 range. */
export type Range = [start: number, end: number];

export interface Comment {
  type: "Line" | "Block";
  /** The text without `--` or the block delimiters. */
  value: string;
  range: Range;
}

/** Where the words of a text begin and end (UTF-16), white space and comments left out. */
export interface Spans {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export interface SplitResult {
  /** One range a statement: first to last token, without the semicolon and without leading comments. */
  statements: Range[];
  comments: Comment[];
  /** The words of the statements; absent for a long text, whose words would take more memory than it. */
  spans?: Spans;
}

/** The words of a text up to this length (UTF-16 units) are kept. */
const MAX_KEPT = 1024 * 1024;

const COPY_FROM_STDIN = /^copy\b[^;]*?\bfrom\s+stdin\b/is;
const COPY_END = /^\\\.[^\S\n]*$/m;
const PSQL_COMMAND = /\\[^\n]*/y;
/** Commands that send what was written so far, as a semicolon does. */
const PSQL_SEND = /\\(?:g(?:x|set|exec|desc)?|crosstabview|watch)(?![\w\\])/y;

/**
 * Splits a script into statements as psql does: by semicolons outside strings, comments, `BEGIN ATOMIC … END` bodies
 * and the parentheses of CREATE RULE; psql's own backslash commands and the data of `COPY … FROM stdin` are no SQL.
 * Unlike psql it does not wait for a closing parenthesis in other statements, so that one broken statement cannot
 * swallow the rest of the file.
 *
 * Linear in the length of the text; a large dump costs little memory.
 */
export function split(text: string): SplitResult {
  const statements: Range[] = [];
  const comments: Comment[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const keeps = text.length <= MAX_KEPT;
  let current: StatementState | undefined;
  let isLiquibase: boolean | undefined;

  for (let at = 0; ;) {
    const token = tokenAt(text, at);
    if (!token) break;
    at = token.end;

    if (token.kind === "comment") {
      const found = comment(text, token);
      comments.push(found);
      if (
        current &&
        isLine(text, token) &&
        dividesAt(found.value, current, () => (isLiquibase ??= isFormatted(text)))
      ) {
        statements.push([current.start, current.end]);
        current = undefined;
      }
    } else if (!isSignificant(token)) {
      continue;
    } else if (text.startsWith("\\;", token.start)) {
      // psql sends what is before it together with what follows: two statements all the same.
      if (current) statements.push([current.start, current.end]);
      current = undefined;
      at = token.start + 2;
    } else if (text[token.start] === "\\" && isCommandStart(text, token.start, current)) {
      PSQL_COMMAND.lastIndex = PSQL_SEND.lastIndex = token.start;
      PSQL_COMMAND.test(text);
      at = PSQL_COMMAND.lastIndex;
      if (current && PSQL_SEND.test(text)) {
        statements.push([current.start, current.end]);
        current = undefined;
      }
    } else if (text[token.start] === ";" && !current?.isOpen()) {
      if (current) {
        statements.push([current.start, current.end]);
        if (COPY_FROM_STDIN.test(text.slice(current.start, current.end))) at = copyDataEnd(text, token.end);
      }
      current = undefined;
    } else {
      current ??= new StatementState(token.start);
      current.add(text, token);
      if (keeps) {
        starts.push(token.start);
        ends.push(token.end);
      }
    }
  }
  if (current) statements.push([current.start, current.end]);
  return { statements, comments, ...(keeps ? { spans: { starts, ends } } : {}) };
}

/** Whether a comment divides the script: a line of a migration tool, or the begin of a change set of Liquibase. */
function dividesAt(comment: string, current: StatementState, isLiquibase: () => boolean): boolean {
  if (/^[ \t]*changeset[ \t]/i.test(comment)) return isLiquibase();
  const mark = markOf(comment);
  // What is no tool's alone may be a remark inside a statement.
  return mark !== undefined && (mark.tool !== undefined || !current.isInParentheses());
}

/** Whether a comment is a line of its own. */
function isLine(text: string, { start }: Token): boolean {
  return text.startsWith("--", start) && isLineStart(text, start);
}

function isLineStart(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === " " || text[before] === "\t") before--;
  return before < 0 || text[before] === "\n" || text[before] === "\r";
}

/** A backslash begins a psql command at the start of a line or between statements, and one that sends anywhere. */
function isCommandStart(text: string, at: number, current: StatementState | undefined): boolean {
  PSQL_SEND.lastIndex = at;
  return !current || PSQL_SEND.test(text) || isLineStart(text, at);
}

function copyDataEnd(text: string, at: number): number {
  const data = text.indexOf("\n", at);
  if (data < 0) return text.length;
  const end = COPY_END.exec(text.slice(data + 1));
  return end ? data + 1 + end.index + end[0].length : text.length;
}

function comment(text: string, token: Token): Comment {
  const block = text.startsWith("/*", token.start);
  const inner = text.slice(token.start + 2, block && !token.unterminated ? token.end - 2 : token.end);
  return { type: block ? "Block" : "Line", value: inner, range: [token.start, token.end] };
}

/** What must close before a semicolon ends the statement. */
class StatementState {
  end: number;
  #head: string[] = [];
  #isRoutine = false;
  #parentheses = 0;
  #begins = 0;
  #previousWord = "";

  constructor(readonly start: number) {
    this.end = start;
  }

  add(text: string, token: Token): void {
    this.end = token.end;
    if (token.kind === "word") {
      // Only in bodies of routines do words past the first few matter.
      if (this.#head.length < 4 || this.#isRoutine)
        this.#word(text.slice(token.start, token.end).toLowerCase());
    } else if (token.kind === "punctuation") {
      const character = text[token.start];
      if (character === "(") this.#parentheses++;
      else if (character === ")") this.#parentheses--;
      this.#previousWord = "";
    } else this.#previousWord = "";
  }

  #word(word: string): void {
    if (this.#head.length < 4) {
      this.#head.push(word);
      this.#isRoutine = this.#creates("function", "procedure");
    }
    if (this.#isRoutine) {
      if (word === "atomic" && this.#previousWord === "begin") this.#begins++;
      else if (word === "case" && this.#begins > 0) this.#begins++;
      else if (word === "end" && this.#begins > 0) this.#begins--;
    }
    this.#previousWord = word;
  }

  #creates(...kinds: string[]): boolean {
    return this.#head[0] === "create" && this.#head.slice(1).some((word) => kinds.includes(word));
  }

  isInParentheses(): boolean {
    return this.#parentheses > 0;
  }

  isOpen(): boolean {
    return this.#begins > 0 || (this.#parentheses > 0 && this.#creates("rule"));
  }
}
