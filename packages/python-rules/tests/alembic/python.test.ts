import { describe, expect, it } from "vitest";
import { link } from "../../../sql-rules/src/model/link.js";
import { formatType } from "../../../sql-rules/src/model/types.js";
import { constant, replacedIn, type Value } from "../../src/alembic/values.js";
import { python } from "../../src/sql/reader.js";

// What Python does with helpers of other modules; each was held to `alembic upgrade head` on PostgreSQL.

const HEAD = `
import os
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
`;
const MAKE = `
def add(name, type=JSONB, table="t"):
    op.add_column(table, sa.Column(name, type()))
`;

function filesOf(helpers: string, lines: string, imports = "from shop.helpers import *") {
  const body = lines
    .split("\n")
    .map((line) => `    ${line}\n`)
    .join("");
  return {
    "shop/__init__.py": "",
    "shop/helpers.py": `${HEAD}${MAKE}${helpers}\n`,
    "shop/versions/a.py": `${HEAD}${imports}\nrevision = "a"\ndown_revision = None\ndef upgrade():\n    op.create_table("t", sa.Column("id", sa.Integer()))\n${body}`,
  };
}

function factsOf(files: Record<string, string>) {
  const file = "shop/versions/a.py";
  const tree = { root: "/repo", paths: Object.keys(files).sort(), text: (path: string) => files[path] };
  return python.read(files[file]!, `/repo/${file}`, tree);
}

/** The columns that a migration leaves beside the first one, those in doubt with a question mark. */
function columns(files: Record<string, string>): string {
  const facts = factsOf(files);
  const { databasesOf } = link([{ path: "shop/versions/a.py", facts }], new Map(), {});
  const { catalog } = databasesOf.get(facts.path)![0]!;
  const all = [...catalog.tables.values()].flatMap((table) =>
    [...table.columns.values()].map(({ name, type, doubt }) => {
      const isDoubtful = doubt !== undefined || table.doubt !== undefined;
      return `${name} ${formatType(type)}${isDoubtful ? "?" : ""}`;
    }),
  );
  return [...all.filter((one) => !/^id integer\??$/.test(one)), ...facts.unread.map(() => "unread")].join(
    ", ",
  );
}

it.each([
  ["a set of tuples", "def make():\n    for name, table in set([('x', 't')]): add(name, table=table)", "make()", "x jsonb"],
  ["a lambda", "make = lambda name: add(name)", 'make("x")', "x jsonb"],
  ["a part of a call", 'from functools import partial\nmake = partial(add, "x", table="t")', "make()", "x jsonb"],
  ["a method of the class above", "class A:\n    def make(self): add('x')\nclass B(A):\n    def make(self):\n        super().make()\n        add('y')", "B().make()", "x jsonb, y jsonb"],
  ["what makes an object", "class A:\n    def __init__(self, name): add(name)", 'A("x")', "x jsonb"],
  ["an object that is called", "class A:\n    def __call__(self, name): add(name)\nmake = A()", 'make("x")', "x jsonb"],
  ["a method that calls itself", "class A:\n    def add(self, name): add(name)\n    def walk(self, names):\n        self.add(names[0])\n        if len(names) > 1: self.walk([names[-1]])", 'A().walk(["x", "y"])', "x jsonb, y jsonb"],
  ["a static method of an object", "class A:\n    @staticmethod\n    def make(name): add(name)", 'A().make("x")', "x jsonb"],
  ["a decorator", "def twice(run):\n    def inner(name):\n        run(name + '1')\n        run(name + '2')\n    return inner\n@twice\ndef make(name): add(name)", 'make("x")', "x1 jsonb, x2 jsonb"],
  ["a decorator that drops it", "def never(run): return lambda *names: None\n@never\ndef make(name): add(name)", 'make("x")', ""],
  ["a generator", "def all_of():\n    yield 'x'\n    yield from ['y', 'z']", "for name in all_of(): add(name)", "x jsonb, y jsonb, z jsonb"],
  ["a generator in a call", "def make(names): list(add(name) for name in names)", 'make(["x", "y"])', "x jsonb?, y jsonb?"],
  ["a generator that is handed over", "NAMES = (name + '1' for name in ['x', 'y'])", "for name in NAMES: add(name)", "x1 jsonb, y1 jsonb"],
  ["an attribute by its name", "def make(what): getattr(op, what)('t', sa.Column('x', JSONB()))", 'make("add_column")', "x jsonb"],
  ["an assertion", "def make():\n    add('x')\n    return True", "assert make()", "x jsonb"],
  ["a default that is evaluated once", "T = JSONB\ndef make(type=T): add('x', type)\nT = sa.Text", "make()", "x jsonb"],
  ["a default that grows", "def make(name, seen=[]):\n    seen.append(name)\n    add('_'.join(seen))", 'make("x")\nmake("y")', "x jsonb, x_y jsonb"],
  ["names in the body of a class", "N = 'x'\nclass A:\n    N = 'y'\n    M = N + 'z'\n    def make(self): add(N + self.M)", "A().make()", "xyz jsonb"],
  ["fields of the class above", "from dataclasses import dataclass\n@dataclass\nclass A:\n    first: str\n@dataclass\nclass B(A):\n    second: str", 'b = B("x", "y")\nadd(b.first + b.second)', "xy jsonb"],
])("follows %s", (_, helpers, lines, expected) => {
  expect(columns(filesOf(helpers, lines))).toBe(expected);
}); // prettier-ignore

