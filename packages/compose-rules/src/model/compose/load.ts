import path from "node:path";
import type { Origin, Problem } from "../../language/source.js";
import { distinctProblems, placeOf } from "../../language/source.js";
import { spread } from "../../language/text.js";
import {
  isNull,
  mappingOf,
  sequenceOf,
  valueAt,
  type DataFile,
  type MappingValue,
  type Value,
} from "../../language/value.js";
import { canonical, resolvePaths } from "./canonical.js";
import type { Disk } from "./disk.js";
import { lookupIn, withFiles, type Environment } from "./environment.js";
import { applyExtends, type Bases, type OpenBases } from "./extends.js";
import { readLayer, reset, type Path } from "./layer.js";
import { merge, mergeMappings, reporter, type Report } from "./merge.js";
import { dataKey, textScalar } from "./scalars.js";
import { mapServices, uniqueServices } from "./unique.js";
import { resolvePath } from "./volumes.js";

/** Files one project may be read from: each include and each extended file counts as often as it is met. */
const MAX_LOADS = 2_000;
/** Ports one project may publish, ranges counted out. */
const MAX_PORTS = 100_000;
/** Sections of an included file that become part of the including one. */
const RESOURCES = ["services", "jobs", "volumes", "networks", "secrets", "configs", "models"];

/** All files of a project merged, notations written out, with what stood in the way. */
export interface Model {
  readonly value: MappingValue;
  readonly problems: readonly Problem[];
  /** Every YAML or JSON file that was opened. */
  readonly files: readonly string[];
}

/** The files given together, the directory their paths are relative to, and what is known of the machine. */
export interface Request {
  readonly files: readonly string[];
  readonly directory: string;
  readonly environment: Environment;
  /** Set where the files may need others, not known here, that say the rest of their services. */
  readonly isPart?: boolean;
  /** The services that are meant, where the others are not. */
  readonly only?: ReadonlySet<string>;
}

/** Merges the files of a project as Compose does (compose-go `loader`). */
export function loadModel(request: Request, disk: Disk): Model {
  const problems = new Set<Problem>();
  const loader = new Loader(disk, problems, request);
  const { files, directory, environment } = request;
  const value = loader.project(files, directory, directory, environment, []);
  // Lists are looked through after each file, so that what is wrong in one is met again.
  return { value, problems: distinctProblems(problems), files: [...loader.files] };
}

class Loader {
  readonly files = new Set<string>();
  readonly #disk: Disk;
  readonly #problems: Set<Problem>;
  readonly #report: Report;
  readonly #first: string;
  readonly #budget = { ports: MAX_PORTS };
  #loads = 0;

