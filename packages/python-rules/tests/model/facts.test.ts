import { describe, expect, it } from "vitest";
import { drawExpression, drawFacts } from "../../src/model/facts/draw.js";
import type { Step } from "../../src/model/facts/types.js";

const stepsOf = (text: string) => drawFacts(text).steps;
const functionOf = (text: string) => {
  const [step] = stepsOf(text);
  if (step?.k !== "def") throw new Error(`no function in ${text}`);
  return step.fn;
};

describe("drawFacts", () => {
  it("depends on the text alone, and is plain JSON", () => {
    const text =
      "@deco(1)\nasync def f(a: int = 1, *b, c, **d) -> str:\n    async with x(a) as y:\n        return await y.z[0]";
    const facts = drawFacts(text);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    expect(drawFacts(text)).toEqual(facts);
  });

  it("gives spans of calls from the start of the statement", () => {
    const text = "x = a.b(1)";
    const [step] = stepsOf(text) as (Step & { k: "set" })[];
    expect(step?.e?.k === "call" && text.slice(...step.e.at)).toBe("a.b(1)");
  });

  it("tells what a function binds, yields, declares elsewhere and sets", () => {
    const fn = functionOf(
      "def f(self, a):\n    global g\n    g = b = 1\n    self.x, c = a\n    for d in a: pass\n    with a as e: pass\n    (h := 1)\n    def i():\n        yield 1\n    import j.k\n",
    );
    expect(fn.locals).toEqual(["b", "c", "d", "e", "h", "i", "j"]);
    expect([fn.outer, fn.sets, fn.generator]).toEqual([["g"], ["x"], undefined]);
    expect(functionOf("def f():\n    x = yield\n").generator).toBe(true);
    expect(functionOf("def f():\n    return (lambda: (yield 1))\n").generator).toBeUndefined();
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

  it("says where a statement does not fit the grammar, and keeps the rest of it", () => {
    const { problem, steps } = drawFacts("def f():\n    a = = 1\n    b()\n");
    expect(problem).toEqual([17, 17]);
    expect(JSON.stringify(steps)).toContain('"b"');
  });

  it("is bounded in depth", () => {
    const deep = `x = ${"[".repeat(190)}f()${"]".repeat(190)}`;
    expect(JSON.stringify(drawFacts(deep)).length).toBeLessThan(20_000);
    const nested =
      Array.from({ length: 90 }, (_, i) => `${" ".repeat(i)}if a:`).join("\n") + `\n${" ".repeat(90)}f()`;
    expect(drawFacts(nested).steps).toHaveLength(1);
    expect(drawFacts(`x = ${"a + ".repeat(500)}a`).steps).toHaveLength(1);
  });
});

describe("drawExpression", () => {
  it("reads what an annotation in quotes says", () => {
    expect(drawExpression("list[Foo]")).toMatchObject({ k: "item", of: { id: "list" }, key: { id: "Foo" } });
    expect(drawExpression("not an expression =")?.k).not.toBe("name");
  });
});
