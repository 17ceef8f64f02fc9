/** A place in a text: 1-based line and 1-based column, counted in UTF-16 code units, without the byte order mark. */
export interface Position {
  line: number;
  column: number;
}

/** Turns the byte positions Semgrep reports for one file into UTF-16 positions. */
export interface Locator {
  /** UTF-16 offset of a byte offset. */
  offset(byte: number): number;
  /** Line and column of a byte offset. */
  position(byte: number): Position;
  /** Byte offset of a line and a byte column, both 1-based, as Semgrep counts columns. */
  byteOf(line: number, byteColumn: number): number;
  /** The text of a 1-based line, without its line break. */
  lineText(line: number): string;
}

const NEWLINE = 0x0a;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads a file's bytes once. Lines end at "\n" (so also at "\r\n"), as Semgrep counts them. Offsets count from behind a
 * byte order mark, as ESLint and SARIF want it, while Semgrep counts its three bytes. Bytes that are no UTF-8 count as
 * the replacement characters any decoder makes of them.
 */
export function locator(bytes: Uint8Array): Locator {
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const starts = [0];
  for (let index = bytes.indexOf(NEWLINE); index !== -1; index = bytes.indexOf(NEWLINE, index + 1)) {
    starts.push(index + 1);
  }
  // UTF-16 offsets of line starts, filled as far as somebody asked: a file is decoded once, not once a finding.
  const utf16 = [0];
  const decode = (from: number, to: number): string =>
    decoder.decode(bytes.subarray(Math.max(from, mark), Math.max(to, mark)));
  const lineOf = (byte: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= byte) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const startOf = (line: number): number => {
    for (let next = utf16.length; next <= line; next += 1) {
      utf16.push((utf16[next - 1] ?? 0) + decode(starts[next - 1] ?? 0, starts[next] ?? 0).length);
    }
    return utf16[line] ?? 0;
  };
  const clamp = (byte: number): number => Math.min(Math.max(byte, 0), bytes.length);
  // Results come in order, so a long line is walked once and not once a finding.
  let last = { line: 0, byte: 0, units: 0 };
  const position = (byte: number): Position => {
    const at = clamp(byte);
    const line = lineOf(at);
    const from = last.line === line && last.byte <= at ? last : { line, byte: starts[line] ?? 0, units: 0 };
    last = { line, byte: at, units: from.units + decode(from.byte, at).length };
    return { line: line + 1, column: last.units + 1 };
  };
  return {
    position,
    offset(byte) {
      const { line, column } = position(byte);
      return startOf(line - 1) + column - 1;
    },
    byteOf: (line, byteColumn) => clamp((starts[line - 1] ?? bytes.length) + byteColumn - 1),
    lineText(line) {
      const start = starts[line - 1];
      if (start === undefined) return "";
      return decode(start, starts[line] ?? bytes.length).replace(/\r?\n$/u, "");
    },
  };
}
