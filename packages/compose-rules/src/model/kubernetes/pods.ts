import { placeOf, type Origin } from "../../language/source.js";
import { valueAt, type Value } from "../../language/value.js";
import type { Command, Workload } from "../workload.js";
import { environmentOf, expand, filledIn, textOf, type ContainerEnvironment } from "./environment.js";
import { memoryLimitOf } from "./limits.js";
import { mountedFiles, mountsOf } from "./mounts.js";
import { itemsAt, stringAt, stringsAt, type KubernetesObject } from "./objects.js";
import { containerPorts, dnsNamesOf, networkOf, portsOf, type PodPlace } from "./services.js";

const TEMPLATE = ["spec", "template"];
/** Where each kind keeps the template of its pods; `[]` for a pod itself. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ["template"],
  Deployment: TEMPLATE,
  StatefulSet: TEMPLATE,
  DaemonSet: TEMPLATE,
  ReplicaSet: TEMPLATE,
  ReplicationController: TEMPLATE,
  Job: TEMPLATE,
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/**
 * The template of the pods an object starts: by its kind, or because it stands where a Deployment's does, as in Argo
 * Rollouts, OpenShift's DeploymentConfigs and Knative's Services. Undefined for objects of other kinds.
 */
export function podTemplateOf({ kind, value }: KubernetesObject): Value | undefined {
  const path = Object.hasOwn(TEMPLATES, kind) ? TEMPLATES[kind] : undefined;
  if (path) return valueAt(value, ...path);
  const template = valueAt(value, ...TEMPLATE);
  return isTemplate(template) ? template : undefined;
}

/** Templates of pods are looked for this deep in resources of kinds that are not known. */
const MAX_DEPTH = 16;

/** What operators call containers that are in no template: Argo's workflows, Tekton's tasks. */
const LOOSE = /^(?:initContainers|containers?|script|steps|sidecars)$/;

/** What an object of a kind that is not known says of containers. */
export interface Found {
  /** Templates of pods, such as those of the jobs that it starts. */
  readonly templates: readonly Value[];
  /** The key of a list of containers, or of one, that stands in no template: what it is for is known to its operator. */
  readonly loose?: Origin | undefined;
}

/** Looks for templates of pods anywhere in an object. */
export function templatesIn({ kind, value }: KubernetesObject): Found {
  const templates: Value[] = [];
  let loose: Origin | undefined;
  // Aliases may lead to one value by many ways.
  const seen = new Set<Value>();
  const look = (at: Value, depth: number) => {
    if (depth > MAX_DEPTH || seen.has(at)) return;
    seen.add(at);
    if (at.kind === "sequence") for (const item of at.items) look(item, depth + 1);
    if (at.kind !== "mapping") return;
    if (isTemplate(at)) {
      templates.push(at);
      return;
    }
    for (const { name, key, value: inner } of at.entries.values()) {
      const items = inner.kind === "sequence" ? inner.items : [inner];
      if (LOOSE.test(name) && items.some((item) => valueAt(item, "image"))) loose ??= key;
      look(inner, depth + 1);
    }
  };
  // A definition of a type has the names of everything, and starts nothing.
  if (kind !== "CustomResourceDefinition") look(value, 0);
  return { templates, loose };
}

function isTemplate(value: Value | undefined): boolean {
  return itemsAt(value, "spec", "containers").some(({ kind }) => kind === "mapping");
}

/** The containers an object starts, each on its own: init containers, sidecars and the others. */
export function workloadsOf(
  object: KubernetesObject,
  template: Value,
  around: readonly KubernetesObject[],
): Workload[] {
  const pod = valueAt(template, "spec");
  if (!pod) return [];
  const main = itemsAt(pod, "containers");
  const initial = itemsAt(pod, "initContainers");
  const running = [...main, ...initial.filter((one) => stringAt(one, "restartPolicy") === "Always")];
  const place: PodPlace = { owner: object, labels: stringsAt(template, "metadata", "labels"), containers: running }; // prettier-ignore
  const read = (field: string) => (container: Value) => containerOf(container, field, pod, place, around);
  return [...initial.flatMap(read("initContainers")), ...main.flatMap(read("containers"))];
}

function containerOf(
  container: Value,
  field: string,
  pod: Value,
  podPlace: PodPlace,
  around: readonly KubernetesObject[],
): Workload[] {
  if (container.kind !== "mapping") return [];
  const { owner, containers } = podPlace;
  const name = stringAt(container, "name") ?? "";
  const ownerName = owner.fullName ?? owner.name;
  // Knative names what has no name itself.
  const nameOf = (one: Value | undefined) => [ownerName, stringAt(one, "name") ?? []].flat().join("/");
  const place = placeOf((valueAt(container, "name") ?? container).origin);
  const environment = environmentOf(container, owner, around);
  const { limit, isUnknown, problems } = memoryLimitOf(container, pod, owner, around);
  const hostNetwork = valueAt(pod, "hostNetwork");
  const isOnHostNetwork = hostNetwork?.kind === "scalar" && hostNetwork.value === true;
  const first = containers[0];
  return [
    {
      platform: "kubernetes",
      subject: [owner.kind, ownerName, field, ...(name === "" ? [] : [name])].join("/"),
      name: nameOf(container),
      place,
      image: textOf(valueAt(container, "image")),
      isBuilt: false,
      entrypoint: commandOf(valueAt(container, "command"), environment),
      command: commandOf(valueAt(container, "args"), environment),
      environment: environment.variables,
      hasUnknownEnvironment: environment.hasUnknown,
      memoryLimit: limit,
      hasUnknownLimit: isUnknown,
      memoryProblems: problems,
      hasSwapLimit: false,
      ports: portsOf(container, podPlace, around),
      exposes: containerPorts(container),
      mounts: mountsOf(container, pod, owner),
      files: mountedFiles(container, pod, owner, around),
      networks: [networkOf(podPlace, place, around)],
      isOnHostNetwork,
      ...(isOnHostNetwork ? { hostNetworkPlace: placeOf(hostNetwork.origin) } : {}),
      ...(first && first !== container ? { sharesNetworkOf: nameOf(first) } : {}),
      dnsNames: dnsNamesOf(podPlace, around),
      addresses: [],
      profiles: [],
    },
  ];
}

function commandOf(value: Value | undefined, environment: ContainerEnvironment): Command | undefined {
  if (value?.kind !== "sequence" || value.items.length === 0) return undefined;
  const words = value.items.flatMap((item) => textOf(item) ?? []);
  const known = words.map((word) => {
    const filled = filledIn(word);
    // What has further spaces is a script, and the shell fills it in.
    return /\s/.test(filled.value) ? word : filled;
  });
  return { form: "list", words: known.map((word) => expand(word, environment.variables)) };
}
