import { slice, spread, TextBuilder, UNKNOWN, type Text } from "../../language/text.js";

/** A simple command of a shell script after expansion: its words, and the variables the script sets for it. */
export interface ShellCommand {
  readonly words: readonly Text[];
  readonly assignments: ReadonlyMap<string, Text>;
  /** Whether what comes after it waits until it has ended: it is in no branch, loop, pipe or subshell, nor in the background. */
  readonly isAwaited: boolean;
}

/** The value of a shell variable; undefined where the script's surroundings do not say. */
export type Variables = (name: string) => Text | undefined;

/** Expansion may double a variable with each line; what grows beyond this many characters is given up. */
const MAX_EXPANDED = 100_000;
const MAX_DEPTH = 8;
const OPENS = new Set(["if", "while", "until", "for", "case", "select"]);
const CLOSES = new Set(["fi", "done", "esac"]);
const SKIPPED = new Set(["then", "do", "else", "elif", "!", "{", "}", "time"]);

/**
 * Splits a command string as Compose does for `command` and `entrypoint` (shellwords): quotes and backslashes, no
 * expansion; whatever follows an unquoted operator is dropped, as Compose drops it.
 */
export function splitWords(text: Text): readonly Text[] {
  return new Scanner(text).command().words;
}

/**
 * The simple commands of a POSIX shell script, in order, with variables expanded as far as they are known.
 * Substitutions and unknown variables become `UNKNOWN`; so does an assignment that runs only on a condition.
 */
export function parseShell(script: Text, variables: Variables): readonly ShellCommand[] {
  const assigned = new Map<string, Text>();
  const exported = new Set<string>();
  const scanner = new Scanner(script, (name) => assigned.get(name) ?? variables(name));
  const commands: ShellCommand[] = [];
  let depth = 0;
  let subshells = 0;
  while (!scanner.isAtEnd) {
    const isConditional = depth > 0 || scanner.lastOperator.length > 1;
    const words = [...scanner.command().words];
    for (let word = words[0]; word && (OPENS.has(word.value) || CLOSES.has(word.value) || SKIPPED.has(word.value)); word = words[0]) {
      if (OPENS.has(word.value)) depth++;
      if (CLOSES.has(word.value)) depth--;
      words.shift();
    } // prettier-ignore
    const { operator } = scanner;
    const isAwaited = depth === 0 && subshells === 0 && /^(?:;|&&|\n)/.test(operator);
    if (operator.startsWith("(")) subshells += operator.length;
    if (operator.startsWith(")")) subshells -= operator.length;
    const isExport = words[0]?.value === "export";
    if (isExport) words.shift();
    const assignments = new Map<string, Text>();
    for (let word = words[0]; word; word = words[0]) {
      const name = /^([A-Za-z_]\w*)(?:=|$)/.exec(word.value)?.[1];
      const isAssignment = name !== undefined && word.value.length > name.length;
      if (name === undefined || (!isAssignment && !isExport)) break;
      if (isExport) exported.add(name);
      if (isAssignment) assignments.set(name, slice(word, name.length + 1));
      words.shift();
    }
    if (words.length > 0 && !isExport) {
      const inherited = [...assigned].filter(([name]) => exported.has(name));
      commands.push({ words, assignments: new Map([...inherited, ...assignments]), isAwaited });
    } else {
      for (const [name, value] of assignments) assigned.set(name, isConditional ? spread(UNKNOWN) : value);
    }
  }
  return commands;
}

class Scanner {
  readonly #text: Text;
  readonly #variables: Variables | undefined;
  readonly #depth: number;
  #at = 0;
  #expanded = 0;
  /** The operator before the current command, where it says when that runs. */
  lastOperator = "";
  /** The operator after the last command; empty at the end. */
  operator = "";

  constructor(text: Text, variables?: Variables, depth = 0) {
    this.#text = text;
    this.#variables = variables;
    this.#depth = depth;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.value.length;
  }

