import { describe, expect, it } from "vitest";
import { link } from "../../../sql-rules/src/model/link.js";
import { driftsOf } from "../../../sql-rules/src/model/models/drift.js";
import { declaredTables } from "../../../sql-rules/src/model/models/tables.js";
import { heldBack } from "../../../sql-rules/src/uncertain.js";
import { python } from "../../src/sql/reader.js";

type Files = Record<string, string>;

const listed = (files: Files) =>
  Object.entries(files).map(([path, text]) => ({ path, facts: python.read(text, `/repo/${path}`) }));

/** Tables with their columns: `schema.table(column type, …)`. */
function declared(files: Files, aliases = {}): string[] {
  return declaredTables(listed(files), aliases).map(({ schema, name, columns }) => {
    const all = columns.map((column) => `${column.name} ${column.type ?? "?"}`);
    return `${schema === undefined ? "" : `${schema}.`}${name}(${all.join(", ")})`;
  });
}

const IMPORTS = `
from sqlalchemy import JSON, Column, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
`;
const BASE = `${IMPORTS}
class Base(DeclarativeBase):
    metadata = MetaData(schema="app")

Document = JSON().with_variant(JSONB(), "postgresql")
`;
const MIGRATION = (lines: string) => `
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from helpers import prepare
revision = "1"
down_revision = None
def upgrade():
${lines.replaceAll(/^/gm, "    ")}
`;

describe("tables of models", () => {
  const model = (base: string, type: string, from: string) => `${from}
from sqlalchemy import Column
class A(${base}):
    __tablename__ = "a"
    data = Column(${type})
`;

  it.each([
    ["absolute", "from app.db.base import Base, Document"],
    ["relative", "from ..db.base import Base, Document"],
    ["through a package", "from app.db import Base, Document"],
    ["renamed", "from app.db.base import Base as Base, Document as Document"],
  ])("finds what is imported: %s", (_, from) => {
    const files = { "src/app/db/base.py": BASE, "src/app/models/a.py": model("Base", "Document", from) };
    expect(declared(files)).toEqual(["app.a(data jsonb)"]);
  });

  it("follows names of modules, and of modules that hand them on", () => {
    const files = {
      "app/base.py": BASE,
      "app/orm.py": "from sqlalchemy import Column\nfrom app.base import Base as Root, Document as Doc\n",
      "app/a.py": model("orm.Root", "orm.Doc", "from app import orm"),
    };
    expect(declared(files)).toEqual(["app.a(data jsonb)"]);
  });

  it("takes the nearest of modules of one name, and none of two that are as near", () => {
    const files = {
      "one/app/base.py": BASE,
      "two/app/base.py": BASE.replace('"app"', '"other"').replace("JSONB(), ", "JSON(), "),
      "two/app/a.py": model("Base", "Document", "from app.base import Base, Document"),
      "b.py": model("Base", "Document", "from app.base import Base, Document"),
    };
    expect(declared(files)).toEqual(["other.a(data json)", "a(data ?)"]);
  });

  it("knows a team's own types by the settings", () => {
    const files = { "a.py": model("Base", "Doc", "from company import Base, Doc") };
    expect(declared(files)).toEqual(["a(data ?)"]);
    expect(declared(files, { "company.Doc": "jsonb" })).toEqual(["a(data jsonb)"]);
    expect(declared(files, { Doc: "json" })).toEqual(["a(data json)"]);
  });

  it("gives each class of a hierarchy what is its own", () => {
    const files = {
      "a.py": `${BASE}
class Mixin:
    note = Column(JSON)
    gone = Column(JSON)

class Parent(Mixin, Base):
    __tablename__ = "parents"
    id = Column(Integer)
    gone = None

class Joined(Parent):
    __tablename__ = "joined"
    id = Column(Integer)

class Single(Parent):
    more = Column(JSON)

class Unknown(Base):
    __tablename__ = name()
    id = Column(Integer)
`,
    };
    expect(declared(files)).toEqual(["app.parents(id integer, note json)", "app.joined(id integer)"]);
  });

  it("keeps a class whose attributes are set later", () => {
    const files = { "a.py": `${model("Base", "JSON", BASE)}\nA.other = relationship(A)\n` };
    expect(declared(files)).toEqual(["app.a(data json)"]);
  });

  it("ends with bases and imports that lead in circles", () => {
    const circle = `${IMPORTS}
from b import A as B, T as U
class A(B):
    __tablename__ = "a"
    data = Column(U)
`;
    const files = { "a.py": circle, "b.py": circle.replace("from b import A as B, T as U", "from a import B as A, U as T\nfrom a import A as B, T as U") }; // prettier-ignore
    expect(declared(files).length).toBeLessThanOrEqual(2);
  });
});

