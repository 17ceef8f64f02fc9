import { farRule } from "../far-rule.js";

export default farRule("redis-versioned-key", {
  type: "problem",
  docs: {
    description: "Require the version of the model in cache keys of predictions and features",
    url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/redis-versioned-key.md",
    recommended: true,
    view: "process",
    level: "error",
  },
  languages: ["orchestrator/python"],
  schema: [],
  messages: {
    far: "The key that {{way}} of {{file}} makes here, {{name}}, has no version of the model in it: after the next deployment the scores of the old model are served as the new one's.",
  },
});
