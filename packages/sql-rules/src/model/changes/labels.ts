import type { Node } from "@pgsql/types";
import { lastName } from "./names.js";

/** Names of constructs that are named by their keyword, by node (`FigureColnameInternal` of parse_target.c). */
const BY_NODE: Readonly<Record<string, string>> = {
  A_ArrayExpr: "array",
  RowExpr: "row",
  CoalesceExpr: "coalesce",
  GroupingFunc: "grouping",
  MergeSupportFunc: "merge_action",
  XmlSerialize: "xmlserialize",
  JsonParseExpr: "json",
  JsonScalarExpr: "json_scalar",
  JsonSerializeExpr: "json_serialize",
  JsonObjectConstructor: "json_object",
  JsonArrayConstructor: "json_array",
  JsonArrayQueryConstructor: "json_array",
  JsonObjectAgg: "json_objectagg",
  JsonArrayAgg: "json_arrayagg",
};

const BY_OPERATION: Readonly<Record<string, string>> = {
  JSON_EXISTS_OP: "json_exists",
  JSON_QUERY_OP: "json_query",
  JSON_VALUE_OP: "json_value",
  IS_GREATEST: "greatest",
  IS_LEAST: "least",
  IS_XMLCONCAT: "xmlconcat",
  IS_XMLELEMENT: "xmlelement",
  IS_XMLFOREST: "xmlforest",
  IS_XMLPARSE: "xmlparse",
  IS_XMLPI: "xmlpi",
  IS_XMLROOT: "xmlroot",
};

/** A name and how much it says: weak names of casts and CASE give way to a name inside. */
interface Label {
  name: string;
  isWeak?: boolean;
}

/**
 * What PostgreSQL calls the result of an expression (`FigureColname`), undefined where that is `?column?`, or `expr` as
 * a part of an index's name.
 */
export function labelOf(node: Node | undefined): string | undefined {
  return node && figure(node)?.name;
}

function figure(node: Node): Label | undefined {
  if ("ColumnRef" in node) return named(lastName(node.ColumnRef.fields));
  if ("FuncCall" in node) return named(lastName(node.FuncCall.funcname));
  if ("A_Indirection" in node) {
    const field = lastName(node.A_Indirection.indirection);
    return field === undefined ? node.A_Indirection.arg && figure(node.A_Indirection.arg) : { name: field };
  }
  if ("A_Expr" in node) return node.A_Expr.kind === "AEXPR_NULLIF" ? { name: "nullif" } : undefined;
  if ("CollateClause" in node) return node.CollateClause.arg && figure(node.CollateClause.arg);
  if ("TypeCast" in node) {
    const inner = node.TypeCast.arg && figure(node.TypeCast.arg);
    const type = lastName(node.TypeCast.typeName?.names);
    return inner && !inner.isWeak ? inner : type === undefined ? inner : { name: type, isWeak: true };
  }
  if ("CaseExpr" in node) {
    const inner = node.CaseExpr.defresult && figure(node.CaseExpr.defresult);
    return inner && !inner.isWeak ? inner : { name: "case", isWeak: true };
  }
  if ("SubLink" in node) return ofSubLink(node.SubLink.subLinkType, node.SubLink.subselect);
  if ("SQLValueFunction" in node) {
    const operation = node.SQLValueFunction.op?.replace("SVFOP_", "").replace(/_N$/, "");
    return named(operation?.toLowerCase());
  }
  return ofKeyword(node);
}

function named(name: string | undefined): Label | undefined {
  return name === undefined ? undefined : { name };
}

function ofSubLink(type: string | undefined, query: Node | undefined): Label | undefined {
  if (type === "EXISTS_SUBLINK") return { name: "exists" };
  if (type === "ARRAY_SUBLINK") return { name: "array" };
  if (type !== "EXPR_SUBLINK" || !query || !("SelectStmt" in query)) return undefined;
  const [target] = query.SelectStmt.targetList ?? [];
  if (!target || !("ResTarget" in target)) return undefined;
  const { name, val } = target.ResTarget;
  return name === undefined ? val && figure(val) : { name };
}

function ofKeyword(node: Node): Label | undefined {
  const [kind = ""] = Object.keys(node);
  const fields = (node as Record<string, { op?: string } | undefined>)[kind];
  return named(BY_NODE[kind] ?? (fields?.op === undefined ? undefined : BY_OPERATION[fields.op]));
}