  constructor(disk: Disk, problems: Set<Problem>, { files }: Request) {
    this.#disk = disk;
    this.#problems = problems;
    this.#first = files[0] ?? "";
    const collected: Problem[] = [];
    const report = reporter(collected);
    this.#report = (message, origin, kind) => {
      report(message, origin, kind);
      for (const problem of collected.splice(0)) problems.add(problem);
    };
  }

  /**
   * Files given together, or included together.
   *
   * @param base - what their paths are put behind: the directory, seen from that of the including file, as long as
   * lists are merged, since Compose tells what is twice in them by the text
   */
  project(
    files: readonly string[],
    directory: string,
    base: string,
    environment: Environment,
    including: readonly string[],
    at?: Origin,
  ): MappingValue {
    let model = mappingOf(at ?? { file: { path: files[0] ?? "", text: "" }, range: [0, 0] }, []);
    for (const file of files) {
      model = this.#file(file, model, directory, environment, including, at);
    }
    return inheritEnvironment(resolvePaths(model, base, environment.home), environment);
  }

  #file(
    file: string,
    before: MappingValue,
    directory: string,
    environment: Environment,
    including: readonly string[],
    at?: Origin,
  ): MappingValue {
    const opened = this.#open(file, at);
    if (!opened) return before;
    let model = before;
    for (const document of opened.documents) {
      const layer = this.#layer(document, opened, environment);
      if (!layer) continue;
      const chain = [...including, file];
      const included = this.#includes(layer.value, directory, environment, chain, layer.resets);
      const extended = applyExtends(
        included,
        file,
        layer.resets,
        this.#basesFrom(directory, environment),
        this.#report,
      );
      model = this.#canonical(mergeMappings(reset(model, layer.resets), extended, [], this.#report));
    }
    return model;
  }

  /** One document, interpolated; undefined, and reported, where it is no mapping. */
  #layer(document: Value, { problems }: DataFile, environment: Environment) {
    if (document.kind !== "mapping") {
      this.#report("A Compose file is a mapping.", document.origin);
      return undefined;
    }
    const found: Problem[] = [];
    const layer = readLayer(document, lookupIn(environment), found);
    // What a file of variables sets is no longer missing, even where only the machine knows to what.
    const isSet = ({ missing }: Problem) => missing !== undefined && environment.variables.has(missing);
    for (const problem of [...problems, ...found]) if (!isSet(problem)) this.#problems.add(problem);
    return layer;
  }

  #canonical(model: MappingValue): MappingValue {
    const unique = uniqueServices(model, this.#report);
    const whole = canonical(unique, this.#report, this.#budget);
    return whole === unique ? unique : uniqueServices(whole, this.#report);
  }

  #open(file: string, at?: Origin): DataFile | undefined {
    const place = at ? placeOf(at) : { path: this.#first, range: [0, 0] as const };
    if (++this.#loads > MAX_LOADS) {
      const message = `More than ${String(MAX_LOADS)} files are included or extended.`;
      if (this.#loads === MAX_LOADS + 1) this.#problems.add({ message, place, kind: "unread" });
      return undefined;
    }
    const opened = this.#disk.open(file);
    if (!("error" in opened)) {
      this.files.add(file);
      return opened;
    }
    const message = `${this.#disk.show(file)} could not be read: ${opened.error.replace(/\.$/, "")}.`;
    this.#problems.add({ message, place, kind: this.#disk.has(file) ? "unread" : "refused" });
    return undefined;
  }

  /** Opens the services of other files for those that extend them; each file once. */
  #basesFrom(directory: string, environment: Environment): OpenBases {
    const known = new Map<string, Bases | undefined>();
    return (written, at) => {
      const file = resolvePath(written, directory, environment.home);
      if (!known.has(file)) known.set(file, this.#bases(file, directory, environment, at));
      return known.get(file);
    };
  }

  #bases(file: string, directory: string, environment: Environment, at: Value): Bases | undefined {
    const opened = this.#open(file, at.origin);
    if (!opened) return undefined;
    let model = mappingOf(at.origin, []);
    let resets: readonly Path[] = [];
    for (const document of opened.documents) {
      const layer = this.#layer(document, opened, environment);
      if (!layer) continue;
      resets = layer.resets;
      model = this.#canonical(mergeMappings(reset(model, resets), layer.value, [], this.#report));
    }
    const base = path.posix.relative(directory, path.posix.dirname(file)) || ".";
    const services = valueAt(resolvePaths(model, base, environment.home), "services");
    if (services?.kind === "mapping") return { file, services, resets };
    this.#report(`${this.#disk.show(file)} has no services to extend.`, at.origin);
    return undefined;
  }

  /** The document with the files it includes merged under it. */
  #includes(
    model: MappingValue,
    directory: string,
    environment: Environment,
    including: readonly string[],
    resets: readonly Path[],
  ): MappingValue {
    const list = model.entries.get("include")?.value;
    if (!list || isNull(list)) return model;
    let result = mappingOf(
      model.origin,
      [...model.entries.values()].filter(({ name }) => name !== "include"),
    );
    if (list.kind !== "sequence") {
      if (list.kind !== "unread") this.#report("What is included must be a list.", list.origin);
      return result;
    }
    for (const item of list.items) {
      const imported = this.#include(item, directory, environment, including);
      if (imported) result = this.#import(imported, result, resets);
    }
    return result;
  }

  #include(
    item: Value,
    directory: string,
    environment: Environment,
    including: readonly string[],
  ): MappingValue | undefined {
    const files = texts(item.kind === "mapping" ? valueAt(item, "path") : item);
    const [main] = files.map((file) => resolvePath(file, directory, environment.home));
    if (main === undefined) {
      if (item.kind !== "unread") this.#report("An include names no file.", item.origin);
      return undefined;
    }
    if (including.includes(main)) {
      const chain = [...including, main].map((file) => this.#disk.show(file)).join(" → ");
      this.#report(`Files include each other in a circle: ${chain}.`, item.origin);
      return undefined;
    }
    const [given] = texts(valueAt(item, "project_directory"));
    const own = given === undefined ? path.posix.dirname(main) : resolvePath(given, directory);
    const named = texts(valueAt(item, "env_file")).filter((file) => file !== "/dev/null");
    const usual = path.posix.join(own, ".env");
    const envFiles =
      texts(valueAt(item, "env_file")).length > 0
        ? named.map((file) => resolvePath(file, directory))
        : "text" in this.#disk.read(usual)
          ? [usual]
          : [];
    const read = withFiles(environment, envFiles, this.#disk);
    if (read.problem !== undefined) this.#report(read.problem, item.origin);
    const all = files.map((file) => resolvePath(file, directory, environment.home));
    const base = path.posix.relative(directory, own) || ".";
    return this.project(all, own, base, read.environment, including, item.origin);
  }

  #import(imported: MappingValue, into: MappingValue, resets: readonly Path[]): MappingValue {
    const entries = new Map(into.entries);
    for (const name of RESOURCES) {
      const from = imported.entries.get(name);
      if (from?.value.kind !== "mapping") continue;
      const own = into.entries.get(name);
      if (own?.value.kind !== "mapping") {
        entries.set(name, from);
        continue;
      }
      const section = new Map(own.value.entries);
      for (const entry of from.value.entries.values()) {
        const known = section.get(entry.name);
        if (known && dataKey(entry.value) === dataKey(known.value)) continue;
        section.set(entry.name, known ? { ...known, value: this.#override(name, entry.name, entry.value, known.value, resets) } : entry); // prettier-ignore
      }
      entries.set(name, { name, key: own.key, value: mappingOf(own.value.origin, section.values()) });
    }
    return mappingOf(into.origin, entries.values());
  }

  #override(section: string, name: string, base: Value, over: Value, resets: readonly Path[]): Value {
    const own = resets.flatMap(([first, second, ...rest]) =>
      first === section && second === name && rest.length > 0 ? [rest] : [],
    );
    return merge(base.kind === "mapping" ? reset(base, own) : base, over, [section, name], this.#report);
  }
}

/** The texts of a list, or the one text. */
function texts(value: Value | undefined): string[] {
  if (value?.kind === "sequence") return value.items.flatMap(texts);
  return value?.kind === "scalar" && !isNull(value) ? [value.raw] : [];
}

/** Variables listed without a value take the one of the environment, where it has one. */
function inheritEnvironment(model: MappingValue, { variables }: Environment): MappingValue {
  return mapServices(model, (service) => {
    const environment = service.entries.get("environment");
    const list = environment?.value;
    if (!environment || list?.kind !== "sequence") return service;
    const items = list.items.map((item) => {
      const value = item.kind === "scalar" ? variables.get(item.raw) : undefined;
      if (item.kind !== "scalar" || value === undefined) return item;
      return textScalar(spread(`${item.raw}=${value}`, item.origin.range, item.origin), item.origin);
    });
    if (items.every((item, index) => item === list.items[index])) return service;
    const entry = { ...environment, value: sequenceOf(list.origin, items) };
    return mappingOf(service.origin, new Map(service.entries).set("environment", entry).values());
  });
}
