import {
  dockerfileLanguage,
  requirementsLanguage,
  rules as artifactRules,
} from "@orchestrator-lint/artifact-rules";
import { rules as composeRules } from "@orchestrator-lint/compose-rules";
import { pythonLanguage, rules as pythonRules } from "@orchestrator-lint/python-rules";
import { python } from "@orchestrator-lint/python-rules/sql";
import { rules as sqlRules, sourceParser, sqlLanguage } from "@orchestrator-lint/sql-rules";
import { registerReader } from "@orchestrator-lint/sql-rules/generated";
import type { ESLint, Linter } from "eslint";
import packageJson from "../package.json" with { type: "json" };
import { loadConfig } from "./config-file.js";
import { presetConfigs, sourceConfigs, type PresetName, type RuleMeta } from "./presets.js";

registerReader("py", python);

/** Every ESLint rule of the project, by bare name. */
const rules = { ...artifactRules, ...composeRules, ...pythonRules, ...sqlRules };

/** `meta` of every ESLint rule, by bare name. */
export const ruleMetas = Object.fromEntries(
  Object.entries(rules).map(([name, { meta }]) => [name, meta]),
) as unknown as Record<string, RuleMeta>;

const configs = {
  /** The rules every platform wants; reads `orchestrator.config.json`, so that editors agree with the command line. */
  get recommended(): Linter.Config[] {
    return preset("recommended");
  },
  /** All rules. */
  get strict(): Linter.Config[] {
    return preset("strict");
  },
  /**
   * Has ESLint lint TypeScript and JSX too. Only for teams whose configuration does not do so yet, and best put first:
   * a parser that is set later wins.
   */
  get typescript(): Linter.Config[] {
    return sourceConfigs(sourceParser);
  },
};

const plugin = {
  meta: { name: "eslint-plugin-orchestrator", version: packageJson.version, namespace: "orchestrator" },
  languages: {
    dockerfile: dockerfileLanguage,
    python: pythonLanguage,
    requirements: requirementsLanguage,
    sql: sqlLanguage,
  },
  rules,
  configs,
};

function preset(name: PresetName): Linter.Config[] {
  return presetConfigs(asPlugin, ruleMetas, name, loadConfig(process.cwd()).config);
}

// ESLint's own types know rules of JavaScript only; the plugin's are typed by their languages.
const asPlugin = plugin as unknown as ESLint.Plugin;

export { bareName, parseConfig, type Level, type OrchestratorConfig, type RuleEntry } from "./config.js";
export { CONFIG_FILE, ConfigError, loadConfig } from "./config-file.js";
export {
  presetConfigs,
  presetLevel,
  PYTHON_FILES,
  sourceConfigs,
  SOURCE_FILES,
  SQL_FILES,
  workloadFiles,
  type PresetName,
  type RuleMeta,
} from "./presets.js";
export { configSchema, type SchemaRule } from "./schema.js";
export default asPlugin as ESLint.Plugin & { configs: typeof configs };
