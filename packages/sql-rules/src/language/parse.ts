import type { Node } from "@pgsql/types";
import { hasSqlDetails, loadModule, parseSync } from "libpg-query";
import { hash } from "node:crypto";
import { createRequire } from "node:module";
import type * as PgsqlAstParser from "pgsql-ast-parser";
import type { Statement as PgsqlAst } from "pgsql-ast-parser";
import { depthBound, MAX_DEPTH } from "./depth.js";
import { guessDialect, type DialectGuess } from "./dialect.js";
import { isSignificant, tokenAt } from "./lexer.js";
import { maskEvolution, maskChangeSets, maskPlaceholders, maskTemplates } from "./mask.js";
import { split, type Comment, type Range, type Spans } from "./split.js";
import { afterCharacters, utf8ToUtf16 } from "./utf8.js";
import type { Located, Words } from "./words.js";

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
/** Each takes PostgreSQL's parser some fifty microseconds, however short it is. */
const MAX_STATEMENTS = 250_000;

/** The trees of this much of a script (UTF-16 units) are kept; a tree takes some hundred times its text's memory. */
const MAX_KEPT = 1024 * 1024;

/** One statement PostgreSQL's grammar accepts; `offsetOf` maps the `location`s of its tree, UTF-8 byte offsets. */
export interface Statement extends Located {
  type: "Statement";
  /** PostgreSQL's name of the statement's node: `CreateStmt`, `AlterTableStmt`… */
  kind: string;
  /** PostgreSQL's parse tree. In a large script it is parsed anew at each access: look at `kind` first. */
  readonly tree: Node;
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
  if (text.length > MAX_SCRIPT_LENGTH)
    return refused(text, path, `the script is longer than ${mebibytes(MAX_SCRIPT_LENGTH)}`);
  const sql = maskChangeSets(maskEvolution(maskTemplates(text)));
  const { statements, comments, spans } = split(sql);
  const length = statements.reduce((sum, [start, end]) => sum + end - start, 0);
  if (length > MAX_STATEMENTS_LENGTH) {
    return refused(text, path, `the script's statements are longer than ${mebibytes(MAX_STATEMENTS_LENGTH)}`);
  }
  if (statements.length > MAX_STATEMENTS)
    return refused(text, path, `the script has more than ${MAX_STATEMENTS.toLocaleString("en")} statements`);
  const codes = codesOf(sql, statements, comments);
  const key = hash("sha1", text, "base64");
  let read = known.get(key);
  const trees = (read ? undefined : parseWhole(statements, codes)) ?? [];
  read ??= statements.map((range, i) =>
    trees[i] ? kindOf(trees[i].node) : parseStatement(text.slice(...range), codes[i]!, range),
  );
  remember(key, text.length, read);
  const own = sql === text ? spans : undefined;
  const body = read.map((item, i) => {
    if (typeof item === "object" && "type" in item) return item;
    const accepted = typeof item === "string" ? { kind: item, code: codes[i]!, ...trees[i] } : item;
    return new ParsedStatement(text, statements[i]!, accepted, own);
  });
  const unread = codes.filter((_, i) => body[i]!.type !== "Statement");
  const open = openComment(comments.at(-1));
  if (open) body.push({ ...open, text: text.slice(...open.range) });
  return {
    type: "Program",
    range: [0, text.length],
    body,
    comments,
    dialect: guessDialect(path, { refused: unread, all: codes }),
    text,
  };
}

/** A block comment without an end takes the rest of the script with it: PostgreSQL refuses it. */
function openComment(last: Comment | undefined): Omit<UnparsedStatement, "text"> | undefined {
  const isOpen = last?.type === "Block" && last.range[1] - last.range[0] === last.value.length + 2;
  if (!isOpen) return undefined;
  const [start] = last.range;
  const error = "unterminated /* comment";
  return { type: "UnparsedStatement", range: last.range, error, errorRange: [start, start + 2] };
}

/** PostgreSQL's tree of a statement; `offsetOf` is absent where locations count from the statement's begin. */
interface Tree {
  node: Node;
  offsetOf?: (location: number) => number;
}

/** A statement that PostgreSQL accepted. */
interface Accepted extends Partial<Tree> {
  kind: string;
  /** What it accepted: the statement's text with blanks for comments, and names for placeholders. */
  code: string;
}

/** What became of a statement; the kind alone where PostgreSQL accepted it without names for placeholders. */
type Outcome = string | Accepted | LooseStatement | UnparsedStatement;

/** Scripts that were read lately, by a hash of their text: a project's files are read for their facts, and again to be linted. */
const known = new Map<string, readonly Outcome[]>();
let knownLength = 0;
const MAX_KNOWN_LENGTH = 16 * 1024 * 1024;

