import { cardOf } from "@orchestrator-lint/artifact-rules";
import { memoryTable } from "@orchestrator-lint/compose-rules";
import { readRulePage } from "../files.js";
import type { Report, RuleInfo } from "../result.js";
import { toSarif } from "../sarif.js";
import { toGithub, toLintResults } from "./text.js";

export const FORMATS = ["stylish", "json", "sarif", "github"] as const;
export type Format = (typeof FORMATS)[number];

/** Renders a report for people or machines; the text ends with a line feed unless it is empty. */
export async function render(
  format: Format,
  report: Report,
  { cwd, rules, version }: { cwd: string; rules: readonly RuleInfo[]; version: string },
): Promise<string> {
  switch (format) {
    case "github":
      return toGithub(report);
    case "json":
      return `${JSON.stringify(toLintResults(report, cwd), null, 2)}\n`;
    case "sarif":
      return `${JSON.stringify(toSarif(report, { version, rules, page: readRulePage }), null, 2)}\n`;
    case "stylish": {
      // Loaded where it is shown: it takes as long as the check of a small tree.
      const { ESLint } = await import("eslint");
      const formatter = await new ESLint({ cwd, overrideConfigFile: true }).loadFormatter("stylish");
      const findings = await formatter.format(toLintResults(report, cwd));
      const cards = report.showCards
        ? report.artifacts?.map((artifact) => `${cardOf(artifact)}\n`)
        : undefined;
      const memory = report.memory?.length ? [memoryTable(report.memory)] : [];
      return [findings, ...memory, ...(cards ?? [])].filter((part) => part !== "").join("\n");
    }
  }
}
