import { describe, expect, it } from "vitest";
import { eventTimeFlaws } from "../../src/model/event-time.js";
import { timedTables, type FeatureSettings } from "../../src/model/features.js";
import { isNamed, wordsOf } from "../../src/model/names.js";
import { databaseOf } from "../databases.js";

describe("words of a name", () => {
  it.each([
    ["customer_features", ["customer", "features"]],
    ["CustomerFeatures", ["customer", "features"]],
    ["MLFeatureStore", ["ml", "feature", "store"]],
    ["customer_scd2", ["customer", "scd", "2"]],
    ["analysisfeature", ["analysisfeature"]],
    ["größe_Übersicht", ["größe", "übersicht"]],
    ["", []],
  ])("%s", (name, words) => {
    expect(wordsOf(name)).toEqual(words);
  });
});

describe("patterns of names", () => {
  const table = { schema: "ml", name: "user_features" };
  it.each([
    [["user_features"], true],
    [["user_feature"], false],
    [["*_features"], true],
    [["user_?eatures"], true],
    [["ml.*"], true],
    [["public.*"], false],
    [["*features", "!user_*"], false],
    [["!user_*", "*features"], true],
    [["*u*e*r*"], true],
    [["*u*e*r"], false],
    [[], false],
  ])("%j: %s", (patterns, expected) => {
    expect(isNamed(table, patterns)).toBe(expected);
  });

  it("takes no longer for a hostile pattern", () => {
    const name = "a".repeat(63);
    expect(isNamed({ schema: "public", name }, ["*a".repeat(30) + "b"])).toBe(false);
  });
});

/** The tables of a script whose past has to stay, with what they are. */
function timed(sql: string, settings: FeatureSettings = {}): string[] {
  return timedTables(databaseOf(sql).catalog, settings).map(
    ({ table, isFeatures, isScd2 }) =>
      `${table.name}${isFeatures ? " features" : ""}${isScd2 ? " scd2" : ""}`,
  );
}

describe("feature tables", () => {
  it.each([
    ["two measured columns", "CREATE TABLE user_features (id int, a real, b numeric)"],
    [
      "aggregates that are counted",
      "CREATE TABLE user_features (id int, orders_30d int, login_count bigint)",
    ],
    ["a name and a value", "CREATE TABLE feature_values (entity_id int, feature_name text, value real)"],
    ["a document", "CREATE TABLE user_features (id int, feature_values jsonb)"],
    ["a document in text", "CREATE TABLE user_features (id int, feature_json text)"],
    ["a vector", "CREATE TABLE item_features (id int, v vector(3))"],
    ["an array of numbers", "CREATE TABLE item_features (id int, v double precision[])"],
    ["a domain over a number", "CREATE DOMAIN score AS real; CREATE TABLE user_features (a score, b score)"],
  ])("by %s", (_evidence, sql) => {
    expect(timed(sql)).toEqual([expect.stringContaining("features")]);
  });

  it.each([
    ["the word inside another", "CREATE TABLE analysisfeature (a real, b real)"],
    ["flags", "CREATE TABLE feature_flags (a real, b real)"],
    ["switches", "CREATE TABLE user_features (a real, b real, dark_mode_enabled boolean)"],
    ["maps", "CREATE TABLE city_features (geom geometry, area real, height real)"],
    ["sizes and prices", "CREATE TABLE item_features (price numeric, width real, lat real, lon real)"],
    ["one measured column", "CREATE TABLE user_features (id int, score real)"],
    ["documents of plans", "CREATE TABLE plan_features (plan_id int, features jsonb)"],
    ["staging", "CREATE TABLE stg_user_features (a real, b real)"],
    ["a temporary table", "CREATE TEMP TABLE user_features (a real, b real)"],
    ["a table that is only altered here", "ALTER TABLE user_features ADD a real, ADD b real"],
  ])("not for %s", (_why, sql) => {
    expect(timed(sql)).toEqual([]);
  });

  it("are what settings name, and nothing else", () => {
    const sql = "CREATE TABLE user_features (a real, b real); CREATE TABLE inputs (id int);";
    expect(timed(sql, { featureTables: ["inputs"] })).toEqual(["inputs features"]);
    expect(timed(sql, { featureTables: [] })).toEqual([]);
  });

  it("are not judged where a DO block may have changed them", () => {
    const sql = `CREATE TABLE user_features (a real, b real);
      DO $$ BEGIN EXECUTE 'ALTER TABLE user_features ADD COLUMN ' || current_setting('x') || ' timestamptz'; END $$;`;
    expect(timed(sql)).toEqual([]);
  });
});

