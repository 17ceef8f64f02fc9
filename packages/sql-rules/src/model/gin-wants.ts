import type { Catalog, Column, Index, Table } from "./catalog.js";
import type { Database, In } from "./database.js";
import type { Expression } from "./expression.js";
import { printed } from "./expressions/index.js";
import { atomsOf, documentSource, searchOf } from "./filters.js";
import { indexesOf } from "./indexes.js";
import { isServedByGin } from "./missing-indexes.js";
import { columnsIn } from "./parts.js";
import { plansOf } from "./planner/database.js";
import { keysOf, leavesOf } from "./planner/index.js";
import type { Query } from "./query.js";

/** A jsonb column, or a part of it that queries search, which no GIN index covers. */
export interface GinWant {
  table: Table;
  column: Column;
  /** The column, or the part: `data -> 'tags'`. */
  operand: Expression;
  /** With which operators the repository's queries search it. */
  operators: ReadonlySet<string>;
  /** Those that have to read every row. */
  queries: readonly In<Query>[];
  /** A GIN index that would cover it, were it valid. */
  invalid?: Index;
  /** Whether some index is on an expression over the column. */
  hasExpressionIndex: boolean;
}

/** Everything a GIN index could be asked for in a database; columns in the order of the tables. */
export function ginWants(database: Database): GinWant[] {
  const { catalog } = database;
  const searches = searchesOf(database);
  return [...catalog.tables.values()].flatMap((table): GinWant[] => {
    if (!isJudged(table)) return [];
    return [...table.columns.values()].flatMap((column): GinWant[] => {
      if (column.baseType?.name !== "jsonb" || column.baseType.dimensions > 0) return [];
      if (column.doubt !== undefined || column.isInherited) return [];
      const whole: Expression = { kind: "column", name: column.name };
      if (isCovered(catalog, table, whole)) return [];
      const own = [...(searches.get(table)?.values() ?? [])].filter(
        (search) => search.column === column.name,
      );
      // What is searched comes first; the column itself is wanted if nothing of it is.
      const searched = own.filter(({ queries }) => queries.length > 0);
      const targets = searched.length > 0 ? searched : [searchOfColumn(own, whole)];
      return targets.flatMap(({ operand, operators, queries }): GinWant[] => {
        if (isCovered(catalog, table, operand)) return [];
        const invalid = ginOn(catalog, table, operand).find(({ isValid }) => !isValid);
        const hasExpressionIndex = indexesOf(catalog, table).some(({ keys }) =>
          keys.some(
            ({ expression }) =>
              expression.kind !== "column" && columnsIn(expression).some(({ name }) => name === column.name),
          ),
        );
        return [
          { table, column, operand, operators, queries, hasExpressionIndex, ...(invalid ? { invalid } : {}) },
        ];
      });
    });
  });
}

function isJudged({ kind, persistence, isPartition, isAssumed, doubt }: Table): boolean {
  return (
    kind !== "foreign" && persistence !== "temporary" && !isPartition && !isAssumed && doubt === undefined
  );
}

interface Searched {
  column: string;
  operand: Expression;
  operators: Set<string>;
  queries: In<Query>[];
}

function searchOfColumn(own: readonly Searched[], operand: Expression): Searched {
  const found = own.find((search) => search.operand.kind === "column");
  return found ?? { column: "", operand, operators: new Set(), queries: [] };
}

/** What queries search, by table and operand. */
function searchesOf(database: Database): ReadonlyMap<Table, ReadonlyMap<string, Searched>> {
  const byTable = new Map<Table, Map<string, Searched>>();
  for (const { query, conditions } of plansOf(database)) {
    for (const planned of conditions) {
      for (const atom of atomsOf(planned.expression)) {
        const search = searchOf(atom);
        const column = search && documentSource(search.operand, planned.types);
        if (!search || !column || search.isFunction || search.operator === "<@") continue;
        let searches = byTable.get(planned.table);
        if (!searches) byTable.set(planned.table, (searches = new Map<string, Searched>()));
        const key = printed(search.operand);
        let found = searches.get(key);
        if (!found) {
          found = { column: column.name, operand: search.operand, operators: new Set(), queries: [] };
          searches.set(key, found);
        }
        found.operators.add(search.operator);
        const isCostly =
          planned.verdict === "unserved" &&
          !planned.isNarrowed() &&
          isServedByGin(database.catalog, planned, atom);
        if (isCostly && !found.queries.includes(query)) found.queries.push(query);
      }
    }
  }
  return byTable;
}

function ginOn(catalog: Catalog, table: Table, operand: Expression): Index[] {
  const text = printed(operand);
  return indexesOf(catalog, table).filter(
    (index) => index.method === "gin" && keysOf(index, table).some((key) => key.text === text),
  );
}

/** Whether every part of a table has a GIN index on an operand. */
function isCovered(catalog: Catalog, table: Table, operand: Expression): boolean {
  const isOwn = (one: Table) =>
    ginOn(catalog, one, operand).some(({ isValid, doubt }) => isValid || doubt !== undefined);
  return isOwn(table) || leavesOf(catalog, table).every((leaf) => leaf !== table && isOwn(leaf));
}
