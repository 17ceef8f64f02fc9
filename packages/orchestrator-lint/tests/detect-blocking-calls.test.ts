import plugin, { presetConfigs, ruleMetas } from "eslint-plugin-orchestrator";
import { Linter } from "eslint";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { places, run, tree } from "./support/cli.js";

const HELPERS = "import time\n\n\ndef wait():\n    time.sleep(1)\n";
const MAIN = `import time
from helpers import wait


async def handler():
    wait()
    time.sleep(1)
`;

/** The files of the Radar's own fixtures, as one tree; those of models are for a rule of databases. */
function fixtures(): Record<string, string> {
  const folder = fileURLToPath(new URL("../../python-rules/tests/fixtures/", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".py") && !name.startsWith("no-model-migration-drift"),
  );
  return Object.fromEntries(
    files.map((name) => [name.split(path.sep).join("/"), readFileSync(path.join(folder, name), "utf8")]),
  );
}

describe("the Radar in check", () => {
  it("finds over a whole tree what ESLint finds file by file", () => {
    const files = fixtures();
    const cwd = tree({ ...files, "orchestrator.config.json": "{}" });
    const { stdout } = run(cwd, ["check", "--engine", "radar", "--format", "sarif"]);
    const whole = (JSON.parse(stdout) as Sarif).runs[0]!.results.flatMap(
      ({ ruleId, locations, suppressions = [], codeFlows = [] }) => {
        if (suppressions.length > 0) return [];
        // A chain begins in each of its entry points; what is no chain stands where it is reported.
        const chains = codeFlows.map(({ threadFlows }) => threadFlows[0]!.locations[0]!.location);
        return (chains.length > 0 ? chains : locations).map(({ physicalLocation }) => {
          const { artifactLocation, region } = physicalLocation;
          return `${artifactLocation.uri}:${region.startLine}:${region.startColumn} ${ruleId}`;
        });
      },
    );
    const linter = new Linter({ cwd, configType: "flat" });
    const configs = presetConfigs(plugin, ruleMetas, "recommended");
    const single = Object.entries(files).flatMap(([name, text]) =>
      linter
        .verify(text, configs, { filename: path.join(cwd, name) })
        .map(({ line, column, ruleId }) => `${name}:${line}:${column} ${ruleId}`),
    );
    expect(whole.length).toBeGreaterThan(150);
    const known = (all: readonly string[]) => all.filter((one) => !one.endsWith("/no-unread-python")).sort();
    expect(known(whole)).toEqual(known(single));
  });

  it("makes one result of all calls that lead to the same blocking call", () => {
    const other = "from helpers import wait\n\n\nasync def other():\n    wait()\n";
    const cwd = tree({ "main.py": MAIN, "other.py": other, "helpers.py": HELPERS });
    const { stdout } = run(cwd, ["check", "--engine", "radar", "--format", "sarif"]);
    const { results } = (JSON.parse(stdout) as Sarif).runs[0]!;
    expect(results.map(({ codeFlows = [] }) => codeFlows.length)).toEqual([2, 1]);
    expect(results[0]?.message.text).toMatch(/ One more call from asynchronous functions leads there\.$/);
  });

  it("gives the way of a call as a code flow, hop by hop", () => {
    const cwd = tree({ "main.py": MAIN, "helpers.py": HELPERS });
    const { stdout } = run(cwd, ["check", "--engine", "radar", "--format", "sarif"]);
    const [first] = (JSON.parse(stdout) as Sarif).runs[0]!.results;
    expect(first?.locations[0]?.logicalLocations?.[0]?.fullyQualifiedName).toBe("main.handler");
    const steps = first?.codeFlows?.[0]?.threadFlows[0]?.locations.map(({ location }) => {
      const { artifactLocation, region } = location.physicalLocation;
      return `${artifactLocation.uri}:${region.startLine} ${location.message.text}`;
    });
    expect(steps).toEqual(["main.py:6 Runs wait().", "helpers.py:5 time.sleep() blocks."]);
  });

  it("joins Semgrep's direct findings, each defect once", () => {
    const cwd = tree({ "main.py": MAIN, "helpers.py": HELPERS });
    const { stdout } = run(cwd, ["check", "--format", "json"]);
    expect(places(stdout)).toEqual(["main.py:6:5 no-blocking-call-path", "main.py:7:5 async-blocking-sleep"]);
  });

  it("honours comments to ESLint for Semgrep's findings too, and what they say why", () => {
    const text = `import time


async def a():
    time.sleep(1)  # eslint-disable-line orchestrator/async-blocking-sleep -- for a demonstration


async def b():
    # eslint-disable-next-line
    time.sleep(1)
    time.sleep(1)  # eslint-disable-line orchestrator/no-unread-python
`;
    const cwd = tree({ "main.py": text });
    const { stdout } = run(cwd, ["check", "--format", "sarif"]);
    const { results } = (JSON.parse(stdout) as Sarif).runs.find(({ tool }) =>
      tool.driver.name.includes("Semgrep"),
    )!;
    expect(
      results.map(({ locations, suppressions = [] }) => [
        locations[0]!.physicalLocation.region.startLine,
        suppressions.map(({ justification }) => justification),
      ]),
    ).toEqual([
      [5, ["for a demonstration"]],
      [10, [undefined]],
      [11, []],
    ]);
    expect(places(run(cwd, ["check", "--format", "json"]).stdout)).toEqual([
      "main.py:11:5 async-blocking-sleep",
    ]);
  });

  it("reads stubs", () => {
    const { stderr } = run(tree({ "main.pyi": "def f() -> int: ...\n" }), ["check", "--engine", "radar"]);
    expect(stderr).toContain("Checked 1 Python file.");
  });

  it("says of templates on the way that they were not read", () => {
    const cwd = tree({ "main.py": "{% if x %}\nasync def f(): pass\n" });
    const { status, stdout } = run(cwd, ["check", "--engine", "radar", "--format", "json"]);
    expect([status, places(stdout)]).toEqual([0, ["main.py:1:1 no-unread-python"]]);
  });

  it("takes nothing of a template for Python, whatever Semgrep makes of it", () => {
    const text = `import time


async def f():
{%- if patient %}
    time.sleep(1)
{%- endif %}


async def g():
    time.sleep(1)
`;
    const { stdout } = run(tree({ "main.py": text }), ["check", "--format", "json"]);
    expect(places(stdout)).toEqual(["main.py:5:1 no-unread-python"]);
  });
});

