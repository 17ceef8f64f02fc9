import type { Catalog, Table } from "./catalog.js";
import type { Source } from "./query.js";

/**
 * Which table a name means: with a schema that one, otherwise the one in `public` or the only one of the name. Undefined
 * where no table or several could be meant.
 *
 * @param catalog - what it knows is read once
 */
export function tableFinder(
  catalog: Catalog,
): (source: Pick<Source, "schema" | "table">) => Table | undefined {
  const byName = new Map<string, Table[]>();
  for (const table of catalog.tables.values()) {
    const group = byName.get(table.name);
    if (group) group.push(table);
    else byName.set(table.name, [table]);
  }
  return ({ schema, table }) => {
    if (schema !== undefined) return catalog.tables.get(`${schema}.${table}`);
    const group = byName.get(table) ?? [];
    return group.length === 1 ? group[0] : catalog.tables.get(`public.${table}`);
  };
}
