import { databaseRule, type Finding } from "../rule.js";
import type { Catalog, Table } from "../model/catalog.js";
import { shownTable, timedTables } from "../model/features.js";
import { indexesOf } from "../model/indexes.js";
import {
  forbidsOverlap,
  keepsOneCurrent,
  tellsVersionsApart,
  validityOf,
  type Validity,
} from "../model/validity.js";

export default databaseRule({
  meta: {
    type: "problem",
    docs: {
      description: "Require SCD2 tables to have a validity range, one current row and a key with time",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/require-scd2-shape.md",
      recommended: false,
      view: "logical",
      level: "error",
      code: "OR07",
    },
    languages: ["orchestrator/sql", "orchestrator/python"],
    schema: [],
    messages: {
      range:
        "SCD2 table {{table}} has no {{missing}}: which of two versions was valid at a past moment cannot be told.",
      current:
        "Nothing keeps {{table}} to one current row per entity: two writers at once, or one retry, leave two, and every join on the current row doubles.",
      key: "No key of {{table}} includes {{time}}: the same version can be stored twice, and an entity's versions are not told apart by it.",
    },
  },

  *find({ catalog }, _options, settings): Iterable<Finding> {
    for (const { table, isScd2 } of timedTables(catalog, settings)) {
      if (!isScd2) continue;
      for (const { messageId, data } of shapeFlaws(table, catalog)) {
        yield {
          place: table.namePlace ?? table.origin,
          messageId,
          data: { ...data, table: shownTable(table) },
          subject: `${table.schema}.${table.name}`,
        };
      }
    }
  },
});

function* shapeFlaws(table: Table, catalog: Catalog): Generator<Pick<Finding, "messageId" | "data">> {
  const validity = validityOf(table);
  const { start, end, range, flag } = validity;
  if (!range && !(start && end)) yield { messageId: "range", data: { missing: missing(validity) } };

  const indexes = indexesOf(catalog, table);
  // Triggers of temporal_tables write the history of another table, which holds the current rows.
  if (range && /^_?sys/.test(range.name)) return;
  if (indexes.some((index) => forbidsOverlap(index, validity))) return;
  if ((range ?? end ?? flag) && !indexes.some((index) => keepsOneCurrent(index, validity)))
    yield { messageId: "current" };
  const time = start ?? range;
  if (time && !indexes.some((index) => tellsVersionsApart(index, validity)))
    yield { messageId: "key", data: { time: time.name } };
}

function missing({ start, end }: Validity): string {
  if (start) return "end of validity (valid_to)";
  return end ? "start of validity (valid_from)" : "validity range (valid_from, valid_to)";
}
