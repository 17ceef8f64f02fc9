import { placeOf, type Origin } from "../../language/source.js";
import { spread, TextBuilder, UNKNOWN, type Text } from "../../language/text.js";
import { valueAt, type Value } from "../../language/value.js";
import type { MemoryLimit, Workload } from "../workload.js";
import { textOf } from "./environment.js";
import { memoryLimitOf } from "./limits.js";
import { itemsAt, type KubernetesObject } from "./objects.js";
import { workloadsOf } from "./pods.js";

/** Where the custom resources of Strimzi say how large a JVM may be: paths of mappings with `jvmOptions`. */
const STRIMZI: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Kafka: [["spec", "kafka"], ["spec", "zookeeper"], ["spec", "entityOperator", "topicOperator"], ["spec", "entityOperator", "userOperator"], ["spec", "cruiseControl"]],
  KafkaNodePool: [["spec"]],
  KafkaConnect: [["spec"]],
  KafkaMirrorMaker2: [["spec"]],
  KafkaMirrorMaker: [["spec"]],
  KafkaBridge: [["spec"]],
}; // prettier-ignore

/** What ECK starts by itself, with the limit it gives a container that asks for none (documented defaults). */
const ECK: Readonly<Record<string, { readonly image: string; readonly gib: number }>> = {
  Elasticsearch: { image: "elasticsearch/elasticsearch", gib: 2 },
  Logstash: { image: "logstash/logstash", gib: 2 },
};

/** The JVMs that operators start for a custom resource; none for resources that are not known. */
export function customWorkloads(object: KubernetesObject, around: readonly KubernetesObject[]): Workload[] {
  if (object.apiVersion.startsWith("kafka.strimzi.io/")) return strimzi(object, around);
  const eck = Object.hasOwn(ECK, object.kind) ? ECK[object.kind] : undefined;
  return eck && object.apiVersion.includes(".k8s.elastic.co/") ? elastic(object, eck, around) : [];
}

/** Strimzi spells `-Xmx` as a key whose value is a bare size, and passes it on in KAFKA_HEAP_OPTS. */
function strimzi(object: KubernetesObject, around: readonly KubernetesObject[]): Workload[] {
  const paths = Object.hasOwn(STRIMZI, object.kind) ? (STRIMZI[object.kind] ?? []) : [];
  return paths.flatMap((path) => {
    const section = valueAt(object.value, ...path);
    const options = valueAt(section, "jvmOptions");
    if (section?.kind !== "mapping" || (!options && !valueAt(section, "resources"))) return [];
    const part = path.length > 1 ? `/${path.slice(1).join(".")}` : "";
    const environment = new Map<string, Text>();
    const heap = heapOptions(options);
    if (heap) environment.set("KAFKA_HEAP_OPTS", heap);
    const { limit, problems } = memoryLimitOf(section, section, object, around);
    return [
      bareWorkload(
        `${object.kind}/${object.fullName ?? object.name}${part}`,
        `${object.fullName ?? object.name}${part}`,
        section.origin,
        {
          image: spread("strimzi/kafka", section.origin.range, section.origin),
          environment,
          memoryLimit: limit,
          memoryProblems: problems,
        },
      ),
    ];
  });
}

function heapOptions(options: Value | undefined): Text | undefined {
  const words: Text[] = [];
  for (const flag of ["-Xms", "-Xmx"]) {
    const size = textOf(valueAt(options, flag));
    if (size) words.push(prefixed(flag, size));
  }
  const flags = valueAt(options, "-XX");
  for (const entry of flags?.kind === "mapping" ? flags.entries.values() : []) {
    const text = textOf(entry.value);
    if (!text) continue;
    const isSwitch = /^(?:true|false)$/.test(text.value);
    words.push(isSwitch ? spread(`-XX:${text.value === "true" ? "+" : "-"}${entry.name}`, text.origin?.range, text.origin) : prefixed(`-XX:${entry.name}=`, text)); // prettier-ignore
  }
  if (words.length === 0) return undefined;
  const builder = new TextBuilder();
  for (const word of words) {
    if (builder.length > 0) builder.append(spread(" "));
    builder.append(word);
  }
  return builder.build();
}

/** The operator writes the option, the manifest only its value. */
function prefixed(option: string, value: Text): Text {
  const builder = new TextBuilder();
  const start = value.starts[0] ?? -1;
  builder.append(spread(option, [start, start]));
  builder.append(value);
  return builder.build(value.origin);
}

/** ECK merges the container of that name in `podTemplate` into its own. */
function elastic(
  object: KubernetesObject,
  { image, gib }: { image: string; gib: number },
  around: readonly KubernetesObject[],
): Workload[] {
  const main = object.kind.toLowerCase();
  const sets = itemsAt(object.value, "spec", "nodeSets");
  const templates = (sets.length > 0 ? sets : [valueAt(object.value, "spec")]).flatMap(
    (set) => valueAt(set, "podTemplate") ?? [],
  );
  const preset: MemoryLimit = { bytes: gib * 2 ** 30, places: [] };
  return templates.flatMap((template) =>
    workloadsOf(object, template, around).map((workload) => {
      if (!workload.subject.endsWith(`/containers/${main}`)) return workload;
      const { path, range } = workload.place;
      const origin = object.origin.file.path === path ? { file: object.origin.file, range } : undefined;
      return {
        ...workload,
        image: workload.image ?? spread(image, range, origin),
        memoryLimit: workload.memoryLimit ?? (workload.memoryProblems.length > 0 ? undefined : preset),
      };
    }),
  );
}

/** A container of which nothing is known but what is given. */
export function bareWorkload(
  subject: string,
  name: string,
  origin: Origin,
  known: Pick<Workload, "image" | "environment" | "memoryLimit" | "memoryProblems">,
): Workload {
  return {
    platform: "kubernetes",
    subject,
    name,
    place: placeOf(origin),
    isBuilt: false,
    hasUnknownEnvironment: false,
    hasSwapLimit: false,
    ports: [],
    // What is mounted, and where, is for the template or the operator to say.
    mounts: [{ kind: "other", target: UNKNOWN, isReadOnly: false, place: placeOf(origin) }],
    networks: [],
    isOnHostNetwork: false,
    dnsNames: [],
    addresses: [],
    profiles: [],
    ...known,
  };
}
