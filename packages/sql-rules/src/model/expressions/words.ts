import { isSignificant, tokens } from "../../language/lexer.js";
import type { Statement } from "../../language/parse.js";
import type { Range } from "../../language/split.js";

/** What positions are taken from: a statement, or a piece of SQL inside one. */
export type Located = Pick<Statement, "text" | "range" | "offsetOf">;

/**
 * The words of a statement, to find out where an expression ends: PostgreSQL's trees say only where things begin.
 * All offsets are UTF-16 and relative to the statement's text.
 */
export class Words {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Index of the bracket, CASE or END that belongs to the word; -1 for other words. */
  readonly #partners: number[] = [];

  private constructor(readonly text: string) {
    const open: number[] = [];
    let before = "";
    for (const token of tokens(text)) {
      if (!isSignificant(token)) continue;
      const index = this.#starts.length;
      this.#starts.push(token.start);
      this.#ends.push(token.end);
      this.#partners.push(-1);
      const length = token.end - token.start;
      const part = length > 4 ? "" : text.slice(token.start, token.end).toLowerCase();
      // After a dot or AS even a reserved word is only a name.
      const isName = before === "." || before === "as";
      before = part;
      if (part === "(" || part === "[" || (part === "case" && !isName)) open.push(index);
      else if (part === ")" || part === "]") {
        while (open.length > 0 && this.wordAt(open.at(-1)!).toLowerCase() === "case") open.pop();
        this.#pair(open.pop(), index);
      } else if (part === "end" && !isName && open.length > 0) {
        if (this.wordAt(open.at(-1)!).toLowerCase() === "case") this.#pair(open.pop(), index);
      }
    }
  }

  static #known = new WeakMap<Located, Words>();

  static of(statement: Located): Words {
    let words = this.#known.get(statement);
    if (!words) this.#known.set(statement, (words = new Words(statement.text)));
    return words;
  }

  #pair(opener: number | undefined, closer: number): void {
    if (opener === undefined) return;
    this.#partners[opener] = closer;
    this.#partners[closer] = opener;
  }

  /** Index of the word at an offset, or of the first one after it. */
  indexAt(offset: number): number {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ends[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  wordAt(index: number): string {
    return this.text.slice(this.#starts[index], this.#ends[index]);
  }

  get length(): number {
    return this.#starts.length;
  }

  startOf(index: number): number {
    return this.#starts[index] ?? this.text.length;
  }

  /** End offset of a word. */
  endOf(index: number): number {
    return this.#ends[index] ?? this.text.length;
  }

  /** A range widened until every bracket, and every CASE, that opens or closes in it has its partner in it. */
  balanced([start, end]: Range): Range {
    let [first, last] = [this.indexAt(start), this.indexAt(end - 1)];
    for (let at = first; at <= last; at++) {
      const partner = this.#partners[at] ?? -1;
      if (partner > last) last = partner;
      else if (partner >= 0 && partner < first) {
        // What lies between may hold brackets of its own, which close before this one does.
        first = partner;
      }
    }
    return [Math.min(start, this.#starts[first] ?? start), Math.max(end, this.#ends[last] ?? end)];
  }

  /** The text of a range with one blank between words, folded outside quotes. */
  normal([start, end]: Range): string {
    const parts: string[] = [];
    for (let at = this.indexAt(start); at < this.#starts.length && this.#starts[at]! < end; at++) {
      const word = this.wordAt(at);
      parts.push(/['"$]/.test(word) ? word : word.toLowerCase());
    }
    return parts.join(" ");
  }
}
