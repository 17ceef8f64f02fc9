import type { FileFacts } from "@orchestrator-lint/sql-rules/generated";

const POSTGRES = /postgres|\bJSONB\b|\bTSVECTOR\b|psycopg|asyncpg/i;
/** What of a migration depends on the database, so that types of another one say nothing of the rest. */
const ASKS = /\bwith_variant\b|\bdialect\b|\bget_bind\b|\bdrivername\b|\bengine\.name\b/;
const IMPORT = /^[ \t]*(?:from[ \t]+sqlalchemy\.dialects\b|import[ \t]+sqlalchemy\.dialects\b)/m;
/** A type of another database as that of a column, and not as what it was before. */
const TYPE =
  /(?<!\bexisting_type\s{0,8}=\s{0,8}(?:[\w.]{0,80}\.)?)\b(mysql|mssql|oracle|sqlite)\.[A-Z][A-Z0-9_]*\b/;
/** An order of characters that only MySQL has. */
const COLLATION = /\bcollation\s*=\s*["']utf8(?:mb[34])?_\w+["']/;

const DIALECTS = { mysql: "mysql", mssql: "sqlserver", oracle: "oracle", sqlite: "sqlite" } as const;

/**
 * The database that a migration is for, as far as its text tells: by the dialects of SQLAlchemy it takes types from.
 *
 * @param text - of a migration of Alembic
 */
export function databaseIn(text: string): Pick<FileFacts, "isSurelyPostgres" | "otherDatabase"> {
  if (POSTGRES.test(text)) return { isSurelyPostgres: true };
  if (ASKS.test(text)) return {};
  const name = IMPORT.test(text) ? TYPE.exec(text)?.[1] : undefined;
  const other = name ?? (COLLATION.test(text) ? "mysql" : undefined);
  return other === undefined ? {} : { otherDatabase: DIALECTS[other as keyof typeof DIALECTS] };
}
