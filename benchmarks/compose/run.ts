/**
 * Times the Compose rules beside their peer, in one run on one machine, and writes results.md.
 *
 *   npm run benchmark:compose
 *
 * The peer is installed, pinned, into the user's cache. The tree is generated, the same everywhere.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { npmTool } from "../../tools/npm-tool.js";
import { writeTree } from "./tree.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const FILES = 600;
/** The peer takes a tenth of a second a file. */
const FILES_OF_PEER = 42;
const ROUNDS = 5;
const DCLINT = "3.1.0";

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Wall time of a command in seconds; its result does not count, its failure to start does. */
function time(args: readonly string[], cwd: string): number {
  const started = performance.now();
  const { error } = spawnSync(process.execPath, args, { cwd, stdio: "ignore" });
  if (error) throw error;
  return (performance.now() - started) / 1000;
}

const work = mkdtempSync(path.join(tmpdir(), "orchestrator-benchmark-"));
try {
  const all = path.join(work, "all");
  const files = writeTree(all, FILES);
  const few = path.join(work, "few");
  writeTree(few, FILES_OF_PEER);
  const kilobytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / files.length / 1000;

  const own = path.join(root, "packages/orchestrator-lint/bin/orchestrator-lint.js");
  const check = [own, "check", "--no-semgrep", "--format", "json"];
  const dclint = [npmTool("dclint", DCLINT), "--recursive", "--quiet"];
  const runs: readonly [string, readonly string[], string][] = [
    [`orchestrator-lint check, ${FILES} files`, check, all],
    [`orchestrator-lint check, ${FILES_OF_PEER} files`, check, few],
    [`dclint ${DCLINT}, ${FILES_OF_PEER} files`, [...dclint, "."], few],
  ];
  const seconds = runs.map(([name]) => ({ name, values: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, [, args, cwd]] of runs.entries()) seconds[index]!.values.push(time(args, cwd));
  }
  const script = fileURLToPath(new URL("in-process.mjs", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, all], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const { whole = 0, parse = 0, edit = 0, slowest = 0 } = JSON.parse(stdout) as Record<string, number>;

  const bounds = ["< 1.5 s", "", ""];
  const row = (what: string, value: string, bound = "") => `| ${what} | ${value} | ${bound} |`;
  const report = [
    "# The Compose rules beside their peer",
    "",
    `Written by \`npm run benchmark:compose\`: generated Compose files of ${kilobytes.toFixed(1)} KB on average, two of five of them overrides, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}. Medians of ${ROUNDS} rounds taken in turn; in process, processor time.`,
    "",
    "| what | measured | bound |",
    "| - | - | - |",
    ...seconds.map(({ name, values }, index) => row(name, `${median(values).toFixed(2)} s`, bounds[index])),
    row("linted in one process, first time", `${whole.toFixed(0)} ms`),
    row("of that, yaml-eslint-parser", `${parse.toFixed(0)} ms`),
    row(
      "editor: one changed file, linted again",
      `${edit.toFixed(1)} ms, at most ${slowest.toFixed(1)} ms`,
      "< 30 ms",
    ),
    "",
  ].join("\n");
  const file = fileURLToPath(new URL("results.md", import.meta.url));
  writeFileSync(file, await format(report, { parser: "markdown", printWidth: 110 }));
  process.stdout.write(readFileSync(file, "utf8"));
} finally {
  rmSync(work, { recursive: true, force: true });
}
