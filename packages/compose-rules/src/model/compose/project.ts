import { distinctProblems, placeOf, type Problem } from "../../language/source.js";
import { UNKNOWN } from "../../language/text.js";
import { isNull, valueAt, type Entry, type MappingValue, type Value } from "../../language/value.js";
import { isNamedForTests } from "../server.js";
import type { Command, NetworkUse, Port, Project, Workload } from "../workload.js";
import type { Disk } from "./disk.js";
import type { Environment } from "./environment.js";
import { limitOf } from "./limits.js";
import { loadModel, type Request } from "./load.js";
import { reporter, type Report } from "./merge.js";
import { mountsOf } from "./mounts.js";
import { checkReferences } from "./references.js";
import { readScalar, textAt } from "./scalars.js";
import { checkShape, itemsOf } from "./shape.js";
import { variablesOf } from "./variables.js";
import { splitCommand } from "./words.js";

/**
 * The project some files declare together, as Compose would load it (compose-go): every service, whatever its
 * profiles. What Compose would refuse is a problem, and left out of the rest.
 */
export function readProject(request: Request, disk: Disk): Project {
  const model = loadModel(request, disk);
  const problems: Problem[] = [...model.problems];
  const report = reporter(problems);
  checkShape(model.value, report);
  if (request.isPart !== true) checkReferences(model.value, report);
  const services = valueAt(model.value, "services");
  const entries = services?.kind === "mapping" ? [...services.entries.values()] : [];
  const workloads = entries.flatMap((entry) =>
    entry.value.kind === "mapping" && request.only?.has(entry.name) !== false
      ? [workloadOf(entry, entry.value, model.value, request.environment, disk, problems)]
      : [],
  );
  return {
    platform: "compose",
    name: textAt(valueAt(model.value, "name"))?.value,
    workloads,
    problems: distinctProblems(problems),
    files: model.files,
  };
}

function workloadOf(
  { name, key }: Entry,
  service: MappingValue,
  model: MappingValue,
  environment: Environment,
  disk: Disk,
  problems: Problem[],
): Workload {
  const report = reporter(problems);
  const { limit, isUnknown, problems: memoryProblems } = limitOf(service);
  const { variables, hasUnknown } = variablesOf(service, environment, disk, problems);
  const mode = valueAt(service, "network_mode");
  const modeName = mode?.kind === "scalar" ? mode.raw : undefined;
  const uses = networksOf(service, key, model);
  const swap = valueAt(service, "memswap_limit");
  return {
    platform: "compose",
    subject: `services.${name}`,
    name,
    place: placeOf(key),
    image: textAt(valueAt(service, "image")),
    isBuilt: service.entries.has("build"),
    entrypoint: commandOf(valueAt(service, "entrypoint"), report),
    command: commandOf(valueAt(service, "command"), report),
    environment: variables,
    hasUnknownEnvironment: hasUnknown,
    memoryLimit: limit,
    hasUnknownLimit: isUnknown,
    memoryProblems,
    hasSwapLimit: swap !== undefined && !isNull(swap),
    ports: portsOf(service),
    exposes: itemsOf(valueAt(service, "expose")).flatMap((item) => Number(/^\d+/.exec(textAt(item)?.value ?? "")?.[0] ?? []) || []), // prettier-ignore
    mounts: mountsOf(service, valueAt(model, "volumes")),
    networks: modeName === undefined ? uses.map(({ use }) => use) : [],
    isOnHostNetwork: modeName === "host",
    hostNetworkPlace: mode && modeName === "host" ? placeOf(mode.origin) : undefined,
    sharesNetworkOf: modeName === undefined ? undefined : /^(?:service|container):(.+)$/.exec(modeName)?.[1],
    needs: [...keysOf(valueAt(service, "depends_on")), ...itemsOf(valueAt(service, "links")).flatMap((item) => textAt(item)?.value.split(":", 1) ?? [])], // prettier-ignore
    dnsNames: [...new Set([name, ...texts(service, "container_name"), ...texts(service, "hostname"), ...uses.flatMap(({ aliases }) => aliases)])], // prettier-ignore
    addresses: uses.flatMap(({ addresses }) => addresses),
    isForTests: isNamedForTests(name) || isNamedForTests(disk.show(key.file.path)),
    profiles: itemsOf(valueAt(service, "profiles")).flatMap((item) => textAt(item)?.value ?? []),
  };
}

function commandOf(value: Value | undefined, report: Report): Command | undefined {
  if (value?.kind === "sequence") {
    return { form: "list", words: value.items.flatMap((item) => textAt(item) ?? []) };
  }
  const text = textAt(value);
  if (!text || !value) return undefined;
  const words = splitCommand(text);
  if (!("error" in words)) return { form: "list", words };
  report(words.error, value.origin);
  return undefined;
}

function portsOf(service: MappingValue): readonly Port[] {
  return itemsOf(valueAt(service, "ports")).flatMap((item): Port[] => {
    const place = placeOf(item.origin);
    // What only the running machine knows was left as it is written.
    if (item.kind === "scalar") return [{ how: "ports", hostIp: UNKNOWN, published: UNKNOWN, protocol: "tcp", place }]; // prettier-ignore
    const part = (name: string) => {
      const value = valueAt(item, name);
      return value?.kind === "scalar" && !isNull(value) ? readScalar(value).shown : undefined;
    };
    const target = part("target");
    if (target === undefined) return [];
    const published = part("published");
    return [
      {
        how: "ports",
        hostIp: part("host_ip"),
        published: published === "" ? undefined : published,
        target: /^\d+$/.test(target) ? Number(target) : undefined,
        protocol: part("protocol") ?? "tcp",
        place,
      },
    ];
  });
}

interface Membership {
  readonly use: NetworkUse;
  readonly aliases: readonly string[];
  readonly addresses: readonly string[];
}

function networksOf(service: MappingValue, key: Entry["key"], model: MappingValue): readonly Membership[] {
  const networks = valueAt(service, "networks");
  const entries = networks?.kind === "mapping" ? [...networks.entries.values()] : [];
  const used = entries.length > 0 ? entries : [{ name: "default", key, value: undefined }];
  return used.map(({ name, key: at, value }) => {
    const declared = valueAt(model, "networks", name);
    const external = valueAt(declared, "external");
    return {
      use: {
        name,
        isDefault: name === "default",
        isInternal: isTrue(valueAt(declared, "internal")),
        isExternal: external?.kind === "mapping" || isTrue(external),
        place: placeOf(at),
      },
      aliases: itemsOf(valueAt(value, "aliases")).flatMap((item) => textAt(item)?.value ?? []),
      addresses: ["ipv4_address", "ipv6_address"].flatMap((one) => textAt(valueAt(value, one))?.value ?? []),
    };
  });
}

function keysOf(value: Value | undefined): readonly string[] {
  return value?.kind === "mapping" ? [...value.entries.keys()] : [];
}

function isTrue(value: Value | undefined): boolean {
  return value?.kind === "scalar" && /^(?:true|yes|y|on)$/i.test(value.raw);
}

function texts(service: MappingValue, name: string): string[] {
  return textAt(valueAt(service, name))?.value.split("\n", 1) ?? [];
}
