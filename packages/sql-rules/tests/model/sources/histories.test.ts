import { describe, expect, it } from "vitest";
import { guessDialect } from "../../../src/language/dialect.js";
import {
  describe as print,
  historiesOf,
  isControl,
  type SourceFile,
} from "../../../src/model/sources/index.js";

function file(path: string, more: Partial<SourceFile> = {}): SourceFile {
  const { dialect, by } = guessDialect(path);
  return {
    path,
    dialect,
    dialectBy: by,
    creates: [],
    needs: [],
    changesSchema: true,
    includes: [],
    ...more,
  };
}

/** `name: steps | left | problems` of each history, paths below the name. */
function histories(
  paths: readonly (string | SourceFile)[],
  controls: Record<string, string> = {},
  settings: Parameters<typeof historiesOf>[2] = {},
): string[] {
  const files = paths.map((one) => (typeof one === "string" ? file(one) : one));
  return historiesOf(files.toReversed(), new Map(Object.entries(controls)), settings).map(
    ({ name, layout, steps, left, problems }) => {
      const short = ({ path }: { path: string }) => path.replace(`${name}/`, "");
      return [
        `${name} ${layout}: ${steps.map(short).join(" ")}`,
        ...(left.length > 0 ? [`left ${left.map(short).sort().join(" ")}`] : []),
        ...problems.map(({ kind, message }) => `${kind} ${message}`),
      ].join(" | ");
    },
  );
}

