import type { Datastore } from "../model/images/datastores.js";
import { labelOf } from "../model/label.js";
import { isPersistent, keepingOf } from "../model/mounted.js";
import { serverOf } from "../model/server.js";
import type { MountKind, Workload } from "../model/workload.js";
import { LANGUAGES, projectRule, type Finding } from "../rule.js";

const ALLOWED = ["bind", "anonymous", "tmpfs", "emptyDir", "hostPath", "disguised bind", "none"] as const;

export interface Options {
  /** What may hold the data beside a named volume; `none` is no mount at all. */
  allow?: readonly (typeof ALLOWED)[number][];
}

/** What each kind of mount does to the data of a database, for a sentence. */
const BITES: Partial<Record<MountKind, string>> = {
  bind: "a bind mount: its owner, permissions and speed are those of a folder of the machine, and whoever cleans up there deletes it",
  anonymous: "an anonymous volume: the next container that is created gets an empty one",
  tmpfs: "tmpfs: everything is lost when the container stops, and counts as its memory until then",
  emptyDir: "an emptyDir: everything is lost when the pod is moved or deleted",
  hostPath: "a hostPath: the data stays on one node, and the pod starts empty on any other",
  "disguised bind": "a named volume that is none: its driver options bind a folder of the machine, or memory",
  config: "a ConfigMap or Secret, which the server cannot write to",
};

export default projectRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description: "Require a named volume for the data of PostgreSQL and the project of Mage",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/require-named-volume.md",
      recommended: true,
      view: "physical",
      level: "error",
    },
    languages: LANGUAGES,
    schema: [
      {
        type: "object",
        properties: {
          allow: {
            description: "What may hold the data beside a named volume; `none` is no mount at all.",
            type: "array",
            items: { enum: [...ALLOWED] },
            uniqueItems: true,
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ allow: [] }],
    messages: {
      mount: "{{Workload}} keeps the data of {{store}} in {{bites}}.",
      none: "{{Workload}} keeps the data of {{store}} in no volume of its own: it goes with the container, or stays behind in an anonymous volume that nothing names.",
      beside:
        "This volume on {{target}} does not hold the data of {{store}}, which {{workload}} keeps in {{data}}: the next container starts without it.",
    },
  },

  *find(project, { allow = [] }, { images }) {
    for (const workload of project.workloads) {
      const store = serverOf(workload, images);
      if (!store || store.kind === "redis") continue;
      const found = findingFor(workload, store, new Set(allow));
      if (found) yield { ...found, subject: workload.subject };
    }
  },
});

function findingFor(workload: Workload, store: Datastore, allowed: ReadonlySet<string>): Finding | undefined {
  const keeping = keepingOf(workload, store);
  if (!keeping) return undefined;
  const label = labelOf(workload);
  const names = {
    workload: label,
    Workload: label.charAt(0).toUpperCase() + label.slice(1),
    store: store.major === undefined ? store.label : `${store.label} ${String(store.major)}`,
  };
  // The project of Mage may lie in a folder below, or in the image that is built on it.
  if (keeping.kind !== "mount" && store.kind === "mage" && (workload.isBuilt || isBelow(workload, store))) {
    return undefined;
  }
  if (keeping.kind === "none") {
    if (allowed.has("none") || workload.isForTests) return undefined;
    return { place: workload.place, messageId: "none", data: names };
  }
  const { mount } = keeping;
  if (keeping.kind === "beside") {
    return { place: mount.place, messageId: "beside", data: { ...names, target: mount.target, data: keeping.data } }; // prettier-ignore
  }
  const bites = BITES[mount.kind];
  const isForgetful = mount.kind === "tmpfs" || mount.kind === "anonymous";
  if (isPersistent(mount.kind) || bites === undefined || allowed.has(mount.kind)) return undefined;
  if (isForgetful && workload.isForTests) return undefined;
  return {
    place: mount.place,
    messageId: "mount",
    data: { ...names, bites },
    related: mount.declared && [{ place: mount.declared, message: "The volume is declared here." }],
  };
}

/** A project of Mage is a folder below its home. */
function isBelow({ mounts }: Workload, { layouts }: Datastore): boolean {
  return layouts.some(({ data }) => mounts.some(({ target }) => target.startsWith(`${data}/`)));
}
