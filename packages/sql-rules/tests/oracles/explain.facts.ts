/** Measured with EXPLAIN on PostgreSQL 15.18 and 18.4: which queries an index serves, and which it does not. */
export interface Fact {
  schema: string;
  served: string[];
  unserved: string[];
}

const TABLE =
  "CREATE TABLE t (id int PRIMARY KEY, data jsonb, other jsonb, doc json, name text, code varchar(20), n numeric, i int);";
const where = (conditions: string[]) => conditions.map((condition) => `SELECT * FROM t WHERE ${condition}`);
const fact = (index: string, served: string[], unserved: string[]): Fact => ({
  schema: `${TABLE}\n${index}`,
  served: where(served),
  unserved: where(unserved),
});

export const FACTS: readonly Fact[] = [
  fact(
    "CREATE INDEX ON t USING gin (data);",
    [
      `data @> '{"a": 1}'`,
      "data ? 'a'",
      "data ?| array['a', 'b']",
      "data ?& array['a', 'b']",
      "data @? '$.a'",
      "data @@ '$.a == 1'",
      "data @@ '$.a > 1'",
      `data @? '$.a ? (@ like_regex "x")'`,
      `'{"a": 1}' <@ data`,
      "data @> ANY (array['{}'::jsonb])",
      "data ? 'a' OR data ? 'b'",
      "(data @> '{}') = true",
      "data::jsonb @> '{}'",
    ],
    [
      "data ->> 'x' = 'v'",
      `data -> 'x' = '"v"'`,
      `data -> 'a' @> '{"b": 1}'`,
      "data -> 'tags' ? 'x'",
      `data['x'] = '"v"'`,
      "data <@ '{}'",
      "jsonb_path_exists(data, '$.a')",
      "jsonb_exists(data, 'a')",
      "data = '{}'",
      "data IS NULL",
      "data IS NOT NULL",
      "NOT (data ? 'a')",
      "data ? 'a' OR data ->> 'x' = 'v'",
      "data @> other",
      "(data || '{}') @> '{}'",
      "(data @> '{}') IS TRUE",
    ],
  ),
  fact(
    "CREATE INDEX ON t USING gin (data jsonb_path_ops);",
    [`data @> '{"a": 1}'`, "data @? '$.a'", "data @@ '$.a == 1'", "data @> '{}'"],
    ["data ? 'a'", "data ?| array['a']", "data ?& array['a']", "data ? 'a' OR data @> '{}'"],
  ),
  fact(
    "CREATE INDEX ON t USING gin ((data -> 'tags'));",
    ["data -> 'tags' ? 'x'", `data -> 'tags' @> '["x"]'`, "(data -> 'tags'::text) ? 'x'"],
    [`data @> '{"tags": ["x"]}'`, "data['tags'] ? 'x'", "data #> '{tags}' ? 'x'", "data -> 'Tags' ? 'x'"],
  ),
  fact(
    "CREATE INDEX ON t ((data ->> 'x'));",
    [
      "data ->> 'x' = 'v'",
      "'v' = data ->> 'x'",
      "data ->> 'x' IN ('a', 'b')",
      "data ->> 'x' = ANY (array['a', 'b'])",
      "data ->> 'x' > 'v'",
      "data ->> 'x' BETWEEN 'a' AND 'b'",
      "data ->> 'x' IS NOT NULL",
      "data ->> 'x' IS NULL",
      "data ->> 'x' = 'a' OR data ->> 'x' = 'b'",
      "data ->> 'x'::text = 'v'",
      "(data ->> 'x')::text = 'v'",
      "(data ->> 'x')::varchar = 'v'",
      "data ->> 'x' LIKE 'v'",
      "data ->> 'x' = now()::text",
      "data ->> 'x' = name || 'x' AND false OR data ->> 'x' = 'v'",
      "(data ->> 'x', 1) = ('v', i)",
      "(data ->> 'x' = 'v' AND i = 1) OR data ->> 'x' = 'w'",
    ],
    [
      "data ->> 'x' LIKE 'v%'",
      "data ->> 'x' ILIKE 'v'",
      "data ->> 'x' ~ '^v'",
      "data ->> 'x' <> 'v'",
      "NOT (data ->> 'x' = 'v')",
      "data ->> 'x' NOT IN ('a', 'b')",
      "lower(data ->> 'x') = 'v'",
      "coalesce(data ->> 'x', '') = 'v'",
      "data #>> '{x}' = 'v'",
      "jsonb_extract_path_text(data, 'x') = 'v'",
      "jsonb_object_field_text(data, 'x') = 'v'",
      "data ->> 'X' = 'v'",
      "other ->> 'x' = 'v'",
      "doc ->> 'x' = 'v'",
      "data ->> 'x' = name",
      "data ->> 'x' = random()::text",
      "data ->> 'x' IN ('a', name)",
      "data ->> 'x' IS NOT DISTINCT FROM 'v'",
      "(data ->> 'x' = 'v') IS TRUE",
      "(data ->> 'x')::varchar(10) = 'v'",
      "(data ->> 'x') COLLATE \"C\" = 'v'",
      "data ->> 'x' = 'a' OR i = 1",
      "data -> 'a' ->> 'x' = 'v'",
    ],
  ),
  fact(
    "CREATE INDEX ON t ((doc ->> 'x'));",
    ["doc ->> 'x' = 'v'"],
    ["data ->> 'x' = 'v'", "doc::jsonb ->> 'x' = 'v'"],
  ),
  fact(
    "CREATE INDEX ON t ((data ->> 'x') text_pattern_ops);",
    [
      "data ->> 'x' LIKE 'v%'",
      "data ->> 'x' LIKE 'a_c'",
      "data ->> 'x' = 'v'",
      "data ->> 'x' ILIKE '12%'",
      "data ->> 'x' ^@ 'v'",
      "starts_with(data ->> 'x', 'v')",
      "data ->> 'x' IS NULL",
    ],
    [
      "data ->> 'x' LIKE '%v'",
      "data ->> 'x' ILIKE 'v%'",
      "data ->> 'x' > 'v'",
      "data ->> 'x' LIKE name",
      "data ->> 'x' LIKE ANY (array['a%'])",
    ],
  ),
  fact(
    "CREATE INDEX ON t ((data ->> 'x') COLLATE \"C\");",
    ["data ->> 'x' LIKE 'v%'", "(data ->> 'x') COLLATE \"C\" = 'v'", "data ->> 'x' IS NULL"],
    ["data ->> 'x' = 'v'", "data ->> 'x' > 'v'"],
  ),
  fact(
    "CREATE INDEX ON t (((data ->> 'p')::numeric));",
    [
      "(data ->> 'p')::numeric = 5",
      "CAST(data ->> 'p' AS numeric) > 5",
      "(data ->> 'p')::decimal < 5.5",
      "(data ->> 'p')::numeric BETWEEN 1 AND 2",
    ],
    [
      "(data ->> 'p')::int = 5",
      "(data ->> 'p')::numeric(10,2) = 5",
      "(data -> 'p')::numeric = 5",
      "data ->> 'p' = '5'",
      "(data ->> 'p')::numeric = 5::float8",
    ],
  ),
  fact(
    "CREATE INDEX ON t (((data ->> 'q')::int));",
    [
      "(data ->> 'q')::int = 5",
      "(data ->> 'q')::integer = 5::bigint",
      "(data ->> 'q')::int = 3000000000",
      "(data ->> 'q')::int IN (1, 2)",
    ],
    [
      "(data ->> 'q')::int = 5.5",
      "(data ->> 'q')::bigint = 5",
      "(data ->> 'q')::int = n",
      "(data ->> 'q')::int IN (1, 2.5)",
    ],
  ),
  fact(
    "CREATE INDEX ON t (((data ->> 'b')::boolean));",
    [
      "(data ->> 'b')::boolean",
      "NOT (data ->> 'b')::boolean",
      "(data ->> 'b')::boolean = true",
      "(data ->> 'b')::bool = false",
      "(data ->> 'b')::boolean IS TRUE",
      "(data ->> 'b')::boolean IS NULL",
    ],
    ["(data ->> 'b')::boolean IS NOT TRUE"],
  ),
  fact(
    "CREATE INDEX ON t ((data ->> 'e' = 'v'));",
    ["data ->> 'e' = 'v'", "(data ->> 'e' = 'v') IS TRUE"],
    ["data ->> 'e' = 'w'", "NOT data ->> 'e' = 'v'"],
  ),
  fact("CREATE INDEX ON t (data);", ["data = '{}'", "data IS NULL"], ["data @> '{}'", "data ->> 'x' = 'v'"]),
  fact(
    "CREATE INDEX ON t (lower(data ->> 'x'));",
    ["lower(data ->> 'x') = 'v'", "lower((data ->> 'x')::varchar) = 'v'"],
    ["data ->> 'x' = 'v'", "upper(data ->> 'x') = 'V'"],
  ),
  fact("CREATE INDEX ON t (i, (data ->> 'x'));", ["data ->> 'x' = 'v'", "i = 1"], ["data ->> 'y' = 'v'"]),
  fact(
    "CREATE INDEX ON t USING hash ((data ->> 'x'));",
    ["data ->> 'x' = 'v'", "data ->> 'x' IN ('a', 'b')", "data ->> 'x' LIKE 'v'"],
    ["data ->> 'x' > 'v'", "data ->> 'x' IS NULL", "data ->> 'x' LIKE 'v%'"],
  ),
  ...["gin ((data ->> 'x') gin_trgm_ops)", "gist ((data ->> 'x') gist_trgm_ops)"].map((method) =>
    fact(
      `CREATE INDEX ON t USING ${method};`,
      [
        "data ->> 'x' LIKE '%v%'",
        "data ->> 'x' ILIKE 'v%'",
        "data ->> 'x' = 'v'",
        "data ->> 'x' ~ 'v'",
        "data ->> 'x' IN ('a', 'b')",
        "data ->> 'x' ILIKE ANY (array['%a%'])",
      ],
      [
        "data ->> 'x' <> 'v'",
        "data ->> 'x' > 'v'",
        "data ->> 'x' NOT LIKE 'v%'",
        "lower(data ->> 'x') LIKE 'v%'",
        "data ->> 'x' LIKE name",
      ],
    ),
  ),
  fact("CREATE INDEX ON t USING gist ((data ->> 'x') gist_trgm_ops);", ["data ->> 'x' IS NULL"], []),
  fact("CREATE INDEX ON t USING gin ((data ->> 'x') gin_trgm_ops);", [], ["data ->> 'x' IS NULL"]),
  fact(
    "CREATE INDEX ON t USING brin ((data ->> 'x'));",
    ["data ->> 'x' = 'v'", "data ->> 'x' > 'v'"],
    ["data ->> 'x' LIKE 'v%'"],
  ),
  fact(
    "CREATE INDEX ON t USING spgist ((data ->> 'x'));",
    ["data ->> 'x' = 'v'", "data ->> 'x' ^@ 'v'", "data ->> 'x' LIKE 'v%'"],
    ["data ->> 'x' <> 'v'"],
  ),
  fact(
    "CREATE INDEX ON t ((data ->> 'x')) WHERE data ? 'x';",
    ["data ->> 'x' = 'v' AND data ? 'x'"],
    ["data ->> 'x' = 'v'", "data ->> 'x' = 'v' AND data ? 'y'"],
  ),
  fact(
    "CREATE INDEX ON t ((data ->> 'x')) WHERE data ->> 'x' IS NOT NULL;",
    ["data ->> 'x' = 'v'", "data ->> 'x' IS NOT NULL", "data ->> 'x' > 'v'"],
    ["data ->> 'x' IS NULL", "lower(data ->> 'x') = 'v' OR i = 1"],
  ),
  fact(
    "CREATE INDEX ON t (n) WHERE data ->> 's' = 'open';",
    ["data ->> 's' = 'open'", "data ->> 's' = 'open' AND i = 3"],
    ["data ->> 's' = 'closed'", "data ->> 's' IN ('open', 'closed')"],
  ),
  fact(
    "CREATE INDEX ON t ((data ->> 'x')) WHERE i > 5;",
    [
      "data ->> 'x' = 'v' AND i > 5",
      "data ->> 'x' = 'v' AND i = 6",
      "data ->> 'x' = 'v' AND i >= 7",
      "data ->> 'x' = 'v' AND i IN (6, 7)",
    ],
    ["data ->> 'x' = 'v' AND i > 4", "data ->> 'x' = 'v' AND i >= 5", "data ->> 'x' = 'v' AND i IN (5, 6)"],
  ),
  fact(
    "CREATE INDEX ON t ((data ->> 'x')); CREATE INDEX ON t ((other ->> 'y')) WHERE name = 'open';",
    [
      "data ->> 'x' = name AND name = 'v'",
      "data ->> 'z' = name AND data ->> 'z' = 'open'",
      "data ->> 'x' = code AND code = name AND name = 'v'",
    ],
    ["data ->> 'x' = name AND name IN ('a', 'b')", "data ->> 'z' = name AND data ->> 'z' > 'open'"],
  ),
  fact(
    "CREATE INDEX ON t (i);",
    [
      "(i, n) = (1, 2)",
      "(n, i) IN ((1, 2), (3, 4))",
      "(i, n) > (1, 2)",
      "(data ->> 'x', i) IN (('a', 1), ('b', 2))",
    ],
    ["(n, i) > (1, 2)", "(i, n) <> (1, 2)"],
  ),
  {
    schema: `CREATE TABLE t (id int PRIMARY KEY, data jsonb, g text GENERATED ALWAYS AS (data ->> 'x') STORED);
CREATE INDEX ON t (g);`,
    served: where(["g = 'v'"]),
    unserved: where(["data ->> 'x' = 'v'"]),
  },
];

