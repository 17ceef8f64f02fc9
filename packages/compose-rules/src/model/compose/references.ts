import { UNKNOWN } from "../../language/text.js";
import { isNull, valueAt, type MappingValue, type Value } from "../../language/value.js";
import type { Report } from "./merge.js";
import { itemsOf } from "./shape.js";
import { cleanPath } from "./volumes.js";

/** Reports what Compose would refuse because parts of a project do not fit each other. */
export function checkReferences(model: MappingValue, report: Report): void {
  const services = valueAt(model, "services");
  if (services?.kind !== "mapping") return;
  for (const { name, key, value } of services.entries.values()) {
    if (value.kind !== "mapping") continue;
    const has = (attribute: string) => value.entries.has(attribute);
    const image = valueAt(value, "image");
    if (
      !has("build") &&
      !has("provider") &&
      (image?.kind === "scalar" ? image.raw === "" : image?.kind !== "unread")
    ) {
      report(`Service "${name}" has neither an image nor a build.`, key);
    }
    const networks = valueAt(value, "networks");
    const mode = valueAt(value, "network_mode");
    if (mode?.kind === "scalar" && networks?.kind === "mapping" && networks.entries.size > 0) {
      report(`Service "${name}" has both network_mode and networks.`, mode.origin);
    }
    const shared = mode?.kind === "scalar" ? /^service:(.*)$/.exec(mode.raw)?.[1] : undefined;
    if (mode && shared !== undefined && !isKnown(services, shared)) {
      report(`There is no service "${shared}" whose network could be shared.`, mode.origin);
    }
    checkNames(valueAt(value, "depends_on"), services, "service", report);
    checkNames(networks, valueAt(model, "networks"), "network", report);
    checkVolumes(value, valueAt(model, "volumes"), report);
  }
  checkCycles(services, report);
}

function checkNames(used: Value | undefined, known: Value | undefined, what: string, report: Report): void {
  if (used?.kind !== "mapping") return;
  for (const { name, key } of used.entries.values()) {
    const isImplied = what === "network" && name === "default";
    if (!isKnown(known, name) && !isImplied) report(`There is no ${what} "${name}".`, key);
  }
}

function checkVolumes(service: MappingValue, volumes: Value | undefined, report: Report): void {
  const targets = new Set<string>();
  for (const item of itemsOf(valueAt(service, "tmpfs"))) {
    if (item.kind !== "scalar") continue;
    const target = item.raw.split(":", 1)[0] ?? "";
    if (targets.has(target)) report(`${target} is mounted twice.`, item.origin);
    targets.add(target);
  }
  for (const item of itemsOf(valueAt(service, "volumes"))) {
    const [type, source, target] = ["type", "source", "target"].map((name) => valueAt(item, name));
    if (type?.kind === "scalar" && type.raw === "volume" && source?.kind === "scalar" && source.raw !== "") {
      if (!isKnown(volumes, source.raw)) report(`There is no volume "${source.raw}".`, source.origin);
    }
    if (type?.kind === "scalar" && type.raw === "bind" && (!source || isNull(source))) {
      report("A bind mount needs a source.", item.origin);
    }
    if (target?.kind !== "scalar") continue;
    const path = cleanPath(target.raw);
    if (targets.has(path)) report(`${path} is mounted twice.`, target.origin);
    targets.add(path);
  }
}

/** Reports services that wait for each other: by depends_on, links, and networks that are shared. */
function checkCycles(services: MappingValue, report: Report): void {
  const done = new Set<string>();
  for (const start of services.entries.keys()) {
    // Chains may be longer than the stack is deep.
    const path: { name: string; next: string[] }[] = [];
    const onPath = new Set<string>();
    const enter = (name: string) => {
      const entry = services.entries.get(name);
      if (!entry || done.has(name)) return;
      if (onPath.has(name)) {
        const from = path.findIndex((step) => step.name === name);
        const chain = [...path.slice(from).map((step) => step.name), name].join(" → ");
        report(`Services wait for each other in a circle: ${chain}.`, entry.key);
        return;
      }
      onPath.add(name);
      path.push({ name, next: waitsFor(entry.value) });
    };
    enter(start);
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const next = step.next.shift();
      if (next !== undefined) enter(next);
      else {
        done.add(step.name);
        onPath.delete(step.name);
        path.pop();
      }
    }
  }
}

function waitsFor(service: Value): string[] {
  const names = valueAt(service, "depends_on");
  const mode = valueAt(service, "network_mode");
  const shared = mode?.kind === "scalar" ? /^service:(.*)$/.exec(mode.raw)?.[1] : undefined;
  const links = itemsOf(valueAt(service, "links")).flatMap((item) => item.kind === "scalar" ? (item.raw.split(":", 1)[0] ?? []) : []); // prettier-ignore
  return [
    ...(names?.kind === "mapping" ? names.entries.keys() : []),
    ...(shared === undefined ? [] : [shared]),
    ...links,
  ];
}

/** Names that hold an unknown variable may be any. */
function isKnown(section: Value | undefined, name: string): boolean {
  if (name.includes(UNKNOWN)) return true;
  return section?.kind === "unread" || (section?.kind === "mapping" && section.entries.has(name));
}