describe("drifts", () => {
  /** `kind table.column doubt` of each. */
  function drifts(files: Files): string[] {
    const { databasesOf } = link(listed(files), new Map(), {});
    const databases = new Set([...databasesOf.values()].flat());
    return [...databases].flatMap((database) =>
      driftsOf(database).map((drift) => {
        const column = "column" in drift ? `.${drift.column.name}` : "";
        return `${drift.kind} ${drift.declared.name}${column}${drift.doubt === undefined ? "" : ` (${drift.doubt})`}`;
      }),
    );
  }
  const CREATED = 'op.create_table("a", sa.Column("id", sa.Integer()), sa.Column("data", JSONB()))';
  const MODELS = `${IMPORTS}
class Base(DeclarativeBase):
    pass
class A(Base):
    __tablename__ = "a"
    id = Column(Integer)
    data = Column(JSON)
    more = Column(Integer)
class B(Base):
    __tablename__ = "b"
    id = Column(Integer)
`;
  const files = (lines: string, more: Files = {}): Files => ({
    "app/models.py": MODELS,
    "alembic/versions/1.py": MIGRATION(lines),
    ...more,
  });

  it("are found where both sides are known", () => {
    expect(drifts(files(CREATED))).toEqual(["type a.data", "column a.more", "table b"]);
  });

  it.each<[string, Files, string[]]>([
    [
      "a function elsewhere",
      files(`${CREATED}\nprepare()`),
      [
        "type a.data",
        "column a.more (1.py calls prepare() of another module, which was not followed)",
        "table b (1.py calls prepare() of another module, which was not followed)",
      ],
    ],
    [
      "create_all()",
      files(CREATED, { "app/main.py": "Base.metadata.create_all(engine)" }),
      ["type a.data", "column a.more", "table b (create_all() in app/main.py may make it)"],
    ],
    [
      "a history that leads on from another",
      files(`${CREATED}\nop.add_column("c", sa.Column("d", JSONB()))`),
      ["type a.data", "column a.more", "table b (public.c comes from a history that is not here)"],
    ],
    [
      "two models of one table",
      files(`${CREATED}\nop.create_table("b", sa.Column("id", sa.Integer()))`, {
        "app/old.py": MODELS.replace("JSON)", "JSONB)")
          .replace(/\n {4}more.*/, "")
          .replace(/class B\(Base[^]*/, ""),
      }),
      [
        "type a.data (2 models declare a table of this name)",
        "column a.more (2 models declare a table of this name)",
      ],
    ],
  ])("are less than certain after %s", (_, all, expected) => {
    expect(drifts(all)).toEqual(expected);
  });

  it("pass over tests, and models whose tables no history has", () => {
    const elsewhere = MODELS.replaceAll(/"([ab])"/g, '"other_$1"');
    expect(drifts({ ...files(CREATED), "app/models.py": elsewhere })).toEqual([]);
    expect(drifts({ "tests/models.py": MODELS, "alembic/versions/1.py": MIGRATION(CREATED) })).toEqual([]);
  });

  it("are said as warnings where something is in doubt", () => {
    const all = listed(files(`${CREATED}\nprepare()`));
    const database = link(all, new Map(), {}).databasesOf.get("/repo/app/models.py")![0]!;
    const held = heldBack(database, ["no-model-migration-drift"], { migrations: {} });
    expect(held.get("/repo/app/models.py")?.map(({ what, doubt }) => `${what}: ${doubt}`)).toEqual([
      "public.a.more: 1.py calls prepare() of another module, which was not followed",
      "public.b: 1.py calls prepare() of another module, which was not followed",
    ]);
  });

  it("follow an edit of the model alone", () => {
    const before = link(listed(files(CREATED)), new Map(), {});
    const edited = listed(
      files(CREATED, { "app/models.py": MODELS.replace("Column(JSON)", "Column(JSONB)") }),
    );
    const after = link(edited, new Map(), {}, before);
    const database = after.databasesOf.get("/repo/app/models.py")![0]!;
    expect(driftsOf(database).map(({ kind }) => kind)).toEqual(["column", "table"]);
  });
});
