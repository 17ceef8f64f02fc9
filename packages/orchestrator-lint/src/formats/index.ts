import { cardOf } from "@orchestrator-lint/artifact-rules";
import { memoryTable } from "@orchestrator-lint/compose-rules";
import type { ESLint } from "eslint";
import { createRequire } from "node:module";
import path from "node:path";
import { readRulePage, readText, realDirectory } from "../files.js";
import { toDot } from "../pictures/dot.js";
import { MAX_NODES, pictureOf } from "../pictures/graph.js";
import { toHtml } from "../pictures/html.js";
import { toMermaid } from "../pictures/mermaid.js";
import type { Report, RuleInfo } from "../result.js";
import { toSarif } from "../sarif.js";
import type { Format } from "./names.js";
import { toGithub, toLintResults } from "./text.js";

/** Renders a report for people or machines; the text ends with a line feed unless it is empty. */
export async function render(
  format: Format,
  report: Report,
  { cwd, rules, version }: { cwd: string; rules: readonly RuleInfo[]; version: string },
): Promise<string> {
  switch (format) {
    case "dot":
      return toDot(pictureOf(report));
    case "mermaid":
      return toMermaid(pictureOf(report, MAX_NODES.comment));
    case "svg":
      return layOut(toDot(pictureOf(report)));
    case "html": {
      const picture = pictureOf(report);
      const root = realDirectory(cwd);
      return toHtml(picture, await layOut(toDot(picture)), (file) => readText(root, file));
    }
    case "github":
      return toGithub(report);
    case "json":
      return `${JSON.stringify(toLintResults(report, cwd), null, 2)}\n`;
    case "sarif":
      return `${JSON.stringify(toSarif(report, { version, rules, page: readRulePage }), null, 2)}\n`;
    case "stylish": {
      const findings = stylish()(toLintResults(report, cwd));
      const cards = report.showCards
        ? report.artifacts?.map((artifact) => `${cardOf(artifact)}\n`)
        : undefined;
      const memory = report.memory?.length ? [memoryTable(report.memory)] : [];
      return [findings, ...memory, ...(cards ?? [])].filter((part) => part !== "").join("\n");
    }
  }
}

/**
 * ESLint's own formatter, by its file. To ask ESLint for it loads all of ESLint, which takes as long as the check of a
 * small tree, and would run an `eslint-formatter-stylish` that the linted tree brings along.
 */
function stylish(): (results: ESLint.LintResult[]) => string {
  const require = createRequire(import.meta.url);
  const eslint = path.dirname(require.resolve("eslint/package.json"));
  return require(path.join(eslint, "lib/cli-engine/formatters/stylish.js")) as ReturnType<typeof stylish>;
}

/** Lays out a graph with Graphviz, which is loaded where a picture is asked for. */
async function layOut(dot: string): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  return `${viz.renderString(dot, { format: "svg", engine: "dot" }).trimEnd()}\n`;
}
