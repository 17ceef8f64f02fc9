import { LANGUAGES, projectRule } from "../rule.js";

export default projectRule({
  meta: {
    type: "problem",
    docs: {
      description: "Require memory sizes that the platform reads as they are meant",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/valid-memory-quantity.md",
      recommended: true,
      view: "physical",
      level: "error",
    },
    languages: LANGUAGES,
    hasSuggestions: true,
    schema: [],
    messages: {
      invalid:
        "{{problem}} Compose and Kubernetes spell sizes differently, and the container does not start, or has no limit.",
      spell: "Write {{replacement}}.",
    },
  },

  *find(project) {
    for (const { memoryProblems, subject } of project.workloads) {
      for (const { message, place, edit } of memoryProblems) {
        yield {
          place,
          messageId: "invalid",
          data: { problem: message },
          subject,
          suggest: edit ? [{ messageId: "spell", data: { replacement: edit.text }, edits: [edit] }] : [],
        };
      }
    }
  },
});
