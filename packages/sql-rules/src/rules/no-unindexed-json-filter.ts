import type { Catalog, Table } from "../model/catalog.js";
import type { Expression } from "../model/expression.js";
import { sqlOf } from "../model/expressions/sql.js";
import { shownTable } from "../model/features.js";
import { atomsOf, textFiltersOf, type TextFilter } from "../model/filters.js";
import { columnsIn, partsOf } from "../model/parts.js";
import { plansOf, type Plan } from "../model/planner/database.js";
import { indexesOf } from "../model/indexes.js";
import { leavesOf, served, servedEverywhere, type PlannedCondition } from "../model/planner/index.js";
import { lackOf, type Lack } from "../model/missing-indexes.js";
import { containmentFor, ginIndexesOn } from "../model/remedies.js";
import { databaseRule, type Finding } from "../rule.js";

interface Options {
  allowNarrowed: boolean;
}

export default databaseRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow filters on text inside JSON that no index serves",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-unindexed-json-filter.md",
      recommended: true,
      strictOptions: { allowNarrowed: false },
      view: "logical",
      level: "error",
      code: "OR03",
    },
    languages: ["orchestrator/sql", "orchestrator/python", "js/*"],
    hasSuggestions: true,
    schema: [
      {
        type: "object",
        properties: {
          allowNarrowed: {
            description: "Whether such a filter may stand beside a condition that an index serves.",
            type: "boolean",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ allowNarrowed: true }],
    messages: {
      filter:
        "No index of {{table}} serves a filter on {{operand}}: PostgreSQL reads every row and takes its document apart{{remedy}}.",
      gin: "No index of {{table}} serves a filter on {{operand}}: PostgreSQL reads every row and takes its document apart. The GIN index {{index}} answers @>, not ->>{{remedy}}.",
      narrowed:
        "No index of {{table}} serves a filter on {{operand}}: PostgreSQL takes apart the document of each row that the other conditions find{{remedy}}.",
      policy:
        "No index of {{table}} serves the policy's filter on {{operand}}: PostgreSQL takes apart the document of each row that a query's own conditions find{{remedy}}.",
      contain: "Write {{containment}}, which finds the same rows by {{index}}.",
    },
  },

  *find(database, { allowNarrowed }): Iterable<Finding> {
    for (const plan of plansOf(database)) {
      for (const planned of plan.conditions) {
        if (planned.verdict !== "unserved" || isServedElsewhere(planned, plan)) continue;
        const filters = textFiltersOf(planned.expression, planned.types).filter(
          ({ atom }) => planned.condition.clause !== "having" || !callsOther(atom),
        );
        if (filters.length === 0) continue;
        const isNarrowed = planned.isNarrowed() || isBesideJoin(planned, plan);
        if (isNarrowed && allowNarrowed) continue;
        for (const { filter, remedy } of remedied(distinct(filters), planned, database.catalog))
          yield* findingOf(database.catalog, plan, planned, filter, remedy, isNarrowed);
      }
    }
  },
});

/** An OR of a thousand values is one thing to repair. */
function distinct(filters: readonly TextFilter[]): readonly TextFilter[] {
  const keyOf = ({ operand, operator }: TextFilter) => `${operator} ${sqlOf(operand)}`;
  return [...new Map(filters.toReversed().map((filter) => [keyOf(filter), filter])).values()].toReversed();
}

/**
 * Filters with what would serve them, in words. Where they are arms of an OR, only if every arm could have an index:
 * else the whole table is read in any case.
 */
function remedied(
  filters: readonly TextFilter[],
  planned: PlannedCondition,
  catalog: Catalog,
): { filter: TextFilter; remedy: string }[] {
  const { expression } = planned;
  const parts =
    expression.kind === "boolean" && expression.operator === "and" ? expression.args : [expression];
  return parts.flatMap((part) => {
    const own = filters.filter(({ atom }) => atomsOf(part).includes(atom));
    const lack = own.length > 0 ? lackOf(catalog, planned, part) : undefined;
    const remedy = lack ? remedyOf(lack) : "";
    const atoms = lack?.missing.map(({ atom }) => atom) ?? [];
    const isAlone = part.kind !== "boolean";
    return own.filter(({ atom }) => isAlone || atoms.includes(atom)).map((filter) => ({ filter, remedy }));
  });
}

