import { registerReader } from "@orchestrator-lint/sql-rules/generated";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { databasesOf, historyProblems } from "../../../sql-rules/src/files/project.js";
import { tree } from "../../../sql-rules/tests/tree.js";
import { databaseIn } from "../../src/alembic/dialects.js";
import { readProgram } from "../../src/language/program.js";
import { python } from "../../src/sql/reader.js";

registerReader("py", python);

const migration = (column: string, imports = "") => `
import sqlalchemy as sa
from alembic import op
${imports}
revision = "a"
down_revision = None
def upgrade():
    op.create_table("t", sa.Column("a", sa.JSON()), ${column})
`;
const PLAIN = migration(`sa.Column("b", sa.Text())`);
const ini = (url: string, location = "shop/migrations") =>
  `[alembic]\nscript_location = ${location}\nsqlalchemy.url = ${url}\n`;

/** Whether the migrations make tables of PostgreSQL, and what is said of them. */
function seen(files: Record<string, string>): { tables: string[]; said: string[] } {
  const root = tree(files);
  const [first] = Object.keys(files).filter((file) => file.includes("versions/"));
  const physicalFilename = path.join(root, first!);
  const text = files[first!]!;
  const context = { physicalFilename, cwd: root, settings: {}, sourceCode: { ast: readProgram(text), text } };
  return {
    tables: databasesOf(context).flatMap(({ catalog }) => [...catalog.tables.keys()]),
    said: historyProblems(context).map(({ kind, message }) => `${kind}: ${message}`),
  };
}

const POSTGRES = { tables: ["public.t"], said: [] };

describe("by the configuration", () => {
  const at = "shop/migrations/versions/a.py";

  it.each(["mysql+pymysql://root@localhost/shop", "mariadb://localhost/shop", "mssql+pyodbc://x"])(
    "%s is none of ours",
    (url) => {
      const [name] = url.split(/[+:]/);
      expect(seen({ [at]: PLAIN, "alembic.ini": ini(url) })).toEqual({
        tables: [],
        said: [`foreign: the migrations here are written for ${name!} (the URL in alembic.ini)`],
      });
    },
  );

  it.each([
    "postgresql+psycopg://localhost/shop",
    "driver://user:pass@localhost/dbname",
    "sqlite:///shop.db",
    "%(DATABASE_URL)s",
    "",
  ])("%s is read", (url) => {
    expect(seen({ [at]: PLAIN, "alembic.ini": ini(url) })).toEqual(POSTGRES);
  });

  it("is the one that leads to the migrations", () => {
    const url = "mysql://localhost/shop";
    expect(seen({ [at]: PLAIN, "other/alembic.ini": ini(url) })).toEqual(POSTGRES);
    expect(seen({ [at]: PLAIN, "alembic.ini": ini(url, "shop/others") })).toEqual(POSTGRES);
    for (const location of ["%(here)s/shop/migrations", "./shop/migrations", "shop:migrations"])
      expect(seen({ [at]: PLAIN, "alembic.ini": ini(url, location) }).tables).toEqual([]);
    expect(seen({ [at]: PLAIN, "shop/alembic.ini": ini(url, "migrations") }).tables).toEqual([]);
  });

  it("says nothing where there are two, or where the migrations say something else", () => {
    const mysql = ini("mysql://localhost/shop");
    const both = { "alembic.ini": mysql, "shop/alembic.ini": ini("postgresql://localhost/shop", "migrations") }; // prettier-ignore
    expect(seen({ [at]: PLAIN, ...both })).toEqual(POSTGRES);
    const own = migration(`sa.Column("b", postgresql.UUID())`, "from sqlalchemy.dialects import postgresql");
    expect(seen({ [at]: own, "alembic.ini": mysql })).toEqual(POSTGRES);
  });
});

describe("by the types", () => {
  it("that only another database knows", () => {
    const text = migration(`sa.Column("b", mysql.LONGTEXT())`, "from sqlalchemy.dialects import mysql");
    const other = PLAIN.replace('"a"', '"b"').replace("None", '"a"').replace('"t"', '"u"');
    expect(seen({ "db/versions/a.py": text, "db/versions/b.py": other })).toEqual({
      tables: [],
      said: ["foreign: the migrations here are written for mysql (the types in a.py)"],
    });
    const postgres = other.replace("sa.JSON()", "JSONB()");
    expect(seen({ "db/versions/a.py": text, "db/versions/b.py": postgres }).said).toEqual([]);
  });

  it.each([
    ["from sqlalchemy.dialects import mysql\nsa.Column('a', mysql.TIMESTAMP(fsp=3))", "mysql"],
    [
      "import sqlalchemy.dialects.mysql\nop.alter_column('t', 'a', type_=sqlalchemy.dialects.mysql.LONGTEXT())",
      "mysql",
    ],
    ["sa.Column('a', sa.String(255, collation='utf8mb3_bin'))", "mysql"],
    ["from sqlalchemy.dialects import sqlite\nsa.Column('a', sqlite.JSON())", "sqlite"],
    ["from sqlalchemy.dialects import mssql\nsa.Column('a', mssql.DATETIME2())", "sqlserver"],
  ])("%s", (text, otherDatabase) => {
    expect(databaseIn(text)).toEqual({ otherDatabase });
  });

  it.each([
    "from sqlalchemy.dialects import mysql\nsa.Column('a', sa.Text().with_variant(mysql.LONGTEXT(), 'mysql'))",
    "from sqlalchemy.dialects import mysql\nif op.get_bind().dialect.name == 'mysql':\n    sa.Column('a', mysql.LONGTEXT())",
    "from sqlalchemy.dialects import mysql\nop.alter_column('t', 'a', existing_type=mysql.VARCHAR(255), type_=sa.Text())",
    "from sqlalchemy.dialects import mysql\nop.alter_column('t', 'a', existing_type = sqlalchemy.dialects.mysql.VARCHAR(255))",
    "from shop import mysql\nsa.Column('a', mysql.LONGTEXT())",
    "sa.Column('a', sa.Text(), mysql_charset='utf8mb4')",
    "sa.Column('a', sa.String(collation='de-x-icu'))",
  ])("%s", (text) => {
    expect(databaseIn(text)).toEqual({});
  });

  it.each(["from sqlalchemy.dialects import mysql, postgresql", "sa.Column('a', JSONB)", "import psycopg"])(
    "%s is PostgreSQL's",
    (text) => {
      expect(databaseIn(text)).toEqual({ isSurelyPostgres: true });
    },
  );
});
