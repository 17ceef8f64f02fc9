import type { CustomRuleDefinitionType } from "@eslint/plugin-kit";
import type { LanguageOptions, RuleVisitor } from "@eslint/core";
import type { SqlSourceCode, SqlSyntaxElement } from "./language/sql-source-code.js";

/** What every rule of this project says about itself beside ESLint's own `docs` fields. */
export interface RuleDocs {
  /** Preset: true for recommended, false for strict only. */
  recommended: boolean;
  /** The architectural view (4+1) the rule guards. */
  view: "logical" | "process" | "development" | "physical" | "scenario" | "dialectic";
  /** Level in its preset. */
  level: "error" | "warn";
  /** sqlfluff-style code of a SQL rule, `OR01`. */
  code: `OR${string}`;
}

/** A rule for the `orchestrator/sql` language. */
export type SqlRule = CustomRuleDefinitionType<
  { LangOptions: LanguageOptions; Code: SqlSourceCode; Visitor: RuleVisitor; Node: SqlSyntaxElement },
  { ExtRuleDocs: RuleDocs & Record<string, unknown> }
>;

/** False where ESLint 9, which does not know `meta.languages`, runs a SQL rule on another language. */
export function isSql(sourceCode: SqlSourceCode): boolean {
  return "dialect" in sourceCode.ast;
}
