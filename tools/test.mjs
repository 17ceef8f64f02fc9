// The test command: brings a bare machine (Node 20, Python 3) to where the tests can run, and runs them.
// `--oracles` runs the slow comparisons with the real tools in full; other arguments go to vitest.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [isOracles, ...rest] = process.argv.includes("--oracles")
  ? [true, ...process.argv.slice(2).filter((argument) => argument !== "--oracles")]
  : [false, ...process.argv.slice(2)];

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
    shell: process.platform === "win32",
  });
  if (error) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

function must(command, args) {
  const status = run(command, args);
  if (status !== 0) process.exit(status);
}

const installed = path.join(root, "node_modules/.package-lock.json");
const lock = path.join(root, "package-lock.json");
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) must("npm", ["ci"]);
must("npm", ["run", "build"]);
// Semgrep's first use installs it; do that here, where it may take its time, and fail early where it cannot.
must("node", ["packages/semgrep-rules/bin/orchestrator-semgrep.js", "--version"]);

const results = path.join(root, "node_modules/.cache/vitest/results.json");
process.exit(
  run(
    "npx",
    ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${results}`, ...rest],
    {
      ...(isOracles ? { ORACLES: "full" } : {}),
    },
  ),
);
