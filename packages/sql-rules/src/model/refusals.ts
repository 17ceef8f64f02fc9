import type { CatalogProblem } from "./catalog.js";
import type { Database } from "./database.js";
import { isDoubtful } from "./doubts.js";
import { groupBy } from "./sources/paths.js";

/** The catalog of a large history is looked through once. */
const known = new WeakMap<Database, ReadonlyMap<string, readonly CatalogProblem[]>>();

/**
 * The CREATE TABLE statements that PostgreSQL refuses, by file: nothing of them is in the catalog. None where something
 * in the history is in doubt, for then what stands in the way may be gone; none that need what is missing, which may
 * come from elsewhere; and none for a name that is taken, for scripts side by side need not be one history.
 */
export function refusalsOf(database: Database): ReadonlyMap<string, readonly CatalogProblem[]> {
  let refusals = known.get(database);
  if (!refusals) {
    const { catalog, isOfTests } = database;
    const isCertain = !isOfTests && !isDoubtful(catalog);
    const problems = isCertain
      ? catalog.problems.filter(({ kind, isCreation }) => kind === "refused" && isCreation)
      : [];
    known.set(database, (refusals = groupBy(problems, ({ place }) => place.path)));
  }
  return refusals;
}
