import { blockingCalls } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { describe, expect, it } from "vitest";
import { Codebase } from "../../src/model/project/codebase.js";
import { SourceFile } from "../../src/model/project/source-file.js";
import { Radar } from "../../src/model/radar/radar.js";

function radarOver(files: Record<string, string>): Radar {
  const sources = {
    paths: Object.keys(files).sort(),
    file: (path: string) => (files[path] === undefined ? undefined : new SourceFile(files[path])),
  };
  return new Radar(new Codebase(sources, new Set(["time", "requests"])), blockingCalls);
}

const ends = (radar: Radar, file = "main.py") =>
  radar.chainsFrom(file).map(({ links }) => `${links.length} ${links.at(-1)?.name}`);

describe("the Radar", () => {
  it("counts and lists the calls whose targets it cannot tell", () => {
    const text = "async def f(a):\n    a.b()\n    print(a)\n    a.c().d()\n";
    const radar = radarOver({ "main.py": text });
    expect(radar.chainsFrom("main.py")).toEqual([]);
    const { calls, unresolved } = radar.coverage();
    expect(calls).toBe(4);
    expect(unresolved.map(({ callee, place }) => `${callee} ${text.slice(...place.range)}`)).toEqual([
      "a.b a.b()",
      "a.c a.c()",
      "a.c().d a.c().d()",
    ]);
  });

  it("tells what is called on what a test, a default or a base class gives", () => {
    const unknown = (body: string, params = "a") => {
      const text = `from typing import NamedTuple, TypedDict
from pydantic import BaseModel
class Model(BaseModel): pass
class Pair(NamedTuple): a: int
class Options(TypedDict): a: int
class Problem(Exception): pass
class Items(list): pass
async def f(${params}):
${body}
`;
      const radar = radarOver({ "main.py": text });
      radar.chainsFrom("main.py");
      return radar.coverage().unresolved.map(({ callee }) => callee);
    };
    expect(unknown("    a.get()")).toEqual(["a.get"]);
    expect(unknown("    if isinstance(a, dict):\n        a.get()\n    a.pop()")).toEqual(["a.pop"]);
    expect(unknown("    if not isinstance(a, (str, tuple)):\n        return\n    a.count()")).toEqual([]);
    expect(unknown("    [one.get() for one in a if isinstance(one, dict)]")).toEqual([]);
    expect(unknown("    a.get('x', {}).get()", "a: dict")).toEqual([]);
    expect(unknown("    a.get('x').get()", "a: dict")).toEqual(["a.get().get"]);
    expect(unknown("    a.model_dump().get('x')\n    a.model_dump_json().encode()", "a: Model")).toEqual([]);
    expect(unknown("    Model.model_validate(a).model_copy()\n    Model.missing()")).toEqual([
      "Model.missing",
    ]);
    expect(unknown("    a._replace(a=1)._asdict().get('a')\n    a.missing()", "a: Pair")).toEqual([
      "a.missing",
    ]);
    expect(unknown("    a.get('a')\n    a.items()", "a: Options")).toEqual([]);
    expect(unknown("    raise Problem(a).with_traceback(None)")).toEqual([]);
    expect(unknown("    a.append(1)\n    a.pop()", "a: Items")).toEqual([]);
  });

  it("takes a module beside a file for no other of its name, and one below a package that imports itself", () => {
    const files = (types: string) => ({
      "app/__init__.py": "",
      "app/parts/main.py":
        "from types import MappingProxyType\nfrom app.schemas import chat\nasync def f():\n    MappingProxyType({})\n    chat.read()\n",
      "app/parts/types.py": types,
      "app/schemas/__init__.py": "from app.schemas import chat\n",
      "app/schemas/chat.py": "import time\ndef read(): time.sleep(1)\n",
    });
    const told = (types: string) => {
      const radar = radarOver(files(types));
      const found = ends(radar, "app/parts/main.py");
      return [...found, ...radar.coverage().unresolved.map(({ callee }) => callee)];
    };
    expect(told("import time\nMappingProxyType = time.sleep\n")).toEqual(["1 time.sleep", "2 time.sleep"]);
    expect(told("x = 1\n")).toEqual(["2 time.sleep"]);
    // It may have the name all the same.
    expect(told("def __getattr__(name): return lambda x: x\n")).toEqual(["2 time.sleep", "MappingProxyType"]);
  });

  it("knows what a test tells: either of two, both, and what stands behind `and` and `or`", () => {
    const main = (body: string) => `import time
class A:
    def run(self): time.sleep(1)
class B:
    def run(self): print(1)
async def f(x, y=None):
${body}
`;
    const found = (body: string) => ends(radarOver({ "main.py": main(body) }));
    const chain = ["2 time.sleep"];
    expect(found("    if isinstance(x, A) or isinstance(x, B):\n        x.run()")).toEqual(chain);
    expect(found("    if isinstance(x, B) or isinstance(x, A):\n        x.run()")).toEqual(chain);
    expect(found("    if isinstance(x, B) or y:\n        x.run()")).toEqual([]);
    expect(found("    if y and isinstance(x, A):\n        x.run()")).toEqual(chain);
    expect(found("    if not isinstance(x, A) or y:\n        return\n    x.run()")).toEqual(chain);
    expect(found("    if isinstance(x, A) and x.run():\n        pass")).toEqual(chain);
    expect(found("    if not isinstance(x, A) or x.run():\n        pass")).toEqual(chain);
    expect(found("    if isinstance(x, A) or x.run():\n        pass")).toEqual([]);
    expect(found("    if isinstance(x, A) and y:\n        pass\n    x.run()")).toEqual([]);
    expect(found("    if y and (z := A()):\n        z.run()")).toEqual(chain);
  });

  it("leaves out what does not run on the loop, and what the constants of a call rule out", () => {
    const found = (text: string) => ends(radarOver({ "main.py": `import asyncio, time\n${text}` }));
    const helper = (body: string, call = "g()", params = "") =>
      found(`def g(${params}):\n${body}\nasync def f():\n    ${call}\n`);
    const sleep = "time.sleep(1)";
    const ask = (handler: string) =>
      `    try:\n        loop = asyncio.get_running_loop()\n    except RuntimeError:\n        ${handler}`;
    expect(helper(ask(sleep))).toEqual([]);
    const asked = ask("loop = None");
    expect(helper(`${asked}\n    if loop is not None:\n        pass\n    else:\n        ${sleep}`)).toEqual(
      [],
    );
    expect(helper(`${asked}\n    if loop and loop.is_running():\n        return\n    ${sleep}`)).toEqual([]);
    expect(helper(`${asked}\n    if loop is None:\n        return\n    ${sleep}`)).toEqual(["2 time.sleep"]);
    expect(helper(`    if not asyncio.get_event_loop().is_running():\n        ${sleep}`)).toEqual([]);
    const own = `def running():\n    try:\n        return asyncio.get_running_loop()\n    except RuntimeError:\n        return None\n`;
    expect(
      found(`${own}def g():\n    if running() is None:\n        ${sleep}\nasync def f():\n    g()\n`),
    ).toEqual([]);
    const other = `    try:\n        open_it()\n        asyncio.get_running_loop()\n    except RuntimeError:\n        ${sleep}`;
    expect(helper(other)).toEqual(["2 time.sleep"]);

    const test = (condition: string) => `    if ${condition}:\n        ${sleep}`;
    expect(helper(test("wait"), "g(wait=False)", "wait=True")).toEqual([]);
    expect(helper(test("wait"), "g()", "wait=True")).toEqual(["2 time.sleep"]);
    expect(helper(test("not wait"), "g()", "wait=True")).toEqual([]);
    expect(helper(test("other and wait is False"), "g(True)", "wait, other=1")).toEqual([]);
    expect(helper(test("wait is not True"), "g(False)", "wait")).toEqual(["2 time.sleep"]);
    expect(helper(test("wait"), "g(**more)", "wait=False")).toEqual(["2 time.sleep"]);
    expect(helper(test("wait or name"), "g('a', False)", "name, wait")).toEqual(["2 time.sleep"]);
    expect(helper(test('name.startswith("oidc/")'), 'g("TOKEN")', "name: str")).toEqual([]);
    expect(helper(test('name.startswith("oidc/")'), 'g("oidc/a")', "name: str")).toEqual(["2 time.sleep"]);
    const kind = 'kind="id"';
    expect(helper(test('kind == "alias"'), "g()", kind)).toEqual([]);
    expect(helper(test('kind != "id"'), "g()", kind)).toEqual([]);
    expect(helper(test('kind in ("alias", "name")'), "g('id')", kind)).toEqual([]);
    expect(helper(test('kind not in ("alias", "id")'), "g()", kind)).toEqual([]);
    expect(helper(test('kind == "alias"'), "g('alias')", kind)).toEqual(["2 time.sleep"]);
    expect(helper(test('kind in ("alias", OTHER)'), "g()", kind)).toEqual(["2 time.sleep"]);
    expect(helper(test('kind in "kinds of id"'), "g()", kind)).toEqual(["2 time.sleep"]);
    expect(helper(test('name.startswith("TO")'), 'g("TOKEN")', "name: str")).toEqual(["2 time.sleep"]);
  });

  it("follows a table of another module, which that does not change", () => {
    const found = (tables: string, kind: string, more = "") => {
      const main = `import time\nfrom shop.kinds import KINDS\ndef g(kind):\n    if kind not in KINDS: return\n    time.sleep(1)\nasync def f():\n    g("${kind}")\n`;
      const files = { "shop/main.py": main, "shop/kinds.py": "from .tables import TABLE as KINDS\n", "shop/tables.py": tables, "shop/more.py": more }; // prettier-ignore
      const chains = radarOver(files).chainsFrom("shop/main.py");
      return chains.map(({ doubt }) => (doubt ? "doubtful" : "sure"));
    };
    expect(found('TABLE = ("a", "b")', "a")).toEqual(["sure"]);
    expect(found('TABLE = ("a", "b")', "c")).toEqual([]);
    expect(found('TABLE = {"a": 1}', "c", "from .tables import TABLE")).toEqual([]);
    // Whether it is in there is not known; what is made elsewhere may hold anything.
    expect(found('TABLE = {"a", "b"}\nTABLE.add("c")', "c")).toEqual(["doubtful"]);
    expect(found('TABLE = {"a": 1}\nif TABLE["a"] == 1: pass', "c")).toEqual([]);
    expect(found('TABLE = {"a": 1}\nTABLE["c"] = 1', "c")).toEqual(["doubtful"]);
    expect(found('TABLE = {"a": 1}\nTABLE |= more()', "c")).toEqual(["doubtful"]);
    expect(found('TABLE = {"a"}\nTABLE = more()', "c")).toEqual(["sure"]);
    expect(found('TABLE = {"a": 1}', "c", 'import shop\nshop.tables.TABLE["c"] = 2')).toEqual(["doubtful"]);
    expect(found("TABLE = {one for one in more()}", "c")).toEqual(["doubtful"]);
  });

  it("keeps a doubt where more callers give constants than are told apart", () => {
    const found = (test: string, last: string) => {
      const helper = `def g(kind, is_local=False):\n    if kind is None:\n        return\n    if ${test}:\n        time.sleep(1)\n`;
      const calls = Array.from({ length: 40 }, (_, i) => `    g("k${i}")\n`).join("");
      const text = `import time\n${helper}async def f(x):\n${calls}${last}`;
      const chains = radarOver({ "main.py": text }).chainsFrom("main.py");
      const lines = chains.map(({ links, doubt }) => `${text.slice(...links[0]!.place.range)}${doubt ? "?" : ""}`); // prettier-ignore
      return lines.filter((line) => !line.includes('"k'));
    };
    expect(found('kind == "last"', '    g("last")\n    g(x)\n')).toEqual(['g("last")?', "g(x)"]);
    expect(found('is_local is False and kind != "k"', '    g("last", True)\n')).toEqual(['g("last", True)?']);
  });

  it("knows what a decorator gives however often it decorates", () => {
    const wrap = "def wrap(fn):\n    def run(*args):\n        return fn(*args)\n    return run\n";
    const all = Array.from({ length: 60 }, (_, i) => `@wrap\ndef g${i}():\n    time.sleep(1)\n`).join("");
    const calls = Array.from({ length: 60 }, (_, i) => `    g${i}()\n`).join("");
    const text = `import time\n${wrap}${all}async def f():\n${calls}`;
    expect(ends(radarOver({ "main.py": text }))).toHaveLength(60);
  });

  it("takes the shortest way to each blocking call", () => {
    const main = `import time
def a(): b(); c()
def b(): c()
def c(): time.sleep(1)
async def f(): a()
`;
    expect(ends(radarOver({ "main.py": main }))).toEqual(["3 time.sleep"]);
  });

  it("takes the way of the rest where a special case leads there as well", () => {
    const text = `import time
def load(item, session): time.sleep(1)
def wrapper(*args, **kwargs):
    if "session" in kwargs or at < len(args):
        return load(*args, **kwargs)
    return load(*args, session=make(), **kwargs)
async def f(): wrapper(1)
`;
    const [chain] = radarOver({ "main.py": text }).chainsFrom("main.py");
    expect(text.slice(...chain!.links[1]!.place.range)).toBe("load(*args, session=make(), **kwargs)");
  });

  it("finds the same whether a file is asked for alone or all are", () => {
    const files = {
      "main.py": "from b import g\nasync def f(): g()\n",
      "b.py": "import time, c\ndef g(): c.h()\nasync def k(): g()\n",
      "c.py": "import time\ndef h(): time.sleep(1)\n",
    };
    const all = radarOver(files).chains();
    for (const file of Object.keys(files)) expect(ends(radarOver(files), file)).toEqual((all.get(file) ?? []).map(({ links }) => `${links.length} ${links.at(-1)?.name}`)); // prettier-ignore
  });

  it.each([
    ["recursion", "def a(): b()\ndef b(): a(); time.sleep(1)\nasync def f(): a()"],
    ["a function that returns itself", "def a(): return a\nasync def f():\n    a()()()\n    time.sleep(1)"],
    ["growing arguments", "def a(x): return a([x])\nasync def f():\n    a(time)\n    time.sleep(1)"],
    [
      "growing objects",
      "class A:\n    def __init__(self, x): self.x = x\n    def g(self): return A(self).g()\nasync def f():\n    A(time).g()\n    time.sleep(1)",
    ],
    [
      "an attribute of itself",
      "class A:\n    def __init__(self): self.x = self.x\n    def g(self): return self.x.g()\nasync def f():\n    A().g()\n    time.sleep(1)",
    ],
    ["a class of itself", "class A(A): pass\nasync def f():\n    A().x()\n    time.sleep(1)"],
    ["a decorator of itself", "@d\ndef d(f): return f\nasync def f():\n    d(1)\n    time.sleep(1)"],
    [
      "deep chains",
      `${Array.from({ length: 300 }, (_, i) => `def a${i}(): return a${i + 1}()`).join("\n")}\ndef a300(): time.sleep(1)\nasync def f():\n    a0()\n    time.sleep(1)`,
    ],
  ])("ends at %s", (_, text) => {
    expect(ends(radarOver({ "main.py": `import time\n${text}\n` })).at(-1)).toMatch(/ time\.sleep$/);
  });

  it("ends with tests that nest however deep", () => {
    const nested = (depth: number, op: string): string =>
      depth === 0 ? "a" : `(${nested(depth - 1, op === "and" ? "or" : "and")} ${op} not b${depth})`;
    const test = nested(60, "or");
    const radar = radarOver({
      "main.py": `import time\nasync def f(a, **b):\n    while ${test}:\n        if ${test}:\n            time.sleep(1 if ${test} else 2)\n`,
    });
    expect(ends(radar)).toEqual(["1 time.sleep"]);
  });

  it("stays within its time on a hostile file", () => {
    const wide = Array.from(
      { length: 400 },
      (_, i) => `def a${i}(f, g):\n    f(g, f)\n    g(f, a${(i * 7) % 400})\n    return a${(i + 1) % 400}`,
    );
    const started = performance.now();
    radarOver({ "main.py": `${wide.join("\n")}\nasync def f():\n    a0(a1, a2)\n` }).chainsFrom("main.py");
    const long = Array.from({ length: 30_000 }, (_, i) => `def b${i}(): pass`);
    radarOver({ "main.py": `${long.join("\n")}\nasync def f():\n    b1()\n    b29999()\n` }).chainsFrom(
      "main.py",
    );
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it("asks of tests that hold others for no longer than it takes to read them", () => {
    const nested = `${"x in (".repeat(80)}y${",)".repeat(80)}`;
    const chosen = `${"(x if ".repeat(80)}y${" else z)".repeat(80)}`;
    for (const test of [nested, chosen, Array.from({ length: 9000 }, (_, i) => `x == ${i}`).join(" or ")]) {
      const text = `import time
def g(x, y, z):
    v = ${test}
    if ${test}:
        time.sleep(1)
async def f(x, y):
    if ${test}:
        g(x, y, "k")
`;
      expect(ends(radarOver({ "main.py": text }))).toEqual(["2 time.sleep"]);
    }
  });
});
