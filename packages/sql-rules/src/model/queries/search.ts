import type { CommonTableExpr, Node, RangeVar } from "@pgsql/types";
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
export const holdsColumn = (tree: unknown): boolean => holds(tree, "ColumnRef");

/** Whether a node of a kind is somewhere in a tree, which may be deeper than the call stack. */
function holds(tree: unknown, kind: string): boolean {
  const pending = [tree];
  while (pending.length > 0) {
    const item = pending.pop();
    if (typeof item !== "object" || item === null) continue;
    if (kind in item) return true;
    for (const inner of Object.values(item)) if (typeof inner === "object") pending.push(inner);
  }
  return false;
}

/** Whether a sub-select has about as many rows as its one table: it groups, orders and computes, and that is all. */
export function isWhole(node: Node | undefined): boolean {
  if (!node || !("SelectStmt" in node)) return false;
  const { op, fromClause, whereClause, havingClause, limitCount, groupClause, targetList } = node.SelectStmt;
  const [from, ...more] = fromClause ?? [];
  const isPlain = (op === undefined || op === "SETOP_NONE") && !(whereClause ?? havingClause ?? limitCount);
  // Without groups, what is called may be an aggregate, of which there is one row.
  const isCalled = !groupClause && holds(targetList, "FuncCall");
  return isPlain && !isCalled && from !== undefined && "RangeVar" in from && more.length === 0;
}

/** What a clause asks to exist, where the sub-select says more than how it is joined. */
export function limitingExists(clause: Node): Node[] {
  if ("BoolExpr" in clause) {
    const { boolop, args = [] } = clause.BoolExpr;
    return boolop === "AND_EXPR" ? args.flatMap(limitingExists) : [];
  }
  if (!("SubLink" in clause) || clause.SubLink.subLinkType !== "EXISTS_SUBLINK") return [];
  const { subselect } = clause.SubLink;
  const where = subselect && "SelectStmt" in subselect ? subselect.SelectStmt.whereClause : undefined;
  return where && "BoolExpr" in where && where.BoolExpr.boolop === "AND_EXPR" ? [clause] : [];
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

/** The relations named in some parts of a statement, but for the CTEs that stand in them. */
export function relationsIn(parts: readonly unknown[]): Pick<Source, "schema" | "table">[] {
  const found: Pick<Source, "schema" | "table">[] = [];
  const ctes = new Set<string>();
  const pending = [...parts];
  while (pending.length > 0) {
    const item = pending.pop();
    if (typeof item !== "object" || item === null) continue;
    const { ctename, relname, schemaname } = item as Partial<RangeVar & CommonTableExpr>;
    if (ctename !== undefined) ctes.add(ctename);
    if (relname !== undefined)
      found.push({ ...(schemaname === undefined ? {} : { schema: schemaname }), table: relname });
    for (const inner of Object.values(item)) if (typeof inner === "object") pending.push(inner);
  }
  return found.filter(({ schema, table }) => schema !== undefined || !ctes.has(table));
}

/** A relation as a source of rows. */
export function sourceOf({ schemaname, relname = "", alias, inh }: RangeVar): Source {
  const columns = alias?.colnames?.map((name) => ("String" in name ? (name.String.sval ?? "") : ""));
  return {
    ...(schemaname === undefined ? {} : { schema: schemaname }),
    table: relname,
    alias: alias?.aliasname ?? relname,
    ...(columns ? { columns } : {}),
    ...(inh ? {} : { isOnly: true as const }),
  };
}
