/** A line of a requirements file as pip reads it: continued lines are one, and comments are none of it. */
export interface RequirementLine {
  /** Offsets of the whole line, its continuations and comments included. */
  readonly range: readonly [start: number, end: number];
  /** As long as the range, so that offsets stay those of the file: what pip leaves out is blank. */
  readonly text: string;
}

/** A comment, from its sign to the end of its line. */
export interface LineComment {
  readonly range: readonly [start: number, end: number];
  readonly value: string;
}

const COMMENT = /(^|\s)#.*$/;
const blank = (text: string): string => " ".repeat(text.length);

/** Splits a requirements or constraints file (pip's `req_file.py`): a backslash at its end continues a line. */
export function requirementLines(text: string): { lines: RequirementLine[]; comments: LineComment[] } {
  const lines: RequirementLine[] = [];
  const comments: LineComment[] = [];
  let start = 0;
  let joined = "";
  for (const { index, 0: whole, 1: line = "" } of text.matchAll(/([^\r\n]*)(?:\r\n|[\r\n]|$)/g)) {
    if (index === text.length && joined === "") break;
    if (joined === "") start = index;
    const comment = COMMENT.exec(line);
    if (comment) {
      const from = index + comment.index + comment[1]!.length;
      comments.push({ range: [from, index + line.length], value: text.slice(from + 1, index + line.length) });
    }
    // A line that is nothing but a comment ends what it continues, whatever stands at its end.
    const isContinued = line.endsWith("\\") && !/^\s*#/.test(line) && index + whole.length < text.length;
    if (isContinued) {
      joined += line.slice(0, -1) + blank(whole.slice(line.length - 1));
      continue;
    }
    const content = joined + line.replace(/\\$/, " ");
    const uncommented = content.replace(COMMENT, blank);
    if (uncommented.trim() !== "") lines.push({ range: [start, start + content.length], text: uncommented });
    joined = "";
  }
  return { lines, comments };
}
