import type { Catalog, Ended } from "./catalog.js";
import { isUnordered, type LayoutName } from "./layouts.js";
import { groupBy } from "./sources/paths.js";
import type { Range } from "../language/split.js";

const known = new WeakMap<Catalog, ReadonlyMap<string, readonly Ended[]>>();

/**
 * Whether something in a history's file is said of a view, function or policy that the history itself has dropped or
 * replaced: nothing asks it, and what has been applied cannot be repaired. Of files side by side, which no tool orders,
 * none ends what another creates.
 */
export function isEnded(
  { catalog, layout }: { catalog: Catalog; layout?: LayoutName | undefined },
  path: string,
  [from, to]: Range,
): boolean {
  if (catalog.ended.length === 0) return false;
  let byPath = known.get(catalog);
  if (!byPath) known.set(catalog, (byPath = groupBy(catalog.ended, ({ place }) => place.path)));
  return (byPath.get(path) ?? []).some(({ place, by }) => {
    const [start, end] = place.range;
    return start <= from && to <= end && (by === path || !isUnordered({ layout }));
  });
}
