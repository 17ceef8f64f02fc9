import { farRule } from "../far-rule.js";

export default farRule("no-sync-db-driver", {
  type: "problem",
  docs: {
    description: "Disallow synchronous database drivers in API code",
    url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-sync-db-driver.md",
    recommended: true,
    view: "process",
    level: "error",
  },
  languages: ["orchestrator/python"],
  schema: [],
  messages: {
    far: "Asynchronous code reaches its database through {{way}} → {{name}}() of {{file}}, a synchronous driver: each query stops the event loop until the database answers.",
  },
});