describe("layouts", () => {
  it.each<[string, string[], string[]]>([
    [
      "Flyway",
      [
        "db/migration/V1__a.sql",
        "db/migration/V2__b.sql",
        "db/migration/V2.1__c.sql",
        "db/migration/2024/V10__d.sql",
        "db/migration/R__views.sql",
        "db/migration/R__grants.sql",
        "db/migration/U2__b.sql",
      ],
      [
        "db/migration flyway: V1__a.sql V2__b.sql V2.1__c.sql 2024/V10__d.sql R__grants.sql R__views.sql | left U2__b.sql",
      ],
    ],
    [
      "Flyway's baseline",
      ["sql/V1__a.sql", "sql/B2__base.sql", "sql/V2__b.sql", "sql/V3__c.sql"],
      ["sql flyway: B2__base.sql V3__c.sql | left V1__a.sql V2__b.sql"],
    ],
    [
      "Flyway's folder of a vendor",
      ["db/migration/common/V1__a.sql", "db/migration/postgresql/V2__b.sql", "db/migration/mysql/V2__b.sql"],
      ["db/migration flyway: common/V1__a.sql postgresql/V2__b.sql | left mysql/V2__b.sql"],
    ],
    [
      "Flyway's versions in two folders that clash",
      ["migrations/a/V1__a.sql", "migrations/b/V1__b.sql"],
      ["migrations/b flyway: V1__b.sql", "migrations/a flyway: V1__a.sql"],
    ],
    [
      "Prisma",
      [
        "prisma/migrations/0_init/migration.sql",
        "prisma/migrations/20240101000000_a/migration.sql",
        "prisma/migrations/20240101000001_b/migration.sql",
      ],
      [
        "prisma/migrations prisma: 0_init/migration.sql 20240101000000_a/migration.sql 20240101000001_b/migration.sql",
      ],
    ],
    [
      "Rails",
      ["db/migrate/20240101000000_a.sql", "db/migrate/20240102000000_b.sql"],
      ["db/migrate numbered: 20240101000000_a.sql 20240102000000_b.sql"],
    ],
    [
      "golang-migrate",
      ["m/9_a.up.sql", "m/9_a.down.sql", "m/10_b.up.sql", "m/10_b.down.sql"],
      ["m golang-migrate: 9_a.up.sql 10_b.up.sql | left 10_b.down.sql 9_a.down.sql"],
    ],
    [
      "variants for a database",
      [
        "m/1_a.up.sql",
        "m/1_a.postgres.up.sql",
        "m/1_a.mysql.up.sql",
        "m/1_a.cockroach.up.sql",
        "m/2_b.up.sql",
      ],
      [
        "m golang-migrate: 1_a.postgres.up.sql 2_b.up.sql | left 1_a.cockroach.up.sql 1_a.mysql.up.sql 1_a.up.sql",
      ],
    ],
    [
      "Hasura",
      ["migrations/default/1_a/up.sql", "migrations/default/1_a/down.sql", "migrations/other/1_b/up.sql"],
      ["migrations/other hasura: 1_b/up.sql", "migrations/default hasura: 1_a/up.sql | left 1_a/down.sql"],
    ],
    [
      "Diesel",
      ["migrations/2024-01-02-000000_b/up.sql", "migrations/2024-01-01-000000_a/up.sql"],
      ["migrations diesel: 2024-01-01-000000_a/up.sql 2024-01-02-000000_b/up.sql"],
    ],
    [
      "Supabase",
      ["supabase/migrations/20240102000000_b.sql", "supabase/migrations/20240101000000_a.sql"],
      ["supabase/migrations supabase: 20240101000000_a.sql 20240102000000_b.sql"],
    ],
    [
      "two databases apart",
      ["a/migrations/1.sql", "b/migrations/1.sql"],
      ["b/migrations numbered: 1.sql", "a/migrations numbered: 1.sql"],
    ],
    [
      "another database's folder",
      ["migrations/sqlite/1.sql", "migrations/postgres/1.sql"],
      ["migrations/postgres numbered: 1.sql | left migrations/sqlite/1.sql"],
    ],
    [
      "folders of versions",
      ["upgrade/1.10.0/schema_update.sql", "upgrade/1.9.0/schema_update.sql"],
      ["upgrade numbered: 1.9.0/schema_update.sql 1.10.0/schema_update.sql"],
    ],
    [
      "deltas upon a full schema",
      [
        "schema/main/full_schemas/54/full.sql.postgres",
        "schema/main/full_schemas/72/full.sql.postgres",
        "schema/main/full_schemas/72/full.sql.sqlite",
        "schema/main/delta/72/01a.sql",
        "schema/main/delta/73/01b.sql",
        "schema/main/delta/73/01c.sql.postgres",
        "schema/main/delta/73/01c.sql.sqlite",
        "schema/main/delta/100/event_index.sql",
      ],
      [
        "schema/main deltas: full_schemas/72/full.sql.postgres delta/73/01b.sql delta/73/01c.sql.postgres" +
          " delta/100/event_index.sql | left delta/72/01a.sql delta/73/01c.sql.sqlite full_schemas/54/full.sql.postgres full_schemas/72/full.sql.sqlite",
      ],
    ],
    ["nothing", [], []],
  ])("%s", (_, paths, expected) => {
    expect(histories(paths)).toEqual(expected);
  });

  it("knows two-way scripts by their comments", () => {
    const files = [file("db/2_b.sql", { tool: "goose" }), file("db/1_a.sql", { tool: "goose" })];
    expect(histories(files)).toEqual(["db goose: 1_a.sql 2_b.sql"]);
    expect(print(historiesOf(files, new Map()))).toBe(
      "db (goose)\n  1. db/1_a.sql (goose: 1)\n  2. db/2_b.sql (goose: 2)\n",
    );
  });

  it("leaves out folders of queries", () => {
    expect(histories([file("reports/01_a.sql", { changesSchema: false })])).toEqual([]);
  });

  it("leaves out what the content says is another database's, and its plain neighbours", () => {
    const mysql = { dialect: "mysql", dialectBy: "content" } as const;
    const files = [
      file("m/1.sql", mysql),
      file("m/2.sql", mysql),
      file("m/3.sql", { isSurelyPostgres: true }),
    ];
    expect(histories(files)).toEqual(["m numbered:  | left 1.sql 2.sql 3.sql"]);
    expect(histories([...files, file("m/4.sql", { isSurelyPostgres: true })])).toEqual([
      "m numbered: 3.sql 4.sql | left 1.sql 2.sql",
    ]);
  });

  it("takes no other folders than the settings name", () => {
    expect(histories(["db/1.sql", "test/1.sql"], {}, { folders: ["./db/"] })).toEqual(["db numbered: 1.sql"]);
  });
});

