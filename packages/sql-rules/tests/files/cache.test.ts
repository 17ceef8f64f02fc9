import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { keyOf, openCache } from "../../src/files/cache.js";
import { parseSql } from "../../src/language/parse.js";
import { factsOf } from "../../src/model/facts.js";
import { put, tree } from "../tree.js";

const FILE = "node_modules/.cache/orchestrator/sql-facts.jsonl";
const text = "CREATE TABLE t (a json DEFAULT '{}'); SELECT a FROM t WHERE a ->> 'é' = 'x'; SELEC";
const facts = factsOf(parseSql(text), "/1.sql");
const key = keyOf(text, "/1.sql");
const entries = new Map([[key, facts]]);

it("gives back what was kept, to the same build only", () => {
  const root = tree({ "node_modules/a/package.json": "{}" });
  openCache(root, "one").save(entries);
  expect(openCache(root, "one").get(key)).toEqual(facts);
  expect(openCache(root, "one").get(keyOf(`${text} `, "/1.sql"))).toBeUndefined();
  expect(openCache(root, "two").get(key)).toBeUndefined();
  expect(readdirSync(path.join(root, path.dirname(FILE)))).toEqual(["sql-facts.jsonl"]);
});

it.each([
  "{",
  "null",
  '"one"',
  '"one"\n\n',
  '"one"\nKEY',
  '"one"\nKEY {',
  '"one"\nKEY {"path":"/1.sql"}',
  "\0",
])("passes over %j", (content) => {
  const root = tree({ [FILE]: content.replace("KEY", key) });
  expect(openCache(root, "one").get(key)).toBeUndefined();
});

it("keeps nothing without node_modules, or through a link out of the tree", () => {
  const root = tree({ "a.sql": "" });
  openCache(root, "one").save(entries);
  expect(readdirSync(root)).toEqual(["a.sql"]);

  const outside = tree({
    [path.basename(FILE)]: `"one"\n${key} ${JSON.stringify(facts)}\n`,
  });
  mkdirSync(path.join(root, "node_modules/.cache"), { recursive: true });
  symlinkSync(outside, path.join(root, path.dirname(FILE)));
  expect(openCache(root, "one").get(key)).toBeUndefined();
  put(outside, { [path.basename(FILE)]: "" });
  openCache(root, "one").save(entries);
  expect(existsSync(path.join(outside, "sql-facts.jsonl"))).toBe(true);
  expect(openCache(outside, "one").get(key)).toBeUndefined();
  expect(readdirSync(outside)).toEqual(["sql-facts.jsonl"]);
});

it("keeps each of many files", () => {
  const root = tree({ "node_modules/a/package.json": "{}" });
  const many = Array.from({ length: 2000 }, (_, i) => factsOf(parseSql(text), `/${i}.sql`));
  openCache(root, "one").save(new Map(many.map((one) => [keyOf(text, one.path), one])));
  const cache = openCache(root, "one");
  expect(many.map(({ path }) => cache.get(keyOf(text, path)))).toEqual(many);
  cache.release();
  expect(cache.get(keyOf(text, "/7.sql"))).toEqual(many[7]);
});
