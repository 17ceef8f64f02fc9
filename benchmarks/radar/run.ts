/**
 * Times the Radar beside ruff's rules for asynchronous code, in one run on one machine, and writes results.md.
 *
 *   npm run benchmark:radar
 *
 * ruff is installed, pinned, into the user's cache. The tree is generated, the same everywhere. Processor time is
 * compared, which other work on the machine disturbs least; the time of day would say the same of an idle one.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { pythonTool } from "../../tools/python-tool.js";
import { writeTree } from "./tree.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const SIZES = [1, 5, 25];
const ROUNDS = 3;
const RUFF = "0.17.6";

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Processor time of a command in seconds, its children's included. */
function cpuTime(command: string, args: readonly string[], cwd: string): number {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1';
  const { stderr } = spawnSync("bash", ["-c", script, "bash", command, ...args], { cwd, encoding: "utf8" });
  const [user = NaN, system = NaN] = stderr.trim().split(" ").map(Number);
  return user + system;
}

interface Measured {
  load: number;
  model: number;
  cpu: number;
  megabytes: number;
  files: number;
}

function radar(tree: string): Measured {
  const script = fileURLToPath(new URL("in-process.mjs", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, tree], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

const ruff = pythonTool("ruff", RUFF, "ruff");
const rows: string[] = [];
const work = mkdtempSync(path.join(tmpdir(), "orchestrator-radar-"));
try {
  for (const size of SIZES) {
    const tree = path.join(work, String(size));
    const bytes = writeTree(tree, size);
    const peer: number[] = [];
    const own: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      peer.push(cpuTime(ruff, ["check", "--select", "ASYNC", "--no-cache", "--isolated", "."], tree));
      own.push(radar(tree));
    }
    const [theirs, ours] = [median(peer), median(own.map(({ cpu }) => cpu))];
    const { files, megabytes } = own.at(-1)!;
    rows.push(
      `| ${(bytes / 1e6).toFixed(1)} MB | ${theirs.toFixed(2)} s | ${ours.toFixed(2)} s | ${(ours / theirs).toFixed(1)}× | ${megabytes.toFixed(0)} MB | ${files} |`,
    );
  }
} finally {
  rmSync(work, { recursive: true });
}

const [cpu] = cpus();
const text = `# Radar beside ruff

Written by \`npm run benchmark:radar\` on ${cpus().length} cores (${cpu?.model ?? "unknown"}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB,
Node ${process.version}. Medians of ${ROUNDS} runs of processor time (user and system), without caches. ruff ${RUFF} looks at one
function at a time; the Radar follows calls through the tree. The tree is generated, and a tenth of its modules is
asynchronous: where most of a tree runs on the event loop, most of it has to be parsed, which takes many times as long.

| Python | ruff check --select ASYNC | Radar, cold | ratio | memory at most | files with chains |
| ------ | ------------------------- | ----------- | ----- | -------------- | ----------------- |
${rows.join("\n")}
`;
const target = fileURLToPath(new URL("results.md", import.meta.url));
writeFileSync(target, await format(text, { filepath: target, printWidth: 110 }));
