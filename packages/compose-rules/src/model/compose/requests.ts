import path from "node:path";
import { isNull, valueAt, type DataFile, type Value } from "../../language/value.js";
import type { ComposeSettings } from "../../settings.js";
import type { Disk } from "./disk.js";
import { withFiles, type Environment } from "./environment.js";
import type { Request } from "./load.js";
import { isCompose, mayBeCompose } from "./recognise.js";
import { itemsOf } from "./shape.js";
import { resolvePath } from "./volumes.js";

/** Names Docker looks for, the preferred first. */
const BASES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const OVERRIDES = ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"]; // prettier-ignore

/** A disk that knows its files. */
export interface Tree extends Disk {
  readonly root: string;
  readonly matching: (isWanted: (text: string) => boolean) => readonly string[];
}

/**
 * The projects of a tree, each with every file it may be read from. Files belong together by what the settings say, by
 * COMPOSE_FILE in a directory's `.env`, as a file and its override by name, or because one only completes services of
 * the other; every other file is a project of its own, unless another one includes it, with those of its services that
 * no other one extends.
 */
export function requestsOf(
  tree: Tree,
  settings: ComposeSettings,
): readonly (Request & { readonly reach: ReadonlySet<string> })[] {
  const files = new Set(tree.matching(mayBeCompose).filter((file) => !isForeign(tree, file)));
  const groups: (readonly string[])[] = (settings.projects ?? []).map((group) =>
    group.map((file) => path.posix.join(tree.root, file)),
  );
  // What the settings say about a file is all there is to say.
  const given = new Set(groups.flat());
  const directories = new Map<string, string[]>();
  for (const file of files) {
    if (given.has(file)) continue;
    const directory = path.posix.dirname(file);
    directories.set(directory, [...(directories.get(directory) ?? []), file]);
  }
  for (const [directory, own] of directories) groups.push(...groupsIn(directory, own, tree));
  const grouped = new Set(groups.flat());
  const requests = groups.map((group) => {
    const request = requestOf(group, tree);
    return group.some((file) => given.has(file)) ? { ...request, isPart: false } : request;
  });
  const reached = new Set(requests.flatMap(({ files: own, reach }) => [...reach].filter((file) => !own.includes(file)))); // prettier-ignore
  const alone = [...files].filter((file) => !grouped.has(file)).map((file) => requestOf([file], tree));
  for (const { files: own, reach } of alone) {
    for (const file of reach) if (!own.includes(file)) reached.add(file);
  }
  const [rest, whole] = [alone.filter(({ files: [file = ""] }) => reached.has(file)), alone.filter(({ files: [file = ""] }) => !reached.has(file))]; // prettier-ignore
  return [...requests, ...whole, ...leftOver(rest, files, tree)];
}

/** Of files that others extend, the services that nobody does: whoever starts these names the file itself. */
function leftOver<One extends Request>(rest: readonly One[], files: ReadonlySet<string>, disk: Disk): One[] {
  if (rest.length === 0) return [];
  const named = [...files].flatMap((file) => {
    const opened = disk.open(file);
    return "error" in opened ? [] : [namesIn(opened)];
  });
  const included = new Set(named.flatMap((names) => names.included));
  const extended = new Set(
    named.flatMap((names) => names.extended.map(({ file, service }) => `${file}\n${service}`)),
  );
  return rest.flatMap((request) => {
    const [file = ""] = request.files;
    if (included.has(file)) return [];
    const services = [...servicesOf(file, disk)].filter(([name, value]) => isWhole(value) && !extended.has(`${file}\n${name}`)); // prettier-ignore
    return services.length > 0 ? [{ ...request, only: new Set(services.map(([name]) => name)) }] : [];
  });
}

/** A file alone, of which nothing around it is known. */
export function requestAlone(file: string): Request {
  const environment = { variables: new Map<string, string>(), isComplete: false };
  return { files: [file], directory: path.posix.dirname(file), environment, isPart: isPart([file]) };
}

/** Files given together, with the `.env` beside the first. */
export function requestOf(
  files: readonly string[],
  disk: Disk,
): Request & { readonly reach: ReadonlySet<string> } {
  const directory = path.posix.dirname(files[0] ?? "");
  const environment = environmentOf(directory, disk);
  return { files, directory, environment, reach: reachOf(files, disk), isPart: isPart(files) };
}