/** So many indexes are named where an OR lacks more. */
const MAX_NAMED = 4;

function remedyOf({ missing, serves }: Lack): string {
  const words = [...new Set(missing.flatMap(({ index }) => (index ? [index.words] : [])))];
  const [first] = words;
  if (first === undefined) return "";
  const how = serves === "yes" ? "would" : "may";
  if (words.length === 1) return `. ${first.charAt(0).toUpperCase()}${first.slice(1)} ${how} serve it`;
  const named = words.slice(0, MAX_NAMED).map((one) => one.replace(/,$/, ""));
  if (words.length > MAX_NAMED) named.push(`${words.length - MAX_NAMED} more`);
  return `. Each arm of the OR has to have an index: ${named.slice(0, -1).join(", ")} and ${named.at(-1)!} ${how} serve it`;
}

/** A join is served if either side can be looked up. */
function isServedElsewhere(planned: PlannedCondition, plan: Plan): boolean {
  return plan.conditions.some(
    (other) => other.condition === planned.condition && other !== planned && other.verdict !== "unserved",
  );
}

/** A condition of a join that another one, by an index, has found the rows for already. */
function isBesideJoin(planned: PlannedCondition, plan: Plan): boolean {
  const joins = ({ expression }: PlannedCondition) =>
    columnsIn(expression).some(({ qualifier }) => qualifier !== undefined);
  return (
    joins(planned) &&
    plan.conditions.some(
      (other) =>
        other !== planned && other.table === planned.table && other.verdict === "served" && joins(other),
    )
  );
}

/** What is called in HAVING may be an aggregate. */
function callsOther(expression: Expression): boolean {
  const isOther =
    expression.kind === "call" &&
    !/^(?:lower|upper|coalesce|jsonb?_extract_path_text)$/.test(expression.name);
  return isOther || partsOf(expression).some(callsOther);
}

function* findingOf(
  catalog: Catalog,
  { query }: Plan,
  planned: PlannedCondition,
  filter: TextFilter,
  remedy: string,
  isNarrowed: boolean,
): Iterable<Finding> {
  const { condition } = planned;
  const { atom, operand, column } = filter;
  // An arm of an OR may be served although the whole is not.
  if (servedEverywhere(catalog, planned, atom) !== "no") return;
  const table = lackingTable(catalog, planned, atom);
  const [gin] = ginIndexesOn(indexesOf(catalog, table), table, column.name);
  const place = { path: query.path, range: atom.range ?? condition.range };
  const suggestion = containmentFor(catalog, planned, atom);
  yield {
    place,
    messageId: isNarrowed ? "narrowed" : query.role === "policy" ? "policy" : gin ? "gin" : "filter",
    data: { table: shownTable(table), operand: sqlOf(operand), remedy, index: gin?.name ?? "" },
    subject: `${table.schema}.${table.name}.${column.name}`,
    related: [{ place: columnPlace(table, column.name), message: `${column.name} is declared here.` }],
    ...(suggestion && !query.isQuoted
      ? {
          suggest: [
            {
              messageId: "contain",
              data: { containment: suggestion.text, index: suggestion.index.name },
              edits: [{ range: place.range, text: suggestion.text }],
            },
          ],
        }
      : {}),
  };
}

/** The table itself, or where some of its parts have an index the first that has none. */
function lackingTable(catalog: Catalog, planned: PlannedCondition, atom: Expression): Table {
  const { table, isOnly, conjuncts, types } = planned;
  const leaves = leavesOf(catalog, table, isOnly);
  const lacking = leaves.filter(
    (leaf) => served(atom, indexesOf(catalog, leaf), leaf, conjuncts, types) === "no",
  );
  return lacking.length < leaves.length && lacking[0] ? lacking[0] : table;
}

function columnPlace(table: Table, column: string) {
  return table.columns.get(column)?.origin ?? table.origin;
}
