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