/** A file that Docker does not look for by itself may be one of several. */
function isPart([file = "", ...more]: readonly string[]): boolean {
  return more.length === 0 && !BASES.includes(path.posix.basename(file));
}

function environmentOf(directory: string, disk: Disk): Environment {
  const unknown: Environment = { variables: new Map(), isComplete: false };
  const file = path.posix.join(directory, ".env");
  return disk.has(file) ? withFiles(unknown, [file], disk).environment : unknown;
}

/** Opened and no Compose file; what cannot be opened is reported by whoever loads it. */
function isForeign(disk: Disk, file: string): boolean {
  if ([...BASES, ...OVERRIDES].includes(path.posix.basename(file))) return false;
  const opened = disk.open(file);
  return "error" in opened || !isCompose(opened);
}

function groupsIn(directory: string, files: readonly string[], tree: Tree): (readonly string[])[] {
  const { variables } = environmentOf(directory, tree);
  const listed = variables.get("COMPOSE_FILE")?.split(variables.get("COMPOSE_PATH_SEPARATOR") ?? ":");
  if (listed) return [listed.map((file) => path.posix.join(directory, file))];
  const named = (names: readonly string[]) =>
    names.map((name) => path.posix.join(directory, name)).find((file) => files.includes(file));
  const base = named(BASES);
  const override = named(OVERRIDES);
  if (base === undefined) return [];
  const completing = files
    .filter((file) => file !== base && file !== override && completes(file, base, tree))
    .map((file) => [base, file]);
  return [override === undefined ? [base] : [base, override], ...completing];
}

/** Whether a file has services that only the other one says how to start, and no others. */
function completes(file: string, base: string, disk: Disk): boolean {
  const [own, other] = [servicesOf(file, disk), servicesOf(base, disk)];
  const names = [...own].flatMap(([name, value]) => (isWhole(value) ? [] : [name]));
  return names.length > 0 && names.every((name) => other.has(name));
}

function servicesOf(file: string, disk: Disk): Map<string, Value> {
  const services = new Map<string, Value>();
  const opened = disk.open(file);
  for (const document of "error" in opened ? [] : opened.documents) {
    const section = valueAt(document, "services");
    if (section?.kind !== "mapping") continue;
    for (const { name, value } of section.entries.values()) services.set(name, value);
  }
  return services;
}

function isWhole(service: Value): boolean {
  return ["image", "build", "extends", "provider"].some((name) => valueAt(service, name) !== undefined);
}

/** The files and all they include and extend, through any number of files. */
function reachOf(files: readonly string[], disk: Disk): ReadonlySet<string> {
  const reach = new Set<string>();
  const pending = [...files];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (reach.has(file)) continue;
    reach.add(file);
    const read = disk.read(file);
    // Few files name others; parsing all of them would cost the most.
    if (!("text" in read) || !/include|extends/.test(read.text)) continue;
    const opened = disk.open(file);
    if (!("error" in opened)) pending.push(...namedBy(opened));
  }
  return reach;
}

function namedBy(file: DataFile): string[] {
  const { included, extended } = namesIn(file);
  return [...extended.map((one) => one.file), ...included];
}

interface Names {
  readonly included: readonly string[];
  /** The services that others extend, of the file itself, too. */
  readonly extended: readonly { readonly file: string; readonly service: string }[];
}

/** What a file includes and extends, as far as it is written out. */
function namesIn({ file, documents }: DataFile): Names {
  const directory = path.posix.dirname(file.path);
  const raw = (value: Value | undefined): string[] => {
    if (value?.kind === "sequence") return value.items.flatMap(raw);
    return value?.kind === "scalar" && !isNull(value) ? [value.raw] : [];
  };
  const resolved = (name: string) => resolvePath(name, directory);
  const included = documents.flatMap((document) =>
    itemsOf(valueAt(document, "include"))
      .flatMap((item) => raw(item.kind === "mapping" ? valueAt(item, "path") : item))
      .map(resolved),
  );
  const extended = documents.flatMap((document) => {
    const services = valueAt(document, "services");
    if (services?.kind !== "mapping") return [];
    return [...services.entries.values()].flatMap(({ value }) => {
      const written = valueAt(value, "extends");
      const [service] = raw(written?.kind === "mapping" ? valueAt(written, "service") : written);
      const [other] = raw(valueAt(written, "file"));
      if (service === undefined && other === undefined) return [];
      return [{ file: other === undefined ? file.path : resolved(other), service: service ?? "" }];
    });
  });
  return { included, extended };
}
