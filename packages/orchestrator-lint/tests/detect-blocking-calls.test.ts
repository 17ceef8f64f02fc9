import { describe, expect, it } from "vitest";
import { places, run, tree } from "./support/cli.js";

const SERVICE = `import time
import requests


async def score(url):
    time.sleep(1)
    return requests.get(url)
`;

function gate(cwd: string, ...args: string[]) {
  return run(cwd, ["detect-blocking-calls", "--format", "json", ...args]);
}

describe("detect-blocking-calls", () => {
  it("finds blocking calls in the async functions of a folder", () => {
    const cwd = tree({ "service/app.py": SERVICE, "jobs/other.py": SERVICE });
    const { status, stdout } = gate(cwd, "--source-dir", "service");
    expect(status).toBe(1);
    expect(places(stdout)).toEqual(["app.py:6:5 async-blocking-sleep", "app.py:7:12 async-blocking-http"]);
  });

  it("passes where nothing blocks, and takes levels as check does", () => {
    const cwd = tree({ "a/app.py": "def f():\n    return 1\n", "b/app.py": SERVICE });
    expect(gate(cwd, "--source-dir", "a").status).toBe(0);
    const off = ["--rule", "async-blocking-sleep: off", "--rule", "async-blocking-http: off"];
    expect(gate(cwd, "--source-dir", "b", ...off).status).toBe(0);
  });

  it("knows the team's own blocking calls from the configuration", () => {
    const entry = {
      family: "http",
      functions: ["ours.fetch"],
      types: { "requests.Session": { made: ["ours.session"] } },
    };
    const config = JSON.stringify({ settings: { blockingCalls: [entry] } });
    const app = "import ours\n\n\nasync def f():\n    ours.fetch()\n    s = ours.session()\n    s.get(1)\n";
    const cwd = tree({ "a/app.py": app, "orchestrator.config.json": config });
    expect(places(gate(cwd, "--source-dir", "a").stdout)).toEqual([
      "app.py:5:5 async-blocking-http",
      "app.py:7:5 async-blocking-http",
    ]);
    const wrong = tree({ "a/app.py": app, "orchestrator.config.json": config.replace("http", "htp") });
    expect(gate(wrong, "--source-dir", "a")).toMatchObject({ status: 2 });
  });

  it("fails where there is no Python file, or nothing was named", () => {
    const cwd = tree({ "db/readme.txt": "" });
    expect(gate(cwd, "--source-dir", "db")).toMatchObject({
      status: 2,
      stderr: 'orchestrator-lint: There is no Python file in "db".\n',
    });
    expect(gate(cwd, "--source-dir", "missing").status).toBe(2);
    expect(gate(cwd).stderr).toContain("--source-dir <dir>");
  });
});
