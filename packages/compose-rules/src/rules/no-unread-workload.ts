import { placeOfText } from "../language/text.js";
import { connectionsOf } from "../model/connections.js";
import { labelOf } from "../model/label.js";
import { targetOf } from "../model/target.js";
import type { Project, Workload } from "../model/workload.js";
import { LANGUAGES, projectRule, type Finding } from "../rule.js";
import type { Settings } from "../settings.js";

export interface Options {
  /** Whether variables and files that Compose requires and that are not in the tree are said to be missing. */
  reportMissing?: boolean;
}

export default projectRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description:
        "Disallow workloads that the platform refuses or that could not be read and so were not checked",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-unread-workload.md",
      recommended: true,
      view: "physical",
      level: "warn",
      strictOptions: { reportMissing: true },
    },
    languages: LANGUAGES,
    schema: [
      {
        type: "object",
        properties: {
          reportMissing: {
            description:
              "Whether variables and files that Compose requires and that are not in the tree are said to be missing.",
            type: "boolean",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ reportMissing: false }],
    messages: {
      refused: "{{problem}} {{platform}} refuses the project, and what is wrong was not checked.",
      missing: "{{problem}} What depends on it was not checked.",
      unread: "{{problem}} What depends on it was not checked.",
      doubt:
        '{{host}} is {{workload}} itself. Whether its image starts a server on port {{port}} beside its program is not known; if it does not, "{{other}}" is meant, which is reached by that name.',
    },
  },

  *find(project, { reportMissing = false }, settings) {
    const { problems, platform } = project;
    for (const { message, place, kind } of problems) {
      if (kind === "missing" && !reportMissing) continue;
      const cluster = /kustomization[^/]*$/i.test(place.path) ? "Kustomize" : "Kubernetes";
      const data = { problem: message, platform: platform === "compose" ? "Docker Compose" : cluster };
      yield { place, messageId: kind, data };
    }
    for (const workload of project.workloads) yield* doubtsOf(workload, project, settings);
  },
});

/** Connections to localhost that lead nowhere, unless an image that nobody looked into serves them. */
function* doubtsOf(workload: Workload, project: Project, settings: Settings): Iterable<Finding> {
  for (const connection of connectionsOf(workload)) {
    const target = targetOf(connection, workload, project, settings);
    const place = placeOfText(connection.host);
    if (!target || target.isCertain || !place) continue;
    const [other = target.workload.name] = target.workload.dnsNames;
    const data = { host: connection.host.value, port: connection.port, workload: labelOf(workload), other };
    yield { place, messageId: "doubt", data, subject: workload.subject };
  }
}
