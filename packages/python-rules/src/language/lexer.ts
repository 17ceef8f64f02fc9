/** Kinds of tokens; an operator's kind is the code of its characters, see {@link op}. */
export const END = 0;
export const NEWLINE = 1;
export const NAME = 2;
export const KEYWORD = 3;
export const NUMBER = 4;
export const STRING = 5;
/** A string with expressions in it: only its prefix and its opening quotes. */
export const FSTRING = 6;
/** A character that begins nothing. */
export const OTHER = 7;

/** The kind of an operator of up to three ASCII characters, none of which is a control character. */
export function op(text: string): number {
  return text.charCodeAt(0) + (text.charCodeAt(1) || 0) * 256 + (text.charCodeAt(2) || 0) * 65536;
}

const KEYWORDS = new Map(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield False None True"
    .split(" ")
    .map((text) => [text, { text, kind: KEYWORD }] as const),
);

interface Word {
  readonly text: string;
  readonly kind: typeof KEYWORD | typeof NAME;
}

/** Names are forgotten when there are more: an editor runs for days. */
const MAX_WORDS = 200_000;
/** V8 makes a longer part of a text a view of it, which keeps all of the text. */
const MAX_COPIED = 12;

/** Each word once, so that a name takes no memory of its own wherever it stands, and is told from others at a glance. */
let words = new Map<string, Word>(KEYWORDS);

function wordOf(text: string): Word {
  let word = words.get(text);
  if (!word) {
    if (words.size > MAX_WORDS) words = new Map<string, Word>(KEYWORDS);
    const own = text.length > MAX_COPIED ? ` ${text}`.slice(1) : text;
    words.set(own, (word = { text: own, kind: NAME }));
  }
  return word;
}

/** Words by a hash of their characters, of those with the same the last one: most are met again soon. */
const recent: (Word | undefined)[] = Array.from({ length: 4096 }, () => undefined);

function wordAt(text: string, start: number, stop: number, hash: number): Word {
  const slot = hash & (recent.length - 1);
  const known = recent[slot];
  if (known?.text.length === stop - start && text.startsWith(known.text, start)) return known;
  return (recent[slot] = wordOf(text.slice(start, stop)));
}

const NUMBER_TEXT =
  /0[xX][\da-fA-F_]+|0[bBoO][\d_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJlL]?/y;
const STRING_PREFIX = /^(?:[rbuft]|[rR][bBfFtT]|[bBfFtT][rR]|[RBUFT])$/;
/** They begin definitions, which stand in no brackets: where one does, a bracket before it was never closed. */
const RESTART = /(?:async[ \t]+def|def|class)[ \t]+\w/y;

const [SPACE, TAB, FEED, LF, CR, HASH, QUOTE, APOSTROPHE, BACKSLASH] = [32, 9, 12, 10, 13, 35, 34, 39, 92];

/** What a character is: 1 begins a name, 2 is a digit, 4 opens a bracket, 8 closes one. */
const CLASSES = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  CLASSES[code] = (/[A-Za-z_]/.test(char) ? 1 : 0) | (/\d/.test(char) ? 2 : 0) | (/[([{]/.test(char) ? 4 : 0) | (/[)\]}]/.test(char) ? 8 : 0); // prettier-ignore
}

/**
 * Reads Python token by token: the current one is in `kind`, `start` and `stop`. Lines that a bracket or a backslash
 * joins are one. Indentation is no token: `indent` is the column of the current logical line.
 */
export class Lexer {
  readonly text: string;
  readonly end: number;
  kind = END;
  start = 0;
  stop = 0;
  /** The text of a name or keyword. */
  word = "";
  /** Where the token before ends. */
  last = 0;
  /** Column of the first token of this line; -1 at the end. */
  indent = 0;
  /** Where the first token of this line stands. */
  lineStart = 0;
  protected depth = 0;

  constructor(text: string, at = 0, end = text.length) {
    this.text = text;
    this.end = end;
    this.stop = at;
  }

  /** Goes to the next token. */
  advance(): void {
    const { text, end } = this;
    if (this.kind === NEWLINE) {
      this.line(this.stop);
      return;
    }
    this.last = this.stop;
    let at = this.stop;
    for (;;) {
      // The text may end without a line feed.
      if (at >= end) {
        this.#take(this.kind === END ? END : NEWLINE, end, end);
        return;
      }
      const code = text.charCodeAt(at);
      if (code === SPACE || code === TAB || code === FEED || code === CR) at++;
      else if (code === LF) {
        if (this.depth === 0) {
          this.#take(NEWLINE, at, at + 1);
          return;
        }
        at++;
      } else if (code === HASH) {
        const newline = text.indexOf("\n", at);
        at = newline < 0 || newline > end ? end : newline;
      } else if (code === BACKSLASH && isBreak(text, at + 1)) at += text.charCodeAt(at + 1) === CR ? 3 : 2;
      else {
        this.#token(at, code);
        return;
      }
    }
  }

