import {
  mappingOf,
  sequenceOf,
  valueAt,
  type Entry,
  type MappingValue,
  type Value,
} from "../../language/value.js";
import type { Report } from "./merge.js";
import { readScalar } from "./scalars.js";
import { parseVolume } from "./volumes.js";

/** What makes an item of a list the same as another; undefined where Compose refuses it. */
type Key = (item: Value, report: Report) => string | undefined;

const byName: Key = (item, report) => {
  if (item.kind === "scalar" && readScalar(item).type === "string") return item.raw.split("=", 1)[0] ?? "";
  if (item.kind !== "unread") report("A text was expected here.", item.origin);
  return undefined;
};

const byPort: Key = (item, report) => {
  if (item.kind === "scalar") return readScalar(item).shown;
  if (item.kind !== "mapping") return "";
  const part = (name: string) => {
    const value = valueAt(item, name);
    return value?.kind === "scalar" ? readScalar(value) : undefined;
  };
  const target = part("target");
  if (!target) {
    report("A port needs a target.", item.origin);
    return undefined;
  }
  // A number and a text of the same digits are two ports to Compose.
  const published = part("published");
  return [part("host_ip")?.shown ?? "0.0.0.0", published?.type, published?.shown, target.shown, part("protocol")?.shown ?? "tcp"].join(" "); // prettier-ignore
};

const byTarget: Key = (item, report) => {
  if (item.kind === "scalar") {
    const volume = parseVolume(item.raw);
    if (!("error" in volume)) return volume.target;
    report(volume.error, item.origin);
    return undefined;
  }
  const target = valueAt(item, "target");
  if (item.kind !== "mapping") return "";
  if (target?.kind === "scalar" && readScalar(target).type === "string") return target.raw;
  report("A mount needs a target.", item.origin);
  return undefined;
};

const byPath: Key = (item) => {
  const path = item.kind === "mapping" ? valueAt(item, "path") : item;
  return path?.kind === "scalar" ? path.raw : "";
};

const byText: Key = (item) => (item.kind === "scalar" ? readScalar(item).shown : "");

/** Lists of a service in which a later item takes the place of an earlier one. */
const OF_SERVICE: Readonly<Record<string, Key>> = {
  annotations: byName, "build.args": byName, "build.labels": byName, cap_add: byName, cap_drop: byName, dns: byName, dns_opt: byName, dns_search: byName,
  environment: byName, env_file: byPath, expose: byText, labels: byName, links: byName, ports: byPort, profiles: byName, sysctls: byName, tmpfs: byName,
  volumes: byTarget, "deploy.labels": byName,
}; // prettier-ignore

/** Removes what is said twice in the lists of the services: the last one counts, at the place of the first. */
export function uniqueServices(model: MappingValue, report: Report): MappingValue {
  return mapServices(model, (service) => uniqueAt(service, "", report));
}

function uniqueAt(value: MappingValue, path: string, report: Report): MappingValue {
  return mapEntries(value, (entry) => {
    if (entry.value.kind === "sequence") return unique(entry.value, path + entry.name, report);
    const isNested = entry.name === "build" || entry.name === "deploy";
    return isNested && entry.value.kind === "mapping"
      ? uniqueAt(entry.value, `${path}${entry.name}.`, report)
      : entry.value;
  });
}

/** One list of a service, named by its path within it, with dots. */
export function unique(list: Value & { kind: "sequence" }, path: string, report: Report) {
  const key = OF_SERVICE[path];
  if (!key) return list;
  const items = new Map<string, Value>();
  for (const item of list.items) {
    const name = key(item, report);
    if (name !== undefined) items.set(name, item);
  }
  return items.size === list.items.length ? list : sequenceOf(list.origin, [...items.values()]);
}

/** The model with each of its services changed. */
export function mapServices(
  model: MappingValue,
  change: (service: MappingValue, entry: Entry) => MappingValue,
): MappingValue {
  return mapEntries(model, ({ name, value: services }) =>
    name === "services" && services.kind === "mapping"
      ? mapEntries(services, (entry) =>
          entry.value.kind === "mapping" ? change(entry.value, entry) : entry.value,
        )
      : services,
  );
}

/** The mapping with each value changed; the same mapping where none is. */
export function mapEntries(mapping: MappingValue, change: (entry: Entry) => Value): MappingValue {
  const changed = new Map<string, Entry>();
  for (const entry of mapping.entries.values()) {
    const value = change(entry);
    if (value !== entry.value) changed.set(entry.name, { name: entry.name, key: entry.key, value });
  }
  if (changed.size === 0) return mapping;
  return mappingOf(
    mapping.origin,
    Array.from(mapping.entries.values(), (entry) => changed.get(entry.name) ?? entry),
  );
}
