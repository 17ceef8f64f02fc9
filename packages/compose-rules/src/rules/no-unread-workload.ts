import { LANGUAGES, projectRule } from "../rule.js";

export default projectRule({
  meta: {
    type: "problem",
    docs: {
      description:
        "Disallow workloads that the platform refuses or that could not be read and so were not checked",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-unread-workload.md",
      recommended: true,
      view: "physical",
      level: "warn",
    },
    languages: LANGUAGES,
    schema: [],
    messages: {
      refused: "{{problem}} {{platform}} refuses the project, and what is wrong was not checked.",
      unread: "{{problem}} What depends on it was not checked.",
    },
  },

  *find({ problems, platform }) {
    for (const { message, place, kind } of problems) {
      const cluster = /kustomization[^/]*$/i.test(place.path) ? "Kustomize" : "Kubernetes";
      const data = { problem: message, platform: platform === "compose" ? "Docker Compose" : cluster };
      yield { place, messageId: kind, data };
    }
  },
});
