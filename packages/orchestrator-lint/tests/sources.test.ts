import { describe, expect, it } from "vitest";
import { places, run, tree } from "./support/cli.js";

const MIGRATION = `CREATE TABLE customer_features (
  customer_id bigint NOT NULL,
  event_time timestamptz NOT NULL,
  spend numeric NOT NULL,
  PRIMARY KEY (customer_id, event_time)
);
`;
const STORE = `export const forget = (db: Db): Promise<void> =>
  db.query("DELETE FROM customer_features WHERE customer_id = $1");
`;

const CONFIG = JSON.stringify({ settings: { featureTables: ["customer_features"] } });

/** What `check` finds in a tree, and what it says of it. */
function check(files: Record<string, string>, ...args: string[]) {
  const { status, stdout, stderr } = run(tree({ "orchestrator.config.json": CONFIG, ...files }), [
    "check",
    "--no-semgrep",
    "--format",
    "json",
    ...args,
  ]);
  return { status, found: places(stdout), said: stderr.split("\n")[0] };
}

describe("check of JavaScript and TypeScript", () => {
  it("finds what a query does to the tables of the migrations", () => {
    const files = {
      "migrations/0001_init.sql": MIGRATION,
      "src/store.ts": STORE,
      "src/view.tsx": `export const a = <p>{db.query<Row>("TRUNCATE customer_features")}</p>;\n`,
      "src/other.js": "export const b = 1;\n",
    };
    expect(check(files)).toEqual({
      status: 1,
      found: ["store.ts:2:13 append-only-history", "view.tsx:1:37 append-only-history"],
      said: "Checked 1 PostgreSQL script and 2 JavaScript and TypeScript files with SQL.",
    });
    expect(check(files, "src/store.ts").found).toEqual(["store.ts:2:13 append-only-history"]);
  });

  it("leaves tests, bundles and what git ignores alone", () => {
    const { status, found } = check({
      ".gitignore": "generated/\n",
      "migrations/0001_init.sql": MIGRATION,
      "src/store.test.ts": STORE,
      "tests/helper.ts": STORE,
      "generated/store.ts": STORE,
      "static/app.min.js": STORE,
    });
    expect({ status, found }).toEqual({ status: 0, found: [] });
  });

  it("honours comments, and says what it could not read", () => {
    const { status, found } = check({
      "migrations/0001_init.sql": MIGRATION,
      "src/store.ts": `// eslint-disable-next-line orchestrator/append-only-history -- a right to be forgotten\n${STORE.replace("\n  ", " ")}`,
      "src/broken.ts": `db.query("DELETE FROM customer_features"; const\n`,
    });
    expect(status).toBe(0);
    expect(found).toEqual(["broken.ts:1:40 unread-file"]);
  });
});

describe("check of Python", () => {
  const APP = `"""DELETE FROM customer_features WHERE customer_id = 1"""
import logging

TABLE = "customer_features"
FORGET = "DELETE FROM customer_features"

def one(cur, id):
    cur.execute("DELETE FROM customer_features WHERE customer_id = %s", (id,))

def other(cur, id):
    cur.execute(f"DELETE FROM {TABLE} WHERE customer_id = {id}")
    cur.execute(FORGET + " WHERE customer_id = %(id)s", {"id": id})
    cur.execute(
        "UPDATE customer_features"
        " SET spend = 0"
    )
    cur.execute("SELECT spend FROM customer_features WHERE customer_id = {}".format(id))

def talk():
    logging.info("DELETE FROM customer_features WHERE customer_id = 1")
    raise ValueError("UPDATE customer_features SET spend = 0")
`;

  it("finds what a statement in a string does to the tables of the migrations", () => {
    const files = {
      "migrations/0001_init.sql": MIGRATION,
      "app/store.py": APP,
      "tests/test_store.py": APP,
      "app/lite.py": `import sqlite3\n${APP}`,
    };
    expect(check(files, "--engine", "eslint")).toEqual({
      status: 1,
      found: [
        "store.py:5:11 append-only-history",
        "store.py:8:18 append-only-history",
        "store.py:11:19 append-only-history",
        "store.py:14:10 append-only-history",
      ],
      said: "Checked 1 PostgreSQL script and 2 Python files with SQL.",
    });
  });
});
