import { hash } from "node:crypto";

/** What PostgreSQL takes; Django cuts by characters. */
const MAX_NAME = 63;

const digest = (parts: readonly string[], length: number): string =>
  hash("md5", parts.join("")).slice(0, length);

/** The table of a model, or of a relation between two. After `truncate_name` of Django 5.2. */
export function tableName(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 4)}${digest([name], 4)}`;
}

/** The name that Django gives an index or a constraint. After `BaseDatabaseSchemaEditor._create_index_name` of 5.2. */
export function indexName(table: string, columns: readonly string[], suffix: string): string {
  let end = `${digest([table, ...columns], 8)}${suffix}`;
  const whole = `${table}_${columns.join("_")}_${end}`;
  if (whole.length <= MAX_NAME) return whole;
  if (end.length > MAX_NAME / 3) end = end.slice(0, Math.floor(MAX_NAME / 3));
  const rest = Math.floor((MAX_NAME - end.length) / 2) - 1;
  const cut = `${table.slice(0, rest)}_${columns.join("_").slice(0, rest)}_${end}`;
  return /^[_\d]/.test(cut) ? `D${cut.slice(0, -1)}` : cut;
}
