import type { Index, Table } from "../model/catalog.js";
import type { Expression } from "../model/expression.js";
import { sqlOf } from "../model/expressions/sql.js";
import { shownTable } from "../model/features.js";
import { atomsOf, documentSource, searchOf } from "../model/filters.js";
import { isServedByGin } from "../model/missing-indexes.js";
import { plansOf } from "../model/planner/database.js";
import { indexesOf } from "../model/indexes.js";
import { keysOf, servedEverywhere } from "../model/planner/index.js";
import type { Types } from "../model/planner/match.js";
import { printed } from "../model/expressions/index.js";
import { databaseRule, type Finding } from "../rule.js";

const EXISTENCE = new Set(["?", "?|", "?&"]);

export default databaseRule({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow jsonb operators that the column's GIN index cannot answer",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-unsupported-gin-operator.md",
      recommended: true,
      view: "logical",
      level: "error",
      code: "OR04",
    },
    languages: ["orchestrator/sql", "orchestrator/python", "js/*"],
    schema: [],
    messages: {
      paths:
        "{{index}} cannot answer {{operator}}: its operator class jsonb_path_ops holds hashes of whole paths and no keys, so PostgreSQL reads every row of {{table}}.",
      part: "{{index}} cannot answer {{operator}} on {{operand}}: it holds {{column}} as a whole, so PostgreSQL reads every row of {{table}}.",
      contained:
        "No index can answer <@: {{index}} finds documents that hold something, not those held by it, so PostgreSQL reads every row of {{table}}.",
      function:
        "{{index}} answers {{operator}} but not {{function}}(): no index is asked for a function, so PostgreSQL reads every row of {{table}}.",
    },
  },

  *find(database): Iterable<Finding> {
    for (const { query, conditions } of plansOf(database)) {
      for (const planned of conditions) {
        const { condition, table, expression, types } = planned;
        if (planned.verdict !== "unserved") continue;
        const indexes = indexesOf(database.catalog, table);
        const isMended = (one: Expression) => misfit(one, indexes, table, types)?.messageId === "function";
        for (const atom of atomsOf(expression)) {
          const found = misfit(atom, indexes, table, types);
          // An arm of an OR may be served although the whole is not.
          if (!found || servedEverywhere(database.catalog, planned, atom) !== "no" || planned.isNarrowed())
            continue;
          if (!isServedByGin(database.catalog, planned, atom, isMended)) continue;
          const { index, messageId, operator, operand, column } = found;
          yield {
            place: { path: query.path, range: atom.range ?? condition.range },
            messageId,
            data: {
              table: shownTable(table),
              index: index.name,
              operator,
              operand: sqlOf(operand),
              column,
              function: atom.kind === "call" ? atom.name : "",
            },
            subject: `${table.schema}.${table.name}.${column}`,
            related: [{ place: index.place, message: `${index.name} is created here.` }],
          };
        }
      }
    }
  },
});

interface Misfit {
  messageId: "paths" | "part" | "contained" | "function";
  index: Index;
  operator: string;
  operand: Expression;
  column: string;
}

/** A search for which a GIN index of the column is the wrong one. */
function misfit(atom: Expression, indexes: readonly Index[], table: Table, types: Types): Misfit | undefined {
  const search = searchOf(atom);
  if (!search) return undefined;
  const { operand, operator, isFunction } = search;
  const column = documentSource(operand, types);
  if (column === undefined || types(column)?.name !== "jsonb") return undefined;
  const gin = indexes.filter(({ method, isValid, predicate }) => method === "gin" && isValid && !predicate);
  const over = (text: string) =>
    gin.flatMap((index) =>
      keysOf(index, table).flatMap((key) =>
        key.text === text ? [{ index, operatorClass: key.operatorClass }] : [],
      ),
    );
  const own = over(printed(operand));
  const result = { operator, operand, column: column.name };
  if (own.some(({ operatorClass }) => operatorClass === undefined)) return undefined;
  const [first] = own;
  if (first) {
    if (operator === "<@") return { ...result, messageId: "contained", index: first.index };
    const fitting = own.find(
      ({ operatorClass }) => operatorClass === "jsonb_ops" || !EXISTENCE.has(operator),
    );
    if (!fitting) return { ...result, messageId: "paths", index: first.index };
    return isFunction ? { ...result, messageId: "function", index: fitting.index } : undefined;
  }
  const [whole] = operand.kind === "column" ? [] : over(printed(column));
  return whole && operator !== "<@" ? { ...result, messageId: "part", index: whole.index } : undefined;
}
