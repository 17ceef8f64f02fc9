import { describe, expect, it } from "vitest";
import { link } from "../../../sql-rules/src/model/link.js";
import { sqlOf } from "../../../sql-rules/src/model/expressions/sql.js";
import { formatType } from "../../../sql-rules/src/model/types.js";
import { mayConcernDatabase, python } from "../../src/sql/reader.js";

const HEAD = `
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models import F, Q
`;
const CASCADE = "on_delete=django.db.models.deletion.CASCADE";

/** The text of a migration. */
const migration = (operations: readonly string[], body = "dependencies = []", before = "") =>
  `${HEAD}\n${before}\nclass Migration(migrations.Migration):\n    ${body}\n    operations = [\n        ${operations.join(",\n        ")}\n    ]\n`;

function linked(files: Readonly<Record<string, string>>) {
  const all = Object.entries(files)
    .filter(([path, text]) => python.mayMatter?.(text, `/repo/${path}`))
    .map(([path, text]) => ({ path, facts: python.read(text, `/repo/${path}`) }));
  return link(all, new Map(), {});
}

/** Columns, and the indexes that are not of constraints, and unique constraints; `?` marks what is in doubt. */
function described(files: Readonly<Record<string, string>>): string[] {
  const databases = new Set([...linked(files).databasesOf.values()].flat());
  return [...databases].flatMap(({ catalog: { tables, indexes } }) => [
    ...[...tables.values()].flatMap(({ name, columns, doubt, isAssumed, constraints }) => [
      ...(isAssumed ? [`${name} is assumed`] : []),
      ...[...columns.values()].map(
        (column) =>
          `${name}${doubt === undefined ? "" : "?"}.${column.name}${column.doubt === undefined ? "" : "?"} ${formatType(column.type)}${column.notNull ? " not null" : ""}`,
      ),
      ...[...constraints.values()].flatMap(({ kind, columns: own }) =>
        kind === "unique" ? [`${name} unique (${own.join(", ")})`] : [],
      ),
    ]),
    ...[...indexes.values()]
      .filter(({ constraint, keys }) => !constraint && !keys.some((one) => (one.operatorClass ?? "").endsWith("_pattern_ops")))
      .map(({ name, table, method, keys, isUnique, predicate, doubt }) => {
        const own = keys.map(({ expression, operatorClass, isDescending }) =>
          [sqlOf(expression), /^jsonb_path|trgm/.test(operatorClass ?? "") ? operatorClass : "", isDescending ? "desc" : ""].filter(Boolean).join(" "),
        );
        const where = predicate ? ` where ${sqlOf(predicate)}` : "";
        return `${isUnique ? "unique " : ""}${name}${doubt === undefined ? "" : "?"} on ${table.replace("public.", "")} ${method} (${own.join(", ")})${where}`;
      }),
  ]);
} // prettier-ignore

const CREATE = `migrations.CreateModel(name="Item", fields=[("id", models.BigAutoField(primary_key=True)), ("data", models.JSONField(default=dict)), ("kind", models.IntegerField())])`;
const ITEM = ["item.id bigint not null", "item.data jsonb not null", "item.kind integer not null"];

/** What an app's operations leave behind, after `CREATE`; names without the app's. */
const after = (...operations: string[]) =>
  described({ "shop/migrations/0001_initial.py": migration([CREATE, ...operations]) }).map((line) =>
    line.replaceAll("shop_", ""),
  );

