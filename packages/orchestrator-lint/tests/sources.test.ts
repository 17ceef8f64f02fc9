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
