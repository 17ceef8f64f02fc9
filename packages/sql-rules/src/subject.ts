import type { Program } from "./language/parse.js";
import { finalColumns } from "./model/columns.js";

/**
 * The column a finding is about, as `schema.table.column`: the one whose type or default stands at an offset.
 *
 * @param program - a parsed script
 * @param offset - UTF-16 offset of the finding
 */
export function subjectAt(program: Program, offset: number): string | undefined {
  const column = finalColumns([{ program, path: "" }]).find((candidate) =>
    [candidate, ...candidate.defaultCasts].some(
      ({ typeRange: [start, end] }) => offset >= start && offset < end,
    ),
  );
  return column && `${column.table}.${column.column}`;
}
