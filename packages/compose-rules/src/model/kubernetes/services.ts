import { placeOf, type Place } from "../../language/source.js";
import { valueAt, type Value } from "../../language/value.js";
import type { NetworkUse, Port } from "../workload.js";
import {
  byKind,
  isNear,
  itemsAt,
  objectsWith,
  stringAt,
  stringsAt,
  type Key,
  type KubernetesObject,
} from "./objects.js";

/** A pod as Services and policies see it. */
export interface PodPlace {
  readonly owner: KubernetesObject;
  readonly labels: ReadonlyMap<string, string>;
  /** All of its containers that keep running. */
  readonly containers: readonly Value[];
}

/** Annotations by which clouds keep a load balancer off the internet. */
const INTERNAL = /load-balancer-(?:internal|type|scheme)$|ipv4-scheme$/;

/** Ports of a container that are reached from outside of the cluster: its own hostPorts, and those of Services. */
export function portsOf(container: Value, pod: PodPlace, around: readonly KubernetesObject[]): Port[] {
  return [...hostPorts(container), ...servicesOf(pod, around).flatMap((service) => servicePorts(service, container, pod))]; // prettier-ignore
}

/** Ports a container says it listens on. */
export function containerPorts(container: Value): number[] {
  return itemsAt(container, "ports").flatMap((port) => numberAt(port, "containerPort") ?? []);
}

/** Names under which other pods reach a pod. */
export function dnsNamesOf(pod: PodPlace, around: readonly KubernetesObject[]): string[] {
  return servicesOf(pod, around).flatMap(({ name, namespace = pod.owner.namespace }) =>
    namespace === undefined
      ? [name]
      : [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`],
  );
}

/** The one network of the cluster, and whether a policy says who may reach the pod. */
export function networkOf(pod: PodPlace, place: Place, around: readonly KubernetesObject[]): NetworkUse {
  const isInternal = objectsWith(around, byKind, "NetworkPolicy").some(
    (object) =>
      isNear(object, pod.owner) &&
      matches(object.value, ["spec", "podSelector"], pod.labels) &&
      (itemsAt(object.value, "spec", "policyTypes").length === 0 ||
        itemsAt(object.value, "spec", "policyTypes").some((type) => stringAt(type) === "Ingress")),
  );
  return { name: "cluster", isDefault: true, isInternal, isExternal: false, place };
}

function hostPorts(container: Value): Port[] {
  return itemsAt(container, "ports").flatMap((port): Port[] => {
    const published = valueAt(port, "hostPort");
    if (published?.kind !== "scalar" || published.value === 0) return [];
    return [
      {
        how: "hostPort",
        hostIp: stringAt(port, "hostIP"),
        published: stringAt(published),
        target: numberAt(port, "containerPort"),
        protocol: (stringAt(port, "protocol") ?? "TCP").toLowerCase(),
        place: placeOf(published.origin),
      },
    ];
  });
}

function servicesOf(pod: PodPlace, around: readonly KubernetesObject[]): KubernetesObject[] {
  const labelled = [...pod.labels].flatMap((label) => objectsWith(around, bySelector, label.join("=")));
  const found = labelled.filter(
    (object) =>
      isNear(object, pod.owner) &&
      [...stringsAt(object.value, "spec", "selector")].every(([key, value]) => pod.labels.get(key) === value),
  );
  if (found.length < 2) return found;
  return objectsWith(around, byKind, "Service").filter((service) => found.includes(service));
}

/** A Service by the first label that it wants of its pods; those without any lead to none. */
const bySelector: Key = ({ kind, apiVersion, value }) => {
  if (kind !== "Service" || apiVersion !== "v1") return undefined;
  const [first] = stringsAt(value, "spec", "selector");
  return first?.join("=");
};

function servicePorts(service: KubernetesObject, container: Value, pod: PodPlace): Port[] {
  const type = stringAt(service.value, "spec", "type");
  if (type !== "NodePort" && type !== "LoadBalancer") return [];
  if (type === "LoadBalancer" && isInternal(service)) return [];
  return itemsAt(service.value, "spec", "ports").flatMap((port): Port[] => {
    const named = stringAt(port, "targetPort");
    const target = targetOf(port, named, pod);
    if (!servesPort(container, target, named, pod)) return [];
    const published = type === "NodePort" ? stringAt(port, "nodePort") : stringAt(port, "port");
    return [
      {
        how: type,
        published,
        target,
        protocol: (stringAt(port, "protocol") ?? "TCP").toLowerCase(),
        place: placeOf((valueAt(port, "nodePort") ?? valueAt(service.value, "spec", "type") ?? port).origin),
      },
    ];
  });
}

function isInternal(service: KubernetesObject): boolean {
  return [...stringsAt(service.value, "metadata", "annotations")].some(
    ([name, value]) => INTERNAL.test(name) && /^(?:true|internal|0\.0\.0\.0\/0|Internal|vpc)$/i.test(value),
  );
}

/** The container port a Service's port leads to; its name is looked up among the pod's containers. */
function targetOf(port: Value, named: string | undefined, pod: PodPlace): number | undefined {
  if (named === undefined) return numberAt(port, "port");
  if (/^\d+$/.test(named)) return Number(named);
  const declared = pod.containers
    .flatMap((container) => itemsAt(container, "ports"))
    .find((item) => stringAt(item, "name") === named);
  return declared && numberAt(declared, "containerPort");
}

/** Whether a container is the one behind a port; where no container declares it, any may be. */
function servesPort(container: Value, target: number | undefined, named: string | undefined, pod: PodPlace) {
  const declares = (one: Value) =>
    itemsAt(one, "ports").some(
      (item) => numberAt(item, "containerPort") === target || (named !== undefined && stringAt(item, "name") === named), // prettier-ignore
    );
  if (!pod.containers.includes(container)) return false;
  return declares(container) || !pod.containers.some(declares);
}

function numberAt(value: Value, key: string): number | undefined {
  const found = valueAt(value, key);
  return found?.kind === "scalar" && /^\d+$/.test(found.text.value) ? Number(found.text.value) : undefined;
}

function matches(value: Value, path: readonly string[], labels: ReadonlyMap<string, string>): boolean {
  const wanted = stringsAt(value, ...path, "matchLabels");
  const expressions = itemsAt(value, ...path, "matchExpressions");
  if (![...wanted].every(([key, label]) => labels.get(key) === label)) return false;
  return expressions.every((expression) => {
    const label = labels.get(stringAt(expression, "key") ?? "");
    const values = itemsAt(expression, "values").map((item) => stringAt(item));
    switch (stringAt(expression, "operator")) {
      case "In":
        return label !== undefined && values.includes(label);
      case "NotIn":
        return label === undefined || !values.includes(label);
      case "Exists":
        return label !== undefined;
      case "DoesNotExist":
        return label === undefined;
      default:
        return false;
    }
  });
}
