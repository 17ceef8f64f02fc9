import { describe, expect, it } from "vitest";
import { python } from "../../src/sql/reader.js";
import { replay } from "../../../sql-rules/src/model/replay/index.js";
import { formatType } from "../../../sql-rules/src/model/types.js";
import { sqlOf } from "../../../sql-rules/src/model/expressions/sql.js";

const HEAD = `
import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, JSON, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

revision = "2b"
down_revision = "1a"
`;

function read(body: string, head = HEAD) {
  return python.read(`${head}\n${body}`, "/repo/versions/2b.py");
}

const upgrade = (...lines: string[]) => `def upgrade():\n${lines.map((line) => `    ${line}\n`).join("")}`;

/** The columns, and the indexes that are not of constraints, that a migration leaves behind. */
function schema(...lines: string[]): string[] {
  const { tables, indexes } = replay([read(upgrade(...lines))]);
  return [
    ...[...tables.values()].flatMap(({ name, columns, doubt }) => [
      ...(doubt === undefined ? [] : [`${name}?`]),
      ...[...columns.values()].map((column) => {
        const rest = [column.notNull ? "not null" : "", column.default ? `= ${sqlOf(column.default)}` : ""];
        return [
          `${name}.${column.name}${column.doubt === undefined ? "" : "?"} ${formatType(column.type)}`,
          ...rest,
        ]
          .filter(Boolean)
          .join(" ");
      }),
    ]),
    ...[...indexes.values()]
      .filter(({ constraint }) => !constraint)
      .map(({ name, table, method, keys, predicate, isUnique, doubt }) => {
        const key = keys.map(({ expression, operatorClass = "", isDescending }) =>
          [
            sqlOf(expression),
            /^(?:\w+_ops)$/.test(operatorClass) && operatorClass.startsWith("jsonb") ? operatorClass : "",
            isDescending ? "desc" : "",
          ]
            .filter(Boolean)
            .join(" "),
        );
        const where = predicate ? ` where ${sqlOf(predicate)}` : "";
        return `${isUnique ? "unique " : ""}${name}${doubt === undefined ? "" : "?"} on ${table.replace("public.", "")} ${method} (${key.join(", ")})${where}`;
      }),
  ];
}

describe("containers", () => {
  it.each([
    [
      "create_table",
      [
        'op.create_table("t", sa.Column("d", sa.JSON(), nullable=False), sa.Column("i", sa.Integer()), sa.PrimaryKeyConstraint("i"))',
      ],
      ["t.d json not null", "t.i integer not null"],
    ],
    ["add_column", ['op.add_column("t", Column("d", JSONB))'], ["t.d jsonb"]],
    [
      "batch add_column",
      [
        'with op.batch_alter_table("t", schema=None) as batch_op:',
        '    batch_op.add_column(sa.Column("d", postgresql.JSONB(astext_type=sa.Text())))',
      ],
      ["t.d jsonb"],
    ],
    [
      "alter_column",
      [
        'op.add_column("t", sa.Column("d", sa.Text()))',
        'op.alter_column("t", "d", type_=postgresql.JSONB(), postgresql_using="d::jsonb", existing_type=sa.Text())',
      ],
      ["t.d jsonb"],
    ],
    [
      "a new name",
      ['op.add_column("t", sa.Column("d", JSON))', 'op.alter_column("t", "d", new_column_name="e")'],
      ["t.e json"],
    ],
    [
      "a nullable one that is not any more",
      ['op.add_column("t", sa.Column("d", JSON))', 'op.alter_column("t", "d", nullable=False)'],
      ["t.d json not null"],
    ],
    ["a dropped one", ['op.add_column("t", sa.Column("d", JSON))', 'op.drop_column("t", "d")'], []],
    [
      "a renamed table",
      ['op.create_table("t", sa.Column("d", JSON))', 'op.rename_table("t", "u")'],
      ["u.d json"],
    ],
    ["a dropped table", ['op.create_table("t", sa.Column("d", JSON))', 'op.drop_table("t")'], []],
    ["a schema", ['op.create_table("t", sa.Column("d", JSON), schema="s")'], ["t.d json"]],
    ["SQL", ['op.execute("ALTER TABLE t ADD COLUMN d jsonb")'], ["t.d jsonb"]],
    ["text()", ['op.execute(sa.text("ALTER TABLE t " "ADD COLUMN d jsonb"))'], ["t.d jsonb"]],
    [
      "a connection",
      ["conn = op.get_bind()", 'conn.execute(text("ALTER TABLE t ADD COLUMN d jsonb"))'],
      ["t.d jsonb"],
    ],
  ])("%s", (_, lines, expected) => {
    expect(schema(...lines)).toEqual(expected);
  });
});