describe("SCD2 tables", () => {
  const period = "valid_from timestamptz, valid_to timestamptz";
  it.each([
    ["a flag", `CREATE TABLE customers (id int, ${period}, is_current boolean)`],
    ["a name", `CREATE TABLE customer_history (id int, ${period})`],
    ["the name of a dimension", `CREATE TABLE dim_customer (id int, start_date date, end_date date)`],
    ["a key with the start", `CREATE TABLE customers (id int, ${period}, PRIMARY KEY (id, valid_from))`],
    [
      "an index over open rows",
      `CREATE TABLE c (id int, ${period}); CREATE UNIQUE INDEX ON c (id) WHERE valid_to IS NULL`,
    ],
    [
      "an exclusion constraint",
      "CREATE TABLE c (id int, valid_period tstzrange, EXCLUDE USING gist (valid_period WITH &&))",
    ],
    ["dbt", "CREATE TABLE customers (id int, dbt_valid_from timestamp, dbt_valid_to timestamp)"],
    [
      "an end beyond all time",
      "CREATE TABLE customer_history (valid_from date, valid_to date NOT NULL DEFAULT '9999-12-31')",
    ],
    ["scd in its name", "CREATE TABLE customer_scd2 (id int)"],
  ])("by %s", (_evidence, sql) => {
    expect(timed(sql)).toEqual([expect.stringContaining("scd2")]);
  });

  it.each([
    ["a period alone", `CREATE TABLE discounts (id int, ${period}, is_active boolean)`],
    [
      "an end that is always known",
      "CREATE TABLE certificate_history (valid_from date NOT NULL, valid_to date NOT NULL)",
    ],
    ["a history of another kind", "CREATE TABLE chat_history (id int, created_at timestamptz)"],
    ["a period of a job", "CREATE TABLE jobs (start_date date, end_date date, is_current boolean)"],
    [
      "a unique index over something else",
      `CREATE TABLE c (id int, ${period}, s text); CREATE UNIQUE INDEX ON c (id) WHERE s = 'active'`,
    ],
  ])("not for %s", (_why, sql) => {
    expect(timed(sql)).toEqual([]);
  });
});

describe("flaws of the event time", () => {
  function flaws(columns: string, settings: FeatureSettings = {}): string[] {
    const { catalog } = databaseOf(`CREATE TABLE user_features (user_id int, a real, b real, ${columns})`);
    const table = catalog.tables.get("public.user_features")!;
    return eventTimeFlaws(table, catalog, settings, { isFeatures: true, acceptsStart: true }).map((flaw) =>
      "column" in flaw ? `${flaw.kind} ${flaw.column.name}` : `missing ${flaw.written?.name ?? ""}`,
    );
  }

  it.each([
    ["event_time timestamptz NOT NULL", []],
    ["ts timestamptz NOT NULL, event_time timestamp", []],
    ["event_time timestamptz, PRIMARY KEY (user_id, event_time)", []],
    ["sampled timestamptz NOT NULL", []],
    ["week_start date, UNIQUE (user_id, week_start)", []],
    ["event_time timestamptz", ["nullable event_time"]],
    ["event_time timestamp NOT NULL", ["zone event_time"]],
    ["event_time timestamp", ["zone event_time", "nullable event_time"]],
    ["as_of date NOT NULL", ["day as_of"]],
    ["ts bigint NOT NULL", ["type ts"]],
    ["date date NOT NULL, ts bigint NOT NULL", ["day date"]],
    ["created_at timestamptz NOT NULL", ["missing created_at"]],
    ["computed_at timestamptz NOT NULL, PRIMARY KEY (user_id, computed_at)", ["missing computed_at"]],
    ["last_login timestamptz NOT NULL", ["missing "]],
    ["event_times timestamptz[] NOT NULL", ["missing "]],
    ["valid_from timestamptz NOT NULL, valid_to timestamptz", ["missing "]],
  ])("%s", (columns, expected) => {
    expect(flaws(columns)).toEqual(expected);
  });

  it("are of the columns that settings name", () => {
    const settings = { eventTimeColumns: ["booked"] };
    expect(flaws("event_time timestamp NOT NULL, booked timestamptz", settings)).toEqual(["nullable booked"]);
  });
});
