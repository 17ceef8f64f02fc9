import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseSql } from "../../src/language/parse.js";
import { planOf } from "../../src/model/planner/index.js";
import { queriesOf } from "../../src/model/queries/index.js";
import { groupBy } from "../../src/model/sources/paths.js";
import { catalogOf } from "../catalogs.js";
import { fixtureScripts } from "../scripts.js";
import { FACTS } from "./explain.facts.js";
import { generateCases, type PlanCase } from "./explain.generator.js";
import { missingPostgres, startPostgres, type PostgresServer } from "./postgres.js";

/*
 * With enable_seqscan=off PostgreSQL reads a table by an index wherever it can, whatever it costs. So EXPLAIN says
 * whether an index serves a filter at all; the planner model must say the same of every query.
 */

const COUNT = process.env.ORACLES === "full" ? 20_000 : 400;
const generated = generateCases(COUNT);

interface PlanNode {
  "Node Type": string;
  Plans?: PlanNode[];
}

/** What EXPLAIN says: whether a plan reads an index; undefined for a query PostgreSQL refuses. */
type Verdict = "served" | "unserved" | undefined;

function usesIndex(node: PlanNode): boolean {
  return node["Node Type"].includes("Index") || (node.Plans ?? []).some(usesIndex);
}

function reads(node: PlanNode): boolean {
  return node["Node Type"].includes("Scan") || (node.Plans ?? []).some(reads);
}

/** EXPLAIN of a query; with parameters, of its generic plan. */
function explain(query: string): string {
  const count = new Set(query.match(/\$\d/g)).size;
  if (count === 0) return `EXPLAIN (FORMAT JSON) ${query};`;
  const values = Array.from({ length: count }, () => "NULL").join(", ");
  return `SET LOCAL plan_cache_mode = force_generic_plan;
PREPARE prepared AS ${query};
EXPLAIN (FORMAT JSON) EXECUTE prepared (${values});
DEALLOCATE prepared;`;
}

async function explained(server: PostgresServer, cases: readonly PlanCase[]): Promise<Verdict[][]> {
  const script = cases.flatMap(({ schema, queries }, i) => [
    "BEGIN;",
    schema,
    ...queries.flatMap((query, j) => [`\\echo #case ${i} ${j}`, explain(query)]),
    "ROLLBACK;",
  ]);
  const { stdout } = await server.run(
    `SET client_min_messages = error;\nSET enable_seqscan = off;\n${script.join("\n")}`,
    { database: "explain" },
  );
  const verdicts: Verdict[][] = cases.map(({ queries }) => queries.map(() => undefined));
  for (const part of stdout.split("#case ").slice(1)) {
    const [head = "", ...rest] = part.split("\n");
    const [i = 0, j = 0] = head.split(" ").map(Number);
    const json = rest.join("\n").trim();
    if (!json.startsWith("[")) continue;
    const [{ Plan }] = JSON.parse(json.slice(0, json.lastIndexOf("]") + 1)) as [{ Plan: PlanNode }];
    // A query that is proved to be empty reads nothing.
    if (reads(Plan)) verdicts[i]![j] = usesIndex(Plan) ? "served" : "unserved";
  }
  return verdicts;
}

/** A query of a fixture, with the scripts before it. */
interface FixtureCase extends PlanCase {
  name: string;
  /** Which of the queries have a finding. */
  reported: boolean[];
}

/** Queries of one table in the fixtures of the rules that say whether an index serves them. */
function fixtureCases(): FixtureCase[] {
  const scripts = fixtureScripts().filter(([name]) =>
    /^no-(?:unindexed-json-filter|unsupported-gin-operator)\//.test(name),
  );
  const groups = groupBy(scripts, ([name]) => name.split("/").slice(0, 2).join("/"));
  return [...groups].flatMap(([name, files]): FixtureCase[] => {
    if (/suggested|strict|narrowed/.test(name)) return [];
    const item: FixtureCase = { name, schema: "", queries: [], reported: [] };
    for (const [file, text] of files) {
      for (const statement of parseSql(text).body) {
        if (statement.type !== "Statement") continue;
        const { kind, text: sql, range } = statement;
        if (!/^(?:Select|Update|Delete)Stmt$/.test(kind))
          item.schema += `${sql.replace(/\bCONCURRENTLY\b/, "")};\n`;
        else if (!file.includes("/migrations/") && isOfOneTable(sql)) {
          item.queries.push(sql);
          item.reported.push(/-- ruleid: .*\n\s*$/.test(text.slice(0, range[0])));
        }
      }
    }
    return [item];
  });
}

