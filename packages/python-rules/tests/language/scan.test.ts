import { describe, expect, it } from "vitest";
import { scan } from "../../src/language/scan.js";

const statements = (text: string) =>
  scan(text).statements.map(({ kind, name, range }) => `${name ?? kind}|${text.slice(...range)}`);

describe("scan", () => {
  it("splits a module into its top-level statements", () => {
    const text = `"""Doc with
def no(): it is text"""
import a
from b import (
c, d)

@deco(
    1)
# between
async def f():
    x = """
def no(): pass
"""

    return x  # end
# after
class C(Base): pass
if a:
    b
elif c:
    d
else:
    e
x = \\
1; y = 2
`;
    expect(statements(text)).toEqual([
      `other|"""Doc with\ndef no(): it is text"""`,
      "import|import a",
      "import|from b import (\nc, d)",
      `f|@deco(\n    1)\n# between\nasync def f():\n    x = """\ndef no(): pass\n"""\n\n    return x`,
      "C|class C(Base): pass",
      "other|if a:\n    b\nelif c:\n    d\nelse:\n    e",
      "other|x = \\\n1; y = 2",
    ]);
  });

  it("begins anew behind a bracket that stays open", () => {
    expect(statements("x = foo(1,\ndef f():\n    pass\n")).toEqual([
      "other|x = foo(1,",
      "f|def f():\n    pass",
    ]);
  });

  it("takes no quote, bracket or number sign inside of strings and comments for one", () => {
    const text = `a = "it's # ("\nb = 'say "hi" \\' ['\nc = r"\\"  # don't {\nd = 1\n`;
    expect(statements(text)).toEqual(
      [`other|a = "it's # ("`, `other|b = 'say "hi" \\' ['`, `other|c = r"\\"  # don't {\nd = 1`]
        .slice(0, 2)
        .concat([`other|c = r"\\"  # don't {`, "other|d = 1"]),
    );
    expect(scan(text).comments).toEqual([]);
  });

  it("ends a string of one line with its line", () => {
    expect(statements(`a = "open\nb = 1\n`)).toEqual([`other|a = "open`, "other|b = 1"]);
  });

  it("gives comments without their sign", () => {
    expect(scan("x = 1  # one\r\n#two\n").comments).toEqual([
      { type: "Line", value: " one", range: [7, 12] },
      { type: "Line", value: "two", range: [14, 18] },
    ]);
  });

  it("counts in UTF-16", () => {
    expect(scan("s = '🐍'\ndef größe(): pass").statements).toEqual([
      { range: [0, 8], kind: "other" },
      { range: [9, 26], kind: "function", name: "größe" },
    ]);
  });

  it.each([
    ["{% if x %}\ny = 1\n{% endif %}\n", "it is a Jinja template"],
    ["x = {{ name }}\n", "it is a Jinja template"],
    ["def f():\n    print 'x'\n", "it is written in Python 2"],
    ["print >>sys.stderr, x\n", "it is written in Python 2"],
    ["raise ValueError, 'x'\n", "it is written in Python 2"],
    ["exec 'code'\n", "it is written in Python 2"],
    [`x = ${"(".repeat(201)}1${")".repeat(201)}\n`, "its brackets nest deeper than Python reads"],
  ])("takes none of %j for what it says", (text, reason) => {
    expect(scan(text).unread?.reason).toBe(reason);
  });

  it.each([
    "print('x')\nprint\nprint = 1\nprint if x else y\n",
    "x = '{{ a }} {% b %}'  # {{ c }}\ny = f'{{{a}}}'\n",
    "d = {  # comment\n}\ne = { {1}.pop(): 2 }\n",
    "raise ValueError('a, b')\nraise\n",
    "exec('code')\n",
    "x = '''\nprint 'old'\n'''\n",
  ])("takes %j for Python", (text) => {
    expect(scan(text).unread).toBeUndefined();
  });

  it("stays fast where nothing closes", () => {
    const started = performance.now();
    for (const text of [
      "(".repeat(1e6),
      '"'.repeat(1e6),
      '"""'.repeat(3e5) + "\\".repeat(1e5),
      "@\n".repeat(1e5),
    ])
      scan(text);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
