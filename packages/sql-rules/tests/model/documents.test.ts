import { describe, expect, it } from "vitest";
import { parseSql } from "../../src/language/parse.js";
import { documentsOf } from "../../src/model/documents.js";
import { depthOf, jsonpathSteps, shownPath } from "../../src/model/json-paths.js";

describe("depth", () => {
  it.each([
    [[], 0],
    [["a", "b"], 2],
    [["a", "[]", "b"], 3],
    [["a", "[]", "[]", "[]"], 2],
    [["[]", "a", "[]"], 3],
  ])("%j: %i", (steps, depth) => {
    expect(depthOf(steps)).toBe(depth);
  });

  it("is shown as people write paths", () => {
    expect(shownPath(["order", "[]", "sku", "2026-01", "*"])).toBe('order[].sku."2026-01".*');
    expect(shownPath(["[]", "a"])).toBe("[].a");
    expect(shownPath(Array.from({ length: 1000 }, (_, i) => `k${i}`))).toBe(
      "k0.k1.k2.k3.k4.k5.k6.k7.k8.k9 … k997.k998.k999",
    );
  });
});

describe("jsonpath", () => {
  it.each([
    ["$", ""],
    ["$.a.b", "a.b"],
    ["lax $.a", "a"],
    ['strict $."x y".b', '"x y".b'],
    ["$.a[*].b[0 to 2]", "a[].b[]"],
    ["$.a[$i].b", "a[].b"],
    ["$.*.b", "*.b"],
    ["$.**.b", "*.b"],
    ["$.a.size()", "a"],
    ["$.a.b ? (@.c.d > 0.25 && @.e == 1)", "a.b.c.d"],
    ["$.a ? (@.b ? (@.c == 1).d.f == 2).e", "a.b.d.f"],
    ["$.a.b == 1 && $.c.d.e == 2", "c.d.e"],
    ['$.a ? (@.b == "x.y.z.w")', "a.b"],
    ["$.a ? (exists (@.b.c))", "a.b.c"],
    ["$.a +", "a"],
    ["not a path", ""],
  ])("%s leads to %s", (path, steps) => {
    expect(shownPath(jsonpathSteps(path).deepest)).toBe(steps);
  });

  it("is read in time whatever it is", () => {
    const started = performance.now();
    expect(jsonpathSteps(`$${".a".repeat(200_000)}`).deepest).toHaveLength(200_000);
    expect(performance.now() - started).toBeLessThan(5000);
    for (const text of ["(".repeat(50_000), "$.a?(@".repeat(20_000), "[".repeat(50_000)]) jsonpathSteps(text);
  });
});

/** What a script reads and writes: `path query events.payload a.b`. */
function uses(sql: string): string[] {
  return documentsOf(parseSql(sql))
    .map(({ kind, use, column, steps, range }) =>
      [kind, use, column?.name ?? "-", shownPath(steps), "|", sql.slice(...range)].join(" "),
    )
    .sort();
}

describe("documents of a script", () => {
  it.each([
    ["SELECT data -> 'a' ->> 'b' FROM t", ["path query data a.b | data -> 'a' ->> 'b'"]],
    ["SELECT (data -> 'a')::jsonb ->> 'b' FROM t", ["path query data a.b | (data -> 'a')::jsonb ->> 'b'"]],
    ["SELECT data -> 'a' -> $1 FROM t", ["path query data a.* | data -> 'a' -> $1"]],
    ["SELECT data -> -1 ->> 'b' FROM t", ["path query data [].b | data -> -1 ->> 'b'"]],
    ["SELECT data #>> array['a', 'b'] FROM t", ["path query data a.b | data #>> array['a', 'b']"]],
    ["SELECT data #> '{a,\"b c\",3}' FROM t", ['path query data a."b c"[] | data #> \'{a,"b c",3}\'']],
    ["SELECT data['a']['b'] FROM t", ["path query data a.b | data['a']['b']"]],
    [
      "DELETE FROM t WHERE data -> 'a' ? 'b' AND data #>> '{a,b}' = '1'",
      ["path write data a.b | data #>> '{a,b}'"],
    ],
    [
      "SELECT 1 FROM t WHERE data -> 'a' -> 'b' = (SELECT u.d -> 'x' -> 'y' FROM u)",
      ["path query d x.y | u.d -> 'x' -> 'y'", "path query data a.b | data -> 'a' -> 'b'"],
    ],
    [
      "SELECT CASE WHEN data -> 'a' ->> 'b' = '1' THEN 1 END FROM t",
      ["path query data a.b | data -> 'a' ->> 'b'"],
    ],
    ["SELECT coalesce(data -> 'a' ->> 'b', '') FROM t", ["path query data a.b | data -> 'a' ->> 'b'"]],
    ["UPDATE t SET x = data -> 'a' ->> 'b'", []],
    ["SELECT f(x) -> 'a' -> 'b' FROM t", []],
    ['SELECT \'{"a":{"b":1}}\'', []],
    ['SELECT \'{"a":{"b":1}}\'::jsonb', ['literal query - a.b | \'{"a":{"b":1}}\'::jsonb']],
    ["SELECT '{not json}'::jsonb, '[{'::jsonb", []],
    [
      "SELECT jsonb_build_object('a', jsonb_build_array(1))",
      ["literal query - a[] | jsonb_build_object('a', jsonb_build_array(1))"],
    ],
    ['INSERT INTO t (d) VALUES (\'{"a":{"b":1}}\')', ['literal write d a.b | \'{"a":{"b":1}}\'']],
    ['INSERT INTO t VALUES (\'{"a":{"b":1}}\')', []],
    ["ALTER TABLE t ALTER d SET DEFAULT '{\"a\":[1]}'", ["literal default d a[] | '{\"a\":[1]}'"]],
    ["ALTER TABLE t ALTER d TYPE text USING d -> 'a' ->> 'b'", []],
    [
      "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT data -> ''a'' ->> ''b'' FROM t'",
      ["path query data a.b | data -> ''a'' ->> ''b''"],
    ],
    ["DO $$ BEGIN PERFORM data -> 'a' ->> 'b' FROM t; END $$", []],
    ["CREATE POLICY p ON t USING (data -> 'a' ->> 'b' = '1')", ["path query data a.b | data -> 'a' ->> 'b'"]],
    ["SELECT 'é', data -> 'a' ->> 'b' FROM t", ["path query data a.b | data -> 'a' ->> 'b'"]],
  ])("%s", (sql, expected) => {
    expect(uses(sql)).toEqual(expected);
  });

  it("are bounded by the text, however deep it nests", () => {
    const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    const [use] = documentsOf(parseSql(`INSERT INTO t (d) VALUES ('${deep}')`));
    expect(depthOf(use?.steps ?? [])).toBe(100_000);
    const chain = `data${" -> 'a'".repeat(900)}`;
    expect(depthOf(documentsOf(parseSql(`SELECT ${chain} FROM t`))[0]?.steps ?? [])).toBe(900);
  });
});
