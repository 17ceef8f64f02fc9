import { isClose } from "../agree.js";
import { Cursor } from "../../language/bytes.js";
import type { Mojo } from "../mojo.js";

/** Reads a blob of big-endian doubles that has to have exactly this many; reports and returns undefined otherwise. */
export function readMatrix(
  { folder, findings }: Mojo,
  name: string,
  rows: number,
  columns: number,
): Float64Array | undefined {
  const bytes = folder.need(name, "matrix-shape");
  const entry = folder.full(name);
  if (!bytes) return undefined;
  if (bytes.length !== rows * columns * 8) {
    findings.add(
      "matrix-shape",
      `It has ${bytes.length} bytes; ${rows} times ${columns} numbers take ${rows * columns * 8}.`,
      { entry },
    );
    return undefined;
  }
  const cursor = new Cursor(bytes, false);
  const values = new Float64Array(rows * columns);
  for (let index = 0; index < values.length; index++) values[index] = cursor.f64();
  if (values.some(Number.isNaN)) findings.add("matrix-shape", "It holds a NaN.", { entry });
  return values;
}

/**
 * Holds numbers of the archive against those H2O describes.
 *
 * @param described - whatever the details hold in this place; anything but numbers is passed over
 * @returns index of the first that differs
 */
export function firstDifference(
  values: ArrayLike<number>,
  described: readonly unknown[],
  tolerance = 1e-6,
): number | undefined {
  for (let index = 0; index < values.length; index++) {
    const expected = described[index];
    if (typeof expected === "number" && !isClose(expected, values[index]!, tolerance)) return index;
  }
  return undefined;
}
