import { describe, expect, it } from "vitest";
import { bodiesOf } from "../../src/model/layers/bodies.js";
import { importsOf, targetOf } from "../../src/model/layers/imports.js";
import { filesInLayers, layerOf, layersOf, packagesOf } from "../../src/model/layers/layers.js";
import { Codebase } from "../../src/model/project/codebase.js";
import { SourceFile } from "../../src/model/project/source-file.js";

function codeOf(texts: Record<string, string>): Codebase {
  const files = new Map(Object.entries(texts).map(([path, text]) => [path, new SourceFile(text)]));
  return new Codebase({ paths: [...files.keys()].sort(), file: (path) => files.get(path) }, new Set());
}

describe("imports", () => {
  it.each([
    ["import a.b as c, d", ["a.b", "d"]],
    ["from a.b import c as d, e", ["a.b:c", "a.b:e"]],
    ["from a import (\n    b,  # one\n    c,\n)", ["a:b", "a:c"]],
    ["from a import *", ["a"]],
    ["from . import b", [":1:b"]],
    ["from .... import b", [":4:b"]],
    ["from ..a.b import c", ["a.b:2:c"]],
    ["if x:\n    def f():\n        import a", ["a"]],
    ["import_module('a.b')", ["a.b"]],
    ["importlib.import_module('..b', package='a.c.d')", ["a.c.b"]],
    ["importlib.import_module('.b', __name__)", []],
    ["importlib.import_module(name)", []],
    ["importlib.import_module(f'a.{b}')", []],
    ["'import a'\n# import b\nx.import_module", []],
    ["import", []],
    ["from import import", []],
    ["from a import", []],
  ])("of %j", (text, expected) => {
    const found = importsOf(new SourceFile(text)).map(({ module, level, name }) =>
      [module, level || [], name ?? []].flat().join(":"),
    );
    expect(found).toEqual(expected);
  });

  it("stand where their words do", () => {
    const text = "x = 1\nfrom a.b import c as d\nimport e.f\n";
    expect(importsOf(new SourceFile(text)).map(({ range }) => text.slice(...range))).toEqual(["c", "e.f"]);
  });

  it("are found in the files of a project", () => {
    const code = codeOf({
      "src/a/__init__.py": "",
      "src/a/b.py": "",
      "src/a/c/d.py": "",
      "src/e.py": "from a import b, f\nfrom a.c.d import g\nfrom a.gone.h import i\nimport j\nfrom .a import b\nfrom . import a\n", // prettier-ignore
    });
    const file = code.file("src/e.py")!;
    expect(importsOf(file).map((one) => targetOf(code, "src/e.py", one))).toEqual([
      "src/a/b",
      "src/a",
      "src/a/c/d",
      "src/a",
      undefined,
      "src/a/b",
      "src/a",
    ]);
  });
});

describe("layers", () => {
  const tree = {
    "service/main.py": "from fastapi import FastAPI\n",
    "service/shared/x.py": "",
    "pipeline/train.py": "import h2o\n",
    "lib/shared/a.py": "",
  };

  it("are found by name and by what their code imports", () => {
    const layers = layersOf(codeOf(tree));
    expect(layers).toEqual({
      service: ["service"],
      pipeline: ["pipeline"],
      shared: ["lib/shared", "shared"],
    });
    expect(layerOf(layers, "service/main.py")).toBe("service");
    expect(layerOf(layers, "services/main.py")).toBeUndefined();
    expect(layerOf(layers, "lib/shared/a.py")).toBe("shared");
    expect(filesInLayers({ code: codeOf(tree), layers })).toEqual([
      "pipeline/train.py",
      "service/main.py",
      "service/shared/x.py",
    ]);
  });

  it("are the ones that are set, with and without slashes; the innermost folder wins", () => {
    const packages = { service: ["./service/"], pipeline: ["service/jobs"], shared: ["service/shared"] };
    const layers = layersOf(codeOf(tree), packagesOf(packages));
    expect(layerOf(layers, "service/main.py")).toBe("service");
    expect(layerOf(layers, "service/jobs/x")).toBe("pipeline");
    expect(layerOf(layers, "service/shared/x")).toBe("shared");
  });

  it("take nothing from a setting that is no list of names", () => {
    for (const value of [undefined, null, 1, "a", [], { service: "a" }, { service: [1] }])
      expect(packagesOf(value)).toEqual({});
  });

  it("are none where code does not say so, and no file is in them", () => {
    const code = codeOf({ "service/main.py": "", "pipeline/train.py": "import h2o\n" });
    expect(filesInLayers({ code, layers: layersOf(code) })).toEqual([]);
  });
});

describe("bodies", () => {
  const long = `    return [${Array.from({ length: 20 }, (_, i) => `a${i}`).join(", ")}]\n`;
  const codes = (text: string) => bodiesOf(new SourceFile(text)).map(({ code }) => code);

  it("are the same whatever is said about them", () => {
    const [plain] = codes(`def f(a, b=1):\n${long}`);
    expect(codes(`def g(a: int, b: int = 2) -> list:\n    '''What.'''\n\n    # why\n${long}`)).toEqual([
      plain,
    ]);
    expect(codes(`class A:\n    @staticmethod\n    def g(a, b):\n    ${long}`)).toEqual([plain]);
  });

  it("differ by parameters, strings and blocks", () => {
    const all = [
      `def f(a):\n${long}`,
      `def f(b):\n${long}`,
      `def f(a):\n    if a:\n    ${long}`,
      `def f(a):\n    if a:\n        pass\n${long}`,
      `def f(a):\n    x = f"1{a}"\n${long}`,
      `def f(a):\n    x = f"2{a}"\n${long}`,
    ].flatMap(codes);
    expect(new Set(all).size).toBe(6);
  });

  it("are read however deep they nest", () => {
    const deep = `def f(a):\n    return ${"not ".repeat(50_000)}a${".b".repeat(50_000)}\n`;
    expect(codes(deep)).toHaveLength(1);
    expect(importsOf(new SourceFile(`import a\n${deep}`))).toHaveLength(1);
    expect(importsOf(new SourceFile(`x = import_module(${"-".repeat(50_000)}a)\n`))).toEqual([]);
  });
});