describe("types", () => {
  it.each([
    ["sa.JSON()", "json"],
    ["sa.JSON", "json"],
    ["postgresql.JSONB", "jsonb"],
    ["JSONB(none_as_null=True)", "jsonb"],
    ["postgresql.JSON(astext_type=sa.Text())", "json"],
    ["sa.ARRAY(JSONB())", "jsonb[]"],
    ["postgresql.ARRAY(sa.Integer(), dimensions=2)", "integer[]"],
    ['sa.JSON().with_variant(postgresql.JSONB(), "postgresql")', "jsonb"],
    ['postgresql.JSONB().with_variant(sa.JSON(), "sqlite")', "jsonb"],
    ["json_type", "jsonb"],
    ["_json()", "jsonb"],
    ["Compressed()", "bytea"],
    ["sa.String(length=50)", "character varying(50)"],
    ["sa.Numeric(10, 2)", "numeric(10,2)"],
    ["sa.DateTime(timezone=True)", "timestamp with time zone"],
    ["sa.TIMESTAMP()", "timestamp without time zone"],
    ["sa.Uuid()", "uuid"],
    ['sa.Enum("a", "b", name="state", native_enum=False)', "character varying(1)"],
    ['sa.Enum("a", "b", name="state")', "public.state"],
  ])("%s is %s", (type, expected) => {
    const head = `${HEAD}
json_type = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
def _json():
    return JSONB()
class Compressed(sa.types.TypeDecorator):
    impl = sa.LargeBinary
`;
    const { tables } = replay([read(upgrade(`op.create_table("t", sa.Column("c", ${type}))`), head)]);
    expect(formatType(tables.get("public.t")!.columns.get("c")!.type)).toBe(expected);
  });

  it("of a team's own are neither json nor jsonb, and go by their names", () => {
    const { tables } = replay([
      read(`from app.types import JSON as Own\n${upgrade('op.create_table("t", sa.Column("c", Own()))')}`),
    ]);
    expect(tables.get("public.t")!.columns.get("c")!.type.name).toBe("app.types.JSON");
  });
});

describe("indexes", () => {
  const table = 'op.create_table("t", sa.Column("a", JSONB), sa.Column("b", sa.Text()))';
  it.each([
    ['op.create_index("i", "t", ["a"], postgresql_using="gin")', "i on t gin (a jsonb_ops)"],
    [
      'op.create_index(op.f("i"), "t", ["a"], postgresql_using="gin", postgresql_ops={"a": "jsonb_path_ops"})',
      "i on t gin (a jsonb_path_ops)",
    ],
    [
      'op.create_index("i", "t", ["b"], unique=True, postgresql_where=sa.text("b IS NOT NULL"))',
      "unique i on t btree (b) where b IS NOT NULL",
    ],
    ['op.create_index("i", "t", [sa.text("(a ->> \'x\')")])', "i on t btree (a ->> 'x')"],
    [
      'op.create_index("i", "t", [sa.text("a jsonb_path_ops")], postgresql_using="gin")',
      "i on t gin (a jsonb_path_ops)",
    ],
    ['op.create_index("i", "t", [sa.func.lower(sa.column("b"))])', "i on t btree (lower(b))"],
    ['op.create_index("i", "t", ["b", sa.literal_column("b DESC")])', "i on t btree (b, b desc)"],
    ['op.create_index("i", "t", [sa.desc("b")])', "i on t btree (b desc)"],
    ['op.create_index("i", "t", [something("b")])', "i? on t btree (NULL::text)"],
  ])("%s", (line, expected) => {
    expect(schema(table, line).slice(2)).toEqual([expected]);
  });

  it("of columns and in tables", () => {
    expect(
      schema(
        'op.create_table("t", sa.Column("a", sa.Text(), index=True), sa.Index("i", "a", unique=True))',
      ).slice(1),
    ).toEqual(["ix_t_a on t btree (a)", "unique i on t btree (a)"]);
  });

  it("are dropped", () => {
    expect(
      schema(table, 'op.create_index("i", "t", ["b"])', 'op.drop_index("i", table_name="t")').slice(2),
    ).toEqual([]);
  });
});

