import path from "node:path";
import { spread, TextBuilder, type Text } from "../../language/text.js";
import { valueAt, type DataFile, type MappingValue, type Value } from "../../language/value.js";
import type { Project, Workload } from "../workload.js";
import { environmentOf, textOf } from "./environment.js";
import type { ManifestDisk } from "./kustomize.js";
import { memoryLimitOf } from "./limits.js";
import { stringAt, type KubernetesObject } from "./objects.js";
import { bareWorkload } from "./custom.js";

/** Values are looked through this deep, and this many of them: charts nest a few levels. */
const MAX_DEPTH = 12;
const MAX_MAPPINGS = 20_000;

/** Keys under which well-known charts take options of a JVM, all of them. */
const OPTION_LISTS = /^(?:(?:es|ls|logstash|elasticsearch|opensearch)?java_?opts|javaopts|jvm_?opts|jvm_?options|java_?options|heap_?opts|heap_?options|kafkaHeapOpts|catalinaOpts|java_?tool_?options|javaMem|jvmArgs|javaArgs)$/i; // prettier-ignore
/** Keys that take a bare maximum. */
const SIZES = /^(?:max_?heap_?size|heap_?size|jvm_?heap|xmx)$/i;

/** Whether a file holds the values of a chart beside it. */
export function isHelmValues(file: string, disk: Pick<ManifestDisk, "has">): boolean {
  return /^values(?:[.-][\w.-]+)?\.ya?ml$/.test(path.posix.basename(file)) && disk.has(path.posix.join(path.posix.dirname(file), "Chart.yaml")); // prettier-ignore
}

/**
 * The JVMs that a chart's values size: mappings with a memory limit and, in them or one level down, options of a JVM
 * under a well-known key or in their environment. What the templates make of other values only Helm knows.
 */
export function helmProject(file: DataFile | undefined): Project {
  const workloads: Workload[] = [];
  const root = file?.documents[0];
  let seen = 0;
  const look = (value: Value, keys: readonly string[]): void => {
    if (value.kind !== "mapping" || keys.length > MAX_DEPTH || ++seen > MAX_MAPPINGS) return;
    const workload = sized(value, keys);
    if (workload) workloads.push(workload);
    for (const { name, value: inner } of value.entries.values()) look(inner, [...keys, name]);
  };
  if (root) look(root, []);
  return {
    platform: "kubernetes",
    workloads,
    problems: file?.problems ?? [],
    files: file ? [file.file.path] : [],
  };
}

function sized(value: MappingValue, keys: readonly string[]): Workload | undefined {
  if (!valueAt(value, "resources", "limits", "memory")) return undefined;
  const owner: KubernetesObject = { apiVersion: "v1", kind: "values", name: keys.join("."), value, origin: value.origin }; // prettier-ignore
  const options = optionsIn(value);
  const variables = ["env", "extraEnv", "extraEnvVars", "environment"].flatMap((name) => [...variablesIn(value, name, owner)]); // prettier-ignore
  const environment = new Map(variables);
  if (options) environment.set("JAVA_TOOL_OPTIONS", options);
  if (![...environment.values()].some((text) => /-Xmx|RAMPercentage|-Xms/.test(text?.value ?? "")))
    return undefined;
  const { limit, problems } = memoryLimitOf(value, value, owner, []);
  const repository = textOf(valueAt(value, "image", "repository")) ?? textOf(valueAt(value, "image"));
  return bareWorkload(`values.${keys.join(".")}`.replace(/\.$/, ""), keys.at(-1) ?? "values", value.origin, {
    image: options ? undefined : repository,
    environment,
    memoryLimit: limit,
    memoryProblems: problems,
  });
}

function variablesIn(
  value: MappingValue,
  field: string,
  owner: KubernetesObject,
): ReadonlyMap<string, Text | null> {
  const section = valueAt(value, field);
  if (section?.kind === "sequence") {
    const list: MappingValue = { ...value, entries: new Map([["env", { name: "env", key: section.origin, value: section }]]) }; // prettier-ignore
    return environmentOf(list, owner, []).variables;
  }
  const variables = new Map<string, Text | null>();
  if (section?.kind !== "mapping") return variables;
  for (const { name, value: item } of section.entries.values()) {
    const text = textOf(item);
    if (text && /^[A-Z_][A-Z\d_]*$/.test(name)) variables.set(name, text);
  }
  return variables;
}

/** The options under well-known keys of a mapping and of its sections named for the JVM, in the order of the file. */
function optionsIn(value: MappingValue): Text | undefined {
  const builder = new TextBuilder();
  const add = (text: Text) => {
    if (builder.length > 0) builder.append(spread(" "));
    builder.append(text);
  };
  for (const { name, value: entry } of value.entries.values()) {
    const text = textOf(entry);
    if (text && OPTION_LISTS.test(name) && /^\s*-/.test(text.value)) add(text);
    else if (text && SIZES.test(name) && /^\d+[kmgKMG]$/.test(text.value)) {
      add(spread("-Xmx", [text.starts[0] ?? -1, text.starts[0] ?? -1]));
      builder.append(text);
    }
    if (/^(?:jvm|java|heap)$/i.test(name) && entry.kind === "mapping") {
      const inner = stringAt(entry, "max") === undefined ? optionsIn(entry) : undefined;
      if (inner) add(inner);
    }
  }
  return builder.length > 0 ? builder.build() : undefined;
}
