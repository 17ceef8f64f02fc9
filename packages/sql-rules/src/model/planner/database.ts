import type { Database, In } from "../database.js";
import type { Query } from "../query.js";
import { planOf, type PlannedCondition } from "./index.js";

/** A query with what PostgreSQL could do about its conditions. */
export interface Plan {
  query: In<Query>;
  conditions: readonly PlannedCondition[];
}

const known = new WeakMap<Database, readonly Plan[]>();

/** The plans of a database's queries. */
export function plansOf(database: Database): readonly Plan[] {
  let plans = known.get(database);
  if (!plans) {
    plans = database.queries
      .filter(({ isMerged }) => !isMerged)
      .map((query) => ({ query, conditions: planOf(database.catalog, query) }))
      .filter(({ conditions }) => conditions.length > 0);
    known.set(database, plans);
  }
  return plans;
}
