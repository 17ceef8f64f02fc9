// Runs Semgrep with the rules that look at one function at a time, in a process of its own: node semgrep.mjs ROOT
import { rulesDirectory, scan } from "@orchestrator-lint/semgrep-rules";
import { readdirSync } from "node:fs";
import path from "node:path";

const cwd = path.resolve(process.argv[2]);
const folder = path.join(rulesDirectory, "process");
const configs = readdirSync(folder)
  .filter((name) => /^async-blocking-[\w-]+\.yaml$/.test(name))
  .map((name) => path.join(folder, name));
const { findings, scanned } = await scan({ cwd, targets: ["."], configs, parseEveryFile: false });
console.log(JSON.stringify({ rules: configs.length, files: scanned.length, findings: findings.length }));
