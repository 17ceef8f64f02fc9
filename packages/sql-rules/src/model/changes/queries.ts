import type { Node, SelectStmt } from "@pgsql/types";
import type { Statement } from "../../language/parse.js";
import type { OutputColumn, QueryResult, QueryShape, QuerySource } from "../changes.js";
import type { Expression } from "../expression.js";
import { expressionOf } from "../expressions/index.js";
import { typeRefOf } from "../types.js";
import { labelOf } from "./labels.js";
import { nameOfRelation, strings } from "./names.js";
import { typeRangeOf } from "./tables.js";
import { usesOf } from "./uses.js";

/** CTEs by name, as far as they can be seen. */
type Visible = ReadonlyMap<string, QueryResult | undefined>;

/** What a query returns and depends on; it may be any statement that CREATE TABLE AS or CREATE VIEW accepts. */
export function queryShape(query: Node | undefined, statement: Statement): QueryShape {
  const result = (query && resultOf(query, statement, new Map())) ?? { sources: [], hasOtherSources: true };
  return { ...usesOf(query), ...result };
}

function resultOf(query: Node, statement: Statement, outer: Visible): QueryResult | undefined {
  return "SelectStmt" in query ? resultOfSelect(query.SelectStmt, statement, outer) : undefined;
}

function resultOfSelect(select: SelectStmt, statement: Statement, outer: Visible): QueryResult {
  const visible = withCtes(select, statement, outer);
  if (select.op !== "SETOP_NONE" && select.larg && select.rarg) {
    const left = resultOfSelect(select.larg, statement, visible);
    const right = resultOfSelect(select.rarg, statement, visible);
    return { ...left, branches: [...(left.branches ?? []), right] };
  }
  const result: Found["result"] = {};
  const sources: QuerySource[] = [];
  for (const node of select.fromClause ?? []) addSource(node, statement, visible, { result, sources });
  const outputs = outputsOf(select, statement);
  return { sources, ...(outputs && { outputs }), ...result };
}

function withCtes({ withClause }: SelectStmt, statement: Statement, outer: Visible): Visible {
  if (!withClause?.ctes) return outer;
  const visible = new Map(outer);
  for (const node of withClause.ctes) {
    if (!("CommonTableExpr" in node)) continue;
    const { ctename = "", ctequery, aliascolnames } = node.CommonTableExpr;
    // One that reads itself has the columns of its first branch; renamed ones are left to the imagination.
    const result = ctequery && !aliascolnames ? resultOf(ctequery, statement, visible) : undefined;
    visible.set(ctename, result);
  }
  return visible;
}

function outputsOf(select: SelectStmt, statement: Statement): OutputColumn[] | undefined {
  if (!select.targetList) return undefined;
  return select.targetList.flatMap((node): OutputColumn[] => {
    if (!("ResTarget" in node) || !node.ResTarget.val) return [];
    const { name, val } = node.ResTarget;
    if ("ColumnRef" in val && val.ColumnRef.fields?.some((field) => "A_Star" in field)) {
      const qualifier = strings(val.ColumnRef.fields).at(-1);
      return [qualifier === undefined ? { kind: "star" } : { kind: "star", qualifier }];
    }
    const expression = outputOf(val, statement);
    const typeName = "TypeCast" in val ? val.TypeCast.typeName : undefined;
    return [
      {
        kind: "expression",
        name: name ?? labelOf(val) ?? "?column?",
        expression,
        ...(typeName && { typeRange: typeRangeOf(statement, typeName.location) }),
      },
    ];
  });
}

/** Only the type of an output matters: what says nothing of it is not read. */
function outputOf(node: Node, statement: Statement): Expression {
  if ("TypeCast" in node && node.TypeCast.typeName)
    return { kind: "cast", arg: UNREAD, type: typeRefOf(node.TypeCast.typeName) };
  return "CaseExpr" in node || "SubLink" in node ? UNREAD : expressionOf(node, statement);
}

const UNREAD: Expression = { kind: "opaque", text: "" };

interface Found {
  result: Pick<QueryResult, "hasOtherSources" | "hasMergedColumns">;
  sources: QuerySource[];
}

function addSource(node: Node, statement: Statement, visible: Visible, found: Found): void {
  if ("JoinExpr" in node) {
    const { larg, rarg, isNatural, usingClause, alias } = node.JoinExpr;
    if (isNatural || usingClause) found.result.hasMergedColumns = true;
    // An alias hides the tables below it.
    if (alias) found.result.hasOtherSources = true;
    for (const side of [larg, rarg]) if (side) addSource(side, statement, visible, found);
    return;
  }
  const source = sourceOf(node, statement, visible);
  if (source) found.sources.push(source);
  else found.result.hasOtherSources = true;
}

function sourceOf(node: Node, statement: Statement, visible: Visible): QuerySource | undefined {
  if ("RangeVar" in node) {
    const relation = nameOfRelation(node.RangeVar);
    const { aliasname: alias = relation.name, colnames } = node.RangeVar.alias ?? {};
    if (colnames) return undefined;
    if (relation.schema !== undefined || !visible.has(relation.name)) return { alias, relation };
    const query = visible.get(relation.name);
    return query && { alias, query };
  }
  if ("RangeSubselect" in node) {
    const { subquery, alias } = node.RangeSubselect;
    const query = subquery && !alias?.colnames ? resultOf(subquery, statement, visible) : undefined;
    return query && { alias: alias?.aliasname ?? "", query };
  }
  return undefined;
}
