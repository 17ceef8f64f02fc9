import { dataMeaning, eslintAdapter } from "@orchestrator-lint/rule-tester";
import { describeFixtures } from "@orchestrator-lint/rule-tester/vitest";
import { fileURLToPath } from "node:url";
import * as yamlParser from "yaml-eslint-parser";
import { rules } from "../../src/index.js";

describeFixtures({
  adapter: eslintAdapter({
    plugins: { orchestrator: { rules } },
    namespace: "orchestrator",
    rules: Object.keys(rules),
    config: () => ({ languageOptions: { parser: yamlParser } }),
    meaning: dataMeaning,
  }),
  fixtures: fileURLToPath(new URL("../fixtures", import.meta.url)),
});
