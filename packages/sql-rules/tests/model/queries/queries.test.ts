import { describe, expect, it } from "vitest";
import { parseSql } from "../../../src/language/parse.js";
import { canonical } from "../../../src/model/expressions/index.js";
import { factsOf } from "../../../src/model/facts.js";
import { queriesOf, queryFactsOf, writesOf } from "../../../src/model/queries/index.js";

/** Each level as `role: sources: conditions`, conditions as they are written. */
function levels(sql: string): string[] {
  return queriesOf(parseSql(sql)).map(({ role, sources, conditions, isMerged }) => {
    const names = sources.map(({ table, alias, kind }) => `${kind ? `${kind} ` : ""}${table} ${alias}`);
    const written = conditions.map(({ clause, range }) => `${clause} ${sql.slice(...range)}`);
    return `${role}${isMerged ? " merged" : ""}: ${names.join(", ")}: ${written.join(" | ")}`;
  });
}

function writes(sql: string): string[] {
  return writesOf(parseSql(sql)).map(
    ({ kind, target, sets, conditions, range, branch }) =>
      `${kind} ${branch ?? ""} ${target.table} [${sets.map(({ column }) => column).join()}] ` +
      `${conditions.map(({ expression }) => canonical(expression)).join()} «${sql.slice(...range)}»`,
  );
}

