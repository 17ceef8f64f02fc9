import { describe, expect, it } from "vitest";
import { parseSql, type Statement } from "../../../src/language/parse.js";
import type { Expression } from "../../../src/model/expression.js";
import { canonical, expressionOf } from "../../../src/model/expressions/index.js";
import { ownType } from "../../../src/model/types.js";

/** An expression as it stands in `SELECT …, 1`, with comments and characters of several bytes before it. */
function read(sql: string): { expression: Expression; text: string } {
  const text = `SELECT 'é😀' /* ( é */, ${sql} , 1`;
  const [statement] = parseSql(text).body as [Statement];
  expect(statement.type).toBe("Statement");
  const { SelectStmt } = statement.tree as { SelectStmt: { targetList: { ResTarget: { val: never } }[] } };
  const expression = expressionOf(SelectStmt.targetList[1]!.ResTarget.val, statement);
  return { expression, text: expression.range ? text.slice(...expression.range) : "" };
}

const form = (sql: string) => canonical(read(sql).expression, () => ownType("jsonb"));

describe("expressionOf", () => {
  it.each([
    "CAST(a AS numeric(10, 2))",
    "(data->>'x')::varchar(3)",
    "x IS NOT NULL",
    "x ISNULL",
    "(f(a, (b))) IS NOT TRUE",
    "date '2020-01-01'",
    "data['a']['b']",
    "-5",
    "- (a)",
    "a NOT IN (1, (2))",
    "a = ANY (ARRAY[1, 2])",
    "a BETWEEN (1) AND (2)",
    "a LIKE 'x' ESCAPE '!'",
    'x COLLATE "C"',
    "a AT TIME ZONE 'utc'",
    "count(*)",
    "count(DISTINCT (a))",
    "(a, b) = (1, 2)",
    "CASE WHEN a THEN (b) END",
    "((data -> 'a') ->> 'b')::numeric",
    "x IN (SELECT id FROM t WHERE (a))",
    "EXISTS (SELECT 1 FROM t WHERE t.x = (1))",
    "extract(year FROM x)",
    "greatest(a, b)",
    'public."F"(a)',
    "x = :name",
    "x = %(name)s",
    "data ->> '日本' = 'é'",
  ])("knows where %s begins and ends", (sql) => {
    expect(read(sql).text).toBe(sql);
  });

  it("sees through masked placeholders", () => {
    for (const sql of [":name", ":'name'", "%(name)s", "$1", "{name}"]) {
      expect(read(sql).expression.kind, sql).toBe("parameter");
    }
  });
});

describe("canonical", () => {
  it.each([
    ["data ->> 'x'", "t.data->>'x'::text"],
    ["(data->>'x')", "CAST(data ->> 'x' AS text)"],
    ["data->>'x'", "(data ->> 'x')::varchar"],
    ["(data->>'p')::numeric", "CAST(data->>'p' AS decimal)"],
    ["(data->>'p')::int", "(data->>'p')::int4"],
    ["data->'a'->>'b'", "(data -> 'a') ->> 'b'"],
    ["a IN ('x', 'y')", "a = ANY (ARRAY['x', 'y'])"],
    ["data->>'x' IN ('v')", "data->>'x' = 'v'"],
    ["a IN (1, 2, b)", "a = ANY (ARRAY[1, 2]) OR a = b"],
    ["data ? 'x' = true", "data ? 'x'"],
    ["(data->>'b')::boolean = false", "NOT (data->>'b')::bool"],
    ["NOT (data->>'x' IS NULL)", "data->>'x' IS NOT NULL"],
    ["NOT (data->>'x' = 'v' OR b IS NULL)", "data->>'x' <> 'v' AND b IS NOT NULL"],
    ["(data->>'p')::numeric > 5", "(data->>'p')::numeric > '5'"],
    ["(data->>'p')::int = '5'", "(data->>'p')::int4 = 5"],
    [`data @> '{"b": 1, "a": 2}'`, `data @> '{"a":2,"b":1}'::jsonb`],
    ["lower(data->>'x')", "lower((data->>'x')::varchar)"],
    ["(data->>'x') BETWEEN 'a' AND 'b'", "data->>'x' >= 'a' AND data->>'x' <= 'b'"],
    ["a AND (b AND c)", "(a AND b) AND c"],
  ])("%s is %s", (a, b) => {
    expect(form(a)).toBe(form(b));
  });

  it.each([
    ["data #>> '{x}'", "data ->> 'x'"],
    ["data->>'x'", "jsonb_extract_path_text(data, 'x')"],
    ["data->>'x'", "data['x']"],
    ["data->>'0'", "data->>0"],
    ["data->>'x'", "data->>'X'"],
    ["(data->>'p')::int", "(data->>'p')::numeric"],
    ["(data->>'p')::numeric", "(data->>'p')::numeric(10,2)"],
    ["(data->>'x')", "(data->>'x')::varchar(10)"],
    ["(data->>'p')::numeric", "(data->'p')::numeric"],
    ["data->>'x'", `data->>'x' COLLATE "C"`],
    ["lower(data->>'x')", "upper(data->>'x')"],
    ["(a || b) ->> 'c'", "a || (b ->> 'c')"],
    ["a * 1", "a * 1.0"],
    ["a = 1", "a <> 1"],
    ["a = ANY (ARRAY['v'])", "a = 'v'"],
    ["a IN (1, 2)", "a NOT IN (1, 2)"],
    ["a = 'NULL'", "a = NULL"],
    [`"A"`, "a"],
  ])("%s is not %s", (a, b) => {
    expect(form(a)).not.toBe(form(b));
  });

  it("drops a cast of a column only where the type is known", () => {
    const { expression } = read("name::text");
    expect(canonical(expression)).toBe(`cast("name" as text)`);
    expect(canonical(expression, () => ownType("text"))).toBe(`"name"`);
  });
});
