/**
 * Times `orchestrator-semgrep` beside plain Semgrep with the same rules over real files, and each rule by itself, and
 * writes results.md and rules.md. Fails where two of them report different things.
 *
 *   npm run benchmark:semgrep                 ROUNDS=5 for other than three rounds
 *   npm run benchmark:semgrep -- --rules      only the rules one by one, into rules.md
 *   npm run benchmark:semgrep -- --compare    only the comparison, into results.md
 *
 * The files are those of the corpus: pinned packages, downloaded into the user's cache.
 */
import {
  loadRules,
  presetsDirectory,
  rulesDirectory,
  SEMGREP_VERSION,
} from "@orchestrator-lint/semgrep-rules";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { performance } from "node:perf_hooks";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { fetchPackage, PACKAGES } from "../../tools/corpus-packages.js";
import { pythonTool } from "../../tools/python-tool.js";

/** What is compared of a run: everything a user sees. */
interface Output {
  results: {
    check_id: string;
    path: string;
    start: object;
    end: object;
    extra: { message: string; severity: string; fix?: string };
  }[];
  errors: { type: string | [string, ...unknown[]]; path?: string; rule_id?: string }[];
  paths: { scanned: string[] };
  time?: { rules: (string | { id: string })[]; targets: { match_times: number[] }[] };
}

/** A run: processor and wall time in seconds, and what it printed. */
interface Run {
  processor: number;
  wall: number;
  output: Output;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const FILES = 1000;
/** A file of 12 KB with async functions. */
const ONE = "0245.py";
const ROUNDS = Number(process.env.ROUNDS ?? 3);
/** Most a rule may take, as a multiple of the median, unless it says why. */
const MOST = 3;
/** Why rules take longer: a rule that is not named here has to keep to the bound. */
const REASONS: Readonly<Record<string, string>> = {
  "async-blocking-cloud-sdk":
    "a hundred kinds of clients, each with the ways in which an object can come by its name",
  "async-blocking-database":
    "thirty kinds of objects, and cursors of connections of engines: steps from one to the next",
  "async-blocking-file-io":
    "ninety functions and methods, and open, read and replace are words that most async functions with files in them have",
  "async-blocking-future-result":
    "most files with async functions import asyncio, threading or concurrent, and get, join and wait are words of many objects",
  "async-blocking-http":
    "most files with async functions import a package whose name begins with http or urllib, and get and post are words of many objects",
  "redis-versioned-key":
    "it follows a key from where it is made, by helper, variable or constant, to the call",
};

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const bareId = (id: string) => id.split(".").at(-1)!;

/** Copies every n-th Python file of the corpus, so many in all, into one directory. */
function gather(directory: string): number {
  const files = PACKAGES.filter(({ registry }) => registry === "pypi").flatMap((pinned) => {
    const content = fetchPackage(pinned);
    return readdirSync(content, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".py"))
      .sort()
      .map((file) => path.join(content, file));
  });
  const step = files.length / FILES;
  let bytes = 0;
  for (let index = 0; index < FILES; index++) {
    const file = files[Math.floor(index * step)]!;
    copyFileSync(file, path.join(directory, `${String(index).padStart(4, "0")}.py`));
    bytes += statSync(file).size;
  }
  return bytes;
}

/** Findings with their texts and fixes, files, and what could not be read, in one order. */
function visible({ results, errors, paths }: Output): string {
  const findings = results.map(({ check_id, path: file, start, end, extra: { message, severity, fix } }) =>
    JSON.stringify([bareId(check_id), file, start, end, severity, message, fix]),
  );
  const unread = errors.map(({ type, path: file, rule_id }) =>
    JSON.stringify([Array.isArray(type) ? type[0] : type, file, rule_id && bareId(rule_id)]),
  );
  return JSON.stringify([findings.sort(), unread.sort(), paths.scanned.toSorted()]);
}

const { values: only } = parseArgs({ options: { rules: { type: "boolean" }, compare: { type: "boolean" } } });
const machine = () =>
  `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, load ${loadavg()[0]!.toFixed(0)} at the end, Node ${process.versions.node}`;

async function write(name: string, report: readonly string[]): Promise<void> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  writeFileSync(file, await format(report.join("\n"), { parser: "markdown", printWidth: 110 }));
  process.stdout.write(readFileSync(file, "utf8"));
}