function isOfOneTable(sql: string): boolean {
  const levels = queriesOf(parseSql(sql));
  return levels.length === 1 && levels[0]!.sources.length === 1 && !levels[0]!.sources[0]!.kind;
}

/** What the model says: whether any condition is served. */
function modelled({ schema, queries }: PlanCase): string[] {
  const catalog = catalogOf(schema);
  return queries.map((query) => {
    const plans = queriesOf(parseSql(query)).flatMap((level) =>
      level.isMerged ? [] : planOf(catalog, level),
    );
    const verdicts = plans.map(({ verdict }) => verdict);
    if (verdicts.includes("served")) return "served";
    return verdicts.includes("unknown") || verdicts.length === 0 ? "unknown" : "unserved";
  });
}

describe("PostgreSQL 15 and 18", () => {
  const servers: PostgresServer[] = [];

  beforeAll(async () => {
    for (const major of [15, 18] as const) {
      expect(missingPostgres(major)).toBeUndefined();
      const server = await startPostgres(major);
      servers.push(server);
      const { stderr } = await server.run("CREATE DATABASE explain TEMPLATE template0 LOCALE 'C.UTF-8';");
      expect(stderr).toBe("");
      await server.run("CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin;", { database: "explain" });
    }
  });
  afterAll(() => {
    for (const server of servers) server.stop();
  });

  /** What both versions say; `unknown` where they differ, as the model has to say then. */
  async function truths(cases: readonly PlanCase[]): Promise<(string | undefined)[][]> {
    const [older, newer] = await Promise.all(servers.map((server) => explained(server, cases)));
    return older!.map((list, i) =>
      list.map((verdict, j) => {
        const other = newer![i]![j];
        if (verdict === undefined || other === undefined) return undefined;
        return verdict === other ? verdict : "unknown";
      }),
    );
  }

  it("say of every measured fact what was measured, and so does the model", async () => {
    const cases = FACTS.map(({ schema, served, unserved }) => ({
      schema,
      queries: [...served, ...unserved],
    }));
    const verdicts = await truths(cases);
    for (const [i, { schema, served, unserved }] of FACTS.entries()) {
      const expected = [...served.map(() => "served"), ...unserved.map(() => "unserved")];
      const seen = (list: readonly (string | undefined)[]) =>
        cases[i]!.queries.map((query, j) => [query, list[j]]);
      expect({ schema, queries: seen(verdicts[i]!) }).toEqual({ schema, queries: seen(expected) });
      expect({ schema, queries: seen(modelled(cases[i]!)) }).toEqual({ schema, queries: seen(expected) });
    }
  });

  it("serve no query of the rules' fixtures that is reported, and judge the others as the model does", async () => {
    const cases = fixtureCases();
    const verdicts = await truths(cases);
    let [compared, reported] = [0, 0];
    for (const [i, item] of cases.entries()) {
      const model = modelled(item);
      for (const [j, query] of item.queries.entries()) {
        const truth = verdicts[i]![j];
        if (truth === undefined) continue;
        const said = { name: item.name, query, verdict: truth };
        if (item.reported[j]) {
          reported++;
          expect(said).toEqual({ ...said, verdict: "unserved" });
        }
        if (model[j] === "unknown") continue;
        compared++;
        expect(said).toEqual({ ...said, verdict: model[j] });
      }
    }
    expect(compared).toBeGreaterThan(50);
    expect(reported).toBeGreaterThan(30);
  });

  it(`plan ${COUNT} generated schemas, four queries each, as the model does`, async () => {
    const verdicts = await truths(generated);
    const differences: string[] = [];
    const counts = new Map<string, number>();
    for (const [i, item] of generated.entries()) {
      const model = modelled(item);
      for (const [j, query] of item.queries.entries()) {
        const truth = verdicts[i]![j];
        if (truth === undefined) continue;
        counts.set(truth, (counts.get(truth) ?? 0) + 1);
        if (truth === model[j]) continue;
        differences.push(`${item.schema}\n${query};\n-- PostgreSQL: ${truth}, model: ${model[j] ?? ""}`);
      }
    }
    expect(differences.slice(0, 20).join("\n\n")).toBe("");
    // Most of what is generated is valid SQL, and both answers are common.
    expect(counts.get("served")).toBeGreaterThan(COUNT * 0.6);
    expect(counts.get("unserved")).toBeGreaterThan(COUNT * 0.6);
    expect(counts.get("unknown") ?? 0).toBeLessThan(COUNT * 0.02);
  }, 3_600_000);
});