describe("flow", () => {
  const add = (name: string) => `op.add_column("t", sa.Column(${name}, JSONB))`;
  it.each([
    ["a loop over literals", ['for name in ("a", "b"):', `    ${add("name")}`], ["t.a jsonb", "t.b jsonb"]],
    [
      "a loop over pairs",
      ['for table, name in [("t", "a"), ("u", "b")]:', "    op.add_column(table, sa.Column(name, JSONB))"],
      ["t.a jsonb", "u.b jsonb"],
    ],
    [
      "loops over what is numbered and paired",
      [
        'for i, name in enumerate(["a", "b"]):',
        '    op.add_column(f"t{i}", sa.Column(name, JSONB))',
        'for table, name in zip(["u", "v"], ["c", "d"]):',
        "    op.add_column(table, sa.Column(name, JSONB))",
      ],
      ["t0.a jsonb", "t1.b jsonb", "u.c jsonb", "v.d jsonb"],
    ],
    [
      "one of two calls, as the database decides",
      [
        'has = "u" in sa.inspect(op.get_bind()).get_table_names()',
        'x = None if has else op.create_table("u", sa.Column("a", JSONB))',
      ],
      ["u.a jsonb"],
    ],
    [
      "a format string",
      ['name = "a"', 'op.execute(f"ALTER TABLE t ADD COLUMN {name} jsonb")'],
      ["t.a jsonb"],
    ],
    [
      "a dialect",
      ['if op.get_bind().dialect.name == "sqlite":', `    ${add('"no"')}`, "else:", `    ${add('"a"')}`],
      ["t.a jsonb"],
    ],
    [
      "a dialect among others",
      ['if op.get_context().dialect.name in ("postgresql", "cockroachdb"):', `    ${add('"a"')}`],
      ["t.a jsonb"],
    ],
    [
      "an end",
      ['if not op.get_bind().dialect.name == "postgresql":', "    return", add('"a"')],
      ["t.a jsonb"],
    ],
    [
      "what is there already",
      [
        'columns = [c["name"] for c in sa.inspect(op.get_bind()).get_columns("t")]',
        'if "a" not in columns:',
        `    ${add('"a"')}`,
      ],
      ["t.a jsonb"],
    ],
    ["a helper that asks", [`if not column_exists("t", "a"):`, `    ${add('"a"')}`], ["t.a jsonb"]],
    ["what only the run knows", ["if os.environ.get('X'):", `    ${add('"a"')}`], ["t?", "t.a jsonb"]],
    [
      "a retry",
      [
        "for attempt in range(3):",
        "    try:",
        `        ${add('"a"')}`,
        "        break",
        "    except Exception:",
        "        pass",
      ],
      ["t.a jsonb"],
    ],
    ["a context", ["with op.get_context().autocommit_block():", `    ${add('"a"')}`], ["t.a jsonb"]],
  ])("%s", (_, lines, expected) => {
    expect(schema(...lines)).toEqual(expected);
  });

  it.each([
    ["an indented text", 'op.execute(textwrap.dedent("""ALTER TABLE t ALTER d TYPE jsonb"""))'],
    [
      "options of a text",
      'op.execute(text("ALTER TABLE t ALTER d TYPE jsonb").execution_options(autocommit=True))',
    ],
    ["SQL that is joined", 'op.execute("".join(["ALTER TABLE ", "t", " ALTER d TYPE jsonb"]))'],
    ["lines of SQL", 'op.execute("\\n".join(("ALTER TABLE t", "ALTER d", "TYPE jsonb")))'],
    ["a driver's SQL", 'op.get_bind().exec_driver_sql("ALTER TABLE t ALTER d TYPE jsonb")'],
    [
      "a connection of a context",
      'op.get_context().connection.execute(text("ALTER TABLE t ALTER d TYPE jsonb"))',
    ],
  ])("runs %s", (_, line) => {
    const head = `import textwrap\n${HEAD}`;
    const { tables } = replay([read(upgrade('op.create_table("t", sa.Column("d", JSON))', line), head)]);
    expect(formatType(tables.get("public.t")!.columns.get("d")!.type)).toBe("jsonb");
  });

  it.each([
    ["a helper of another module", 'to_jsonb(op, "t", "d")'],
    ["SQL of a file", 'op.execute(Path("t.sql").read_text())'],
    ["SQL that is joined", 'op.execute("".join(["ALTER TABLE ", NAME, " ALTER d TYPE jsonb", "t"]))'],
    [
      "a loop over what is put together",
      'for name in sorted(["t"], key=len):\n        op.alter_column(name, "d", type_=JSONB())',
    ],
    ["tables of models", 'sa.Table("t", metadata).create(op.get_bind())'],
  ])("doubts what it cannot follow: %s", (_, line) => {
    const head = `from app.helpers import to_jsonb\nfrom pathlib import Path\n${HEAD}`;
    const facts = read(upgrade('op.create_table("t", sa.Column("d", JSON))', line), head);
    expect(replay([facts]).tables.get("public.t")!.doubt).toBeDefined();
    expect(facts.unread).toHaveLength(1);
  });

  it("knows the types that a module's own classes stand for", () => {
    const head = `${HEAD}
from sqlalchemy.ext.mutable import MutableDict

class ByDialect(sa.types.TypeDecorator):
    impl = sa.Text
    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB())
        return dialect.type_descriptor(JSON())

class ByImplementation(sa.types.TypeDecorator):
    impl = JSON

class Below(ByDialect):
    cache_ok = True
`;
    const types = [
      "ByDialect",
      "ByImplementation()",
      "Below",
      "MutableDict.as_mutable(Below)",
      "ARRAY(Below)",
    ];
    const columns = types.map((type, i) => `sa.Column("c${i}", ${type.replace("ARRAY", "sa.ARRAY")})`);
    const { tables } = replay([read(upgrade(`op.create_table("t", ${columns.join(", ")})`), head)]);
    const found = [...tables.get("public.t")!.columns.values()].map(({ type }) => formatType(type));
    expect(found).toEqual(["jsonb", "json", "jsonb", "jsonb", "jsonb[]"]);
  });

  it("makes the tables of its own models, as far as they are known", () => {
    const head = `import enum\n${HEAD}
from sqlalchemy.orm import declarative_base, declared_attr
from other.models import Audited
Base = declarative_base()

class Stamped:
    at = Column(sa.DateTime)
    @declared_attr
    def by(cls):
        return Column(sa.Integer)

class Item(Stamped, Base):
    __tablename__ = "items"
    __table_args__ = (sa.Index("ix_by", "by"), {"schema": "s"})
    class Kind(enum.Enum):
        A = 1
        B = 2
    id = Column(sa.Integer, primary_key=True)
    d = Column("d", JSON, nullable=False)
    kind = Column(sa.Enum(Kind))

class Half(Audited, Base):
    __tablename__ = "half"
    d = Column(JSONB)

class Not(Base):
    d = Column(JSONB)
`;
    const lines = [
      "bind = op.get_bind()",
      "Item.__table__.create(bind)",
      "Half.__table__.create(bind, checkfirst=True)",
      "sa.Enum(Item.Kind).create(bind, checkfirst=True)",
    ];
    const { tables, indexes } = replay([read(upgrade(...lines), head)]);
    const found = [...tables.values()].map(({ schema, name, columns, doubt }) => [
      `${schema}.${name}${doubt === undefined ? "" : "?"}`,
      ...[...columns.values()].map((column) => `${column.name} ${formatType(column.type)}`),
    ]);
    expect(found).toEqual([
      ["s.items", "id integer", "d json", "kind kind", "at timestamp without time zone", "by integer"],
      ["public.half?", "d jsonb"],
    ]);
    expect([...indexes.values()].map(({ name }) => name)).toContain("ix_by");
    const dropped = [...lines, "Item.__table__.drop(bind)", "Half.__table__.drop(bind)"];
    expect(replay([read(upgrade(...dropped), head)]).tables.size).toBe(0);
  });

  it("names a function elsewhere that is called for what it does", () => {
    const head = `from app.helpers import prepare, key\n${HEAD}`;
    expect(read(upgrade("x = key()", "prepare()"), head).unfollowed).toBe("prepare");
    expect(read(upgrade("x = key()", "print(x)"), head).unfollowed).toBeUndefined();
  });

  it("says that a migration of several databases was not followed", () => {
    const { unread } = read(
      "def upgrade(engine_name):\n    globals()['upgrade_%s' % engine_name]()\ndef upgrade_one():\n    pass\n",
    );
    expect(unread.map(({ error }) => error)).toEqual([
      "upgrade() goes to several databases, none of which was followed",
    ]);
  });

  it("follows helpers of the file", () => {
    const { tables } = replay([
      read(
        `def _add(table, name, kind=JSONB):\n    op.add_column(table, sa.Column(name, kind))\n${upgrade('_add("t", name="a")', '_add("t", "b", sa.JSON())')}`,
      ),
    ]);
    expect(
      [...tables.get("public.t")!.columns.values()].map(({ name, type }) => `${name} ${type.name}`),
    ).toEqual(["a jsonb", "b json"]);
  });

  it("takes no notice of downgrade()", () => {
    const { changes } = read(
      `${upgrade("pass")}\ndef downgrade():\n    op.add_column("t", sa.Column("d", sa.JSON()))\n`,
    );
    expect(changes).toEqual([]);
  });

  it("ends with a helper that calls itself, and with deep nesting", () => {
    expect(read(`def again():\n    again()\n${upgrade("again()")}`).changes).toEqual([]);
    expect(read(upgrade(`x = ${"(".repeat(5000)}1${")".repeat(5000)}`)).changes).toEqual([]);
  });

  it.each([
    ["lists that double", ["x = [1]", ...Array<string>(60).fill("x = x + x")]],
    [
      "lists of the same lists",
      ["x = [1]", ...Array<string>(60).fill("x = [x, x]"), "if x == y:", "    pass"],
    ],
    [
      "calls of the same calls",
      ["x = sa.func.f()", ...Array<string>(60).fill("x = sa.func.f(x, x)"), 'op.create_index("i", "t", [x])'],
    ],
    ["texts that double", ['x = "a"', ...Array<string>(60).fill("x = x + x"), "op.execute(x)"]],
    [
      "loops in loops",
      [
        ...Array.from(
          { length: 12 },
          (_, i) => `${"    ".repeat(i)}for i${i} in (1, 2, 3, 4, 5, 6, 7, 8, 9):`,
        ),
        `${"    ".repeat(12)}pass`,
      ],
    ],
  ])("is bounded: %s", (_, lines) => {
    expect(read(upgrade(...lines)).changes.length).toBeLessThan(2);
  });

  it("says what it cannot read, and doubts what it names", () => {
    const { unread } = read(upgrade('op.drop_constraint(find("t"), "t")'));
    expect(unread.map(({ error }) => error)).toEqual([
      "op.drop_constraint() names what is known only when it runs",
    ]);
    expect(
      schema('op.create_table("t", sa.Column("d", JSON))', 'op.drop_constraint(find("t"), "t")'),
    ).toEqual(["t?", "t.d json"]);
  });

  it("passes over what changes rows", () => {
    expect(
      read(
        upgrade(
          "op.execute(users.update().where(users.c.id == 1).values(name='x'))",
          "op.bulk_insert(users, [])",
        ),
      ).unread,
    ).toEqual([]);
  });
});

