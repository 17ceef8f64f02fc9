import { describe, expect, it } from "vitest";
import { parseSql } from "../../../src/language/parse.js";
import { planOf } from "../../../src/model/planner/index.js";
import { queriesOf } from "../../../src/model/queries/index.js";
import { catalogOf } from "../../catalogs.js";

const SCHEMA = `
CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE, settings jsonb);
CREATE TABLE logins (id bigint PRIMARY KEY, user_id bigint, context jsonb);
CREATE INDEX ON logins (user_id);
CREATE INDEX ON logins ((context ->> 'ip'));
CREATE TABLE parts (day date, data jsonb) PARTITION BY RANGE (day);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX ON parts_1 USING gin (data);
CREATE INDEX ON parts_1 ((data ->> 'k'));
CREATE INDEX ON parts_2 ((data ->> 'k'));
CREATE TABLE other.users (id bigint PRIMARY KEY, profile jsonb);
CREATE TABLE other.only_here (id bigint PRIMARY KEY, doc jsonb);
CREATE INDEX ON other.only_here USING gin (doc);
CREATE TABLE other.docs (id bigint PRIMARY KEY, tid int, m jsonb NOT NULL);
CREATE UNLOGGED TABLE temporary_like (id bigint, doc jsonb);
CREATE TEMP TABLE staged (id bigint, doc jsonb);
CREATE FOREIGN TABLE remote (id bigint, doc jsonb) SERVER s;
`;
const catalog = catalogOf(SCHEMA);

/** Each condition on each table: `table: words: verdict`, with a star where other conditions narrow the rows. */
function plans(sql: string): string[] {
  return queriesOf(parseSql(sql))
    .filter(({ isMerged }) => !isMerged)
    .flatMap((query) => planOf(catalog, query))
    .map(
      ({ table, condition, verdict, isNarrowed }) =>
        `${table.schema}.${table.name}: ${sql.slice(...condition.range)}: ${verdict}${isNarrowed() ? "*" : ""}`,
    );
}

describe("names", () => {
  it.each<[string, string[]]>([
    ["SELECT 1 FROM users WHERE settings ->> 'a' = 'b'", ["public.users: settings ->> 'a' = 'b': unserved"]],
    ["SELECT 1 FROM other.users u WHERE u.profile ? 'b'", ["other.users: u.profile ? 'b': unserved"]],
    ["SELECT 1 FROM only_here WHERE doc ? 'b'", ["other.only_here: doc ? 'b': served"]],
    ["SELECT 1 FROM users, logins WHERE settings ? 'b'", ["public.users: settings ? 'b': unserved"]],
    // A name that two tables have, that none has, and a table that is not known.
    ["SELECT 1 FROM users, logins WHERE id = 1", []],
    ["SELECT 1 FROM users WHERE nothing ? 'b'", []],
    [
      "SELECT 1 FROM users u, unknown WHERE u.settings ? nothing",
      ["public.users: u.settings ? nothing: unknown"],
    ],
    ["SELECT 1 FROM unknown WHERE settings ? 'b'", []],
    // The enclosing level's column is a constant to the inner level.
    [
      "SELECT 1 FROM users u WHERE EXISTS (SELECT 1 FROM logins l WHERE l.context ->> 'ip' = u.settings ->> 'ip')",
      ["public.logins: l.context ->> 'ip' = u.settings ->> 'ip': served"],
    ],
    // A function's value shadows nothing and has no index.
    ["SELECT 1 FROM users, jsonb_each(settings) e WHERE e.value ->> 'a' = 'b'", []],
    ["SELECT 1 FROM users AS t (a, b, c) WHERE c ? 'b'", []],
  ])("%s", (sql, expected) => {
    expect(plans(sql)).toEqual(expected);
  });
});

describe("levels", () => {
  it.each<[string, string[]]>([
    [
      "SELECT 1 FROM (SELECT context AS c FROM logins) s WHERE s.c ->> 'ip' = 'x'",
      ["public.logins: s.c ->> 'ip' = 'x': served"],
    ],
    [
      "WITH a AS (SELECT * FROM logins), b AS (SELECT context ->> 'ip' AS ip FROM a) SELECT 1 FROM b WHERE ip = 'x'",
      ["public.logins: ip = 'x': served"],
    ],
    // Conditions inside a sub-select narrow what is around it.
    [
      "SELECT 1 FROM (SELECT * FROM logins WHERE user_id = 1) s WHERE s.context ->> 'ok' = 'x'",
      ["public.logins: s.context ->> 'ok' = 'x': unserved*", "public.logins: user_id = 1: served"],
    ],
    ["WITH a AS MATERIALIZED (SELECT * FROM logins) SELECT 1 FROM a WHERE context ->> 'ip' = 'x'", []],
    ["SELECT 1 FROM (SELECT context FROM logins LIMIT 5) s WHERE s.context ->> 'ip' = 'x'", []],
  ])("%s", (sql, expected) => {
    expect(plans(sql)).toEqual(expected);
  });
});

