import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { describeHistories } from "../../src/files/project.js";
import { databaseAt, lint, problemsAt, put, stepsAt, tree } from "../tree.js";

describe("the history of a file", () => {
  it("is its numbered neighbours in order", () => {
    const root = tree({ "10.sql": "ALTER TABLE t ADD b int", "9.sql": "CREATE TABLE t ()", "11.txt": "" });
    expect(stepsAt(root, "10.sql")).toEqual(["9.sql", "10.sql"]);
  });

  it("is the script alone where it stands nowhere, or outside the root", () => {
    const root = tree({ "a/1.sql": "CREATE TABLE t ()", "a/2.sql": "CREATE TABLE u ()" });
    expect(stepsAt(root, "b.sql", "CREATE TABLE t ()")).toEqual(["b.sql"]);
    expect(stepsAt(path.join(root, "a"), "../a/2.sql")).toEqual(["1.sql", "2.sql"]);
    mkdirSync(path.join(root, "c"));
    expect(stepsAt(path.join(root, "c"), "../a/2.sql")).toEqual(["../a/2.sql"]);
  });

  it("follows no link", () => {
    const outside = tree({ "1.sql": "CREATE TABLE secret ()", "m/0.sql": "CREATE TABLE s ()" });
    const root = tree({ "m/2.sql": "CREATE TABLE t ()" });
    symlinkSync(path.join(outside, "1.sql"), path.join(root, "m/1.sql"));
    symlinkSync(path.join(outside, "m"), path.join(root, "m/0"));
    expect(stepsAt(root, "m/2.sql")).toEqual(["m/2.sql"]);
  });

  it("says what of a history's outcome is in doubt, and why", () => {
    const root = tree({
      "db/1.sql": "CREATE TABLE t (a json, b json)",
      "db/2.sql":
        "DO $$ BEGIN IF (SELECT true FROM t) THEN ALTER TABLE t ALTER a TYPE jsonb; CREATE INDEX i ON t ((b ->> 1)); END IF; END $$",
    });
    const because = "a DO block changes it under a condition that is known only when it runs";
    expect(describeHistories(root).split("\n").slice(3)).toEqual([
      `  ? column public.t.a: ${because}`,
      `  ? index public.i: ${because}`,
      "",
    ]);
  });

  it("passes over installed packages, but for a file that is in one", () => {
    const root = tree({
      "node_modules/a/sql/1.sql": "CREATE TABLE t ()",
      "node_modules/a/sql/2.sql": "CREATE TABLE u ()",
      "node_modules/b/sql/1.sql": "CREATE TABLE v ()",
      "db/1.sql": "CREATE TABLE w ()",
    });
    expect(describeHistories(root)).toBe("db (numbered)\n  1. db/1.sql (numbered: 1)\n");
    expect(stepsAt(root, "node_modules/a/sql/2.sql")).toEqual([
      "node_modules/a/sql/1.sql",
      "node_modules/a/sql/2.sql",
    ]);
  });

  it("heeds the settings", () => {
    const root = tree({
      "db/1.sql": "CREATE TABLE t ()",
      "test/1.sql": "CREATE TABLE u ()",
      "test/2.sql": "CREATE TABLE v ()",
    });
    const settings = { migrations: { folders: ["db"] } };
    expect(stepsAt(root, "test/2.sql", undefined, settings)).toEqual(["test/2.sql"]);
    expect(stepsAt(root, "test/2.sql")).toEqual(["test/1.sql", "test/2.sql"]);
  });
});

describe("what changes", () => {
  it("is seen: texts in the editor at once, files on disk after a rest", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const root = tree({ "1.sql": "CREATE TABLE t (a int)", "2.sql": "CREATE TABLE u ()" });
    const columns = (text?: string) => [
      ...(databaseAt(root, "1.sql", text)?.catalog.tables.get("public.t")?.columns.keys() ?? []),
    ];
    expect(columns()).toEqual(["a"]);
    expect(columns("CREATE TABLE t (a int, b int)")).toEqual(["a", "b"]);
    expect(columns()).toEqual(["a"]);
    put(root, { "1.sql": "CREATE TABLE t (c int)", "3.sql": "ALTER TABLE t ADD d int" });
    expect(columns()).toEqual(["c", "d"]);
    rmSync(path.join(root, "3.sql"));
    expect(columns()).toEqual(["c"]);
  });

  it("leaves the other databases as they were", () => {
    const root = tree({ "a/1.sql": "CREATE TABLE t ()", "b/1.sql": "CREATE TABLE u ()" });
    const before = databaseAt(root, "b/1.sql");
    expect(databaseAt(root, "a/1.sql", "CREATE TABLE t (x int)")).not.toBe(databaseAt(root, "a/1.sql"));
    expect(databaseAt(root, "b/1.sql")).toBe(before);
  });
});

