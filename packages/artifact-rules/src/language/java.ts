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

/** The elements of `[a, b]`; undefined where it is no array. */
export function javaArray(text: string): string[] | undefined {
  if (!text.startsWith("[") || !text.endsWith("]")) return undefined;
  const inner = text.slice(1, -1).trim();
  return inner === "" ? [] : inner.split(",").map((element) => element.trim());
}

/** An array of ints; undefined where any element is something else. */
export function javaInts(text: string): number[] | undefined {
  return allOf(javaArray(text), javaInt);
}

/** An array of doubles; undefined where any element is something else. */
export function javaDoubles(text: string): number[] | undefined {
  return allOf(javaArray(text), javaDouble);
}

function allOf(elements: string[] | undefined, parse: (text: string) => number | undefined) {
  const values: number[] = [];
  for (const element of elements ?? []) {
    const value = parse(element);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return elements && values;
}

/** Undoes the escapes H2O writes into domain files, so that a level may hold a line feed. */
export function unescapeNewlines(text: string): string {
  return text.includes("\\")
    ? text.replaceAll(/\\(.?)/gs, (_, escaped: string) => ({ n: "\n", r: "\r" })[escaped] ?? escaped)
    : text;
}
