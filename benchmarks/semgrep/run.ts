/**
 * Times `orchestrator-semgrep` beside plain Semgrep with the same rules over real files, and each rule by itself, and
 * writes results.md.
 *
 *   npm run benchmark:semgrep
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
import { cpus, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { fetchPackage, PACKAGES } from "../../tools/corpus-packages.js";
import { pythonTool } from "../../tools/python-tool.js";

interface Result {
  results: { check_id: string; path: string; start: { offset: number }; end: { offset: number } }[];
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const FILES = 1000;
/** A file of 12 KB with async functions. */
const ONE = "0245.py";
const ROUNDS = Number(process.env.ROUNDS ?? 3);

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

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

const work = mkdtempSync(path.join(tmpdir(), "orchestrator-benchmark-"));
try {
  const bytes = gather(work);
  const plain = pythonTool("semgrep", SEMGREP_VERSION, "semgrep");
  const own = path.join(root, "packages/semgrep-rules/bin/orchestrator-semgrep.js");
  const quiet = ["--quiet", "--json", "--timeout=60"];
  const env = { ...process.env, SEMGREP_ENABLE_VERSION_CHECK: "0" };
  const found: string[] = [];
  /** Processor time in seconds, which other work on the machine changes little; the run has to give a result. */
  const time = (command: string, args: readonly string[]): number => {
    const { stdout, stderr, error } = spawnSync("sh", ["-c", '"$@"; times >&2', "sh", command, ...args], {
      cwd: work,
      env,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    if (error) throw error;
    if (!stdout.includes('"results"')) throw new Error(`${command} ${args.join(" ")} gave no result.`);
    const { results } = JSON.parse(stdout) as Result;
    found.push(
      JSON.stringify(
        results
          .map((one) => [one.check_id.split(".").at(-1), one.path, one.start.offset, one.end.offset])
          .sort(),
      ),
    );
    // The last line of `times` is about the children: user and system time, as in 1m2.34s.
    const spent = [...(stderr.trim().split("\n").at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
    return spent.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
  };
  const wrapper = (...args: string[]) => time(process.execPath, [own, ...quiet, ...args]);
  const semgrep = (config: string, ...args: string[]) =>
    time(plain, ["scan", ...quiet, "--metrics=off", "--disable-version-check", "--config", config, ...args]);
  const strict = path.join(presetsDirectory, "strict.json");
  const runs: [string, () => number][] = [
    [`orchestrator-semgrep, ${FILES} files`, () => wrapper(".")],
    [`semgrep --config rules, ${FILES} files`, () => semgrep(rulesDirectory, ".")],
    [`semgrep --config presets/strict.json, ${FILES} files`, () => semgrep(strict, ".")],
    ["orchestrator-semgrep, one file", () => wrapper(ONE)],
    ["semgrep --config rules, one file", () => semgrep(rulesDirectory, ONE)],
  ];
  const seconds = runs.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, [, run]] of runs.entries()) seconds[index]!.push(run());
  }
  const same = [0, 1, 2].every((index) => found[index] === found[0]);
  if (!same) throw new Error("orchestrator-semgrep and plain Semgrep found different things.");
  const findings = (JSON.parse(found[0]!) as unknown[]).length;
  const [ours = 0, theirs = 0, json = 0, one = 0] = seconds.map(median);

  // One rule at a time, less what a run takes that has none to match.
  const nothing = fileURLToPath(new URL("never.yaml", import.meta.url));
  const single = (config: string) => semgrep(config, "--experimental", "--jobs=1", ".");
  const floor = median([single(nothing), single(nothing), single(nothing)]);
  const rules = loadRules().map(({ id, file }) => ({ id, took: Math.max(0, single(file) - floor) }));
  const usual = median(rules.map(({ took }) => took));
  const row = (...cells: string[]) => `| ${cells.join(" | ")} |`;
  const report = [
    "# The Semgrep pack",
    "",
    `Written by \`npm run benchmark:semgrep\`: ${loadRules().length} rules over ${FILES} files of ${(bytes / FILES / 1000).toFixed(1)} KB on average out of the corpus, Semgrep ${SEMGREP_VERSION}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}. Medians of ${ROUNDS} round(s) taken in turn; processor time. All three find the same ${findings} findings.`,
    "",
    row("what", "measured", "bound"),
    row("-", "-", "-"),
    ...runs.map(([name], index) => row(name, `${median(seconds[index]!).toFixed(2)} s`, "")),
    row("plain ÷ ours", (theirs / ours).toFixed(1), "≥ 1.5"),
    row("plain with the preset ÷ ours", (json / ours).toFixed(1), ""),
    row("one file", `${one.toFixed(2)} s`, "< 0.5 s"),
    "",
    "## Rule by rule",
    "",
    "One process, one job, the native engine, less the time of a rule that no file can match.",
    "",
    row("rule", "seconds", "× median"),
    row("-", "-", "-"),
    ...rules
      .toSorted((a, b) => b.took - a.took)
      .map(({ id, took }) => row(id, took.toFixed(2), (took / usual).toFixed(1))),
    "",
  ].join("\n");
  const file = fileURLToPath(new URL("results.md", import.meta.url));
  writeFileSync(file, await format(report, { parser: "markdown", printWidth: 110 }));
  process.stdout.write(readFileSync(file, "utf8"));
} finally {
  rmSync(work, { recursive: true, force: true });
}
