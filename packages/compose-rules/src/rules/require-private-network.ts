import { labelOf } from "../model/label.js";
import { serverOf } from "../model/server.js";
import { LANGUAGES, projectRule } from "../rule.js";

export default projectRule({
  meta: {
    type: "problem",
    docs: {
      description: "Require datastores to be on networks that are cut off from the outside",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/require-private-network.md",
      recommended: false,
      view: "physical",
      level: "error",
    },
    languages: LANGUAGES,
    schema: [],
    messages: {
      default:
        "{{Workload}} runs {{store}} on the project's default network: every service that names no network reaches it, and it reaches the outside.",
      open: '{{Workload}} runs {{store}} on network "{{network}}", which is not internal: it reaches the outside, and the machine reaches it.',
      unrestricted:
        "No NetworkPolicy restricts who may reach {{store}} in {{workload}}: every pod of the cluster may.",
    },
  },

  *find(project, _options, { images }) {
    for (const workload of project.workloads) {
      const store = serverOf(workload, images);
      // A container on the network of the machine is another rule's.
      if (!store || store.kind === "mage" || workload.isOnHostNetwork) continue;
      const label = labelOf(workload);
      const Workload = label.charAt(0).toUpperCase() + label.slice(1);
      for (const { name, isDefault, isInternal, isExternal, place } of workload.networks) {
        if (isInternal || isExternal) continue;
        const messageId =
          workload.platform === "kubernetes" ? "unrestricted" : isDefault ? "default" : "open";
        yield {
          place,
          messageId,
          data: { Workload, workload: label, store: store.label, network: name },
          subject: workload.subject,
        };
      }
    }
  },
});
