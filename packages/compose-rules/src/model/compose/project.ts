import type { Origin, Problem } from "../../language/source.js";
import { placeOf } from "../../language/source.js";
import { slice, spread, UNKNOWN, type Text } from "../../language/text.js";
import { isNull, valueAt, type DataFile, type MappingValue, type Value } from "../../language/value.js";
import type { Command, LimitPlace, Project, Workload } from "../workload.js";
import { formatLike, formatMib, parseComposeSize } from "./bytes.js";
import { interpolate, type Lookup } from "./interpolate.js";

const TOP_LEVEL = new Set(["version", "name", "services", "networks", "volumes", "configs", "secrets", "include", "models"]); // prettier-ignore
/** Longer texts are not taken apart: no list of options is that long. */
const MAX_TEXT = 100_000;
/** Keys that make a mapping a Compose service: those of the specification that other formats do not share by chance. */
const SERVICE_KEYS = new Set(["image", "build", "extends", "command", "entrypoint", "environment", "env_file", "ports", "expose", "volumes", "volumes_from", "networks", "network_mode", "depends_on", "deploy", "healthcheck", "restart", "container_name", "hostname", "mem_limit", "mem_reservation", "memswap_limit", "profiles", "labels", "logging", "secrets", "configs", "tmpfs", "ulimits", "user", "working_dir", "privileged", "cap_add", "cap_drop", "extra_hosts", "links", "platform", "init", "stop_signal", "stop_grace_period", "sysctls", "tty", "stdin_open", "shm_size", "cpus", "develop", "provider"]); // prettier-ignore

/**
 * Whether a YAML file is a Compose file, judged by content: only top-level keys of Compose (or `x-…`), and a
 * `services` mapping all of whose values are services. Kubernetes manifests, workflows, OpenAPI and Symfony's
 * services.yaml are not.
 */
export function isCompose(file: DataFile): boolean {
  let services = 0;
  for (const document of file.documents) {
    if (document.kind === "empty") continue;
    if (document.kind !== "mapping") return false;
    for (const name of document.entries.keys())
      if (!TOP_LEVEL.has(name) && !name.startsWith("x-")) return false;
    const section = document.entries.get("services")?.value;
    if (section?.kind !== "mapping") continue;
    for (const { value } of section.entries.values()) {
      if (isNull(value)) continue;
      if (value.kind !== "mapping") return false;
      const keys = [...value.entries.keys()];
      if (keys.length > 0 && !keys.some((key) => SERVICE_KEYS.has(key))) return false;
      services += Math.min(keys.length, 1);
    }
  }
  return services > 0;
}

/**
 * The project a Compose file declares, or undefined if the file is something else. Several documents of one file are
 * merged as Compose merges them: later ones win, environments are joined by name.
 * @param lookup what is known of the variables Compose interpolates; by default nothing
 */
export function readProject(file: DataFile, lookup?: Lookup): Project | undefined {
  if (!isCompose(file)) return undefined;
  const problems: Problem[] = [];
  const read = new ServiceReader(problems, lookup);
  const layers = new Map<string, { key: Origin; mappings: MappingValue[] }>();
  let name: Text | undefined;
  for (const document of file.documents) {
    if (document.kind !== "mapping") continue;
    name = read.text(document.entries.get("name")?.value) ?? name;
    const section = document.entries.get("services")?.value;
    if (section?.kind !== "mapping") continue;
    for (const entry of section.entries.values()) {
      const layer = layers.get(entry.name) ?? { key: entry.key, mappings: [] };
      if (entry.value.kind === "mapping") layer.mappings.push(entry.value);
      layers.set(entry.name, layer);
    }
  }
  const workloads = [...layers].map(([service, { key, mappings }]) => read.service(service, key, mappings));
  return {
    platform: "compose",
    name: name?.value,
    workloads,
    problems: [...file.problems, ...problems],
    files: [file.file.path],
  };
}

class ServiceReader {
  readonly #problems: Problem[];
  readonly #lookup: Lookup | undefined;

  constructor(problems: Problem[], lookup: Lookup | undefined) {
    this.#problems = problems;
    this.#lookup = lookup;
  }

