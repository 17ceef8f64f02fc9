import { describe, expect, it } from "vitest";
import { rewritesOf } from "../../src/model/rewrites.js";
import { databaseOf } from "../databases.js";

const DIM = `CREATE TABLE dim (id int, city text, valid_from timestamptz NOT NULL, valid_to timestamptz,
  is_current boolean, updated_at timestamptz, PRIMARY KEY (id, valid_from));`;
const FEATURES = "CREATE TABLE user_features (id int, event_time timestamptz NOT NULL, features jsonb);";

/** How the writes of a script change the past; `-` for those that do not. */
function rewrites(sql: string, options = { allowRetention: false }): string[] {
  const database = databaseOf(sql);
  const judge = rewritesOf(database, {}, options);
  return database.writes.map((write) => judge(write)?.kind ?? "-");
}

describe("a close", () => {
  it.each([
    ["valid_to = now()", "valid_to IS NULL", "-"],
    ["valid_to = now(), is_current = false, updated_at = now()", "is_current", "-"],
    ["is_current = 'f'", "is_current = 't'", "-"],
    ["valid_to = $1", "id = $2 AND valid_to IS NULL", "-"],
    ["valid_to = $1", "valid_to > now()", "-"],
    ["valid_to = $1", "upper(tstzrange(valid_from, valid_to)) IS NULL", "close"],
    ["valid_to = $1", "valid_to IS NOT NULL", "close"],
    ["valid_to = $1", "is_current = false", "close"],
    ["valid_to = $1", "NOT is_current", "close"],
    ["valid_to = $1", "valid_to IS NULL OR id = 1", "close"],
    ["valid_to = NULL", "valid_to IS NULL", "reopen"],
    ["valid_to = 'infinity'", "id = 1", "reopen"],
    ["is_current = true", "valid_to IS NULL", "reopen"],
    ["valid_to = now(), city = ''", "valid_to IS NULL", "update"],
    ["valid_from = now()", "valid_to IS NULL", "update"],
    ["valid_to = $1", "is_current <> false", "-"],
    ["valid_to = $1", "NOT (is_current IS FALSE)", "-"],
    ["valid_to = $1", "is_current IS DISTINCT FROM false", "-"],
    ["valid_to = $1", "is_current::int = 1", "-"],
    ["valid_to = $1", "valid_to IS NOT DISTINCT FROM NULL", "-"],
    ["valid_to = $1", "now() < valid_to", "-"],
    ["valid_to = $1", "id IN (SELECT id FROM dim WHERE is_current)", "-"],
    ["valid_to = $1", "valid_to IS NULL OR valid_to = 'infinity'", "-"],
    ["valid_to = $1", "id = 1 AND (valid_to IS NULL OR valid_to > now())", "-"],
    ["valid_to = $1", "valid_to IS NULL OR is_current", "-"],
    ["valid_to = $1", "(valid_to IS NULL AND id = 1) OR (is_current AND id = 2)", "-"],
    ["valid_to = $1", "valid_to IS NULL OR id IN (SELECT id FROM staged)", "-"],
    ["valid_to = $1", "(valid_to IS NULL AND id = 1) OR id = 2", "close"],
    ["valid_to = $1", "NOT (valid_to IS NOT NULL)", "-"],
    ["valid_to = $1", "NOT (valid_to IS NOT NULL AND valid_to <= now())", "-"],
    ["valid_to = $1", "NOT (valid_to IS NULL)", "close"],
    ["valid_to = $1", "NOT (id = 1)", "close"],
    ["valid_to = $1", "NOT (NOT is_current)", "-"],
    ["valid_to = $1", "coalesce(valid_to, 'infinity') = 'infinity'", "-"],
    ["valid_to = $1", "now() BETWEEN valid_from AND coalesce(valid_to, 'infinity')", "-"],
    ["updated_at = now()", "valid_to IS NULL", "update"],
  ])("SET %s WHERE %s: %s", (set, where, expected) => {
    expect(rewrites(`${DIM} UPDATE dim SET ${set} WHERE ${where}`)).toEqual([expected]);
  });

  it("of every row is none", () => {
    expect(rewrites(`${DIM} UPDATE dim SET valid_to = now()`)).toEqual(["close"]);
  });
});

describe("retention", () => {
  it.each([
    ["event_time < now() - interval '1 year'", "-"],
    ["'2020-01-01' > event_time AND id < 5", "-"],
    ["event_time > now()", "delete"],
    ["id < 5", "delete"],
    ["event_time = now()", "delete"],
    ["event_time < now() OR id = 1", "delete"],
  ])("WHERE %s: %s", (where, expected) => {
    const sql = `${FEATURES} DELETE FROM user_features WHERE ${where}`;
    expect(rewrites(sql, { allowRetention: true })).toEqual([expected]);
    expect(rewrites(sql)).toEqual(["delete"]);
  });
});

describe("the table that is written", () => {
  it.each([
    ["UPDATE public.user_features SET features = '{}'", "update"],
    ["UPDATE other.user_features SET features = '{}'", "-"],
    [
      "CREATE TABLE b.user_features (id int, a real, b real); UPDATE user_features SET features = '{}'",
      "update",
    ],
    ["UPDATE somewhere SET features = '{}'", "-"],
  ])("%s", (sql, expected) => {
    expect(rewrites(`${FEATURES} ${sql}`)).toEqual([expected]);
  });

  it("may be one of two in schemas that are not public", () => {
    const table = (schema: string) => FEATURES.replace("user_features", `${schema}.user_features`);
    expect(rewrites(`${table("a")} ${table("b")} UPDATE user_features SET features = '{}'`)).toEqual(["-"]);
    expect(rewrites(`${table("a")} UPDATE user_features SET features = '{}'`)).toEqual(["update"]);
  });
});

describe("a column that was added", () => {
  it.each([
    ["ALTER TABLE user_features ADD n int; UPDATE user_features SET n = 1", "-"],
    ["ALTER TABLE user_features ADD n int; UPDATE user_features SET n = 1, id = 2", "update"],
    ["UPDATE user_features SET features = '{}'", "update"],
    ["ALTER TABLE user_features ADD n int; DELETE FROM user_features", "delete"],
  ])("%s: %s", (sql, expected) => {
    expect(rewrites(`${FEATURES} ${sql}`)).toEqual([expected]);
  });

  it("is rewritten by a function each time it runs", () => {
    const body = "UPDATE user_features SET n = 1";
    const sql = `ALTER TABLE user_features ADD n int;
      CREATE FUNCTION f() RETURNS void LANGUAGE sql AS '${body}';`;
    expect(rewrites(`${FEATURES} ${sql}`)).toEqual(["update"]);
  });
});
