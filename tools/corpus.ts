/**
 * Runs `check` over pinned real packages and compares the counts with the reviewed summary.
 *
 *   npm run corpus                     compare
 *   npm run corpus -- --update         write the summary anew
 *   npm run corpus -- --sample 30      print a seeded sample of the errors, with their lines, to be read by a person
 *
 * The packages are downloaded with the user's own pip and npm into a cache and never committed.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { catalogue, check, resolveLevels, type Report, type Result } from "orchestrator-lint";
import { fetchPackage, PACKAGES } from "./corpus-packages.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const summaryFile = path.join(root, "benchmarks/corpus/summary.md");

const { values } = parseArgs({ options: { update: { type: "boolean" }, sample: { type: "string" } } });

async function checkPackage(directory: string): Promise<Report> {
  const rules = catalogue();
  const levels = resolveLevels(rules, { preset: "recommended", config: {}, commandLine: [], views: [] });
  return check({
    cwd: directory,
    paths: ["."],
    preset: "recommended",
    config: {},
    rules,
    levels,
    engines: ["eslint", "semgrep", "radar"],
    fix: false,
    strictParse: false,
    progress: () => undefined,
  });
}

/** A small generator with a fixed seed (mulberry32): the sample is the same at every run. */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const sections: string[] = [];
const errors: { name: string; result: Result; line: string }[] = [];
let failures = 0;
for (const pinned of PACKAGES) {
  const report = await checkPackage(fetchPackage(pinned));
  for (const { engine, failures: failed } of report.runs) {
    for (const failure of failed) console.error(`${pinned.name}: ${engine}: ${failure}`);
    failures += failed.length;
  }
  const counts = new Map<string, number>();
  for (const result of report.runs.flatMap(({ results }) => results)) {
    const kind = result.suppression ? "suppressed" : result.level;
    counts.set(`${result.rule} | ${kind}`, (counts.get(`${result.rule} | ${kind}`) ?? 0) + 1);
    if (kind === "error") {
      const line = report.texts.get(result.file)?.split(/\r?\n/)[result.line - 1] ?? "";
      errors.push({ name: pinned.name, result, line });
    }
  }
  console.error(`${pinned.name} ${pinned.version}: ${report.notes.join(" ")}`);
  sections.push(
    `## ${pinned.name} ${pinned.version}`,
    report.notes.join(" "),
    counts.size === 0
      ? "No findings."
      : [
          "| rule | level | count |",
          "| --- | --- | --- |",
          ...[...counts].sort().map(([key, count]) => `| ${key} | ${count} |`),
        ].join("\n"),
  );
}

if (values.sample !== undefined) {
  const random = seeded(20261122);
  const shuffled = errors.map((item) => ({ item, key: random() })).sort((a, b) => a.key - b.key);
  for (const { item } of shuffled.slice(0, Number(values.sample))) {
    const { file, line, column, rule, message } = item.result;
    console.log(`${item.name} ${file}:${line}:${column} ${rule}\n    ${item.line.trim()}\n    ${message}\n`);
  }
}

const review = existsSync(summaryFile)
  ? readFileSync(summaryFile, "utf8").split("<!-- end counts -->")[1]
  : "\n";
const summary = await format(
  `# Findings on real packages

Counts of \`check\` with the recommended preset over pinned releases, written by \`npm run corpus -- --update\`.

<!-- begin counts -->

${sections.join("\n\n")}

<!-- end counts -->${review ?? "\n"}`,
  { parser: "markdown", printWidth: 110 },
);
if (values.update) writeFileSync(summaryFile, summary);
else if (!existsSync(summaryFile) || readFileSync(summaryFile, "utf8") !== summary) {
  console.error(
    "The findings differ from benchmarks/corpus/summary.md; read them, then run it with --update.",
  );
  process.exitCode = 1;
}
if (failures > 0) process.exitCode = 1;
