import { placeOfText } from "../language/text.js";
import { connectionsOf, type Connection } from "../model/connections.js";
import { labelOf } from "../model/label.js";
import { targetOf } from "../model/target.js";
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
      for (const connection of connectionsOf(workload)) {
        const found = findingFor(connection, workload, project, settings);
        if (found) yield found;
      }
    }
  },
});

function findingFor(
  connection: Connection,
  workload: Workload,
  project: Project,
  settings: Settings,
): Finding | undefined {
  const { host, port } = connection;
  const target = targetOf(connection, workload, project, settings);
  if (!target?.isCertain) return undefined;
  const [name = target.workload.name] = target.workload.dnsNames;
  const place = placeOfText(host);
  const isSamePort = target.port === port;
  const written = isSamePort ? host : connection.authority;
  const edit = written && editOf(written, isSamePort ? name : `${name}:${String(target.port)}`, project);
  return (
    place && {
      place,
      messageId: target.way,
      data: { host: host.value, port, workload: labelOf(workload), other: name },
      subject: workload.subject,
      suggest: edit && [{ messageId: "useName", data: { name: edit.text }, edits: [edit] }],
    }
  );
}
