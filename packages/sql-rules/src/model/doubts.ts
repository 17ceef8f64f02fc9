import type { Catalog } from "./catalog.js";

/** What of a database is not certain, and why: rules say nothing that depends on it. */
export function doubtsOf({ tables, indexes }: Catalog): string[] {
  const ofTables = [...tables].flatMap(([name, { doubt, columns }]) => [
    ...said(`table ${name}`, doubt),
    ...[...columns.values()].flatMap((column) => said(`column ${name}.${column.name}`, column.doubt)),
  ]);
  return [...ofTables, ...[...indexes].flatMap(([name, { doubt }]) => said(`index ${name}`, doubt))];
}

/** Whether anything of a database is in doubt. */
export function isDoubtful({ tables, indexes }: Catalog): boolean {
  for (const { doubt, columns } of tables.values()) {
    if (doubt !== undefined) return true;
    for (const column of columns.values()) if (column.doubt !== undefined) return true;
  }
  for (const { doubt } of indexes.values()) if (doubt !== undefined) return true;
  return false;
}

const said = (what: string, doubt: string | undefined): string[] =>
  doubt === undefined ? [] : [`${what}: ${doubt}`];
