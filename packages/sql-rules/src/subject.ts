import type { Program } from "./language/parse.js";
import type { Range } from "./language/split.js";
import { finalColumns } from "./model/columns.js";

/**
 * The column a finding is about, as `schema.table.column`: the one whose type or default stands at an offset.
 *
 * @param program - a parsed script
 * @param offset - UTF-16 offset of the finding
 */
export function subjectAt(program: Program, offset: number): string | undefined {
  let places = known.get(program);
  if (!places) {
    const columns = finalColumns([{ program, path: "" }]);
    places = columns
      .flatMap((column) =>
        [column, ...column.defaultCasts].map(({ typeRange }) => ({
          range: typeRange,
          name: `${column.table}.${column.column}`,
        })),
      )
      .sort((a, b) => a.range[0] - b.range[0]);
    known.set(program, places);
  }
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]!.range[1] <= offset) low = middle + 1;
    else high = middle;
  }
  const place = places[low];
  return place && place.range[0] <= offset ? place.name : undefined;
}

const known = new WeakMap<Program, { range: Range; name: string }[]>();
