import { mageRule } from "../project-rule.js";

export default mageRule({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow writes, programs and other side effects in Mage transformers",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/mage-transformer-no-io.md",
      recommended: true,
      view: "logical",
      level: "error",
    },
    languages: ["orchestrator/python"],
    schema: [],
    messages: {
      far: "This runs {{way}} → {{name}}, an effect outside the result of the transformer: Mage runs it again on every retry, backfill and preview, and each run repeats the effect.",
    },
  },

  *find(project, file) {
    for (const { range, way, name } of project.effects(file, "write"))
      yield { range, messageId: "far", data: { way: way.join(" → "), name } };
  },
});