describe("Sqitch", () => {
  const plan = `%syntax-version=1.0.0
%project=flipr

appschema 2024-01-01T00:00:00Z A <a@example.com> # Adds a schema.
users [appschema] 2024-01-01T00:00:00Z A <a@example.com>
@v1 2024-01-01T00:00:00Z A <a@example.com>
flips [users !sheets other:x @v1] 2024-01-01T00:00:00Z A <a@example.com>
users [users@v1] 2024-01-01T00:00:00Z A <a@example.com>
`;
  const scripts = ["deploy/users.sql", "deploy/users@v1.sql", "deploy/flips.sql", "deploy/appschema.sql"];

  it("deploys in the order of the plan, a reworked change twice", () => {
    const all = [...scripts, "revert/users.sql", "verify/users.sql", "deploy/draft.sql"].map(
      (path) => `db/${path}`,
    );
    expect(histories(all, { "db/sqitch.plan": plan })).toEqual([
      "db sqitch: deploy/appschema.sql deploy/users@v1.sql deploy/flips.sql deploy/users.sql" +
        " | left deploy/draft.sql revert/users.sql verify/users.sql",
    ]);
  });

  it("reports what a plan requires and does not deliver", () => {
    const bad = "a [b]\nb [a]\nc [nowhere]\nd [e]\ne\ne\n";
    const paths = ["a", "b", "c", "e"].map((name) => `deploy/${name}.sql`);
    expect(histories(paths, { "sqitch.plan": bad })[0]?.split(" | ")).toEqual([
      ". sqitch: deploy/a.sql deploy/b.sql deploy/c.sql deploy/e.sql",
      "circular changes a and b require each other",
      "missing change c requires nowhere, which is not in sqitch.plan",
      "missing change d of sqitch.plan has no script",
      "missing change d requires e, which sqitch.plan deploys only after it",
      "duplicate change e stands twice in sqitch.plan without a tag between",
    ]);
  });

  it("is none of ours for another database", () => {
    const controls = { "sqitch.plan": plan, "sqitch.conf": "[core]\n  engine = mysql\n" };
    expect(histories(scripts, controls).join()).not.toContain("sqitch");
  });
});

describe("Drizzle", () => {
  it("follows the journal", () => {
    const journal = JSON.stringify({
      dialect: "postgresql",
      entries: [
        { idx: 1, tag: "0001_b" },
        { idx: 0, tag: "0000_a" },
        { idx: 1, tag: "0002_gone" },
      ],
    });
    const paths = ["drizzle/0000_a.sql", "drizzle/0001_b.sql", "drizzle/0003_draft.sql"];
    expect(histories(paths, { "drizzle/meta/_journal.json": journal })).toEqual([
      "drizzle drizzle: 0000_a.sql 0001_b.sql | left 0003_draft.sql" +
        " | duplicate entry 1 of the journal is also that of 0001_b" +
        " | missing 0002_gone.sql, which the journal lists, is not there",
    ]);
  });

  it("leaves another dialect alone, and reads a folder whose journal is broken by its numbers", () => {
    const at = "drizzle/meta/_journal.json";
    expect(histories(["drizzle/0000_a.sql"], { [at]: '{"dialect":"mysql","entries":[]}' })).toEqual([
      "drizzle drizzle:  | left 0000_a.sql",
    ]);
    for (const broken of [
      "{",
      '{"entries":[]}',
      '{"entries":[null]}',
      '{"entries":[7]}',
      '{"entries":[{"idx":0,"tag":5}]}',
    ])
      expect(histories(["drizzle/0000_a.sql"], { [at]: broken })).toEqual(["drizzle numbered: 0000_a.sql"]);
  });
});

