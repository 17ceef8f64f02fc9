import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadFixtures } from "@orchestrator-lint/rule-tester";
import { install, loadRules, rulesDirectory, SEMGREP_VERSION } from "../src/index.js";
import { plan } from "../src/main.js";
import { fakeSemgrep, project, script, temporaryDirectory } from "./support.js";

const native = { engine: "native", argv0: "osemgrep" } as const;
const full = { engine: "full" } as const;

describe("plan", () => {
  const OURS = ["--config", "PRESET", "--metrics=off", "--disable-version-check"];

  it.each([
    [[], ["scan", "--experimental", ...OURS]],
    [
      ["src", "--error"],
      ["scan", "--experimental", ...OURS, "src", "--error"],
    ],
    [
      ["scan", "--json", "src"],
      ["scan", "--experimental", ...OURS, "--json", "src"],
    ],
    [
      ["--config", "mine.yaml", "src"],
      ["scan", "--experimental", ...OURS, "--config", "mine.yaml", "src"],
    ],
    [["lsp"], ["lsp", "--experimental"]],
    [
      ["show", "version"],
      ["show", "version", "--experimental"],
    ],
    [
      ["test", "a.py"],
      ["test", "--config", "RULES", "a.py", "--experimental"],
    ],
    [
      ["test", "-c", "a.yaml", "a.py"],
      ["test", "-c", "a.yaml", "a.py", "--experimental"],
    ],
    [
      ["test", "--config=a.yaml", "a.py"],
      ["test", "--config=a.yaml", "a.py", "--experimental"],
    ],
  ])("native %j", (args, expected) => {
    expect(plan(args, native, "PRESET", "RULES")).toEqual({ kind: "run", args: expected });
  });

  it("goes through the Python part where it was asked for", () => {
    expect(plan(["src"], full, "PRESET")).toEqual({
      kind: "run",
      args: ["scan", "--legacy", ...OURS, "src"],
    });
    expect(plan(["login"], full, "PRESET")).toEqual({ kind: "run", args: ["login"] });
  });

  it("says what a subcommand of the Python part needs", () => {
    expect(plan(["login"], native, "PRESET")).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("ORCHESTRATOR_SEMGREP_ENGINE=full") as string,
    });
  });

  it("knows --version", () => {
    expect(plan(["--version"], native, "PRESET")).toEqual({ kind: "version" });
  });
});

const command = fileURLToPath(new URL("../src/cli.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");
const start = (args: string[], cwd: string, env: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, ["--import", tsx, command, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });

async function run(args: string[], cwd: string, env: Record<string, string> = {}) {
  const child = start(args, cwd, env);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}

describe("orchestrator-semgrep", async () => {
  const { command: core } = await install();
  const env = { ORCHESTRATOR_SEMGREP: core };
  const cwd = project({
    "bad.py": "import time\n\n\nasync def f():\n    time.sleep(1)\n",
    "good.py": "x = 1\n",
    "mine.yaml":
      "rules:\n  - {id: mine, languages: [python], severity: INFO, message: Mine., pattern: x = 1}\n",
    "broken.yaml": "rules:\n  - {id: broken, languages: [python]}\n",
  });

  it("prints the version of Semgrep", async () => {
    expect(await run(["--version"], cwd, env)).toMatchObject({ code: 0, stdout: `${SEMGREP_VERSION}\n` });
  });

  it.each([
    [0, ["bad.py"]],
    [0, ["--error", "good.py"]],
    [1, ["--error", "bad.py"]],
    [2, ["--no-such-option"]],
    [7, ["--config", "gone.yaml", "bad.py"]],
  ])("passes exit code %i on", async (code, args) => {
    expect(await run(args, cwd, env)).toMatchObject({ code, signal: null });
  });

  it("adds the user's rules to ours", async () => {
    const { stdout } = await run(["--json", "--config", "mine.yaml", "."], cwd, env);
    const ids = (JSON.parse(stdout) as { results: { check_id: string }[] }).results.map(({ check_id }) =>
      check_id.split(".").at(-1),
    );
    expect(ids.sort()).toEqual(["async-blocking-sleep", "mine"]);
  });

  it("runs the preset that was asked for", async () => {
    const asked = (preset: string) => ({ ...env, ORCHESTRATOR_SEMGREP_PRESET: preset });
    for (const preset of ["", "strict", "recommended", "process"]) {
      expect(await run(["--error", "bad.py"], cwd, asked(preset)), preset).toMatchObject({ code: 1 });
    }
    const { code, stderr } = await run(["bad.py"], cwd, asked("../rules"));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^ORCHESTRATOR_SEMGREP_PRESET is "\.\.\/rules"; it can be .*"recommended".*\.\n$/u,
    );
  });

  it("runs Semgrep's own tester over every fixture", async () => {
    const fixtures = loadFixtures(rulesDirectory, { layout: "beside" });
    for (const { id, file, fixable } of loadRules()) {
      // A file with nothing to report has no test that Semgrep would know for one.
      const names = fixtures
        .filter(({ rule, name }) => rule === id && name.endsWith(".py"))
        .flatMap(({ files }) => files)
        .filter(({ text }) => text.includes("ruleid:"))
        .map((source) => source.path);
      expect(names, id).not.toEqual([]);
      for (const name of names) {
        const args = ["test", "--config", file, path.join(path.dirname(file), name)];
        const { code, stdout } = await run(args, cwd, env);
        expect(stdout, name).toContain("1/1: ✓ All tests passed");
        if (fixable) expect(stdout).toContain("1/1: ✓ All fix tests passed");
        expect(code).toBe(0);
      }
    }
  }, 600_000);

  it("ends with code 2 and one message where there is no Semgrep", async () => {
    const missing = { ORCHESTRATOR_SEMGREP: path.join(cwd, "gone") };
    const { code, stdout, stderr } = await run(["."], cwd, missing);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining("which is no file.")]);
  });

  it("turns metrics and the version check off", async () => {
    const root = temporaryDirectory();
    const body = `${fakeSemgrep("1.182.0")} && exit 0\nenv > "${root}/env"`;
    const fake = script(path.join(root, "semgrep"), body);
    await run(["."], cwd, { ORCHESTRATOR_SEMGREP: fake, SEMGREP_SEND_METRICS: "on" });
    const seen = fs.readFileSync(path.join(root, "env"), "utf8").split("\n");
    expect(seen).toEqual(
      expect.arrayContaining([
        "SEMGREP_SEND_METRICS=off",
        "SEMGREP_ENABLE_VERSION_CHECK=0",
        "OTEL_SDK_DISABLED=true",
      ]),
    );
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("passes %s on and ends by it", async (signal) => {
    const root = temporaryDirectory();
    const ready = path.join(root, "ready");
    // A shell would lose a signal that comes just before it becomes another program.
    const program = `require("fs").writeFileSync(process.argv[1], String(process.pid)); setTimeout(() => {}, 600_000)`;
    const body = `${fakeSemgrep("1.182.0")} && exit 0\nexec "${process.execPath}" -e '${program}' "${ready}"`;
    const child = start(["."], cwd, { ORCHESTRATOR_SEMGREP: script(path.join(root, "semgrep"), body) });
    const closed = once(child, "close");
    while (!fs.existsSync(ready) || fs.readFileSync(ready, "utf8") === "") {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill(signal);
    expect(await closed).toEqual([null, signal]);
    const pid = Number(fs.readFileSync(ready, "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
