import type { LanguageOptions, RuleDefinition, RuleVisitor } from "@eslint/core";
import type { SourceCode } from "eslint";

/** What every rule of this project says about itself beside ESLint's own `docs` fields. */
export interface RuleDocs {
  /** Preset: true for recommended, false for strict only. */
  recommended: boolean;
  /** The architectural view (4+1) the rule guards. */
  view: "logical" | "process" | "development" | "physical" | "scenario" | "dialectic";
  /** Level in its preset. */
  level: "error" | "warn";
}

/** A rule over the trees of yaml-eslint-parser, as a parser of `js/js` or as the language of eslint-plugin-yml. */
export type YamlRule<Options extends unknown[] = []> = RuleDefinition<{
  LangOptions: LanguageOptions;
  Code: SourceCode;
  RuleOptions: Options;
  Visitor: RuleVisitor;
  Node: unknown;
  MessageIds: string;
  ExtRuleDocs: RuleDocs;
}>;
