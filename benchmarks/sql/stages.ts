// Prints as JSON what each stage takes for the scripts of a tree, in milliseconds, without ESLint around it: a bare
// parse, the language's own, the facts of each script, the catalog they are replayed into, and all rules over it.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "libpg-query";
import { parseSql } from "../../packages/sql-rules/src/language/parse.js";
import type { Database } from "../../packages/sql-rules/src/model/database.js";
import { factsOf } from "../../packages/sql-rules/src/model/facts.js";
import { link } from "../../packages/sql-rules/src/model/link.js";
import { rules } from "../../packages/sql-rules/src/rules/index.js";

const [root = "."] = process.argv.slice(2);
const folder = path.join(root, "db/migrations");
const names = readdirSync(folder);
const ROUNDS = 24;
/** These pay for compiling WebAssembly and JavaScript. */
const WARM_UP = 8;

type Stage = "parse" | "read" | "facts" | "catalog" | "rules";

/** One round over the tree, its tables called otherwise each time, so that nothing of it is known. */
function measured(round: number): Record<Stage, number> {
  const taken: Record<Stage, number> = { parse: 0, read: 0, facts: 0, catalog: 0, rules: 0 };
  const timed = <T>(stage: Stage, work: () => T): T => {
    const began = performance.now();
    const value = work();
    taken[stage] += performance.now() - began;
    return value;
  };
  const scripts = names.map((name) => ({
    name: `db/migrations/${name}`,
    text: readFileSync(path.join(folder, name), "utf8").replace(/_(?=\d)/g, `_${round}_`),
  }));
  for (const { text } of scripts) timed("parse", () => parseSync(text));
  const files = scripts.map(({ name, text }) => {
    const program = timed("read", () => parseSql(text, name));
    return { path: name, facts: timed("facts", () => factsOf(program, `/${name}`)) };
  });
  const linked = timed("catalog", () => link(files, new Map(), {}));
  timed("rules", () => {
    for (const database of new Set([...linked.databasesOf.values()].flat())) findAll(database);
  });
  return taken;
}

function findAll(database: Database): void {
  for (const rule of Object.values(rules)) {
    if (!("find" in rule)) continue;
    const [options = {}] = (rule.meta.defaultOptions ?? []) as object[];
    Array.from(rule.find(database, options, { migrations: {} }));
  }
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const rounds = Array.from({ length: ROUNDS }, (_, round) => measured(round)).slice(WARM_UP);
const stages: Stage[] = ["parse", "read", "facts", "catalog", "rules"];
const result = stages.map((stage) => [stage, median(rounds.map((round) => round[stage]))]);
process.stdout.write(JSON.stringify(Object.fromEntries(result)));
