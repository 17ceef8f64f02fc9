import { ARTIFACT_RULES } from "@orchestrator-lint/artifact-rules";
import { shippedRules } from "@orchestrator-lint/semgrep-rules";
import plugin, { ruleMetas } from "eslint-plugin-orchestrator";
import type { Rule } from "eslint";
import type { RuleInfo } from "./result.js";

const DOCS = "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules";

/** What the command itself reports, whatever engine met it. */
const RUN_RULES: RuleInfo[] = [
  {
    name: "unread-file",
    engine: "run",
    view: "scenario",
    preset: "recommended",
    level: "warning",
    description: "Disallow files that could not be read and so were not checked",
    url: `${DOCS}/unread-file.md`,
    fixable: false,
    hasSuggestions: false,
    options: [],
  },
];

/** Every rule of every engine, by name. */
export function catalogue(): RuleInfo[] {
  return [...eslintRules(), ...semgrepRules(), ...artifactRules(), ...RUN_RULES].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

function eslintRules(): RuleInfo[] {
  // What ESLint shares with the check of artifacts is listed there: `check` asks the latter, which reads more files. What
  // it shares with Semgrep is listed there too: ESLint adds what several files say together.
  const shared = new Set([...ARTIFACT_RULES.map(({ name }) => name), ...shippedRules().map(({ id }) => id)]);
  const names = Object.keys(ruleMetas).filter((name) => !shared.has(name));
  return names.map((name) => {
    const { meta } = plugin.rules![name] as unknown as { meta: Rule.RuleMetaData };
    const docs = meta.docs as { description: string; url: string; view: string };
    const { recommended, level, strictOptions } = ruleMetas[name]!.docs;
    return {
      name,
      engine: "eslint",
      view: docs.view,
      preset: recommended ? "recommended" : "strict",
      level: level === "warn" ? "warning" : "error",
      ...(strictOptions ? { strictOptions } : {}),
      description: docs.description,
      url: docs.url,
      fixable: meta.fixable !== undefined,
      hasSuggestions: meta.hasSuggestions === true,
      options: Array.isArray(meta.schema) ? meta.schema : [],
    };
  });
}

function artifactRules(): RuleInfo[] {
  return ARTIFACT_RULES.map((rule) => {
    const { meta } = (plugin.rules?.[rule.name] ?? {}) as { meta?: Rule.RuleMetaData };
    return {
      ...rule,
      engine: "artifact",
      ...(meta ? { isInEslint: true } : {}),
      view: "development",
      preset: "recommended",
      fixable: false,
      hasSuggestions: meta?.hasSuggestions === true,
      options: [],
    };
  });
}

/** The keys of `metadata` that every rule of the pack has; a test holds them to it. */
interface SemgrepMetadata {
  view: string;
  recommended: boolean;
  shortDescription: string;
  source: string;
}

function semgrepRules(): RuleInfo[] {
  return shippedRules().map(({ id, severity, metadata, fixable }) => {
    const { view, recommended, shortDescription, source } = metadata as unknown as SemgrepMetadata;
    return {
      name: id,
      engine: "semgrep",
      ...(plugin.rules?.[id] ? { isInEslint: true } : {}),
      view,
      preset: recommended ? "recommended" : "strict",
      level: severity,
      description: shortDescription,
      url: source,
      // A pattern's fix is a suggestion: it cannot add the import it may need.
      fixable: false,
      hasSuggestions: fixable,
      options: [],
    };
  });
}