describe("operations", () => {
  it.each([
    ["CreateModel", [], ITEM],
    ["DeleteModel", [`migrations.DeleteModel("Item")`], []],
    [
      "AddField",
      [`migrations.AddField(model_name="item", name="more", field=models.JSONField(null=True))`],
      [...ITEM, "item.more jsonb"],
    ],
    [
      "AddField, a foreign key",
      [`migrations.AddField("item", "parent", models.ForeignKey("self", null=True, ${CASCADE}))`],
      [...ITEM, "item.parent_id bigint", "item_parent_id_f0ab547a on item btree (parent_id)"],
    ],
    [
      "AddField, a relation of many",
      [`migrations.AddField("item", "like", models.ManyToManyField("self"))`],
      [
        ...ITEM,
        `item_like.id "unknown key" not null`,
        "item_like.from_item_id bigint not null",
        "item_like.to_item_id bigint not null",
        "item_like unique (from_item_id, to_item_id)",
        "item_like_from_item_id_f5d79e5c on item_like btree (from_item_id)",
        "item_like_to_item_id_6dd70d75 on item_like btree (to_item_id)",
      ],
    ],
    [
      "AlterField",
      [`migrations.AlterField("item", "kind", models.TextField(null=True, db_column="sort"))`],
      [ITEM[0], ITEM[1], "item.sort text"],
    ],
    ["RemoveField", [`migrations.RemoveField("item", "data")`], [ITEM[0], ITEM[2]]],
    [
      "RenameField",
      [`migrations.RenameField("item", "data", "details")`],
      [ITEM[0], "item.details jsonb not null", ITEM[2]],
    ],
    ["RenameModel", [`migrations.RenameModel("Item", "Thing")`], ITEM.map((one) => one.replace("item", "thing"))],
    ["AlterModelTable", [`migrations.AlterModelTable("item", "goods")`], ITEM.map((one) => one.replace("item", "goods"))],
    [
      "AddIndex",
      [`migrations.AddIndex("item", GinIndex(fields=["data"], name="by_data", opclasses=["jsonb_path_ops"]))`],
      [...ITEM, "by_data on item gin (data jsonb_path_ops)"],
    ],
    [
      "AddIndex with OpClass",
      [`migrations.AddIndex("item", GinIndex(OpClass(F("data"), name="jsonb_path_ops"), name="by_data"))`],
      [...ITEM, "by_data on item gin (data jsonb_path_ops)"],
    ],
    [
      "AddIndex on a key, with a condition",
      [`migrations.AddIndex("item", models.Index(F("data__a"), F("kind").desc(), name="a", condition=Q(kind__gt=1) | Q(kind=None)))`],
      [...ITEM, `a on item btree (data -> 'a', kind desc) where (kind > 1) OR (kind IS NULL)`],
    ],
    [
      "AddIndex of what is not known",
      [`migrations.AddIndex("item", models.Index(helper("kind"), name="x"))`],
      [...ITEM, "x? on item btree (…)"],
    ],
    [
      "RenameIndex",
      [`migrations.AddIndex("item", models.Index(fields=["kind"], name="old"))`, `migrations.RenameIndex("item", new_name="new", old_name="old")`],
      [...ITEM, "new on item btree (kind)"],
    ],
    [
      "RemoveIndex",
      [`migrations.AddIndex("item", models.Index(fields=["kind"], name="old"))`, `migrations.RemoveIndex("item", "old")`],
      ITEM,
    ],
    [
      "AddConstraint and RemoveConstraint",
      [
        `migrations.AddConstraint("item", models.UniqueConstraint(fields=["kind", "id"], name="a"))`,
        `migrations.AddConstraint("item", models.UniqueConstraint(fields=["kind"], name="b"))`,
        `migrations.AddConstraint("item", models.CheckConstraint(check=Q(kind__gt=0), name="c"))`,
        `migrations.RemoveConstraint("item", "b")`,
        `migrations.RemoveConstraint("item", "c")`,
      ],
      [...ITEM, "item unique (kind, id)"],
    ],
    ["AlterUniqueTogether", [`migrations.AlterUniqueTogether("item", {("kind", "id")})`, `migrations.AlterUniqueTogether("item", set())`], ITEM],
    [
      "RunSQL",
      [`migrations.RunSQL(["ALTER TABLE shop_item ADD old json", ("UPDATE shop_item SET old = %s", ["{}"])], reverse_sql="DROP TABLE shop_item")`],
      [...ITEM, "item.old json"],
    ],
    [
      "SeparateDatabaseAndState",
      [
        `migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL("ALTER TABLE shop_item RENAME kind TO sort")], state_operations=[migrations.RenameField("item", "kind", "sort")])`,
        `migrations.AlterField("item", "sort", models.TextField())`,
      ],
      [ITEM[0], ITEM[1], "item.sort text not null"],
    ],
    ["AlterModelOptions", [`migrations.AlterModelOptions("item", {"ordering": ["id"]})`], ITEM],
    [
      "an operation of somebody else's",
      [`somebody.migrations.AddSomething(model_name="item")`],
      ITEM.map((one) => one.replace("item", "item?")),
    ],
    [
      "extensions and triggers",
      [`pgvector.django.VectorExtension()`, `timescale.db.migrations.TimescaleExtension()`, `somebody.operations.LtreeExtension()`, `pgtrigger.migrations.AddTrigger(model_name="item", trigger=f())`],
      ITEM,
    ],
    [
      "AddIndex of pgvector's",
      [`migrations.AddIndex("item", pgvector.django.HnswIndex(name="near", fields=["data"], m=16, opclasses=["vector_l2_ops"]))`],
      [...ITEM, "near on item hnsw (data)"],
    ],
  ])("%s", (_, operations, expected) => {
    expect(after(...operations)).toEqual(expected);
  });
}); // prettier-ignore