describe("a context", () => {
  it.each([
    ["runs what is below it where it yields", "from contextlib import contextmanager\n@contextmanager\ndef moved():\n    op.rename_table('t', 'v')\n    yield 'v'\n    op.rename_table('v', 't')", 'with moved() as name:\n    add("x", table=name)', "x jsonb"],
    ["is entered and left", "class A:\n    def __enter__(self):\n        add('x')\n        return 'y'\n    def __exit__(self, *error): add('z')", "with A() as name:\n    add(name)", "x jsonb, y jsonb, z jsonb"],
  ])("%s", (_, helpers, lines, expected) => {
    expect(columns(filesOf(helpers, lines))).toBe(expected);
  }); // prettier-ignore
});

describe("the way through a function", () => {
  it.each([
    ["a loop that breaks", "def make():\n    for name in ['x', 'y']:\n        add(name)\n        break\n    else:\n        add('z')", "x jsonb"],
    ["a loop that does not", "def make():\n    for name in ['x', 'y']:\n        if name == 'z': break\n    else:\n        add('z')", "z jsonb"],
    ["a loop over numbers", "def make():\n    for i in range(1, 3): add(f'x{i}')", "x1 jsonb, x2 jsonb"],
    ["a loop over none", "def make():\n    for i in range(0): add('x')", ""],
    ["a loop that the environment leaves", "def make():\n    for name in ['x', 'y']:\n        if os.environ.get('X'): return\n        add(name)\n    add('z')", "x jsonb?, y jsonb?, z jsonb?"],
    ["a loop that is not known", "def make():\n    i = 0\n    while i < 2:\n        add(f'x{i}')\n        i += 1", "unread"],
    ["an error that is certain", "def make():\n    try:\n        raise ValueError('x')\n    except ValueError:\n        add('x')", "x jsonb?"],
    ["an error that may be", "def make():\n    try:\n        int('x')\n        add('y')\n    except ValueError:\n        add('x')", "y jsonb?, x jsonb?"],
    ["no error", "def make():\n    try:\n        n = 1\n    except ValueError:\n        raise\n    else:\n        add('x')\n    finally:\n        add('y')", "x jsonb, y jsonb"],
    ["what is missing", "try:\n    import nothing_like_it\n    HAS = True\nexcept ImportError:\n    HAS = False\ndef make(): add('x', JSONB if HAS else sa.Text)", 'x unknown'],
    ["a choice of how an index is made", "def make():\n    how = 'CONCURRENTLY ' if os.environ.get('X') else ''\n    op.execute(f'CREATE INDEX {how}IF NOT EXISTS i ON t (id)')\n    add('x')", "x jsonb"],
    ["a choice of what is made", "def make():\n    name = 'x' if os.environ.get('X') else ''\n    op.execute(f'CREATE INDEX {name} ON t (id)')\n    add('y')", "y jsonb?, unread"],
    ["a choice that is not run", "def no(): return False\ndef make(): no() and add('x')", ""],
    ["a choice that may run", "def make(): os.environ.get('X') and add('x')", "x jsonb?"],
    ["an error of a helper", "def check(name):\n    if name == 'x': raise ValueError()\ndef make():\n    for name in ['x', 'y']:\n        try:\n            check(name)\n            add(name)\n        except ValueError:\n            continue", "y jsonb"],
    ["an error that a context keeps", "from contextlib import suppress\ndef make():\n    with suppress(ValueError):\n        raise ValueError()\n    add('x')", "x jsonb"],
    ["a handler that returns", "def make():\n    try:\n        int('x')\n    except ValueError:\n        return\n    add('x')", "x jsonb?"],
    ["a generator that nobody asks", "def some():\n    add('x')\n    yield 1\ndef make(): some()", "x jsonb?"],
    ["a call for each that nobody asks", "def make(): map(add, ['x'])", "x jsonb?"],
    ["numbers", "def make(n=True):\n    if n == 1: add('x')\n    if 2 > 3: add('y')", "x jsonb"],
    ["the dialect by another name", "def make():\n    dialect = op.get_bind().dialect\n    kind = dialect\n    if kind.name == 'postgresql': add('x')", "x jsonb"],
    ["cases", "def make(kind='x'):\n    match kind:\n        case 'x': add('x')\n        case _: add('y')", "x jsonb?, y jsonb?"],
  ])("%s", (_, helpers, expected) => {
    expect(columns(filesOf(helpers, "make()"))).toBe(expected);
  }); // prettier-ignore
});

