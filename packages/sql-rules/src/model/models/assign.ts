import type { Catalog } from "../catalog.js";
import { tableFinder } from "../relations.js";
import { folderOf, groupBy } from "../sources/paths.js";
import { sharedDepth } from "./modules.js";
import type { DeclaredTable } from "./tables.js";

/** A database that models may be of. */
export interface Owner {
  catalog: Catalog;
  /** The folder of its migrations. */
  history: { name: string };
}

/**
 * The database that each table of models is one of: the one that has a table of its name; for a table that none has,
 * the one of its nearest neighbours of the same root, where that has most of them.
 *
 * @returns without the tables that could be of several databases, or of none that is known
 */
export function assigned<T extends Owner>(
  tables: readonly DeclaredTable[],
  owners: readonly T[],
): ReadonlyMap<T, DeclaredTable[]> {
  const finders = owners.map((owner) => ({ owner, find: tableFinder(owner.catalog) }));
  const found = new Map<DeclaredTable, T>();
  for (const table of tables) {
    const having = finders
      .filter(({ owner, find }) => has(owner.catalog, find, table))
      .map(({ owner }) => owner);
    const owner = nearest(table, having);
    if (owner) found.set(table, owner);
  }
  const roots = groupBy(tables, ({ root }) => root);
  const all = tables.flatMap((table): [DeclaredTable, T][] => {
    const owner = found.get(table) ?? ofNeighbours(table, roots.get(table.root) ?? [], found);
    return owner ? [[table, owner]] : [];
  });
  return new Map(
    [...groupBy(all, ([, owner]) => owner)].map(([owner, pairs]) => [owner, pairs.map(([table]) => table)]),
  );
}

function has(
  catalog: Catalog,
  find: ReturnType<typeof tableFinder>,
  { schema, name }: DeclaredTable,
): boolean {
  return (
    find({ table: name, ...(schema === undefined ? {} : { schema }) }) !== undefined || viewOf(catalog, name)
  );
}

/** Whether a view has a name. */
export function viewOf({ views }: Catalog, name: string): boolean {
  for (const view of views.values()) if (view.name === name) return true;
  return false;
}

function nearest<T extends Owner>({ file }: DeclaredTable, owners: readonly T[]): T | undefined {
  const depths = owners.map((owner) => ({ owner, depth: sharedDepth(folderOf(file), owner.history.name) }));
  const deepest = Math.max(...depths.map(({ depth }) => depth));
  const closest = depths.filter(({ depth }) => depth === deepest);
  return closest.length === 1 ? closest[0]!.owner : undefined;
}

/** The one database of the tables around, from the table's own folder outward. */
function ofNeighbours<T>(
  { file }: DeclaredTable,
  ofRoot: readonly DeclaredTable[],
  found: ReadonlyMap<DeclaredTable, T>,
): T | undefined {
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    const around = ofRoot.filter((one) => folder === "" || one.file.startsWith(`${folder}/`));
    const owners = around.flatMap((one) => found.get(one) ?? []);
    const [owner] = owners;
    if (owner !== undefined) {
      const isOne = owners.every((one) => one === owner);
      return isOne && owners.length * 2 >= around.length ? owner : undefined;
    }
    if (folder === "") return undefined;
  }
}
