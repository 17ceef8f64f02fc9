import { describe, expect, it } from "vitest";
import { parseSql } from "../../../src/language/parse.js";
import type { Catalog } from "../../../src/model/catalog.js";
import type { SchemaChange } from "../../../src/model/changes.js";
import { changesOf } from "../../../src/model/changes/index.js";
import { doubtsOf } from "../../../src/model/doubts.js";
import { replay } from "../../../src/model/replay/index.js";
import { catalogOf } from "../../catalogs.js";
import { generateDdl } from "../../oracles/generate-ddl.js";

const SCHEMA = `
  CREATE TABLE t (id bigint PRIMARY KEY, doc jsonb, note json, at timestamptz NOT NULL);
  CREATE INDEX by_doc ON t USING gin (doc);
  CREATE INDEX by_at ON t (at);
`;

/** What is in doubt after statements that run only where the rows say so. */
function doubts(guarded: string, after = ""): string[] {
  const block = `DO $$ BEGIN IF EXISTS (SELECT 1 FROM t WHERE id > 9) THEN ${guarded}; END IF; END $$;`;
  return doubtsOf(catalogOf(SCHEMA + block + after)).map((line) => line.replace(/:.*/, ""));
}

describe("statements that may not run", () => {
  it.each([
    ["CREATE INDEX by_note ON t ((note ->> 'a'))", ["index public.by_note"]],
    ["ALTER TABLE t ALTER note TYPE jsonb USING note::jsonb", ["column public.t.note"]],
    ["ALTER TABLE t ADD extra json", ["column public.t.extra"]],
    ["ALTER TABLE t DROP note", ["column public.t.note"]],
    ["ALTER TABLE t DROP doc", ["column public.t.doc", "index public.by_doc"]],
    [
      "ALTER TABLE t RENAME doc TO document",
      ["column public.t.document", "column public.t.doc", "index public.by_doc"],
    ],
    ["DROP INDEX by_doc", ["index public.by_doc"]],
    [
      "DROP INDEX by_doc; CREATE INDEX by_doc ON t USING gin (doc jsonb_path_ops)",
      ["table public.t", "index public.by_doc"],
    ],
    ["ALTER TABLE t DROP CONSTRAINT t_pkey", ["index public.t_pkey"]],
    ["CREATE TABLE u (a json)", ["table public.u"]],
    ["ALTER TABLE t RENAME TO u", ["table public.u"]],
    ["UPDATE t SET doc = note::jsonb", []],
  ])("put in doubt what they touch: %s", (guarded, expected) => {
    expect(doubts(guarded)).toEqual(expected);
  });

  it("leave what they take away, with what stands on it", () => {
    expect(doubts("DROP TABLE t")).toEqual([
      "table public.t",
      "index public.t_pkey",
      "index public.by_doc",
      "index public.by_at",
    ]);
    const [dropped] = catalogOf(
      `${SCHEMA} DO $$ BEGIN IF (SELECT true FROM t) THEN DROP INDEX by_at; END IF; END $$`,
    ).droppedIndexes;
    expect(dropped?.index.doubt).toContain("a condition");
  });

  it("are no reason to doubt what is settled later", () => {
    expect(doubts("CREATE INDEX maybe ON t (doc)", "DROP INDEX maybe;")).toEqual([]);
    expect(doubts("ALTER TABLE t ADD extra json", "ALTER TABLE t DROP extra;")).toEqual([]);
  });
});

