import { datastoreOf } from "../model/images/datastores.js";
import { isJvm } from "../model/jvm/process.js";
import { labelOf } from "../model/label.js";
import type { Workload } from "../model/workload.js";
import { LANGUAGES, projectRule, type Finding } from "../rule.js";
import type { Settings } from "../settings.js";

export interface Options {
  /** Which workloads must have a limit. */
  services?: "jvm" | "jvm+datastores" | "all";
}

export default projectRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description: "Require a memory limit for containers that run a JVM",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/require-memory-limit.md",
      recommended: true,
      view: "physical",
      level: "error",
    },
    languages: LANGUAGES,
    schema: [
      {
        type: "object",
        properties: {
          services: {
            description: "Which workloads must have a limit.",
            enum: ["jvm", "jvm+datastores", "all"],
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ services: "jvm" }],
    messages: {
      jvm: "{{workload}} runs a JVM without a memory limit: nothing stops its heap and native memory from taking what its neighbours need.",
      other: "{{workload}} has no memory limit: nothing stops it from taking the memory its neighbours need.",
    },
  },

  *find(project, { services = "jvm" }, settings) {
    for (const workload of project.workloads) {
      const messageId = kindOf(workload, services, settings);
      if (!messageId || hasLimit(workload)) continue;
      const label = labelOf(workload);
      const finding: Finding = {
        place: workload.place,
        messageId,
        data: { workload: label.charAt(0).toUpperCase() + label.slice(1) },
        subject: workload.subject,
      };
      yield finding;
    }
  },
});

function hasLimit({ memoryLimit, hasUnknownLimit, memoryProblems }: Workload): boolean {
  // A limit that is wrong is another rule's.
  return memoryLimit !== undefined || hasUnknownLimit === true || memoryProblems.length > 0;
}

/** Which message a workload without a limit deserves; none where the option leaves it alone. */
function kindOf(
  workload: Workload,
  services: Options["services"],
  { images }: Settings,
): "jvm" | "other" | undefined {
  if (isJvm(workload, images)) return "jvm";
  if (services === "all") return "other";
  const isDatastore = workload.image && datastoreOf(workload.image.value, images) !== undefined;
  return services === "jvm+datastores" && isDatastore ? "other" : undefined;
}
