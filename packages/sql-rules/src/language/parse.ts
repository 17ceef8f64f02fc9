import type { Node } from "@pgsql/types";
import { hasSqlDetails, loadModule, parseSync } from "libpg-query";
import { createRequire } from "node:module";
import type * as PgsqlAstParser from "pgsql-ast-parser";
import type { Statement as PgsqlAst } from "pgsql-ast-parser";
import { depthBound, MAX_DEPTH } from "./depth.js";
import { guessDialect, type DialectGuess } from "./dialect.js";
import { isSignificant, tokenAt } from "./lexer.js";
import { maskPlaceholders, maskTemplates } from "./mask.js";
import { split, type Comment, type Range } from "./split.js";
import { afterCharacters, utf8ToUtf16 } from "./utf8.js";

// PostgreSQL's parser is WebAssembly and loads asynchronously; ESLint parses synchronously.
await loadModule();

/** Above this length (UTF-16 units) a single statement is reported as unread rather than parsed. */
export const MAX_STATEMENT_LENGTH = 4 * 1024 * 1024;

/**
 * A longer script (UTF-16 units), and one with more statements than this, is refused as a whole; the data of COPY are
 * no statements.
 */
export const MAX_SCRIPT_LENGTH = 64 * 1024 * 1024;
const MAX_STATEMENTS_LENGTH = 16 * 1024 * 1024;

/** The trees of this much of a script (UTF-16 units) are kept; a tree takes some hundred times its text's memory. */
const MAX_KEPT = 1024 * 1024;

/** One statement PostgreSQL's grammar accepts. */
export interface Statement {
  type: "Statement";
  range: Range;
  text: string;
  /** PostgreSQL's name of the statement's node: `CreateStmt`, `AlterTableStmt`… */
  kind: string;
  /**
   * PostgreSQL's parse tree; its `location`s are UTF-8 byte offsets, see `offsetOf`. In a large script it is parsed
   * anew at each access: look at `kind` first.
   */
  readonly tree: Node;
  /** Maps a `location` of `tree` to a UTF-16 offset in the file. */
  readonly offsetOf: (location: number) => number;
}

/** One statement only pgsql-ast-parser accepts: PostgreSQL would refuse it, but its parts can still be read. */
export interface LooseStatement {
  type: "LooseStatement";
  range: Range;
  text: string;
  kind: string;
  /** pgsql-ast-parser's tree; `_location` offsets are UTF-16 and relative to `text`. */
  tree: PgsqlAst;
}

/** One statement no parser accepts. */
export interface UnparsedStatement {
  type: "UnparsedStatement";
  range: Range;
  text: string;
  /** PostgreSQL's words, lower case and without a final stop. */
  error: string;
  /** The offending token. */
  errorRange: Range;
}

export type AnyStatement = Statement | LooseStatement | UnparsedStatement;

/** A whole script: the root node of the ESLint language. */
export interface Program {
  type: "Program";
  range: Range;
  body: AnyStatement[];
  comments: Comment[];
  dialect: DialectGuess;
  text: string;
  /** Set where nothing of the script was read; its only statement says why. */
  isRefused?: true;
}

/**
 * Parses a script. Never throws: what cannot be parsed is an `UnparsedStatement`, and the statements around it are
 * read normally.
 *
 * @param text - the script, without byte order mark
 * @param path - its path, which may name a dialect
 */
export function parseSql(text: string, path = ""): Program {
  if (text.length > MAX_SCRIPT_LENGTH) return refused(text, path, "the script is longer", MAX_SCRIPT_LENGTH);
  const sql = maskTemplates(text);
  const { statements, comments } = split(sql);
  const length = statements.reduce((sum, [start, end]) => sum + end - start, 0);
  if (length > MAX_STATEMENTS_LENGTH) {
    return refused(text, path, "the script's statements are longer", MAX_STATEMENTS_LENGTH);
  }
  const unread: string[] = [];
  let next = 0;
  const body = statements.map((range) => {
    const inside: Comment[] = [];
    for (; next < comments.length && comments[next]!.range[0] < range[1]; next++) {
      if (comments[next]!.range[0] >= range[0]) inside.push(comments[next]!);
    }
    const source = text.slice(...range);
    const code = blank(sql.slice(...range), inside, range[0]);
    const statement = parseStatement(source, code, range);
    if (statement.type !== "Statement") unread.push(code);
    return statement;
  });
  return {
    type: "Program",
    range: [0, text.length],
    body,
    comments,
    dialect: guessDialect(path, unread),
    text,
  };
}

/** A program of one statement that says why nothing was read. */
function refused(text: string, path: string, what: string, limit: number): Program {
  const error = `${what} than ${limit / 1024 / 1024} MiB`;
  const [head = ""] = text
    .trimStart()
    .slice(0, MAX_QUOTED)
    .split(/[\r\n]/, 1);
  const start = text.length - text.trimStart().length;
  return {
    type: "Program",
    range: [0, text.length],
    body: [
      {
        type: "UnparsedStatement",
        range: [0, text.length],
        text: head,
        error,
        errorRange: [start, start + head.length],
      },
    ],
    comments: [],
    dialect: guessDialect(path, []),
    text,
    isRefused: true,
  };
}

/**
 * The text with its comments blanked. PostgreSQL's scanner takes quadratic time over nested comments, and
 * pgsql-ast-parser stumbles over brackets and backticks in them.
 */
function blank(text: string, comments: Comment[], offset: number): string {
  let blanked = "";
  let from = 0;
  for (const { range } of comments) {
    const [start, end] = [range[0] - offset, range[1] - offset];
    blanked += text.slice(from, start) + " ".repeat(end - start);
    from = end;
  }
  return blanked + text.slice(from);
}

