import { describe, expect, it } from "vitest";
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
    expect(types(parseTree(text)).flat(Infinity)).not.toContain("⚠");
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
