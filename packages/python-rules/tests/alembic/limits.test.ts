import { describe, expect, it } from "vitest";
import { link } from "../../../sql-rules/src/model/link.js";
import { python } from "../../src/sql/reader.js";

// What a migration may lead to, and how it ends.

const MIGRATION = "shop/versions/a.py";
const SCHEMA = "from alembic import op\n";
const APPLICATION = "import os\nimport contextlib\n";
const FAR = "    for a in range(1000):\n        for b in range(1000): x = a\n";
const TOO_FAR = "the migration takes too many steps to be followed";

/** What a migration says that has lines between a new table and the table's second column. */
function read(module: string, lines: string, before = "") {
  const body = lines
    .split("\n")
    .map((line) => `    ${line}\n`)
    .join("");
  const files: Record<string, string> = {
    "shop/__init__.py": "",
    "shop/services.py": module,
    [MIGRATION]: `import contextlib\nimport os\nimport sqlalchemy as sa\nfrom alembic import op\nfrom shop.services import *\nrevision = "a"\ndown_revision = None\n${before}def upgrade():\n    op.create_table("t", sa.Column("id", sa.Integer()))\n${body}    op.add_column("t", sa.Column("z", sa.Text()))\n`,
  };
  const tree = { root: "/repo", paths: Object.keys(files).sort(), text: (path: string) => files[path] };
  const facts = python.read(files[MIGRATION]!, `/repo/${MIGRATION}`, tree);
  const { databasesOf } = link([{ path: MIGRATION, facts }], new Map(), {});
  const { catalog } = databasesOf.get(facts.path)![0]!;
  const columns = [...catalog.tables.values()].flatMap((table) =>
    [...table.columns.values()].map(
      ({ name, doubt }) => `${table.name}.${name}${(doubt ?? table.doubt) === undefined ? "" : "?"}`,
    ),
  );
  return { columns: columns.join(" "), errors: facts.unread.map(({ error }) => error) };
}

const nothingElse = { columns: "t.id t.z", errors: [] };
const many = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("");

describe("a function of the application that runs far", () => {
  it.each([
    ["a loop", `def get():\n${FAR}`, "get()"],
    ["a value", `def get():\n${FAR}    return 1\n`, "value = get()"],
    ["what it does until then", `def get():\n    session.execute("DROP TABLE t")\n${FAR}`, "get()"],
    ["itself", "def get(x):\n    return [get(x) for a in range(100)]\n", "get(os)"],
    ["one that calls the next", many(3000, (i) => `def f${i}(x): return f${i + 1}(x)\n`), "f0(os)"],
    ["ways out", `def get():\n${many(3000, (i) => `    if os.environ["${i}"]: return ${i}\n`)}`, "get()"],
    ["an object", "class A:\n    def __init__(self):\n        self.a = A()\n        self.execute()\n", "A()"],
    ["handlers", "def get():\n    try:\n        get()\n    except E:\n        get()\n    finally:\n        get()\n", "get()"],
    ["decorators", "def d(f):\n    @d\n    def g(): return f()\n    return g\n@d\ndef get(): return 1\n", "get()"],
    ["an error", "def get():\n    raise NotImplementedError\n", "get()"],
  ])("is not followed, and harms nothing: %s", (_, module, lines) => {
    expect(read(`${APPLICATION}${module}`, lines)).toEqual(nothingElse);
  }); // prettier-ignore

  it("counts as not followed where it is handed the operations, or a name", () => {
    const module = `${APPLICATION}def get(x):\n${FAR}`;
    const errors = ["get() of another module was not followed"];
    expect(read(module, "get(op)").errors).toEqual(errors);
    expect(read(module, 'get("t")')).toEqual({ columns: "t.id? t.z?", errors });
  });

  it("leaves a list that it is handed unknown", () => {
    const module = `${APPLICATION}def get(names):\n    names.append("t")\n${FAR}`;
    const { columns } = read(module, "names = []\nget(names)\nfor name in names: op.drop_table(name)");
    expect(columns).toBe("t.id? t.z?");
  });

  it("leaves what others give as it is", () => {
    const module = `${APPLICATION}def get():\n${FAR}def name(): return "y"\n`;
    expect(read(module, "get()\nop.add_column('t', sa.Column(name(), sa.Text()))").columns).toBe(
      "t.id t.y t.z",
    );
  });
});

describe("a helper of migrations that runs far", () => {
  it("leaves the whole migration unknown where it uses the operations", () => {
    expect(read(`${SCHEMA}def make():\n${FAR}    op.drop_table("t")\n`, "make()").errors).toContain(TOO_FAR);
  });

  it("is not followed where it uses none", () => {
    expect(read(`${SCHEMA}def get():\n${FAR}`, "get()")).toEqual(nothingElse);
  });
});

describe("contexts and generators", () => {
  const context = "@contextlib.contextmanager\n";
  const below = 'with c():\n    op.add_column("t", sa.Column("y", sa.Text()))';

  it.each([
    ["a context in itself", `${context}def c():\n    with c():\n        yield c\n`],
    ["a context in others", many(3000, (i) => `${context}def c${i || ""}():\n    with c${i + 1}():\n        yield\n`)],
    ["a context that runs far", `${context}def c():\n    yield\n${FAR}`],
    ["a context that yields in another one", `${context}def d():\n    yield\n${context}def c():\n    with d():\n        yield\n`],
    ["an object", "class c:\n    def __enter__(self):\n        with c() as x: return x\n    def __exit__(self, *a): pass\n"],
  ])("run what is below once, and end: %s", (_, module) => {
    const expected = { columns: "t.id t.y t.z", errors: [] };
    expect(read(`${APPLICATION}${module}`, below)).toEqual(expected);
    expect(read(`${APPLICATION}${SCHEMA}${module}`, below)).toEqual(expected);
  }); // prettier-ignore

  it("end in the migration itself", () => {
    expect(read("", below, `${context}def c():\n    with c():\n        yield\n`).errors).toEqual([]);
    expect(read("", `with ${many(2000, () => "open(), ")}open(): pass`).errors).toEqual([TOO_FAR]);
    const chain = many(30, (i) => `${context}def c${i || ""}():\n    with c${i + 1}():\n        op.f("a")\n        yield\n`); // prettier-ignore
    expect(read("", below, chain).errors).toEqual([TOO_FAR]);
  });

  it("end where a generator is made of itself", () => {
    const module = "def g(x):\n    for a in g(x):\n        yield from g(a)\n    yield (b for b in g(x))\n";
    expect(read(`${APPLICATION}${module}`, "for a in g(1): print(a)")).toEqual(nothingElse);
  });
});

it.each([
  ["ways out", many(3000, (i) => `if os.environ["${i}"]: return\n`)],
  ["a loop that may end early", "for a in range(1000):\n    if os.environ['x']: break\n    op.f('a')"],
])("has no way as long as the stack: %s", (_, lines) => {
  expect(read("", lines.trimEnd()).errors).toEqual([TOO_FAR]);
});
