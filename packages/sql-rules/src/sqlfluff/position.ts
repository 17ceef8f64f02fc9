/** A place in a file as sqlfluff gives it: lines and positions from 1, offsets from 0, in characters; ends exclusive. */
export interface Span {
  start_line_no: number;
  start_line_pos: number;
  start_file_pos: number;
  end_line_no: number;
  end_line_pos: number;
  end_file_pos: number;
}

/** Maps a UTF-16 range to a span. */
export type Locator = (start: number, end: number) => Span;

/**
 * A locator for one text. Python counts code points where JavaScript counts UTF-16 units, and sqlfluff reads every kind
 * of line end as one character.
 */
export function locator(text: string): Locator {
  const lines = [0, ...Array.from(text.matchAll(/\r\n|[\r\n]/g), ({ index, 0: end }) => index + end.length)];
  const doubles = Array.from(text.matchAll(/[\u{10000}-\u{10ffff}]|\r\n/gu), ({ index }) => index);

  const characters = (index: number) => index - countBelow(doubles, index);
  const place = (index: number) => {
    const line = countBelow(lines, index + 1);
    return {
      line,
      position: characters(index) - characters(lines[line - 1]!) + 1,
      offset: characters(index),
    };
  };
  return (start, end) => {
    const [from, to] = [place(start), place(end)];
    return {
      start_line_no: from.line,
      start_line_pos: from.position,
      start_file_pos: from.offset,
      end_line_no: to.line,
      end_line_pos: to.position,
      end_file_pos: to.offset,
    };
  };
}

/** The number of characters in a text, as a locator counts them. */
export function characterCount(text: string): number {
  return text.length - Array.from(text.matchAll(/[\u{10000}-\u{10ffff}]|\r\n/gu)).length;
}

/** How many of the sorted numbers are below a limit. */
function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
