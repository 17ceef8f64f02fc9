import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { places, run, tree } from "./support/cli.js";

const FILES = {
  "db/001.sql":
    "CREATE TABLE t (\n  a json,\n  -- eslint-disable-next-line orchestrator/prefer-jsonb -- signed text\n  b json\n);\n",
  "compose.yaml": [
    "services:",
    "  h2o:",
    "    image: h2oai/h2o-open-source-k8s",
    "    environment:",
    "      JAVA_TOOL_OPTIONS: -Xmx3g",
    "    mem_limit: 4g",
    "",
  ].join("\n"),
  "api/app.py":
    "import time\n\nasync def f():\n    x = 'é😀'; time.sleep(1)\n    time.sleep(2)  # nosemgrep: async-blocking-sleep -- warm-up\n",
};

describe("check", () => {
  it("joins the engines' findings", () => {
    const { status, stdout, stderr } = run(tree(FILES), ["check", "--format", "json"]);
    expect(status).toBe(1);
    expect(places(stdout)).toEqual([
      "app.py:4:16 async-blocking-sleep",
      "compose.yaml:5:26 max-jvm-heap-ratio",
      "001.sql:2:5 prefer-jsonb",
    ]);
    expect(stderr).toBe("Checked 1 PostgreSQL script, 1 Compose file and 1 Python file.\n");
  });

  it("prints nothing and exits with 0 where nothing is wrong", () => {
    const { status, stdout } = run(tree({ "a.sql": "SELECT 1;\n" }), ["check"]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  it("keeps to the engines, views, rules and levels asked for", () => {
    const cwd = tree(FILES);
    const found = (...args: string[]) => places(run(cwd, ["check", "--format", "json", ...args]).stdout);
    expect(found("--engine", "semgrep")).toEqual(["app.py:4:16 async-blocking-sleep"]);
    expect(found("--engine", "semgrep", "--engine", "eslint", "--view", "process,physical")).toEqual([
      "app.py:4:16 async-blocking-sleep",
      "compose.yaml:5:26 max-jvm-heap-ratio",
    ]);
    expect(found("--view", "physical")).toEqual(["compose.yaml:5:26 max-jvm-heap-ratio"]);
    expect(found("--rule", "orchestrator/prefer-jsonb: off", "--no-semgrep")).toEqual([
      "app.py:4:16 no-blocking-call-path",
      "app.py:5:5 no-blocking-call-path",
      "compose.yaml:5:26 max-jvm-heap-ratio",
    ]);
    expect(found("--rule", 'max-jvm-heap-ratio: ["error", {"maxRatio": 0.8}]', "compose.yaml")).toEqual([]);
  });

  it("says once, with the reason, that an option is wrong", () => {
    const cwd = tree({
      "a.yaml": "services: { a: { image: b } }\n",
      "b.yaml": "services: { a: { image: b } }\n",
    });
    const checked = (entry: string) =>
      run(cwd, ["check", "--no-semgrep", "--rule", `max-jvm-heap-ratio: ${entry}`]);
    for (const [entry, reason] of [
      ['["error", { "bad": 1 }]', /unknown key "bad"/],
      ['["error", { "maxRatio": 7 }]', /maxRatio must be <= 1/],
      ['["error", {bad}]', /the level must be off, warn or error, or/],
    ] as const) {
      const { status, stdout, stderr } = checked(entry);
      expect([status, stdout, stderr]).toEqual([2, "", expect.stringMatching(reason)]);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
  });

  it("shows Semgrep the YAML beside the code", () => {
    const url = `http://mage:6789/api/pipeline_schedules/3/pipeline_runs/${"0123456789abcdef".repeat(2)}`;
    const cwd = tree({ "app.py": "x = 1\n", "ops/cron.yaml": `retrain: ${url}\n` });
    const { stdout } = run(cwd, ["check", "--engine", "semgrep", "--format", "json"]);
    expect(places(stdout)).toEqual(["cron.yaml:1:31 no-hardcoded-trigger-token"]);
  });

  it("asks the pipeline, not the file it trains in, whether a MOJO is exported", () => {
    const training = (name: string) =>
      [
        "import h2o",
        "from h2o.estimators import H2OGradientBoostingEstimator",
        "",
        "def fit(frame):",
        `    model = H2OGradientBoostingEstimator(model_id="${name}")`,
        '    model.train(y="y", training_frame=h2o.H2OFrame(frame))',
        "    print(model.auc())",
        "",
      ].join("\n");
    const block = (kind: string, ...body: string[]) =>
      [
        `from mage_ai.data_preparation.decorators import ${kind}`,
        ...body.filter((line) => line.includes("import")),
        "",
        `@${kind}`,
        "def block(frame, *args, **kwargs):",
        ...body.filter((line) => !line.includes("import")).map((line) => `    ${line}`),
        "",
      ].join("\n");
    const blocks = (...kinds: [name: string, kind: string][]) =>
      `blocks:\n${kinds.map(([uuid, type]) => `- uuid: ${uuid}\n  type: ${type}\n  language: python\n`).join("")}`;
    const cwd = tree({
      "utils/churn.py": training("churn"),
      "utils/fraud.py": training("fraud"),
      "scripts/once.py": training("once"),
      "transformers/churn.py": block("transformer", "from utils.churn import fit", "return fit(frame)"),
      "transformers/fraud.py": block("transformer", "from utils.fraud import fit", "return fit(frame)"),
      "data_exporters/churn.py": block(
        "data_exporter",
        "import h2o",
        'h2o.get_model("churn").download_mojo(path="models", get_genmodel_jar=True)',
      ),
      "pipelines/churn/metadata.yaml": blocks(["churn", "transformer"], ["churn", "data_exporter"]),
      "pipelines/fraud/metadata.yaml": blocks(["fraud", "transformer"]),
    });
    const found = (...args: string[]) =>
      places(run(cwd, ["check", "--format", "json", ...args]).stdout).filter((one) =>
        one.includes("mojo-export"),
      );
    // The block that trains without an export is told once, and so is the file of no pipeline.
    expect(found()).toEqual(["once.py:6:5 require-mojo-export", "fraud.py:6:12 require-mojo-export"]);
    expect(found("--engine", "semgrep")).toHaveLength(3);
  });

  describe("gives what a request leads to once", () => {
    const found = (files: Record<string, string>, rule: string, ...args: string[]) =>
      places(run(tree(files), ["check", "--format", "json", ...args]).stdout).filter((one) =>
        one.includes(rule),
      );
    const endpoint = (path: string, call: string) => [
      "",
      `@router.get("${path}")`,
      "async def _():",
      `    ${call}`,
    ];
    const head = ["from fastapi import APIRouter, Depends"];
    const lines = (...all: string[]) => `${all.join("\n")}\n`;

    it("a pool for each request, whoever asks for it", () => {
      const files = {
        "app/db.py": lines(
          "import asyncpg",
          "",
          "async def get_pool():",
          '    return await asyncpg.create_pool("postgresql://db/x", max_size=4)',
          "",
          "async def save(score):",
          '    pool = await asyncpg.create_pool("postgresql://db/x", max_size=4)',
          '    await pool.execute("INSERT INTO scores VALUES ($1)", score)',
          "    await pool.close()",
        ),
        "app/a.py": lines(
          ...head,
          "from app.db import get_pool",
          "router = APIRouter()",
          ...endpoint("/a", "await get_pool()"),
          ...endpoint("/b", "await get_pool()"),
        ),
        "app/b.py": lines(
          ...head,
          "from app.db import get_pool, save",
          "router = APIRouter()",
          ...endpoint("/save", "await save(1)"),
          "",
          '@router.get("/c")',
          "async def c(pool=Depends(get_pool)): ...",
        ),
      };
      const rule = "pool-created-at-startup";
      // What Semgrep sees, a pool that one call opens and closes, is told where it is made.
      expect(found(files, rule)).toEqual([`a.py:7:11 ${rule}`, `db.py:7:18 ${rule}`]);
      expect(found(files, rule, "--engine", "semgrep")).toEqual([`db.py:7:18 ${rule}`]);
      expect(found(files, rule, "--no-semgrep")).toEqual([`a.py:7:11 ${rule}`, `b.py:7:11 ${rule}`]);
    });

    it("a synchronous engine, whoever uses it", () => {
      const engine = 'engine = create_engine("postgresql+psycopg2://db/x")';
      const use = (path: string) => endpoint(path, "return engine.connect().execute(Q)");
      const files = {
        "app/db.py": lines("from sqlalchemy import create_engine", engine),
        "app/own.py": lines("import fastapi", "from sqlalchemy import create_engine", engine),
        "app/a.py": lines(
          ...head,
          "from app.db import engine",
          "router = APIRouter()",
          ...use("/a"),
          ...use("/b"),
        ),
        "app/b.py": lines(...head, "from app.db import engine", "router = APIRouter()", ...use("/c")),
        "app/c.py": lines(...head, "from app.own import engine", "router = APIRouter()", ...use("/d")),
      };
      const rule = "no-sync-db-driver";
      // What stands beside a web framework Semgrep sees by itself.
      expect(found(files, rule)).toEqual([`a.py:7:12 ${rule}`, `own.py:3:10 ${rule}`]);
      expect(found(files, rule, "--engine", "semgrep")).toEqual([`own.py:3:10 ${rule}`]);
      expect(found(files, rule, "--no-semgrep")).toHaveLength(2);
    });

    it("a key without a version, whichever file makes it", () => {
      const files = {
        "app/keys.py": lines("def prediction_key(key):", '    return f"prediction:{key}"'),
        "app/versions.py": lines("import os", "def namespace():", '    return os.environ["MODEL_VERSION"]'),
        "app/a.py": lines(
          "import redis",
          "from app.keys import prediction_key",
          "from app.versions import namespace",
          "cache = redis.Redis()",
          "def read(key):",
          "    return cache.get(prediction_key(key))",
          "def write(key, score):",
          "    cache.set(prediction_key(key), score, ex=300)",
          "def right(key):",
          '    return cache.get(f"prediction:{namespace()}:{key}")',
          "def wrong(key):",
          '    return cache.get(f"prediction:{key}")',
        ),
        "app/b.py": lines(
          "import redis",
          "from app.keys import prediction_key",
          "def read(cache, key):",
          "    return cache.get(prediction_key(key))",
        ),
      };
      const rule = "redis-versioned-key";
      expect(found(files, rule)).toEqual([`a.py:6:22 ${rule}`, `a.py:12:22 ${rule}`]);
      // In one file it cannot be told that the name space is a version.
      expect(found(files, rule, "--engine", "semgrep")).toEqual([`a.py:10:22 ${rule}`, `a.py:12:22 ${rule}`]);
      expect(found(files, rule, "--no-semgrep")).toEqual([`a.py:6:22 ${rule}`]);
    });

    it("an expiry and a handler, whichever file has them", () => {
      const files = {
        "app/client.py": lines(
          "import redis",
          "class Cache:",
          "    def __init__(self):",
          "        self.redis = redis.Redis()",
          "    def get(self, key):",
          "        try:",
          "            return self.redis.get(key)",
          "        except redis.RedisError:",
          "            return None",
          "    def set(self, key, value, kept=3600):",
          "        self.redis.set(key, value, ex=kept)",
          "redis_client = Cache()",
          "other_redis = redis.Redis()",
        ),
        "app/a.py": lines(
          ...head,
          "from app.client import other_redis, redis_client",
          "router = APIRouter()",
          ...endpoint("/a", "return redis_client.get(KEY) or redis_client.set(KEY, 1)"),
          ...endpoint("/b", "return other_redis.get(KEY) or other_redis.set(KEY, 1)"),
        ),
      };
      const places = (rule: string, ...flags: string[]) => found(files, rule, ...flags);
      for (const rule of ["redis-fallback", "redis-set-expiry"]) {
        expect(places(rule, "--engine", "semgrep")).toHaveLength(2);
        expect(places(rule)).toEqual([expect.stringMatching(/^a\.py:11:/)]);
      }
    });
  });

  it("says nothing of calls that block a test or a script, unless it is asked to", () => {
    const sleeps = "import time\n\n\nasync def main():\n    time.sleep(1)\n    open('a')\n";
    const cwd = tree({
      "app/a.py": sleeps,
      "tests/test_a.py": sleeps,
      "tools/a.py": sleeps,
      "run.py": `import asyncio\n${sleeps}\n\nif __name__ == "__main__":\n    asyncio.run(main())\n`,
    });
    const check = (...flags: string[]) => places(run(cwd, ["check", "--format", "json", ...flags]).stdout);
    const app = ["a.py:5:5 async-blocking-sleep", "a.py:6:5 async-blocking-file-io"];
    expect(check()).toEqual(app);
    expect(check("--preset", "strict")).toHaveLength(8);
    const ignore = JSON.stringify(["error", { ignore: ["script"] }]);
    expect(check("--rule", `no-blocking-call-path: ${ignore}`)).toEqual([
      ...app,
      "test_a.py:5:5 async-blocking-sleep",
    ]);
  });

  it("lets warnings pass up to a number, and quiet leave them out", () => {
    const cwd = tree({ "a.sql": "CREATE TABLE t (a json);\n" });
    const warn = ["check", "--rule", "prefer-jsonb: warn"];
    expect(run(cwd, warn).status).toBe(0);
    expect(run(cwd, [...warn, "--max-warnings", "1"]).status).toBe(0);
    expect(run(cwd, [...warn, "--max-warnings", "0"]).status).toBe(1);
    expect(run(cwd, [...warn, "--quiet"]).stdout).toBe("");
    expect(run(cwd, [...warn, "--quiet", "--max-warnings", "0"]).status).toBe(1);
  });

  it("reads the configuration of the tree", () => {
    const cwd = tree({
      ...FILES,
      "orchestrator.config.json": JSON.stringify({
        rules: { "async-blocking-sleep": "off", "orchestrator/prefer-jsonb": "warn" },
        ignores: ["compose.yaml"],
      }),
    });
    const { status, stdout } = run(path.join(cwd, "db"), ["check", "--format", "json"]);
    expect({ status, found: places(stdout) }).toEqual({ status: 0, found: ["001.sql:2:5 prefer-jsonb"] });
    expect(places(run(cwd, ["check", "--format", "json"]).stdout)).toEqual(["001.sql:2:5 prefer-jsonb"]);
  });

  it("repairs what it can", () => {
    const cwd = tree({ "db/001.sql": FILES["db/001.sql"] });
    const { status } = run(cwd, ["check", "--fix", "--no-semgrep", "db"]);
    expect(status).toBe(0);
    expect(readFileSync(path.join(cwd, "db/001.sql"), "utf8")).toContain("  a jsonb,\n");
    expect(readFileSync(path.join(cwd, "db/001.sql"), "utf8")).toContain("  b json\n");
  });

  it("finds what git does not ignore", () => {
    const cwd = tree({
      ".gitignore": "build/\n",
      "build/a.sql": "CREATE TABLE t (a json);\n",
      "node_modules/x/a.sql": "CREATE TABLE t (a json);\n",
      "tests/a.py": "import h2o\n\nh2o.download_pojo(model)\n",
      "[odd] (name)/a b#.sql": "CREATE TABLE t (a json);\n",
    });
    expect(places(run(cwd, ["check", "--format", "json"]).stdout)).toEqual([
      "a b#.sql:1:19 prefer-jsonb",
      "a.py:3:1 no-pojo",
    ]);
    expect(places(run(cwd, ["check", "--format", "json", "[odd] (name)"]).stdout)).toHaveLength(1);
    expect(places(run(cwd, ["check", "--format", "json", "build/a.sql"]).stdout)).toHaveLength(1);
  });

  it("says nothing of a configuration of ESLint that it does not read", () => {
    const cwd = tree({ "a.sql": "CREATE TABLE t (a jsonb);\n", ".eslintignore": "*.sql\n" });
    expect(run(cwd, ["check"]).stderr).toBe("Checked 1 PostgreSQL script.\n");
  });

  it("says what it left out", () => {
    const cwd = tree({ "schema.sqlite.sql": "CREATE TABLE t (a json);\n", "README.md": "# x\n" });
    expect(run(cwd, ["check", ".", "README.md"]).stderr).toBe(
      "Found nothing to check.\nLeft out 1 script filed under sqlite.\nLeft out README.md: no rule reads files of its kind.\n",
    );
  });
});

describe("formats", () => {
  it("github escapes what its commands reserve", () => {
    const { stdout } = run(tree({ "a,b:c%.sql": "CREATE TABLE t (a json);\n" }), [
      "check",
      "--format",
      "github",
    ]);
    expect(stdout).toMatch(
      /^::error file=a%2Cb%3Ac%25\.sql,line=1,endLine=1,col=19,endColumn=22,title=orchestrator\/prefer-jsonb::Column t\.a is json: /,
    );
  });

  it("stylish is ESLint's", () => {
    const { stdout } = run(tree({ "a.sql": "CREATE TABLE t (a json);\n" }), ["check"]);
    expect(stdout).toContain("1:19  error  Column t.a is json");
    expect(stdout).toContain("✖ 1 problem (1 error, 0 warnings)");
  });

  it("stylish runs no formatter of the tree", () => {
    const own = "node_modules/eslint-formatter-stylish/index.js";
    const files = { "a.sql": "CREATE TABLE t (a json);\n", [own]: 'module.exports = () => "of the tree";\n' };
    expect(run(tree(files), ["check"]).stdout).toContain("✖ 1 problem");
  });

  it("json has ESLint's shape, with suppressed findings and their reason", () => {
    const files = { "db/001.sql": FILES["db/001.sql"] };
    const { stdout } = run(tree(files), ["check", "--format", "json"]);
    const sql = (JSON.parse(stdout) as { filePath: string; suppressedMessages: object[] }[]).find(
      ({ filePath }) => filePath.endsWith(".sql"),
    );
    expect(sql).toMatchObject({
      errorCount: 1,
      fixableErrorCount: 1,
      messages: [{ ruleId: "orchestrator/prefer-jsonb", severity: 2, subject: "public.t.a" }],
      suppressedMessages: [{ line: 4, suppressions: [{ kind: "directive", justification: "signed text" }] }],
    });
  });
});

describe("the other commands", () => {
  it("rules prints the catalogue", () => {
    const cwd = tree({});
    expect(run(cwd, ["rules"]).stdout).toContain("| [prefer-jsonb](https://");
    const rules = JSON.parse(run(cwd, ["rules", "--format", "json"]).stdout) as { name: string }[];
    expect(rules.map(({ name }) => name)).toContain("async-blocking-sleep");
  });

  it("explain prints a rule's page", () => {
    const { status, stdout } = run(tree({}), ["explain", "orchestrator/prefer-jsonb"]);
    expect({ status, first: stdout.split("\n", 1)[0] }).toEqual({ status: 0, first: "# prefer-jsonb" });
  });

  it("version and help exit with 0", () => {
    expect(run(tree({}), ["--version"])).toMatchObject({ status: 0, stdout: "0.1.0\n" });
    expect(run(tree({}), ["check", "--help"]).status).toBe(0);
  });
});
