/**
 * The leading number, version or time stamp of a name in a migration folder: `0001` of `0001_init.sql`, `2_1` of
 * `V2_1__users.sql`, `20240131120000` of `20240131120000_add`. Undefined for a name without one.
 */
export function versionOf(name: string): string | undefined {
  return /^(?:v(?=\d))?(\d[\d._-]*)/i.exec(name)?.[1]?.replace(/[._-]+$/, "");
}

/** Whether a file's name begins as those of migrations do. */
export function isVersioned(path: string): boolean {
  return versionOf(path.split(/[\\/]/).at(-1) ?? "") !== undefined;
}

/** Orders versions by their numbers, one after the other: `2` before `10`, `2` before `2.1`, `007` as `7`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [one, other] = [left[i], right[i]];
    if (one === undefined) return -1;
    if (other === undefined) return 1;
    // Time stamps are longer than a number is exact.
    const order = one.length - other.length || compareText(one, other);
    if (order) return order;
  }
  return 0;
}

/** Whether two versions are one to a tool that compares number by number: `1`, `01` and `1.0`. */
export function sameVersion(version: string): string {
  return numbersOf(version)
    .join(".")
    .replace(/(?:\.0)+$/, "");
}

function numbersOf(version: string): string[] {
  return (version.match(/\d+/g) ?? []).map((digits) => digits.replace(/^0+(?=\d)/, ""));
}

/** By UTF-16 units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
