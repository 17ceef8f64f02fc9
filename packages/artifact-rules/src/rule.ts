import type { LanguageOptions, RuleDefinition, RuleVisitor } from "@eslint/core";
import type { SourceCode } from "eslint";
import type { PinProject } from "./coherence/project.js";
import { projectWith } from "./files/projects.js";

/** What every rule of this project says about itself beside ESLint's own `docs` fields. */
export interface RuleDocs {
  /** Preset: true for recommended, false for strict only. */
  recommended: boolean;
  /** The architectural view (4+1) the rule guards. */
  view: "logical" | "process" | "development" | "physical" | "scenario" | "dialectic";
  /** Level in its preset. */
  level: "error" | "warn";
}

/** A rule over files that decide a release of h2o, in languages of this package or as trees of toml-eslint-parser. */
type PinFileRule = RuleDefinition<{
  LangOptions: LanguageOptions;
  Code: SourceCode;
  RuleOptions: unknown[];
  Visitor: RuleVisitor;
  Node: unknown;
  MessageIds: string;
  ExtRuleDocs: RuleDocs;
}>;

/** Languages in which a rule finds these files; `js/js` is where a parser stands in for the language of TOML. */
export const LANGUAGES = ["orchestrator/dockerfile", "orchestrator/requirements", "toml/*", "js/js"];

/** A place in a file. */
export interface Place {
  /** Relative to the root. */
  readonly file: string;
  /** UTF-16 offsets; both are 0 in a binary file. */
  readonly range: readonly [number, number];
}

/** What a rule found out about a tree. */
export interface PinFinding extends Place {
  readonly messageId: string;
  readonly data?: Readonly<Record<string, string>>;
  /** Every other place that decides a release, with what it says. */
  readonly related?: readonly (Place & { readonly message: string })[];
  /** The edit that would make it agree, where one is sure. */
  readonly suggest?: {
    readonly messageId: string;
    readonly data: Readonly<Record<string, string>>;
    readonly range: readonly [number, number];
    readonly text: string;
  };
}

type Meta = NonNullable<PinFileRule["meta"]>;
type PinRuleMeta = Meta & {
  docs: NonNullable<Meta["docs"]> & { description: string };
  messages: Record<string, string>;
};

export interface PinRule {
  meta: PinRuleMeta;
  /** All findings of a tree, pure: whichever of its files is linted, each reports its own. */
  find: (project: PinProject) => Iterable<PinFinding>;
}

/** An ESLint rule from a question about every file of a tree that decides a release of h2o. */
export function pinRule({ meta, find }: PinRule): PinFileRule & PinRule {
  return {
    meta,
    find,
    create(context) {
      return {
        Program() {
          const { sourceCode } = context;
          const linted = projectWith(context);
          if (!linted) return;
          for (const { file, range, messageId, data, suggest } of find(linted.project)) {
            if (file !== linted.file) continue;
            context.report({
              loc: {
                start: sourceCode.getLocFromIndex(range[0]),
                end: sourceCode.getLocFromIndex(range[1]),
              },
              messageId,
              data: data ?? {},
              suggest: suggest
                ? [{ ...suggest, fix: (fixer) => fixer.replaceTextRange([...suggest.range], suggest.text) }]
                : [],
            });
          }
        },
      };
    },
  };
}