describe("queriesOf", () => {
  it.each<[string, string[]]>([
    ["SELECT * FROM a WHERE x = 1 AND (y OR z)", ["query: a a: where x = 1 | where y OR z"]],
    ["SELECT 'é' FROM s.a AS t WHERE t.d->>'é' = '😀'", ["query: a t: where t.d->>'é' = '😀'"]],
    ["SELECT 1 FROM a JOIN b ON a.id = b.id WHERE c", ["query: a a, b b: on a.id = b.id | where c"]],
    [
      "SELECT 1 FROM a WHERE x IN (SELECT y FROM b WHERE z)",
      ["query: a a: where x IN (SELECT y FROM b WHERE z)", "query: b b: where z"],
    ],
    ["SELECT 1 FROM a WHERE p UNION SELECT 1 FROM b WHERE q", ["query: a a: where p", "query: b b: where q"]],
    [
      "SELECT 1 FROM t, jsonb_array_elements(t.d) elem WHERE elem->>'type' = 'x'",
      ["query: t t, function jsonb_array_elements elem: where elem->>'type' = 'x'"],
    ],
    [
      "WITH c AS (SELECT * FROM a WHERE p) SELECT * FROM c WHERE q",
      ["query merged: a a: where p", "query: query c c: where q"],
    ],
    [
      "WITH c AS MATERIALIZED (SELECT * FROM a WHERE p) SELECT * FROM c WHERE q",
      ["query: a a: where p", "query: query c c: where q"],
    ],
    [
      "WITH c AS (SELECT * FROM a WHERE p) SELECT * FROM c x, c y WHERE x.q = y.q",
      ["query: a a: where p", "query: query c x, query c y: where x.q = y.q"],
    ],
    [
      "SELECT * FROM (SELECT a, count(*) FROM t WHERE p GROUP BY a) s WHERE a",
      ["query: t t: where p", "query: query  s: where a"],
    ],
    ["SELECT a FROM t GROUP BY a HAVING a > 1", ["query: t t: having a > 1"]],
    ["UPDATE t SET a = 1 FROM u WHERE u.id = t.id", ["query: t t, u u: where u.id = t.id"]],
    ["DELETE FROM t USING u WHERE u.id = t.id", ["query: t t, u u: where u.id = t.id"]],
    ["INSERT INTO t SELECT * FROM u WHERE p", ["query: u u: where p"]],
    ["CREATE POLICY p ON t FOR SELECT USING (a = 1)", ["policy: t t: using a = 1"]],
    ["CREATE VIEW v AS SELECT * FROM t WHERE a", ["view: t t: where a"]],
    ["CREATE MATERIALIZED VIEW v AS SELECT * FROM t WHERE a", ["view: t t: where a"]],
    ["CREATE TABLE v AS SELECT * FROM t WHERE a", ["query: t t: where a"]],
    ["PREPARE q AS SELECT * FROM t WHERE a = $1", ["query: t t: where a = $1"]],
    ["EXPLAIN ANALYZE SELECT * FROM t WHERE a", ["query: t t: where a"]],
    ["DECLARE c CURSOR FOR SELECT * FROM t WHERE a", ["query: t t: where a"]],
    ["COPY (SELECT * FROM t WHERE a) TO STDOUT", ["query: t t: where a"]],
    ["SELECT * FROM t WHERE a = :name", ["query: t t: where a = :name"]],
    [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1 FROM t WHERE a; END",
      ["function: t t: where a"],
    ],
    [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM t WHERE d->>''é'' = ''v'''",
      ["function: t t: where d->>''é'' = ''v''"],
    ],
    ["DO $$ BEGIN UPDATE t SET a = 1 WHERE b IS NULL; END $$", ["backfill: t t: where b IS NULL"]],
  ])("%s", (sql, expected) => {
    expect(levels(sql)).toEqual(expected);
  });

  it("reads PL/pgSQL bodies, each query where it stands", () => {
    const sql = `CREATE FUNCTION f(x int) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE v int; -- é
BEGIN
  SELECT a INTO STRICT v FROM t WHERE d->>'é' = 'q'; PERFORM 1 FROM u WHERE u.a = x; PERFORM 1 FROM u WHERE u.a = x;
  IF EXISTS (SELECT 1 FROM w WHERE w.d ->> 'z' = 'y') THEN
    v := (SELECT max(a) FROM w2 WHERE k);
  END IF;
  FOR v IN SELECT a FROM t3 WHERE b LOOP NULL; END LOOP;
  EXECUTE 'DELETE FROM t4 WHERE q = ''5''';
END $body$`;
    const conditions = queriesOf(parseSql(sql)).map(({ conditions: [first] }) => first!.range);
    expect(conditions.map((range) => sql.slice(...range))).toEqual([
      "d->>'é' = 'q'",
      "u.a = x",
      "u.a = x",
      "w.d ->> 'z' = 'y'",
      "k",
      "b",
      "q = ''5''",
    ]);
    expect(conditions[1]![0]).toBeLessThan(conditions[2]![0]);
  });

  it("reads bodies that a client completes", () => {
    const sql =
      "CREATE FUNCTION :SCHEMA.f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM :SCHEMA.t WHERE a = 1; END $$";
    expect(levels(sql)).toEqual(["function: t t: where a = 1"]);
  });

  it("says which bodies it could not read", () => {
    const broken = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN SELECT 1 FRM; x $$";
    const [body] = queryFactsOf(parseSql(broken)).unread;
    expect(body && broken.slice(...body.range)).toBe("BEGIN SELECT 1 FRM; x");
    expect(factsOf(parseSql(broken), "/a.sql").unread).toEqual([body]);
    const deep = `DO $$ BEGIN PERFORM ${"(".repeat(5000)}1${")".repeat(5000)}; END $$`;
    expect(queryFactsOf(parseSql(deep)).unread).toHaveLength(1);
    const other = "CREATE FUNCTION f() RETURNS int LANGUAGE plv8 AS $$ return plv8.execute('select 1') $$";
    expect(queryFactsOf(parseSql(other)).unread).toEqual([]);
  });

  it("does not take exponential time over nested sub-selects", () => {
    const nested = (depth: number): string =>
      depth === 0 ? "t" : `(SELECT * FROM ${nested(depth - 1)} WHERE a) s`;
    expect(queriesOf(parseSql(`SELECT * FROM ${nested(40)}`))).toHaveLength(41);
    const { queries, unread } = queryFactsOf(parseSql(`SELECT * FROM ${nested(900)}`));
    expect(queries.length).toBeGreaterThan(40);
    expect(unread).toHaveLength(1);
  });

  it.each([
    ["operators", `SELECT 1 FROM t WHERE a = ${"'x' || ".repeat(1800)}'x'`],
    ["unions", `SELECT 1 FROM t WHERE a${" UNION SELECT 1 FROM t WHERE a".repeat(1900)}`],
    ["joins", `SELECT 1 FROM t t0 ${"JOIN t u ON u.a = t0.a ".repeat(1900)}WHERE t0.b`],
    ["conditions", `SELECT 1 FROM t WHERE a${" AND a OR b".repeat(3000)}`],
    ["brackets", `SELECT 1 FROM t WHERE ${"(".repeat(900)}a${")".repeat(900)}`],
    ["operators in a function", `SELECT 1 FROM f(${"1 + ".repeat(1800)}1) t WHERE a`],
    ["operators in a sub-select", `SELECT 1 FROM (SELECT DISTINCT ${"1 + ".repeat(1800)}1 FROM u) t WHERE a`],
    ["EXISTS", `SELECT 1 FROM t WHERE ${"EXISTS (SELECT 1 FROM u WHERE a AND b) AND ".repeat(400)}c`],
  ])("survives many %s", (_name, sql) => {
    expect(queriesOf(parseSql(sql)).length).toBeGreaterThan(0);
  });

  it("keeps the restriction of an outer join to its inner side", () => {
    const [query] = queriesOf(parseSql("SELECT 1 FROM a LEFT JOIN b ON a.x AND b.y"));
    expect(query?.conditions.map(({ restricts }) => restricts)).toEqual([["b"], ["b"]]);
  });
});

describe("writesOf", () => {
  it.each<[string, string[]]>([
    ["UPDATE a.t x SET b = 1, c['k'] = '2' WHERE d", ['update  t [b,c] "d" «UPDATE a.t»']],
    ["WITH d AS (DELETE FROM ONLY t WHERE a) SELECT 1", ['delete  t [] "a" «DELETE FROM ONLY t»']],
    [
      "INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 2 WHERE t.b",
      ['upsert  t [a] "b" «ON CONFLICT (id) DO UPDATE»'],
    ],
    ["INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", ["insert  t []  «INSERT INTO t»"]],
    ["TRUNCATE TABLE a, b.c", ["truncate  a []  «TRUNCATE TABLE a»", "truncate  c []  «b.c»"]],
    [
      "MERGE INTO t USING s ON t.id = 1 WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)",
      ['merge update t [a] ("id" = 1) «MERGE INTO t»', 'insert  t [] ("id" = 1) «MERGE INTO t»'],
    ],
  ])("%s", (sql, expected) => {
    expect(writes(sql)).toEqual(expected);
  });
});
