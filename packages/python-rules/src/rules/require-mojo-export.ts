import { mageRule } from "../project-rule.js";

export default mageRule({
  meta: {
    type: "problem",
    docs: {
      description: "Require scripts that train an H2O model to export a MOJO",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/require-mojo-export.md",
      recommended: true,
      view: "development",
      level: "error",
    },
    languages: ["orchestrator/python"],
    schema: [],
    messages: {
      pipeline:
        "The pipeline {{pipeline}} trains an H2O model here, and none of its {{blocks}} blocks exports a MOJO: when the cluster stops the model is gone, or left in a form that no service can load.",
      block:
        "The pipeline {{pipeline}} trains an H2O model here, and its only block exports no MOJO: when the cluster stops the model is gone, or left in a form that no service can load.",
    },
  },

  *find(project, file) {
    for (const { range, pipeline, blocks } of project.trainings(file))
      yield {
        range,
        messageId: blocks === 1 ? "block" : "pipeline",
        data: { pipeline, blocks: String(blocks) },
      };
  },
});