  /** Goes to the first token at or after the beginning of a line, and takes its column for the line's. */
  line(from: number): void {
    const { text, end } = this;
    let column = 0;
    let at = from;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === SPACE) column++;
      else if (code === TAB) column = column - (column % 8) + 8;
      else if (code === FEED) column = 0;
      else if (code === LF) column = 0;
      else if (code === HASH) {
        const newline = text.indexOf("\n", at);
        if (newline < 0 || newline >= end) at = end;
        else at = newline;
        column = 0;
      } else if (code !== CR) break;
    }
    this.lineStart = at;
    if (at >= end) {
      this.indent = -1;
      this.#take(END, end, end);
      return;
    }
    this.indent = column;
    this.kind = OTHER;
    this.stop = at;
    this.advance();
    this.lineStart = this.start;
  }

  #take(kind: number, start: number, stop: number): void {
    this.kind = kind;
    this.start = start;
    this.stop = stop;
  }

  #token(at: number, code: number): void {
    const { text, end } = this;
    const kind = code < 128 ? CLASSES[code]! : 1;
    if (kind === 1) {
      let stop = at + 1;
      let hash = code;
      for (; stop < end; stop++) {
        const next = text.charCodeAt(stop);
        if (next < 128 && (CLASSES[next]! & 3) === 0) break;
        hash = (hash * 31 + next) | 0;
      }
      const next = text.charCodeAt(stop);
      if ((next === QUOTE || next === APOSTROPHE) && stop < end && stop - at <= 2) {
        const prefix = text.slice(at, stop);
        if (STRING_PREFIX.test(prefix)) { this.#string(at, stop, prefix); return; } // prettier-ignore
      }
      const word = wordAt(text, at, stop, hash);
      this.word = word.text;
      this.#take(word.kind, at, stop);
      return;
    }
    if (code === QUOTE || code === APOSTROPHE) {
      this.#string(at, at, "");
      return;
    }
    if (kind === 2 || (code === 46 && isDigit(text.charCodeAt(at + 1)))) {
      NUMBER_TEXT.lastIndex = at;
      const found = NUMBER_TEXT.exec(text);
      this.#take(NUMBER, at, Math.min(end, at + (found?.[0].length ?? 1)));
      return;
    }
    if (kind === 4) this.depth++;
    else if (kind === 8 && this.depth > 0) this.depth--;
    this.#operator(at, code);
  }

  #operator(at: number, code: number): void {
    const { text } = this;
    const next = text.charCodeAt(at + 1);
    let length = 1;
    switch (code) {
      case 42: // * ** *= **=
      case 47: // /
      case 60: // <
      case 62: // >
        if (next === code) length = text.charCodeAt(at + 2) === 61 ? 3 : 2;
        else if (next === 61 || (code === 60 && next === 62)) length = 2;
        break;
      case 45: // - -= ->
        if (next === 61 || next === 62) length = 2;
        break;
      case 43: // +
      case 37: // %
      case 38: // &
      case 124: // |
      case 94: // ^
      case 64: // @
      case 61: // =
      case 33: // !
      case 58: // :
        if (next === 61) length = 2;
        break;
      case 46: // . ...
        if (next === 46 && text.charCodeAt(at + 2) === 46) length = 3;
        break;
      case 40:
      case 41:
      case 44:
      case 59:
      case 91:
      case 93:
      case 123:
      case 125:
      case 126: // prettier-ignore
        break;
      default:
        this.#take(OTHER, at, at + 1);
        return;
    }
    const kind = code + (length > 1 ? next * 256 : 0) + (length > 2 ? text.charCodeAt(at + 2) * 65536 : 0);
    this.#take(kind, at, at + length);
  }

  #string(start: number, quotes: number, prefix: string): void {
    const { text } = this;
    const isFormatted = /[ft]/i.test(prefix);
    const code = text.charCodeAt(quotes);
    const isLong = text.charCodeAt(quotes + 1) === code && text.charCodeAt(quotes + 2) === code;
    const open = quotes + (isLong ? 3 : 1);
    if (isFormatted) {
      this.#take(FSTRING, start, open);
      return;
    }
    const stop = stringEnd(text, quotes, this.end);
    // One that is not closed ends with its line, or with everything.
    if (stop < 0) this.#take(OTHER, start, isLong ? this.end : lineEnd(text, quotes, this.end));
    else this.#take(STRING, start, stop);
  }

  /**
   * Passes over the lines that stand deeper than a column, from the line break before them.
   *
   * @returns where they end: the beginning of the first line that does not
   */
  skipBlock(from: number, outer: number): number {
    const { text, end } = this;
    let stop = from;
    for (let at = from; at < end;) {
      let column = 0;
      let first = at;
      let code = text.charCodeAt(first);
      for (
        ;
        first < end && (code === SPACE || code === TAB || code === FEED);
        code = text.charCodeAt(++first)
      )
        column = code === TAB ? column - (column % 8) + 8 : column + 1;
      if (first >= end) return end;
      if (code === LF || code === CR || code === HASH) {
        const newline = text.indexOf("\n", first);
        if (newline < 0 || newline >= end) return end;
        at = newline + 1;
        continue;
      }
      if (column <= outer) return stop;
      at = stop = endOfLine(text, first, end);
    }
    return end;
  }

  /** Where a logical line ends, behind its line break. */
  skipLine(from: number): number {
    return endOfLine(this.text, from, this.end);
  }

  /** Gives up the current line: goes on behind it, or at the definition that stands in it. */
  recover(): void {
    this.depth = 0;
    if (this.kind === END) return;
    const newline = this.#isHidden()
      ? this.text.lastIndexOf("\n", this.start)
      : this.text.indexOf("\n", this.start);
    this.line(newline < 0 || newline >= this.end ? this.end : newline + 1);
  }

  /** Whether the current token begins a definition, and only an open bracket before it hid that its line is new. */
  #isHidden(): boolean {
    if (this.kind !== KEYWORD || this.lineStart === this.start) return false;
    RESTART.lastIndex = this.start;
    if (!RESTART.test(this.text)) return false;
    const before = this.text.lastIndexOf("\n", this.start) + 1;
    return this.text.slice(before, this.start).trim() === "";
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isBreak(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === LF || (code === CR && text.charCodeAt(at + 1) === LF);
}

