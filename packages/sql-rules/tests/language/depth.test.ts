import { describe, expect, it } from "vitest";
import { depthBound } from "../../src/language/depth.js";

describe("depthBound is small for wide statements", () => {
  it.each([
    ["rows", `INSERT INTO t VALUES ${"(-1, 'a', 2 + 3),".repeat(500)} (1)`],
    ["conditions", `SELECT a FROM t WHERE ${"a = 1 OR b = 2 AND ".repeat(500)} c`],
    ["columns", `CREATE TABLE t (${"a numeric(10, 2) DEFAULT -1,".repeat(500)} b int)`],
    ["branches", `SELECT CASE ${"WHEN a = 1 THEN b + 1 ".repeat(500)} ELSE 0 END`],
    ["statements of a body", `CREATE FUNCTION f() BEGIN ATOMIC ${"SELECT 1 + 1; ".repeat(500)} END`],
  ])("%s", (_name, text) => {
    expect(depthBound(text)).toBeLessThan(20);
  });
});

describe("depthBound is at least the depth of a nested one", () => {
  const N = 300;
  it.each([
    ["parentheses", `SELECT ${"(".repeat(N)}1${")".repeat(N)}`],
    ["operators", `SELECT 1${" + 1".repeat(N)}`],
    ["casts", `SELECT 1${"::int".repeat(N)}`],
    ["named operators", `SELECT 1${" OPERATOR(pg_catalog.+) 1".repeat(N)}`],
    ["time zones", `SELECT a${" AT TIME ZONE 'UTC'".repeat(N)}`],
    ["cases", `SELECT ${"CASE WHEN ".repeat(N)}a${" THEN 1 END".repeat(N)}`],
    ["cases in a chain", `SELECT a${" + CASE WHEN a THEN b ELSE c END".repeat(N)}`],
    ["unions", `SELECT 1, 2${" UNION ALL SELECT 1, 2 WHERE a AND b".repeat(N)}`],
    ["joins", `SELECT 1 FROM a${" JOIN a ON a.x AND a.y".repeat(N)}`],
    ["columns named by reserved words", `SELECT 1${" + a.or + a.end".repeat(N)}`],
    [
      "labels that are reserved words",
      `SELECT ${"(SELECT (SELECT 1 AS end) + (SELECT 1 end) + ".repeat(N)}1${")".repeat(N)}`,
    ],
    ["subscripts", `SELECT a${"[b".repeat(N)}${"]".repeat(N)}`],
  ])("%s", (_name, text) => {
    expect(depthBound(text)).toBeGreaterThanOrEqual(N);
  });

  it("stops at its limit", () => {
    expect(depthBound(`SELECT 1${" + 1".repeat(5000)}`, 10)).toBe(11);
  });
});
