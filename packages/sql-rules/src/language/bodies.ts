import type { CreateFunctionStmt, DoStmt, Node } from "@pgsql/types";
import { parsePlPgSQLSync } from "libpg-query";
import { depthBound, MAX_DEPTH } from "./depth.js";
import { isSignificant, tokens } from "./lexer.js";
import { maskPlaceholders } from "./mask.js";
import type { Statement } from "./parse.js";
import type { Range } from "./split.js";

/** SQL inside the string that is a function's or DO block's body. */
export interface EmbeddedSql {
  sql: string;
  /** Maps an offset in `sql` to an offset in the file (UTF-16). */
  place: (offset: number) => number;
  /** It stands in a string whose quotes are doubled. */
  isQuoted: boolean;
}

export interface Body {
  pieces: EmbeddedSql[];
  /** Why the body could not be read, and where it stands in the file. */
  unread?: { error: string; range: Range };
}

/** The limit of one body, in UTF-16 units: its tree takes some hundred times that. */
const MAX_BODY = 512 * 1024;
/** Deepest nesting of blocks, branches and loops handed to PL/pgSQL's parser, which recurses. */
const MAX_BLOCKS = 200;
/** Without one of these a body asks nothing of a table. */
const ASKS = /\b(?:select|update|delete|merge|insert|truncate|perform)\b/i;

const known = new WeakMap<Statement, Body | undefined>();

/** The SQL in the body of a function or DO block; undefined for a body that is no string, or is in another language. */
export function bodyOf(statement: Statement, definition: CreateFunctionStmt | DoStmt): Body | undefined {
  if (!known.has(statement)) known.set(statement, readBody(statement, definition));
  return known.get(statement);
}

function readBody(statement: Statement, definition: CreateFunctionStmt | DoStmt): Body | undefined {
  const options = "options" in definition ? definition.options : (definition as DoStmt).args;
  const language = optionOf(options, "language")?.text?.toLowerCase() ?? "plpgsql";
  const source = optionOf(options, "as");
  if (source?.location === undefined || (language !== "sql" && language !== "plpgsql")) return undefined;
  const [start, end] = statement.range;
  const at = statement.offsetOf(source.location);
  const unread = (error: string, range: Range): Body => ({ pieces: [], unread: { error, range } });
  const literal = literalAfter(statement.text, at - start);
  if (!literal) {
    return ASKS.test(statement.text) ? unread("the body is written with escapes", [at, end]) : { pieces: [] };
  }
  const { isQuoted } = literal;
  const { text } = literal;
  const range: Range = [
    start + literal.place(text.length - text.trimStart().length),
    start + literal.place(text.trimEnd().length),
  ];
  const body: EmbeddedSql = { sql: literal.text, place: (offset) => start + literal.place(offset), isQuoted };
  if (!ASKS.test(body.sql)) return { pieces: [] };
  if (language === "sql") return { pieces: [body] };
  if (body.sql.length > MAX_BODY || depthBound(body.sql) > MAX_DEPTH || blockDepth(body.sql) > MAX_BLOCKS)
    return unread("the body is too long or nests too deep", range);
  const pieces = plpgsqlPieces(statement.text, body);
  return "error" in pieces ? unread(pieces.error, range) : { pieces };
}

function optionOf(options: readonly Node[] | undefined, name: string) {
  for (const option of options ?? []) {
    if (!("DefElem" in option) || option.DefElem.defname !== name) continue;
    const { arg, location } = option.DefElem;
    const [first] = arg && "List" in arg ? (arg.List.items ?? []) : arg ? [arg] : [];
    return { text: first && "String" in first ? first.String.sval : undefined, location: location ?? 0 };
  }
  return undefined;
}

interface Literal {
  text: string;
  place: (offset: number) => number;
  isQuoted: boolean;
}

