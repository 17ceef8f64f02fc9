import { eslintAdapter } from "@orchestrator-lint/rule-tester";
import { describeFixtures } from "@orchestrator-lint/rule-tester/vitest";
import { fileURLToPath } from "node:url";
import { rules as all, sourceParser, sqlLanguage } from "../../src/index.js";
import { meaning } from "../meaning.js";

// Models are read by another package, where the fixtures of the rule that looks at them are.
const { "no-model-migration-drift": _, ...rules } = all;

const isSource = (path: string) => /\.[cm]?[jt]sx?$/.test(path);
const readsSources = (rule?: string) =>
  rule === undefined || rules[rule as keyof typeof rules].meta.languages?.includes("js/*") === true;

describeFixtures({
  adapter: eslintAdapter({
    plugins: { orchestrator: { languages: { sql: sqlLanguage }, rules } },
    namespace: "orchestrator",
    rules: Object.keys(rules),
    config: (path, rule) => {
      if (isSource(path))
        return readsSources(rule) ? { languageOptions: { parser: sourceParser } } : undefined;
      return path.endsWith(".sql") ? { language: "orchestrator/sql" } : undefined;
    },
    // Of a source only suggestions, which may mean something else, are made.
    meaning: ({ path, text }) => (isSource(path) ? path : meaning(text)),
  }),
  fixtures: fileURLToPath(new URL("../fixtures", import.meta.url)),
});
