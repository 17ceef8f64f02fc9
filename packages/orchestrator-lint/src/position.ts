import type { Region } from "./result.js";

/** Texts that were asked about, with what is known of their lines: the findings of a file have places in few others. */
const known = new Map<string, (range: readonly [number, number]) => Region>();
const MOST_KNOWN = 8;

/** The region of a range of offsets that do not count a byte order mark. */
export function regionAt(text: string, range: readonly [number, number]): Region {
  let regions = known.get(text);
  if (!regions) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, (regions = regionsIn(text)));
  }
  return regions(range);
}

/** The offsets of a region, as `regionAt` takes them. */
export function rangeOf(text: string, { line, column, endLine, endColumn }: Region): [number, number] {
  const lines = (text.startsWith("\uFEFF") ? text.slice(1) : text).split(/(?<=\r\n|\r(?!\n)|\n)/);
  const offset = (at: number) => lines.slice(0, at - 1).reduce((sum, { length }) => sum + length, 0);
  return [offset(line) + column - 1, offset(endLine) + endColumn - 1];
}

/** The region of any range of one text, as `regionAt`: lines are counted once, and only if it is asked. */
export function regionsIn(text: string): (range: readonly [number, number]) => Region {
  const counted = text.startsWith("\uFEFF") ? text.slice(1) : text;
  let starts: number[] | undefined;
  const position = (offset: number) => {
    starts ??= [
      0,
      ...Array.from(counted.matchAll(/\r\n|[\r\n]/g), ({ index, 0: { length } }) => index + length),
    ];
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
  return ([from, to]) => {
    const [start, end] = [position(from), position(to)];
    return { ...start, endLine: end.line, endColumn: end.column };
  };
}
