import { describe, expect, it } from "vitest";
import { python } from "../../src/sql/reader.js";
import { link } from "../../../sql-rules/src/model/link.js";
import { formatType } from "../../../sql-rules/src/model/types.js";

const HEAD = `
import sqlalchemy as sa
from alembic import op
`;
const ids = (revision: string, after: string | null): string =>
  `revision = "${revision}"\ndown_revision = ${after === null ? "None" : `"${after}"`}\n`;

/** A repository, by its files. */
function treeOf(files: Record<string, string>) {
  return { root: "/repo", paths: Object.keys(files).sort(), text: (file: string) => files[file] };
}

function read(files: Record<string, string>, file: string) {
  return python.read(files[file]!, `/repo/${file}`, treeOf(files));
}

/** What the migrations of a repository leave behind, and what could not be read. */
function schema(files: Record<string, string>, typeAliases: Record<string, string> = {}) {
  const listed = Object.keys(files)
    .sort()
    .map((path) => ({ path, facts: read(files, path) }));
  const { databasesOf } = link(listed, new Map(), { typeAliases });
  const migration = listed.find(({ facts }) => facts.link)!;
  const { catalog } = databasesOf.get(migration.facts.path)![0]!;
  return [
    ...[...catalog.tables.values()].flatMap(({ name, columns, doubt }) => [
      ...(doubt === undefined ? [] : [`${name}?`]),
      ...[...columns.values()].map((column) => `${name}.${column.name} ${formatType(column.type)}`),
    ]),
    ...[...catalog.indexes.values()].filter(({ constraint }) => !constraint).map(({ name }) => name),
    ...listed.flatMap(({ facts }) => facts.unread.map(({ error }) => `unread: ${error}`)),
  ];
}

const upgrade = (...lines: string[]) => `def upgrade():\n${lines.map((line) => `    ${line}\n`).join("")}`;
const migration = (imports: string, ...lines: string[]): string =>
  `${imports}\n${HEAD}${ids("a", null)}${upgrade(...lines)}`;

/** As Superset's `superset/migrations/shared/utils.py`. */
const UTILS = `
import logging

from alembic import op
from sqlalchemy import Column, inspect
from sqlalchemy.engine.reflection import Inspector

logger = logging.getLogger("alembic")

def get_table_column(table_name, column_name):
    insp = inspect(op.get_context().bind)
    try:
        for column in insp.get_columns(table_name):
            if column["name"] == column_name:
                return column
    except NoSuchTableError:
        pass
    return None

def table_has_column(table_name, column_name):
    return bool(get_table_column(table_name, column_name))

def table_has_index(table, index):
    insp = inspect(op.get_context().bind)
    return any(ind["name"] == index for ind in insp.get_indexes(table))

def has_table(table_name):
    insp = inspect(op.get_context().bind)
    table_exists = insp.has_table(table_name)
    return table_exists

def create_table(table_name: str, *columns, **kwargs) -> None:
    if has_table(table_name=table_name):
        logger.info("Table %s already exists", table_name)
        return
    op.create_table(table_name, *columns, **kwargs)

def drop_table(table_name):
    if not has_table(table_name=table_name):
        return
    op.drop_table(table_name=table_name)

def add_columns(table_name: str, *columns: Column) -> None:
    cols_to_add = []
    for col in columns:
        if table_has_column(table_name=table_name, column_name=col.name):
            logger.info("Column %s is there", col.name)
        else:
            cols_to_add.append(col)
    with op.batch_alter_table(table_name) as batch_op:
        for col in cols_to_add:
            batch_op.add_column(col)

def drop_columns(table_name, *columns):
    cols_to_drop = []
    for col in columns:
        if not table_has_column(table_name=table_name, column_name=col):
            continue
        cols_to_drop.append(col)
    with op.batch_alter_table(table_name) as batch_op:
        for col in cols_to_drop:
            batch_op.drop_column(col)

def create_index(table_name, index_name, columns, *, unique=False):
    if table_has_index(table=table_name, index=index_name):
        return
    op.create_index(table_name=table_name, index_name=index_name, unique=unique, columns=columns)

def drop_index(table_name, index_name):
    if not table_has_index(table=table_name, index=index_name):
        return
    op.drop_index(table_name=table_name, index_name=index_name)
`;