  /** The words up to the next operator, which is consumed. */
  command(): { words: Text[] } {
    const words: Text[] = [];
    let word: TextBuilder | undefined;
    let dropNext = false;
    this.operator = "";
    const flush = () => {
      if (word && !dropNext) words.push(word.build(this.#text.origin));
      if (word) dropNext = false;
      word = undefined;
    };
    const { value } = this.#text;
    while (!this.isAtEnd) {
      const character = value.charAt(this.#at);
      if (character === "\\" && /^\r?\n/.test(value.slice(this.#at + 1, this.#at + 3))) {
        this.#at += value.charAt(this.#at + 1) === "\r" ? 3 : 2;
      } else if (/[ \t\r]/.test(character) || (character === "\n" && !this.#variables)) {
        flush();
        this.#at++;
      } else if (character === "#" && !word && this.#variables) {
        const end = value.indexOf("\n", this.#at);
        this.#at = end < 0 ? value.length : end;
      } else if (/[<>]/.test(character)) {
        if (!this.#variables) {
          this.#at = value.length;
          break;
        }
        if (word && /^\d$/.test(word.build().value)) word = undefined;
        flush();
        while (/[<>&|-]/.test(value.charAt(this.#at))) this.#at++;
        dropNext = true;
      } else if (/[;&|()\n]/.test(character)) {
        let operator = "";
        while (/[;&|()\n]/.test(value.charAt(this.#at)) && (operator === "" || operator.startsWith(value.charAt(this.#at)))) {
          operator += value.charAt(this.#at++);
        } // prettier-ignore
        this.operator = operator;
        this.lastOperator = /^[&|]{2}/.test(operator) ? operator : "";
        break;
      } else {
        word ??= new TextBuilder();
        for (const field of this.#piece(word)) {
          words.push(word.build(this.#text.origin));
          word = new TextBuilder();
          word.append(field);
        }
        // An unquoted variable that is empty leaves no word.
        if (word.length === 0 && character === "$") word = undefined;
      }
    }
    flush();
    return { words };
  }

  /** Appends the next quoted, escaped, expanded or plain piece to `word`; returns further fields it splits into. */
  #piece(word: TextBuilder): readonly Text[] {
    const { value } = this.#text;
    const start = this.#at++;
    const character = value.charAt(start);
    if (character === "\\") {
      word.append(slice(this.#text, this.#at, ++this.#at));
    } else if (character === "'") {
      const end = value.indexOf("'", this.#at);
      word.append(slice(this.#text, this.#at, end < 0 ? value.length : end));
      this.#at = end < 0 ? value.length : end + 1;
    } else if (character === '"') {
      while (!this.isAtEnd && value.charAt(this.#at) !== '"') {
        const inner = value.charAt(this.#at);
        if (inner === "\\" && /["\\$`\n]/.test(value.charAt(this.#at + 1))) this.#at++;
        else if (this.#expands(inner)) {
          word.append(this.#expansion());
          continue;
        }
        word.append(slice(this.#text, this.#at, ++this.#at));
      }
      this.#at++;
    } else if (this.#expands(character)) {
      this.#at = start;
      return fields(this.#expansion(), word);
    } else {
      word.append(slice(this.#text, start, this.#at));
    }
    return [];
  }

  #expands(character: string): boolean {
    return this.#variables !== undefined && (character === "$" || character === "`");
  }

  /** What the `$…` or backquotes at the current place stand for. */
  #expansion(): Text {
    const { value } = this.#text;
    const start = this.#at;
    const next = value.charAt(start + 1);
    let result: Text | undefined;
    const name = /^[A-Za-z_]\w*/.exec(value.slice(start + 1, start + 129))?.[0];
    if (value.charAt(start) === "`") {
      const end = value.indexOf("`", start + 1);
      this.#at = end < 0 ? value.length : end + 1;
    } else if (next === "(" || next === "{") {
      this.#at = closing(value, start + 1);
      if (next === "{") result = this.#parameter(slice(this.#text, start + 2, this.#at - 1));
    } else if (name !== undefined) {
      this.#at = start + 1 + name.length;
      result = this.#variables?.(name);
    } else if (/[\d@*#?$!-]/.test(next)) {
      this.#at = start + 2;
    } else {
      this.#at = start + 1;
      return slice(this.#text, start, this.#at);
    }
    this.#expanded += result?.value.length ?? 1;
    if (!result || this.#expanded > MAX_EXPANDED) {
      return spread(
        UNKNOWN,
        [this.#text.starts[start] ?? -1, this.#text.ends[this.#at - 1] ?? -1],
        this.#text.origin,
      );
    }
    return result;
  }

  /** The inside of `${…}`: plain, or with a default or alternative; other operators are unknown. */
  #parameter(inner: Text): Text | undefined {
    const match = /^([A-Za-z_]\w*)(?:(:?[-=+])|$)/.exec(inner.value);
    if (!match?.[1] || this.#depth > MAX_DEPTH) return undefined;
    const value = this.#variables?.(match[1]);
    if (!match[2]) return value;
    const isSet = value !== undefined && !(match[2].startsWith(":") && value.value === "");
    if (match[2].endsWith("+") ? !isSet : isSet) return match[2].endsWith("+") ? spread("") : value;
    const rest = new Scanner(slice(inner, match[0].length), this.#variables, this.#depth + 1);
    const text = new TextBuilder();
    while (!rest.isAtEnd) {
      for (const field of rest.#piece(text)) {
        text.append(spread(" "));
        text.append(field);
      }
    }
    return text.build(inner.origin);
  }
}

/** Splits at white space alone, as a shell splits what an unquoted variable holds: quotes in it mean nothing. */
export function fieldsOf(text: Text): readonly Text[] {
  return [...text.value.matchAll(/[^ \t\r\n]+/g)].map((match) =>
    slice(text, match.index, match.index + match[0].length),
  );
}

/** Appends the first field of an unquoted expansion to `word` and returns the others. */
function fields(text: Text, word: TextBuilder): readonly Text[] {
  const parts = fieldsOf(text);
  if (/^[ \t\r\n]/.test(text.value) && word.length > 0) return parts;
  const [first, ...others] = parts;
  if (first) word.append(first);
  return others;
}

/** Index after the bracket that closes the one at `open`. */
function closing(value: string, open: number): number {
  const [left, right] = value.charAt(open) === "(" ? ["(", ")"] : ["{", "}"];
  let depth = 0;
  for (let at = open; at < value.length; at++) {
    if (value.charAt(at) === left) depth++;
    else if (value.charAt(at) === right && --depth === 0) return at + 1;
  }
  return value.length;
}