describe("revisions", () => {
  it.each([
    ['revision = "a"\ndown_revision = None', { revision: "a", after: [] }],
    ['revision: str = "a"\ndown_revision: Union[str, None] = "b"', { revision: "a", after: ["b"] }],
    [
      'revision = "a"\ndown_revision = ("b", "c")\ndepends_on = "d"',
      { revision: "a", after: ["b", "c", "d"] },
    ],
  ])("%s", (head, link) => {
    expect(read(upgrade("pass"), head).link).toEqual(link);
  });

  it("are told from models, which only name their tables", () => {
    const model = 'class Run(Base):\n    __tablename__ = "runs"\n';
    expect(python.mayMatter?.(model, "models.py")).toBe(true);
    expect(python.read(model, "/repo/models.py")).toMatchObject({
      changes: [],
      constants: { "Run.__tablename__": "runs" },
    });
  });

  it("stand in no folder of another database", () => {
    expect(python.read(`${HEAD}\n${upgrade("pass")}`, "/repo/versions/sqlite/2b.py").dialect).toBe("sqlite");
    expect(python.read(`${HEAD}\n${upgrade("pass")}`, "/repo/versions/2b_for_mysql.py").dialect).toBe(
      "postgresql",
    );
  });

  it("that are Python 2 are unread as a whole", () => {
    expect(read('print "x"\n')).toMatchObject({ isUnread: true });
  });
});