describe("helpers that look before they act", () => {
  const file = "shop/migrations/versions/a.py";
  const files = (...lines: string[]) => ({
    "shop/__init__.py": "",
    "shop/migrations/__init__.py": "",
    "shop/migrations/shared/__init__.py": "",
    "shop/migrations/shared/utils.py": UTILS,
    [file]: migration("from shop.migrations.shared.utils import *", ...lines),
  });
  const table = 'create_table("t", sa.Column("d", sa.JSON()), sa.Column("i", sa.Integer()))';

  it.each([
    ["a table", [table], ["t.d json", "t.i integer"]],
    ["a table that is there", [table, 'create_table("t", sa.Column("e", sa.Text()))'], ["t.d json", "t.i integer"]],
    ["a table that goes", [table, 'drop_table("t")'], []],
    ["a table that is not there", ['drop_table("t")'], []],
    ["columns", [table, 'add_columns("t", sa.Column("e", sa.Text()), sa.Column("d", sa.Text()))'], ["t.d json", "t.i integer", "t.e text"]],
    ["columns that go", [table, 'drop_columns("t", "d", "x")'], ["t.i integer"]],
    ["an index", [table, 'create_index("t", "ix", ["i"])', 'create_index("t", "ix", ["i"])'], ["t.d json", "t.i integer", "ix"]],
    ["an index that goes", [table, 'create_index("t", "ix", ["i"], unique=True)', 'drop_index("t", "ix")', 'drop_index("t", "ix")'], ["t.d json", "t.i integer"]],
  ])("%s", (_, lines, expected) => {
    expect(schema(files(...lines))).toEqual(expected);
    expect(read(files(...lines), file)).not.toHaveProperty("unfollowed");
  }); // prettier-ignore

  it("has the places of a migration alone", () => {
    const texts = files("create_table('t', sa.Column('d', sa.JSON()))");
    const [change] = read(texts, file).changes;
    const text = JSON.stringify(change);
    const ranges = [...text.matchAll(/"(?:range|typeRange)":\[(\d+),(\d+)\]/g)].map(([, from, to]) =>
      texts[file].slice(Number(from), Number(to)),
    );
    expect(ranges).toContain("sa.JSON()");
    const call = texts[file].indexOf("create_table(");
    expect(ranges.every((one) => one !== "" && texts[file].indexOf(one) >= call)).toBe(true);
  });
});

