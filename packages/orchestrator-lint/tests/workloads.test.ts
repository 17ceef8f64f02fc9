import { ESLint } from "eslint";
import { cpSync, existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import plugin, { presetConfigs, ruleMetas, type RuleEntry } from "eslint-plugin-orchestrator";
import { describe, expect, it } from "vitest";
import { catalogue } from "../src/catalogue.js";
import { runEslint } from "../src/engines/eslint.js";
import { findFiles, readText } from "../src/files.js";
import { resolveLevels } from "../src/levels.js";
import { sortResults, type Result } from "../src/result.js";
import { places, run, runBuilt, tree } from "./support/cli.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

const filesBelow = (root: string) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ya?ml$/.test(file) && !file.includes("node_modules"))
    .map((file) => file.split(path.sep).join("/"))
    .sort();

/** @param isAlone - whether files are read without ESLint where that is possible */
async function results(
  root: string,
  levels: ReadonlyMap<string, RuleEntry>,
  isAlone: boolean,
): Promise<Result[]> {
  const rules = Object.fromEntries(levels);
  const settings = { images: { jvm: [{ repositories: ["acme/scorer"], variables: ["SCORER_OPTS"] }] } };
  const run = await runEslint(filesBelow(root), new Map(), {
    root,
    configs: presetConfigs(plugin, ruleMetas, "strict", { rules, settings }),
    ...(isAlone ? { workloads: { levels, settings: { orchestrator: settings } } } : {}),
    read: (file) => readText(root, file),
    unreadLevel: "warning",
  });
  expect(run.failures).toEqual([]);
  return sortResults(run.results);
}

describe("workloads are judged the same with ESLint and without", () => {
  it.each([
    ["packages/compose-rules/tests/fixtures", "recommended"],
    ["packages/compose-rules/tests/fixtures", "strict"],
    ["examples", "strict"],
  ] as const)("in %s, %s", async (folder, preset) => {
    const root = path.join(repository, folder);
    const set = {
      preset,
      config: {},
      commandLine: ['max-jvm-heap-ratio: ["error", {"maxRatio": 0.5}]'],
      views: ["physical"],
    };
    const levels = resolveLevels(catalogue(), set);
    const byEslint = await results(root, levels, false);
    expect(byEslint.length).toBeGreaterThan(10);
    expect(await results(root, levels, true)).toEqual(byEslint);
  });
});

describe("a large tree, shared among threads, is judged as by one", () => {
  const CHECK = ["check", "--no-semgrep", "--preset", "strict", "--format", "json"];

  /** Runs a line in every thread but the first. */
  function inThreads(cwd: string, line: string): Record<string, string> {
    const probe = tree({
      "probe.mjs": `import { isMainThread } from "node:worker_threads"; import { writeFileSync } from "node:fs"; if (!isMainThread) { ${line} }\n`,
    });
    return { NODE_OPTIONS: `--import "${pathToFileURL(path.join(probe, "probe.mjs")).href}"`, PROBE: cwd };
  }

  const mark = 'writeFileSync(process.env.PROBE + "/started", "");';

  it.each([
    ["that work", mark],
    ["that fail to start", `${mark} throw new Error("no");`],
    ["that end before their time", `${mark} setTimeout(() => process.exit(3), 150);`],
  ])("threads %s", (_, line) => {
    const cwd = tree({});
    const fixtures = path.join(repository, "packages/compose-rules/tests/fixtures");
    for (const copy of ["a", "b", "c", "d"]) cpSync(fixtures, path.join(cwd, copy), { recursive: true });
    const alone = run(cwd, CHECK);
    const shared = runBuilt(cwd, CHECK, inThreads(cwd, line));
    expect(existsSync(path.join(cwd, "started"))).toBe(availableParallelism() > 1);
    expect(places(alone.stdout).length).toBeGreaterThan(400);
    expect(shared).toEqual(alone);
  });
});

describe("what is ignored is what ESLint ignores", () => {
  const COMPOSE = 'services: { db: { image: "postgres:16", ports: ["5432:5432"] } }\n';
  const SQL = "CREATE TABLE t (a json);\n";
  const files = {
    "infra/compose.yml": COMPOSE,
    "infra/a.sql": SQL,
    "more/infra/a.sql": SQL,
    "keep/infra.sql": SQL,
  };

  it.each([
    [["infra/"], ["keep/infra.sql", "more/infra/a.sql"]],
    [["infra"], ["keep/infra.sql", "more/infra/a.sql"]],
    [["infra/**"], ["keep/infra.sql", "more/infra/a.sql"]],
    [["infra/*"], ["keep/infra.sql", "more/infra/a.sql"]],
    [["**/infra/"], ["keep/infra.sql"]],
    [["**/infra", "**/*.yml"], ["keep/infra.sql"]],
    [["*.sql"], ["infra/a.sql", "infra/compose.yml", "keep/infra.sql", "more/infra/a.sql"]],
    [
      ["infra/*", "!infra/a.sql"],
      ["infra/a.sql", "keep/infra.sql", "more/infra/a.sql"],
    ],
    [
      ["infra/**", "!infra/a.sql"],
      ["keep/infra.sql", "more/infra/a.sql"],
    ],
    [
      ["infra/", "!infra/a.sql"],
      ["keep/infra.sql", "more/infra/a.sql"],
    ],
  ])("%j", async (ignores, expected) => {
    const root = tree(files);
    const globs = { all: ["**/*.{sql,yml}"] };
    expect(findFiles(root, [""], globs, ignores).all).toEqual(expected);
    expect(findFiles(root, Object.keys(files), globs, ignores).all).toEqual(expected);
    const eslint = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: [{ ignores }, { files: globs.all }] }); // prettier-ignore
    const isIgnored = await Promise.all(
      Object.keys(files).map((file) => eslint.isPathIgnored(path.join(root, file))),
    );
    expect(
      Object.keys(files)
        .filter((_, index) => !isIgnored[index])
        .sort(),
    ).toEqual(expected);
  });

  it("a file that was asked for by name is said to be ignored", () => {
    const cwd = tree({ ...files, "orchestrator.config.json": '{ "ignores": ["infra/"] }\n' });
    const { status, stdout, stderr } = run(cwd, [
      "check",
      "--no-semgrep",
      "--format",
      "json",
      "infra/compose.yml",
    ]);
    expect([status, places(stdout)]).toEqual([0, []]);
    expect(stderr).toContain("Left out infra/compose.yml: it is ignored.");
  });
});
