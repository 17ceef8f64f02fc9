import { random } from "../scripts.js";

/** A schema with one table `t` and some indexes, and queries on it. */
export interface PlanCase {
  schema: string;
  queries: string[];
}

export const COLUMNS =
  "id int PRIMARY KEY, data jsonb, other jsonb, doc json, name text, code varchar(20), n numeric, i int, big bigint, f float8, ts timestamptz, ok boolean, tags text[]";

/** Text expressions; `?` is a key. */
const TEXTS = [
  "data ->> '?'",
  "(data ->> '?')",
  "data ->> '?'::text",
  "data -> 'a' ->> '?'",
  "(data -> 'a') ->> '?'",
  "data #>> '{a,?}'",
  "data #>> '{?}'",
  "doc ->> '?'",
  "other ->> '?'",
  "data -> 0 ->> '?'",
  "data ->> 0",
  "jsonb_extract_path_text(data, '?')",
  "(data ->> '?')::text",
  "(data ->> '?')::varchar",
  "(data ->> '?')::varchar(10)",
  "CAST(data ->> '?' AS text)",
  "(data -> '?')::text",
  "lower(data ->> '?')",
  "upper(data ->> '?')",
  "lower((data ->> '?')::varchar)",
  "btrim(data ->> '?')",
  "coalesce(data ->> '?', '')",
  "coalesce(data ->> '?', ''::text)",
  "(data ->> '?') COLLATE \"C\"",
  "(data ->> '?') COLLATE \"default\"",
  "(data || other) ->> '?'",
  "(data ->> '?') || name",
  "name",
  "code",
  "lower(name)",
  "lower(code)",
];
const NUMBERS: [string, string][] = [
  ["(data ->> '?')::numeric", "numeric"],
  ["CAST(data ->> '?' AS decimal)", "numeric"],
  ["(data ->> '?')::numeric(10,2)", "numeric"],
  ["(data ->> '?')::int", "int"],
  ["(data ->> '?')::int4", "int"],
  ["(data ->> '?')::bigint", "int"],
  ["(data -> '?')::numeric", "numeric"],
  ["(data ->> '?')::float8", "float"],
  ["(data ->> '?')::double precision", "float"],
  ["(data ->> '?')::numeric + 1", "numeric"],
  ["(data ->> '?')::int * 2", "int"],
  ["(data ->> '?')::numeric::int", "int"],
  ["jsonb_array_length(data -> '?')", "int"],
  ["i", "int"],
  ["n", "numeric"],
  ["big", "int"],
];
const DOCUMENTS = [
  "data",
  "data",
  "data",
  "data -> '?'",
  "data #> '{?}'",
  "data['?']",
  "other",
  "data -> 'a' -> '?'",
  "data::jsonb",
  "doc::jsonb",
];

const KEYS = ["x", "y", "X"];

/** Seeded cases: the same count gives the same cases, the first ones whatever the count. */
export function generateCases(count: number): PlanCase[] {
  return Array.from({ length: count }, (_, seed) => generateCase(seed));
}

/** What draws the parts of one case: all of them speak of one table. */
export interface Drawing {
  pick: <T>(from: readonly T[]) => T;
  /** CREATE INDEX on `t`. */
  index: () => string;
  condition: () => string;
  /** An expression of text, and one of a number, that indexes may have. */
  text: () => string;
  number: () => string;
}

function generateCase(seed: number): PlanCase {
  const { pick, condition, index, count } = drawingOf(seed * 7919 + 17);
  const indexes = Array.from({ length: count() }, index);
  const queries = Array.from({ length: 4 }, () => {
    const list = condition();
    return pick([
      `SELECT * FROM t WHERE ${list}`,
      `SELECT * FROM t WHERE ${list}`,
      `SELECT x.* FROM t AS x WHERE ${list}`,
      `SELECT * FROM (SELECT * FROM t) s WHERE ${list}`,
      `WITH c AS (SELECT * FROM t) SELECT * FROM c WHERE ${list}`,
      `DELETE FROM t WHERE ${list}`,
      `UPDATE public.t SET i = 1 WHERE ${list}`,
    ]);
  });
  return { schema: `CREATE TABLE t (${COLUMNS});\n${indexes.join("\n")}`, queries };
}

