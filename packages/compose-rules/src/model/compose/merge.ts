import { placeOf, type Origin, type Problem } from "../../language/source.js";
import { slice, TextBuilder } from "../../language/text.js";
import {
  isNull,
  mappingOf,
  sequenceOf,
  valueAt,
  type Entry,
  type MappingValue,
  type SequenceValue,
  type Value,
} from "../../language/value.js";
import type { Path } from "./layer.js";
import { dataKey, textOf, textScalar } from "./scalars.js";
import { unique } from "./unique.js";

/** Merges a later value over an earlier one; undefined where Compose refuses to. */
type Merge = (base: Value, over: Value, path: Path, report: Report) => Value | undefined;
export type Report = (message: string, origin: Origin, kind?: Problem["kind"]) => void;

/** A report that collects; what it is told is refused by Compose, where nothing else is said. */
export function reporter(problems: Problem[]): Report {
  return (message, origin, kind = "refused") => {
    problems.push({ message, place: placeOf(origin), kind });
  };
}

const replace: Merge = (_base, over) => over;

const keyValues: Merge = (base, over, path, report) => {
  const items = [...asList(base), ...asList(over)];
  return unique(sequenceOf(over.origin, items), "environment", report);
};

const lists: Merge = (base, over) => append(asList(base), asList(over), over.origin);

const asMappings: Merge = (base, over, path, report) =>
  mergeMappings(asMapping(base, report), asMapping(over, report), path, report);

const builds: Merge = (base, over, path, report) => mergeMappings(asBuild(base), asBuild(over), path, report);

const logging: Merge = (base, over, path, report) => {
  const [driver, other] = [valueAt(base, "driver"), valueAt(over, "driver")];
  if (base.kind !== "mapping" || over.kind !== "mapping") return refuse(over, path, report);
  return driver && other && dataKey(driver) !== dataKey(other)
    ? over
    : mergeMappings(base, over, path, report);
};

const limits: Merge = (base, over, path, report) =>
  base.kind === "mapping" && over.kind === "mapping" ? mergeMappings(base, over, path, report) : over;

/** Attributes of a service that are not merged as mappings, or appended to, as everything else is. */
const OF_SERVICE: Readonly<Record<string, Merge>> = {
  annotations: keyValues, build: builds, "build.args": keyValues, "build.additional_contexts": keyValues, "build.extra_hosts": lists, "build.labels": keyValues,
  command: replace, depends_on: asMappings, dns: lists, dns_opt: lists, dns_search: lists, entrypoint: replace, env_file: lists, label_file: lists, environment: keyValues,
  extra_hosts: lists, "healthcheck.test": replace, labels: keyValues, logging, models: asMappings, networks: asMappings, sysctls: keyValues, tmpfs: lists,
  "deploy.labels": keyValues, "ulimits.*": limits,
}; // prettier-ignore

function mergeAt([section, , ...rest]: Path): Merge | undefined {
  if (section === "services" || section === "jobs") {
    return OF_SERVICE[rest.join(".")] ?? (rest.length === 2 ? OF_SERVICE[`${rest[0] ?? ""}.*`] : undefined);
  }
  return rest.join(".") === "labels" ? keyValues : undefined;
}

/**
 * Merges a later file over an earlier one, or a service over the one it extends, as compose-go's `override` does:
 * mappings key by key, lists one after the other, and everything else replaced, but for the attributes above.
 */
export function merge(base: Value, over: Value, path: Path, report: Report): Value {
  const special = path.length > 2 ? mergeAt(path) : undefined;
  if (special) return special(base, over, path, report) ?? over;
  if (isNull(over)) return base;
  if (base.kind === "mapping") {
    return over.kind === "mapping" ? mergeMappings(base, over, path, report) : refuse(over, path, report);
  }
  if (base.kind === "sequence") {
    return over.kind === "sequence"
      ? append(base.items, over.items, over.origin)
      : refuse(over, path, report);
  }
  return over;
}

export function mergeMappings(
  base: MappingValue,
  over: MappingValue,
  path: Path,
  report: Report,
): MappingValue {
  const entries = new Map<string, Entry>(base.entries);
  for (const entry of over.entries.values()) {
    const known = entries.get(entry.name);
    const value = known ? merge(known.value, entry.value, [...path, entry.name], report) : entry.value;
    const { key } = known && isService(path) && !saysWhatRuns(entry.value) ? known : entry;
    entries.set(entry.name, { name: entry.name, key, value });
  }
  return mappingOf(over.origin, entries.values());
}

function isService(path: Path): boolean {
  return path.length === 1 && path[0] === "services";
}

/** A file that only adds to a service is not where that is declared: what it leaves out is to be put right below its image. */
function saysWhatRuns(service: Value): boolean {
  return valueAt(service, "image") !== undefined || valueAt(service, "build") !== undefined;
}

function refuse(over: Value, path: Path, report: Report): Value {
  if (over.kind !== "unread") {
    report(`${path.join(".")} is of another kind than where it was set before.`, over.origin);
  }
  return over;
}

/** Items that are the same data to the letter are there once. */
function append(base: readonly Value[], over: readonly Value[], origin: Origin): SequenceValue {
  const items = [...base];
  const known = new Set(base.map(dataKey));
  for (const item of over) {
    const key = dataKey(item);
    if (!known.has(key)) items.push(item);
    known.add(key);
  }
  return sequenceOf(origin, items);
}

/** `K: v` as `K=v`; a list as it is, a single text as a list of one. */
function asList(value: Value): readonly Value[] {
  if (value.kind === "sequence") return value.items;
  if (value.kind === "scalar") return isNull(value) ? [] : [value];
  if (value.kind !== "mapping") return [];
  const pairs = [...value.entries.values()].flatMap((entry) =>
    (entry.value.kind === "sequence" ? entry.value.items : [entry.value]).map((item) => pair(entry, item)),
  );
  return pairs.sort((a, b) => (a.raw < b.raw ? -1 : 1));
}

function pair({ name, key }: Entry, value: Value) {
  const builder = new TextBuilder();
  for (const character of name.split("")) builder.push(character, ...key.range);
  if (value.kind === "scalar" && !isNull(value)) {
    const text = textOf(value);
    builder.push("=", ...key.range);
    builder.append(slice(text, 0));
    return textScalar(builder.build(value.origin), value.origin);
  }
  return textScalar(builder.build(key), key);
}

/** A list of names as a mapping with nothing behind them. */
function asMapping(value: Value, report: Report): MappingValue {
  if (value.kind === "mapping") return value;
  if (isNull(value)) return mappingOf(value.origin, []);
  const names = value.kind === "sequence" ? value.items : [value];
  return mappingOf(
    value.origin,
    names.flatMap((item) => {
      if (item.kind === "scalar" && !isNull(item)) return [nameEntry(item)];
      report("Names were expected here.", item.origin);
      return [];
    }),
  );
}

/** An entry named by a scalar, without value. */
export function nameEntry(item: Value & { kind: "scalar" }): Entry {
  return { name: item.raw, key: item.origin, value: { kind: "empty", origin: item.origin } };
}

function asBuild(value: Value): MappingValue {
  if (value.kind === "mapping") return value;
  const context = { name: "context", key: value.origin, value };
  return mappingOf(value.origin, value.kind === "scalar" && !isNull(value) ? [context] : []);
}