describe("what is changed while it runs", () => {
  it.each([
    ["a name of the module", "N = 0\ndef make():\n    global N\n    N += 1\n    add(f'x{N}')", "make()\nmake()", "unread, unread"],
    ["a name of the function around", "def make():\n    name = 'x'\n    def change():\n        nonlocal name\n        name = 'y'\n    change()\n    add(name)", "make()", "y jsonb"],
    ["a list that was handed over", "def more(names): names.append('y')", 'names = ["x"]\nmore(names)\nfor name in names: add(name)', "x jsonb, y jsonb"],
    ["a list of two names", "", 'a = ["x"]\nb = a\nb.append("y")\nfor name in a: add(name)', "x jsonb, y jsonb"],
    ["a list in a dictionary", "def make():\n    d = {'t': ['x']}\n    d['t'].append('y')\n    for name in d['t']: add(name)", "make()", "x jsonb, y jsonb"],
    ["a dictionary", "def make():\n    d = {'x': JSONB}\n    d['x'] = sa.Text\n    for name, type in d.items(): add(name, type)", "make()", "x text"],
    ["a dictionary in a way of its own", "def make():\n    d = {'x': JSONB}\n    d.pop('x')\n    for name, type in d.items(): add('y', type)", "make()", 'y unknown?'],
    ["a field", "class A:\n    def __init__(self): self.name = 'x'\n    def change(self): self.name = 'y'\n    def make(self): add(self.name)", "a = A()\na.change()\na.make()", "unread"],
    ["a list by another name", "", 'a = ["x"]\nb = a\nb += ["y"]\nfor name in a: add(name)', "x jsonb, y jsonb"],
    ["an attribute by a text", "class A:\n    T = JSONB", "setattr(A, 'T', sa.Text)\nadd('x', A.T)", "x unknown"],
    ["a list of a class", "class A:\n    names = []\n    def more(self, name): self.names.append(name)\n    def make(self):\n        for name in A.names: add(name)", "A().more('x')\nA().make()", "unread"],
    ["names of a module by texts", "globals()['T'] = sa.Text\nT = JSONB\nglobals().update(T=sa.Text)", "op.add_column('t', sa.Column('x', T))", 'x "T"'],
    ["an attribute of a class", "class A:\n    T = JSONB\ndef change(): A.T = sa.Text", "change()\nadd('x', A.T)", 'x unknown'],
    ["a list of a module that it hands over itself", "NAMES = ['x']\ndef more(names): names.append('y')\nmore(NAMES)", "for name in NAMES: add(name)", "x jsonb, y jsonb"],
    ["what may be another by the environment", "T = JSONB\nif os.environ.get('X'):\n    T = sa.Text", "add('x', T)", 'x "T"'],
  ])("%s", (_, helpers, lines, expected) => {
    expect(columns(filesOf(helpers, lines))).toBe(expected);
  }); // prettier-ignore

  it("is said of a name that a migration gives another module", () => {
    const files = filesOf(
      "T = JSONB\ndef make(): add('x', T)",
      "h.T = sa.Text\nh.make()",
      "import shop.helpers as h",
    );
    expect(columns(files)).toBe("x unknown");
  });
});

