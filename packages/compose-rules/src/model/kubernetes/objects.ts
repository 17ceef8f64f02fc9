import type { Origin } from "../../language/source.js";
import { valueAt, type DataFile, type MappingValue, type Value } from "../../language/value.js";

/** An object a manifest declares. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Its name in the cluster, where a kustomization puts something before or after it. References leave that out. */
  readonly fullName?: string | undefined;
  /** Undefined where the manifest leaves it to whoever applies it. */
  readonly namespace?: string | undefined;
  readonly value: MappingValue;
  /** Its name where it has one, for messages about all of it. */
  readonly origin: Origin;
}

/** Lists within lists are followed this far. */
const MAX_DEPTH = 8;
const API_VERSION = /^(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?\/)?v\d+(?:(?:alpha|beta)\d+)?$/;

/** The kinds that start containers, or say what becomes of them. */
const KINDS = "(?:Pod|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob|Rollout|DeploymentConfig|Service|ConfigMap|Secret|LimitRange|NetworkPolicy|Kafka\\w*|Elasticsearch|Logstash|[A-Z]\\w*List|List)"; // prettier-ignore
const KIND = new RegExp(`^\\uFEFF?[ \\t-]*["']?kind["']?[ \\t]*:[ \\t]*["']?${KINDS}\\b|"kind"\\s*:\\s*"${KINDS}"|\\{[^}\\n]{0,200}\\bkind:[ \\t]*["']?${KINDS}\\b`, "m"); // prettier-ignore

/** Kinds of operators are told by what they hold. */
const CONTAINERS =
  /^[ \t-]*["']?(?:initContainers|containers?|steps|script)["']?[ \t]*:|"containers?"\s*:|\{[^}\n]{0,200}\bcontainers?:/m;

/** Whether a text is worth parsing: it names a kind that a rule looks at, or has containers. Most large manifests are definitions of types. */
export function mayBeManifest(text: string): boolean {
  if (!text.includes("apiVersion")) return false;
  return KIND.test(text) || (CONTAINERS.test(text) && !text.includes("CustomResourceDefinition"));
}

/** A scalar's text after YAML's own reading of it; undefined for anything else. */
export function stringAt(value: Value | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, ...path);
  return found?.kind === "scalar" && found.value !== null ? found.text.value : undefined;
}

/** The items of a list; none for anything else. */
export function itemsAt(value: Value | undefined, ...path: readonly string[]): readonly Value[] {
  const found = valueAt(value, ...path);
  return found?.kind === "sequence" ? found.items : [];
}

/** A mapping of texts, for example labels. */
export function stringsAt(value: Value | undefined, ...path: readonly string[]): ReadonlyMap<string, string> {
  const found = valueAt(value, ...path);
  const strings = new Map<string, string>();
  if (found?.kind !== "mapping") return strings;
  for (const { name, value: entry } of found.entries.values()) {
    const text = stringAt(entry);
    if (text !== undefined) strings.set(name, text);
  }
  return strings;
}

/** Whether a file is a manifest, judged by content: a document with an API version and a kind. */
export function isKubernetes(file: DataFile): boolean {
  return file.documents.some((document) => typeOf(document) !== undefined);
}

/** The objects of a file's documents, those within lists included. */
export function objectsOf(file: DataFile): KubernetesObject[] {
  return file.documents.flatMap((document) => objectsIn(document, 0));
}

function objectsIn(value: Value, depth: number): KubernetesObject[] {
  const type = typeOf(value);
  if (!type || value.kind !== "mapping") return [];
  const items = valueAt(value, "items");
  if (type.kind.endsWith("List") && items?.kind === "sequence") {
    return depth < MAX_DEPTH ? items.items.flatMap((item) => objectsIn(item, depth + 1)) : [];
  }
  const named = valueAt(value, "metadata", "name") ?? valueAt(value, "metadata", "generateName");
  return [
    {
      ...type,
      name: stringAt(named) ?? "",
      namespace: stringAt(value, "metadata", "namespace"),
      value,
      origin: named?.origin ?? value.entries.get("kind")?.key ?? value.origin,
    },
  ];
}

function typeOf(value: Value): { apiVersion: string; kind: string } | undefined {
  const apiVersion = stringAt(value, "apiVersion");
  const kind = stringAt(value, "kind");
  if (apiVersion === undefined || kind === undefined || !/^[A-Z]\w*$/.test(kind)) return undefined;
  return API_VERSION.test(apiVersion) ? { apiVersion, kind } : undefined;
}

/** Whether two objects are in one namespace, as far as their manifests say. */
export function isNear(one: KubernetesObject, other: KubernetesObject): boolean {
  return one.namespace === undefined || other.namespace === undefined || one.namespace === other.namespace;
}

/** What objects are looked for by; undefined for those that nobody looks for by it. */
export type Key = (object: KubernetesObject) => string | undefined;

export const byKind: Key = ({ kind }) => kind;
export const byName: Key = ({ kind, name }) => `${kind} ${name}`;

const indexes = new WeakMap<Key, WeakMap<readonly KubernetesObject[], Map<string, KubernetesObject[]>>>();

/**
 * The objects with a key, in their order. They are sorted once for each list, by its identity: a manifest of ten thousand
 * pods would take its square if each of them looked through all.
 *
 * @param key - a function that there is one of
 */
export function objectsWith(
  objects: readonly KubernetesObject[],
  key: Key,
  wanted: string,
): readonly KubernetesObject[] {
  const known =
    indexes.get(key) ?? new WeakMap<readonly KubernetesObject[], Map<string, KubernetesObject[]>>();
  indexes.set(key, known);
  let index = known.get(objects);
  if (!index) {
    known.set(objects, (index = new Map<string, KubernetesObject[]>()));
    for (const object of objects) {
      const own = key(object);
      if (own === undefined) continue;
      const others = index.get(own);
      if (others) others.push(object);
      else index.set(own, [object]);
    }
  }
  return index.get(wanted) ?? [];
}
