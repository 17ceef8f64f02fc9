import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentsOf } from "../../src/model/documents.js";
import { shownPath } from "../../src/model/json-paths.js";
import { indexesOf } from "../../src/model/indexes.js";
import { forbidsOverlap, keepsOneCurrent, validityOf } from "../../src/model/validity.js";
import { parseSql } from "../../src/language/parse.js";
import { databaseOf } from "../databases.js";
import { missingPostgres, startPostgres, type PostgresServer } from "./postgres.js";

// What the pages of require-event-time, require-scd2-shape and no-deeply-nested-json say of PostgreSQL, asked of it.

const KEYS: { name: string; ddl: string; isSingle: boolean; since?: number }[] = [
  { name: "no key", ddl: "", isSingle: false },
  { name: "a key with the start", ddl: "PRIMARY KEY (customer_id, valid_from)", isSingle: false },
  { name: "unique open ends, which are null", ddl: "UNIQUE (customer_id, valid_to)", isSingle: false },
  {
    name: "unique open ends, nulls not distinct",
    ddl: "UNIQUE NULLS NOT DISTINCT (customer_id, valid_to)",
    isSingle: true,
  },
  {
    name: "an exclusion constraint over the period",
    ddl: "EXCLUDE USING gist (int8range(customer_id, customer_id, '[]') WITH &&, tstzrange(valid_from, valid_to) WITH &&)",
    isSingle: true,
  },
];

const INDEXES = [
  {
    name: "a partial unique index",
    ddl: "UNIQUE INDEX ON dim (customer_id) WHERE valid_to IS NULL",
    isSingle: true,
  },
  { name: "a partial index", ddl: "INDEX ON dim (customer_id) WHERE valid_to IS NULL", isSingle: false },
  {
    name: "a partial unique index with the start",
    ddl: "UNIQUE INDEX ON dim (customer_id, valid_from) WHERE valid_to IS NULL",
    isSingle: false,
  },
];

describe.each([15, 18] as const)("PostgreSQL %i", (major) => {
  let server: PostgresServer;
  beforeAll(async () => {
    const missing = missingPostgres(major);
    if (missing !== undefined) throw new Error(missing);
    server = await startPostgres(major);
  });
  afterAll(() => {
    server.stop();
  });

  async function ask(script: string): Promise<string> {
    const { stdout, stderr } = await server.run(script);
    return (stdout + stderr).trim();
  }

  /** Whether a second current row of one customer is refused, and a closed one is not. */
  async function isSingle(ddl: string): Promise<boolean> {
    await ask(`DROP TABLE IF EXISTS dim; ${ddl}`);
    const row = (from: string, to: string) => `INSERT INTO dim VALUES (1, '${from}', ${to});`;
    expect(await ask(row("2026-01-01", "'2026-02-01'") + row("2026-02-01", "NULL"))).toBe("");
    return (await ask(row("2026-03-01", "NULL"))).includes("ERROR");
  }

  /** What the model says. */
  function isKeptSingle(ddl: string): boolean {
    const { catalog } = databaseOf(ddl);
    const table = catalog.tables.get("public.dim")!;
    const validity = validityOf(table);
    return indexesOf(catalog, table).some(
      (index) => keepsOneCurrent(index, validity) || forbidsOverlap(index, validity),
    );
  }

  const columns = "customer_id bigint, valid_from timestamptz, valid_to timestamptz";
  it.each(KEYS)("one current row by $name: $isSingle", async ({ ddl, isSingle: expected }) => {
    const script = `CREATE TABLE dim (${[columns, ddl].filter(Boolean).join(", ")});`;
    expect(await isSingle(script)).toBe(expected);
    expect(isKeptSingle(script)).toBe(expected);
  });

  it.each(INDEXES)("one current row by $name: $isSingle", async ({ ddl, isSingle: expected }) => {
    const script = `CREATE TABLE dim (${columns}); CREATE ${ddl};`;
    expect(await isSingle(script)).toBe(expected);
    expect(isKeptSingle(script)).toBe(expected);
  });

  it("one current row by an end that is infinity", async () => {
    await ask(`DROP TABLE IF EXISTS dim; CREATE TABLE dim (customer_id bigint, valid_from timestamptz,
      valid_to timestamptz NOT NULL DEFAULT 'infinity', UNIQUE (customer_id, valid_to));`);
    expect(await ask("INSERT INTO dim VALUES (1, '2026-01-01');")).toBe("");
    expect(await ask("INSERT INTO dim VALUES (1, '2026-02-01');")).toMatch(/duplicate key/);
  });

  it("one current row by a key WITHOUT OVERLAPS, from 18 on", async () => {
    const created = await ask(`DROP TABLE IF EXISTS dim;
      CREATE TABLE dim (customers int8range, valid tstzrange, PRIMARY KEY (customers, valid WITHOUT OVERLAPS));`);
    if (major < 18) {
      expect(created).toMatch(/syntax error/);
      return;
    }
    const row = (from: string) => `INSERT INTO dim VALUES ('[1,1]', tstzrange('${from}', NULL));`;
    expect(await ask(row("2026-01-01"))).toBe("");
    expect(await ask(row("2026-02-01"))).toMatch(/conflicting key value/);
  });

  it.each(["timestamp", "date"])("a %s compared with a timestamptz depends on the session", async (type) => {
    const compare = (zone: string) =>
      ask(`SET timezone = '${zone}'; SELECT ${type} '2026-01-15' < timestamptz '2026-01-15 03:00+00';`);
    expect(await compare("UTC")).toBe("t");
    expect(await compare("America/New_York")).toBe("f");
  });

  it.each(["bigint", "text"])("a %s is compared with no timestamptz", async (type) => {
    const error = await ask(`SELECT 1 WHERE (SELECT '1'::${type}) < now();`);
    expect(error).toContain(`operator does not exist: ${type} < timestamp with time zone`);
  });

  it.each([
    "data -> 'a' -> 'b' -> 0 ->> 'c'",
    "data #>> '{a,b,0,c}'",
    "data #>> ARRAY['a', 'b', '0', 'c']",
    "data -> 'a' #> '{b}' -> -1 ->> 'c'",
    "data['a']['b'][0]['c'] #>> '{}'",
    "jsonb_extract_path_text(data, 'a', 'b', '0', 'c')",
    "jsonb_path_query_first(data, '$.a.b[*].c') #>> '{}'",
    "jsonb_path_query_first(data -> 'a', '$.b[*] ? (@.c == \"x\")') ->> 'c'",
  ])("%s reads a.b[].c", async (expression) => {
    const from = `FROM (SELECT '{"a": {"b": [{"c": "x"}]}}'::jsonb AS data) AS t`;
    expect(await ask(`SELECT ${expression} ${from};`)).toBe("x");
    const [use] = documentsOf(parseSql(`SELECT ${expression} FROM t`));
    expect(shownPath(use?.steps ?? [])).toBe("a.b[].c");
  });

  it("values inside a document have no statistics, those of a column have", async () => {
    await ask(`CREATE TABLE events AS SELECT g AS id, 'NL' AS country,
        jsonb_build_object('customer', jsonb_build_object('country', 'NL')) AS payload FROM generate_series(1, 1000) g;
      ANALYZE events;`);
    const rows = async (condition: string) =>
      Number(/rows=(\d+)/.exec(await ask(`EXPLAIN SELECT * FROM events WHERE ${condition};`))?.[1]);
    expect(await rows("country = 'NL'")).toBe(1000);
    expect(await rows("payload -> 'customer' ->> 'country' = 'NL'")).toBe(5);
  });
});
