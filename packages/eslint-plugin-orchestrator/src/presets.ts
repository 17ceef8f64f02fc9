import { DOCKERFILES, REQUIREMENTS_FILES, TOML_FILES, tomlParser } from "@orchestrator-lint/artifact-rules";
import { withinLevels, yamlParser } from "@orchestrator-lint/compose-rules";
import type { ESLint, Linter } from "eslint";
import * as jsonParser from "jsonc-eslint-parser";
import type { OrchestratorConfig, RuleEntry } from "./config.js";

/** The glob of an extension, whatever the case it is written in. */
function anyCase(extension: string): string {
  return `**/*.${extension.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)}`;
}

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
export const SQL_FILES = ["sql", "sql.postgres", "pgsql", "psql", "ddl"].map(anyCase);
/** Globs of files in the `orchestrator/python` language. */
export const PYTHON_FILES = ["**/*.{py,pyi}"];
/** Globs of JavaScript and TypeScript, whose strings may hold SQL. */
export const SOURCE_FILES = ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"];
/** Globs of YAML files; the rules tell Compose files and Kubernetes manifests from others by content. */
export const YAML_FILES = ["**/*.yml", "**/*.yaml"];
/** Globs of JSON files that may declare workloads: a tree holds too much other JSON to read all of it. */
export const JSON_FILES = [
  "**/*compose*.json",
  "**/{k8s,kubernetes,kube,manifests,deploy,deployment,deployments}/**/*.json",
];

/** Globs of the YAML and JSON files that are looked at, as the configuration has them. */
export function workloadFiles({ files }: OrchestratorConfig): string[] {
  return [...new Set([...(files?.compose ?? [...YAML_FILES, ...JSON_FILES]), ...(files?.kubernetes ?? [])])];
}

/**
 * One configuration object a language, each with `files`, so that no rule meets a tree it cannot read.
 *
 * @param plugin - the plugin itself, registered as `orchestrator`
 * @param metas - `meta` of each rule
 * @param preset - recommended, or strict for all rules
 * @param config - the team's `orchestrator.config.json`
 * @param sourceParser - given where no other rules run: reads every source, and trees are walked no deeper than these
 * rules look. Without it, sources are those that other configuration objects lint, with the parser they set
 */
export function presetConfigs(
  plugin: ESLint.Plugin,
  metas: Record<string, RuleMeta>,
  preset: PresetName,
  config: OrchestratorConfig = {},
  sourceParser?: Linter.Parser,
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
      ...(sourceParser ? { languageOptions: { walk: "statements" } } : {}),
      rules: rulesFor("orchestrator/sql"),
    },
    {
      name: "orchestrator/python",
      files: config.files?.python ?? PYTHON_FILES,
      ...shared,
      language: "orchestrator/python",
      languageOptions: { walk: "program" },
      rules: rulesFor("orchestrator/python"),
    },
    {
      name: "orchestrator/source",
      ...(sourceParser ? parsed(sourceParser) : LINTED_SOURCES),
      ...shared,
      rules: rulesFor("js/*"),
    },
    {
      name: "orchestrator/yaml",
      files: workloadFiles(config),
      ignores: ["**/*.json"],
      ...shared,
      languageOptions: {
        parser: yamlParser,
        ...(sourceParser ? { parserOptions: { walk: "program" } } : {}),
      },
      rules: rulesFor("yml/*"),
    },
    {
      name: "orchestrator/json",
      files: workloadFiles(config).flatMap((glob) => [[glob, "**/*.json"]]),
      ...shared,
      languageOptions: { parser: withinLevels(jsonParser) },
      rules: rulesFor("jsonc/*"),
    },
    {
      name: "orchestrator/dockerfile",
      files: [...DOCKERFILES],
      ...shared,
      language: "orchestrator/dockerfile",
      rules: rulesFor("orchestrator/dockerfile"),
    },
    {
      name: "orchestrator/requirements",
      files: [...REQUIREMENTS_FILES],
      ...shared,
      language: "orchestrator/requirements",
      rules: rulesFor("orchestrator/requirements"),
    },
    {
      name: "orchestrator/toml",
      files: [...TOML_FILES],
      ...shared,
      languageOptions: { parser: tomlParser },
      rules: rulesFor("toml/*"),
    },
  ];
}

/**
 * The sources that some other configuration object matches: `**\/*` alone makes ESLint lint no file. So no team's
 * TypeScript is handed to a parser that cannot read it, and no parser that a team has set is replaced.
 */
const LINTED_SOURCES = { files: ["**/*"], ignores: ["**/*", ...SOURCE_FILES.map((glob) => `!${glob}`)] };

function parsed(parser: Linter.Parser): Linter.Config {
  const parserOptions = { ecmaFeatures: { jsx: true }, loggerFn: false };
  return { files: SOURCE_FILES, languageOptions: { parser, parserOptions } };
}

/** Has ESLint lint TypeScript and JSX, for teams whose configuration does not yet; what comes later wins. */
export function sourceConfigs(parser: Linter.Parser): Linter.Config[] {
  return [{ name: "orchestrator/typescript", ...parsed(parser) }];
}

/** A rule's level, and options if need be, in a preset. */
export function presetLevel({ docs }: Pick<RuleMeta, "docs">, preset: PresetName): RuleEntry {
  if (preset === "strict" && docs.strictOptions) return [docs.level, docs.strictOptions];
  return docs.recommended || preset === "strict" ? docs.level : "off";
}