describe("functions that change tables put them in doubt when they are called", () => {
  const body = (statement: string) => `LANGUAGE plpgsql AS $f$ BEGIN ${statement}; END $f$;`;
  const named = `CREATE FUNCTION f() RETURNS void ${body("ALTER TABLE t ALTER note TYPE jsonb USING note::jsonb")}`;
  const given = `CREATE FUNCTION f(x text) RETURNS void ${body("EXECUTE 'ALTER TABLE ' || x || ' ADD a json'")}`;
  const all = `CREATE FUNCTION f() RETURNS void ${body(
    "FOR r IN SELECT * FROM information_schema.columns LOOP EXECUTE format('ALTER TABLE %I ADD a json', r.table_name); END LOOP",
  )}`;

  it.each([
    [named, "SELECT f()"],
    [named, "SELECT * FROM f()"],
    [named, "CALL f()"],
    [named, "DO $$ BEGIN PERFORM f(); END $$"],
    [given, "SELECT f('t')"],
    [given, "SELECT f(x) FROM unnest(ARRAY['t']) x"],
    [given, "DO $$ DECLARE x text; BEGIN FOREACH x IN ARRAY ARRAY['t'] LOOP PERFORM f(x); END LOOP; END $$"],
    [given, "SELECT f(relname) FROM pg_class WHERE relkind = 'r'"],
    [all, "SELECT f()"],
    ["", "SELECT format('ALTER TABLE %I ADD a json', table_name) FROM information_schema.tables \\gexec\n"],
  ])("%s %s", (definition, call) => {
    const tables = doubtsOf(catalogOf(`${SCHEMA} ${definition} ${call};`)).map((line) => line.split(":")[0]);
    expect(tables).toContain("table public.t");
  });

  it.each([
    [named, "SELECT 1"],
    [named, "SELECT g() FROM t"],
    [given, "SELECT f('u')"],
    [`CREATE FUNCTION f() RETURNS void ${body("PERFORM 1")}`, "SELECT f()"],
  ])("but not with %s %s", (definition, call) => {
    expect(doubtsOf(catalogOf(`${SCHEMA} ${definition} ${call};`))).toEqual([]);
  });
});

const SEEDS = process.env.ORACLES === "full" ? 2000 : 100;

it(`tell apart what is the same whether they run or not, in ${SEEDS} drawn schemas`, () => {
  let certain = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const statements = generateDdl(seed).filter(
      (sql) => !/^(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)\b/i.test(sql),
    );
    const at = 4 + (seed % Math.max(1, statements.length - 4));
    const [first, guarded, rest] = [
      statements.slice(0, at),
      statements.slice(at, at + 3),
      statements.slice(at + 3),
    ];
    const block: SchemaChange = {
      kind: "block",
      guard: "condition",
      doubt: "it may not run",
      changes: guarded.flatMap(changes),
      range: [0, 0],
    };
    const replayed = (more: readonly SchemaChange[]): Catalog =>
      replay([{ path: "a.sql", changes: [...first.flatMap(changes), ...more] }]);
    const { doubt: _, ...ran } = block;
    const [either, with_, without] = [replayed([block]), replayed([ran]), replayed([])];
    const [mixed, one, other] = [described(either), described(with_), described(without)];
    for (const name of certainties(either)) {
      certain++;
      expect({ seed, name, with: one.get(name), without: other.get(name) }).toEqual({
        seed,
        name,
        with: mixed.get(name),
        without: mixed.get(name),
      });
    }
    for (const { tables } of [with_, without]) {
      for (const [name, { columns }] of tables) {
        const table = either.tables.get(name);
        if (table?.doubt === undefined && table)
          expect({ seed, name, columns: [...table.columns.keys()] }).toEqual({
            seed,
            name,
            columns: expect.arrayContaining([...columns.keys()]) as string[],
          });
      }
    }
    // Whatever comes later is read on.
    replayed([block, ...rest.flatMap(changes)]);
  }
  expect(certain).toBeGreaterThan(SEEDS);
});

const changes = (sql: string): SchemaChange[] => changesOf(parseSql(sql), "a.sql");

/** Every column and index with what rules ask of it. */
function described({ tables, indexes }: Catalog): ReadonlyMap<string, string> {
  const columns = [...tables].flatMap(([table, { columns }]) =>
    [...columns.values()].map(
      ({ name, type, notNull }) => [`${table}.${name}`, JSON.stringify([type, notNull])] as const,
    ),
  );
  const keys = [...indexes].map(
    ([name, { table, method, keys, predicate, isUnique, isValid }]) =>
      [`index ${name}`, JSON.stringify([table, method, keys, predicate, isUnique, isValid])] as const,
  );
  return new Map([...columns, ...keys]);
}

/** Of these, what is said without a doubt. */
function certainties({ tables, indexes }: Catalog): string[] {
  return [
    ...[...tables].flatMap(([table, { doubt, columns }]) =>
      [...columns.values()]
        .filter((column) => doubt === undefined && column.doubt === undefined)
        .map(({ name }) => `${table}.${name}`),
    ),
    ...[...indexes]
      .filter(([, { doubt, table }]) => (doubt ?? tables.get(table)?.doubt) === undefined)
      .map(([name]) => `index ${name}`),
  ];
}
