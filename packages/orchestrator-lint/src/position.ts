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
