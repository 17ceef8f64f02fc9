import { realpathSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";

/** The directories from an outer one down to an inner one; just the inner one where it does not lie in the outer one. */
export function wayTo(inner: string, outer: string): string[] {
  const below = relative(outer, inner);
  if (leadsOut(below)) return [inner];
  const parts = below === "" ? [] : below.split(sep);
  return [outer, ...parts.map((_, index) => join(outer, ...parts.slice(0, index + 1)))];
}

/** Whether a file, its links followed, lies in a directory. A broken link lies nowhere. */
export function isInside(root: string, file: string): boolean {
  try {
    return !leadsOut(relative(realpathSync(root), realpathSync(file)));
  } catch {
    return false;
  }
}

const leadsOut = (path: string): boolean => path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
