import { UNKNOWN } from "../../language/text.js";
import { isNull, valueAt, type MappingValue, type Value } from "../../language/value.js";
import type { Report } from "./merge.js";
import { isAddress } from "./ports.js";
import { readScalar, type ScalarType } from "./scalars.js";

const TOP_LEVEL = new Set(["version", "name", "include", "services", "models", "networks", "volumes", "secrets", "configs", "jobs"]); // prettier-ignore

/** Every attribute of a service that Compose knows. */
export const SERVICE_KEYS: ReadonlySet<string> = new Set(["annotations", "attach", "blkio_config", "build", "cap_add", "cap_drop", "cgroup", "cgroup_parent", "command", "configs", "container_name", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "cpus", "cpuset", "credential_spec", "depends_on", "deploy", "develop", "device_cgroup_rules", "devices", "dns", "dns_opt", "dns_search", "domainname", "entrypoint", "env_file", "environment", "expose", "extends", "external_links", "extra_hosts", "gpus", "group_add", "healthcheck", "hostname", "image", "init", "ipc", "isolation", "label_file", "labels", "links", "logging", "mac_address", "mem_limit", "mem_reservation", "mem_swappiness", "memswap_limit", "models", "network_mode", "networks", "oom_kill_disable", "oom_score_adj", "pid", "pids_limit", "platform", "ports", "post_start", "pre_start", "pre_stop", "privileged", "profiles", "provider", "pull_policy", "pull_refresh_after", "read_only", "restart", "runtime", "scale", "secrets", "security_opt", "shm_size", "stdin_open", "stop_grace_period", "stop_signal", "storage_opt", "sysctls", "tmpfs", "tty", "ulimits", "umask", "use_api_socket", "user", "userns_mode", "uts", "volumes", "volumes_from", "working_dir"]); // prettier-ignore

/** What a value may be; a word for a person. */
type Shape = "a text" | "a list of texts" | "a command" | "variables" | "a size" | "a mapping" | "ports" | "mounts" | "networks" | "texts"; // prettier-ignore

const OF_SERVICE: Readonly<Record<string, Shape>> = {
  image: "a text", command: "a command", entrypoint: "a command", environment: "variables", mem_limit: "a size", memswap_limit: "a size", network_mode: "a text",
  hostname: "a text", container_name: "a text", ports: "ports", volumes: "mounts", networks: "networks", profiles: "a list of texts", tmpfs: "texts", healthcheck: "a mapping",
}; // prettier-ignore

/** Reports what Compose would refuse of a merged model for its shape: unknown attributes and values of a wrong kind. */
export function checkShape(model: MappingValue, report: Report): void {
  for (const { name, key } of model.entries.values()) {
    if (!TOP_LEVEL.has(name) && !name.startsWith("x-")) report(`Compose knows no section "${name}".`, key);
  }
  for (const section of ["services", "volumes", "networks"]) {
    const value = valueAt(model, section);
    if (value && value.kind !== "mapping" && value.kind !== "unread") {
      report(`The section "${section}" must be a mapping.`, value.origin);
    }
  }
  const services = valueAt(model, "services");
  if (services?.kind !== "mapping") return;
  for (const { name, key, value } of services.entries.values()) {
    if (!/^[\w.-]+$/.test(name)) report(`"${name}" is no name of a service.`, key);
    if (value.kind === "mapping") checkService(value, report);
    else if (value.kind !== "unread") report(`Service "${name}" must be a mapping.`, key);
  }
}

function checkService(service: MappingValue, report: Report): void {
  for (const { name, key, value } of service.entries.values()) {
    if (name.startsWith("x-")) continue;
    const shape = Object.hasOwn(OF_SERVICE, name) ? OF_SERVICE[name] : undefined;
    if (!SERVICE_KEYS.has(name)) report(`Compose knows no attribute "${name}" of a service.`, key);
    else if (shape && value.kind !== "unread" && !hasShape(value, shape)) {
      report(`The value of ${name} must be ${words(shape)}.`, value.kind === "empty" ? key : value.origin);
    }
  }
  for (const port of itemsOf(valueAt(service, "ports"))) {
    const host = valueAt(port, "host_ip");
    if (host?.kind === "scalar" && !host.raw.includes(UNKNOWN) && !isAddress(host.raw)) {
      report(`"${host.raw}" is no IP address.`, host.origin);
    }
  }
}

