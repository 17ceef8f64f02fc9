import path from "node:path";
import type { Catalog, DroppedIndex, Index, Table } from "../model/catalog.js";
import type { Expression } from "../model/expression.js";
import { shownTable } from "../model/features.js";
import type { In } from "../model/database.js";
import { plansOf } from "../model/planner/database.js";
import { isServedBy, servedEverywhere, type PlannedCondition } from "../model/planner/index.js";
import type { Query } from "../model/query.js";
import { databaseRule, type Finding } from "../rule.js";

export default databaseRule({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow dropping the last index that a query of the repository relies on",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-relied-index-drop.md",
      recommended: true,
      view: "logical",
      level: "error",
      code: "OR09",
    },
    languages: ["orchestrator/sql", "orchestrator/python"],
    schema: [],
    messages: {
      relied:
        "{{index}} was the only index of {{table}} that serves {{count}} of this repository, one at {{where}}: without it PostgreSQL reads every row.",
    },
  },

  *find(database): Iterable<Finding> {
    const { catalog } = database;
    const candidates = catalog.droppedIndexes.filter(isCandidate);
    if (candidates.length === 0) return;
    const reliers = new Map<DroppedIndex, In<Query>[]>();
    for (const { query, conditions } of plansOf(database)) {
      for (const planned of conditions) {
        if (planned.verdict !== "unserved" || planned.isNarrowed()) continue;
        // An index that was dropped, created and dropped again is missed since the last time.
        const dropped = candidates.findLast((one) => wouldServe(one, planned, catalog));
        if (!dropped) continue;
        const queries = reliers.get(dropped);
        if (!queries) reliers.set(dropped, [query]);
        else if (!queries.includes(query)) queries.push(query);
      }
    }
    for (const [dropped, queries] of reliers) {
      const { index, place } = dropped;
      const [first] = queries;
      const table = catalog.tables.get(index.table);
      if (!first || !table) continue;
      yield {
        place,
        messageId: "relied",
        data: {
          index: index.name,
          table: shownTable(table),
          count: queries.length === 1 ? "a query" : `${queries.length} queries`,
          where: path.basename(first.path),
        },
        subject: index.table,
        related: [
          { place: index.place, message: `${index.name} is created here.` },
          ...queries.map(({ path, range }) => ({
            place: { path, range },
            message: "This query relies on it.",
          })),
        ],
      };
    }
  },
});

/** An index on documents or expressions, dropped by itself. */
function isCandidate({ cause, index }: DroppedIndex): boolean {
  const isSpecial =
    index.method !== "btree" || index.keys.some(({ expression }) => expression.kind !== "column");
  return cause === "index" && index.isValid && index.doubt === undefined && isSpecial;
}

function wouldServe({ index }: DroppedIndex, planned: PlannedCondition, catalog: Catalog): boolean {
  // Its columns may have gone since: then nothing is asked of it any more.
  if (index.table !== nameOf(planned.table) || !isAsked(index, planned)) return false;
  return servedEverywhere(catalog, planned, planned.expression, [index]) === "yes";
}

/**
 * Whether a query looks something up in an index, rather than that PostgreSQL could read the index as a whole: by its
 * first key, or by the predicate of a partial one that is read in order.
 */
function isAsked(index: Index, { expression, table, types }: PlannedCondition): boolean {
  if (index.predicate && index.method === "btree") return true;
  return partsAsked(expression).some((part) => isServedBy(part, index, table, types, true) === "yes");
}

/** A condition, and what AND and OR join in it. */
function partsAsked(expression: Expression): readonly Expression[] {
  const { kind } = expression;
  return kind === "boolean" ? [expression, ...expression.args.flatMap(partsAsked)] : [expression];
}

function nameOf({ schema, name }: Table): string {
  return `${schema}.${name}`;
}
