import { describe, expect, it } from "vitest";
import { drawExpression, drawFacts, firstProblem } from "../../src/model/facts/draw.js";
import { FunctionBody } from "../../src/model/facts/functions.js";
import type { Step } from "../../src/model/facts/types.js";

const stepsOf = (text: string) => drawFacts(text).steps;
const functionOf = (text: string) => {
  const [step] = stepsOf(text);
  if (step?.k !== "def") throw new Error(`no function in ${text}`);
  return step.fn;
};

/** Facts with the bodies of functions read. */
function plain(value: unknown): unknown {
  if (value instanceof FunctionBody) {
    const { name, async, params, decorators, body } = value;
    return plain({ name, async, params, decorators, body });
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

describe("drawFacts", () => {
  it("depends on the text alone", () => {
    const text =
      "@deco(1)\nasync def f(a: int = 1, *b, c, **d) -> str:\n    async with x(a) as y:\n        return await y.z[0]";
    expect(plain(drawFacts(text).steps)).toEqual(plain(drawFacts(text).steps));
    expect(plain(drawFacts(text).steps)).toMatchObject([
      {
        k: "def",
        fn: {
          name: "f",
          async: true,
          params: [{ name: "a" }, { name: "b", kind: 1 }, { name: "c", kind: "key" }, { name: "d", kind: 2 }],
          body: [
            { k: "with", async: true },
            { k: "return", e: { k: "await" } },
          ],
        },
      },
    ]);
  });

  it.each(["(1)", "[a for a in b]", "{1: 2}", "f(\n  1\n)", "pass"])(
    "goes on behind a function in one line: %s",
    (body) => {
      const { body: steps } = functionOf(
        `def outer():\n    def g(): ${body}\n    a = 1\n    call()\n    call()\n`,
      );
      expect(steps.map(({ k }) => k)).toEqual(["def", "set", "do", "do"]);
    },
  );

  it("gives spans of calls from the start of the statement", () => {
    const text = "x = a.b(1)";
    const [step] = stepsOf(text) as (Step & { k: "set" })[];
    expect(step?.e?.k === "call" && text.slice(step.e.start, step.e.stop)).toBe("a.b(1)");
  });

  it("tells what a function binds, yields, declares elsewhere and sets", () => {
    const fn = functionOf(
      "def f(self, a):\n    global g\n    g = b = 1\n    self.x, c = a\n    for d in a: pass\n    with a as e: pass\n    (h := 1)\n    def i():\n        yield 1\n    import j.k\n",
    );
    expect(fn.locals).toEqual(["b", "c", "d", "e", "h", "i", "j"]);
    expect([fn.outer, fn.sets, fn.generator]).toEqual([["g"], ["x"], false]);
    expect(functionOf("def f():\n    x = yield\n").generator).toBe(true);
    expect(functionOf("def f():\n    return (lambda: (yield 1))\n").generator).toBe(false);
  });

  it("keeps the kinds of parameters", () => {
    const { params } = functionOf("def f(a, /, b=1, *, c: int, **d): pass");
    expect(params.map(({ name, kind }) => [name, kind])).toEqual([
      ["a", undefined],
      ["b", undefined],
      ["c", "key"],
      ["d", 2],
    ]);
  });

  it("reads imports in all their forms", () => {
    expect(stepsOf("import a.b as c, d")).toMatchObject([
      { k: "import", module: "a.b", as: "c" },
      { k: "import", module: "d" },
    ]);
    expect(stepsOf("from ..a.b import (c as d, e,)")).toEqual([
      { k: "from", module: "a.b", level: 2, names: [{ name: "c", as: "d" }, { name: "e" }] },
    ]);
    expect(stepsOf("from . import *")).toEqual([{ k: "from", module: "", level: 1, names: [{ name: "*" }] }]);
  });

  it("nests elif, and keeps handlers apart from what they handle", () => {
    const [branch] = stepsOf("if a:\n    b()\nelif c:\n    d()\nelse:\n    e()");
    expect(branch).toMatchObject({ k: "if", b: [{ k: "if", b: [{ k: "do" }] }] });
    const [attempt] = stepsOf(
      "try:\n    a()\nexcept (B, C) as d:\n    e()\nelse:\n    f()\nfinally:\n    g()",
    );
    expect(attempt).toMatchObject({ k: "try", handlers: [{ name: "d" }], b: [{}], last: [{}] });
  });

  it("keeps what cases take, as far as that is plain", () => {
    const cases = ['"a" | B.c', "None", "_", "other", "C(a=1)", "1 if d", "-1 | True", '["|"]'];
    const [step] = stepsOf(`match x:\n${cases.map((one) => `    case ${one}: pass\n`).join("")}`);
    expect(step?.k === "match" ? step.patterns : undefined).toMatchObject([
      {
        values: [
          { k: "str", v: "a" },
          { k: "attr", id: "c", of: { k: "name", id: "B" } },
        ],
      },
      { values: [{ k: "data", v: "None" }] },
      { isAny: true },
      { isAny: true },
      {},
      { values: [{ k: "data", v: "1" }], isGuarded: true },
      { values: [{ v: "-1" }, { v: "True" }] },
      {},
    ]);
  });

  it("says where a statement does not fit the grammar, and keeps the rest of it", () => {
    const text = "def f():\n    a = = 1\n    b()\n";
    expect(firstProblem(text)).toEqual([17, 18]);
    const facts = drawFacts(text);
    expect(JSON.stringify(plain(facts.steps))).toContain('"b"');
    expect(facts.problem).toEqual([17, 18]);
  });

  it("is bounded in depth", () => {
    const deep = `x = ${"[".repeat(190)}f()${"]".repeat(190)}`;
    expect(JSON.stringify(drawFacts(deep)).length).toBeLessThan(20_000);
    const nested =
      Array.from({ length: 90 }, (_, i) => `${" ".repeat(i)}if a:`).join("\n") + `\n${" ".repeat(90)}f()`;
    expect(drawFacts(nested).steps).toHaveLength(1);
    expect(
      drawFacts(`x = ${"not ".repeat(5000)}a\ny = ${"-".repeat(5000)}a\nz = 1`).steps.at(-1),
    ).toMatchObject({ k: "set" });
    const chain = drawFacts(`x = a${".b()".repeat(5000)}`);
    expect(() => JSON.stringify(chain.steps)).not.toThrow();
    const branches = drawFacts(`if a: pass\n${"elif b: c()\n".repeat(5000)}`);
    expect(() => JSON.stringify(branches.steps)).not.toThrow();
    expect(drawFacts(`x = ${"a + ".repeat(500)}a`).steps).toHaveLength(1);
  });
});

describe("drawExpression", () => {
  it("reads what an annotation in quotes says", () => {
    expect(drawExpression("list[Foo]")).toMatchObject({ k: "item", of: { id: "list" }, key: { id: "Foo" } });
    expect(drawExpression("not an expression =")?.k).not.toBe("name");
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
    expect(firstProblem(text)).toBeUndefined();
  });

  it.each([
    ["x = foo(1", 9],
    ["def f(:\n    pass", 6],
    ["match x:\n    case A():\n        y = = 1", 35],
    ["x = 1 +", 7],
    ["if x\n    y = 1", 4],
  ])("finds the place in %j", (text, at) => {
    expect(firstProblem(text)?.[0]).toBe(at);
  });
});
