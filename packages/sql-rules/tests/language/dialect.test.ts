import { expect, it } from "vitest";
import { guessDialect } from "../../src/language/dialect.js";

it.each([
  ["migrations/mysql/0001.sql", [], "mysql", "path"],
  ["migrations\\sqlite\\0001.sql", [], "sqlite", "path"],
  ["db/schema.mssql.sql", [], "sqlserver", "path"],
  ["db/schema-postgres.sql", ["`a`"], "postgresql", "path"],
  // The nearest name wins; a folder far above belongs to the machine.
  ["mysql/postgres/0001.sql", [], "postgresql", "path"],
  ["mysql/a/b/c/d/e.sql", [], "postgresql", "default"],
  // Folders of versions are no way up.
  ["schema/mysql/v8/visibility/versioned/v1.10/add.sql", [], "mysql", "path"],
  ["drivers/riversqlite/job.sql", [], "sqlite", "path"],
  ["mysql2postgres/job.sql", [], "postgresql", "default"],
  [`${process.cwd()}/a.sql`, [], "postgresql", "default"],
  ["schema_sqlite.sql", [], "sqlite", "path"],
  ["mysql-init.sql", [], "mysql", "path"],
  ["0001_mysql.sql", [], "mysql", "path"],
  ["0001_init.mysql.sql", [], "mysql", "path"],
  // What a migration is about is no dialect.
  ["002_add_oracle_prices.sql", [], "postgresql", "default"],
  ["005_import_from_sqlite.sql", [], "postgresql", "default"],
  ["004_spark_jobs.sql", [], "postgresql", "default"],
  ["import_from_sqlite.sql", [], "postgresql", "default"],
  ["a.sql", [], "postgresql", "default"],
  ["a.sql", ["SELEC 1"], "postgresql", "default"],
  ["a.sql", ["CREATE TABLE t (a int) ENGINE=InnoDB"], "mysql", "content"],
  ["a.sql", ["CREATE TABLE `t` (a int)"], "mysql", "content"],
  ["a.sql", ["CREATE INDEX i ON t ((CAST(tags AS CHAR(255) ARRAY)))"], "mysql", "content"],
  ["a.sql", ["CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)"], "sqlite", "content"],
  ["a.sql", ["SELECT 1\nGO\nSELECT 2"], "sqlserver", "content"],
  ["a.sql", ["CREATE TABLE t (a VARCHAR2(10))"], "oracle", "content"],
] as const)("%s %j is %s by %s", (path, refused, dialect, by) => {
  expect(guessDialect(path, refused)).toMatchObject({ dialect, by });
});
