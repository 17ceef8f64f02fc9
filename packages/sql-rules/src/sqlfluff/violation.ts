import type { Span } from "./position.js";

/** One edit of a fix, as sqlfluff 4 serialises it. */
export interface Fix extends Span {
  type: "replace" | "delete" | "create_before";
  edit: string;
}

/** One violation with sqlfluff's names for its parts. */
export interface Violation {
  /** `OR01`…, `PRS` for what could not be parsed, `TMP` for what stands in a template, `NOQA` for an unused noqa. */
  code: string;
  /** `orchestrator.prefer_jsonb`; empty where no rule stands behind the code. */
  name: string;
  description: string;
  /** Shown, but not failing the run. */
  warning: boolean;
  span: Span;
  /** Absent where no rule stands behind the code: sqlfluff leaves the key out there. */
  fixes?: readonly Fix[];
  /** The fix in terms of the text: a UTF-16 range and what replaces it. */
  edit?: { range: readonly [start: number, end: number]; text: string };
}

/** What is known about one file after linting. */
export interface FileResult {
  /** As the user named it or as it was found; `stdin` for standard input. */
  path: string;
  /** What noqa comments and the configuration leave, warnings among it, by position. */
  violations: readonly Violation[];
  /** `NOQA` warnings, where they were asked for; sqlfluff shows them to people only. */
  unusedIgnores: readonly Violation[];
  /** `PRS` and `TMP` violations before noqa comments and configuration: with one, a file is not fixed. */
  unparsed: readonly Violation[];
  statistics: Statistics;
  /** Seconds it took to lint the file. */
  seconds: number;
}

/** Numbers of sqlfluff's JSON. It counts parse tree segments; here tokens stand in for them. */
export interface Statistics {
  characters: number;
  tokens: number;
  significantTokens: number;
}

/** Whether a violation fails the run. */
export const isFailing = ({ warning }: Violation): boolean => !warning;

export const isFixable = ({ fixes }: Violation): boolean => (fixes?.length ?? 0) > 0;

/** By line, then position, then code: the order of sqlfluff's records. */
export function byPosition(a: Violation, b: Violation): number {
  return (
    a.span.start_line_no - b.span.start_line_no ||
    a.span.start_line_pos - b.span.start_line_pos ||
    (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
  );
}
