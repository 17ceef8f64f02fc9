/**
 * Times the Radar beside ruff's rules for asynchronous code, in one run on one machine, and writes results.md.
 *
 *   npm run benchmark:radar [--only NAME]    one package or `generated`; prints, and writes nothing
 *
 * ruff is installed, pinned, into the user's cache. The tree is generated, the same everywhere. Processor time is
 * compared, which other work on the machine disturbs least; the time of day would say the same of an idle one.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { fetchPackage, PACKAGES } from "../../tools/corpus-packages.js";
import { pythonTool } from "../../tools/python-tool.js";
import { growthChart, type Growth } from "./chart.js";
import { writeTree } from "./tree.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const SIZES = [1, 5, 25];
const ROUNDS = 3;
/** Files of a package that are edited. */
const EDITED = 40;
const ASYNCHRONOUS = ["apache-airflow-core", "langflow-base", "mlflow-skinny"];
/** Far larger than most, for the memory it takes. */
const LARGE = ["litellm"];
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

interface Row extends Growth {
  name: string;
  semgrep: number;
  megabytes: number;
  files: number;
}

/** Milliseconds of processor time from a changed text to what is found in it, over a sample of files. */
interface Edited {
  files: number;
  median: number;
  ninetieth: number;
  most: number;
  /** The share of files that took less than 80. */
  under: number;
}

function radar(tree: string, ...flags: string[]): Measured {
  return inProcess(tree, ...flags) as Measured;
}

function inProcess(tree: string, ...flags: string[]): unknown {
  const script = fileURLToPath(new URL("in-process.mjs", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, tree, ...flags], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Semgrep with the rules that look at one function at a time. */
function semgrepTime(tree: string): number {
  return cpuTime(process.execPath, [fileURLToPath(new URL("semgrep.mjs", import.meta.url)), tree], root);
}

const ruff = pythonTool("ruff", RUFF, "ruff");

/** A tree without and with what was kept of it, beside ruff without its cache. */
function measure(name: string, tree: string, bytes: number, rounds: number): Row {
  mkdirSync(path.join(tree, "node_modules"), { recursive: true });
  const peer: number[] = [];
  const cold: Measured[] = [];
  const warm: Measured[] = [];
  // What changed a moment ago may change once more: nothing is believed of it before the clock of any file system moves on.
  spawnSync("sleep", ["2.5"]);
  radar(tree);
  for (let round = 0; round < rounds; round++) {
    peer.push(cpuTime(ruff, ["check", "--select", "ASYNC", "--no-cache", "--isolated", "."], tree));
    cold.push(radar(tree, "--no-cache"));
    warm.push(radar(tree));
  }
  const [theirs, ours, kept] = [peer, cold.map(({ cpu }) => cpu), warm.map(({ cpu }) => cpu)].map(median);
  const { files, megabytes } = cold.at(-1)!;
  return { name, bytes, semgrep: semgrepTime(tree), ruff: theirs!, cold: ours!, warm: kept!, megabytes, files }; // prettier-ignore
}

/** One row of the table. */
function rowOf({ name, bytes, semgrep, ruff: theirs, cold, warm, megabytes, files }: Row): string {
  const times = (seconds: number) => `${seconds.toFixed(2)} s | ${(seconds / theirs).toFixed(1)}×`;
  return `| ${name} | ${(bytes / 1e6).toFixed(1)} MB | ${theirs.toFixed(2)} s | ${times(cold)} | ${times(warm)} | ${semgrep.toFixed(1)} s | ${(semgrep / cold).toFixed(1)}× | ${megabytes.toFixed(0)} MB | ${files} |`;
}

/** One row of the table of edits. */
function edits(name: string, tree: string): string {
  const { files, median, ninetieth, most, under } = inProcess(tree, "--edits", String(EDITED)) as Edited;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return `| ${name} | ${files} | ${ms(median)} | ${ms(ninetieth)} | ${ms(most)} | ${(100 * under).toFixed(0)} % |`;
}

/** How much Python there is below a folder. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".py"))
    .reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
}

const { values: options } = parseArgs({ options: { only: { type: "string" } } });
const isWanted = (name: string) => options.only === undefined || options.only === name;
const rows: Row[] = [];
const edited: string[] = [];
const work = mkdtempSync(path.join(tmpdir(), "orchestrator-radar-"));
try {
  for (const size of isWanted("generated") ? SIZES : []) {
    const tree = path.join(work, String(size));
    rows.push(measure("generated", tree, writeTree(tree, size), ROUNDS));
  }
  for (const pinned of PACKAGES.filter(
    ({ name }) => [...ASYNCHRONOUS, ...LARGE].includes(name) && isWanted(name),
  )) {
    // A copy: the cache of packages stays as it was unpacked.
    const tree = path.join(work, pinned.name);
    cpSync(fetchPackage(pinned), tree, { recursive: true });
    rows.push(measure(pinned.name, tree, bytesIn(tree), 1));
    if (ASYNCHRONOUS.includes(pinned.name)) edited.push(edits(pinned.name, tree));
  }
} finally {
  rmSync(work, { recursive: true });
}

const [cpu] = cpus();
const text = `# Radar beside ruff

Written by \`npm run benchmark:radar\` on ${cpus().length} cores (${cpu?.model ?? "unknown"}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB,
Node ${process.version}. Processor time (user and system); medians of ${ROUNDS} runs over generated trees, one run over packages.
ruff ${RUFF} looks at one function at a time and runs without its cache; the Radar follows calls through the tree. Of the
generated trees a tenth of the modules is asynchronous. _Cold_ is without, _warm_ with what the last run kept, nothing changed:
then files are not opened. Semgrep runs once, with the twelve rules \`async-blocking-…\` alone, which follow no call. A process of Node that does nothing takes ${cpuTime(process.execPath, ["-e", "0"], root).toFixed(2)} s of all that.

| tree | Python | ruff check --select ASYNC | Radar, cold | ÷ ruff | Radar, warm | ÷ ruff | Semgrep, direct rules | ÷ Radar, cold | memory at most, cold | files with chains |
| ---- | ------ | ------------------------- | ----------- | ------ | ----------- | ------ | --------------------- | ------------- | -------------------- | ----------------- |
${rows.map(rowOf).join("\n")}

## Growth

${growthChart(rows.filter(({ name }) => name === "generated"))}

## One file edited

From a changed line to what is found in its file, as a language server asks for it: in a process that has been running for a
while, each time another text that is on no disk. Processor time, the median of nine edits each, over a sample of at most
${EDITED} files with coroutine functions.

| tree | files | median | nine of ten take at most | longest | under 80 ms |
| ---- | ----- | ------ | ------------------------ | ------- | ----------- |
${edited.join("\n")}
`;
const target = fileURLToPath(new URL("results.md", import.meta.url));
const formatted = await format(text, { filepath: target, printWidth: 110 });
if (options.only === undefined) writeFileSync(target, formatted);
else console.log(formatted);