describe("joins", () => {
  it.each<[string, string[]]>([
    [
      "SELECT 1 FROM users u JOIN logins l ON l.user_id = u.id WHERE u.id = 1 AND l.context ->> 'a' = 'b'",
      [
        "public.users: l.user_id = u.id: served*",
        "public.users: u.id = 1: served*",
        "public.logins: l.user_id = u.id: served*",
        "public.logins: l.context ->> 'a' = 'b': unserved*",
      ],
    ],
    // The condition of an outer join keeps every row of the outer side.
    [
      "SELECT 1 FROM users u LEFT JOIN logins l ON l.context ->> 'a' = 'b' AND u.settings ? 'c'",
      ["public.logins: l.context ->> 'a' = 'b': unserved"],
    ],
    // Above it, only what refuses nulls reaches the inner side, and makes the join an inner one.
    [
      "SELECT 1 FROM users u LEFT JOIN logins l USING (id) WHERE l.context ->> 'ip' IS NULL",
      ["public.logins: l.context ->> 'ip' IS NULL: unknown"],
    ],
    [
      "SELECT 1 FROM users u LEFT JOIN logins l ON l.user_id = u.id WHERE l.context ->> 'ip' = 'x'",
      [
        "public.users: l.user_id = u.id: served*",
        "public.logins: l.user_id = u.id: served*",
        "public.logins: l.context ->> 'ip' = 'x': served*",
      ],
    ],
  ])("%s", (sql, expected) => {
    expect(plans(sql)).toEqual(expected);
  });
});

describe("narrowed", () => {
  /** What is said of the condition on `m`. */
  const verdict = (conditions: string) => {
    const sql = `SELECT 1 FROM other.docs d, other.docs b WHERE ${conditions} AND d.m ->> 'zz' = '1'`;
    return plans(sql).find((plan) => plan.includes("zz"));
  };
  it.each([
    // Rows are looked for by any of their members.
    "(d.id, d.tid) IN ((1, 2))",
    "(d.tid, d.id) IN ((1, 2), (3, 4))",
    "(d.id, d.tid) IN ($1, $2)",
    "(d.id, d.tid) IN (SELECT 1, 2)",
    "(d.id, d.tid) = (SELECT 1, 2)",
    "(d.id, d.tid) = $1",
    "(d.id, d.tid) > (1, 2)",
    "(1, 2) < (d.id, d.tid)",
    // What is put in at run time may be any condition.
    "$1",
    "($1 OR $2)",
    "(d.id = 1 OR $1)",
    // Addresses need no index.
    "d.ctid = '(0,1)'",
    "d.ctid = ANY (ARRAY(SELECT ctid FROM docs LIMIT 5))",
    "d.ctid IN (SELECT ctid FROM docs LIMIT 5)",
    "b.ctid = d.ctid",
    "d.ctid >= '(0,0)' AND d.ctid < '(10,0)'",
  ])("by %s", (conditions) => {
    expect(verdict(conditions)).toBe("other.docs: d.m ->> 'zz' = '1': unserved*");
  });
  it.each([
    "(d.tid, d.m) IN ((1, '{}'))",
    "(d.tid, d.id) > (1, 2)",
    "(d.id, d.tid) NOT IN ((1, 2))",
    "(d.id, d.tid) = ANY ($1)",
    "(d.id, d.tid) IN ((d.tid, 2), (3, 4))",
    "NOT $1",
    "(d.tid = 1 OR $1)",
    "d.ctid < b.ctid",
    "d.ctid <> '(0,1)'",
  ])("not by %s", (conditions) => {
    expect(verdict(conditions)).toBe("other.docs: d.m ->> 'zz' = '1': unserved");
  });
});

describe("tables", () => {
  it.each<[string, string[]]>([
    // Each partition has to be served.
    ["SELECT 1 FROM parts WHERE data ->> 'k' = 'v'", ["public.parts: data ->> 'k' = 'v': served"]],
    ["SELECT 1 FROM parts WHERE data ? 'v'", ["public.parts: data ? 'v': unserved"]],
    ["SELECT 1 FROM parts_1 WHERE data ? 'v'", ["public.parts_1: data ? 'v': served"]],
    ["SELECT 1 FROM temporary_like WHERE doc ? 'v'", ["public.temporary_like: doc ? 'v': unserved"]],
    ["SELECT 1 FROM staged WHERE doc ? 'v'", []],
    ["SELECT 1 FROM remote WHERE doc ? 'v'", ["public.remote: doc ? 'v': unknown"]],
    // What a parameter decides is not known.
    ["SELECT 1 FROM logins WHERE context ->> $1 = 'x'", ["public.logins: context ->> $1 = 'x': unknown"]],
    [
      "SELECT 1 FROM logins WHERE context ->> 'ip' = f(1)",
      ["public.logins: context ->> 'ip' = f(1): unknown"],
    ],
  ])("%s", (sql, expected) => {
    expect(plans(sql)).toEqual(expected);
  });

  it("counts no invalid index, and says nothing of tables it does not know whole", () => {
    const invalid = catalogOf(
      `CREATE TABLE p (d date, data jsonb) PARTITION BY RANGE (d);
       CREATE TABLE p1 PARTITION OF p DEFAULT;
       CREATE INDEX ON ONLY p ((data ->> 'k'));
       ALTER TABLE elsewhere ADD COLUMN data jsonb;`,
    );
    const verdicts = (sql: string) =>
      queriesOf(parseSql(sql)).flatMap((query) => planOf(invalid, query).map(({ verdict }) => verdict));
    expect(verdicts("SELECT 1 FROM p WHERE data ->> 'k' = 'v'")).toEqual(["unserved"]);
    expect(verdicts("SELECT 1 FROM elsewhere WHERE data ->> 'k' = 'v'")).toEqual(["unknown"]);
  });
});
