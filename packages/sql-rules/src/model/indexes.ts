import type { Catalog, Index, Table } from "./catalog.js";

const known = new WeakMap<Catalog, ReadonlyMap<string, readonly Index[]>>();

/** The indexes of a table, valid or not, those behind constraints among them. */
export function indexesOf(
  catalog: Catalog,
  { schema, name }: Pick<Table, "schema" | "name">,
): readonly Index[] {
  let byTable = known.get(catalog);
  if (!byTable) known.set(catalog, (byTable = groupedByTable(catalog)));
  return byTable.get(`${schema}.${name}`) ?? [];
}

function groupedByTable({ indexes }: Catalog): ReadonlyMap<string, readonly Index[]> {
  const byTable = new Map<string, Index[]>();
  for (const index of indexes.values()) {
    const group = byTable.get(index.table);
    if (group) group.push(index);
    else byTable.set(index.table, [index]);
  }
  return byTable;
}