  service(name: string, key: Origin, layers: readonly MappingValue[]): Workload {
    const last = (...path: readonly [string, ...string[]]) => {
      const value = layers.map((layer) => valueAt(layer, ...path)).findLast((found) => found !== undefined);
      return value?.tag === "!reset" ? undefined : value;
    };
    const memoryProblems: Problem[] = [];
    const limits = [last("mem_limit"), last("deploy", "resources", "limits", "memory")] as const;
    return {
      platform: "compose",
      subject: `services.${name}`,
      name,
      place: placeOf(key),
      image: this.text(last("image")),
      isBuilt: last("build") !== undefined,
      environment: this.#environment(layers),
      hasUnknownEnvironment: last("env_file") !== undefined,
      command: this.#command(last("command")),
      entrypoint: this.#command(last("entrypoint")),
      memoryLimit: this.#limit(name, ...limits, memoryProblems),
      memoryProblems,
      hasUnknownLimit: limits.some((limit) => this.text(limit)?.value.includes(UNKNOWN)),
      hasSwapLimit: last("memswap_limit") !== undefined,
      ports: [],
      mounts: [],
      networks: [],
      isOnHostNetwork: false,
      dnsNames: [name],
      addresses: [],
      profiles: [],
    };
  }

  /** A scalar after interpolation; undefined for null, other kinds and what Compose refuses. */
  text(value: Value | undefined): Text | undefined {
    if (value?.kind !== "scalar" || isNull(value)) return undefined;
    const { origin } = value;
    if (origin.range[1] - origin.range[0] > MAX_TEXT) {
      const message = `This text is longer than ${String(MAX_TEXT)} characters.`;
      this.#problems.push({ message, place: placeOf(origin), kind: "unread" });
      return spread(UNKNOWN, origin.range, origin);
    }
    const result = interpolate(value.text, this.#lookup);
    if (!("error" in result)) return result;
    this.#problems.push({ message: result.error, place: placeOf(origin), kind: "refused" });
    return undefined;
  }

  #environment(layers: readonly MappingValue[]): Map<string, Text | null> {
    const variables = new Map<string, Text | null>();
    for (const layer of layers) {
      const section = valueAt(layer, "environment");
      if (section?.tag === "!reset" || section?.tag === "!override") variables.clear();
      if (section?.kind === "mapping") {
        for (const { name, key, value } of section.entries.values()) {
          variables.set(name, isNull(value) ? this.#inherited(name, key) : (this.text(value) ?? null));
        }
      } else if (section?.kind === "sequence") {
        for (const item of section.items) {
          const text = this.text(item);
          if (!text) continue;
          const equals = text.value.indexOf("=");
          if (equals < 0) variables.set(text.value, this.#inherited(text.value, item.origin));
          else variables.set(text.value.slice(0, equals), slice(text, equals + 1));
        }
      }
    }
    return variables;
  }

  /** A variable without value takes the one of the machine. */
  #inherited(name: string, origin: Origin): Text | null {
    const value = this.#lookup?.(name);
    return value === null ? null : spread(value ?? UNKNOWN, origin.range, origin);
  }

  #command(value: Value | undefined): Command | undefined {
    if (value?.kind === "sequence") {
      return { form: "list", words: value.items.flatMap((item) => this.text(item) ?? []) };
    }
    const text = this.text(value);
    return text && { form: "string", text };
  }

  #limit(
    service: string,
    memLimit: Value | undefined,
    deployLimit: Value | undefined,
    problems: Problem[],
  ): Workload["memoryLimit"] {
    const refuse = (message: string, { origin }: Value) => {
      problems.push({ message, place: placeOf(origin), kind: "refused" });
    };
    const places: (LimitPlace & { bytes: number })[] = [];
    for (const value of [memLimit, deployLimit]) {
      const text = this.text(value);
      if (!text || value?.kind !== "scalar") continue;
      if (text.value.includes(UNKNOWN)) return undefined;
      // Compose loads a YAML float as 0, which is no limit; in the deploy section it wants a string.
      const isNumber = typeof value.value === "number";
      if (isNumber && value === memLimit && !/^[-+]?\d+$/.test(text.value)) continue;
      if (isNumber && value !== memLimit) {
        refuse(`The deploy limit of service "${service}" must be a string.`, value);
        return undefined;
      }
      const size = parseComposeSize(text.value);
      if ("error" in size) {
        refuse(`Memory limit of service "${service}": ${size.error}.`, value);
        return undefined;
      }
      if (size.bytes > 0) places.push({ text, bytes: size.bytes, write: (bytes) => formatLike(bytes, size) });
    }
    const [first, second] = places;
    if (!first) return undefined;
    if (deployLimit && second && second.bytes !== first.bytes) {
      const message = `Service "${service}" sets mem_limit to ${formatMib(first.bytes)} and its deploy limit to ${formatMib(second.bytes)}.`;
      refuse(message, deployLimit);
      return undefined;
    }
    return { bytes: first.bytes, places };
  }
}