/** Which indexes queries with OR lack; PostgreSQL was asked with these and without. */
export interface LackFact {
  schema: string;
  /** Conditions that no index serves, each with those that would. */
  lacking: [condition: string, indexes: string[]][];
  /** Conditions that indexes on all their comparisons do not serve. */
  hopeless: string[];
}

const OWNER = "a B-tree index on ((data ->> 'owner'))";

export const LACK_FACTS: readonly LackFact[] = [
  {
    schema: `${TABLE} CREATE TABLE u (a int);`,
    lacking: [
      ["i = 3 OR data ->> 'owner' = 'a'", ["a B-tree index on (i)", OWNER]],
      ["i > 3 OR data ->> 'owner' = 'a'", ["a B-tree index on (i)", OWNER]],
      ["id = 3 OR data ->> 'owner' = 'a'", [OWNER]],
      ["id IN (3, 4) OR (data ->> 'owner' = 'a' AND i <> 4)", [OWNER]],
      ["data ? 'x' OR data ->> 'owner' = 'a'", ["a GIN index on (data)", OWNER]],
      ["i IN (1, 5.5) OR data ->> 'owner' = 'a'", ["a B-tree index on ((i::numeric))", OWNER]],
      [
        "data -> 'a' @> '{}' OR data ->> 'b' ILIKE '%x%'",
        ["a GIN index on ((data -> 'a'))", "a trigram index, gin ((data ->> 'b') gin_trgm_ops),"],
      ],
      [
        "data ->> 'b' LIKE 'x%' OR (data ->> 'f')::boolean OR lower(name) = 'a'",
        [
          "a B-tree index on ((data ->> 'b') text_pattern_ops)",
          "a B-tree index on (((data ->> 'f')::boolean))",
          "a B-tree index on ((lower(name)))",
        ],
      ],
      ["(id = 3 AND i IN (SELECT a FROM u)) OR data ->> 'owner' = 'a'", [OWNER]],
    ],
    hopeless: [
      "i <> 3 OR data ->> 'owner' = 'a'",
      "current_setting('a.b', true) = 'x' OR data ->> 'owner' = 'a'",
      "current_setting('a.b', true)::json ->> 'role' = 'x' OR data ->> 'owner' = 'a'",
      "EXISTS (SELECT 1 FROM u WHERE u.a = 4) OR data ->> 'owner' = 'a'",
      "EXISTS (SELECT 1 FROM u WHERE u.a = t.i) OR data ->> 'owner' = 'a'",
      "i IN (SELECT a FROM u) OR data ->> 'owner' = 'a'",
      "i = ANY (SELECT a FROM u) OR data ->> 'owner' = 'a'",
      "(i IN (SELECT a FROM u) AND n <> 4) OR data ->> 'owner' = 'a'",
      "id IN (SELECT a FROM u) OR data ->> 'owner' = 'a'",
      "i NOT IN (3, 4) OR data ->> 'owner' = 'a'",
      "data ->> 'owner' = name OR data ->> 'owner' = 'a'",
      "data ->> 'owner' = random()::text OR data ->> 'owner' = 'a'",
      "jsonb_path_exists(data, '$.a') OR data ->> 'owner' = 'a'",
      "(data ->> 'at')::timestamptz > now() OR data ->> 'owner' = 'a'",
      "i <> 3 OR data @> '{}'",
      "data <@ '{}' OR data @> '{}'",
      "NOT (data ? 'x') OR data ->> 'owner' = 'a'",
    ],
  },
];