/** What became of a statement's text: the text PostgreSQL accepted, and as what. */
interface Accepted {
  parsed: string;
  kind: string;
}

/** Statements that were accepted lately: a project's files are read for their facts, and again to be linted. */
const accepted = new Map<string, Accepted>();
let acceptedLength = 0;
const MAX_ACCEPTED_LENGTH = 8 * 1024 * 1024;

function accept(code: string, parsed: string, tree: Node): Accepted {
  if (acceptedLength > MAX_ACCEPTED_LENGTH) {
    accepted.clear();
    acceptedLength = 0;
  }
  acceptedLength += code.length;
  const outcome = { parsed, kind: Object.keys(tree)[0] ?? "" };
  accepted.set(code, outcome);
  return outcome;
}

/** @param code - the statement's `text` with blanks for comments, so of equal length */
function parseStatement(text: string, code: string, range: Range): AnyStatement {
  const keeps = range[1] <= MAX_KEPT;
  const known = accepted.get(code);
  if (known) return statement(text, range, known, undefined, keeps);
  const refusal = tooMuch(code);
  if (refusal) return unparsed(text, range, refusal);
  const first = postgresParse(code);
  if (first.ok) return statement(text, range, accept(code, code, first.tree), first.tree, keeps);

  const masked = maskPlaceholders(code);
  if (masked !== code) {
    const second = postgresParse(masked);
    if (second.ok) return statement(text, range, accept(code, masked, second.tree), second.tree, keeps);
  }
  const loose = looseParse(code);
  if (loose) return { type: "LooseStatement", range, text, kind: loose.type, tree: loose };
  return unparsed(text, range, first);
}

interface Refusal {
  message: string;
  /** UTF-16 offset in the statement. */
  position: number;
}

/** What no parser may be asked to read. */
function tooMuch(code: string): Refusal | undefined {
  // PostgreSQL's parser takes the text as a C string and would overlook whatever follows.
  const position = code.indexOf("\0");
  if (position >= 0) return { message: "the statement contains a null character", position };
  if (code.length > MAX_STATEMENT_LENGTH) {
    const limit = MAX_STATEMENT_LENGTH / 1024 / 1024;
    return { message: `the statement is longer than ${limit} MiB`, position: 0 };
  }
  // Each level takes a token.
  if (code.length > MAX_DEPTH / 2 && depthBound(code) > MAX_DEPTH) {
    return { message: `the statement nests deeper than ${MAX_DEPTH} levels`, position: 0 };
  }
  return undefined;
}

type ParseOutcome = { ok: true; tree: Node } | ({ ok: false } & Refusal);

function postgresParse(text: string): ParseOutcome {
  try {
    const [raw] = parseSync(text).stmts ?? [];
    return raw?.stmt ? { ok: true, tree: raw.stmt } : { ok: false, message: "empty statement", position: 0 };
  } catch (error) {
    const details = hasSqlDetails(error) ? error.sqlDetails : undefined;
    const message = error instanceof Error ? error.message : String(error);
    // Positions of errors count characters, unlike those in trees.
    const position = details ? afterCharacters(text, details.cursorPosition) : 0;
    return { ok: false, message, position };
  }
}

function statement(
  text: string,
  range: Range,
  { parsed, kind }: Accepted,
  tree: Node | undefined,
  keeps: boolean,
): Statement {
  let kept = keeps ? tree : undefined;
  let toUtf16: ReturnType<typeof utf8ToUtf16> | undefined;
  return {
    type: "Statement",
    range,
    text,
    kind,
    get tree() {
      if (kept) return kept;
      const again = (parseSync(parsed).stmts ?? [])[0]!.stmt!;
      if (keeps) kept = again;
      return again;
    },
    offsetOf: (location) => range[0] + (toUtf16 ??= utf8ToUtf16(parsed))(location),
  };
}

/** Slow, and of use only where its tree is read: elsewhere a refused statement is to be reported, not accepted. */
const LOOSE = /^create\s[^(]{0,80}\btable\b/i;
const MAX_LOOSE_LENGTH = 64 * 1024;

/** Loaded for the first statement that needs it: most scripts have none, and it takes as long to load as many to lint. */
let pgsqlAstParser: typeof PgsqlAstParser | undefined;

function looseParse(text: string): PgsqlAst | undefined {
  if (!LOOSE.test(text) || text.length > MAX_LOOSE_LENGTH) return undefined;
  pgsqlAstParser ??= createRequire(import.meta.url)("pgsql-ast-parser") as typeof PgsqlAstParser;
  try {
    const [tree, ...more] = pgsqlAstParser.parse(text, { locationTracking: true });
    return more.length === 0 ? tree : undefined;
  } catch {
    return undefined;
  }
}

/** PostgreSQL quotes the offending text to its end, which for an open string is the end of the script. */
const MAX_QUOTED = 40;

function unparsed(text: string, range: Range, { message, position }: Refusal): UnparsedStatement {
  const at = Math.min(position, text.length - 1);
  const token = tokenAt(text, at);
  const end = token && isSignificant(token) ? token.end : at + 1;
  const [firstLine = ""] = text.slice(at, end).split(/[\r\n]/, 1);
  const quoted = / at or near "([^]*)"$/.exec(message)?.[1] ?? "";
  // What a template was masked with is none of the reader's words.
  const written = quoted.includes("__") ? text.slice(at, at + quoted.length) : quoted;
  const shown = written.length > MAX_QUOTED ? `${written.slice(0, MAX_QUOTED)}…` : written;
  const error = quoted === shown ? message : message.replace(quoted, () => shown);
  return {
    type: "UnparsedStatement",
    range,
    text,
    error: error.replaceAll(/\s+/g, " "),
    errorRange: [range[0] + at, range[0] + at + Math.max(1, firstLine.length)],
  };
}