describe("fields", () => {
  it.each([
    [`models.CharField(max_length=3)`, "character varying(3) not null"],
    [`models.EmailField()`, "character varying(254) not null"],
    [`models.DecimalField(max_digits=5, decimal_places=2)`, "numeric(5,2) not null"],
    [`models.UUIDField(null=True)`, "uuid"],
    [`django.contrib.postgres.fields.JSONField()`, "jsonb not null"],
    [`ArrayField(models.CharField(max_length=3))`, "character varying(3)[] not null"],
    [`django.contrib.postgres.fields.HStoreField()`, "hstore not null"],
    [`pgvector.django.VectorField(dimensions=384, null=True)`, "vector(384)"],
    [`pgvector.django.vector.VectorField()`, "vector not null"],
    [`ArrayField(pgvector.django.HalfVectorField(3))`, "halfvec(3)[] not null"],
  ])("%s", (field, type) => {
    expect(after(`migrations.AddField("item", "x", ${field})`)).toEqual([...ITEM, `item.x ${type}`]);
  });

  it("have no column where they only relate", () => {
    const field = "taggit.managers.TaggableManager(to='taggit.Tag', through='taggit.TaggedItem')";
    expect(after(`migrations.AddField("item", "tags", ${field})`)).toEqual(ITEM);
  });

  it("of a class of another package are in doubt, alone", () => {
    const [, , , column] = after(`migrations.AddField("item", "x", wagtail.fields.StreamField())`);
    expect(column).toBe('item.x? "wagtail.fields.StreamField" not null');
  });

  it("of a class of the repository have the type of the class above it", () => {
    const add = `migrations.AddField("item", "x", shop.fields.Profile(null=True))`;
    const files = {
      "shop/fields.py": "from django.db import models\n\nclass Base(models.JSONField):\n    pass\n\n\nclass Profile(Base):\n    pass\n",
      "shop/migrations/0001_initial.py": migration([CREATE, add], undefined, "import shop.fields"),
    }; // prettier-ignore
    expect(described(files)).toContain("shop_item.x jsonb");
  });

  it("follow a key that gets another type", () => {
    const operations = [
      `migrations.CreateModel(name="Line", fields=[("id", models.AutoField(primary_key=True)), ("item", models.ForeignKey("shop.item", db_index=False, ${CASCADE}))])`,
      `migrations.AlterField("item", "id", models.UUIDField(primary_key=True))`,
    ];
    expect(after(...operations)).toContain("line.item_id uuid not null");
  });
});