const work = mkdtempSync(path.join(tmpdir(), "orchestrator-benchmark-"));
try {
  const kilobytes = (gather(work) / FILES / 1000).toFixed(1);
  const plain = pythonTool("semgrep", SEMGREP_VERSION, "semgrep");
  const own = path.join(root, "packages/semgrep-rules/bin/orchestrator-semgrep.js");
  const quiet = ["--quiet", "--json", "--timeout=60"];
  const env = { ...process.env, SEMGREP_ENABLE_VERSION_CHECK: "0" };
  /** Processor time is what other work on the machine changes least. The run has to give a result. */
  const run = (command: string, args: readonly string[]): Run => {
    const began = performance.now();
    const { stdout, stderr, error } = spawnSync("sh", ["-c", '"$@"; times >&2', "sh", command, ...args], {
      cwd: work,
      env,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    const wall = (performance.now() - began) / 1000;
    if (error) throw error;
    if (!stdout.includes('"results"')) throw new Error(`${command} ${args.join(" ")} gave no result.`);
    // The last line of `times` is about the children: user and system time, as in 1m2.34s.
    const spent = [...(stderr.trim().split("\n").at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
    const processor = spent.reduce(
      (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
      0,
    );
    return { processor, wall, output: JSON.parse(stdout) as Output };
  };
  const wrapper = (...args: string[]) => run(process.execPath, [own, ...quiet, ...args]);
  const semgrep = (config: string, ...args: string[]) =>
    run(plain, ["scan", ...quiet, "--metrics=off", "--disable-version-check", "--config", config, ...args]);
  const row = (...cells: string[]) => `| ${cells.join(" | ")} |`;
  const strict = path.join(presetsDirectory, "strict.json");
  if (!only.rules) {
    const all: [string, () => Run][] = [
      [`orchestrator-semgrep, ${FILES} files`, () => wrapper(".")],
      [`semgrep --config rules, ${FILES} files`, () => semgrep(rulesDirectory, ".")],
      [`semgrep --config presets/strict.json, ${FILES} files`, () => semgrep(strict, ".")],
      ["orchestrator-semgrep, one file", () => wrapper(ONE)],
      ["semgrep --config rules, one file", () => semgrep(rulesDirectory, ONE)],
      ["semgrep --config presets/strict.json, one file", () => semgrep(strict, ONE)],
    ];
    const runs = all.map(() => [] as Run[]);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, [, start]] of all.entries()) runs[index]!.push(start());
    }
    // Three ways over all files, three over one: each has to have shown the same, in each round.
    for (const group of [runs.slice(0, 3), runs.slice(3)]) {
      if (new Set(group.flat().map(({ output }) => visible(output))).size > 1) {
        throw new Error("orchestrator-semgrep and plain Semgrep show different things.");
      }
    }
    const { output } = runs[0]![0]!;
    const of = (index: number, what: "processor" | "wall") => runs[index]!.map((one) => one[what]);
    /** The median over the rounds of one run's time over ours in the same round. */
    const ratio = (index: number, what: "processor" | "wall") => {
      const ours = of(index < 3 ? 0 : 3, what);
      return median(of(index, what).map((one, round) => one / ours[round]!)).toFixed(1);
    };
    const timed = (index: number) =>
      row(
        all[index]![0],
        `${median(of(index, "processor")).toFixed(2)} s`,
        `${median(of(index, "wall")).toFixed(2)} s`,
        ...(index % 3 === 0 ? ["", ""] : [ratio(index, "processor"), ratio(index, "wall")]),
      );

    await write("results.md", [
      "# The Semgrep pack",
      "",
      `Written by \`npm run benchmark:semgrep\`: ${loadRules().length} rules over ${FILES} files of ${kilobytes} KB on average out of the corpus, Semgrep ${SEMGREP_VERSION}, ${machine()}. Medians of ${ROUNDS} round(s) taken in turn. Checked in each round: all three ways show the same ${output.results.length} findings (rule, range, message, severity, fix), files and unread parts.`,
      "",
      row("what", "processor time", "wall time", "÷ ours, processor", "÷ ours, wall"),
      row("-", "-", "-", "-", "-"),
      ...all.map((_, index) => timed(index)),
      "",
      "Bounds: plain Semgrep takes at least 1.5 times as long as ours over all files; one file takes less than 0.5 s.",
      "",
    ]);
  }
  if (!only.compare) {
    // One rule at a time, less what a run takes that has none to match; and which files a rule does not pass over.
    const nothing = fileURLToPath(new URL("never.yaml", import.meta.url));
    const single = (config: string) => semgrep(config, "--experimental", "--jobs=1", ".").processor;
    const floor = median([single(nothing), single(nothing), single(nothing)]);
    const { time } = semgrep(rulesDirectory, "--experimental", "--time", ".").output;
    const searched = new Map<string, number>(
      time?.rules.map((rule, index) => [
        bareId(typeof rule === "string" ? rule : rule.id),
        time.targets.filter(({ match_times }) => match_times[index]! > 0).length,
      ]),
    );
    const rules = loadRules().map(({ id, file }) => ({ id, took: Math.max(0, single(file) - floor) }));
    const usual = median(rules.map(({ took }) => took));
    const slow = rules.filter(({ took }) => took > MOST * usual).map(({ id }) => id);
    const unexplained = slow.filter((id) => REASONS[id] === undefined);
    await write("rules.md", [
      "# The rules of the Semgrep pack, one by one",
      "",
      `Written by \`npm run benchmark:semgrep\`: ${FILES} files of ${kilobytes} KB on average out of the corpus, Semgrep ${SEMGREP_VERSION}, ${machine()}.`,
      "",
      "Processor time of one process with one rule and one job of the native engine, less that of a rule that no file can match. It includes reading the files that have the rule's words into trees, which a run with all rules does once for all of them.",
      "",
      row("rule", "seconds", "× median", "files searched"),
      row("-", "-", "-", "-"),
      ...rules
        .toSorted((a, b) => b.took - a.took)
        .map(({ id, took }) =>
          row(id, took.toFixed(2), (took / usual).toFixed(1), String(searched.get(id) ?? "?")),
        ),
      "",
      ...(slow.length === 0 ? [] : [`Over ${MOST} times the median:`, ""]),
      ...slow.map((id) => `- ${id}: ${REASONS[id] ?? "no reason known"}.`),
      "",
    ]);
    if (unexplained.length > 0) throw new Error(`Slow without a reason: ${unexplained.join(", ")}.`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
