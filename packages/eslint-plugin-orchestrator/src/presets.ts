import type { ESLint, Linter } from "eslint";
import * as yamlParser from "yaml-eslint-parser";
import type { OrchestratorConfig, RuleEntry } from "./config.js";

export type PresetName = "recommended" | "strict";

/** The part of a rule's `meta` that decides where and how it runs. */
export interface RuleMeta {
  docs: {
    recommended: boolean;
    level: "error" | "warn";
    /** Options of the rule in the strict preset, where they differ from its defaults. */
    strictOptions?: Record<string, unknown>;
  };
  languages: readonly string[];
}

/** Globs of files in the `orchestrator/sql` language. */
export const SQL_FILES = ["**/*.sql", "**/*.sql.postgres", "**/*.pgsql"];
/** Globs of YAML files; the rules tell Compose files from others by content. */
export const YAML_FILES = ["**/*.yml", "**/*.yaml"];

/**
 * One configuration object a language, each with `files`, so that no rule meets a tree it cannot read.
 *
 * @param plugin - the plugin itself, registered as `orchestrator`
 * @param metas - `meta` of each rule
 * @param preset - recommended, or strict for all rules
 * @param config - the team's `orchestrator.config.json`
 */
export function presetConfigs(
  plugin: ESLint.Plugin,
  metas: Record<string, RuleMeta>,
  preset: PresetName,
  config: OrchestratorConfig = {},
): Linter.Config[] {
  const rulesFor = (language: string): Linter.RulesRecord =>
    Object.fromEntries(
      Object.entries(metas)
        .filter(([, { languages }]) => languages.includes(language))
        .flatMap(([name, meta]): [string, RuleEntry][] => {
          const entry = config.rules?.[name] ?? presetLevel(meta, preset);
          return entry === "off" ? [] : [[`orchestrator/${name}`, entry]];
        }),
    );
  const shared = {
    plugins: { orchestrator: plugin },
    ...(config.settings ? { settings: { orchestrator: config.settings } } : {}),
  };
  return [
    ...(config.ignores ? [{ name: "orchestrator/ignores", ignores: config.ignores }] : []),
    {
      name: "orchestrator/sql",
      files: config.files?.sql ?? SQL_FILES,
      ...shared,
      language: "orchestrator/sql",
      rules: rulesFor("orchestrator/sql"),
    },
    {
      name: "orchestrator/yaml",
      files: config.files?.compose ?? YAML_FILES,
      ...shared,
      languageOptions: { parser: yamlParser },
      rules: rulesFor("yml/*"),
    },
  ];
}

/** A rule's level, and options if need be, in a preset. */
export function presetLevel({ docs }: Pick<RuleMeta, "docs">, preset: PresetName): RuleEntry {
  if (preset === "strict" && docs.strictOptions) return [docs.level, docs.strictOptions];
  return docs.recommended || preset === "strict" ? docs.level : "off";
}
