import type { RuleInfo } from "../result.js";

const ENGINE_NAMES = { eslint: "ESLint", semgrep: "Semgrep", artifact: "command line", run: "any" };

/**
 * The catalogue as a Markdown table.
 *
 * @param pages - prefix of the links to the rules' pages; the pages' addresses where it is left out
 */
export function rulesTable(rules: readonly RuleInfo[], pages?: string): string {
  const rows = rules.map((rule) => {
    const url = pages === undefined ? rule.url : `${pages}${rule.name}.md`;
    const engine = `${rule.isInEslint ? "ESLint, " : ""}${ENGINE_NAMES[rule.engine]}`;
    const remedy = rule.fixable ? "fix" : rule.hasSuggestions ? "suggestion" : "";
    return `| [${rule.name}](${url}) | ${rule.description}. | ${rule.view} | ${engine} | ${rule.preset} | ${rule.level} | ${remedy} |`;
  });
  return [
    "| Rule | What it does | View | Engine | Preset | Level | Remedy |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
