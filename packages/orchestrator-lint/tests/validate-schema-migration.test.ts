import { symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { places, run, tree } from "./support/cli.js";

const FILES = {
  "db/V1__events.sql": "CREATE TABLE events (id bigint PRIMARY KEY, body jsonb NOT NULL, note json);\n",
  "db/V2__note.sql": "ALTER TABLE events ALTER COLUMN note TYPE jsonb USING note::jsonb;\n",
  "other/a.sql": "CREATE TABLE t (a json);\n",
};

function gate(cwd: string, ...args: string[]) {
  return run(cwd, ["validate-schema-migration", "--format", "json", ...args]);
}

describe("validate-schema-migration", () => {
  it("holds what a folder's migrations leave behind to the strict rules", () => {
    const { status, stdout } = gate(tree(FILES), "--migration-dir", "db");
    expect(status).toBe(1);
    expect(places(stdout)).toEqual([
      "V1__events.sql:1:45 require-gin-index",
      "V1__events.sql:1:66 require-gin-index",
    ]);
  });

  it("takes the recommended rules, or a level from the configuration, where these say otherwise", () => {
    const cwd = tree({ ...FILES, "orchestrator.config.json": '{"rules": {"require-gin-index": "off"}}' });
    expect(gate(cwd, "--migration-dir", "db").status).toBe(0);
    expect(gate(tree(FILES), "--migration-dir", "db", "--preset", "recommended").status).toBe(0);
  });

  it("counts queries anywhere below the working directory", () => {
    const cwd = tree({ ...FILES, "api/q.sql": "SELECT id FROM events WHERE body @> '{\"a\": 1}';\n" });
    const { stdout } = gate(cwd, "--migration-dir", "db", "--preset", "recommended");
    expect(places(stdout)).toEqual(["V1__events.sql:1:45 require-gin-index"]);
  });

  it("prints the order and its reasons beside the result", () => {
    const { stdout, stderr } = gate(tree(FILES), "--migration-dir", "db", "--debug-order");
    expect(stderr).toMatch(/V1__events\.sql.*version 1[^]*V2__note\.sql.*version 2/);
    expect(stdout).not.toContain("version 2");
  });

  it("reads Alembic's migrations in the order of their revisions", () => {
    const migration = (revision: string, after: string, ...lines: string[]) =>
      [
        "import sqlalchemy as sa",
        "from alembic import op",
        "from sqlalchemy.dialects import postgresql",
        `revision = "${revision}"`,
        `down_revision = ${after}`,
        "def upgrade():",
        ...lines.map((line) => `    ${line}`),
        "",
      ].join("\n");
    const cwd = tree({
      "app/versions/b.py": migration(
        "1",
        "None",
        'op.create_table("runs", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("params", sa.JSON()), sa.Column("tags", sa.JSON()))',
      ),
      "app/versions/a.py": migration(
        "2",
        '"1"',
        'op.alter_column("runs", "tags", type_=postgresql.JSONB(), postgresql_using="tags::jsonb")',
        'op.drop_column("runs", find())',
      ),
      "app/versions/c.py": migration("3", '"gone"', "pass"),
      "app/main.py": "import time\nasync def f():\n    time.sleep(1)\n",
    });
    const { status, stdout, stderr } = gate(
      cwd,
      "--migration-dir",
      "app",
      "--preset",
      "recommended",
      "--debug-order",
    );
    expect(status).toBe(0);
    expect(places(stdout)).toEqual([
      "a.py:8:5 no-unparsed-sql",
      "b.py:7:98 no-unparsed-sql",
      "c.py:4:1 no-unparsed-sql",
    ]);
    expect(stderr).toMatch(
      /2\. app\/versions\/b\.py[^]*3\. app\/versions\/a\.py[^]*Checked 3 Alembic migrations\./,
    );
    expect(stderr).toContain("? table public.runs: op.drop_column() names what is known only when it runs");
  });

  it("reads Django's migrations in the order of their dependencies", () => {
    const migration = (dependencies: string, ...operations: string[]) =>
      [
        "from django.contrib.postgres.indexes import GinIndex",
        "from django.db import migrations, models",
        "class Migration(migrations.Migration):",
        `    dependencies = [${dependencies}]`,
        "    operations = [",
        ...operations.map((line) => `        ${line},`),
        "    ]",
        "",
      ].join("\n");
    const cwd = tree({
      "shop/apps.py":
        "from django.apps import AppConfig\nclass Shop(AppConfig):\n    name = 'shop'\n    label = 'store'\n",
      "shop/migrations/0002_b.py": migration(
        '("store", "0003_a")',
        'migrations.RenameModel("Item", "Article")',
        'migrations.RunSQL("ALTER TABLE store_article ADD notes json, ADD tags json")',
      ),
      "shop/migrations/0003_a.py": migration(
        "",
        'migrations.CreateModel("Item", [("id", models.BigAutoField(primary_key=True)), ("data", models.JSONField())])',
        'migrations.AddIndex("Item", GinIndex(fields=["data"], name="by_data"))',
      ),
      "shop/migrations/0004_c.py": migration(
        '("store", "0002_b")',
        'migrations.RunSQL("ALTER TABLE store_article ALTER tags TYPE jsonb")',
        'migrations.RemoveIndex("article", "by_data")',
      ),
      "shop/migrations/0005_d.py": migration('("store", "0009_gone")', "migrations.RunSQL(text())"),
      "shop/views.py": `def find(cursor):\n    cursor.execute("SELECT id FROM store_article WHERE data @> %s", ["{}"])\n`,
    });
    const folder = ["--migration-dir", "shop/migrations", "--preset", "recommended", "--debug-order"];
    const { stdout, stderr } = gate(cwd, ...folder);
    expect(places(stdout)).toEqual([
      "0002_b.py:7:64 prefer-jsonb",
      "0003_a.py:6:97 require-gin-index",
      "0004_c.py:7:9 no-relied-index-drop",
      "0005_d.py:3:1 no-unparsed-sql",
      "0005_d.py:6:9 no-unparsed-sql",
    ]);
    expect(stderr).toMatch(
      /1\. shop\/migrations\/0003_a\.py[^]*2\. shop\/migrations\/0002_b\.py[^]*Checked 4 Django migrations\./,
    );
  });

  it("fails where there is nothing to hold, or nothing was named", () => {
    const cwd = tree({ "db/readme.txt": "" });
    expect(gate(cwd, "--migration-dir", "db")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: 'orchestrator-lint: There is no PostgreSQL migration in "db".\n',
    });
    expect(gate(cwd, "--migration-dir", "missing").status).toBe(2);
    expect(gate(cwd).stderr).toContain("--migration-dir <dir>");
  });

  it("is not passed where there is nothing of PostgreSQL's, and says what it left out", () => {
    const other = tree({ "migrations/mysql/001.sql": "CREATE TABLE t (a json);\n" });
    expect(gate(other, "--migration-dir", "migrations/mysql")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("There is no PostgreSQL migration") as string,
    });
    const linked = tree(FILES);
    symlinkSync("../other/a.sql", path.join(linked, "db/V3__linked.sql"));
    const { status, stderr } = gate(linked, "--migration-dir", "db", "--preset", "recommended");
    expect(status).toBe(0);
    expect(stderr).toContain("Left out db/V3__linked.sql: it is a link");
    expect(gate(linked, "--migration-dir", "db", "--migration-dir", "other").stderr).toContain(
      "may be given once",
    );
  });

  it("is not passed for what cannot be read: a script, or what stands in its place", () => {
    const clean = { "db/V1__t.sql": "CREATE TABLE t (id bigint PRIMARY KEY);\n" };
    expect(gate(tree(clean), "--migration-dir", "db").status).toBe(0);
    const binary = gate(tree({ ...clean, "db/V2__u.sql": Uint8Array.of(83, 0, 1) }), "--migration-dir", "db");
    expect(binary.status).toBe(2);
    expect(places(binary.stdout)).toEqual(["V1__t.sql:1:1 no-unparsed-sql", "V2__u.sql:1:1 unread-file"]);
    expect(binary.stderr).toContain("Asked for and not checked in full: db/V2__u.sql.\n");

    const alone = gate(tree({ "db/V1__t.sql": Uint8Array.of(83, 0, 1) }), "--migration-dir", "db");
    expect(alone.status).toBe(2);
    expect(places(alone.stdout)).toEqual(["V1__t.sql:1:1 unread-file"]);

    const long = `SELECT '${"x".repeat(1000)}';\n`.repeat(17_000);
    const refused = gate(tree({ ...clean, "db/V2__u.sql": long }), "--migration-dir", "db");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("Asked for and not checked in full:");
  });

  it("warns of what it cannot read in a tree, and fails for it only with --strict-parse", () => {
    const up = "-- +goose Up\nCREATE TABLE t (id bigint PRIMARY KEY);\n";
    for (const [name, text] of [
      ["00002_b.go", "package migrations\n"],
      ["00002_b.sql", "-- +goose Up\nCREATE TABEL u (id bigint);\n"],
    ] as const) {
      const cwd = tree({ "db/00001_a.sql": up, [`db/${name}`]: text });
      const lenient = gate(cwd, "--migration-dir", "db");
      expect(lenient).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("no-unparsed-sql") as string,
      });
      expect(lenient.stderr).not.toContain("not checked in full");
      expect(gate(cwd, "--migration-dir", "db", "--strict-parse").status).toBe(1);
    }
  });

  it("lints what it replays, whatever the case of its name, and says what it does not read", () => {
    const cwd = tree({
      "db/V1__INIT.SQL": "CREATE TABLE t (id bigint PRIMARY KEY, a json);\n",
      "db/V2__b.ddl": "CREATE TABLE u (id bigint PRIMARY KEY, a json);\n",
      "db/V3__c.psql": "CREATE TABLE v (id bigint PRIMARY KEY, a json);\n",
      "db/V4__d.sql.j2": "CREATE TABLE w (id bigint PRIMARY KEY, a json);\n",
      "db/V5__e.sql.tmpl": "CREATE TABLE x (id bigint PRIMARY KEY, a json);\n",
    });
    const { status, stdout } = gate(cwd, "--migration-dir", "db", "--rule", "require-gin-index: off");
    expect(status).toBe(1);
    expect(places(stdout)).toEqual([
      "V1__INIT.SQL:1:42 prefer-jsonb",
      "V2__b.ddl:1:42 prefer-jsonb",
      "V3__c.psql:1:42 prefer-jsonb",
      "V4__d.sql.j2:1:1 unread-file",
      "V5__e.sql.tmpl:1:1 unread-file",
    ]);
  });

  it("reads scripts in other encodings than UTF-8, and says that it did", () => {
    const cwd = tree({
      "db/V1__t.sql": Buffer.from(
        "-- Gr\xf6\xdfe\nCREATE TABLE t (id bigint PRIMARY KEY, a json);\n",
        "latin1",
      ),
      "db/V2__u.sql": Buffer.from("\uFEFFALTER TABLE t ADD b json;\n", "utf16le"),
    });
    const { status, stdout } = gate(cwd, "--migration-dir", "db");
    expect(status).toBe(1);
    expect(places(stdout)).toEqual([
      "V1__t.sql:1:1 unread-file",
      "V1__t.sql:2:42 prefer-jsonb",
      "V2__u.sql:1:1 unread-file",
      "V2__u.sql:1:21 prefer-jsonb",
    ]);
  });
});