describe("functions", () => {
  const run = (...body: string[]) => {
    const before = `def forwards(apps, schema_editor):\n${body.map((line) => `    ${line}\n`).join("")}`;
    const text = migration([CREATE, "migrations.RunPython(forwards)"], undefined, before);
    const path = "shop/migrations/0001_initial.py";
    return { lines: described({ [path]: text }), unread: python.read(text, `/repo/${path}`).unread };
  };

  it("are read where they execute SQL", () => {
    const { lines, unread } = run(`schema_editor.execute("CREATE INDEX i ON shop_item USING gin (data)")`);
    expect(lines).toContain("i on shop_item gin (data)");
    expect(unread).toEqual([]);
  });

  it("are read with what is filled in when they run", () => {
    const { lines, unread } = run(
      `cursor = schema_editor.connection.cursor()`,
      `cursor.execute("UPDATE shop_item SET kind = %s WHERE id IN (SELECT id FROM shop_item LIMIT %s)", [1, 9])`,
    );
    expect(lines).toEqual(ITEM.map((one) => `shop_${one}`));
    expect(unread).toEqual([]);
  });

  it("that change rows are no reason for doubt", () => {
    const { lines, unread } = run(`Item = apps.get_model("shop", "Item")`, "Item.objects.update(kind=1)");
    expect(lines).toEqual(ITEM.map((one) => `shop_${one}`));
    expect(unread).toEqual([]);
  });

  it.each([`schema_editor.alter_field(a, b, c)`, `schema_editor.execute(statement(), "shop_item")`])(
    "are said where they change the schema in another way: %s",
    (line) => {
      const { unread } = run(`name = "shop_item"`, line);
      expect(unread).toHaveLength(1);
    },
  );
});

