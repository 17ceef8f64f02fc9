import { placeOf } from "../../language/source.js";
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
  Deployment: TEMPLATE,
  StatefulSet: TEMPLATE,
  DaemonSet: TEMPLATE,
  ReplicaSet: TEMPLATE,
  ReplicationController: TEMPLATE,
  Job: TEMPLATE,
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  // Argo Rollouts and OpenShift stand in for a Deployment.
  Rollout: TEMPLATE,
  DeploymentConfig: TEMPLATE,
};

/** The template of the pods an object starts; undefined for objects of other kinds. */
export function podTemplateOf(object: KubernetesObject): Value | undefined {
  const path = Object.hasOwn(TEMPLATES, object.kind) ? TEMPLATES[object.kind] : undefined;
  return path && valueAt(object.value, ...path);
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
  const nameOf = (one: Value | undefined) => `${ownerName}/${stringAt(one, "name") ?? ""}`;
  const place = placeOf((valueAt(container, "name") ?? container).origin);
  const environment = environmentOf(container, owner, around);
  const { limit, isUnknown, problems } = memoryLimitOf(container, pod, owner, around);
  const hostNetwork = valueAt(pod, "hostNetwork");
  const isOnHostNetwork = hostNetwork?.kind === "scalar" && hostNetwork.value === true;
  const first = containers[0];
  return [
    {
      platform: "kubernetes",
      subject: `${owner.kind}/${ownerName}/${field}/${name}`,
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