function words(shape: Shape): string {
  const others: Partial<Record<Shape, string>> = { "a command": "a text or a list of texts", texts: "a text or a list of texts", "a size": "a number or a text", variables: "a mapping or a list of texts", ports: "a list of ports", mounts: "a list of mounts", networks: "a mapping or a list of names" }; // prettier-ignore
  return others[shape] ?? shape;
}

function hasShape(value: Value, shape: Shape): boolean {
  switch (shape) {
    case "a text":
      return isScalar(value, "string");
    case "a size":
      return isScalar(value, "string", "int", "float");
    case "a mapping":
      return value.kind === "mapping";
    case "a command":
      return isNull(value) || isScalar(value, "string") || isTexts(value);
    case "a list of texts":
      return isTexts(value);
    case "texts":
      return isScalar(value, "string") || isTexts(value);
    case "variables":
      return value.kind === "mapping"
        ? [...value.entries.values()].every((entry) => isNull(entry.value) || isPrintable(entry.value)) // prettier-ignore
        : isTexts(value);
    case "ports":
      return value.kind === "sequence" && value.items.every((item) => isScalar(item, "string", "int", "float") || isPort(item)); // prettier-ignore
    case "mounts":
      return value.kind === "sequence" && value.items.every((item) => item.kind === "unread" || isScalar(item, "string") || isMount(item)); // prettier-ignore
    case "networks":
      return value.kind === "mapping"
        ? [...value.entries.values()].every((entry) => isNull(entry.value) || entry.value.kind === "mapping")
        : isTexts(value);
  }
}

function isPort(item: Value): boolean {
  if (item.kind !== "mapping") return item.kind === "unread";
  const knows: Readonly<Record<string, readonly ScalarType[]>> = { name: ["string"], mode: ["string"], host_ip: ["string"], target: ["int", "string"], published: ["int", "string"], protocol: ["string"], app_protocol: ["string"] }; // prettier-ignore
  return [...item.entries.values()].every(({ name, value }) => {
    if (name.startsWith("x-")) return true;
    const types = Object.hasOwn(knows, name) ? knows[name] : undefined;
    if (types === undefined || !isScalar(value, ...types)) return value.kind === "unread";
    return name !== "target" || value.kind !== "scalar" || /^[-+]?\d+$/.test(readScalar(value).shown) || value.raw.includes(UNKNOWN); // prettier-ignore
  });
}

const MOUNTS = /^(?:bind|volume|tmpfs|cluster|npipe|image)$/;

function isMount(item: Value): boolean {
  const type = valueAt(item, "type");
  if (type?.kind !== "scalar" || !(MOUNTS.test(type.raw) || type.raw.includes(UNKNOWN))) return false;
  return ["source", "target"].every((name) => {
    const value = valueAt(item, name);
    return value === undefined || value.kind === "unread" || isScalar(value, "string");
  });
}

function isScalar(value: Value, ...types: readonly ScalarType[]): boolean {
  return value.kind === "scalar" && types.includes(readScalar(value).type);
}

/** Infinity and NaN have no place in the JSON that Compose checks. */
function isPrintable(value: Value): boolean {
  if (value.kind !== "scalar") return value.kind === "unread";
  return !/^(?:[-+]Inf|NaN)$/.test(readScalar(value).type === "float" ? readScalar(value).shown : "");
}

function isTexts(value: Value): boolean {
  return (
    value.kind === "sequence" &&
    value.items.every((item) => item.kind === "unread" || isScalar(item, "string"))
  );
}

export function itemsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === "sequence" ? value.items : [];
}
