import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Statements with everything that makes splitting hard; all are accepted by PostgreSQL's grammar. */
export const STATEMENTS = [
  "SELECT 1",
  "select 'a;b', 'it''s', ''",
  "SELECT E'\\';', e'\\\\', E'a\\'b;'",
  "SELECT E'a'\n  'b\\';c'",
  "SELECT 'a'\n  'b;'",
  "SELECT U&'d\\0061t;', B'01', X'1F', N'n;'",
  "SELECT $$a;b$$, $t$ $$;$$ ' $t$, $été$;$été$",
  "DO $do$ BEGIN PERFORM 1; END; $do$",
  'SELECT "a;b", "q""uote;" AS "é;", U&"\\0061" FROM t',
  "SELECT /* a; /* nested; */ b; */ 1 -- end;\n + 2",
  "SELECT 1/* ; */+/* ; */2--;\n-1",
  "SELECT a-- b;\n, c/*;*/ FROM t",
  "SELECT a=-1, b<>-1, c@-1, d!=+1, e*-+2 FROM t",
  "SELECT data->>'a', data#>>'{a,b}', data@>'{}'::jsonb, data ? 'k', data?|array['a'], data @? '$.a' FROM t",
  "SELECT a[1:2], a[:2], a[1:], b::text[], c::numeric(10,2) FROM t",
  "SELECT 1.5, .5, 5., 1e10, 1.5E-3, 0x1F, 0o17, 0b11, 1_000_000",
  "SELECT f(a => 1, b := 2)",
  "INSERT INTO t VALUES ('é', '😀', '日本;語', 'naïve')",
  "CREATE TABLE t (id bigint PRIMARY KEY, été json DEFAULT '{}'::json, n numeric(10, 2)[] NOT NULL)",
  "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 ELSE 3 END; END",
  "create or replace procedure p() begin atomic insert into t values (1); delete from t; end",
  "CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $f$ SELECT 'x;'; $f$",
  "CREATE FUNCTION h() RETURNS text LANGUAGE sql RETURN 'x;'",
  "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v)",
  "BEGIN",
  "COMMIT",
  "PREPARE q AS SELECT $1, $2::int",
  "ALTER TABLE t ALTER COLUMN a TYPE jsonb USING a::jsonb, ADD b json",
  "CREATE INDEX CONCURRENTLY i ON t USING gin ((data -> 'tags') jsonb_path_ops) WHERE a IS NOT NULL",
  "WITH x AS (SELECT 1), y AS MATERIALIZED (SELECT * FROM x) SELECT * FROM y",
  "COMMENT ON TABLE t IS 'a -- b /* c; */'",
  'CREATE TABLE "begin" ("end" int, "case" json)',
  "SELECT 1 !~ 2, 'a' ~~* 'b', |/ 4, @ -5, 2 ^ 3 % 4, 1 << 2, a || b FROM t",
];

/** Small, fast and seeded, so that a failure can be run again (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const GAPS = [
  "",
  " ",
  "\n",
  "\r\n",
  "\n\n",
  "-- é; '\n",
  '/* ; " */',
  "/* a /* $$ */ b */ ",
  "\t",
  "--\r\n",
  "; ;\n",
];

/** A script of a few statements with comments, blanks and empty statements between them. */
export function generateScript(seed: number): string {
  const next = random(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
  let script = pick(GAPS);
  for (let left = 1 + Math.floor(next() * 6); left > 0; left--) {
    script += `${pick(STATEMENTS)}${pick(GAPS)}${left > 1 || next() < 0.8 ? ";" : ""}${pick(GAPS)}`;
  }
  return next() < 0.3 ? script.replaceAll(/\r?\n/g, "\r\n") : script;
}

/** All SQL fixtures of this package, by name. */
export function fixtureScripts(): [name: string, text: string][] {
  const root = fileURLToPath(new URL("fixtures", import.meta.url));
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => [name, readFileSync(`${root}/${name}`, "utf8")]);
}