export function drawingOf(seed: number): Drawing & { count: () => number } {
  const next = random(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
  const maybe = (chance: number) => next() < chance;
  const key = () => (maybe(0.75) ? "x" : pick(KEYS));
  const fill = (template: string) => template.replaceAll("?", key());
  // One expression of each kind is common to the indexes and the queries of a case.
  const shared = { text: fill(pick(TEXTS)), number: pick(NUMBERS), document: fill(pick(DOCUMENTS)) };
  const numberText = fill(shared.number[0]);
  const text = () => (maybe(0.85) ? shared.text : fill(pick(TEXTS)));
  const number = (): [string, string] => {
    if (maybe(0.85)) return [numberText, shared.number[1]];
    const [template, kind] = pick(NUMBERS);
    return [fill(template), kind];
  };
  const document = () => (maybe(0.85) ? shared.document : fill(pick(DOCUMENTS)));

  const predicates = [
    "i > 5",
    "i = 5",
    "i IN (1, 2)",
    "i IS NOT NULL",
    "ok",
    "NOT ok",
    "ok = true",
    "name = 'open'",
    "name <> 'done'",
    "name IN ('open', 'new')",
    "n >= 1.5",
    `${text()} IS NOT NULL`,
    `${text()} = 'v'`,
    `${document()} ? 'x'`,
    `${numberText} > 3`,
    "i > 5 AND ok",
    "i > 5 OR name = 'open'",
    "ts IS NULL",
  ];

  function index(): string {
    const kind = next();
    const where = maybe(0.25) ? ` WHERE ${pick(predicates)}` : "";
    const wrap = (expression: string) => `(${expression})`;
    if (kind < 0.3) {
      const suffix = pick(["", "", "", " DESC", " text_pattern_ops", ' COLLATE "C"', " varchar_pattern_ops"]);
      const first = maybe(0.2) ? "i, " : "";
      return `CREATE INDEX ON t (${first}${wrap(text())}${suffix})${where};`;
    }
    if (kind < 0.4) return `CREATE INDEX ON t (${wrap(number()[0])}${maybe(0.2) ? ", name" : ""})${where};`;
    if (kind < 0.62)
      return `CREATE INDEX ON t USING gin (${wrap(document())}${pick(["", "", " jsonb_ops", " jsonb_path_ops"])})${where};`;
    if (kind < 0.74)
      return `CREATE INDEX ON t USING ${pick(["gin", "gist"])} (${wrap(text())} TRGM)${where};`.replace(
        /USING (\w+)(.*)TRGM/,
        "USING $1$2$1_trgm_ops",
      );
    if (kind < 0.8)
      return `CREATE INDEX ON t USING hash (${wrap(maybe(0.7) ? text() : number()[0])})${where};`;
    if (kind < 0.84) return `CREATE INDEX ON t USING ${pick(["brin", "spgist"])} (${wrap(text())})${where};`;
    if (kind < 0.88) return `CREATE INDEX ON t USING gin (tags)${where};`;
    if (kind < 0.92) return `CREATE INDEX ON t (${wrap(document())})${where};`;
    if (kind < 0.96) return `CREATE INDEX ON t (${pick(["ok", "ts", "n", "big", "f"])})${where};`;
    return `CREATE INDEX ON t (((data ->> '${key()}')::boolean))${where};`;
  }

  const constants = [
    "'v'",
    "'open'",
    "'v'::text",
    "'v'::varchar",
    "now()::text",
    "name",
    "'a' || 'b'",
    "(SELECT 'v')",
    "lower('V')",
  ];
  const patterns = ["'v'", "'v%'", "'%v'", "'v_w'", "'12%'", "'%'", "''", "'a\\%b'", "name"];

  function atom(): string {
    const kind = next();
    if (kind < 0.34) {
      const operand = text();
      const constant = pick(
        constants.slice(0, maybe(0.7) ? 2 : constants.length).filter((item) => item !== "(SELECT 'v')"),
      );
      return pick([
        `${operand} = ${constant}`,
        `${operand} = ${constant}`,
        `${constant} = ${operand}`,
        `${operand} IN ('a', ${constant})`,
        `${operand} IN (${constant})`,
        `${operand} = ANY (array['a', 'b'])`,
        `${operand} = ANY ('{a,b}')`,
        `${operand} <> ${constant}`,
        `${operand} > ${constant}`,
        `${operand} <= ${constant}`,
        `${operand} BETWEEN 'a' AND 'b'`,
        `${operand} NOT IN ('a', 'b')`,
        `${operand} IS NULL`,
        `${operand} IS NOT NULL`,
        `${operand} IS DISTINCT FROM ${constant}`,
        `NOT (${operand} = ${constant})`,
        `NOT (${operand} <> ${constant})`,
      ]);
    }
    if (kind < 0.46) {
      const operator = pick(["LIKE", "LIKE", "ILIKE", "NOT LIKE", "^@", "SIMILAR TO"]);
      return `${text()} ${operator} ${pick(patterns)}`;
    }
    if (kind < 0.62) {
      const [operand] = number();
      const constant = pick([
        "5",
        "5",
        "'5'",
        "5.5",
        "5::bigint",
        "3000000000",
        "5::numeric",
        "5::float8",
        "i",
        "n",
      ]);
      return pick([
        `${operand} = ${constant}`,
        `${operand} > ${constant}`,
        `${constant} < ${operand}`,
        `${operand} IN (1, ${constant})`,
        `${operand} BETWEEN 1 AND ${constant}`,
        `${operand} IS NOT NULL`,
        `${operand} <> ${constant}`,
      ]);
    }
    if (kind < 0.88) {
      const operand = document();
      return pick([
        `${operand} @> '{"a": 1}'`,
        `${operand} @> '{"a": 1}'::jsonb`,
        `'{"a": 1}' <@ ${operand}`,
        `'{"a": 1}'::jsonb <@ ${operand}`,
        `${operand} <@ '{"a": 1}'`,
        `${operand} ? 'x'`,
        `${operand} ?| array['x', 'y']`,
        `${operand} ?& '{x,y}'`,
        `${operand} @? '$.x'`,
        `${operand} @@ '$.x == 1'`,
        `${operand} = '{}'`,
        `${operand} @> other`,
        `${operand} @> ANY (array['{}'::jsonb])`,
        `${operand} IS NOT NULL`,
        `NOT ${operand} ? 'x'`,
        `jsonb_path_exists(${operand}, '$.x')`,
      ]);
    }
    return pick([
      "i > 5",
      "i = 5",
      "i = 6",
      "i IN (1, 2)",
      "i IS NOT NULL",
      "ok",
      "NOT ok",
      "ok = true",
      "ok IS TRUE",
      "name = 'open'",
      "name <> 'done'",
      "n >= 1.5",
      "n > 2",
      "ts > now()",
      "ts = '2020-01-01'",
      "f = 5",
      "big = 5",
      "tags @> array['a']",
      "tags && '{a}'",
      "'a' = ANY (tags)",
      `(data ->> '${key()}')::boolean`,
      `NOT (data ->> '${key()}')::boolean`,
      `(data ->> '${key()}')::boolean = true`,
      "id = 5 OR id = 6",
    ]);
  }

  function condition(depth = 0): string {
    const kind = next();
    if (depth < 2 && kind < 0.15) return `(${condition(depth + 1)} OR ${condition(depth + 1)})`;
    if (depth < 2 && kind < 0.3) return `${condition(depth + 1)} AND ${condition(depth + 1)}`;
    if (depth < 1 && kind < 0.34) return `NOT (${condition(depth + 1)})`;
    return atom();
  }

  return {
    pick,
    index,
    condition,
    text,
    number: () => number()[0],
    count: () => 2 + Math.floor(next() * 3.4),
  };
}
