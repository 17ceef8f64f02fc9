import type { Node, RangeVar, SelectStmt } from "@pgsql/types";
import type { Statement } from "../../language/parse.js";
import type { ObjectName, OutputColumn, QueryShape } from "../changes.js";
import { expressionOf } from "../expressions/index.js";
import { labelOf } from "./labels.js";
import { nameOfParts, nameOfRelation, strings } from "./names.js";

/** What a query returns and depends on; it may be any statement that CREATE TABLE AS or CREATE VIEW accepts. */
export function queryShape(query: Node | undefined, statement: Statement): QueryShape {
  const used: Used = { relations: new Map(), columns: new Map(), types: new Map(), ctes: new Set() };
  if (query) collect(query, used);
  const relations = [...used.relations.values()].filter(
    ({ relation }) => relation.schema !== undefined || !used.ctes.has(relation.name),
  );
  const select = query && "SelectStmt" in query ? query.SelectStmt : undefined;
  const outputs = select && outputsOf(select, statement);
  const sources: { relation: ObjectName; alias: string }[] = [];
  let hasOtherSources = false;
  for (const node of select?.fromClause ?? []) {
    if (!collectSources(node, sources, used.ctes)) hasOtherSources = true;
  }
  return {
    ...(outputs && { outputs }),
    sources,
    hasOtherSources,
    relations,
    columns: [...used.columns.values()],
    types: [...used.types.values()],
  };
}

function outputsOf(select: SelectStmt, statement: Statement): OutputColumn[] | undefined {
  if (select.op !== "SETOP_NONE" || !select.targetList) return undefined;
  return select.targetList.flatMap((node): OutputColumn[] => {
    if (!("ResTarget" in node) || !node.ResTarget.val) return [];
    const { name, val } = node.ResTarget;
    if ("ColumnRef" in val && val.ColumnRef.fields?.some((field) => "A_Star" in field)) {
      const qualifier = strings(val.ColumnRef.fields).at(-1);
      return [qualifier === undefined ? { kind: "star" } : { kind: "star", qualifier }];
    }
    return [
      {
        kind: "expression",
        name: name ?? labelOf(val) ?? "?column?",
        expression: expressionOf(val, statement),
      },
    ];
  });
}

/** Adds the relations a FROM item joins plainly; false where it is or contains something else. */
function collectSources(
  node: Node,
  sources: { relation: ObjectName; alias: string }[],
  ctes: ReadonlySet<string>,
): boolean {
  if ("RangeVar" in node) {
    const relation = nameOfRelation(node.RangeVar);
    if (relation.schema === undefined && ctes.has(relation.name)) return false;
    if (node.RangeVar.alias?.colnames) return false;
    sources.push({ relation, alias: node.RangeVar.alias?.aliasname ?? relation.name });
    return true;
  }
  if ("JoinExpr" in node) {
    const { larg, rarg, isNatural, usingClause, alias } = node.JoinExpr;
    // NATURAL and USING merge columns, and an alias hides the tables below it.
    const isPlain = !isNatural && !usingClause && !alias;
    const left = larg !== undefined && collectSources(larg, sources, ctes);
    const right = rarg !== undefined && collectSources(rarg, sources, ctes);
    return isPlain && left && right;
  }
  return false;
}

interface Used {
  relations: Map<string, QueryShape["relations"][number]>;
  columns: Map<string, QueryShape["columns"][number]>;
  types: Map<string, ObjectName>;
  ctes: Set<string>;
}

/** Walks a whole tree by plain recursion: statements nest no deeper than the language's own limit. */
function collect(value: unknown, used: Used): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, used);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const node = value as Record<string, unknown>;
  for (const key in node) {
    const field = node[key];
    if (key === "RangeVar" || key === "relation") addRelation(field, used);
    else if (key === "ColumnRef") addColumn(field, used);
    else if (key === "typeName") addType(field, used);
    else if (key === "usingClause") {
      for (const name of strings(field as Node[])) used.columns.set(name, { name });
    } else if (key === "isNatural" && field === true) used.columns.set("*", { name: "*" });
    else if (key === "CommonTableExpr") used.ctes.add((field as { ctename?: string }).ctename ?? "");
    if (typeof field === "object") collect(field, used);
  }
}

function addRelation(field: unknown, { relations }: Used): void {
  const range = field as RangeVar;
  if (range.relname === undefined) return;
  const relation = nameOfRelation(range);
  const alias = range.alias?.aliasname ?? relation.name;
  relations.set(`${relation.schema ?? ""}.${relation.name} ${alias}`, { relation, alias });
}

function addColumn(field: unknown, { columns }: Used): void {
  const { fields = [] } = field as { fields?: Node[] };
  const names = strings(fields);
  const isStar = fields.some((part) => "A_Star" in part);
  const name = isStar ? "*" : (names.pop() ?? "");
  const qualifier = names.pop();
  columns.set(`${qualifier ?? ""}.${name}`, qualifier === undefined ? { name } : { qualifier, name });
}

function addType(field: unknown, { types }: Used): void {
  const { names } = field as { names?: Node[] };
  const name = nameOfParts(strings(names));
  if (name.schema !== "pg_catalog") types.set(`${name.schema ?? ""}.${name.name}`, name);
}
