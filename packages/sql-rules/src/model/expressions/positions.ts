import { tokenAt } from "../../language/lexer.js";
import type { Range } from "../../language/split.js";
import type { Expression } from "../expression.js";
import { Words, type Located } from "../../language/words.js";

const DOT = 0x2e;

/** Ranges of expressions, from PostgreSQL's locations (which are starts) and the words of the statement. */
export class Positions {
  protected readonly words: Words;
  /** Where the statement begins in its file. */
  protected readonly start: number;

  constructor(readonly statement: Located) {
    this.words = Words.of(statement);
    this.start = statement.range[0];
  }

  /** Offset in the statement of a location; undefined for -1, which PostgreSQL uses for unknown. */
  protected offset(location: number | undefined): number | undefined {
    if (location === undefined || location < 0) return undefined;
    return this.statement.offsetOf(location) - this.start;
  }

  protected local(range: Range | undefined): Range | undefined {
    return range && [range[0] - this.start, range[1] - this.start];
  }

  protected token(location: number | undefined): Range | undefined {
    const at = this.offset(location);
    const token = at === undefined ? undefined : tokenAt(this.statement.text, at);
    return token && [token.start, token.end];
  }

  /** The word after the one at an offset. */
  protected next(at: number): Range {
    const index = this.words.indexAt(at) + 1;
    return [at, this.words.endOf(index)];
  }

  /** A dotted name at a location, after skipping some words. */
  protected name(location: number | undefined, skipped = 0): Range | undefined {
    const at = this.offset(location);
    if (at === undefined) return undefined;
    let index = this.words.indexAt(at) + skipped;
    while (this.words.isAt(index + 1, DOT)) index += 2;
    return [at, this.words.endOf(index)];
  }

  /** A range of the statement, in the file: of one that holds no bracket and no CASE. */
  protected placed(range: Range | undefined): { range?: Range } {
    return range ? { range: [range[0] + this.start, range[1] + this.start] } : {};
  }

  /** A run of words at a location. */
  protected phrase(location: number | undefined, words: RegExp): Range | undefined {
    const at = this.offset(location);
    if (at === undefined) return undefined;
    let index = this.words.indexAt(at);
    while (words.test(this.words.wordAt(index + 1))) index++;
    return [at, this.words.endOf(index)];
  }

  protected at(location: number | undefined): { range?: Range } {
    return this.around([this.token(location)]);
  }

  protected with(parts: readonly Expression[], location: number | undefined): { range?: Range } {
    return this.around([...parts.map(({ range }) => this.local(range)), this.token(location)]);
  }

  /** A name with its arguments in brackets, or just brackets. */
  protected bracketed(location: number | undefined, args: readonly Expression[]): { range?: Range } {
    const name = this.name(location);
    const bracket = name && this.words.indexAt(name[1]);
    const opens = bracket !== undefined && /^[([]$/.test(this.words.wordAt(bracket));
    const opening: Range | undefined = opens ? [name![0], this.words.endOf(bracket)] : name;
    return this.around([opening, ...args.map(({ range }) => this.local(range))]);
  }

  /** The smallest balanced range, in the file, over some ranges of the statement. */
  protected around(parts: readonly (Range | undefined)[]): { range?: Range } {
    let [start, end] = [Infinity, -1];
    for (const part of parts) {
      if (!part) continue;
      start = Math.min(start, part[0]);
      end = Math.max(end, part[1]);
    }
    if (end < 0) return {};
    const [from, to] = this.words.balanced([start, end]);
    return { range: [from + this.start, to + this.start] };
  }
}
