import { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import { findSql, type Source } from "../../src/embedded/find.js";
import { searchIn, sqlIn, statementsIn } from "./source.js";

const Q = "SELECT id FROM events WHERE data ->> 'kind' = $1";

describe("prose", () => {
  it.each([
    'throw new Error("Delete from customer_features failed");',
    'console.warn("delete from customer_features skipped");',
    'this.logger.info("update customer_features set features = x");',
    "throw `delete from ${table} failed`;",
    '<p title="Update t set a" />;',
    'it("update t set a = 1", () => {});',
  ])("is no SQL: %s", (source) => {
    expect(sqlIn(source, "/app/src/store.tsx")).toEqual([]);
  });

  it("does not hide the SQL beside it", () => {
    expect(sqlIn(`console.log(await pool.query("${Q}"));`)).toHaveLength(1);
  });
});

describe("clients", () => {
  it.each([
    ["node-postgres", `await pool.query("${Q}", ["a"]);`],
    ["node-postgres with an object", `await client.query({ name: "q", text: "${Q}", values: [] });`],
    ["node-postgres cursor", `client.query(new Cursor("${Q}", ["a"]));`],
    ["pg-query-stream", `client.query(new QueryStream("${Q}"));`],
    ["pg-promise", `await db.manyOrNone("${Q}", ["a"]);`],
    ["pg-promise in a task", `await db.tx((t) => t.none("${Q}", ["a"]));`],
    ["pg-promise prepared", `new PreparedStatement({ name: "q", text: "${Q}" });`],
    ["postgres.js", "await sql`SELECT id FROM events WHERE data ->> 'kind' = ${kind}`;"],
    ["postgres.js typed", "await sql<Row[]>`SELECT id FROM events WHERE data ->> 'kind' = ${kind}`;"],
    [
      "postgres.js in a transaction",
      "sql.begin((tx) => tx`SELECT id FROM events WHERE data ->> 'kind' = ${kind}`);",
    ],
    ["postgres.js unsafe", `await sql.unsafe("${Q}", ["a"]);`],
    ["slonik", "pool.any(sql.unsafe`SELECT id FROM events WHERE data ->> 'kind' = ${kind}`);"],
    ["slonik typed", "pool.any(sql.type(row)`SELECT id FROM events WHERE data ->> 'kind' = ${kind}`);"],
    ["Prisma", "prisma.$queryRaw`SELECT id FROM events WHERE data ->> 'kind' = ${kind}`;"],
    ["Prisma.sql", "prisma.$queryRaw(Prisma.sql`SELECT id FROM events WHERE data ->> 'kind' = ${kind}`);"],
    ["Prisma unsafe", `prisma.$queryRawUnsafe("${Q}", kind);`],
    ["Drizzle", "db.execute(sql`SELECT id FROM events WHERE data ->> 'kind' = ${kind}`);"],
    ["Drizzle raw", `db.execute(sql.raw("${Q}"));`],
    ["Kysely", "sql<Row>`SELECT id FROM events WHERE data ->> 'kind' = ${kind}`.execute(db);"],
    ["Knex", `knex.raw("SELECT id FROM events WHERE data ->> 'kind' = ?", [kind]);`],
    ["Knex schema", `knex.schema.raw("${Q}");`],
    ["TypeORM query runner", `queryRunner.query("${Q}", [kind]);`],
    ["TypeORM data source", `this.dataSource.query("${Q}", [kind]);`],
    [
      "Sequelize",
      `sequelize.query("SELECT id FROM events WHERE data ->> 'kind' = :kind", { replacements });`,
    ],
    ["Sequelize bind", `sequelize.query("SELECT id FROM events WHERE data ->> 'kind' = $kind", { bind });`],
    ["MikroORM", `em.getConnection().execute("SELECT id FROM events WHERE data ->> 'kind' = ?", [kind]);`],
    ["sql-template-strings", "db.query(SQL`SELECT id FROM events WHERE data ->> 'kind' = ${kind}`);"],
    ["pgtyped", "const find = sql<IFind>`SELECT id FROM events WHERE data ->> 'kind' = $kind!`;"],
    ["a comment editors know", `run(/* sql */ "${Q}");`],
    ["a constant another file runs", `export const FIND = "${Q}";`],
    ["a function's result", `export function find() { return "${Q}"; }`],
    ["an arrow function's result", `export const find = () => "${Q}";`],
    ["a helper of the team", `await runQuery("${Q}", { kind });`],
    [
      "a text with a comment before",
      "pool.query(`\n-- by kind\nSELECT id FROM events WHERE data ->> 'kind' = $1`);",
    ],
    ["a property another file runs", `export const queries = { find: "${Q}" };`],
  ])("%s", (_, source) => {
    expect(sqlIn(source)).toEqual([Q]);
  });

  it.each([
    [
      "Knex whereRaw",
      `knex("events").whereRaw("data ->> 'kind' = ?", [kind])`,
      "SELECT FROM events WHERE data ->> 'kind' = $1",
    ],
    [
      "Knex with joins",
      `db("app.events as e").join("users", "a", "b").orWhereRaw("e.data ->> 'kind' = ?", [kind])`,
      "SELECT FROM app.events as e, users WHERE e.data ->> 'kind' = $1",
    ],
    [
      "Knex from",
      `knex.select("a").from("events").whereRaw("data @> ?", [x])`,
      "SELECT FROM events WHERE data @> $1",
    ],
    [
      "TypeORM builder",
      `repo.createQueryBuilder("e").where("e.data ->> 'kind' = :kind", { kind })`,
      "SELECT WHERE e.data ->> 'kind' = $1",
    ],
    [
      "TypeORM spread",
      `qb.andWhere("e.data ->> 'kind' IN (:...kinds)", { kinds })`,
      "SELECT WHERE e.data ->> 'kind' IN ($1)",
    ],
    ["Sequelize literal", `literal("data ->> 'kind' = 'a'")`, "SELECT WHERE data ->> 'kind' = 'a'"],
    ["a tagged condition", "sql`data ->> 'kind' = ${kind}`", "SELECT WHERE data ->> 'kind' = $1"],
    ["a tagged WHERE", "sql`WHERE data ->> 'kind' = ${kind}`", "SELECT WHERE data ->> 'kind' = $1"],
    ["a tagged AND", "sql`AND data ->> 'kind' = ${kind}`", "SELECT WHERE TRUE AND data ->> 'kind' = $1"],
    [
      "a tagged JOIN",
      "sql`JOIN a ON a.data ->> 'kind' = ${kind}`",
      "SELECT FROM § JOIN a ON a.data ->> 'kind' = $1",
    ],
    ["a tagged column", "sql`data -> 'a' ->> 'b' AS b`", "SELECT data -> 'a' ->> 'b' AS b"],
  ])("%s", (_, source, sql) => {
    const [first, ...others] = sqlIn(source);
    expect(first).toBe(sql);
    expect(others).toEqual([]);
  });
});

describe("what is none of PostgreSQL's SQL", () => {
  it.each([
    ["prose", `log.query("Please select something from the list")`],
    ["prose in a constant", `const message = "update your settings to continue";`],
    ["GraphQL", "client.query(gql`query { events { id } }`)"],
    ["a GraphQL string", `client.query("query { events { id } }")`],
    ["a selector", `document.querySelector("select option")`],
    ["no string", `pool.query(text); pool.query(); pool.query(1); sql(1)`],
    ["a fragment that is none", "sql`, ${a}`; sql``; sql`ORDER BY a`"],
    ["ESLint-like where", `list.where("name", "x").where("a = b")`],
    ["an import of mysql2", `import mysql from "mysql2/promise"; pool.query("${Q}")`],
    ["a require of better-sqlite3", `const db = require("better-sqlite3")("x"); db.query("${Q}")`],
    ["bun:sqlite", `import { Database } from "bun:sqlite"; db.query("${Q}")`],
    ["Drizzle on SQLite", `import { drizzle } from "drizzle-orm/libsql"; db.run(sql.raw("${Q}"))`],
    ["MySQL's grammar", "pool.query('SELECT `a` FROM `b` WHERE `c` -> \"$.d\" = 1')"],
    ["ClickHouse's parameters", "rawQuery(`SELECT a FROM b WHERE c -> 'd' = {id:UUID}`)"],
    ["another language's template", "gql`query { a } `; css`select { from: 1 }`"],
    ["the way back of a migration", `export async function down(knex) { await knex.raw("${Q}"); }`],
    ["the way back as a method", `class A { async down(q) { await q.query("${Q}"); } }`],
    ["the way back as an export", `exports.down = (pgm) => { pgm.sql("${Q}"); };`],
  ])("%s", (_, source) => {
    expect(sqlIn(source)).toEqual([]);
  });

  it("leaves a folder of another database alone", () => {
    const source = `pool.query("SELECT \`a\` FROM b WHERE c -> 'd' = 1")`;
    expect(sqlIn(source, "/app/src/mysql/store.ts")).toEqual([]);
  });
});

describe("text", () => {
  it.each([
    ["a sum", `pool.query("SELECT a " + "FROM b " + 'WHERE c = ' + 1)`, "SELECT a FROM b WHERE c = 1"],
    ["a constant", `const q = "SELECT a FROM b"; pool.query(q)`, "SELECT a FROM b"],
    ["a constant used twice", `const q = "SELECT a FROM b"; pool.query(q); pool.query(q)`, "SELECT a FROM b"],
    [
      "constants in a template",
      'const t = "b"; pool.query(`SELECT a FROM ${t} WHERE c = ${1}`)',
      "SELECT a FROM b WHERE c = 1",
    ],
    [
      "an object of queries",
      `const q = { a: "SELECT a FROM b" } as const; pool.query(q.a)`,
      "SELECT a FROM b",
    ],
    [
      "a text that grows",
      `let q = "SELECT a FROM b WHERE true"; if (x) q += " AND c = $1"; pool.query(q)`,
      "SELECT a FROM b WHERE true AND c = $1",
    ],
    [
      "String.raw",
      "pool.query(String.raw`SELECT a FROM b WHERE c ~ '\\d'`)",
      "SELECT a FROM b WHERE c ~ '\\d'",
    ],
    ["dedent", "pool.query(dedent`SELECT a FROM b`)", "SELECT a FROM b"],
    ["trim and join", `pool.query(["SELECT a", "FROM b"].join("\\n").trim())`, "SELECT a FROM b"],
    [
      "a template in a template",
      "sql`SELECT a FROM b WHERE ${sql`c = ${1}`}`",
      "SELECT a FROM b WHERE c = $1",
    ],
    [
      "a constant fragment",
      "const w = sql`c = ${1}`; sql`SELECT a FROM b WHERE ${w}`",
      "SELECT a FROM b WHERE c = $1",
    ],
    [
      "raw text in a template",
      'sql`SELECT a FROM ${sql.raw("b")} WHERE c = 1`',
      "SELECT a FROM b WHERE c = 1",
    ],
    ["as const", `pool.query("SELECT a FROM b" as const)`, "SELECT a FROM b"],
  ])("%s", (_, source, sql) => {
    expect(sqlIn(source)).toEqual([sql]);
  });

  it("does not follow a name that is assigned anew", () => {
    expect(sqlIn(`let q = "SELECT a FROM b WHERE c = 1"; q = other(); pool.query(q)`)).toEqual([
      // The constant itself is still a statement that something may run.
      "SELECT a FROM b WHERE c = 1",
    ]);
  });

  it("ends at constants that grow without bound, and says where", () => {
    const wide = (name: string) => Array.from({ length: 50 }, () => name).join(" + ");
    const steps = [1, 2, 3, 4, 5].map((i) => `const a${i} = ${wide(`a${i - 1}`)};`);
    const source = `const a0 = "SELECT a FROM b;";\n${steps.join("\n")}\npool.query(a5);`;
    const [place] = searchIn(source).tooLong;
    expect(source.slice(...(place ?? []))).toBe("a5");
  });

  it("reads a sum of many parts", () => {
    const sum = Array.from({ length: 500 }, () => `"x"`).join("+");
    expect(() => sqlIn(`const a = ${sum};`)).not.toThrow();
  });
});

describe("holes", () => {
  it.each([
    ["a value", "sql`SELECT a FROM b WHERE c = ${x}`", "SELECT a FROM b WHERE c = $1"],
    ["a table", "sql`SELECT a FROM ${sql(t)} WHERE c = 1`", "SELECT a FROM § WHERE c = 1"],
    ["a schema", "sql`SELECT a FROM ${s}.b WHERE c = 1`", "SELECT a FROM §.b WHERE c = 1"],
    ["part of a name", "pool.query(`SELECT a FROM b_${x} WHERE c = 1`)", "SELECT a FROM b_§ WHERE c = 1"],
    ["part of a string", "pool.query(`SELECT a FROM b WHERE c = '${x}'`)", "SELECT a FROM b WHERE c = '§'"],
    ["a list", "sql`SELECT a FROM b WHERE c IN ${sql(list)}`", "SELECT a FROM b WHERE c IN ($1)"],
    ["rows", "sql`INSERT INTO b ${sql(rows)} RETURNING a`", "INSERT INTO b SELECT 1 RETURNING a"],
    ["assignments", "sql`UPDATE b SET ${sql(row)} WHERE c = 1`", "UPDATE b SET §=$1 WHERE c = 1"],
    ["nothing", "sql`SELECT a FROM b ${where} ORDER BY c ${direction}`", "SELECT a FROM b ORDER BY c"],
    ["columns", "sql`SELECT ${columns} FROM b WHERE c = 1`", "SELECT $1 FROM b WHERE c = 1"],
    [
      "pg-promise's names",
      "db.any('SELECT a FROM b WHERE c = $<x> AND d = $(y) AND e = ${z} AND f IN ($1:csv)')",
      "SELECT a FROM b WHERE c = $1 AND d = $1 AND e = $1 AND f IN ($1)",
    ],
    [
      "Knex's names",
      `knex.raw("SELECT a FROM ?? WHERE ?? = ? AND :n: = :v", [])`,
      "SELECT a FROM § WHERE $1 = $1 AND $1 = $1",
    ],
    [
      "jsonb's question marks",
      `pool.query("SELECT a FROM b WHERE d ? 'x' AND d ?| $1 AND d ?& $2")`,
      "SELECT a FROM b WHERE d ? 'x' AND d ?| $1 AND d ?& $2",
    ],
    [
      "both",
      `knex.raw("SELECT a FROM b WHERE d \\\\? 'x' AND c=? AND d->>'k'=?", [])`,
      "SELECT a FROM b WHERE d ? 'x' AND c=$1 AND d->>'k'=$1",
    ],
    [
      "casts and slices",
      `pool.query("SELECT a[1:n] FROM b WHERE c = :x::jsonb")`,
      "SELECT a[1:n] FROM b WHERE c = $1::jsonb",
    ],
  ])("%s", (_, source, sql) => {
    expect(sqlIn(source).map((found) => found.replaceAll(/\s+/g, " ").replaceAll(" )", ")").trim())).toEqual([
      sql,
    ]);
  });

  it("gives up what no reading makes SQL of", () => {
    expect(sqlIn("sql`SELECT a FROM b WHERE c ${operator} 5 ${x} ${y} 6 FROM`")).toEqual([]);
  });
});

describe("places", () => {
  it.each([
    ["'SELECT a FROM b WHERE c = \\'x\\''", "SELECT a FROM b WHERE c = \\'x\\'"],
    ["`SELECT a\\n  FROM b \\u{57}HERE c = 1`", "SELECT a\\n  FROM b \\u{57}HERE c = 1"],
    ["'SELECT a ' +\r\n  'FROM b WHERE c = 1'", "SELECT a ' +\r\n  'FROM b WHERE c = 1"],
    ["`\r\nSELECT a\r\nFROM b WHERE c = 1`", "SELECT a\r\nFROM b WHERE c = 1"],
    ["\"SELECT a \\\n FROM b WHERE '\\x41' = c\"", "SELECT a \\\n FROM b WHERE '\\x41' = c"],
  ])("%s", (literal, written) => {
    expect(statementsIn(`const é = "😀"; pool.query(${literal});`).map((found) => found.written)).toEqual([
      written,
    ]);
  });

  it("is where a constant is named for the text around it, and the constant's own within", () => {
    const source = "pool.query(`SELECT a FROM b WHERE ${w}`); const w = 'c = 1';";
    const [found] = searchIn(source).found;
    const place = (part: string) => {
      const start = found!.program.text.indexOf(part);
      return source.slice(...(found!.source.toFile([start, start + part.length]) ?? []));
    };
    expect(place("SELECT a FROM b WHERE c = 1")).toBe("SELECT a FROM b WHERE ${w}");
    expect(place("c = 1")).toBe("c = 1");
    expect(place("= 1")).toBe("= 1");
  });
});

it("reads the trees of ESLint's own parser alike", () => {
  const source = `const w = "c = 1";\r\npool.query(\`\r\nSELECT a FROM b WHERE \` + w); sql\`SELECT \${x} FROM b WHERE d = \${y}\``;
  const linter = new Linter();
  linter.verify(source, {});
  const { found } = findSql(linter.getSourceCode() as unknown as Source, "/app/x.js");
  const places = found.map(({ source: embedded, program }) => embedded.toFile(program.body[0]!.range));
  expect(places.map((place) => source.slice(...(place ?? [])))).toEqual([
    "SELECT a FROM b WHERE ` + w",
    "SELECT ${x} FROM b WHERE d = ${y}",
  ]);
});
