import { COLUMNS, drawingOf, type PlanCase } from "./explain.generator.js";

const NAMES = new Set("id data other doc name code n i big f ts ok tags t".split(" "));

/** The same of table `u`, whose columns have names of their own: what is quoted is no name. */
function ofOther(sql: string): string {
  return sql
    .split(/('[^']*'|"[^"]*")/)
    .map((part, i) => (i % 2 > 0 ? part : part.replaceAll(/\b[a-z]+\b/g, (name) => other(name))))
    .join("");
}

function other(name: string): string {
  return name === "t" ? "u" : NAMES.has(name) ? `u_${name}` : name;
}

/** Without its key: an index that has nothing to do with documents would find most rows. */
const TABLE = COLUMNS.replace(" PRIMARY KEY", "");

/** Seeded schemas of two tables, `t` and `u`, with indexes on both, and queries that join them in every way. */
export function generateJoins(count: number): PlanCase[] {
  return Array.from({ length: count }, (_, seed) => generateJoin(seed));
}

function generateJoin(seed: number): PlanCase {
  const [t, drawn] = [drawingOf(seed * 7919 + 3), drawingOf(seed * 104_729 + 5)];
  const { pick } = t;
  const u = {
    index: () => ofOther(drawn.index()),
    condition: () => ofOther(drawn.condition()),
    text: () => ofOther(drawn.text()),
    number: () => ofOther(drawn.number()),
  };
  /** Either side may be looked up. */
  const join = () =>
    pick([
      "id = u_id",
      `${t.text()} = ${u.text()}`,
      `${t.text()} = u_name`,
      `name = ${u.text()}`,
      `${t.number()} = u_i`,
      `i = ${u.number()}`,
    ]);
  /** Only `u` may be looked up. */
  const lookup = () => pick(["id = u_id", `id::text = ${u.text()}`, `${u.number()} = id + 1`]);

  const queries = Array.from({ length: 4 }, () => {
    const [a, b] = [t.condition(), u.condition()];
    return pick([
      () => `SELECT * FROM t JOIN u ON ${join()} WHERE ${a}`,
      () => `SELECT * FROM t JOIN u ON ${join()} AND ${b} WHERE ${a}`,
      () => `SELECT * FROM t, u WHERE ${join()} AND ${a} AND ${b}`,
      () => `SELECT * FROM t CROSS JOIN u WHERE ${b}`,
      () => `SELECT * FROM t LEFT JOIN u ON ${join()} WHERE ${a}`,
      () => `SELECT * FROM t LEFT JOIN u ON ${join()} AND ${b} WHERE ${a}`,
      () => `SELECT * FROM t LEFT JOIN u ON ${join()} AND ${a}`,
      () => `SELECT * FROM t LEFT JOIN u ON ${join()} WHERE ${b}`,
      () => `SELECT * FROM u RIGHT JOIN t ON ${join()} AND ${b} WHERE ${a}`,
      () => `SELECT * FROM t JOIN (SELECT * FROM u WHERE ${b}) s ON ${join()} WHERE ${a}`,
      () => `SELECT * FROM t JOIN (SELECT * FROM u WHERE ${b} LIMIT 10) s ON ${join()} WHERE ${a}`,
      () => `SELECT * FROM t, LATERAL (SELECT * FROM u WHERE ${lookup()} AND ${b} LIMIT 1) s WHERE ${a}`,
      () => `WITH c AS (SELECT * FROM u WHERE ${b}) SELECT * FROM t JOIN c ON ${join()} WHERE ${a}`,
      () =>
        `WITH c AS MATERIALIZED (SELECT * FROM u WHERE ${b}) SELECT * FROM t JOIN c ON ${join()} WHERE ${a}`,
      () => `SELECT * FROM t WHERE ${a} AND EXISTS (SELECT 1 FROM u WHERE ${lookup()} AND ${b})`,
      () => `SELECT * FROM t WHERE ${a} AND NOT EXISTS (SELECT 1 FROM u WHERE ${lookup()} AND ${b})`,
      () => `SELECT * FROM t WHERE ${a} AND id IN (SELECT u_id FROM u WHERE ${b})`,
      () => `SELECT * FROM t WHERE ${a} AND id = (SELECT max(u_id) FROM u WHERE ${b})`,
      () => `UPDATE t SET i = 1 FROM u WHERE ${join()} AND ${a} AND ${b}`,
      () => `DELETE FROM t USING u WHERE ${join()} AND ${b}`,
    ])();
  });
  const indexes = Array.from({ length: 4 }, (_, i) => (i % 2 > 0 ? u.index() : t.index()));
  const schema = `CREATE TABLE t (${TABLE});\nCREATE TABLE u (${ofOther(TABLE)});\n${indexes.join("\n")}`;
  return { schema, queries };
}
