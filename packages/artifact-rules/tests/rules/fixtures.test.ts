import { eslintAdapter } from "@orchestrator-lint/rule-tester";
import { describeFixtures } from "@orchestrator-lint/rule-tester/vitest";
import { fileURLToPath } from "node:url";
import { dockerfileLanguage, requirementsLanguage, rules, tomlParser } from "../../src/index.js";

describeFixtures({
  adapter: eslintAdapter({
    plugins: {
      orchestrator: {
        languages: { dockerfile: dockerfileLanguage, requirements: requirementsLanguage },
        rules,
      },
    },
    namespace: "orchestrator",
    rules: Object.keys(rules),
    config: (path) => {
      if (/dockerfile/i.test(path)) return { language: "orchestrator/dockerfile" };
      if (/\.(?:txt|in)$/.test(path)) return { language: "orchestrator/requirements" };
      return /\.toml$|(?:poetry|uv)\.lock$|Pipfile$/.test(path)
        ? { languageOptions: { parser: tomlParser } }
        : undefined;
    },
  }),
  fixtures: fileURLToPath(new URL("../fixtures", import.meta.url)),
});
