import type { Region } from "./result.js";

/** 1-based line and UTF-16 column of an offset that does not count a byte order mark. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = (text.startsWith("\uFEFF") ? text.slice(1) : text).slice(0, offset).split(/\r\n|[\r\n]/);
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** The region of a range of offsets. */
export function regionAt(text: string, [from, to]: readonly [number, number]): Region {
  const [start, end] = [positionAt(text, from), positionAt(text, to)];
  return { ...start, endLine: end.line, endColumn: end.column };
}

/** The region of any range of one text: lines are counted once, and only if it is asked. */
export function regionsIn(text: string): (range: readonly [number, number]) => Region {
  let starts: number[] | undefined;
  const position = (offset: number) => {
    starts ??= [
      0,
      ...Array.from(text.matchAll(/\r\n|[\r\n]/g), ({ index, 0: { length } }) => index + length),
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
