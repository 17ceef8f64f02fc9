import type { AST } from "yaml-eslint-parser";
import { literalRangeOf, slice, spread, UNKNOWN, type Text } from "../language/text.js";
import { openYaml, type MappingValue, type Problem, type Value, type YamlFile } from "../language/yaml.js";
import { formatMib, parseComposeSize, type ComposeSize } from "./bytes.js";
import { interpolate, type Lookup } from "./interpolate.js";

/** A command as Compose reads it: a list is taken word by word, a string is split like a shell would. */
export type Command =
  | { readonly form: "list"; readonly words: readonly Text[] }
  | { readonly form: "string"; readonly text: Text };

/** A memory limit in bytes and the places that set it (both spellings may, to the same value). */
export interface MemoryLimit {
  readonly bytes: number;
  readonly places: readonly { readonly text: Text; readonly size: ComposeSize }[];
}

export interface Service {
  readonly name: string;
  /** The service's key in the file. */
  readonly node: AST.YAMLNode;
  readonly image?: Text | undefined;
  readonly hasBuild: boolean;
  /** Variables by name; `null` stands for "as on the host". */
  readonly environment: ReadonlyMap<string, Text | null>;
  /** Whether further variables come from files that were not read. */
  readonly hasEnvFile: boolean;
  readonly command?: Command | undefined;
  readonly entrypoint?: Command | undefined;
  /** Absent without limit (unset, 0, -1), and where it is unknown, invalid or contradictory. */
  readonly memoryLimit?: MemoryLimit | undefined;
  /** Whether memswap_limit bounds memory and swap together. */
  readonly hasSwapLimit: boolean;
}

/** A Compose project as one file declares it. */
export interface Project {
  readonly name?: Text | undefined;
  readonly services: readonly Service[];
  /** What Compose would refuse or what could not be read. */
  readonly problems: readonly Problem[];
  /** Nodes that more than one service takes a value from, through aliases or merge keys. */
  readonly shared: ReadonlySet<AST.YAMLNode>;
}

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
export function isCompose(program: AST.YAMLProgram): boolean {
  return isComposeFile(openYaml(program, ""));
}