/** The first string literal from an offset on, unquoted; undefined for one with backslash or Unicode escapes. */
function literalAfter(text: string, from: number): Literal | undefined {
  for (const token of tokens(text, from)) {
    if (token.kind !== "string") continue;
    const written = text.slice(token.start, token.end);
    const tag = /^\$\w*\$/u.exec(written)?.[0] ?? /^\$[^$]*\$/.exec(written)?.[0];
    if (tag !== undefined) {
      const begin = token.start + tag.length;
      const text = written.slice(tag.length, -tag.length);
      return { text, place: (offset) => begin + offset, isQuoted: false };
    }
    if (!written.startsWith("'") && !(/^e'/i.test(written) && !written.includes("\\"))) return undefined;
    return unquoted(written, token.start + written.indexOf("'") + 1);
  }
  return undefined;
}

/** Doubled quotes are one: offsets after each move. */
function unquoted(written: string, begin: number): Literal {
  const inner = written.slice(written.indexOf("'") + 1, -1);
  const parts = inner.split("''");
  const starts: number[] = [];
  let at = 0;
  for (const part of parts) {
    starts.push(at);
    at += part.length + 1;
  }
  const place = (offset: number) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return begin + offset + low;
  };
  return { text: parts.join("'"), place, isQuoted: true };
}

/** How deep blocks nest, by their words alone. */
function blockDepth(body: string): number {
  let [depth, deepest] = [0, 0];
  let before = "";
  for (const token of tokens(body)) {
    if (!isSignificant(token)) continue;
    const word =
      token.kind === "word" && token.end - token.start < 8
        ? body.slice(token.start, token.end).toLowerCase()
        : "";
    if (word === "end") depth--;
    else if (before !== "end" && /^(?:begin|if|loop|case)$/.test(word)) deepest = Math.max(deepest, ++depth);
    before = word;
  }
  return deepest;
}

/** What parsePlPgSQL calls an expression's kind (`RawParseMode`). */
const STATEMENT = 0;
const EXPRESSION = 2;

/** The queries and expressions of a PL/pgSQL body, each where it stands in it; or why it cannot be read. */
function plpgsqlPieces(statement: string, body: EmbeddedSql): EmbeddedSql[] | { error: string } {
  const written = body.sql;
  let tree: unknown;
  try {
    tree = parsePlPgSQLSync(statement);
  } catch {
    // Clients may put values into a body before the server sees it, and make one semicolon of two.
    const masked = withoutRowTypes(maskPlaceholders(body.sql)).replaceAll(";;", "; ");
    body = { ...body, sql: masked };
    try {
      tree = parsePlPgSQLSync(maskPlaceholders(statement).replace(written, () => masked));
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }
  const finder = new Finder(body);
  const walk = (value: unknown, line: number): void => {
    if (typeof value !== "object" || value === null) return;
    const { lineno, PLpgSQL_expr: expression } = value as {
      lineno?: number;
      PLpgSQL_expr?: { query?: string; parseMode?: number };
    };
    if (expression) finder.add(expression.query ?? "", expression.parseMode ?? STATEMENT, line);
    for (const [key, inner] of Object.entries(value)) {
      if (key === "PLpgSQL_stmt_dynexecute") finder.addExecuted(inner as PlExecute);
      walk(inner, lineno ?? line);
    }
  };
  walk(tree, 1);
  return finder.pieces;
}

/** Of a table's rows this parser, without a database, knows no columns: nothing could be assigned to them. */
function withoutRowTypes(body: string): string {
  return body.replaceAll(/[\w".]+%rowtype\b/gi, (type) => "record".padEnd(type.length));
}

/** Longer queries are only looked for as they are. */
const MAX_PATTERN = 20_000;

interface PlExecute {
  lineno?: number;
  query?: { PLpgSQL_expr?: { query?: string } };
}

/** Finds the pieces PL/pgSQL's parser hands out, which come with the line of their statement only. */
class Finder {
  readonly pieces: EmbeddedSql[] = [];
  readonly #lines: number[] = [0];
  readonly #last = new Map<string, number>();

  constructor(readonly body: EmbeddedSql) {
    for (let at = body.sql.indexOf("\n"); at >= 0; at = body.sql.indexOf("\n", at + 1))
      this.#lines.push(at + 1);
  }

  add(query: string, mode: number, line: number): void {
    if (!ASKS.test(query)) return;
    if (mode === STATEMENT) {
      // PERFORM became SELECT. What does not stand there as it is costs more to find.
      const perform = `PERFORM${query.slice("SELECT".length)}`;
      const { sql } = this.body;
      const isPerformed = !sql.includes(query) && sql.includes(perform);
      const at = isPerformed ? undefined : this.#find(query, line);
      const performed = at ?? this.#find(perform, line);
      if (performed !== undefined) this.#push(query, at ?? performed + 1);
      return;
    }
    // `x := expression`
    const target = mode === EXPRESSION ? 0 : (/^[^=]*=/.exec(query)?.[0].length ?? 0);
    const expression = query.slice(target);
    const at = this.#find(query, line);
    if (at !== undefined) this.#push(`SELECT ${expression}`, at + target - "SELECT ".length);
  }

  /** EXECUTE of a plain literal; SQL put together at run time is not known. */
  addExecuted({ lineno = 1, query }: PlExecute): void {
    const written = query?.PLpgSQL_expr?.query ?? "";
    const literal = /^\s*[']/.test(written) || /^\s*\$/.test(written) ? literalAfter(written, 0) : undefined;
    if (!literal || !/^\s*(?:'(?:[^']|'')*'|(\$\w*\$)[^]*\1)\s*$/.test(written) || !ASKS.test(literal.text))
      return;
    const at = this.#find(written, lineno);
    if (at === undefined) return;
    this.pieces.push({
      sql: literal.text,
      place: (offset) => this.body.place(at + literal.place(offset)),
      isQuoted: literal.isQuoted || this.body.isQuoted,
    });
  }

  #push(sql: string, at: number): void {
    const { isQuoted } = this.body;
    this.pieces.push({ sql, place: (offset) => this.body.place(Math.max(0, at + offset)), isQuoted });
  }

  #find(query: string, line: number): number | undefined {
    const from = Math.max(this.#lines[line - 1] ?? 0, (this.#last.get(query) ?? -1) + 1);
    let at = this.body.sql.indexOf(query, from);
    // INTO and its variables are blanked; keywords may be written in any case.
    if (at < 0 && query.length < MAX_PATTERN) {
      const pattern = query
        .split(/( {2,})/)
        .map((part) => (/^ {2,}$/.test(part) ? `[^]{${part.length}}` : escaped(part)))
        .join("");
      const expression = new RegExp(pattern, "gi");
      expression.lastIndex = from;
      at = expression.exec(this.body.sql)?.index ?? -1;
    }
    if (at < 0) return undefined;
    this.#last.set(query, at);
    return at;
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