describe("where a name comes from", () => {
  const helper = `from alembic import op\nimport sqlalchemy as sa\nTABLE = "t"\ndef make():\n    op.create_table(TABLE, sa.Column("d", sa.JSON()))\n`;

  it.each([
    ["a module", { "app/__init__.py": "", "app/helpers.py": helper }, "app/versions/a.py", "from app.helpers import make"],
    ["a module below src", { "src/app/__init__.py": "", "src/app/helpers.py": helper }, "migrations/versions/a.py", "from app.helpers import make"],
    ["a module beside it", { "versions/_helpers.py": helper }, "versions/a.py", "from ._helpers import make"],
    ["the folder above", { "app/migrations/_helpers.py": helper }, "app/migrations/versions/a.py", "from .._helpers import make"],
    ["a name of its own", { "app/__init__.py": "", "app/helpers.py": helper }, "app/versions/a.py", "import app.helpers as h\nmake = h.make"],
    ["a module as a name", { "app/__init__.py": "", "app/helpers.py": helper }, "app/versions/a.py", "from app import helpers\ndef make():\n    helpers.make()"],
    ["a package that passes it on", { "app/__init__.py": "from .inner import create as make", "app/inner/__init__.py": "from .helpers import *", "app/inner/helpers.py": `${helper}create = make\n` }, "versions/a.py", "from app import make"],
    ["a branch", { "app/__init__.py": "", "app/helpers.py": `try:\n    from app.inner import make\nexcept ImportError:\n    make = None\n`, "app/inner.py": helper }, "app/versions/a.py", "from app.helpers import make"],
    ["what lies beside env.py", { "app/__init__.py": "", "app/migrations/__init__.py": "", "app/migrations/env.py": "", "app/migrations/utils.py": helper }, "app/migrations/versions/a.py", "import utils\nmake = utils.make"],
    ["a module by its name", { "app/__init__.py": "", "app/0_b.py": helper }, "versions/a.py", 'from importlib import import_module\nmake = import_module("app.0_b").make'],
  ])("%s", (_, files, file, imports) => {
    expect(schema({ ...files, [file]: migration(imports, "make()") })).toEqual(["t.d json"]);
  }); // prettier-ignore

  it.each([
    ["no module of the repository", {}, "from other.helpers import make"],
    ["no name of the module", { "app/__init__.py": "", "app/helpers.py": "" }, "from app.helpers import make"],
    ["modules that import each other", { "app/__init__.py": "", "app/a.py": "from app.b import make", "app/b.py": "from app.a import make" }, "from app.a import make"],
    ["a module that is no Python", { "app/__init__.py": "", "app/a.py": "{% if x %}\ndef make(): pass" }, "from app.a import make"],
    ["what is made at run time", { "app/__init__.py": "", "app/a.py": "import os\nmake = getattr(os, os.environ['X'])" }, "from app.a import make"],
    ["a root that it would leave", {}, "from ....helpers import make"],
  ])("does not find %s, and says so", (_, files, imports) => {
    const all = { ...files, "app/versions/a.py": migration(imports, 'make("t")') };
    expect(schema(all)).toEqual(["unread: make() of another module was not followed"]);
    expect(read(all, "app/versions/a.py").unfollowed).toBe("make");
  }); // prettier-ignore

  it("leaves a folder called as a library alone", () => {
    const files = {
      "alembic/__init__.py": "op = None",
      "sqlalchemy/__init__.py": "JSON = None",
      "alembic/versions/a.py": migration("", 'op.create_table("t", sa.Column("d", sa.JSON()))'),
    };
    expect(schema(files)).toEqual(["t.d json"]);
  });
});

