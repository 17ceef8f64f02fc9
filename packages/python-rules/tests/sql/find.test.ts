import { describe, expect, it } from "vitest";
import { readProgram } from "../../src/language/program.js";
import { mayConcernDatabase } from "../../src/sql/reader.js";
import { statementsIn } from "../../src/sql/find.js";

/** Texts with holes as question marks. */
const texts = (module: string) =>
  statementsIn(readProgram(module)).map((pieces) =>
    pieces.map((piece) => (piece.kind === "hole" ? "?" : piece.text)).join(""),
  );

describe("statements in Python", () => {
  it.each([
    ["a literal", 'cur.execute("SELECT 1 FROM t")', ["SELECT 1 FROM t"]],
    ["a raw one", "q = r'select \\d from t'", ["select \\d from t"]],
    ["escapes", 'q = "SELECT a\\nFROM t"', ["SELECT a\nFROM t"]],
    ["adjacent ones", 'q = ("SELECT a "\n     f"FROM {t}")', ["SELECT a FROM ?"]],
    ["a sum", 'q = "SELECT a FROM " + t + " WHERE b"', ["SELECT a FROM ? WHERE b"]],
    [
      "placeholders",
      "q = \"DELETE FROM t WHERE a = %s AND b LIKE '%%s%%'\" % x",
      ["DELETE FROM t WHERE a = ? AND b LIKE '%%s%%'"],
    ],
    ["constants", 'B = "SELECT a FROM t"\nq = f"{B} WHERE a = {x!r}"', ["SELECT a FROM t WHERE a = ?"]],
    ["constants first", 'B = "SELECT a FROM t"\nq = B + " WHERE a"', ["SELECT a FROM t WHERE a"]],
    ["a constant of several values", 'B = "a"\nB = "b"\nq = f"SELECT {B} FROM t"', ["SELECT ? FROM t"]],
    [
      "fields of format",
      'T = "t"\nq = "SELECT {{a}} FROM {} WHERE {0} = {b!r} AND {c:>2}".format(T, b=x)',
      ["SELECT {a} FROM t WHERE t = ? AND ?"],
    ],
    [
      "what is joined",
      'execute(" ".join(["SELECT a", f"FROM {t}", w]))\nexecute(", ".join(names))',
      ["SELECT a FROM ? ?"],
    ],
    [
      "constants of classes",
      'class A:\n  T = "t"\n  U: str = "u"\n  def f(self):\n    execute(f"SELECT a FROM {self.T}, {A.U}, {self.V}")',
      ["SELECT a FROM t, u, ?"],
    ],
    [
      "no constants of classes that change",
      'class A:\n  T = "t"\n  U = "u"\nclass B:\n  U = "v"\ndef f(self):\n  self.T = "w"\n  execute(f"SELECT a FROM {self.T}, {self.U}")',
      ["SELECT a FROM ?, ?"],
    ],
    ["constants that name each other", 'A = f"SELECT {B}"\nB = f"SELECT {A}"', []],
    ["comments and parentheses before", 'q = "-- all\\n(SELECT a FROM t)"', ["-- all\n(SELECT a FROM t)"]],
    [
      "defaults and keywords",
      'def f(q="SELECT 1 FROM t"):\n  execute(sql="SELECT 2 FROM t")',
      ["SELECT 1 FROM t", "SELECT 2 FROM t"],
    ],
    [
      "what grows, under conditions and in loops",
      'def f(k):\n  q = "SELECT a FROM t WHERE 1=1"\n  if k:\n    q += " AND b = %s"\n  for c in cs:\n    q += f" AND {c}"\n  q += " ORDER BY 1"\n  q = "SELECT 2"\n  q += ", 3"',
      ["SELECT a FROM t WHERE 1=1 AND b = ? AND ? ORDER BY 1", "SELECT 2, 3"],
    ],
    [
      "no growth of another function's",
      'q = "SELECT 1"\ndef f(q):\n  q += " FROM t"\n  q -= " FROM u"',
      ["SELECT 1"],
    ],
  ])("finds %s", (_, module, found) => {
    expect(texts(module)).toEqual(found);
  });

  it.each([
    ["docstrings", '"""Select from here."""\ndef f():\n  """Delete from there."""\n  "select from"'],
    ["logs", 'log.info("DELETE FROM t")\nprint("select a from t")'],
    [
      "errors",
      'raise ValueError("update t set a = 1")\nx = NotFoundError("select a from t")\ny = ExecutionError("delete from t")\nz = Query("select a from t")',
    ],
    ["descriptions", 'x: int = Field(description="Select one from t")'],
    [
      "lists, keys, and what other calls are told",
      'DENY = ["truncate t"]\nD = {"delete from t": 1}\nst.write("update t set a = 1")\np.help = "select a from t"\nm.assert_called_with("delete from t")',
    ],
    [
      "clients of other databases",
      'spark.sql("delete from t")\nself.bq.query("delete from t")\nduck.execute("delete from t")',
    ],
    ["bytes", 'q = b"SELECT a FROM t"'],
    ["what begins unknown", 'q = f"{x} FROM t"\nq = x + "select a"'],
  ])("passes over %s", (_, module) => {
    expect(texts(module)).toEqual([]);
  });

  it("bounds what constants may grow to", () => {
    const grown = Array.from({ length: 60 }, (_, i) => `A${i + 1} = A${i} + A${i} + "SELECT"`).join("\n");
    expect(texts(`A0 = "SELECT a, "\n${grown}`).join("").length).toBeLessThan(2_000_000);
  });
});

it.each([
  ['cur.execute("DELETE FROM t")', true],
  ["def f(a) -> 'T': ...\nupdate = 1", false],
  ['import psycopg\nq = "SELECT a FROM t WHERE b @> %s"', true],
  ['import sqlite3\nq = "DELETE FROM t"', false],
  ['e = create_engine("sqlite+aiosqlite:///x.db")\nq = "DELETE FROM t"', false],
  ['from google.cloud import bigquery\nq = "DELETE FROM t"', false],
])("tells whether a module may hold SQL: %j", (text, may) => {
  expect(mayConcernDatabase(text)).toBe(may);
});
