import { dataMeaning, eslintAdapter } from "@orchestrator-lint/rule-tester";
import { describeFixtures } from "@orchestrator-lint/rule-tester/vitest";
import { fileURLToPath } from "node:url";
import * as jsonParser from "jsonc-eslint-parser";
import * as yamlParser from "yaml-eslint-parser";
import { rules } from "../../src/index.js";

describeFixtures({
  adapter: eslintAdapter({
    plugins: { orchestrator: { rules } },
    namespace: "orchestrator",
    rules: Object.keys(rules),
    config: (path) => ({ languageOptions: { parser: path.endsWith(".json") ? jsonParser : yamlParser } }),
    meaning: dataMeaning,
  }),
  fixtures: fileURLToPath(new URL("../fixtures", import.meta.url)),
});
