import { UNKNOWN } from "../../language/text.js";
import { spread } from "../../language/text.js";
import type { Origin } from "../../language/source.js";
import {
  isNull,
  mappingOf,
  sequenceOf,
  type MappingValue,
  type ScalarValue,
  type Value,
} from "../../language/value.js";
import { nameEntry, type Report } from "./merge.js";
import { parsePort } from "./ports.js";
import { readScalar, textScalar } from "./scalars.js";
import { mapEntries, mapServices } from "./unique.js";
import { cleanPath, parseVolume, resolvePath } from "./volumes.js";

/** How many ports ranges may still be counted out to. */
interface Budget {
  ports: number;
}

type Change = (value: Value, report: Report, budget: Budget) => Value;

const names: Change = (value) =>
  value.kind === "sequence"
    ? mappingOf(
        value.origin,
        value.items.flatMap((item) => (item.kind === "scalar" ? [nameEntry(item)] : [])),
      )
    : value;

const CHANGES: Readonly<Record<string, Change>> = {
  ports: (value, report, budget) => each(value, (item) => portsOf(item, report, budget)),
  volumes: (value, report) => each(value, (item) => [volumeOf(item, report)]),
  env_file: (value) => each(value.kind === "scalar" ? sequenceOf(value.origin, [value]) : value, (item) => [item.kind === "scalar" ? record(item.origin, { path: item }) : item]), // prettier-ignore
  networks: names,
  depends_on: names,
  build: (value) =>
    value.kind === "scalar" && !isNull(value) ? record(value.origin, { context: value }) : value,
};

/** The model with short notations of services written out, as compose-go's `transform.Canonical` does. */
export function canonical(model: MappingValue, report: Report, budget: Budget): MappingValue {
  return mapServices(model, (service) => changed(service, CHANGES, report, budget));
}

function changed(
  service: MappingValue,
  changes: Readonly<Record<string, Change>>,
  report: Report,
  budget: Budget,
): MappingValue {
  return mapEntries(service, ({ name, value }) =>
    Object.hasOwn(changes, name) ? (changes[name]?.(value, report, budget) ?? value) : value,
  );
}

function each(list: Value, change: (item: Value) => readonly Value[]): Value {
  if (list.kind !== "sequence") return list;
  const items = list.items.flatMap(change);
  const isSame =
    items.length === list.items.length && items.every((item, index) => item === list.items[index]);
  return isSame ? list : sequenceOf(list.origin, items);
}

function portsOf(item: Value, report: Report, budget: Budget): readonly Value[] {
  if (item.kind !== "scalar") return [item];
  if (budget.ports < 0) return [];
  const { type, shown } = readScalar(item);
  const parsed = type === "int" || type === "string" ? parsePort(shown) : { error: `"${shown}" is no port.` };
  if ("error" in parsed) {
    if (shown.includes(UNKNOWN)) return [item];
    report(parsed.error, item.origin);
    return [];
  }
  budget.ports -= parsed.length;
  if (budget.ports < 0) {
    report("Too many ports are published to be looked at one by one.", item.origin, "unread");
    return [];
  }
  return parsed.map(({ hostIp, published, target, protocol }) =>
    record(item.origin, {
      mode: written("ingress", item.origin),
      ...(hostIp === undefined ? {} : { host_ip: written(hostIp, item.origin) }),
      target: { ...written(String(target), item.origin), isPlain: true, value: target },
      ...(published === undefined ? {} : { published: written(published, item.origin) }),
      protocol: written(protocol, item.origin),
    }),
  );
}

function volumeOf(item: Value, report: Report): Value {
  if (item.kind !== "scalar") return item;
  const volume = parseVolume(item.raw);
  if ("error" in volume) {
    report(volume.error, item.origin);
    return { kind: "unread", origin: item.origin, because: volume.error };
  }
  const { type, source, target, isReadOnly, options } = volume;
  return record(item.origin, {
    type: written(type, item.origin),
    ...(source === "" ? {} : { source: written(source, item.origin) }),
    target: written(cleanPath(target), item.origin),
    // Compose fills in what the long notation can say, so that no mount in long notation is the same data.
    ...(options === undefined ? {} : { [type]: record(item.origin, { "": written(options, item.origin) }) }),
    ...(isReadOnly ? { read_only: { ...written("true", item.origin), isPlain: true, value: true } } : {}),
  });
}

function written(value: string, origin: Origin): ScalarValue {
  return textScalar(spread(value, origin.range, origin), origin);
}

function record(origin: Origin, values: Readonly<Record<string, Value>>): MappingValue {
  return mappingOf(
    origin,
    Object.entries(values).map(([name, value]) => ({ name, key: origin, value })),
  );
}

/** The model with the paths of its services made absolute. */
export function resolvePaths(model: MappingValue, directory: string, home: string | undefined): MappingValue {
  const path = (value: Value): Value =>
    value.kind === "scalar" && !isNull(value) && value.raw !== ""
      ? written(resolvePath(value.raw, directory, home), value.origin)
      : value;
  const inside = (name: string) => (value: Value) =>
    value.kind === "mapping" ? changed(value, { [name]: path }, ignore, { ports: 0 }) : value;
  const changes: Readonly<Record<string, Change>> = {
    extends: inside("file"),
    build: inside("context"),
    env_file: (value) => each(value, (item) => [inside("path")(item)]),
    volumes: (value) =>
      each(value, (item) => {
        const type = item.kind === "mapping" ? item.entries.get("type")?.value : undefined;
        return [type?.kind === "scalar" && type.raw === "bind" ? inside("source")(item) : item];
      }),
  };
  return mapServices(model, (service) => changed(service, changes, ignore, { ports: 0 }));
}

function ignore(): void {
  // Paths are not refused.
}
