import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replay } from "../../src/model/replay/index.js";
import { migrationsOf, suites } from "../migrations.js";
import {
  DESCRIBE,
  describeCatalog,
  readDescription,
  takeUnknown,
  withoutPartitionIdentity,
} from "./describe.js";
import { generateDdl } from "./generate-ddl.js";
import { missingPostgres, startPostgres, type Major, type PostgresServer } from "./postgres.js";
import { replayed, runSequences, type Outcome } from "./run-ddl.js";

/** What PostgreSQL itself holds after the same statements is the truth about the catalog. */
const SEQUENCES = process.env.ORACLES === "full" ? 2000 : 200;
const AT_ONCE = 50;

const sequences = Array.from({ length: SEQUENCES }, (_, seed) => generateDdl(seed));

/** What cannot be told from the statements, by suite: a recursive query's type, the words of CASE. */
const UNKNOWN: Readonly<Record<string, string[]>> = {
  numbered: ["type of public.numbers.n unknown"],
  sqlx: ["key 5 of public.t_expr_expr1_c_coalesce_case_nullif_greatest_idx"],
};

const NOTES = "CREATE TABLE notes (id int PRIMARY KEY, title text, tags int[], body jsonb)";
/** Extensions that are dropped, with what uses them and without. */
const EXTENSIONS: readonly (readonly string[])[] = [
  ["CREATE EXTENSION pg_trgm", NOTES, "DROP EXTENSION pg_trgm"],
  ...["", " CASCADE"].flatMap((cascade) => [
    [
      "CREATE EXTENSION pg_trgm",
      NOTES,
      "CREATE INDEX notes_trgm ON notes USING gin (title gin_trgm_ops)",
      "CREATE INDEX notes_title ON notes (title)",
      "CREATE INDEX notes_body ON notes USING gin (body jsonb_path_ops)",
      `DROP EXTENSION IF EXISTS pg_trgm${cascade}`,
    ],
    [
      "CREATE EXTENSION citext",
      "CREATE TABLE people (id int PRIMARY KEY, mail citext UNIQUE, nick citext[], name text)",
      "CREATE INDEX people_name ON people (name)",
      `DROP EXTENSION citext${cascade}`,
    ],
    [
      "CREATE EXTENSION btree_gist",
      "CREATE TABLE stays (room int, days int4range, EXCLUDE USING gist (room WITH =, days WITH &&))",
      `DROP EXTENSION btree_gist${cascade}`,
    ],
    [
      "CREATE EXTENSION btree_gin",
      NOTES,
      "CREATE INDEX notes_both ON notes USING gin (title, body)",
      `DROP EXTENSION btree_gin${cascade}`,
    ],
    [
      "CREATE EXTENSION intarray",
      NOTES,
      "CREATE INDEX notes_tags ON notes USING gin (tags gin__int_ops)",
      "CREATE INDEX notes_more ON notes USING gin (tags)",
      `DROP EXTENSION intarray${cascade}`,
    ],
  ]),
  ["DROP EXTENSION IF EXISTS hstore", NOTES, "DROP EXTENSION IF EXISTS hstore CASCADE"],
];

const VERSIONS: Major[] = [18, 15];
const outcomes = new Map<Major, Outcome[]>();

describe.each(VERSIONS)("PostgreSQL %i", (major) => {
  let server: PostgresServer;
  beforeAll(async () => {
    const missing = missingPostgres(major);
    if (missing !== undefined) throw new Error(missing);
    server = await startPostgres(major);
  });
  afterAll(() => {
    server.stop();
  });

  it.each(suites())("holds what the replay of %s says", async (suite) => {
    const migrations = migrationsOf(suite);
    const database = `suite_${suite.replaceAll("-", "_")}`;
    await server.createDatabase(database);
    // A tool opens a session for each run: settings of one file do not reach the next.
    const script = migrations.map(({ forward }) => `\\connect\n${forward}\n;\n`).join("");
    const { stdout } = await server.run(`${script}\\connect\n${DESCRIBE}`, { database });
    const theirs = readDescription(stdout.trim().split("\n").at(-1) ?? "");
    const ours = describeCatalog(replay(migrations));
    expect(takeUnknown(ours, theirs)).toEqual(UNKNOWN[suite] ?? []);
    if (major < 17) expect(withoutPartitionIdentity(ours)).toEqual(withoutPartitionIdentity(theirs));
    else expect(ours).toEqual(theirs);
  });

  it("drops with an extension what the replay says", async () => {
    const results = await runSequences(server, EXTENSIONS);
    for (const [i, { database }] of results.entries()) {
      const ours = replayed(EXTENSIONS[i] ?? []);
      if (major < 17) expect(withoutPartitionIdentity(ours)).toEqual(withoutPartitionIdentity(database));
      else expect(ours).toEqual(database);
    }
    // Some were refused, and most were not.
    expect(results.flatMap(({ refused }) => refused).filter(Boolean).length).toBe(5);
  });

  it(
    `holds what the replay of ${SEQUENCES} generated sequences says`,
    async () => {
      const results: Outcome[] = [];
      for (let at = 0; at < sequences.length; at += AT_ONCE)
        results.push(...(await runSequences(server, sequences.slice(at, at + AT_ONCE))));
      outcomes.set(major, results);
      let compared = 0;
      for (const [seed, { database, refused }] of results.entries()) {
        // We follow 18; where 15 takes other statements, there is nothing to compare.
        const newest = outcomes.get(18)?.[seed];
        if (major !== 18 && newest && newest.refused.join() !== refused.join()) continue;
        compared++;
        const ours = replayed(sequences[seed] ?? []);
        const [a, b] =
          major < 17
            ? [withoutPartitionIdentity(ours), withoutPartitionIdentity(database)]
            : [ours, database];
        expect({ seed, ...a }).toEqual({ seed, ...b });
      }
      expect(compared).toBeGreaterThan(SEQUENCES * 0.9);
    },
    // Two cores take some ten minutes for the full count.
    3_600_000,
  );
});

describe("the inputs", () => {
  it("cover every layout with at least 150 migrations", () => {
    const count = suites().flatMap((suite) => migrationsOf(suite)).length;
    expect(count).toBeGreaterThanOrEqual(150);
  });

  it("have statements that are accepted and statements that are refused", () => {
    const all = [...outcomes.values()].flat().flatMap(({ refused }) => refused);
    expect(all.filter(Boolean).length).toBeGreaterThan(SEQUENCES);
    expect(all.filter((refused) => !refused).length).toBeGreaterThan(SEQUENCES * 5);
  });
});
