import { farRule } from "../far-rule.js";

export default farRule("pool-created-at-startup", {
  type: "problem",
  docs: {
    description: "Require connection pools to be made once, when the application starts",
    url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/pool-created-at-startup.md",
    recommended: true,
    view: "process",
    level: "error",
  },
  languages: ["orchestrator/python"],
  schema: [],
  messages: {
    far: "Each request runs {{way}} → {{name}}() here and makes a pool of its own: each new one opens further connections until the database refuses more.",
  },
});
