import { mageRule } from "../project-rule.js";

export default mageRule({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow reads from disk, network or database in Mage transformers",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/mage-transformer-no-read.md",
      recommended: true,
      view: "logical",
      level: "warn",
    },
    languages: ["orchestrator/python"],
    schema: [],
    messages: {
      far: "This runs {{way}} → {{name}}, which reads what is not in the arguments of the transformer: a retry or a backfill finds other data there than the first run did, and computes other features.",
    },
  },

  *find(project, file) {
    for (const { range, way, name } of project.effects(file, "read"))
      yield { range, messageId: "far", data: { way: way.join(" → "), name } };
  },
});
