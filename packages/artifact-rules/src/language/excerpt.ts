/** A text that is written in another one, and not always letter by letter. */
export class Excerpt {
  readonly text: string;
  /** Of each UTF-16 unit of the text, where it stands in the other one. */
  readonly #offsets: readonly number[];

  private constructor(text: string, offsets: readonly number[]) {
    this.text = text;
    this.#offsets = offsets;
  }

  /** Parts of a text, one behind the other; a string is put in between, and stands where the part before it ends. */
  static of(source: string, parts: Iterable<readonly [start: number, end: number] | string>): Excerpt {
    const texts: string[] = [];
    const offsets: number[] = [];
    for (const part of parts) {
      if (typeof part === "string") {
        offsets.push(...Array<number>(part.length).fill(offsets.at(-1) ?? 0));
        texts.push(part);
      } else {
        for (let offset = part[0]; offset < part[1]; offset++) offsets.push(offset);
        texts.push(source.slice(...part));
      }
    }
    return new Excerpt(texts.join(""), offsets);
  }

  /** Several of one text, as lines. */
  static joined(excerpts: readonly Excerpt[]): Excerpt {
    const offsets = excerpts.flatMap((one) => [...one.#offsets, one.#offsets.at(-1) ?? 0]);
    return new Excerpt(excerpts.map(({ text }) => `${text}\n`).join(""), offsets);
  }

  /** With other words for what matches: these stand where that did. */
  replaced(pattern: RegExp, by: (match: RegExpExecArray) => string | undefined): Excerpt {
    const texts: string[] = [];
    const offsets: number[] = [];
    let end = 0;
    const copy = (to: number) => {
      texts.push(this.text.slice(end, to));
      for (let index = end; index < to; index++) offsets.push(this.#offsets[index]!);
      end = to;
    };
    for (const match of this.text.matchAll(pattern)) {
      const words = by(match);
      if (words === undefined || words === "") continue;
      copy(match.index);
      end += match[0].length;
      texts.push(words);
      for (let unit = 1; unit < words.length; unit++) offsets.push(this.#offsets[match.index]!);
      offsets.push(this.#offsets[end - 1]!);
    }
    if (end === 0) return this;
    copy(this.text.length);
    return new Excerpt(texts.join(""), offsets);
  }

  /** Where a part of this text stands in the other one. */
  place([start, end]: readonly [number, number]): readonly [number, number] {
    const from = this.#offsets[start] ?? (this.#offsets.at(-1) ?? -1) + 1;
    return [from, end > start ? this.#offsets[end - 1]! + 1 : from];
  }
}
