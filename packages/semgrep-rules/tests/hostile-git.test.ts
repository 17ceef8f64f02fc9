import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { rulesDirectory, scan } from "../src/index.js";

it("starts no program that the repository's own git configuration names", async () => {
  const cwd = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestrator-git-")));
  onTestFinished(() => {
    rmSync(cwd, { recursive: true });
  });
  const trace = path.join(cwd, "trace");
  const program = path.join(cwd, "monitor.sh");
  writeFileSync(program, `#!/bin/sh\ntouch '${trace}'\n`, { mode: 0o755 });
  writeFileSync(path.join(cwd, "a.py"), "import time\nasync def f():\n    time.sleep(1)\n");
  execFileSync("git", ["init", "--quiet"], { cwd });
  execFileSync("git", ["config", "core.fsmonitor", program], { cwd });

  const { findings } = await scan({ cwd, targets: ["."], configs: [rulesDirectory] });
  expect(findings).toHaveLength(1);
  expect(existsSync(trace)).toBe(false);

  // Git itself would have started it.
  execFileSync("git", ["ls-files", "--others"], { cwd, stdio: "pipe" });
  expect(existsSync(trace)).toBe(true);
});
