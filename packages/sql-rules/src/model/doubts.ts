import type { Catalog } from "./catalog.js";

/** What of a database is not certain, and why: rules say nothing that depends on it. */
export function doubtsOf({ tables, indexes }: Catalog): string[] {
  const ofTables = [...tables].flatMap(([name, { doubt, columns }]) => [
    ...said(`table ${name}`, doubt),
    ...[...columns.values()].flatMap((column) => said(`column ${name}.${column.name}`, column.doubt)),
  ]);
  return [...ofTables, ...[...indexes].flatMap(([name, { doubt }]) => said(`index ${name}`, doubt))];
}

const said = (what: string, doubt: string | undefined): string[] =>
  doubt === undefined ? [] : [`${what}: ${doubt}`];
