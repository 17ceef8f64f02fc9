/** The forms in which Java's toString writes numbers and arrays, which are the forms a MOJO holds. */

const INTEGER = /^-?\d{1,19}$/;
const DECIMAL = /^(?:-?\d+\.\d+(?:E-?\d+)?|NaN|-?Infinity)$/;
const [MIN_INT, MAX_INT] = [-(2 ** 31), 2 ** 31 - 1];

/** A Java int; undefined for anything else. */
export function javaInt(text: string): number | undefined {
  const value = INTEGER.test(text) ? Number(text) : NaN;
  return value >= MIN_INT && value <= MAX_INT ? value : undefined;
}

/** A Java long; it is compared, never computed with, so it stays text. */
export function isJavaLong(text: string): boolean {
  if (!INTEGER.test(text)) return false;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value;
}

/** A Java double or float; it always has a point, which is how H2O's reader tells it from an int. */
export function javaDouble(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  return Number(text.replace("E", "e"));
}

/** Far more elements than a MOJO has room to write. */
const MAX_ELEMENTS = 8_000_000;

/** The elements of `[a, b]` as numbers; undefined where it is no array, or any element is something else. */
function javaArray(text: string, parse: (element: string) => number | undefined): Float64Array | undefined {
  if (!text.startsWith("[") || !text.endsWith("]") || text.length < 2) return undefined;
  const end = text.length - 1;
  if (text.slice(1, Math.min(end, 100)).trim() === "" && text.slice(1, end).trim() === "")
    return new Float64Array();
  let count = 1;
  for (let at = text.indexOf(","); at >= 0; at = text.indexOf(",", at + 1)) count++;
  if (count > MAX_ELEMENTS) return undefined;
  const values = new Float64Array(count);
  for (let index = 0, at = 1; index < count; index++) {
    const comma = text.indexOf(",", at);
    const next = comma < 0 ? end : comma;
    const value = parse(text.slice(at, next).trim());
    if (value === undefined) return undefined;
    values[index] = value;
    at = next + 1;
  }
  return values;
}

/** An array of ints; undefined where any element is something else. */
export function javaInts(text: string): Float64Array | undefined {
  return javaArray(text, javaInt);
}

/** An array of doubles; undefined where any element is something else. */
export function javaDoubles(text: string): Float64Array | undefined {
  return javaArray(text, javaDouble);
}

/** Undoes the escapes H2O writes into domain files, so that a level may hold a line feed. */
export function unescapeNewlines(text: string): string {
  return text.includes("\\")
    ? text.replaceAll(/\\(.?)/gs, (_, escaped: string) => ({ n: "\n", r: "\r" })[escaped] ?? escaped)
    : text;
}
