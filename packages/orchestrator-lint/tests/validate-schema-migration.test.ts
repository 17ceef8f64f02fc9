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
});