function lineEnd(text: string, at: number, end: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 || newline > end ? end : newline;
}

/** Where the string ends whose quotes begin at an offset; -1 where it is not closed. */
function stringEnd(text: string, quotes: number, end: number): number {
  const code = text.charCodeAt(quotes);
  if (text.charCodeAt(quotes + 1) === code && text.charCodeAt(quotes + 2) === code) {
    const delimiter = code === QUOTE ? '"""' : "'''";
    for (let at = quotes + 3; ;) {
      const found = text.indexOf(delimiter, at);
      if (found < 0 || found + 3 > end) return -1;
      let slashes = found;
      while (slashes > quotes + 3 && text.charCodeAt(slashes - 1) === BACKSLASH) slashes--;
      if ((found - slashes) % 2 === 0) return found + 3;
      at = found + 1;
    }
  }
  for (let at = quotes + 1; at < end; at++) {
    const next = text.charCodeAt(at);
    if (next === code) return at + 1;
    if (next === LF) return -1;
    if (next === BACKSLASH) at += text.charCodeAt(at + 1) === CR && text.charCodeAt(at + 2) === LF ? 2 : 1;
  }
  return -1;
}

/** Where a logical line ends, behind its line break: brackets, strings and backslashes may join several. */
function endOfLine(text: string, from: number, end: number): number {
  let depth = 0;
  for (let at = from; at < end;) {
    const code = text.charCodeAt(at);
    if (code === LF) {
      at++;
      if (depth === 0) return at;
      let first = at;
      let next = text.charCodeAt(first);
      while (next === SPACE || next === TAB) next = text.charCodeAt(++first);
      // d, c and a begin what stands in no brackets.
      if (next === 100 || next === 99 || next === 97) {
        RESTART.lastIndex = first;
        if (RESTART.test(text)) return at;
      }
      at = first;
    } else if (code === HASH) at = lineEnd(text, at, end);
    else if (code === QUOTE || code === APOSTROPHE) {
      const stop = stringEnd(text, at, end);
      const isLong = text.charCodeAt(at + 1) === code && text.charCodeAt(at + 2) === code;
      at = stop >= 0 ? stop : isLong ? end : lineEnd(text, at, end);
    } else if (code === BACKSLASH) at += text.charCodeAt(at + 1) === CR ? 3 : 2;
    else {
      const kind = code < 128 ? CLASSES[code]! : 0;
      if (kind === 4) depth++;
      else if (kind === 8 && depth > 0) depth--;
      at++;
    }
  }
  return end;
}