/** Of two tables, how many a query with nested loops alone reads without an index. */
export interface JoinFact {
  schema: string;
  /** By that number: none, one, both. */
  queries: readonly [none: string[], one: string[], both: string[]];
}

const TWO =
  "CREATE TABLE a (id int, data jsonb, name text); CREATE TABLE b (id int, a_id int, data jsonb, name text);";

export const JOIN_FACTS: readonly JoinFact[] = [
  {
    schema: `${TWO} CREATE INDEX ON b ((data ->> 'x'));`,
    queries: [
      [],
      [
        "SELECT * FROM a JOIN b ON b.data ->> 'x' = a.name",
        "SELECT * FROM a JOIN b ON b.data ->> 'x' = 'v'",
        "SELECT * FROM a JOIN b ON a.id = b.a_id WHERE b.data ->> 'x' = 'v'",
        "SELECT * FROM a, b WHERE a.data ->> 'y' = b.data ->> 'x'",
        "SELECT * FROM a LEFT JOIN b ON b.data ->> 'x' = a.name",
        "SELECT * FROM a LEFT JOIN b ON b.a_id = a.id AND b.data ->> 'x' = 'v'",
        "SELECT * FROM a LEFT JOIN b ON b.a_id = a.id WHERE b.data ->> 'x' = 'v'",
        "SELECT * FROM a LEFT JOIN b ON b.data ->> 'x' = a.name WHERE b.data IS NOT NULL",
        "SELECT * FROM b RIGHT JOIN a ON b.data ->> 'x' = a.name",
        "SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.data ->> 'x' = a.name)",
        "SELECT * FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.data ->> 'x' = a.name)",
        "SELECT * FROM a WHERE a.id IN (SELECT a_id FROM b WHERE data ->> 'x' = 'v')",
        "WITH c AS (SELECT * FROM b WHERE data ->> 'x' = 'v') SELECT * FROM a JOIN c ON c.a_id = a.id",
        "WITH c AS MATERIALIZED (SELECT * FROM b WHERE data ->> 'x' = 'v') SELECT * FROM a JOIN c ON c.a_id = a.id",
        "WITH c AS (SELECT * FROM b) SELECT * FROM a JOIN c ON c.data ->> 'x' = a.name",
        "SELECT * FROM a JOIN (SELECT * FROM b WHERE data ->> 'x' = 'v' LIMIT 5) c ON c.a_id = a.id",
        "SELECT * FROM a, LATERAL (SELECT * FROM b WHERE b.data ->> 'x' = a.name LIMIT 1) c",
        "UPDATE a SET name = '' FROM b WHERE b.data ->> 'x' = a.name",
      ],
      [
        "SELECT * FROM a JOIN b ON b.a_id = a.id",
        "SELECT * FROM a JOIN b ON b.data ->> 'y' = a.name",
        "SELECT * FROM a JOIN b ON a.data ->> 'x' = b.name",
        "SELECT * FROM a LEFT JOIN b ON a.data ->> 'x' = 'v'",
        "SELECT * FROM b LEFT JOIN a ON b.data ->> 'x' = a.name",
        "SELECT * FROM b LEFT JOIN a ON b.data ->> 'x' = 'v'",
        "SELECT * FROM a LEFT JOIN b ON b.a_id = a.id WHERE coalesce(b.data ->> 'x', 'v') = 'v'",
        "SELECT * FROM a JOIN (SELECT * FROM b LIMIT 5) c ON c.data ->> 'x' = 'v'",
        "WITH c AS MATERIALIZED (SELECT * FROM b) SELECT * FROM a JOIN c ON c.data ->> 'x' = a.name",
        "SELECT * FROM a JOIN (SELECT data ->> 'x' AS x, count(*) FROM b GROUP BY 1) c ON c.x = a.name",
      ],
    ],
  },
  {
    schema: `${TWO} CREATE INDEX ON a ((data ->> 'x')); CREATE INDEX ON b ((data ->> 'x')) WHERE name = 'open';`,
    queries: [
      [
        "SELECT * FROM a JOIN b ON a.data ->> 'x' = b.data ->> 'x' WHERE b.name = 'open'",
        "SELECT * FROM a JOIN b ON a.data ->> 'x' = b.name WHERE b.name = 'open'",
        "SELECT * FROM a LEFT JOIN b ON a.data ->> 'x' = b.name WHERE a.data ->> 'x' = 'open'",
        "SELECT * FROM a LEFT JOIN b ON a.data ->> 'x' = b.data ->> 'x' WHERE b.name = 'open'",
        "SELECT * FROM a, b WHERE a.data ->> 'x' = a.name AND a.name = b.name AND b.name = 'open'",
        "SELECT * FROM a JOIN b ON a.data ->> 'x' = b.name WHERE (b.name = 'open' AND b.id = 1) OR (b.name = 'open' AND b.id = 2)",
        "SELECT * FROM b WHERE name = 'open' AND EXISTS (SELECT 1 FROM a WHERE a.data ->> 'x' = b.data ->> 'x')",
      ],
      [
        "SELECT * FROM a JOIN b ON a.data ->> 'x' = b.data ->> 'x'",
        "SELECT * FROM a JOIN b ON a.id = b.a_id WHERE a.data ->> 'x' = a.name AND b.name = 'open'",
        "SELECT * FROM a JOIN b ON a.name = b.name AND a.data ->> 'x' = a.name",
        "SELECT * FROM a LEFT JOIN b ON a.data ->> 'x' = b.name WHERE b.name = 'new'",
      ],
      [
        "SELECT * FROM a LEFT JOIN b ON a.data ->> 'x' = b.data ->> 'x' WHERE a.name = 'open'",
        "SELECT * FROM a JOIN b ON a.data ->> 'x' = a.name AND b.name <> 'open'",
        "SELECT * FROM a JOIN b ON (a.data ->> 'x') COLLATE \"C\" = b.name",
      ],
    ],
  },
  {
    schema: `${TWO} CREATE INDEX ON a (id); CREATE INDEX ON a (name); CREATE INDEX ON b (name); CREATE INDEX ON b ((data ->> 'x')); CREATE INDEX ON b ((data ->> 'y')) WHERE coalesce(data ->> 'z', '') IS NOT NULL;`,
    queries: [
      [
        "SELECT * FROM a LEFT JOIN b ON a.id = b.a_id WHERE b.data ->> 'x' IS NOT NULL",
        "SELECT * FROM a LEFT JOIN b ON a.id = b.a_id WHERE b.data ->> 'x' = 'v' OR b.name IS NOT NULL",
        "SELECT * FROM a JOIN (SELECT * FROM b WHERE data ->> 'x' IN ('v')) c ON a.name = c.data ->> 'x' WHERE a.name = now()::text",
      ],
      [],
      [
        "SELECT * FROM a LEFT JOIN b ON a.id = b.a_id WHERE coalesce(b.data ->> 'z', '') <= 'v'",
        'SELECT * FROM a LEFT JOIN b ON a.name COLLATE "C" = b.name WHERE a.name COLLATE "C" = \'v\'',
      ],
    ],
  },
];