describe("what is in a module elsewhere", () => {
  it.each([
    ["a type by its implementation", "class T(sa.TypeDecorator):\n    impl = JSONB", "T()", "jsonb"],
    ["a type by its dialect", "class T(sa.TypeDecorator):\n    impl = sa.Text\n    def load_dialect_impl(self, dialect):\n        return dialect.type_descriptor(JSONB() if dialect.name == 'postgresql' else sa.Text())", "T", "jsonb"],
    ["a type above another", "class B(sa.TypeDecorator):\n    impl = sa.JSON\nclass T(B):\n    cache_ok = True", "T()", "json"],
    ["a type of another kind", "class T(sa.TypeDecorator):\n    impl = sa.DateTime(timezone=True)", "T()", "timestamp with time zone"],
    ["a value", 'T = sa.JSON().with_variant(JSONB(), "postgresql")', "T", "jsonb"],
    ["a function of a type", 'def T(length=LENGTH):\n    return sa.String(length)\nLENGTH = 12', "T()", "character varying(12)"],
    ["a name that is passed on", "T = JSONB", "T", "jsonb"],
    ["a constant", "T = 7", "sa.String(T)", "character varying(7)"],
    ["a member of an enumeration", "import enum\nclass T(enum.Enum):\n    A = 'jsonb'", "{'jsonb': JSONB, 'json': sa.JSON}[T.A.value]", "jsonb"],
  ])("%s", (_, code, type, expected) => {
    const files = {
      "app/__init__.py": "",
      "app/types.py": `import sqlalchemy as sa\nfrom sqlalchemy.dialects.postgresql import JSONB\n${code}\n`,
      "versions/a.py": migration(
        "from app.types import T\nfrom sqlalchemy.dialects.postgresql import JSONB",
        `op.create_table("t", sa.Column("d", ${type}))`,
      ),
    };
    expect(schema(files)).toEqual([`t.d ${expected}`]);
  }); // prettier-ignore

  it("is what settings say of a type", () => {
    const files = {
      "app/__init__.py": "",
      "app/types.py": "import sqlalchemy as sa\nclass T(sa.TypeDecorator):\n    impl = sa.JSON\n",
      "versions/a.py": migration("from app.types import T", 'op.create_table("t", sa.Column("d", T()))'),
    };
    expect(schema(files)).toEqual(["t.d json"]);
    expect(schema(files, { "app.types.T": "jsonb" })).toEqual(["t.d jsonb"]);
  });

  it("makes columns, with what an object holds and a context gives", () => {
    const files = {
      "app/__init__.py": "",
      "app/tables.py": `
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

COMMON = [sa.Column("id", sa.Integer()), sa.Column("at", sa.DateTime())]

@dataclass(frozen=True)
class Key:
    table: str
    columns: list[str]

    @property
    def name(self) -> str:
        return f"ix_{self.table}_{self.columns[0]}"

    def create(self) -> None:
        op.create_index(self.name, self.table, self.columns)

class Audit:
    def __init__(self, table, suffix="_audit"):
        self.table = table + suffix

@contextmanager
def batch(table):
    with op.batch_alter_table(table) as batch_op:
        yield batch_op
`,
      "versions/a.py": migration(
        "from app.tables import Audit, COMMON, Key, batch",
        'op.create_table(Audit("t").table, *COMMON)',
        'with batch("t_audit") as b:',
        '    b.add_column(sa.Column("d", sa.JSON()))',
        'Key("t_audit", columns=["at"]).create()',
      ),
    };
    expect(schema(files)).toEqual([
      "t_audit.id integer",
      "t_audit.at timestamp without time zone",
      "t_audit.d json",
      "ix_t_audit_at",
    ]);
  });

  it("leaves open what it leaves open, and says in which function", () => {
    const files = {
      "app/__init__.py": "",
      "app/helpers.py": `
import os
from alembic import op
def widen(table):
    op.alter_column(os.environ["PREFIX"] + table, "d", type_=None)
def prune(table):
    op.execute(f"DELETE FROM {table} WHERE at < {os.environ['LIMIT']}")
`,
      "versions/a.py": migration(
        "from app.helpers import prune, widen",
        'op.create_table("t", sa.Column("d", sa.JSON()))',
        'prune("t")',
        'widen("t")',
      ),
    };
    expect(schema(files)).toEqual([
      "t?",
      "t.d json",
      "unread: op.alter_column() names what is known only when it runs, in widen()",
    ]);
  });
});

describe("what a migration took from other files", () => {
  const files = {
    "app/__init__.py": "",
    "app/helpers.py": 'NAME = "t"\n',
    "versions/a.py": migration(
      "from app.helpers import NAME",
      'op.create_table(NAME, sa.Column("d", sa.JSON()))',
    ),
  };
  const facts = read(files, "versions/a.py");

  it.each([
    ["holds while they are the same", {}, true],
    ["does not hold where one changes", { "app/helpers.py": 'NAME = "u"\n' }, false],
    [
      "does not hold where another is found",
      { "versions/app/helpers.py": "", "versions/app/__init__.py": "" },
      false,
    ],
    ["holds where others change", { "app/others.py": "" }, true],
  ])("%s", (_, more, expected) => {
    expect(python.isFresh!(facts, treeOf({ ...files, ...more }))).toBe(expected);
  });

  it("is nothing where it takes from libraries alone", () => {
    const plain = migration("import json\nfrom sqlalchemy.dialects.postgresql import JSONB", "op.f('x')");
    expect(python.read(plain, "/repo/a.py", treeOf({ "a.py": plain }))).not.toHaveProperty("asked");
  });
});
