import { eslintAdapter } from "@orchestrator-lint/rule-tester";
import { describeFixtures } from "@orchestrator-lint/rule-tester/vitest";
import { fileURLToPath } from "node:url";
import { pythonLanguage, rules } from "../../src/index.js";

describeFixtures({
  adapter: eslintAdapter({
    plugins: { orchestrator: { languages: { python: pythonLanguage }, rules } },
    namespace: "orchestrator",
    rules: Object.keys(rules),
    config: (path) => (/\.pyi?$/.test(path) ? { language: "orchestrator/python" } : undefined),
  }),
  fixtures: fileURLToPath(new URL("../fixtures", import.meta.url)),
});