describe("Liquibase", () => {
  const script = (path: string) => file(path, { tool: "liquibase" });

  it("follows the change logs", () => {
    const controls = {
      "db/changelog.master.yaml": `databaseChangeLog:
  - include:
      file: other/changelog.xml
  # - include: { file: off.sql }
  - include: { file: z.sql, relativeToChangelogFile: true }
  - includeAll:
      path: db/parts/
`,
      "app/other/changelog.xml": `<databaseChangeLog><!-- <include
        file="old.sql"/> --><include file="../a.sql" relativeToChangelogFile="true"/>
        <sqlFile path="gone.sql"/><include file="db/changelog.master.yaml"/></databaseChangeLog>`,
    };
    const paths = ["db/z.sql", "db/parts/2.sql", "db/parts/1.sql", "app/a.sql"].map(script);
    const circular = histories(paths, controls);
    // Neither is a master where each includes the other.
    expect(circular.every((one) => one.includes("liquibase"))).toBe(true);
    controls["app/other/changelog.xml"] = controls["app/other/changelog.xml"].replace(
      /<include file="db.*?>/,
      "",
    );
    expect(histories(paths, controls)).toEqual([
      "db liquibase: app/a.sql z.sql parts/1.sql parts/2.sql" +
        " | missing gone.sql, which the change log app/other/changelog.xml includes, is not there",
    ]);
  });

  it("says what change logs change themselves, for it is not replayed", () => {
    const controls = {
      "db/changelog/master.yaml": `databaseChangeLog:
  - include: { file: a.sql, relativeToChangelogFile: true }
  - include: { file: more.xml, relativeToChangelogFile: true }
  - include: { file: ../elsewhere.xml, relativeToChangelogFile: true }
  - changeSet:
      id: 1
      changes:
        - sql: { sql: "DELETE FROM t" }
        - insert: { tableName: t }
        - addColumn: { tableName: t }
  - changeSet: { id: 2, dbms: mysql, changes: [{ dropTable: { tableName: t } }] }
`,
      "db/changelog/more.xml": `<databaseChangeLog><changeSet id="1"><preConditions><sqlCheck/></preConditions>
        <!-- <createTable/> --><update/><sql><![CDATA[ALTER TABLE t ADD b int]]></sql>
        <sql dbms="oracle">ALTER TABLE t</sql><rollback><dropColumn/></rollback></changeSet></databaseChangeLog>`,
    };
    const paths = ["db/changelog/a.sql", "db/changelog/b.sql"].map(script);
    expect(histories(paths, controls)[0]).toBe(
      "db/changelog liquibase: a.sql" +
        " | unread the change sets of master.yaml (addColumn) were not read into this history" +
        " | unread the change sets of more.xml (sql) were not read into this history" +
        " | unread ../elsewhere.xml, which the change log master.yaml includes, was not read into this history",
    );
  });

  it.each([
    [
      "db/liquibase/master.xml",
      '<databaseChangeLog><include file="a.sql"/></databaseChangeLog>',
      "liquibase",
    ],
    ["db/liquibase/master.json", '{"databaseChangeLog": [{"include": {"file": "a.sql"}}]}', "liquibase"],
    ["db/liquibase/values.xml", '<values><include file="a.sql"/></values>', "declarative"],
  ])("knows a change log by its content: %s", (path, text, layout) => {
    expect(isControl(path)).toBe(true);
    expect(histories([file("a.sql")], { [path]: text }).join()).toContain(` ${layout}: `);
  });

  it.each([
    ["m.xml", '<databaseChangeLog><include file="a.sql"/><changeSet>'],
    ["m.yaml", "databaseChangeLog:\n  - include: { file: a.sql }\n  - {"],
  ])("says where a change log is cut off: %s", (name, text) => {
    const whole =
      "databaseChangeLog:\n  - include: { file: a.sql }\n  - include: { file: x/changelog/" + name + " }";
    const controls = { "changelog.yaml": whole, [`x/changelog/${name}`]: text };
    expect(histories([file("a.sql")], controls)[0]).toContain(
      `unread ${name} was not read into this history`,
    );
  });

  it("reads scripts no change log names by name", () => {
    expect(histories([script("db/b.sql"), script("db/a.sql")])).toEqual(["db liquibase: a.sql b.sql"]);
  });
});

