import { describe, expect, it } from "vitest";
import { parseSql } from "../../src/language/parse.js";
import type { Column } from "../../src/model/catalog.js";
import { factsOf } from "../../src/model/facts.js";
import { alone } from "../../src/model/link.js";

function columnsOf(text: string, path = "/a.sql"): [table: string, column: Column][] {
  const { catalog } = alone(factsOf(parseSql(text), path), "a.sql");
  return [...catalog.tables].flatMap(([table, { columns }]) =>
    [...columns.values()].map((column): [string, Column] => [table, column]),
  );
}

/** `table.column written-type` of each column that a script leaves behind. */
function columns(text: string, path?: string): string[] {
  return columnsOf(text, path).map(
    ([table, { name, typePlace }]) => `${table}.${name} ${text.slice(...typePlace.range)}`,
  );
}

describe("the columns a script leaves behind", () => {
  it.each([
    [
      "CREATE TABLE t (a json, b pg_catalog.json[], c numeric(10, 2))",
      ["public.t.a json", "public.t.b pg_catalog.json[]", "public.t.c numeric(10, 2)"],
    ],
    ['CREATE TABLE S."T" (A JSON)', ["s.T.a JSON"]],
    ["CREATE TABLE t (a timestamp (3) with time zone NOT NULL)", ["public.t.a timestamp (3) with time zone"]],
    ["/* é😀 */ CREATE TABLE été (日 json)", ["public.été.日 json"]],
    ["CREATE TABLE t (a json); ALTER TABLE t ALTER a TYPE jsonb", ["public.t.a jsonb"]],
    ["CREATE TABLE t (a json); ALTER TABLE public.t DROP a", []],
    ["CREATE TABLE t (a json); DROP TABLE t", []],
    ["CREATE TABLE t (a json); DROP TABLE IF EXISTS x, public.t CASCADE", []],
    ["ALTER TABLE t ADD a json, ADD COLUMN IF NOT EXISTS b text", ["public.t.a json", "public.t.b text"]],
    ["CREATE TABLE t (a json); ALTER TABLE t RENAME TO u", ["public.u.a json"]],
    ["CREATE TABLE s.t (a json); ALTER TABLE s.t RENAME a TO b", ["s.t.b json"]],
    ["CREATE TEMP TABLE t (a json)", []],
    ["CREATE TABLE t (a jsonb DEFAULT ('{}'::json)::jsonb)", ["public.t.a jsonb"]],
    ["CREATE TABLE t (a json); ALTER TABLE t ALTER a SET DEFAULT CAST('{}' AS json)", ["public.t.a json"]],
    ["CREATE TABLE t (a json DEFAULT '{}'::json); ALTER TABLE t ALTER a DROP DEFAULT", ["public.t.a json"]],
    ["CREATE TABLE t (a json); SELEC; ALTER TABLE t ADD b json", ["public.t.a json", "public.t.b json"]],
    // Reserved since PostgreSQL 16, so read by the second parser.
    ["SELECT 1; CREATE TABLE t (system_user json)", ["public.t.system_user json"]],
    ["-- migrate:up\nCREATE TABLE t (a json);\n-- migrate:down\nDROP TABLE t;", ["public.t.a json"]],
  ])("%s", (text, expected) => {
    expect(columns(text)).toEqual(expected);
  });

  it("replays no down script", () => {
    expect(columns("CREATE TABLE t (a json)", "1.down.sql")).toEqual([]);
  });

  it("tells a changed type from a declared one", () => {
    const text =
      "CREATE TABLE t (a text, b jsonb); ALTER TABLE t ALTER a TYPE json USING a::json, ALTER b TYPE json, ADD c json";
    expect(
      columnsOf(text).map(([, { history }]) =>
        history.map(({ kind, type, hasUsing }) => [kind, type.name, hasUsing]),
      ),
    ).toEqual([
      [
        ["add", "text", undefined],
        ["retype", "json", true],
      ],
      [
        ["add", "jsonb", undefined],
        ["retype", "json", undefined],
      ],
      [],
    ]);
  });
});
