/**
 * Times the SQL rules beside their peers, in one run on one machine, and writes results.md.
 *
 *   npm run benchmark:sql
 *
 * The peers are installed, pinned, into the user's cache. The tree is generated, the same everywhere.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { pythonTool } from "../../tools/python-tool.js";
import { writeTree } from "./tree.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const FILES = 400;
const MIGRATIONS = 5000;
const ROUNDS = 5;

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Wall time of a command in seconds; its result does not count, its failure to start does. */
function time(command: string, args: readonly string[], cwd: string): number {
  const started = performance.now();
  const { error } = spawnSync(command, args, { cwd, stdio: "ignore" });
  if (error) throw error;
  return (performance.now() - started) / 1000;
}

/** What a script of this folder prints as JSON, run in a process of its own. */
function measure(script: string, ...args: string[]): Record<string, number> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  // Sources as they are, compiled while they are loaded.
  const options = script.endsWith(".ts") ? ["--conditions=@orchestrator-lint/source", "--import=tsx"] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, file, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, number>;
}

const work = mkdtempSync(path.join(tmpdir(), "orchestrator-benchmark-"));
try {
  const small = path.join(work, "small");
  const files = writeTree(path.join(small, "db/migrations"), FILES);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const kilobytes = (bytes / files.length / 1000).toFixed(1);
  const large = path.join(work, "large");
  writeTree(path.join(large, "db/migrations"), MIGRATIONS);
  // Both write caches where a package's are kept.
  for (const tree of [small, large]) mkdirSync(path.join(tree, "node_modules"));

  const own = path.join(root, "packages/sql-rules/bin/orchestrator-sql.js");
  const commands: [string, string, string[]][] = [
    ["orchestrator-sql", process.execPath, [own, "lint", "--format", "none", "db"]],
    ["squawk 2.70.0", pythonTool("squawk-cli", "2.70.0", "squawk"), files],
    [
      "sqlfluff 4.5.0",
      pythonTool("sqlfluff", "4.5.0", "sqlfluff"),
      ["lint", "--dialect", "postgres", "--format", "none", "db"],
    ],
  ];
  const seconds = new Map(commands.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, command, args] of commands) {
      // Half a minute each: once is enough to see a factor of twenty.
      if (name.startsWith("sqlfluff") && round > 0) continue;
      seconds.get(name)!.push(time(command, args, small));
    }
  }
  const of = (name: string) => median([...seconds].find(([key]) => key.startsWith(name))![1]);
  const stages = measure("stages.ts", small);
  const { parse: bare = 0, read = 0, facts = 0, catalog = 0, rules = 0 } = stages;
  const { whole = 0, edit = 0, editWall = 0 } = measure("in-process.mjs", small);
  const memory = measure("memory.mjs", large);
  const milliseconds = (value: number) => `${value.toFixed(0)} ms`;

  const row = (what: string, value: string, bound: string) => `| ${what} | ${value} | ${bound} |`;
  const report = [
    "# The SQL rules beside their peers",
    "",
    `Written by \`npm run benchmark:sql\`: ${FILES} generated migrations of ${kilobytes} KB on average, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}. Medians of ${ROUNDS} rounds taken in turn, sqlfluff once. Stages without ESLint are medians of wall time, ESLint's of processor time, the editor's of both.`,
    "",
    "| what | measured | bound |",
    "| - | - | - |",
    ...[...seconds].map(([name, values]) =>
      row(`whole command, ${name}`, `${median(values).toFixed(2)} s`, ""),
    ),
    row("orchestrator-sql ÷ squawk", (of("orchestrator") / of("squawk")).toFixed(1), "≤ 5"),
    row("sqlfluff ÷ orchestrator-sql", (of("sqlfluff") / of("orchestrator")).toFixed(0), "≥ 20"),
    row("in process: a bare libpg-query parse", milliseconds(bare), ""),
    row("in process: the language's own parse", milliseconds(read), ""),
    row("in process: facts of each script", milliseconds(facts), ""),
    row("in process: catalog", milliseconds(catalog), ""),
    row("in process: all rules", milliseconds(rules), ""),
    row("catalog and rules ÷ bare parse", ((catalog + rules) / bare).toFixed(2), "≤ 1.5"),
    row("facts, catalog and rules ÷ bare parse", ((facts + catalog + rules) / bare).toFixed(2), ""),
    row("in process: ESLint over the tree, files, parses and all", milliseconds(whole), ""),
    row(
      `editor: one changed file of ${FILES}, linted again`,
      `${editWall.toFixed(1)} ms (${edit.toFixed(1)} ms of processors)`,
      "< 50 ms",
    ),
    row(
      `whole command over ${MIGRATIONS} migrations, peak resident memory`,
      `${memory.peak!.toFixed(0)} MB`,
      "< 300 MB",
    ),
    "",
  ].join("\n");
  const file = fileURLToPath(new URL("results.md", import.meta.url));
  writeFileSync(file, await format(report, { parser: "markdown", printWidth: 110 }));
  process.stdout.write(readFileSync(file, "utf8"));
} finally {
  rmSync(work, { recursive: true, force: true });
}