describe("detect-blocking-calls", () => {
  it("is a gate with the strict rules", () => {
    const startup = `import time\n\n\nasync def lifespan(app):\n    time.sleep(1)\n    yield\n`;
    const cwd = tree({ "src/main.py": startup, "src/b.py": "import open_data\n" });
    const { status, stdout } = run(cwd, ["detect-blocking-calls", "--source-dir", "src", "--format", "json"]);
    expect([status, places(stdout)]).toEqual([1, ["main.py:5:5 async-blocking-sleep"]]);
  });

  it("lists the calls that it could not tell", () => {
    const cwd = tree({ "src/main.py": "async def f(a):\n    print(a)\n    a.b()\n" });
    const { stderr } = run(cwd, ["detect-blocking-calls", "--source-dir", "src", "--debug-calls"]);
    expect(stderr).toContain(
      "Followed 2 calls; the targets of 1 (50.0 %) are not known:\nsrc/main.py:3 a.b()\n",
    );
  });

  it("knows the team's own blocking calls from the configuration", () => {
    const entry = {
      family: "http",
      functions: ["ours.fetch"],
      types: { "requests.Session": { made: ["ours.session"] } },
    };
    const config = JSON.stringify({ settings: { blockingCalls: [entry] } });
    const app = "import ours\n\n\nasync def f():\n    ours.fetch()\n    s = ours.session()\n    s.get(1)\n";
    const gate = ["detect-blocking-calls", "--source-dir", "a", "--format", "json"];
    const cwd = tree({ "a/app.py": app, "orchestrator.config.json": config });
    expect(places(run(cwd, gate).stdout)).toEqual([
      "app.py:5:5 async-blocking-http",
      "app.py:7:5 async-blocking-http",
    ]);
    const far = tree({
      "a/app.py": app,
      "a/far.py": "import app\n\n\ndef get():\n    return app.ours.fetch()\n\n\nasync def g():\n    get()\n",
      "orchestrator.config.json": config,
    });
    expect(places(run(far, gate).stdout)).toContain("far.py:9:5 no-blocking-call-path");
    const wrong = tree({ "a/app.py": app, "orchestrator.config.json": config.replace("http", "htp") });
    expect(run(wrong, gate)).toMatchObject({ status: 2 });
  });

  it("takes the team's own Redis wrappers for clients", () => {
    const files = {
      "app/cache.py": [
        "from acme.cache import TenantCache",
        "",
        "scores = TenantCache()",
        "",
        "",
        "def keep(key, score, other: TenantCache):",
        "    scores.set(key, score)",
        "    other.set(key, score, ex=60)",
        "    other.set(key, score)",
        "    tenant_store.set(key, score)",
        "",
      ].join("\n"),
    };
    const check = ["check", "--engine", "semgrep", "--format", "json", "."];
    expect(places(run(tree(files), check).stdout)).toEqual([]);
    const config = (names: string[]) => JSON.stringify({ settings: { redisClients: names } });
    const cwd = tree({ ...files, "orchestrator.config.json": config(["TenantCache", "tenant_store"]) });
    expect(places(run(cwd, check).stdout)).toEqual([
      "cache.py:7:5 redis-set-expiry",
      "cache.py:9:5 redis-set-expiry",
      "cache.py:10:5 redis-set-expiry",
    ]);
    const wrong = tree({ ...files, "orchestrator.config.json": config(["acme.*"]) });
    expect(run(wrong, check)).toMatchObject({ status: 2 });
  });

  it("says what only a constant leads to, at the level of its own rule", () => {
    const calls = Array.from({ length: 40 }, (_, i) => `    wait("k${i}")\n`).join("");
    const main = `import time\n\n\ndef wait(kind):\n    if kind == "last":\n        time.sleep(1)\n\n\nasync def f():\n${calls}    wait("last")\n`;
    const gate = ["detect-blocking-calls", "--source-dir", "src", "--format", "json"];
    expect(places(run(tree({ "src/main.py": main }), gate).stdout)).toContain(
      "main.py:42:5 no-doubtful-blocking-path",
    );
  });

  it("passes clean sources, and fails where there are none", () => {
    const cwd = tree({ "src/main.py": "async def f():\n    return 1\n", "docs/a.txt": "" });
    expect(run(cwd, ["detect-blocking-calls", "--source-dir", "src"]).status).toBe(0);
    const { status, stderr } = run(cwd, ["detect-blocking-calls", "--source-dir", "docs"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("no Python file")]);
  });
});

interface Sarif {
  runs: {
    tool: { driver: { name: string } };
    results: {
      ruleId: string;
      message: { text: string };
      suppressions?: { justification?: string }[];
      locations: {
        physicalLocation: Location["physicalLocation"];
        logicalLocations?: { fullyQualifiedName: string }[];
      }[];
      codeFlows?: { threadFlows: { locations: { location: Location }[] }[] }[];
    }[];
  }[];
}

interface Location {
  physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number; startColumn: number } };
  message: { text: string };
}
