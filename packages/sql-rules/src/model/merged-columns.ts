import type { Place, Table } from "./catalog.js";
import type { CreateTable, SchemaChange } from "./changes.js";
import type { Database } from "./database.js";
import { memoised } from "./memoised.js";

/** A step of a history at which columns of a table become one with those of another. */
interface Merge {
  child: string;
  parent: string;
  /** Which columns may be merged; undefined for all. */
  columns?: readonly string[];
}

/**
 * Finds the columns that a table declares and inherits as well: by INHERITS beside a column of the name, from two
 * parents, or as a table that becomes a partition or a child. PostgreSQL merges columns of one type only, so the type of
 * such a column cannot change in one of the tables alone. Tables are told by their names, at the end of the history or
 * where the column's type is written; a copy by LIKE is a column of its own.
 */
export function mergedColumns({
  files,
  catalog,
}: Pick<Database, "files" | "catalog">): (
  table: Pick<Table, "name">,
  column: { name: string; typePlace: Place },
) => boolean {
  const edges = files.flatMap(mergesInFile);
  const merges = edges.filter(({ columns }) => columns?.length !== 0);
  if (merges.length === 0) return () => false;

  const tables = new Map([...catalog.tables.values()].map((table) => [table.name, table]));
  const parentsOf = new Map<string, Set<string>>();
  for (const { child, parent } of edges)
    parentsOf.set(child, (parentsOf.get(child) ?? new Set<string>()).add(parent));
  const merged = new Set<string>();
  for (const { child, parent, columns } of merges) {
    const known = tables.get(parent)?.columns;
    const names = columns?.filter((name) => !known || known.has(name)) ?? [...(known?.keys() ?? ["*"])];
    for (const name of names)
      for (const table of [child, ...upwards(parent, parentsOf)]) merged.add(`${table}.${name}`);
  }

  const nameAt = ({ path, range }: Place) => {
    const found = files
      .find((file) => file.path === path)
      ?.changes.find((change) => change.range[0] <= range[0] && range[1] <= change.range[1]);
    return found?.kind === "create table" || found?.kind === "alter table" ? found.name.name : undefined;
  };
  return ({ name }, column) =>
    [name, nameAt(column.typePlace)].some((table) =>
      [column.name, "*"].some((one) => merged.has(`${table ?? ""}.${one}`)),
    );
}

const mergesInFile = memoised(({ changes }) => changes.flatMap(mergesIn));

function mergesIn(change: SchemaChange): Merge[] {
  switch (change.kind) {
    case "block":
      return change.changes.flatMap(mergesIn);
    case "create table":
      return mergesOfNew(change);
    case "alter table":
      return change.actions.flatMap((action): Merge[] => {
        if (action.kind === "inherit") return [{ child: change.name.name, parent: action.parent.name }];
        if (action.kind !== "attach partition") return [];
        return [{ child: action.partition.name, parent: change.name.name }];
      });
    default:
      return [];
  }
}

/** A partition that is created as one has the columns of its table, and declares none. */
function mergesOfNew({ name: { name }, inherits = [], partitionOf, elements }: CreateTable): Merge[] {
  if (partitionOf) return [{ child: name, parent: partitionOf.name, columns: [] }];
  const isAll = inherits.length > 1 || elements.some(({ kind }) => kind === "like");
  const columns = elements.flatMap((element) => (element.kind === "column" ? [element.name] : []));
  return inherits.map((parent) => ({ child: name, parent: parent.name, ...(isAll ? {} : { columns }) }));
}

/** A table with all it inherits from. */
function upwards(table: string, parentsOf: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set([table]);
  // A set is gone through with what is added on the way.
  for (const one of found) for (const parent of parentsOf.get(one) ?? []) found.add(parent);
  return found;
}
