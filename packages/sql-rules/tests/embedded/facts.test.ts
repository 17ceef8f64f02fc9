import { describe, expect, it } from "vitest";
import { readSource } from "../../src/embedded/parser.js";
import type { Range } from "../../src/language/split.js";

/** The facts of a source, each with the words it stands on. */
function facts(source: string, path = "/app/src/store.ts") {
  const { changes, queries, writes, unread, ...rest } = readSource(source, path);
  const words = (range: Range) => source.slice(...range);
  return {
    ...rest,
    unread: unread.map(({ error }) => error),
    changes: changes.map((change) => [change.kind, words(change.range)]),
    conditions: queries.flatMap((query) =>
      query.conditions.map(({ expression, range }) => [
        query.sources.map(({ table }) => table).join(),
        expression.kind,
        words(range),
      ]),
    ),
    writes: writes.map(({ kind, target, range }) => [kind, target.table, words(range)]),
  };
}

describe("factsOfSource", () => {
  it("puts every fact where it stands in the file", () => {
    const source = `const T = "events";
await pool.query('SELECT a FROM ' + T + ' WHERE data->>\\'k\\' = $1 ' +
  \`AND data @> \${filter}\`);
await sql\`UPDATE features SET a = \${1} WHERE id = 1\`;`;
    expect(facts(source)).toMatchObject({
      conditions: [
        ["events", "operator", "data->>\\'k\\' = $1"],
        ["events", "operator", "data @> ${filter}"],
        ["features", "operator", "id = 1"],
      ],
      writes: [["update", "features", "UPDATE features"]],
    });
  });

  it("takes text that is partly unknown for an unknown value", () => {
    const [query] = readSource(
      "db.query(`SELECT a FROM b WHERE data->>'${key}' = 'x${y}'`)",
      "/app/a.ts",
    ).queries;
    expect(query?.conditions[0]?.expression).toMatchObject({
      left: { right: { kind: "parameter" } },
      right: { kind: "parameter" },
    });
  });

  it("leaves out an assignment of unknown columns, which may be the one that is allowed", () => {
    expect(facts("sql`UPDATE features SET ${sql(patch)} WHERE id = ${id}`").writes).toEqual([]);
  });

  it("joins what several texts say", () => {
    const source = `q.query("SELECT a FROM b WHERE data->>'x' = '1'"); q.query("SELECT a FROM c WHERE data->>'x' = '1'");`;
    expect(facts(source).conditions.map(([table]) => table)).toEqual(["b", "c"]);
  });
});

describe("migrations in sources", () => {
  const up = "CREATE TABLE events (id bigint, data jsonb)";
  it.each([
    [
      "TypeORM",
      "1700000000000-Events.ts",
      `export class E { async up(q) { await q.query("${up}"); } async down(q) { await q.query("DROP TABLE events"); } }`,
    ],
    [
      "Knex",
      "20240101120000_events.js",
      `exports.up = (knex) => knex.raw("${up}"); exports.down = (knex) => knex.raw("DROP TABLE events");`,
    ],
    [
      "Knex with ES modules",
      "20240101120000_events.mjs",
      `export async function up(knex) { await knex.schema.raw("${up}"); }`,
    ],
    ["node-pg-migrate", "1700000000000_events.js", `exports.up = (pgm) => { pgm.sql("${up}"); };`],
    [
      "Sequelize",
      "20240101-events.cjs",
      `module.exports = { up: (q) => q.sequelize.query("${up}"), down: (q) => q.query("DROP TABLE events") };`,
    ],
    ["Kysely", "0001_events.ts", "export const up = async (db) => { await sql`" + up + "`.execute(db); };"],
  ])("%s: changes of up alone", (_, name, source) => {
    expect(facts(source, `/app/migrations/${name}`).changes).toEqual([["create table", up]]);
  });

  it("says that calls of a query builder are not read", () => {
    const source = `exports.up = async (knex) => { await knex.schema.createTable("a", (t) => t.jsonb("b")); await knex.raw("${up}"); };`;
    expect(facts(source, "/app/migrations/20240101120000_a.js")).toMatchObject({
      isUnread: true,
      unread: ["it changes the schema by calls of a query builder"],
    });
  });

  it("takes an application's own tables for no migration", () => {
    expect(facts(`pool.query("${up}")`).changes).toEqual([]);
  });
});