describe("links", () => {
  const revision = (name: string, after: string[]) =>
    file(`versions/${name}.py`, { link: { revision: name, after } });

  it("orders by what a revision follows", () => {
    expect(
      histories([
        revision("f0", []),
        revision("a1", ["f0"]),
        revision("c3", ["a1", "b2"]),
        revision("b2", ["f0"]),
      ]),
    ).toEqual(["versions links: f0.py b2.py a1.py c3.py"]);
  });

  it("reports circles, twins and what is not there", () => {
    const twin = file("versions/twin.py", { link: { revision: "a", after: [] } });
    expect(
      histories([
        revision("a", []),
        twin,
        revision("b", ["gone"]),
        revision("c", ["d"]),
        revision("d", ["c"]),
      ]),
    ).toEqual([
      "versions links: twin.py b.py a.py | left c.py d.py" +
        " | duplicate revision a is also that of a.py | missing revision b follows gone, which is not there" +
        " | circular revision c stands in or after a circle of revisions that follow each other" +
        " | circular revision d stands in or after a circle of revisions that follow each other",
    ]);
  });
});

describe("what configurations say of the database", () => {
  const sqlc = (engine: string) =>
    `version: "2"\nsql:\n  - engine: "${engine}"\n    schema: ["schema", "extra.sql"]\n    queries: "q/*.sql"\n`;
  const scripts = ["db/schema/1.sql", "db/schema/2.sql", "db/extra.sql", "db/q/a.sql", "db/other.sql"];

  it("leaves out what sqlc gives to another database", () => {
    expect(histories(scripts, { "db/sqlc.yaml": sqlc("sqlite") })).toEqual([
      "db declarative:  | left extra.sql q/a.sql schema/1.sql schema/2.sql",
      "db/other.sql declarative: db/other.sql",
    ]);
    const older = JSON.stringify({ version: "1", packages: [{ engine: "mysql", schema: "schema" }] });
    expect(histories(scripts.slice(0, 2), { "db/sqlc.json": older })).toEqual([
      "db declarative:  | left schema/1.sql schema/2.sql",
    ]);
  });

  it.each([sqlc("postgresql"), "sql:\n  - schema: schema\n", "sql: [", "sql: &a [*a]", ""])(
    "%j leaves them",
    (text) => {
      const found = histories(scripts.slice(0, 2), { "db/sqlc.yaml": text });
      expect(found).toEqual(["db/schema numbered: 1.sql 2.sql"]);
    },
  );

  it.each([
    ["prisma/schema.prisma", "mysql", "prisma/migrations prisma:  | left 1_a/migration.sql"],
    ["prisma/schema/base.prisma", "sqlite", "prisma/migrations prisma:  | left 1_a/migration.sql"],
    ["prisma/schema.prisma", "postgresql", "prisma/migrations prisma: 1_a/migration.sql"],
    ["other/schema.prisma", "mysql", "prisma/migrations prisma: 1_a/migration.sql"],
  ])("%s says %s", (path, provider, expected) => {
    const text = `generator c {\n  provider = "x"\n}\ndatasource db {\n  url = env("U")\n  provider = "${provider}"\n}\n`;
    expect(histories(["prisma/migrations/1_a/migration.sql"], { [path]: text })).toEqual([expected]);
  });
});

describe("duplicate versions", () => {
  it.each<[string[], string]>([
    [["db/migration/V1__a.sql", "db/migration/V1.0__b.sql"], "version 1.0 is also that of V1__a.sql"],
    [["m/1_a.up.sql", "m/01_b.up.sql"], "version 1 is also that of 01_b.up.sql"],
    [["m/0001_a.sql", "m/0001_b.sql"], "version 0001 is also that of 0001_a.sql"],
    [
      ["migrations/20240101_a/up.sql", "migrations/20240101_b/up.sql"],
      "version 20240101 is also that of 20240101_a",
    ],
  ])("%j", (paths, message) => {
    expect(histories(paths).join()).toContain(`duplicate ${message}`);
  });

  it.each([
    [["m/20240101_a.sql", "m/20240101_b.sql"]],
    [["m/2024-01-31_a.sql", "m/2024-01-31_b.sql"]],
    [["m/01a_x.sql", "m/01b_y.sql"]],
    [["m/1_a.js", "m/1_a.sql"]],
    [["schemas/10_a.sql", "schemas/20_b.sql", "schemas/20_c.sql", "schemas/20_d.sql"]],
  ])("%j may be meant", (paths) => {
    expect(histories(paths).join()).not.toContain("duplicate");
  });
});

