import { eslintAdapter } from "@orchestrator-lint/rule-tester";
import { describeFixtures } from "@orchestrator-lint/rule-tester/vitest";
import { rules as sqlRules } from "@orchestrator-lint/sql-rules";
import { registerReader } from "@orchestrator-lint/sql-rules/generated";
import { fileURLToPath } from "node:url";
import { pythonLanguage, rules as own } from "../../src/index.js";
import type { PythonRule } from "../../src/rule.js";
import { python } from "../../src/sql.js";

registerReader("py", python);

/** With the rule of databases that looks at models: their reader is in this package. */
const rules = { ...own, "no-model-migration-drift": sqlRules["no-model-migration-drift"] };

/** What is suggested has tests of its own: here are hundreds of calls, and each would be a file with its repair. */
const withoutSuggestions = Object.fromEntries(
  Object.entries(rules as unknown as Record<string, PythonRule>).map(([name, rule]) => [
    name,
    {
      ...rule,
      create: (context: Parameters<PythonRule["create"]>[0]) =>
        rule.create(
          Object.create(context, {
            report: {
              value: (problem: Parameters<typeof context.report>[0]) => {
                context.report({ ...problem, suggest: [] });
              },
            },
          }) as typeof context,
        ),
    },
  ]),
);

describeFixtures({
  adapter: eslintAdapter({
    plugins: { orchestrator: { languages: { python: pythonLanguage }, rules: withoutSuggestions } },
    namespace: "orchestrator",
    rules: Object.keys(rules),
    config: (path) => (/\.pyi?$/.test(path) ? { language: "orchestrator/python" } : undefined),
  }),
  fixtures: fileURLToPath(new URL("../fixtures", import.meta.url)),
});
