import { placeOfText } from "../language/text.js";
import { connectionsOf, type Connection } from "../model/connections.js";
import { datastoreOf } from "../model/images/datastores.js";
import { labelOf } from "../model/label.js";
import { editOf, type Project, type Workload } from "../model/workload.js";
import { LANGUAGES, projectRule, type Finding } from "../rule.js";
import type { Settings } from "../settings.js";

export default projectRule({
  meta: {
    type: "problem",
    docs: {
      description: "Require connections between services of a project to use their names",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/require-internal-dns.md",
      recommended: true,
      view: "physical",
      level: "error",
    },
    languages: LANGUAGES,
    hasSuggestions: true,
    schema: [],
    messages: {
      own: '{{host}} is {{workload}} itself, in which nothing listens on port {{port}}: "{{other}}" serves it, and is reached by that name.',
      machine:
        '{{host}} is the machine, so the way to "{{other}}" leads out of the project\'s network and in again through a published port, which must then stay published.',
      address:
        '{{host}} is an address of "{{other}}" that holds only as long as nobody changes its network; its name is resolved to whatever address it has.',
      useName: "Write {{name}}.",
    },
  },

  *find(project, _options, settings) {
    for (const workload of project.workloads) {
      // On the network of the machine, localhost is where ports are published.
      if (workload.isOnHostNetwork) continue;
      for (const connection of connectionsOf(workload)) {
        const found = findingFor(connection, workload, project, settings);
        if (found) yield found;
      }
    }
  },
});

const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i;
const MACHINE = /^(?:(?:host|gateway)\.docker\.internal|docker\.for\.(?:mac|win)\.(?:localhost|host\.internal)|host\.containers\.internal|172\.17\.0\.1)$/i; // prettier-ignore

function findingFor(
  connection: Connection,
  workload: Workload,
  project: Project,
  settings: Settings,
): Finding | undefined {
  const { host, port } = connection;
  const others = project.workloads.filter(
    (other) => other !== workload && !other.isOnHostNetwork && other.dnsNames.length > 0,
  );
  const target = targetOf(connection, workload, others, settings);
  if (!target) return undefined;
  const [name = target.workload.name] = target.workload.dnsNames;
  const place = placeOfText(host);
  const isSamePort = target.port === port;
  const written = isSamePort ? host : connection.authority;
  const edit = written && editOf(written, isSamePort ? name : `${name}:${String(target.port)}`, project);
  return (
    place && {
      place,
      messageId: target.messageId,
      data: { host: host.value, port, workload: labelOf(workload), other: name },
      subject: workload.subject,
      suggest: edit && [{ messageId: "useName", data: { name: edit.text }, edits: [edit] }],
    }
  );
}

interface Target {
  readonly messageId: "own" | "machine" | "address";
  readonly workload: Workload;
  /** The port to ask it for. */
  readonly port: number;
}

function targetOf(
  { host, port, isWeb }: Connection,
  workload: Workload,
  others: readonly Workload[],
  settings: Settings,
): Target | undefined {
  const fixed = others.find(({ addresses }) => addresses.includes(host.value));
  if (fixed) return { messageId: "address", workload: fixed, port };
  const isLocal = LOCAL.test(host.value);
  if (!isLocal && !MACHINE.test(host.value)) return undefined;
  if (isLocal && sharing(workload, others).some((one) => serves(one, port, settings))) return undefined;
  const published = others.flatMap((other) =>
    other.ports
      .filter((one) => one.published === String(port) && one.target !== undefined)
      .map((one) => ({ workload: other, port: one.target ?? port })),
  )[0];
  // A browser finds published web interfaces on the machine, and many such URLs are meant for it.
  if (isWeb && (published || !isLocal)) return undefined;
  const serving = others.find((other) => serves(other, port, settings));
  if (!isLocal) return published && { messageId: "machine", ...published };
  if (serving) return { messageId: "own", workload: serving, port };
  return published && { messageId: "own", ...published };
}

/** The workload and those it shares a localhost with. */
function sharing(workload: Workload, others: readonly Workload[]): readonly Workload[] {
  const network = (one: Workload) => one.sharesNetworkOf ?? one.name;
  return [workload, ...others.filter((other) => network(other) === network(workload))];
}

function serves(workload: Workload, port: number, { images }: Settings): boolean {
  return (
    workload.ports.some(({ target }) => target === port) ||
    workload.exposes?.includes(port) === true ||
    (workload.image !== undefined && datastoreOf(workload.image.value, images)?.port === port)
  );
}
