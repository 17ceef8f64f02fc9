import { expect, it } from "vitest";
import { parseSql } from "../../src/language/parse.js";
import { factsOf, packed } from "../../src/model/facts.js";
import { replay } from "../../src/model/replay/index.js";

it.each([
  ["CREATE TABLE t (a json);\n\\connect other\nCREATE TABLE u (a json);", [false, true]],
  ["\\c d\nCREATE TABLE t (a json);\n\\c - other\n\\c d\nCREATE TABLE u (a json);", [false, false]],
  [
    "\\set x 1\n\\if :x\nCREATE TABLE t (a json);\n\\else\nCREATE TABLE u (a json);\n\\endif\nCREATE TABLE v (a json);",
    [true, true, false],
  ],
  [
    "\\if :x\n\\if :y\n\\endif\nCREATE TABLE t (a json);\n\\endif\n\\endif\nCREATE TABLE u (a json);",
    [true, false],
  ],
  ["CREATE DATABASE d;\n\\connect d\nCREATE TABLE t (a json);", [false]],
  ["\\set ON_ERROR_STOP on\nCREATE TABLE t (a json);", [false]],
])("is in doubt where psql decides: %j", (text, areInDoubt) => {
  const tables = [...replay([factsOf(parseSql(text), "/1.sql")]).tables.values()];
  expect(tables.map(({ doubt }) => doubt !== undefined)).toEqual(areInDoubt);
});

it("says the same packed", () => {
  const text =
    "CREATE TABLE t (a json DEFAULT '{}', b int); CREATE INDEX i ON t (b); UPDATE t SET b = 1 WHERE a ->> 'x' = 'y'";
  const facts = factsOf(parseSql(text), "/1.sql");
  const small = packed(facts);
  expect(small).toEqual(facts);
  expect(JSON.stringify(Object.entries(small).sort())).toBe(JSON.stringify(Object.entries(facts).sort()));
  expect(replay([small])).toEqual(replay([facts]));
  expect(packed(small)).toEqual(facts);
});
