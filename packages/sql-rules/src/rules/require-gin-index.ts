import path from "node:path";
import { quoteIdentifier } from "../language/identifiers.js";
import type { Catalog, Column, Table } from "../model/catalog.js";
import type { Database } from "../model/database.js";
import { sqlOf } from "../model/expressions/sql.js";
import { isFeatureTable, shownTable } from "../model/features.js";
import { ginWants, type GinWant } from "../model/gin-wants.js";
import type { Expression } from "../model/expression.js";
import { isNamed } from "../model/names.js";
import { partsOf } from "../model/parts.js";
import { objectName } from "../model/replay/naming.js";
import { databaseRule, type Edit, type Finding } from "../rule.js";

interface Options {
  mode: "evidence" | "feature-tables" | "all";
  allowExpressionIndex: boolean;
  ignoreTables: readonly string[];
}

export default databaseRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description: "Require a GIN index on jsonb columns that are searched",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/require-gin-index.md",
      recommended: true,
      strictOptions: { mode: "all" },
      view: "logical",
      level: "error",
      code: "OR02",
    },
    languages: ["orchestrator/sql", "orchestrator/python"],
    hasSuggestions: true,
    schema: [
      {
        type: "object",
        properties: {
          mode: {
            description:
              "Which jsonb columns need one: those of feature tables and those that a query searches, those of feature tables, or all.",
            enum: ["evidence", "feature-tables", "all"],
          },
          allowExpressionIndex: {
            description:
              "Whether an index on an expression over the column is enough where no query searches it.",
            type: "boolean",
          },
          ignoreTables: {
            description: "Names or globs of small tables that need none.",
            type: "array",
            items: { type: "string" },
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ mode: "evidence", allowExpressionIndex: false, ignoreTables: [] }],
    messages: {
      searched:
        "{{table}}.{{column}} has no GIN index, and {{where}} searches {{operand}} with {{operators}}: PostgreSQL reads every row.",
      invalid:
        "The GIN index {{index}} of {{table}}.{{column}} is invalid until each partition has its part: no query can use it.",
      feature:
        "{{column}} of the feature table {{table}} has no GIN index: a search inside it reads every row.",
      column: "{{table}}.{{column}} is jsonb without a GIN index: a search inside it reads every row.",
      create: "Add {{statement}}.",
    },
  },

  *find(database, { mode, allowExpressionIndex, ignoreTables }, settings): Iterable<Finding> {
    for (const want of ginWants(database)) {
      const { table, column, operators, invalid } = want;
      if (isNamed(table, ignoreTables)) continue;
      const isFeature = isFeatureTable(table, settings);
      const isSearched = mode !== "feature-tables" && want.queries.length > 0;
      const isWanted = isSearched || isFeature || mode === "all";
      if (!isWanted || (!isSearched && allowExpressionIndex && want.hasExpressionIndex)) continue;
      const [query] = want.queries;
      const edit = creationOf(want, database);
      yield {
        place: column.origin,
        messageId: invalid ? "invalid" : isSearched ? "searched" : isFeature ? "feature" : "column",
        data: {
          table: shownTable(table),
          column: column.name,
          operand: sqlOf(want.operand),
          operators: [...operators].sort().join(", "),
          where: query ? path.basename(query.path) : "",
          index: invalid?.name ?? "",
        },
        subject: `${table.schema}.${table.name}.${column.name}`,
        related: want.queries.map(({ path, range }) => ({
          place: { path, range },
          message: `This query searches ${sqlOf(want.operand)}.`,
        })),
        ...(edit && !invalid
          ? { suggest: [{ messageId: "create", data: { statement: edit.statement }, edits: [edit.edit] }] }
          : {}),
      };
    }
  },
});

/** CREATE INDEX after the statement that added the column. */
function creationOf(
  { table, column, operand, operators }: GinWant,
  database: Database,
): { statement: string; edit: Edit } | undefined {
  const origin = originOf(table, column, database);
  if (!origin) return undefined;
  // Hashes of whole paths are smaller and faster, and know no keys by themselves.
  const isByPath = operators.size > 0 && [...operators].every((one) => /^@[>?@]$/.test(one));
  const name = quoteIdentifier(freeName(table, column, operand, database.catalog));
  const key = operand.kind === "column" ? sqlOf(operand) : `(${sqlOf(operand)})`;
  const target = `${table.schema === "public" ? "" : `${quoteIdentifier(table.schema)}.`}${quoteIdentifier(table.name)}`;
  // A table that was just created has no rows, and a partitioned one's index PostgreSQL refuses to build concurrently.
  const isAtOnce = origin.isNew || origin.isInTransaction || table.kind === "partitioned";
  const how = isAtOnce ? "" : " CONCURRENTLY";
  const statement = `CREATE INDEX${how} ${name} ON ${target} USING gin (${key}${isByPath ? " jsonb_path_ops" : ""})`;
  // The semicolon that follows ends the new statement.
  return { statement, edit: { range: [origin.end, origin.end], text: `;\n\n${statement}` } };
}

/**
 * A name as PostgreSQL would choose it, with the keys of a part that is searched, which nothing in the table's schema
 * has at the end of the history, and no index had in between.
 */
function freeName({ schema, name }: Table, column: Column, operand: Expression, catalog: Catalog): string {
  const { tables, indexes, views, droppedIndexes } = catalog;
  const second = [column.name, ...keysIn(operand)].join("_");
  for (let i = 0; ; i++) {
    const free = objectName(name, second, i === 0 ? "idx" : `idx${i}`);
    const isTaken =
      [tables, indexes, views].some((relations) => relations.has(`${schema}.${free}`)) ||
      droppedIndexes.some(({ index }) => index.schema === schema && index.name === free);
    if (!isTaken) return free;
  }
}

/** `tags` of `data -> 'tags'`. */
function keysIn(operand: Expression): string[] {
  if (operand.kind === "literal") return typeof operand.value === "string" ? [operand.value] : [];
  return partsOf(operand)
    .flatMap(keysIn)
    .filter((key) => /^\w+$/.test(key));
}

/** The statement that added a column. */
interface Origin {
  end: number;
  /** It creates the table. */
  isNew: boolean;
  /** BEGIN stands before it. */
  isInTransaction: boolean;
}

/**
 * The SQL statement that added a column, if it is still in the table that statement names. Where its name or type
 * changed since, an index as it is to be now could not be made there.
 */
function originOf(table: Table, { origin, history }: Column, { files }: Database): Origin | undefined {
  if (!origin.path.endsWith(".sql") || history.length > 0) return undefined;
  const changes = files.find(({ path }) => path === origin.path)?.changes ?? [];
  const at = changes.findIndex(({ range }) => range[0] <= origin.range[0] && origin.range[1] <= range[1]);
  const statement = changes[at];
  if (statement?.kind !== "create table" && statement?.kind !== "alter table") return undefined;
  if (statement.name.name !== table.name) return undefined;
  const last = changes.slice(0, at).findLast(({ kind }) => kind === "transaction");
  return {
    end: statement.range[1],
    isNew: statement.kind === "create table",
    isInTransaction: last?.kind === "transaction" && last.what === "begin",
  };
}
