import { describe, expect, it } from "vitest";
import { isApplicationSource, MAX_SOURCE_LENGTH, mayHoldSql, readSource } from "../../src/embedded/parser.js";

const Q = "SELECT id FROM events WHERE data ->> 'kind' = 'a'";

describe("readSource", () => {
  it.each([
    ["store.js", `import x from "y"; export const a = <p>{q("${Q}")}</p>;`],
    ["store.cjs", `const x = require("y"); q.query("${Q}");`],
    ["store.mjs", `#!/usr/bin/env node\nawait q.query("${Q}");`],
    ["store.jsx", `export const a = <p>{q.query("${Q}")}</p>;`],
    ["store.ts", `const x = <string>y; enum E { A } q.query<Row>("${Q}" satisfies string);`],
    ["store.mts", `export class A { constructor(private readonly q: Q) { q.query("${Q}"); } }`],
    ["store.cts", `import x = require("y"); q.query("${Q}");`],
    ["store.tsx", `export const a = <P<string> b={q.query("${Q}")} />;`],
  ])("reads %s", (name, source) => {
    const facts = readSource(source, `/app/src/${name}`);
    expect(facts.unread).toEqual([]);
    expect(facts.path).toBe(`/app/src/${name}`);
  });

  it.each([
    ["a syntax error", `q.query("${Q}"; const`],
    ["nesting without end", `q.query("${Q}");${"[".repeat(100_000)}`],
    ["a source that is a bundle", `q.query("${Q}");${" ".repeat(MAX_SOURCE_LENGTH)}`],
    ["a sum deeper than the parser's stack", `q.query("${Q}" ${`+ "x"`.repeat(50_000)});`],
  ])("says what it could not read: %s", (_, source) => {
    const { unread, queries } = readSource(source, "/app/src/store.ts");
    expect(unread).toHaveLength(1);
    expect(unread[0]?.error).not.toBe("");
    expect(queries).toEqual([]);
  });

  it("reads nothing where nothing can be SQL of interest", () => {
    expect(readSource("this is no source at all", "/app/src/store.ts").unread).toEqual([]);
  });
});

describe("mayHoldSql", () => {
  it.each([
    "sql`SELECT a FROM b WHERE c ->> 'd' = ${e}`",
    "sql`SELECT a FROM b WHERE c @> ${e}`",
    "sql`SELECT a FROM b WHERE c ? ${e}`",
    "sql`UPDATE features SET a = 1`",
    "sql`UPDATE ${sql(table)} f SET a = 1`",
    'sql`update only app."Features" set a = 1`',
    "q.query('truncate table features cascade')",
    "q.query('SELECT a FROM b WHERE c \\\\? \\'d\\'')",
    "sql`delete from features`",
    "sql`truncate features`",
    "sql`insert into a values (1) on conflict (id) do nothing`",
    "pgm.sql(`create unique index a on b (c)`)",
    "knex.raw('ALTER TABLE a ADD b jsonb')",
  ])("%s", (source) => {
    expect(mayHoldSql(source)).toBe(true);
  });

  it.each([
    "export const f = (a) => a ?? b;",
    "list.update(a); set.delete(b);",
    "const json = JSON.parse(a);",
  ])("not %s", (source) => {
    expect(mayHoldSql(source)).toBe(false);
  });

  const query = "q.query('delete from features');";

  it.each([
    ["what a bundler left", `/*! License */\n${"!function(e){var t=e(1);t&&t()}(n);".repeat(100)}${query}\n`],
    ["in many lines", `${`${"const a=e=>t(e);r(a);".repeat(150)}\n`.repeat(5)}${query}`],
  ])("not %s", (_, source) => {
    expect(mayHoldSql(source)).toBe(false);
  });

  it.each([
    ["data in a long line", `const image = "${"AbCd09+/".repeat(2000)}";\n${query}`],
    ["a long line among others", `${"const a = e => t(e);".repeat(150)}\n${`${query}\n`.repeat(200)}`],
  ])("%s", (_, source) => {
    expect(mayHoldSql(source)).toBe(true);
  });
});

describe("isApplicationSource", () => {
  it.each(["src/store.ts", "contest/latest.js", "packages/a/testing.ts", "db/specification.ts"])(
    "%s",
    (path) => {
      expect(isApplicationSource(path)).toBe(true);
    },
  );

  it.each([
    "src/store.test.ts",
    "src/__tests__/store.ts",
    "test/store.js",
    "packages/a/tests/helpers/store.ts",
    "e2e/store.ts",
    "src/types.d.ts",
    "public/app.min.js",
    ".yarn/releases/yarn.cjs",
    "packages/a/dist/index.js",
  ])("not %s", (path) => {
    expect(isApplicationSource(path)).toBe(false);
  });
});