/** Keeps what became of a script's statements, without their trees. */
function remember(key: string, length: number, read: readonly Outcome[]): void {
  if (length > MAX_KNOWN_LENGTH / 2 || known.has(key)) return;
  knownLength += length;
  if (knownLength > MAX_KNOWN_LENGTH) {
    known.clear();
    knownLength = length;
  }
  const withoutTrees = read.map((item) =>
    typeof item === "object" && "code" in item ? { kind: item.kind, code: item.code } : item,
  );
  known.set(key, withoutTrees);
}

const mebibytes = (length: number): string => `${length / 1024 / 1024} MiB`;

/** A program of one statement that says why nothing was read. */
function refused(text: string, path: string, error: string): Program {
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
    dialect: guessDialect(path),
    text,
    isRefused: true,
  };
}

/**
 * The statements with their comments blanked. PostgreSQL's scanner takes quadratic time over nested comments, and
 * pgsql-ast-parser stumbles over brackets and backticks in them.
 */
function codesOf(sql: string, statements: readonly Range[], comments: readonly Comment[]): string[] {
  let next = 0;
  return statements.map(([start, end]) => {
    let code = "";
    let from = start;
    for (; next < comments.length && comments[next]!.range[0] < end; next++) {
      const [opens, closes] = comments[next]!.range;
      if (opens < start) continue;
      code += sql.slice(from, opens) + " ".repeat(closes - opens);
      from = closes;
    }
    return code + sql.slice(from, end);
  });
}

/** Scripts up to this length (UTF-16 units) are parsed in one go: PostgreSQL's parser never gives its memory back. */
const MAX_WHOLE = 64 * 1024;

/**
 * All statements parsed at once, which takes three quarters of the time; undefined where PostgreSQL refuses one of them
 * or sees others than these.
 */
function parseWhole(ranges: readonly Range[], codes: readonly string[]): Tree[] | undefined {
  const end = ranges.at(-1)?.[1] ?? 0;
  if (ranges.length < 2 || end > MAX_WHOLE || codes.some((code) => tooMuch(code) !== undefined))
    return undefined;
  let script = "";
  for (const [i, code] of codes.entries()) script += `${" ".repeat(ranges[i]![0] - script.length)}${code};`;
  try {
    const statements = parseSync(script).stmts ?? [];
    const offsetOf = utf8ToUtf16(script);
    const isSame =
      statements.length === ranges.length &&
      statements.every(({ stmt_location: location }, i) => {
        const start = offsetOf(location ?? 0);
        return (ranges[i - 1]?.[1] ?? 0) <= start && start <= ranges[i]![0];
      });
    return isSame ? statements.map(({ stmt }) => ({ node: stmt!, offsetOf })) : undefined;
  } catch {
    return undefined;
  }
}

const kindOf = (tree: Node): string => Object.keys(tree)[0] ?? "";

/** @param code - the statement's `text` with blanks for comments, so of equal length */
function parseStatement(text: string, code: string, range: Range): Outcome {
  const refusal = tooMuch(code);
  if (refusal) return unparsed(text, range, refusal);
  const first = postgresParse(code);
  if (first.ok) return accepted(range, code, first.tree);

  const masked = maskPlaceholders(code);
  if (masked !== code) {
    const second = postgresParse(masked);
    if (second.ok) return accepted(range, masked, second.tree);
  }
  const loose = looseParse(code);
  if (loose) return { type: "LooseStatement", range, text, kind: loose.type, tree: loose };
  return unparsed(text, range, first);
}

function accepted(range: Range, code: string, node: Node): Accepted {
  return { kind: kindOf(node), code, ...(range[1] <= MAX_KEPT ? { node } : {}) };
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

/** A class, for there are thousands of statements, most of whose trees nobody asks for again. */
class ParsedStatement implements Statement {
  readonly type = "Statement";
  readonly range: Range;
  readonly text: string;
  readonly kind: string;
  readonly spans: Spans | undefined;
  words: Words | undefined = undefined;
  readonly #code: string;
  #node: Node | undefined;
  #offsetOf: ((location: number) => number) | undefined;

  constructor(
    script: string,
    range: Range,
    { kind, code, node, offsetOf }: Accepted,
    spans: Spans | undefined,
  ) {
    this.range = range;
    this.text = script.slice(...range);
    this.kind = kind;
    this.spans = spans;
    this.#code = code;
    this.#node = node;
    this.#offsetOf = offsetOf;
  }

  get tree(): Node {
    if (this.#node) return this.#node;
    const node = (parseSync(this.#code).stmts ?? [])[0]!.stmt!;
    if (this.range[1] <= MAX_KEPT) this.#node = node;
    return node;
  }

  offsetOf(location: number): number {
    this.#offsetOf ??= locationsIn(this.#code, this.range[0]);
    return this.#offsetOf(location);
  }
}

function locationsIn(code: string, start: number): (location: number) => number {
  const toUtf16 = utf8ToUtf16(code);
  return (location) => start + toUtf16(location);
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
