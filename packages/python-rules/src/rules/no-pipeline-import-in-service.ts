import { importedBy } from "../model/layers/imports.js";
import { layerOf, sharedFolder } from "../model/layers/layers.js";
import { isTest } from "../model/project/tests.js";
import { layerRule } from "../project-rule.js";

const WHY = "what trains and all that it needs ships with what serves";

export default layerRule({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow imports of the pipeline's code in the service",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-pipeline-import-in-service.md",
      recommended: true,
      view: "development",
      level: "error",
    },
    languages: ["orchestrator/python"],
    schema: [],
    messages: {
      imported: `The service imports {{module}}, which is the pipeline's: ${WHY}. {{module}} has to move to {{shared}}, or only what it makes be handed over.`,
      whole: `The service imports {{module}}, the pipeline itself: ${WHY}. What it needs of it has to move to {{shared}}.`,
    },
  },

  *find({ code, layers }, file) {
    const source = code.file(file);
    if (!source || layerOf(layers, file) !== "service" || isTest(file)) return;
    for (const { import: one, target } of importedBy(code, file, source)) {
      if (layerOf(layers, target) !== "pipeline") continue;
      const module = (code.modules.fileOf(target) ?? target).replace(/\/__init__\.pyi?$/, "");
      const messageId = layers.pipeline.includes(target) ? "whole" : "imported";
      yield { range: one.range, messageId, data: { module, shared: sharedFolder(layers, file, module) } };
    }
  },
});