describe("a project", () => {
  const two = {
    "a/migrations/0001_initial.py": migration(
      [
        `migrations.CreateModel(name="A", fields=[("id", models.AutoField(primary_key=True)), ("b", models.ForeignKey("b.B", ${CASCADE}, db_index=False))])`,
      ],
      `dependencies = [("b", "0001_initial"), ("auth", "0012_x")]`,
    ),
    "b/migrations/0001_initial.py": migration([
      `migrations.CreateModel(name="B", fields=[("id", models.UUIDField(primary_key=True))])`,
    ]),
  };

  it("is one history of all its apps, in the order of Django", () => {
    const { histories } = linked(two);
    expect(histories.map(({ steps, problems }) => [steps.map(({ path }) => path), problems])).toEqual([
      [["b/migrations/0001_initial.py", "a/migrations/0001_initial.py"], []],
    ]);
    expect(described(two)).toContain("a_a.b_id uuid not null");
  });

  it("says what is missing", () => {
    const files = { "a/migrations/0002_x.py": migration([], `dependencies = [("a", "0001_initial")]`) };
    const [history] = linked({ ...files, ...two }).histories;
    expect(history?.problems).toEqual([]);
    const { "a/migrations/0001_initial.py": _, ...rest } = { ...files, ...two };
    const create = migration([CREATE], `dependencies = [("a", "0001_initial")]`);
    const [broken] = linked({ ...rest, "a/migrations/0002_x.py": create }).histories;
    expect(broken?.problems).toMatchObject([
      { kind: "missing", message: "revision a.0002_x follows a.0001_initial, which is not there" },
    ]);
  });

  it("takes labels of apps and models of settings", () => {
    const files = {
      "apps/people/apps.py": "from django.apps import AppConfig\n\nclass PeopleConfig(AppConfig):\n    name = 'apps.people'\n    label = 'users'\n",
      "apps/people/migrations/0001_initial.py": migration([`migrations.CreateModel(name="User", fields=[("id", models.UUIDField(primary_key=True))])`]),
      "shop/migrations/0001_initial.py": migration(
        [`migrations.CreateModel(name="Cart", fields=[("user", models.OneToOneField(settings.AUTH_USER_MODEL, ${CASCADE}, primary_key=True))])`],
        `dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]`,
      ),
      "site/settings.py": `AUTH_USER_MODEL = "users.User"\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\n`,
    }; // prettier-ignore
    expect(described(files)).toEqual(["users_user.id uuid not null", "shop_cart.user_id uuid not null"]);
  });

  it("takes the label by which migrations name each other", () => {
    const names = ["0001_initial", "0002_b", "0003_c"];
    const files = names.map((name, i) => {
      const dependencies = `dependencies = [${i > 0 ? `("users", "${names[i - 1]!}")` : ""}]`;
      const text = migration(i === 0 ? [CREATE] : [], dependencies);
      return [`project/users_migrations/migrations/${name}.py`, text];
    });
    expect(described(Object.fromEntries(files) as Record<string, string>)).toEqual(
      ITEM.map((one) => `users_${one}`),
    );
  });

  it("runs a squashed migration in place of what it replaces", () => {
    const create = (name: string) =>
      migration([
        `migrations.CreateModel(name="${name}", fields=[("id", models.UUIDField(primary_key=True))])`,
      ]);
    const [history] = linked({
      "a/migrations/0001_a.py": create("A"),
      "a/migrations/0001_squashed_0002_b.py": create("A").replace("dependencies = []", `dependencies = []\n    replaces = [("a", "0001_a"), ("a", "0002_b")]`),
      "a/migrations/0002_b.py": migration([`migrations.DeleteModel("A")`], `dependencies = [("a", "0001_a")]`),
      "a/migrations/0003_c.py": migration([`migrations.AlterModelTable("A", "c")`], `dependencies = [("a", "0002_b")]`),
    }).histories; // prettier-ignore
    expect(history?.steps.map(({ path }) => path)).toEqual([
      "a/migrations/0001_squashed_0002_b.py",
      "a/migrations/0003_c.py",
    ]);
    expect(history?.left.map(({ path }) => path)).toEqual([
      "a/migrations/0001_a.py",
      "a/migrations/0002_b.py",
    ]);
  });

  it.each([
    [`DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}`, 2],
    [`DATABASES = {"default": {"ENGINE": "django.db.backends.mysql"}}`, 0],
    [`DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}`, 0],
    [`DATABASES = {"default": {"ENGINE": env("ENGINE", "django.db.backends.sqlite3")}}`, 2],
    [`DATABASES = {"default": env.db("DATABASE_URL")}`, 2],
    [`TIME_ZONE = "UTC"`, 2],
  ])("belongs to the database of its settings: %s", (settings, count) => {
    // What is PostgreSQL's alone is gone.
    const plain = Object.fromEntries(
      Object.entries(two).map(
        ([path, text]) => [path, text.replaceAll(/^.*contrib.postgres.*$/gm, "")] as const,
      ),
    );
    const [history] = linked({ ...plain, "site/settings.py": `${settings}\n` }).histories;
    expect(history?.steps).toHaveLength(count);
    expect(history?.left).toHaveLength(2 - count);
  });

  it("is apart from another one with its own manage.py", () => {
    const manage = `import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")\n`;
    const files = { "x/manage.py": manage, "y/manage.py": manage };
    const create = migration([CREATE]);
    const { histories } = linked({
      ...files,
      "x/shop/migrations/0001_initial.py": create,
      "y/shop/migrations/0001_initial.py": create,
    });
    expect(histories.map(({ name, problems }) => [name, problems])).toEqual([["x", []], ["y", []]]); // prettier-ignore
  });
});

it("ends where migrations take too many steps, and doubts all", () => {
  const fields = Array.from(
    { length: 2000 },
    (_, i) => `migrations.AddField("item", "f${i}", models.TextField())`,
  );
  const lines = described({ "shop/migrations/0001_initial.py": migration([CREATE, ...fields]) });
  expect(lines.every((line) => line.includes("?."))).toBe(true);
});

it("says nothing of a module that only looks like one", () => {
  expect(mayConcernDatabase("class Migration(SchemaMigration):\n    pass\n")).toBe(false);
  expect(mayConcernDatabase(migration([]))).toBe(true);
});

it("says where operations are known only at run time", () => {
  const text = migration(["*helper()", CREATE]);
  const facts = python.read(text, "/repo/shop/migrations/0001_initial.py");
  expect(facts.unread.map(({ error }) => error)).toEqual(["what the operation helper does is not known"]);
});
