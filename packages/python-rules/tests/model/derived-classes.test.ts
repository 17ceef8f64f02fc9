import { expect, it } from "vitest";
import { DerivedClasses } from "../../src/model/project/derived-classes.js";
import { SourceFile } from "../../src/model/project/source-file.js";

function classesOf(files: Record<string, string>) {
  const sources = new Map(Object.entries(files).map(([path, text]) => [path, new SourceFile(text)]));
  const classes = new DerivedClasses([...sources.keys()]);
  return {
    byBase: () => classes.byBase((path) => sources.get(path)),
    put: (path: string, text: string) => sources.set(path, new SourceFile(text)),
  };
}

it("are known by the last names of what they inherit from", () => {
  const text =
    "class A(Base):\n    class Inner(Base): pass\nclass B(pkg.Base, Generic[T], metaclass=Meta):\n    pass\nclass C(\n    Base,\n    Other,\n): pass\nclass D: pass\nthe class E(Base)\n";
  const found = classesOf({ "a.py": text, "tests/b.py": text, "test_c.py": text }).byBase();
  expect(found.get("Base")?.map(({ file, name }) => `${file} ${name}`)).toEqual([
    "a.py A",
    "a.py B",
    "a.py C",
  ]);
  expect(found.get("Other")).toEqual([{ file: "a.py", name: "C" }]);
  expect(found.get("Generic")).toEqual([{ file: "a.py", name: "B" }]);
});

it("are put together anew only where a header changes", () => {
  const { byBase, put } = classesOf({ "a.py": "class A(Base): pass\n", "b.py": "class B(Base): pass\n" });
  const before = byBase();
  put("a.py", "class A(Base):\n    x = 1\n");
  expect(byBase()).toBe(before);
  put("a.py", "class A(Other): pass\n");
  expect(byBase().get("Base")).toEqual([{ file: "b.py", name: "B" }]);
  expect(byBase().get("Other")).toEqual([{ file: "a.py", name: "A" }]);
});
