import { UNKNOWN } from "../language/text.js";
import { datastoreOf, type Datastore } from "../model/images/datastores.js";
import { labelOf } from "../model/label.js";
import type { Port, Workload } from "../model/workload.js";
import { LANGUAGES, projectRule, type Finding } from "../rule.js";

export interface Options {
  /** Leave ports alone that only the machine itself can reach. */
  allowLoopback?: boolean;
}

export default projectRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow publishing the ports of datastores outside of the platform's own network",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-published-datastore-port.md",
      recommended: true,
      view: "physical",
      level: "error",
    },
    languages: LANGUAGES,
    schema: [
      {
        type: "object",
        properties: {
          allowLoopback: {
            description: "Leave ports alone that only the machine itself can reach.",
            type: "boolean",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ allowLoopback: false }],
    messages: {
      published:
        "Port {{port}} of {{workload}} is published on {{where}}: whoever reaches the machine reaches {{store}} without passing the API, and Docker opens the port in front of the machine's firewall.",
      ephemeral:
        "Port {{port}} of {{workload}} is published on a port of the machine that Docker chooses at each start, on {{where}}: `expose` would not publish it, `ports` does, and whoever scans the machine finds {{store}}.",
      loopback:
        "Port {{port}} of {{workload}} is published on the machine's loopback: every process and user of the machine, and every tunnel into it, reaches {{store}} without passing the API.",
      hostNetwork:
        "{{Workload}} runs on the network of the machine: every port {{store}} listens on is open on all of its interfaces.",
      hostPort:
        "Port {{port}} of {{workload}} is a port of every node it runs on: whoever reaches the node reaches {{store}} past Services and network policies.",
      service:
        "Port {{port}} of {{workload}} is published by a Service of type {{type}}: {{store}} can be reached from outside of the cluster.",
    },
  },

  *find(project, { allowLoopback = false }, { images }) {
    for (const workload of project.workloads) {
      const store = workload.image && datastoreOf(workload.image.value, images);
      // Mage's own port is its web interface.
      if (!store || store.kind === "mage") continue;
      if (workload.isOnHostNetwork) {
        yield finding(workload, store, workload.hostNetworkPlace ?? workload.place, "hostNetwork");
        continue;
      }
      const own = portOf(workload, store);
      for (const port of workload.ports) {
        if (port.target !== own || port.protocol.toLowerCase() !== "tcp") continue;
        const messageId = messageFor(port);
        if (messageId === "loopback" && allowLoopback) continue;
        yield finding(workload, store, port.place, messageId, {
          port: own,
          where: whereOf(port),
          type: port.how,
        });
      }
    }
  },
});

/** The port the server listens on: its default, or the one a variable or an option moves it to. */
function portOf({ environment, command }: Workload, { kind, port }: Datastore): number {
  const variable = environment.get(kind === "postgresql" ? "PGPORT" : "REDIS_PORT")?.value;
  const words = command?.form === "list" ? command.words.map(({ value }) => value) : [];
  const option = words.findIndex((word) => word === (kind === "postgresql" ? "-p" : "--port"));
  const moved = Number(option < 0 ? (variable ?? "") : words[option + 1]);
  return moved > 0 ? moved : port;
}

function messageFor({ how, hostIp, published }: Port): string {
  if (how === "hostPort") return how;
  if (how !== "ports") return "service";
  if (hostIp !== undefined && /^(?:127\.|::1$|0:0:0:0:0:0:0:1$)/.test(hostIp)) return "loopback";
  return published === undefined ? "ephemeral" : "published";
}

function whereOf({ hostIp }: Port): string {
  if (hostIp === undefined || hostIp === "0.0.0.0" || hostIp === "::") return "all interfaces of the machine";
  return hostIp.includes(UNKNOWN) ? "an address that only the machine knows" : hostIp;
}

function finding(
  workload: Workload,
  { label }: Datastore,
  place: Finding["place"],
  messageId: string,
  data: Record<string, string | number> = {},
): Finding {
  const name = labelOf(workload);
  return {
    place,
    messageId,
    data: { ...data, workload: name, Workload: name.charAt(0).toUpperCase() + name.slice(1), store: label },
    subject: workload.subject,
  };
}
