import { expect, it } from "vitest";
import { parseSql } from "../../src/language/parse.js";
import { factsOf, packed } from "../../src/model/facts.js";
import { replay } from "../../src/model/replay/index.js";

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