describe("queries elsewhere", () => {
  const files = {
    "shop/migrations/1.sql": "CREATE TABLE orders (id int, data jsonb)",
    "blog/migrations/1.sql": "CREATE TABLE posts (id int); CREATE TABLE users (id int)",
    "auth/migrations/1.sql": "CREATE TABLE users (id int)",
  };

  it.each([
    ["reports/orders.sql", "SELECT * FROM orders WHERE id = 1", "shop/migrations"],
    ["blog/queries/users.sql", "SELECT * FROM users WHERE id = 1", "blog/migrations"],
    ["blog/queries/posts.sql", "UPDATE posts SET id = 1", "blog/migrations"],
    ["reports/users.sql", "SELECT * FROM users WHERE id = 1", "reports/users.sql"],
    ["reports/none.sql", "SELECT * FROM nowhere WHERE id = 1", "reports/none.sql"],
  ])("%s speak to the nearest history that has their tables", (file, text, name) => {
    const root = tree({ ...files, [file]: text });
    expect(databaseAt(root, file)?.name).toBe(name);
  });

  it("are told from data migrations, scripts, seeds and tests by their paths", () => {
    const select = "SELECT id FROM t WHERE body ->> 'a' = 'b';\nUPDATE t SET body = '{}';\n";
    const root = tree({
      "db/V1__t.sql": "CREATE TABLE t (id int, body jsonb);\n",
      "api/q.sql": select,
      "data-migrations/fix.sql": select,
      "seeds/dev.sql": select,
      "api/q.test.sql": select,
    });
    const database = databaseAt(root, "api/q.sql")!;
    const roles = (items: readonly { path: string; role: string }[]) =>
      items.map((item) => `${path.relative(root, item.path)} ${item.role}`);
    expect([...new Set(roles(database.queries))]).toEqual(["api/q.sql query"]);
    expect(roles(database.writes)).toEqual(["api/q.sql query", "data-migrations/fix.sql backfill"]);
  });

  it("are told from what a migration runs once", () => {
    const root = tree({
      "m/1.sql":
        "CREATE TABLE t (a int); UPDATE t SET a = 1 WHERE a = 2; CREATE VIEW v AS SELECT * FROM t WHERE a = 3",
      "q/a.sql": "SELECT * FROM t WHERE a = 4",
    });
    expect(databaseAt(root, "m/1.sql")?.queries.map(({ role }) => role)).toEqual(["view", "query"]);
  });
});

