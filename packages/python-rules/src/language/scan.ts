import type { Comment, Range } from "@orchestrator-lint/sql-rules/shared";

/** One statement of a module's top level, with its decorators and its `else`, `except` and `finally`. */
export interface TopStatement {
  /** UTF-16 offsets, from the first to the last character that is neither white space nor comment. */
  range: Range;
  kind: "function" | "class" | "import" | "other";
  /** The one name that a function or class binds. */
  name?: string;
}

/** What keeps a text from being read as Python. */
export interface Unread {
  reason: string;
  range: Range;
}

export interface Scan {
  statements: TopStatement[];
  comments: Comment[];
  /** Set where the text is a template of another engine, or Python 2: none of it is taken for what it says. */
  unread?: Unread;
}

/** They go on with the statement before them. */
const CONTINUATION = /(?:else|elif|except|finally)\b/y;
/** None of these may stand inside brackets: where one does, a bracket before it was never closed. */
const RESTART = /(?:async[ \t]+def|def|class)[ \t]+\w|(?:from|import)[ \t]+[\w.]/y;
const DEFINITION = /(?:async[ \t]+)?def[ \t]+([^\s(:[]+)|class[ \t]+([^\s(:[]+)/y;
const IMPORT = /(?:from|import)\b/y;
const PYTHON_2 =
  /print[ \t]+(?:>>|["']|(?!(?:and|as|if|in|is|not|or)\b)[A-Za-z_0-9])|exec[ \t]+["']|raise[ \t]+[\w.]+[ \t]*,/y;

/** CPython refuses to parse more. */
const MAX_DEPTH = 200;

const [NEWLINE, SPACE, TAB, RETURN, HASH, BACKSLASH] = [10, 32, 9, 13, 35, 92];

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/**
 * Splits a module into its top-level statements without parsing them, so that only those that matter need be. Knows
 * strings, comments, brackets and joined lines; where a bracket stays open, the next definition begins anew.
 *
 * @param keepsComments - whether they are listed: a tree has more of them than statements
 */
export function scan(text: string, keepsComments = true): Scan {
  return new Scanner(text, keepsComments).run();
}

class Scanner {
  readonly #text: string;
  readonly #keepsComments: boolean;
  readonly #statements: TopStatement[] = [];
  readonly #comments: Comment[] = [];
  #unread: Unread | undefined;
  #depth = 0;
  /** Where the last character of the current statement ends. */
  #end = 0;
  #start = -1;
  /** Where the current statement says what it is, behind its decorators. */
  #head = -1;

  constructor(text: string, keepsComments: boolean) {
    this.#text = text;
    this.#keepsComments = keepsComments;
  }

  run(): Scan {
    const text = this.#text;
    let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    at = this.#line(at);
    while (at < text.length) at = this.#next(at);
    this.#close();
    return {
      statements: this.#statements,
      comments: this.#comments,
      ...(this.#unread ? { unread: this.#unread } : {}),
    };
  }

  /** Steps over the token at an offset. */
  #next(at: number): number {
    const text = this.#text;
    const code = text.charCodeAt(at);
    switch (code) {
      case NEWLINE:
        return this.#line(at + 1);
      case SPACE:
      case TAB:
      case RETURN:
        return at + 1;
      case HASH:
        return this.#comment(at);
      case 34: // "
      case 39: // '
        return (this.#end = this.#string(at, code));
      case BACKSLASH: {
        const isJoin = /\r?\n/y;
        isJoin.lastIndex = at + 1;
        return (this.#end = isJoin.test(text) ? isJoin.lastIndex : at + 1);
      }
      case 40: // (
      case 91: // [
        this.#open(at);
        break;
      case 123: // {
        this.#open(at);
        this.#template(at);
        break;
      case 41: // )
      case 93: // ]
      case 125: // }
        if (this.#depth > 0) this.#depth--;
        break;
    }
    return (this.#end = at + 1);
  }

  /** Looks at the start of a line. */
  #line(start: number): number {
    const text = this.#text;
    let at = start;
    for (let code = text.charCodeAt(at); code === SPACE || code === TAB || code === 12; ) code = text.charCodeAt(++at); // prettier-ignore
    const code = text.charCodeAt(at);
    if (Number.isNaN(code) || code === NEWLINE || code === RETURN || code === HASH) return at;
    if (this.#depth > 0) {
      if (at !== start || !matchAt(RESTART, text, at)) return at;
      this.#depth = 0;
    }
    // p, e and r begin the few statements that only Python 2 has.
    if ((code === 112 || code === 101 || code === 114) && !this.#unread) {
      const old = matchAt(PYTHON_2, text, at);
      if (old) this.#unread = { reason: "it is written in Python 2", range: [at, at + old[0].length] };
    }
    if (at === start && !matchAt(CONTINUATION, text, at)) this.#begin(at, code);
    return at;
  }

  #begin(at: number, code: number): void {
    const isDecorator = code === 64;
    if (this.#start >= 0 && this.#head < 0) {
      // Decorators are pending: the definition is theirs.
      if (!isDecorator) this.#head = at;
      return;
    }
    this.#close();
    this.#start = at;
    this.#head = isDecorator ? -1 : at;
  }

  #close(): void {
    if (this.#start < 0) return;
    const head = this.#head < 0 ? this.#start : this.#head;
    const range: Range = [this.#start, Math.max(this.#end, this.#start)];
    const definition = matchAt(DEFINITION, this.#text, head);
    const name = definition?.[1] ?? definition?.[2];
    if (name !== undefined) {
      this.#statements.push({ range, kind: definition?.[1] === undefined ? "class" : "function", name });
    } else {
      this.#statements.push({ range, kind: matchAt(IMPORT, this.#text, head) ? "import" : "other" });
    }
    this.#start = this.#head = -1;
  }

  #open(at: number): void {
    this.#depth++;
    if (this.#depth > MAX_DEPTH)
      this.#unread ??= { reason: "its brackets nest deeper than Python reads", range: [at, at + 1] };
  }

  #comment(at: number): number {
    const newline = this.#text.indexOf("\n", at);
    let end = newline < 0 ? this.#text.length : newline;
    if (this.#text.charCodeAt(end - 1) === RETURN) end--;
    if (this.#keepsComments)
      this.#comments.push({ type: "Line", value: this.#text.slice(at + 1, end), range: [at, end] });
    return end;
  }

  /** The end of the string that begins at an offset; one of a single line ends with it. */
  #string(at: number, quote: number): number {
    const text = this.#text;
    if (text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote) {
      const delimiter = text.slice(at, at + 3);
      for (let from = at + 3; ;) {
        const end = text.indexOf(delimiter, from);
        if (end < 0) return text.length;
        if (!this.#isEscaped(end, at + 3)) return end + 3;
        from = end + 1;
      }
    }
    for (let i = at + 1; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === quote) return i + 1;
      if (code === NEWLINE) return i;
      if (code === BACKSLASH) i += text.startsWith("\r\n", i + 1) ? 2 : 1;
    }
    return text.length;
  }

  #isEscaped(at: number, start: number): boolean {
    let count = 0;
    while (at - count > start && this.#text.charCodeAt(at - count - 1) === BACKSLASH) count++;
    return count % 2 === 1;
  }

  /** No expression begins so that could run: sets and dictionaries are no members of sets. */
  #template(at: number): void {
    const isTemplate = this.#text.startsWith("{%", at) || this.#text.startsWith("{{", at);
    if (isTemplate && !this.#unread) this.#unread = { reason: "it is a Jinja template", range: [at, at + 2] };
  }
}
