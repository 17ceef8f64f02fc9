import {
  install,
  loadRules,
  presetsDirectory,
  quietEnvironment,
  rulesDirectory,
  runSemgrep,
  toFindings,
  type Semgrep,
} from "@orchestrator-lint/semgrep-rules";
import { loadFixtures } from "@orchestrator-lint/rule-tester";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonTool } from "../tools/python-tool.js";
import { build } from "./matrix/workspace.js";

/** The newest Semgrep these rules were tried with; a Python that is too old for it fails the test. */
const NEWEST = "1.185.0";

const fixtures = loadFixtures(rulesDirectory, { layout: "beside" }).flatMap(({ files }) => files);

/** A directory with every fixture in it, no rule beside them, and no ignore list of Semgrep's. */
const directory = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestrator-semgrep-")));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let pinned: Semgrep;
let newest: Record<"full" | "native", Semgrep>;

beforeAll(async () => {
  for (const file of fixtures) writeFileSync(path.join(directory, file.path), file.text);
  await build("@orchestrator-lint/semgrep-rules");
  pinned = await install();
  const command = pythonTool("semgrep", NEWEST, "semgrep");
  const known = { version: NEWEST, args: [], origin: "path" as const };
  newest = {
    full: { ...known, command, engine: "full" },
    native: { ...known, command, engine: "native" },
  };
});

const found = async (semgrep: Semgrep, configs: string[]) => {
  const json = await runSemgrep({ cwd: directory, configs, targets: ["."], semgrep });
  expect(json.errors).toEqual([]);
  return toFindings(json, (file) => readFileSync(path.join(directory, file)));
};

describe.each(["native", "full"] as const)("the newest Semgrep, %s", (engine) => {
  it("finds what the pinned one finds, in every fixture", async () => {
    const expected = await found(pinned, [rulesDirectory]);
    expect(expected.length).toBeGreaterThan(loadRules().length * 8);
    expect(await found(newest[engine], [rulesDirectory])).toEqual(expected);
  });
});

/** Semgrep as anybody would start it, with nothing of ours but the rules. */
const semgrep = (args: string[], wrap: string[] = []) => {
  const [command, ...rest] = [...wrap, newest.full.command, ...args];
  return spawnSync(command!, rest, { cwd: directory, encoding: "utf8", env: quietEnvironment(process.env) });
};

it.each([
  ["the rules", rulesDirectory],
  ["a preset", path.join(presetsDirectory, "strict.json")],
])("plain Semgrep runs %s with nothing of ours installed", async (_, config) => {
  const { status, stdout } = semgrep(["scan", "--metrics=off", "--json", "--error", "--config", config, "."]);
  const { results } = JSON.parse(stdout) as { results: unknown[] };
  expect(results).toHaveLength((await found(pinned, [rulesDirectory])).length);
  expect(status).toBe(1);
});

it("Semgrep's own tester passes with its Python part, view by view", () => {
  for (const view of readdirSync(rulesDirectory)) {
    const { status, stdout } = semgrep(["--test", "--metrics=off", path.join(rulesDirectory, view)]);
    expect(stdout).toContain("All tests passed");
    expect(status, stdout).toBe(0);
  }
}, 300_000);

it("the pre-commit hook reports with the Semgrep on PATH, and says where there is none", () => {
  const hook = path.resolve(rulesDirectory, "../bin/pre-commit.sh");
  const run = (PATH: string) =>
    spawnSync(hook, ["redis-set-expiry.py"], { cwd: directory, encoding: "utf8", env: { PATH } });
  const found = run(`${path.dirname(newest.full.command)}:/usr/bin:/bin`);
  expect(found.stdout).toContain("redis-set-expiry");
  expect(found.status).toBe(1);
  const missing = run("/usr/bin:/bin");
  expect(missing.stderr).toContain("no semgrep on PATH");
  expect(missing.status).toBe(2);
});

// Without the right to make a namespace nothing can be shown: the test says so by its name.
const namespace = ["unshare", "--map-root-user", "--net"];
const mayUnshare = spawnSync(namespace[0]!, [...namespace.slice(1), "true"]).status === 0;

describe("without a network", () => {
  it.skipIf(!mayUnshare)("the whole pack runs (skipped where unshare --net is not permitted)", async () => {
    const expected = (await found(pinned, [rulesDirectory])).length;
    const route = spawnSync(namespace[0]!, [...namespace.slice(1), "cat", "/proc/net/route"], {
      encoding: "utf8",
    });
    expect(route.stdout.trim().split("\n")).toHaveLength(1);
    const scan = ["scan", "--metrics=off", "--json", "--config", rulesDirectory, "."];
    for (const engine of [["--legacy"], ["--experimental"]]) {
      const { stdout } = semgrep([...scan, ...engine], namespace);
      expect((JSON.parse(stdout) as { results: unknown[] }).results).toHaveLength(expected);
    }
    const cache = path.join(directory, "cache");
    mkdirSync(cache);
    const own = path.resolve(rulesDirectory, "../bin/orchestrator-semgrep.js");
    const wrapper = spawnSync(namespace[0]!, [...namespace.slice(1), process.execPath, own, "--json", "."], {
      cwd: directory,
      encoding: "utf8",
      env: { ...process.env, ORCHESTRATOR_SEMGREP: pinned.command, ORCHESTRATOR_CACHE: cache },
    });
    expect((JSON.parse(wrapper.stdout) as { results: unknown[] }).results).toHaveLength(expected);
  });
});
