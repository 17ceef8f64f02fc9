import { eslintAdapter } from "@orchestrator-lint/rule-tester";
import { describeFixtures } from "@orchestrator-lint/rule-tester/vitest";
import { fileURLToPath } from "node:url";
import { rules, sqlLanguage } from "../../src/index.js";
import { meaning } from "../meaning.js";

describeFixtures({
  adapter: eslintAdapter({
    plugins: { orchestrator: { languages: { sql: sqlLanguage }, rules } },
    namespace: "orchestrator",
    rules: Object.keys(rules),
    config: (path) => (path.endsWith(".sql") ? { language: "orchestrator/sql" } : undefined),
    meaning: ({ text }) => meaning(text),
  }),
  fixtures: fileURLToPath(new URL("../fixtures", import.meta.url)),
});
