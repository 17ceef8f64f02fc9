import type { CatalogProblem } from "./catalog.js";
import type { Database } from "./database.js";
import { doubtsOf } from "./doubts.js";
import { groupBy } from "./sources/paths.js";

/** The catalog of a large history is looked through once. */
const known = new WeakMap<Database, ReadonlyMap<string, readonly CatalogProblem[]>>();

/**
 * The statements that PostgreSQL refuses for what its history made before them, by file: nothing of them is in the
 * catalog. None where something in the history is in doubt, for then what stands in the way may be gone; and none that
 * need what is missing, which may come from elsewhere.
 */
export function refusalsOf(database: Database): ReadonlyMap<string, readonly CatalogProblem[]> {
  let refusals = known.get(database);
  if (!refusals) {
    const { catalog, isOfTests } = database;
    const isCertain = !isOfTests && doubtsOf(catalog).length === 0;
    const problems = isCertain ? catalog.problems.filter(({ kind }) => kind !== "missing") : [];
    known.set(database, (refusals = groupBy(problems, ({ place }) => place.path)));
  }
  return refusals;
}