describe("bad input", () => {
  it("is named: twins, gaps, circles", () => {
    const root = tree({
      "m/1_a.up.sql": "CREATE TABLE t ()",
      "m/1_b.up.sql": "CREATE TABLE u ()",
      "s/sqitch.plan": "a [b]\nb [a]\nc [gone]\n",
      "s/deploy/a.sql": "CREATE TABLE a ()",
      "s/deploy/b.sql": "CREATE TABLE b ()",
      "s/deploy/c.sql": "CREATE TABLE c ()",
    });
    expect(problemsAt(root, "m/1_b.up.sql")).toEqual(["duplicate version 1 is also that of 1_a.up.sql"]);
    expect(lint(root, "m/1_b.up.sql")).toEqual([
      "1:1 orchestrator/no-unparsed-sql Version 1 is also that of 1_a.up.sql: tools refuse such a history, or apply only one of the two.",
    ]);
    expect(lint(root, "s/deploy/a.sql").join()).toContain("there is no order to apply them in");
    expect(problemsAt(root, "s/deploy/c.sql")).toEqual([
      "missing change c requires gone, which is not in sqitch.plan",
    ]);
  });

  it("does not hide its neighbours: a broken statement, nesting without end, a file that is no text", () => {
    const nested = `SELECT ${"(".repeat(50_000)}1${")".repeat(50_000)};`;
    const root = tree({
      "1.sql": `CREATE TABLE t (a int); CREATE TABEL u (); ${nested} CREATE TABLE v ()`,
      "2.sql": "CREATE TABLE w ()",
    });
    writeFileSync(path.join(root, "3.sql"), Buffer.from([0x43, 0x00, 0xfe]));
    expect([...(databaseAt(root, "2.sql")?.catalog.tables.keys() ?? [])]).toEqual([
      "public.t",
      "public.v",
      "public.w",
    ]);
    expect(problemsAt(root, "2.sql")).toEqual([
      "unread 3.sql was not read into this history, it is a binary file",
    ]);
    expect(lint(root, "1.sql").map((finding) => finding.split(" ")[1])).toEqual([
      "orchestrator/no-unparsed-sql",
      "orchestrator/no-unparsed-sql",
    ]);
  });

  it("in another encoding is read all the same, and said to be where ESLint hands it out as UTF-8", () => {
    const root = tree({ "2.sql": "ALTER TABLE t ADD größe json" });
    writeFileSync(path.join(root, "1.sql"), Buffer.from("-- größe\nCREATE TABLE t (größe2 json);", "latin1"));
    writeFileSync(path.join(root, "3.sql"), Buffer.from("\uFEFFALTER TABLE t ADD c json;", "utf16le"));
    const table = databaseAt(root, "2.sql")?.catalog.tables.get("public.t");
    expect([...(table?.columns.keys() ?? [])]).toEqual(["größe2", "größe", "c"]);
    expect(table?.doubt).toBeUndefined();
    expect(lint(root, "2.sql")).toHaveLength(1);
    expect(lint(root, "1.sql")[0]).toBe(
      "2:1 orchestrator/no-unparsed-sql This script was not read as it was meant: it is not valid UTF-8, so characters may have been misread.",
    );
    expect(lint(root, "3.sql")[0]).toContain("it is written in UTF-16");
    // A text may hold the character that stands for what was misread.
    writeFileSync(path.join(root, "4.sql"), "COMMENT ON TABLE t IS '\uFFFD'");
    expect(lint(root, "4.sql")).toEqual([]);
  });

  it("of a hundred megabytes is refused by name", () => {
    const row = "INSERT INTO t VALUES (1, 'a row of a dump that somebody took for a migration');\n";
    const dump = row.repeat(Math.ceil((100 * 1024 * 1024) / row.length));
    const root = tree({ "1.sql": dump, "2.sql": "CREATE TABLE t ()" });
    expect(problemsAt(root, "2.sql")).toEqual([
      "unread 1.sql was not read into this history, it is larger than 64 MiB",
    ]);
    expect(databaseAt(root, "2.sql")?.catalog.tables.get("public.t")?.doubt).toBe("1.sql could not be read");
    expect(lint(root, "1.sql", dump)).toEqual([
      "1:1 orchestrator/no-unparsed-sql This statement could not be read, so nothing in it was checked: the script is longer than 64 MiB.",
    ]);
    // Statements cost more than data.
    expect(lint(root, "1.sql", dump.slice(0, 20 * 1024 * 1024))).toEqual([
      "1:1 orchestrator/no-unparsed-sql This statement could not be read, so nothing in it was checked: the script's statements are longer than 16 MiB.",
    ]);
  });

  it("as one of the largest of too much is left out, and the others are read", () => {
    const rows = "COPY t FROM stdin;\n" + "1\ta row of a dump\n".repeat((50 * 1024 * 1024) / 18) + "\\.\n";
    const root = tree({
      "a/1.sql": "CREATE TABLE t (a int, b text);",
      ...Object.fromEntries(
        ["b", "c", "d"].map((folder) => [`${folder}/1.sql`, `CREATE TABLE t (a int);\n${rows}`]),
      ),
    });
    writeFileSync(path.join(root, "d/2.sql"), "ALTER TABLE t ADD b text;\n");
    writeFileSync(path.join(root, "d/1.sql"), "-- the largest\n", { flag: "a" });
    expect(databaseAt(root, "a/1.sql")?.catalog.tables.get("public.t")?.doubt).toBeUndefined();
    expect(problemsAt(root, "c/1.sql")).toEqual([]);
    expect(problemsAt(root, "d/2.sql")).toEqual([
      "unread 1.sql was not read into this history, it is one of the largest of a tree with more than 128 MiB of scripts",
    ]);
  });

  it("in another language is none where it leads back", () => {
    const root = tree({
      "m/1_a.up.sql": "CREATE TABLE t (a int);",
      "m/2_b.up.sql": "CREATE TABLE u (a int);",
      "m/2_b.down.go": 'package m\n\nfunc down() { db.Exec("DROP TABLE u; ALTER TABLE t DROP a") }\n',
    });
    expect(databaseAt(root, "m/1_a.up.sql")?.catalog.tables.get("public.t")?.doubt).toBeUndefined();
    const forward = tree({
      "m/1_a.up.sql": "CREATE TABLE t (a int);",
      "m/2_b.up.sql": "CREATE TABLE u (a int);",
      "m/3_c.go": 'package m\n\nfunc up() { db.Exec("ALTER TABLE t ADD b int") }\n',
    });
    expect(problemsAt(forward, "m/2_b.up.sql")).toHaveLength(1);
  });

  it("in a cache is passed over", () => {
    const root = tree({
      "1.sql": "CREATE TABLE t ()",
      "node_modules/.cache/orchestrator/sql-facts.jsonl": "{",
    });
    expect(stepsAt(root, "1.sql")).toEqual(["1.sql"]);
    expect(existsSync(path.join(root, "node_modules/.cache/orchestrator/sql-facts.jsonl"))).toBe(true);
  });
});