function isComposeFile(file: YamlFile): boolean {
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
export function readProject(program: AST.YAMLProgram, source: string, lookup?: Lookup): Project | undefined {
  const file = openYaml(program, source);
  if (!isComposeFile(file)) return undefined;
  const problems: Problem[] = [];
  const read = new ServiceReader(problems, lookup);
  const layers = new Map<string, { node: AST.YAMLNode; mappings: MappingValue[] }>();
  let name: Text | undefined;
  for (const document of file.documents) {
    if (document.kind !== "mapping") continue;
    name = read.text(document.entries.get("name")?.value) ?? name;
    const section = document.entries.get("services")?.value;
    if (section?.kind !== "mapping") continue;
    for (const entry of section.entries.values()) {
      const layer = layers.get(entry.name) ?? { node: entry.pair.key ?? entry.pair, mappings: [] };
      if (entry.value.kind === "mapping") layer.mappings.push(entry.value);
      layers.set(entry.name, layer);
    }
  }
  const services = [...layers].map(([service, { node, mappings }]) => read.service(service, node, mappings));
  return { name, services, problems: [...file.problems, ...problems], shared: sharedNodes(services) };
}

class ServiceReader {
  readonly #problems: Problem[];
  readonly #lookup: Lookup | undefined;

  constructor(problems: Problem[], lookup: Lookup | undefined) {
    this.#problems = problems;
    this.#lookup = lookup;
  }

  service(name: string, node: AST.YAMLNode, layers: readonly MappingValue[]): Service {
    const last = (...path: readonly [string, ...string[]]) => {
      const value = layers.map((layer) => valueAt(layer, path)).findLast((found) => found !== undefined);
      return value?.tag === "!reset" ? undefined : value;
    };
    return {
      name,
      node,
      image: this.text(last("image")),
      hasBuild: last("build") !== undefined,
      environment: this.#environment(layers),
      hasEnvFile: last("env_file") !== undefined,
      command: this.#command(last("command")),
      entrypoint: this.#command(last("entrypoint")),
      memoryLimit: this.#limit(name, last("mem_limit"), last("deploy", "resources", "limits", "memory")),
      hasSwapLimit: last("memswap_limit") !== undefined,
    };
  }

  /** A scalar after interpolation; undefined for null, other kinds and what Compose refuses. */
  text(value: Value | undefined): Text | undefined {
    if (value?.kind !== "scalar" || isNull(value)) return undefined;
    if (value.node.range[1] - value.node.range[0] > MAX_TEXT) {
      this.#problems.push({
        message: `This text is longer than ${String(MAX_TEXT)} characters.`,
        node: value.node,
      });
      return spread(UNKNOWN, value.node.range, value.node);
    }
    const result = interpolate(value.text, this.#lookup);
    if (!("error" in result)) return result;
    this.#problems.push({ message: result.error, node: value.node });
    return undefined;
  }

  #environment(layers: readonly MappingValue[]): Map<string, Text | null> {
    const variables = new Map<string, Text | null>();
    for (const layer of layers) {
      const section = valueAt(layer, ["environment"]);
      if (section?.tag === "!reset" || section?.tag === "!override") variables.clear();
      if (section?.kind === "mapping") {
        for (const { name, value } of section.entries.values()) variables.set(name, this.text(value) ?? null);
      } else if (section?.kind === "sequence") {
        for (const item of section.items) {
          const text = this.text(item);
          if (!text) continue;
          const equals = text.value.indexOf("=");
          if (equals < 0) variables.set(text.value, null);
          else variables.set(text.value.slice(0, equals), slice(text, equals + 1));
        }
      }
    }
    return variables;
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
  ): MemoryLimit | undefined {
    const places: { text: Text; size: ComposeSize }[] = [];
    for (const value of [memLimit, deployLimit]) {
      const text = this.text(value);
      if (!text || value?.kind !== "scalar") continue;
      if (text.value.includes(UNKNOWN)) return undefined;
      // Compose loads a YAML float as 0, which is no limit; in the deploy section it wants a string.
      const isNumber = typeof value.value === "number";
      if (isNumber && value === memLimit && !/^[-+]?\d+$/.test(text.value)) continue;
      if (isNumber && value !== memLimit) {
        this.#problems.push({
          message: `The deploy limit of service "${service}" must be a string.`,
          node: value.node,
        });
        return undefined;
      }
      const size = parseComposeSize(text.value);
      if ("error" in size) {
        this.#problems.push({
          message: `Memory limit of service "${service}": ${size.error}.`,
          node: value.node,
        });
        return undefined;
      }
      if (size.bytes > 0) places.push({ text, size });
    }
    const [first, second] = places;
    if (!first) return undefined;
    if (deployLimit && second && second.size.bytes !== first.size.bytes) {
      const message = `Service "${service}" sets mem_limit to ${formatMib(first.size.bytes)} and its deploy limit to ${formatMib(second.size.bytes)}.`;
      this.#problems.push({ message, node: deployLimit.node });
      return undefined;
    }
    return { bytes: first.size.bytes, places };
  }
}

/** The value at a path of keys. */
function valueAt(mapping: MappingValue, path: readonly string[]): Value | undefined {
  let value: Value | undefined = mapping;
  for (const key of path) value = value?.kind === "mapping" ? value.entries.get(key)?.value : undefined;
  return value;
}

function isNull(value: Value): boolean {
  return value.kind === "empty" || (value.kind === "scalar" && value.value === null);
}

function sharedNodes(services: readonly Service[]): Set<AST.YAMLNode> {
  const seen = new Set<AST.YAMLNode>();
  const shared = new Set<AST.YAMLNode>();
  for (const service of services) {
    const texts = [
      ...service.environment.values(),
      ...(service.memoryLimit?.places.map(({ text }) => text) ?? []),
    ];
    for (const command of [service.command, service.entrypoint]) {
      if (command) texts.push(...(command.form === "list" ? command.words : [command.text]));
    }
    const own = new Set(texts.flatMap((text) => text?.node ?? []));
    for (const node of own) {
      if (seen.has(node)) shared.add(node);
      seen.add(node);
    }
  }
  return shared;
}

/** The range of a text that may be edited for one service alone: written literally, and not shared with another. */
export function editableRange(text: Text, project: Project, source: string): [number, number] | undefined {
  return text.node && !project.shared.has(text.node) ? literalRangeOf(text, source) : undefined;
}
