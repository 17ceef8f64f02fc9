import { describe, expect, it } from "vitest";
import { MAX_STATEMENT_LENGTH, parseSql, type Program } from "../../src/language/parse.js";

/** Each statement as `type kind` or `type error`. */
function summary({ body }: Program): string[] {
  return body.map((statement) =>
    statement.type === "UnparsedStatement"
      ? `unparsed: ${statement.error}`
      : `${statement.type} ${statement.kind}`,
  );
}

/** The text an unparsed statement's error points at. */
function blamed(text: string): string[] {
  return parseSql(text).body.flatMap((statement) =>
    statement.type === "UnparsedStatement" ? [text.slice(...statement.errorRange)] : [],
  );
}

describe("parseSql", () => {
  it.each([
    ["", []],
    [
      "select 1; create table t (a json); alter table t add b int",
      ["SelectStmt", "CreateStmt", "AlterTableStmt"],
    ],
    ["select /* ( */ 1 -- )\n", ["SelectStmt"]],
    ["select * from t where a = :a and b=%(b)s and c = {c} and d = $1", ["SelectStmt"]],
    ["select * from {{ ref('t') }}", ["SelectStmt"]],
    ["select a[1:n] from t where b = :b", ["SelectStmt"]],
  ])("%j", (text, kinds) => {
    expect(summary(parseSql(text))).toEqual(kinds.map((kind) => `Statement ${kind}`));
  });

  it("reads the statements around a broken one", () => {
    expect(summary(parseSql("select 1; selec 2; select 3"))).toEqual([
      "Statement SelectStmt",
      'unparsed: syntax error at or near "selec"',
      "Statement SelectStmt",
    ]);
  });

  it.each([
    ["select 1; selec 2", ["selec"]],
    ["select 'ééé😀' x y z", ["y"]],
    ["/* 日本 */ select /* 😀 */ x y z", ["z"]],
    ["select (1", ["1"]],
    ["select 'open\nstring", ["'open"]],
  ])("%j blames %j", (text, expected) => {
    expect(blamed(text)).toEqual(expected);
  });

  it("maps positions of the tree past characters of several bytes", () => {
    const text = "select 1; select '😀é', /* 日 */ x";
    const [, second] = parseSql(text).body;
    const location = /"fields":.*?"location":(\d+)/.exec(
      JSON.stringify(second?.type === "Statement" && second.tree),
    );
    expect(second?.type === "Statement" && second.offsetOf(Number(location?.[1]))).toBe(
      text.lastIndexOf("x"),
    );
  });

  it("parses again where the tree of a large script was dropped", () => {
    const { body } = parseSql(`${"SELECT 1;\n".repeat(110_000)}SELECT :x`);
    const last = body.at(-1);
    expect(last?.type === "Statement" && JSON.stringify(last.tree)).toContain('"_x"');
  });

  it("accepts loosely only tables, whose columns are read", () => {
    // Reserved since PostgreSQL 16.
    expect(summary(parseSql("create table t (system_user json)"))).toEqual(["LooseStatement create table"]);
    expect(summary(parseSql("select system_user.a from t"))[0]).toMatch(/^unparsed/);
  });
});

describe("hostile input becomes a program", () => {
  const deep = "unparsed: the statement nests deeper than 2000 levels";
  const long = `unparsed: the statement is longer than ${MAX_STATEMENT_LENGTH / 1024 / 1024} MiB`;
  it.each([
    ["nested parentheses", `SELECT ${"(".repeat(5000)}1${")".repeat(5000)}`, [deep]],
    ["an endless expression", `SELECT 1${" + 1".repeat(50_000)}`, [deep]],
    ["an endless chain of CASE", `SELECT a${" + CASE WHEN a THEN b END".repeat(10_000)}`, [deep]],
    ["an endless run of signs", `SELECT ${"-+".repeat(500_000)}1`, [deep]],
    ["a long statement", `SELECT '${"x".repeat(5_000_000)}'`, [long]],
    ["a long string", `SELECT '${"x''".repeat(1_000_000)}'`, ["Statement SelectStmt"]],
    ["nested comments", `SELECT ${"/*".repeat(200_000)}${"*/".repeat(200_000)}1`, ["Statement SelectStmt"]],
    ["comments side by side", `SELECT ${"/**/".repeat(200_000)}1`, ["Statement SelectStmt"]],
    ["a null character", "SELECT 1 \0 FROM (", ["unparsed: the statement contains a null character"]],
    ["backslashes", `SELECT${" \\".repeat(200_000)}`, ['unparsed: syntax error at or near "\\"']],
    ["braces", `SELECT ${"{{".repeat(200_000)}`, ['unparsed: syntax error at or near "{"']],
    ["a lone surrogate", "SELECT '\ud800'", ["Statement SelectStmt"]],
    ["an open dollar quote", "SELECT $a$ $b$ $$", [expect.stringMatching(/^unparsed: unterminated dollar/)]],
    ["an open comment", "SELECT 1 /* /* */", ["Statement SelectStmt", "unparsed: unterminated /* comment"]],
    ["an open identifier", 'SELECT "a', [expect.stringMatching(/^unparsed: unterminated quoted identifier/)]],
  ])("%s", (_name, text, expected) => {
    expect(summary(parseSql(text))).toEqual(expected);
  });

  it("many statements", () => {
    expect(parseSql("SELECT 1;\n".repeat(100_000)).body).toHaveLength(100_000);
  });

  it("more statements than are read in time", () => {
    const { body, isRefused } = parseSql("SELECT 1;\n".repeat(250_001));
    expect(isRefused).toBe(true);
    expect(body).toMatchObject([{ error: "the script has more than 250,000 statements" }]);
  });

  it("bytes of another kind of file", () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)).toString();
    expect(parseSql(bytes).body.length).toBeGreaterThan(0);
  });

  it("PostgreSQL's parser survives many refused statements", () => {
    const chain = (length: number) => `SELECT 1${" + 1".repeat(length)};`;
    expect(new Set(summary(parseSql(chain(12_000).repeat(50))))).toEqual(new Set([deep]));
    expect(summary(parseSql(chain(1900)))).toEqual(["Statement SelectStmt"]);
  });
});
