/** The lines of a text without their ends (LF, CRLF or CR). */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/u);
}

/** A position function for a text: UTF-16 offset in, 1-based line and UTF-16 column out. */
export function locator(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0, ...Array.from(text.matchAll(/\r\n|\n|\r/gu), (end) => end.index + end[0].length)];
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/** The UTF-16 offset of a UTF-8 byte offset in a text (Semgrep counts bytes). */
export function utf16Offset(bytes: Buffer, byteOffset: number): number {
  return bytes.toString("utf8", 0, byteOffset).length;
}
