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

const SPACE = /[ \t\r\n\f\v\u00a0\ufeff]+/y;
const LINE_COMMENT = /--[^\r\n]*/y;
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
const NUMBER =
  /(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const PLAIN_STRING = /'(?:[^']|'')*'/y;
const ESCAPE_STRING = /'(?:[^'\\]|''|\\[^])*'/y;
const QUOTED = /"(?:[^"]|"")*"/y;
const STRING_PREFIX = /(?:[eE]|[bB]|[xX]|[nN]|[uU]&)(?=')/y;
const UNICODE_QUOTED = /[uU]&(?=")/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const PARAMETER = /\$\d+/y;
const OPERATOR = /[+\-*/<>=~!@#%^&|`?]+/y;
/** Placeholders of clients: `:name` `:'name'` `:"name"` `%(name)s` `{name}` `${name}` `{{ name }}` `{% block %}`. */
const PLACEHOLDER =
  /:(?:[A-Za-z_]\w*|'[A-Za-z_]\w*'|"[A-Za-z_]\w*")|%\([A-Za-z_]\w*\)s|\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\$?\{[\w.:!-]*\}/y;

/** Matches a sticky expression at `at`; the offset after the match, or -1. */
function match(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}

function blockCommentEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length;) {
    if (text.startsWith("/*", i)) {
      depth++;
      i += 2;
    } else if (text.startsWith("*/", i)) {
      depth--;
      i += 2;
      if (depth === 0) return i;
    } else i++;
  }
  return -1;
}

function closed(kind: TokenKind, start: number, end: number, text: string): Token {
  return end < 0 ? { kind, start, end: text.length, unterminated: true } : { kind, start, end };
}

/** An operator ends where a comment begins inside it (`a-- comment`, `a /* … *​/`). */
function operatorEnd(text: string, start: number): number {
  const end = match(OPERATOR, text, start);
  for (let i = start; i < end; i++) {
    if (text.startsWith("--", i) || text.startsWith("/*", i)) return i;
  }
  return end;
}

function stringAt(text: string, start: number, quote: number, escapes: boolean): Token {
  return closed("string", start, match(escapes ? ESCAPE_STRING : PLAIN_STRING, text, quote), text);
}

/**
 * The token at `start`, or undefined at the end of the text.
 *
 * @param text - SQL text
 * @param start - UTF-16 offset where a token begins
 */
export function tokenAt(text: string, start: number): Token | undefined {
  if (start >= text.length) return undefined;
  const character = text[start]!;

  let end = match(SPACE, text, start);
  if (end > 0) return { kind: "space", start, end };

  if (text.startsWith("--", start)) return { kind: "comment", start, end: match(LINE_COMMENT, text, start) };
  if (text.startsWith("/*", start)) return closed("comment", start, blockCommentEnd(text, start), text);

  if (character === "'") return stringAt(text, start, start, false);
  if (character === '"') return closed("quoted", start, match(QUOTED, text, start), text);

  end = match(STRING_PREFIX, text, start);
  if (end > 0) return stringAt(text, start, end, character === "e" || character === "E");
  end = match(UNICODE_QUOTED, text, start);
  if (end > 0) return closed("quoted", start, match(QUOTED, text, end), text);

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
