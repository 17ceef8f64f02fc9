import { stringify } from "yaml";
import type { BlockingTable, Family } from "../blocking-calls/types.js";
import { blockingFormula } from "./calls.js";
import { familyRules, type FamilyRule } from "./families.js";

/** A rule file made from the table. */
export interface GeneratedRule {
  id: string;
  /** YAML. */
  text: string;
}

const DOCS = "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules";
const SEVERITY = { error: "ERROR", warning: "WARNING" };
const NOTE = ` Generated from src/blocking-calls by src/generator, which also says why the patterns are as they are.
`;

/**
 * The Semgrep rules of the async families.
 *
 * @param table - the package's own, or one that a team extended
 */
export function asyncRules(table: BlockingTable): GeneratedRule[] {
  return [...table.levels.keys()].map((family) => {
    const rules = rulesOf(table, family);
    const document = stringify({ rules }, { aliasDuplicateObjects: false, indentSeq: false, lineWidth: 0 });
    return { id: `async-blocking-${family}`, text: `#${NOTE}${document}` };
  });
}

function rulesOf(table: BlockingTable, family: Family): object[] {
  const rule = familyRules[family];
  const id = `async-blocking-${family}`;
  const severity = SEVERITY[table.levels.get(family) ?? "error"];
  const head = {
    id,
    languages: ["python"],
    severity,
    message: rule.message,
  };
  return [
    {
      ...head,
      ...(rule.fix ? { fix: rule.fix.text } : {}),
      metadata: metadataOf(id, family, rule, severity),
      match: blockingFormula(table, family, rule.fix?.args),
    },
  ];
}

function metadataOf(id: string, family: Family, rule: FamilyRule, severity: string): object {
  return {
    shortDescription: rule.description,
    source: `${DOCS}/${id}.md`,
    view: "process",
    recommended: true,
    category: "performance",
    technology: rule.technology,
    confidence: "HIGH",
    likelihood: severity === "ERROR" ? "HIGH" : "MEDIUM",
    impact: severity === "ERROR" ? "MEDIUM" : "LOW",
    cwe: ["CWE-400: Uncontrolled Resource Consumption"],
    references: rule.references,
  };
}
