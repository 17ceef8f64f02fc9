import { describe, expect, it } from "vitest";
import { firstProblem } from "../../src/language/problems.js";
import { readProgram } from "../../src/language/program.js";
import { respell } from "../../src/language/respell.js";
import { parseTree, type PyNode } from "../../src/language/tree.js";

const types = (nodes: readonly PyNode[]): unknown[] =>
  nodes.map(({ type, children }) => (children.length > 0 ? [type, ...types(children)] : type));

describe("parseTree", () => {
  it("gives the grammar's nodes with ranges in the file", () => {
    const [statement] = parseTree("await f(1)", 100);
    expect(types([statement!])).toEqual([
      ["ExpressionStatement", ["AwaitExpression", "await", ["CallExpression", "VariableName", ["ArgList", "(", "Number", ")"]]]], // prettier-ignore
    ]);
    expect(statement?.range).toEqual([100, 110]);
    expect(statement?.children[0]?.children[1]?.children[1]?.range).toEqual([107, 110]);
  });

  it("reads long chains, which nest deep", () => {
    expect(parseTree(`a${".b()".repeat(500)}`)).toHaveLength(1);
    expect(parseTree(`a${" + a".repeat(500)}`)).toHaveLength(1);
  });
});

describe("respell", () => {
  it.each([
    [
      "with (\n  open(a) as b,  # one\n  c as d,\n):\n  pass",
      "with  \n  open(a) as b,  # one\n  c as d,\n :\n  pass",
    ],
    ["with a() as (x, y): pass", "with a() as _     : pass"],
    ["async with a as self.b, c as d[0]:\n  pass", "async with a as _     , c as _   :\n  pass"],
    ["with (yield x) as y: pass", "with (yield x) as y: pass"],
    ["with open(a, b) as f: pass", "with open(a, b) as f: pass"],
    ["with (a or b): pass", "with (a or b): pass"],
    ["yield\nx = (yield)", "_____\nx = (_____)"],
    ["x = 'with (a as b)'", "x = 'with (a as b)'"],
  ])("%j", (text, expected) => {
    const found = respell(text);
    expect(found).toHaveLength(text.length);
    expect(found.replaceAll(/\s+/g, " ")).toBe(
      expected
        .replaceAll(/#[^\n]*/g, "")
        .replaceAll(/,(\s*):/g, "$1 :")
        .replaceAll(/\s+/g, " "),
    );
    expect(firstProblem(parseTree(text))).toBeUndefined();
  });
});

describe("firstProblem", () => {
  it.each([
    "def f():\n    yield\n    x = yield",
    "match x:\n    case A():\n        y\n    case int() | str(): z",
    "with (\n    a as b,\n    c as d,\n): pass",
    "def f[T: int](a, /, *, b): ...",
    "type X[T] = list[T]",
    "x = [*a, *b]\nprint(*a, **b)\nasync def f():\n    async with a as b, c: pass",
    "f'{x!r:>{w}} {y[\"z\"]}'",
    "try:\n    pass\nexcept* A: pass",
  ])("accepts %j", (text) => {
    expect(firstProblem(readProgram(text).body)).toBeUndefined();
  });

  it.each([
    ["x = foo(1", 9],
    ["def f(:\n    pass", 6],
    ["match x:\n    case A():\n        y = = 1", 35],
    ["x = 1 +", 7],
    ["if x\n    y = 1", 4],
  ])("finds the place in %j", (text, at) => {
    expect(firstProblem(readProgram(text).body)?.range[0]).toBe(at);
  });
});

describe("readProgram", () => {
  it("reads what stands around a mistake", () => {
    const { body } = readProgram("x = foo(1\ndef f():\n    pass\ny = 1\n");
    expect(body.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["FunctionDefinition", "AssignStatement"]),
    );
  });

  it("gives no trees for what it does not take for Python", () => {
    expect(readProgram("{% if x %}\ny = 1").body).toEqual([]);
  });
});
