import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { childrenOf, nodesOf, typeEnd, type SqlNode } from "../../src/language/nodes.js";
import { parseSql } from "../../src/language/parse.js";
import { STATEMENTS } from "../scripts.js";

function rootOf(text: string): SqlNode {
  const [statement] = parseSql(text).body;
  if (statement?.type !== "Statement") throw new Error(`PostgreSQL refuses ${text}`);
  return nodesOf(statement);
}

function allNodes(text: string): SqlNode[] {
  const all = [rootOf(text)];
  // The list grows while it is walked.
  for (const node of all) all.push(...childrenOf(node));
  return all;
}

/** Statements whose trees hold structs without their types, beside those in the scripts. */
const STRUCTS = [
  "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (1)",
  "INSERT INTO t AS x (a) VALUES (1) ON CONFLICT (a) WHERE b DO UPDATE SET a = excluded.a RETURNING a",
  'CREATE TABLE t (a text COLLATE "C" REFERENCES u(a), b int GENERATED ALWAYS AS IDENTITY) PARTITION BY RANGE (a)',
  "CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2)",
  "ALTER TABLE t ATTACH PARTITION p DEFAULT",
  "CREATE FOREIGN TABLE t (a json) SERVER s",
  "CREATE TABLE o OF c",
  "CREATE POLICY p ON t TO a USING (b)",
  "CREATE TRIGGER g AFTER UPDATE OF a ON t REFERENCING OLD TABLE AS o FOR EACH ROW EXECUTE FUNCTION f('x')",
  "SELECT sum(b) FILTER (WHERE c) OVER (PARTITION BY d) FROM t TABLESAMPLE system(1) JOIN u USING (a) AS z FOR UPDATE OF t",
  "SELECT * FROM json_table(j, '$' COLUMNS (a int PATH '$.a' DEFAULT 1 ON EMPTY, NESTED PATH '$.b' COLUMNS (c text))) x",
  "SELECT json_value(a, '$' PASSING 1 AS n RETURNING int ERROR ON ERROR), json_object('a': 1 RETURNING jsonb)",
  "SELECT json_arrayagg(a ORDER BY b), json_objectagg(a: b), json(a), a IS JSON OBJECT, B'1'",
  "WITH RECURSIVE x(a) AS (SELECT 1 UNION SELECT a FROM x) SEARCH DEPTH FIRST BY a SET o CYCLE a SET c USING p SELECT 1",
  "SELECT * INTO n FROM x",
  "ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT ALL ON TABLES TO b",
  "CREATE OPERATOR CLASS o FOR TYPE t USING btree AS OPERATOR 1 <, FUNCTION 1 f(a)",
  "ALTER OPERATOR + (int, int) OWNER TO x",
  "CREATE TRANSFORM FOR t LANGUAGE l (FROM SQL WITH FUNCTION f(internal), TO SQL WITH FUNCTION g(internal))",
  "CREATE PUBLICATION p FOR TABLE t (a) WHERE (b)",
  "CREATE USER MAPPING FOR u SERVER s",
  "CREATE CAST (a AS b) WITH FUNCTION f(a)",
  "ALTER ROLE r SET a = 1",
  "CREATE VIEW v AS SELECT 1",
];

describe("nodesOf", () => {
  const types = readFileSync(fileURLToPath(import.meta.resolve("@pgsql/types/types.d.ts")), "utf8");
  const known = new Set(Array.from(types.matchAll(/export interface (\w+)/g), ([, name]) => name));

  it.each([...STATEMENTS, ...STRUCTS])("names nodes as PostgreSQL does: %s", (text) => {
    const nodes = allNodes(text);
    expect(nodes.map(({ type }) => type).filter((type) => !known.has(type))).toEqual([]);
    for (const { range } of nodes) {
      expect(range[0]).toBeGreaterThanOrEqual(0);
      expect(range[1]).toBeGreaterThan(range[0]);
      expect(range[1]).toBeLessThanOrEqual(text.length);
    }
  });

  it("keeps children inside their parents", () => {
    for (const parent of [...STATEMENTS, ...STRUCTS].flatMap(allNodes)) {
      for (const { range, type } of childrenOf(parent)) {
        const inside = range[0] >= parent.range[0] && range[1] <= parent.range[1];
        expect(inside, `${type} in ${parent.type}`).toBe(true);
      }
    }
  });

  it.each([
    ["1", 1],
    ["0", 0],
    ["'a'", "a"],
    ["''", ""],
    ["true", true],
    ["false", false],
    ["NULL", null],
    ["1.50", "1.50"],
    ["X'1F'", "x1F"],
  ])("gives the constant %s its value", (sql, value) => {
    expect(allNodes(`SELECT ${sql}`).find(({ type }) => type === "A_Const")).toMatchObject({ value });
  });
});

describe("typeEnd", () => {
  it.each([
    ["json NOT NULL", "json"],
    ["pg_catalog.json DEFAULT 1", "pg_catalog.json"],
    ['"json"[][3] x', '"json"[][3]'],
    ["numeric (10, 2),", "numeric (10, 2)"],
    ["timestamp(3) with time zone)", "timestamp(3) with time zone"],
    ["double precision;", "double precision"],
    ["a . b /* c */ NOT", "a . b"],
    ["json)", "json"],
    ["json", "json"],
  ])("%s", (text, type) => {
    expect(text.slice(0, typeEnd(text, 0))).toBe(type);
  });
});
