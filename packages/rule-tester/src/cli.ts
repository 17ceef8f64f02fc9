import nodePath from "node:path";
import { pathToFileURL } from "node:url";
import { Command, CommanderError } from "commander";
import { formatProblems } from "./rule.js";
import { planSuite } from "./suite.js";
import type { Suite } from "./types.js";

/** Exit codes as ESLint's: 0 all checks pass, 1 some fail, 2 the run itself failed. */
async function main(argv: string[]): Promise<number> {
  const program = new Command("orchestrator-rule-tester")
    .description("Test lint rules against their fixtures.")
    .argument("[rules...]", "only these rules")
    .option("--config <file>", "module that exports an array of suites", "rule-tester.config.js")
    .option("--update", "rewrite .fixed and .suggested files and frames; never markers", false)
    .exitOverride();
  program.parse(argv);
  const { config, update } = program.opts<{ config: string; update: boolean }>();
  const only = program.args;
  const suites = await loadSuites(nodePath.resolve(config));
  const seen = new Set<string>();
  let passed = 0;
  let failed = 0;
  for (const suite of suites) {
    for (const { rule, checks } of planSuite(suite)) {
      if (only.length > 0 && !only.includes(rule)) continue;
      seen.add(rule);
      for (const { name, run } of checks) {
        const problems = await run(update);
        if (problems.length === 0) passed += 1;
        else {
          failed += 1;
          process.stdout.write(`${rule} > ${name}\n${formatProblems(problems)}\n\n`);
        }
      }
    }
  }
  const unknown = only.filter((rule) => !seen.has(rule));
  if (unknown.length > 0) throw new Error(`No suite has the rule ${unknown.join(", ")}.`);
  if (passed + failed === 0) throw new Error(`${config} has no rules to test.`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

async function loadSuites(file: string): Promise<Suite[]> {
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  if (!Array.isArray(module.default))
    throw new Error(`${file} must export an array of suites as its default.`);
  return (module.default as Suite[]).map((suite) => ({
    ...suite,
    fixtures: nodePath.resolve(nodePath.dirname(file), suite.fixtures),
  }));
}

try {
  process.exitCode = await main(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
