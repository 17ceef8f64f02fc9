/**
 * PostgreSQL's lexical structure, one token at a time.
 *
 * Follows chapter 4.1 of the PostgreSQL manual ("Lexical Structure") and psql's own scanner for what only clients
 * know (`:name` variables, backslash commands). Works on UTF-16 offsets and never throws: a string or comment that
 * does not end runs to the end of the text and says so.
 */
export type TokenKind =
  "space" | "comment" | "word" | "quoted" | "string" | "number" | "operator" | "punctuation" | "placeholder";

export interface Token {
  kind: TokenKind;
  /** UTF-16 offset of the first character. */
  start: number;
  /** UTF-16 offset after the last character. */
  end: number;
  /** Set when the closing quote or comment end is missing. */
  unterminated?: true;
}

const SPACE = /[ \t\r\n\f\v]+/y;
const LINE_COMMENT = /--[^\r\n]*/y;
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
const NUMBER =
  /(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const STRING_PREFIX = /(?:[eEbBxX]|[uU]&)(?=')/y;
const UNICODE_QUOTED = /[uU]&(?=")/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const PARAMETER = /\$\d+/y;
/** An operator ends where a comment or a `%(name)s` begins inside it, and before its 64th character (NAMEDATALEN). */
const OPERATOR = /(?:(?!--|\/\*|%\([A-Za-z_]\w*\)s)[+\-*/<>=~!@#%^&|`?]){1,63}/y;
/** Without one of these an operator of several characters ends in neither + nor -: `a=-1` is `=` and `-`. */
const MAY_END_IN_SIGN = /[~!@#%^&|`?]/;
/**
 * Placeholders of clients: `:name` `:'name'` `:"name"` `%(name)s` `{name}` `${name}` `$%NAME%$` `{{ name }}` `{% block %}`;
 * and what CREATE EXTENSION puts into a script: `@extschema@`, `@extschema:name@`, `@extowner@`.
 */
const PLACEHOLDER =
  /:(?:[A-Za-z_]\w*|'[A-Za-z_]\w*'|"[A-Za-z_]\w*")|%\([A-Za-z_]\w*\)s|\$%\w+%\$|\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\$?\{[\w.:!-]*\}|@ext(?:schema(?::[\w-]+)?|owner)@/y;

/** Matches a sticky expression at `at`; the offset after the match, or -1. */
function match(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}

const BLOCK_COMMENT_MARK = /\/\*|\*\//g;

/** Block comments nest. */
function blockCommentEnd(text: string, at: number): number {
  BLOCK_COMMENT_MARK.lastIndex = at;
  let depth = 0;
  for (let mark = BLOCK_COMMENT_MARK.exec(text); mark; mark = BLOCK_COMMENT_MARK.exec(text)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return BLOCK_COMMENT_MARK.lastIndex;
  }
  return -1;
}

function closed(kind: TokenKind, start: number, end: number, text: string): Token {
  return end < 0 ? { kind, start, end: text.length, unterminated: true } : { kind, start, end };
}

function operatorEnd(text: string, start: number): number {
  let end = match(OPERATOR, text, start);
  if (end < 0) return -1;
  if (MAY_END_IN_SIGN.test(text.slice(start, end))) return end;
  while (end - start > 1 && (text[end - 1] === "+" || text[end - 1] === "-")) end--;
  return end;
}

/** The offset after the quote that closes the one at `at`, doubled quotes skipped; -1 where there is none. */
function quoteEnd(text: string, at: number): number {
  const quote = text[at]!;
  for (let i = at + 1; ; i += 2) {
    i = text.indexOf(quote, i);
    if (i < 0) return -1;
    if (text[i + 1] !== quote) return i + 1;
  }
}

const ESCAPE_STOP = /['\\]/g;

/**
 * The same for a string with backslash escapes. It goes on in a further quote on a later line, where backslashes
 * still escape; other strings do so too, but read the same when taken one by one.
 */
function escapeStringEnd(text: string, at: number): number {
  for (let i = at + 1; ;) {
    ESCAPE_STOP.lastIndex = i;
    if (!ESCAPE_STOP.test(text)) return -1;
    const stop = ESCAPE_STOP.lastIndex - 1;
    if (text[stop] === "\\" || text[stop + 1] === "'") {
      i = stop + 2;
      continue;
    }
    const next = continuation(text, stop + 1);
    if (next < 0) return stop + 1;
    i = next + 1;
  }
}

/** The offset of a quote that goes on with the string ended before `at`: after white space with a line break. */
function continuation(text: string, at: number): number {
  const end = match(SPACE, text, at);
  return text[end] === "'" && /[\r\n]/.test(text.slice(at, end)) ? end : -1;
}

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);
const isLetter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80;
const isWordPart = (code: number): boolean =>
  isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x24;
/** A quote after a letter makes a string of it, and so may an ampersand: `E'…'`, `U&"…"`. */
const isAfterPrefix = (code: number): boolean => code === 0x27 || code === 0x26;

/** White space, words, brackets and commas: most tokens, and the only ones that take no regular expression. */
function plainToken(text: string, start: number): Token | undefined {
  const code = text.charCodeAt(start);
  let end = start + 1;
  if (isSpace(code)) {
    while (isSpace(text.charCodeAt(end))) end++;
    return { kind: "space", start, end };
  }
  if (isLetter(code)) {
    if (isAfterPrefix(text.charCodeAt(end))) return undefined;
    while (isWordPart(text.charCodeAt(end))) end++;
    return { kind: "word", start, end };
  }
  // ( ) , ;
  if (code === 0x28 || code === 0x29 || code === 0x2c || code === 0x3b)
    return { kind: "punctuation", start, end };
  return undefined;
}

/**
 * The token at `start`, or undefined at the end of the text.
 *
 * @param text - SQL text
 * @param start - UTF-16 offset where a token begins
 */
export function tokenAt(text: string, start: number): Token | undefined {
  if (start >= text.length) return undefined;
  const plain = plainToken(text, start);
  if (plain) return plain;
  const character = text[start]!;

  if (text.startsWith("--", start)) return { kind: "comment", start, end: match(LINE_COMMENT, text, start) };
  if (text.startsWith("/*", start)) return closed("comment", start, blockCommentEnd(text, start), text);

  if (character === "'") return closed("string", start, quoteEnd(text, start), text);
  if (character === '"') return closed("quoted", start, quoteEnd(text, start), text);

  let end = match(STRING_PREFIX, text, start);
  if (end > 0) {
    const escapes = character === "e" || character === "E";
    return closed("string", start, escapes ? escapeStringEnd(text, end) : quoteEnd(text, end), text);
  }
  end = match(UNICODE_QUOTED, text, start);
  if (end > 0) return closed("quoted", start, quoteEnd(text, end), text);

  if (character === "$") {
    end = match(DOLLAR_TAG, text, start);
    if (end > 0) {
      const tag = text.slice(start, end);
      const close = text.indexOf(tag, end);
      return closed("string", start, close < 0 ? -1 : close + tag.length, text);
    }
    end = match(PARAMETER, text, start);
    if (end > 0) return { kind: "placeholder", start, end };
  }

  // `a::text` is a cast, not a placeholder named text.
  if (character === ":" && (text[start + 1] === ":" || text[start + 1] === "=")) {
    return { kind: "operator", start, end: start + 2 };
  }
  end = match(PLACEHOLDER, text, start);
  if (end > 0) return { kind: "placeholder", start, end };

  end = match(WORD, text, start);
  if (end > 0) return { kind: "word", start, end };
  end = match(NUMBER, text, start);
  if (end > 0) return { kind: "number", start, end };
  end = operatorEnd(text, start);
  if (end > start) return { kind: "operator", start, end };

  return { kind: "punctuation", start, end: start + 1 };
}

/** Every token of `text` from `start` to `end`, spaces and comments included. */
export function* tokens(text: string, start = 0, end = text.length): Generator<Token> {
  for (let token = tokenAt(text, start); token && token.start < end; token = tokenAt(text, token.end)) {
    yield token;
  }
}

/** True for tokens a parser sees: neither white space nor comment. */
export function isSignificant(token: Token): boolean {
  return token.kind !== "space" && token.kind !== "comment";
}
