import { isSignificant, tokens } from "./lexer.js";
import type { Range, Spans } from "./split.js";

/** What positions are taken from: a statement, or a piece of SQL inside one. */
export interface Located {
  range: Range;
  text: string;
  /** Maps a `location` of PostgreSQL's tree to a UTF-16 offset in the file. */
  offsetOf(location: number): number;
  /** The words of the file, the text's among them; absent in a large script and in a template. */
  readonly spans?: Spans | undefined;
  /** Its own words, once they were asked for. */
  words?: Words | undefined;
}

/**
 * The words of a statement, to find out where an expression ends: PostgreSQL's trees say only where things begin.
 * All offsets are UTF-16 and relative to the statement's text.
 */
export class Words {
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];
  /** What the numbers count from. */
  readonly #base: number;
  /** The statement's own among all words of its file. */
  readonly #first: number;
  readonly length: number;
  /** Index of the bracket, CASE or END that belongs to the word; -1 for other words. */
  #partners: readonly number[] | undefined;

  private constructor(
    readonly text: string,
    { starts, ends }: Spans,
    base: number,
  ) {
    this.#starts = starts;
    this.#ends = ends;
    this.#base = base;
    this.#first = lowerBound(ends, base + 1, 0, ends.length);
    this.length = lowerBound(ends, base + text.length + 1, this.#first, ends.length) - this.#first;
  }

  static of(located: Located): Words {
    const { text, spans, range } = located;
    located.words ??= spans ? new Words(text, spans, range[0]) : new Words(text, spansOf(text), 0);
    return located.words;
  }

  /** Index of the word at an offset, or of the first one after it. */
  indexAt(offset: number): number {
    const [from, at] = [this.#first, this.#base + offset];
    return lowerBound(this.#ends, at + 1, from, from + this.length) - from;
  }

  wordAt(index: number): string {
    return index < 0 || index >= this.length ? "" : this.text.slice(this.startOf(index), this.endOf(index));
  }

  /** Whether the word is just this one character. */
  isAt(index: number, character: number): boolean {
    const start = this.startOf(index);
    return this.endOf(index) === start + 1 && this.text.charCodeAt(start) === character;
  }

  startOf(index: number): number {
    return index < this.length ? this.#starts[this.#first + index]! - this.#base : this.text.length;
  }

  /** End offset of a word. */
  endOf(index: number): number {
    return index < this.length ? this.#ends[this.#first + index]! - this.#base : this.text.length;
  }

  /** A range widened until every bracket, and every CASE, that opens or closes in it has its partner in it. */
  balanced([start, end]: Range): Range {
    let [first, last] = [this.indexAt(start), this.indexAt(end - 1)];
    this.#partners ??= this.#paired();
    for (let at = first; at <= last; at++) {
      const partner = this.#partners[at] ?? -1;
      if (partner > last) last = partner;
      else if (partner >= 0 && partner < first) {
        // What lies between may hold brackets of its own, which close before this one does.
        first = partner;
      }
    }
    return [Math.min(start, this.startOf(first)), last < this.length ? Math.max(end, this.endOf(last)) : end];
  }

  #paired(): readonly number[] {
    const partners: number[] = [];
    const open: number[] = [];
    const pair = (opener: number | undefined, closer: number) => {
      if (opener === undefined) return;
      partners[opener] = closer;
      partners[closer] = opener;
    };
    const isCase = (index: number) => partOf(this.text, this.startOf(index), this.endOf(index)) === "case";
    let before = "";
    for (let index = 0; index < this.length; index++) {
      partners.push(-1);
      const part = partOf(this.text, this.startOf(index), this.endOf(index));
      // After a dot or AS even a reserved word is only a name.
      const isName = before === "." || before === "as";
      before = part;
      if (part === "(" || part === "[" || (part === "case" && !isName)) open.push(index);
      else if (part === ")" || part === "]") {
        while (open.length > 0 && isCase(open.at(-1)!)) open.pop();
        pair(open.pop(), index);
      } else if (part === "end" && !isName && open.length > 0) {
        if (isCase(open.at(-1)!)) pair(open.pop(), index);
      }
    }
    return partners;
  }

  /** The text of a range with one blank between words, folded outside quotes. */
  normal([start, end]: Range): string {
    const parts: string[] = [];
    for (let at = this.indexAt(start); at < this.length && this.startOf(at) < end; at++) {
      const word = this.wordAt(at);
      parts.push(/['"$]/.test(word) ? word : word.toLowerCase());
    }
    return parts.join(" ");
  }
}

/** The first index from which on numbers are at least `value`. */
function lowerBound(sorted: readonly number[], value: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A bracket, dot or short word in lower case; empty for what no structure depends on. */
function partOf(text: string, start: number, end: number): string {
  const length = end - start;
  if (length === 1) return text.charAt(start);
  // ac AS, ae END, ca CASE: by the first letter, since most words are none of them.
  const first = text.charCodeAt(start) | 0x20;
  if (length > 4 || (first !== 0x61 && first !== 0x63 && first !== 0x65)) return "";
  return text.slice(start, end).toLowerCase();
}

function spansOf(text: string): Spans {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const token of tokens(text)) {
    if (!isSignificant(token)) continue;
    starts.push(token.start);
    ends.push(token.end);
  }
  return { starts, ends };
}
