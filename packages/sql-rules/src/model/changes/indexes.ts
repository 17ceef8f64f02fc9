import type { IndexElem, IndexStmt, Node } from "@pgsql/types";
import type { Statement } from "../../language/parse.js";
import type { Range } from "../../language/split.js";
import type { CreateIndex, KeySpec, SchemaChange } from "../changes.js";
import { expressionOf } from "../expressions/index.js";
import { labelOf } from "./labels.js";
import { lastName, nameOfRelation } from "./names.js";

export function createIndex(tree: IndexStmt, statement: Statement): SchemaChange[] {
  const change: CreateIndex & { range: Range } = {
    kind: "create index",
    range: statement.range,
    table: nameOfRelation(tree.relation ?? {}),
    method: tree.accessMethod ?? "btree",
    keys: keySpecs(tree.indexParams, statement),
    include: includedColumns(tree.indexIncludingParams),
    ...(tree.idxname !== undefined && { name: tree.idxname }),
    ...(tree.relation?.inh !== true && { only: true }),
    ...(tree.whereClause && { predicate: expressionOf(tree.whereClause, statement) }),
    ...(tree.unique && { unique: true }),
    ...(tree.nulls_not_distinct && { nullsNotDistinct: true }),
    ...(tree.concurrent && { concurrently: true }),
    ...(tree.if_not_exists && { ifNotExists: true }),
  };
  return [change];
}

export function keySpecs(elements: readonly Node[] | undefined, statement: Statement): KeySpec[] {
  return (elements ?? []).flatMap((node) =>
    "IndexElem" in node ? [keySpec(node.IndexElem, statement)] : [],
  );
}

export function keySpec(element: IndexElem, statement: Statement): KeySpec {
  const operatorClass = lastName(element.opclass);
  const collation = lastName(element.collation);
  const expression = element.expr
    ? expressionOf(element.expr, statement)
    : ({ kind: "column", name: element.name ?? "" } as const);
  return {
    expression,
    label: element.name ?? labelOf(element.expr) ?? "expr",
    ...(operatorClass !== undefined && { operatorClass }),
    ...(collation !== undefined && { collation }),
    ...(element.ordering === "SORTBY_DESC" && { isDescending: true }),
    ...(element.nulls_ordering === "SORTBY_NULLS_FIRST" && { nulls: "first" }),
    ...(element.nulls_ordering === "SORTBY_NULLS_LAST" && { nulls: "last" }),
  };
}

export function includedColumns(elements: readonly Node[] | undefined): string[] {
  return (elements ?? []).flatMap((node) => ("IndexElem" in node ? [node.IndexElem.name ?? ""] : []));
}
