import type { Fix, FileResult, Violation } from "../violation.js";

/** One violation, as sqlfluff 4 serialises it. */
export interface ViolationRecord {
  start_line_no: number;
  start_line_pos: number;
  code: string;
  description: string;
  name: string;
  warning: boolean;
  fixes?: Fix[];
  start_file_pos: number;
  end_line_no: number;
  end_line_pos: number;
  end_file_pos: number;
}

/** One file, as sqlfluff 4 serialises it. */
export interface FileRecord {
  filepath: string;
  violations: ViolationRecord[];
  statistics: { source_chars: number; templated_chars: number; segments: number; raw_segments: number };
  timings: Record<string, number>;
}

/** Every file by path, with sqlfluff's keys in its order. Rules run together, so there is one time for all of them. */
export function records(results: readonly FileResult[]): FileRecord[] {
  return results
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, violations, statistics, seconds }) => ({
      filepath: path,
      violations: violations.map(violationRecord),
      statistics: {
        source_chars: statistics.characters,
        templated_chars: statistics.characters,
        segments: statistics.significantTokens,
        raw_segments: statistics.tokens,
      },
      timings: { templating: 0, lexing: 0, parsing: 0, linting: seconds },
    }));
}

function violationRecord({ code, name, description, warning, span, fixes }: Violation): ViolationRecord {
  const { start_line_no, start_line_pos, ...rest } = span;
  return {
    start_line_no,
    start_line_pos,
    code,
    description,
    name,
    warning,
    ...(fixes && { fixes: fixes.map(({ type, edit, ...place }) => ({ type, edit, ...place })) }),
    ...rest,
  };
}
