import type { Node, RangeVar } from "@pgsql/types";
import type { Source } from "../query.js";

/** The sub-selects directly in some part of a tree; not those inside them. */
export function subSelects(value: unknown): Node[] {
  const found: Node[] = [];
  const pending = [value];
  for (let at = pending.length; at > 0; at = pending.length) {
    const item = pending.pop();
    if (typeof item !== "object" || item === null) continue;
    if ("SelectStmt" in item) found.push(item as Node);
    else for (const inner of Object.values(item)) if (typeof inner === "object") pending.push(inner);
  }
  return found.reverse();
}

/** Whether a tree names columns. */
export function holdsColumn(tree: unknown): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  return "ColumnRef" in tree || Object.values(tree).some(holdsColumn);
}

/** Whether a sub-select has about as many rows as its one table: it groups, orders and computes, and that is all. */
export function isWhole(node: Node | undefined): boolean {
  if (!node || !("SelectStmt" in node)) return false;
  const { op, fromClause, whereClause, havingClause, limitCount, groupClause, targetList } = node.SelectStmt;
  const [from, ...more] = fromClause ?? [];
  const isPlain = (op === undefined || op === "SETOP_NONE") && !(whereClause ?? havingClause ?? limitCount);
  // Without groups, what is called may be an aggregate, of which there is one row.
  const isCalled = !groupClause && (targetList ?? []).some((target) => holdsCall(target));
  return isPlain && !isCalled && from !== undefined && "RangeVar" in from && more.length === 0;
}

/** Whether a clause asks for something to exist of which the sub-select says more than how it is joined. */
export function limitingExists(clause: Node): boolean {
  if ("BoolExpr" in clause) {
    const { boolop, args = [] } = clause.BoolExpr;
    return boolop === "AND_EXPR" && args.some(limitingExists);
  }
  if (!("SubLink" in clause) || clause.SubLink.subLinkType !== "EXISTS_SUBLINK") return false;
  const { subselect } = clause.SubLink;
  const where = subselect && "SelectStmt" in subselect ? subselect.SelectStmt.whereClause : undefined;
  return where !== undefined && "BoolExpr" in where && where.BoolExpr.boolop === "AND_EXPR";
}

function holdsCall(tree: unknown): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  return "FuncCall" in tree || Object.values(tree).some(holdsCall);
}

/** How often each unqualified relation is named anywhere in a tree. */
export function namesCounted(tree: unknown): Map<string, number> {
  const counts = new Map<string, number>();
  const pending = [tree];
  while (pending.length > 0) {
    const item = pending.pop();
    if (typeof item !== "object" || item === null) continue;
    const { relname, schemaname } = item as RangeVar;
    if (relname !== undefined && schemaname === undefined)
      counts.set(relname, (counts.get(relname) ?? 0) + 1);
    for (const inner of Object.values(item)) if (typeof inner === "object") pending.push(inner);
  }
  return counts;
}

/** A relation as a source of rows. */
export function sourceOf({ schemaname, relname = "", alias }: RangeVar): Source {
  const columns = alias?.colnames?.map((name) => ("String" in name ? (name.String.sval ?? "") : ""));
  return {
    ...(schemaname === undefined ? {} : { schema: schemaname }),
    table: relname,
    alias: alias?.aliasname ?? relname,
    ...(columns ? { columns } : {}),
  };
}
