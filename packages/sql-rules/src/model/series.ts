/**
 * The sort key of a name in a migration folder: the leading number, version or time stamp of `0001_init.sql`,
 * `V2_1__users.sql`, `20240131120000_add/`. Undefined for a name without one.
 */
export function migrationKey(name: string): string | undefined {
  return /^(?:V(?=\d))?\d[\d._-]*/i.exec(name)?.[0].toLowerCase();
}

/** Orders names of one migration folder: by number where the keys are numbers, then by name. */
export function byMigration(a: string, b: string): number {
  const order = (migrationKey(a) ?? "").localeCompare(migrationKey(b) ?? "", "en", { numeric: true });
  return order || (a < b ? -1 : a > b ? 1 : 0);
}
