/**
 * Runs ours, ruff's ASYNC rules and flake8-async over one matrix of cases and writes results.md beside this file.
 *
 *   npm run benchmark:async
 */
import { rulesDirectory, scan } from "@orchestrator-lint/semgrep-rules";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { pythonTool } from "../../tools/python-tool.js";
import { casesHit, matrixFile, readCases } from "./cases.js";

const RUFF = "0.17.6";
const FLAKE8_ASYNC = "26.8.1";
const file = fileURLToPath(matrixFile);

/** Lines on which a program reports a blocking call. */
function linesOf(program: string, args: string[], pattern: RegExp): number[] {
  const { stdout, error } = spawnSync(program, [...args, file], { encoding: "utf8" });
  if (error) throw error;
  return [...stdout.matchAll(pattern)].map(([, line]) => Number(line));
}

async function ours(): Promise<number[]> {
  const cwd = path.dirname(file);
  const { findings } = await scan({ cwd, targets: [path.basename(file)], configs: [rulesDirectory] });
  return findings.filter(({ ruleId }) => ruleId.startsWith("async-blocking-")).map(({ line }) => line);
}

const ruff = pythonTool("ruff", RUFF, "ruff");
const flake8Async = pythonTool("flake8-async", FLAKE8_ASYNC, "flake8-async");
const ruffArguments = [
  "check",
  "--isolated",
  "--no-cache",
  "--preview",
  "--select",
  "ASYNC2",
  "--output-format",
  "concise",
];
const linters: [string, number[]][] = [
  ["orchestrator-lint", await ours()],
  [`ruff ${RUFF} ASYNC2`, linesOf(ruff, ruffArguments, /:(\d+):\d+: [\w-]+/gu)],
  [`flake8-async ${FLAKE8_ASYNC} ASYNC2`, linesOf(flake8Async, ["--enable=ASYNC2"], /:(\d+):\d+:? ASYNC2/gu)],
];

const cases = readCases();
const hits = linters.map(([name, lines]) => ({ name, hit: casesHit(cases, lines) }));
const bad = cases.filter(({ isBad }) => isBad);
const good = cases.filter(({ isBad }) => !isBad);
const row = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
const text = `# Blocking calls: who finds what

${cases.length} cases of [matrix.py](matrix.py), written by \`npm run benchmark:async\`.

${table(
  ["linter", `found of ${bad.length}`, `reported of ${good.length} that do not block`],
  hits.map(({ name, hit }) => [
    name,
    String(bad.filter((one) => hit.has(one)).length),
    String(good.filter((one) => hit.has(one)).length),
  ]),
)}

${table(
  ["case", "blocks", ...hits.map(({ name }) => name)],
  cases.map((one) => [
    `\`${one.name}\``,
    one.isBad ? "yes" : "no",
    ...hits.map(({ hit }) => (hit.has(one) ? "reported" : "")),
  ]),
)}
`;
writeFileSync(
  fileURLToPath(new URL("results.md", import.meta.url)),
  await format(text, { parser: "markdown", printWidth: 110 }),
);
console.log(text.split("\n\n").slice(0, 3).join("\n\n"));