describe("which name is meant", () => {
  it.each([
    ["the last of a module", "T = JSONB\nC = sa.Column('x', T())\nT = sa.Text", "from shop.helpers import C", 'op.add_column("t", C)', "x jsonb"],
    ["what a star brings below", "JSONB = sa.Text", "from shop.helpers import *", 'op.add_column("t", sa.Column("x", JSONB()))', "x text"],
    ["what a star does not bring", "__all__ = ['add']\nJSONB = sa.Text", "from shop.helpers import *", 'op.add_column("t", sa.Column("x", JSONB()))', "x jsonb"],
  ])("%s", (_, helpers, imports, lines, expected) => {
    expect(columns(filesOf(helpers, lines, imports))).toBe(expected);
  }); // prettier-ignore

  it("is that of the last star", () => {
    const files = {
      ...filesOf("T = sa.Text", 'op.add_column("t", sa.Column("x", T()))', "from shop.helpers import *\nfrom shop.more import *"),
      "shop/more.py": "import sqlalchemy as sa\nT = sa.JSON\n",
    }; // prettier-ignore
    expect(columns(files)).toBe("x json");
  });
});

describe("texts and lists", () => {
  it.each([
    ["in order", "for i, name in enumerate(sorted(['q', 'p']), 1): add(f'{name}{i}')", "p1 jsonb, q2 jsonb"],
    ["in the other order", "add('_'.join(reversed(['q', 'p'])))", "p_q jsonb"],
    ["each once", "for name in list(set(['x', 'x'])): add(name)", "x jsonb"],
    ["without blanks", "add(' x '.strip())", "x jsonb"],
    ["the rest of a list", "first, *rest = ['x', 'y', 'z']\nfor name in rest: add(name + first)", "yx jsonb, zx jsonb"],
    ["the last of two with a key", "add('x', **{**{'type': JSONB}, 'type': sa.Text})", "x text"],
    ["with all that is not known", "add('x', *os.environ['X'])", 'unread'],
  ])("%s", (_, lines, expected) => {
    expect(columns(filesOf("", lines))).toBe(expected);
  }); // prettier-ignore
});

describe("is bounded, and says so", () => {
  const doubling = (line: (i: number) => string, last: string) =>
    `${Array.from({ length: 60 }, (_, i) => line(i)).join("")}${last}`;
  const long = `L = [${"1,".repeat(5000)}]\n`;

  it.each([
    ["attributes of classes", doubling((i) => `class A${i}:\n    x = A${i + 1}.x + A${i + 1}.x\n`, "class A60:\n    x = 'a'"), "op.execute(A0.x)"],
    ["fields", `class A:\n    def __init__(self, a):\n${doubling((i) => `        self.p${i} = self.p${i + 1} + self.p${i + 1}\n`, "        self.p60 = a")}`, "op.execute(A('x').p0)"],
    ["implementations", doubling((i) => `class A${i}(sa.TypeDecorator):\n    impl = sa.ARRAY(A${i + 1}, A${i + 1})\n`, "class A60(sa.TypeDecorator):\n    impl = JSONB"), "add('x', A0)"],
    ["comprehensions", `${long}X = [[[c for c in L] for b in L] for a in L]`, "for x in X: op.drop_table(x)"],
    ["loops of a module", `${long}${"for a in L:\n    for b in L:\n        N = 1\n".repeat(50)}`, "op.drop_table(N)"],
    ["lists that grow", `${long}X = []\nfor a in L:\n    for b in L:\n        X.append(b)`, "op.drop_table(X)"],
    ["long SQL", `${long}S = "${"x".repeat(8000)}"\ndef make():\n    for a in L: op.execute(S)`, "make()"],
    ["a function that calls itself", "def walk(name):\n    add(name)\n    if len(name) < 30: walk(name + 'x')", "walk('x')"],
  ])("%s", (_, helpers, lines) => {
    const errors = factsOf(filesOf(helpers, lines)).unread.map(({ error }) => error);
    expect(errors).toContain("the migration takes too many steps to be followed");
  }); // prettier-ignore

  it("has no list as deep as the stack", () => {
    const helpers = `L = [${"1,".repeat(150)}]\nX = []\nfor a in L:\n    for b in L:\n        X = [X]`;
    expect(factsOf(filesOf(helpers, "op.drop_table(X)")).unread).toHaveLength(1);
  });

  it("doubts all tables where it ends", () => {
    const helpers = "def walk(name):\n    add(name)\n    if len(name) < 30: walk(name + 'x')";
    expect(columns(filesOf(helpers, "walk('k')"))).not.toMatch(/jsonb(?!\?)/);
  });
});

it("leaves a function as it is where nothing in its defaults changes: else it is taken for one of two", () => {
  const at: [number, number] = [0, 1];
  const identity = {};
  const texts: Value = { k: "list", items: [constant("t", at)], at, identity };
  const fn = { k: "function", at, defaults: new Map([["tables", texts]]) } as unknown as Value;
  expect(replacedIn(fn, {}, constant("x", at))).toBe(fn);
  expect(replacedIn(fn, identity, constant("x", at))).not.toBe(fn);
});