describe("schemas without an order", () => {
  const creating = (path: string, creates: string[], needs: string[] = []) =>
    file(path, {
      creates: creates.map((name) => `public.${name}`),
      needs: needs.map((name) => `public.${name}`),
    });

  it("does not replay a dump of what migrations build", () => {
    const files = [
      creating("db/migrate/1.sql", ["a", "b"]),
      creating("db/migrate/2.sql", ["c"]),
      creating("db/structure.sql", ["a", "b", "c", "schema_migrations"]),
    ];
    expect(histories(files)).toEqual(["db/migrate numbered: 1.sql 2.sql | left db/structure.sql"]);
  });

  it("puts a dump first where migrations change tables they do not create", () => {
    const files = [creating("db/migrations/1.sql", ["c"], ["a"]), creating("db/schema.sql", ["a", "b"])];
    expect(histories(files)).toEqual(["db/migrations numbered: db/schema.sql 1.sql"]);
  });

  it("runs what a script of nothing but includes names in its order", () => {
    const files = [
      file("sql/all.sql", { changesSchema: false, includes: ["tables.sql", "more.sql", "grants.sql"] }),
      creating("sql/grants.sql", []),
      creating("sql/more.sql", ["b"]),
      creating("sql/tables.sql", ["a"]),
    ];
    expect(histories(files)).toEqual(["sql declarative: tables.sql more.sql grants.sql all.sql"]);
    expect(histories(files.slice(0, 1))).toEqual([]);
  });

  it("takes the files of a folder together, creators first", () => {
    const files = [
      creating("sql/a.sql", [], ["t"]),
      creating("sql/b.sql", ["t"]),
      creating("sql/c.sql", ["u"]),
    ];
    expect(histories(files)).toEqual(["sql declarative: b.sql a.sql c.sql"]);
  });

  it("follows psql's includes", () => {
    const all = { ...creating("sql/all.sql", ["x"]), includes: ["c.sql", "../../out.sql", "b.sql"] };
    expect(histories([all, creating("sql/b.sql", ["t"]), creating("sql/c.sql", ["u"])])).toEqual([
      "sql declarative: c.sql b.sql all.sql | unread ../../out.sql, which all.sql includes, is not among the scripts that were read",
    ]);
  });

  it("keeps files apart that create the same table", () => {
    const files = [creating("examples/a.sql", ["t"]), creating("examples/b.sql", ["t"])];
    expect(histories(files)).toEqual([
      "examples/b.sql declarative: examples/b.sql",
      "examples/a.sql declarative: examples/a.sql",
    ]);
  });
});

it("survives hostile orders", () => {
  const deep = Array.from({ length: 20_000 }, (_, i) =>
    file(`s/${i}x.py`, { link: { revision: String(i), after: i > 0 ? [String(i - 1)] : [] } }),
  );
  expect(historiesOf(deep, new Map())[0]?.steps).toHaveLength(20_000);
  const creators = Array.from({ length: 5000 }, (_, i) =>
    file(
      `s/${String(i)}.sql`.replace(/\d+/, (n) => `t${n}`),
      { creates: [`t${i}`], needs: [`t${i + 1}`] },
    ),
  );
  expect(historiesOf(creators, new Map())[0]?.steps).toHaveLength(5000);
  const logs = Array.from({ length: 40 }, (_, i): [string, string] => [
    `changelog${i}.xml`,
    `<include file="changelog${i + 1}.xml"/><include file="changelog${i + 1}.xml"/><include file="a.sql"/>`,
  ]);
  expect(historiesOf([file("a.sql")], new Map(logs))[0]?.steps).toHaveLength(1);
});
