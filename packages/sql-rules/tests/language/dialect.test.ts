import { expect, it } from "vitest";
import { guessDialect } from "../../src/language/dialect.js";
import { parseSql } from "../../src/language/parse.js";

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
  ["rust/spanner-migrations/migrations/0001-create_tenants.sql", [], "other", "path"],
  ["db/0001.spanner.sql", [], "other", "path"],
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
  ["a.sql", ["ALTER TABLE t ADD SUPPLEMENTAL LOG DATA (ALL) COLUMNS"], "oracle", "content"],
  ["a.sql", ["CREATE TABLE t (a VARCHAR( 16) FOR BIT DATA NOT NULL)"], "other", "content"],
  ["a.sql", ["CREATE TABLE t (a TIMESTAMP NOT NULL WITH DEFAULT)"], "other", "content"],
  ["a.sql", ["ALTER TABLE t DATA CAPTURE CHANGES"], "other", "content"],
  [
    "a.sql",
    ["COPY INTO t FROM 'https://files.example.com/a.csv' WITH (FILE_TYPE = 'CSV')"],
    "other",
    "content",
  ],
  ["a.sql", ["CREATE TABLE t (a STRING(MAX) NOT NULL) PRIMARY KEY (a)"], "other", "content"],
  [
    "a.sql",
    ["ALTER TABLE t ADD COLUMN a TIMESTAMP OPTIONS (allow_commit_timestamp=true)"],
    "other",
    "content",
  ],
  ["a.sql", ["CREATE CHANGE STREAM s FOR t"], "other", "content"],
  ["a.sql", ["DROP SPECIFIC FUNCTION f"], "other", "content"],
  ["a.sql", ["CREATE TABLE t (a TIMESTAMP DEFAULT now() ON UPDATE CURRENT_TIMESTAMP)"], "mysql", "content"],
  ["a.sql", ["CREATE TABLE t (id BIGINT(20) UNSIGNED)"], "mysql", "content"],
  ["a.sql", ["CREATE TABLE t (a int, UNIQUE KEY k (a))"], "mysql", "content"],
  ["a.sql", ["ALTER TABLE t MODIFY a JSON NOT NULL"], "mysql", "content"],
  ["a.sql", ["ALTER TABLE t ADD b int, CHANGE COLUMN a c JSON"], "mysql", "content"],
  ["a.sql", ["ALTER TABLE t ADD COLUMN b JSON NULL AFTER a"], "mysql", "content"],
  ["a.sql", ["ALTER TABLE t ADD COLUMN b JSON NULL FIRST"], "mysql", "content"],
  ["a.sql", ["INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1"], "mysql", "content"],
  ["a.sql", ["CREATE TABLE t (a JSON) WITHOUT ROWID"], "sqlite", "content"],
  // Words of other databases in what PostgreSQL refuses for another reason.
  ["a.sql", ["CREATE TABEL t (unsigned boolean, after int, first int)"], "postgresql", "default"],
  ["a.sql", ["ALTER TABLE t ADDD COLUMN first"], "postgresql", "default"],
  ["a.sql", ["INSERT INTO notes VALUE ('ENGINE = x, AUTO_INCREMENT')"], "postgresql", "default"],
] as const)("%s %j is %s by %s", (path, refused, dialect, by) => {
  expect(guessDialect(path, { refused, all: refused })).toMatchObject({ dialect, by });
});

it.each([
  ["CREATE TABLE t (a TINYINT(1), b JSON)", "mysql"],
  ["ALTER TABLE t ADD COLUMN a MEDIUMTEXT", "mysql"],
  ["CREATE TABLE t (a ENUM('x', 'y'), b JSON)", "mysql"],
  ["CREATE TABLE t (a JSON, KEY k (b))", "mysql"],
  ["CREATE TABLE t (a TEXT DEFAULT (datetime('now')))", "sqlite"],
  ["CREATE TABLE t (a DATETIME(6) NOT NULL, b JSON)", "other"],
  ["CREATE TABLE t (a JSON, b DOUBLE)", "other"],
  // Of PostgreSQL, or perhaps.
  ["CREATE TABLE t (datetime timestamp, blob bytea, double float, tinyint int2)", "postgresql"],
  ["CREATE TABLE t (a double precision, key varchar(20), index numeric(4, 2))", "postgresql"],
  ["CREATE TABLE t (a int, key geometry(Point, 4326))", "postgresql"],
  ["CREATE TABLE t (a text DEFAULT 'x, a DATETIME')", "postgresql"],
  ["CREATE TABLE t AS SELECT b, a datetime FROM u", "postgresql"],
  ["CREATE DOMAIN datetime AS timestamp; CREATE TABLE t (a DATETIME)", "postgresql"],
  ["CREATE TABLE t (a DATETIME, b jsonb)", "postgresql"],
] as const)("%s, which PostgreSQL's grammar accepts, is %s", (text, dialect) => {
  expect(parseSql(text).dialect.dialect).toBe(dialect);
});
