import path from "node:path";
import { openText } from "../../language/open.js";
import { placeOf, type Origin, type Problem } from "../../language/source.js";
import { slice, spread, type Text } from "../../language/text.js";
import {
  isNull,
  valueAt,
  type DataFile,
  type MappingValue,
  type ScalarValue,
  type Value,
} from "../../language/value.js";
import { itemsAt, mayBeManifest, objectsOf, stringAt, stringsAt, type KubernetesObject } from "./objects.js";
import { jsonPatch, mergePatch, withEntry } from "./patch.js";
import { podTemplateOf } from "./pods.js";

/** The files a model may read: those below one root. Paths are absolute. */
export interface ManifestDisk {
  readonly open: (path: string) => DataFile | { readonly error: string };
  readonly read: (path: string) => { readonly text: string } | { readonly error: string };
  readonly has: (path: string) => boolean;
}

/** What a kustomization builds. */
export interface Build {
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly Problem[];
  /** Every file it was built from, itself included. */
  readonly reach: ReadonlySet<string>;
}

const NAMES = ["kustomization.yaml", "kustomization.yml"];
/** Sections that run charts or programs, or copy values between objects. */
const PROGRAMS = ["helmCharts", "helmChartInflationGenerator", "generators", "transformers", "replacements"];
/** Kustomizations of kustomizations are followed this far. */
const MAX_DEPTH = 16;
/** Kustomizations that one brings in, each as often as it is named. */
const MAX_VISITS = 1000;
/** Patches beyond this many are left out of one kustomization. */
const MAX_PATCHES = 500;

export function isKustomization(file: string): boolean {
  return NAMES.includes(path.posix.basename(file));
}

/**
 * The objects `kustomize build` would print, as far as that is static: bases, resources, components, generators,
 * patches, images and the namespace. Prefixes and suffixes are left out of the names by
 * which objects refer to each other.
 */
export function buildKustomization(file: string, disk: ManifestDisk): Build {
  const build = new Builder(disk);
  const objects = build.kustomization(file, 0);
  return { objects, problems: build.problems, reach: build.reach };
}

class Builder {
  readonly problems: Problem[] = [];
  readonly reach = new Set<string>();
  readonly #disk: ManifestDisk;
  readonly #open = new Set<string>();

  #visits = 0;

  constructor(disk: ManifestDisk) {
    this.#disk = disk;
  }

  /**
   * @param item - what names it in another one
   * @param among - the objects of the one that names it, which a component changes
   */
  kustomization(
    file: string,
    depth: number,
    item?: Value,
    among: KubernetesObject[] = [],
  ): KubernetesObject[] {
    this.reach.add(file);
    if (++this.#visits > MAX_VISITS) return this.#tooMany(item, among);
    if (item && this.#open.has(file)) return this.#refuse(item.origin, "Kustomizations build on each other in a circle."); // prettier-ignore
    if (item && depth > MAX_DEPTH) return this.#miss(item.origin, `More than ${String(MAX_DEPTH)} kustomizations build on each other.`); // prettier-ignore
    const opened = this.#disk.open(file);
    if ("error" in opened)
      return item ? this.#miss(item.origin, unreadable(stringAt(item) ?? "", opened)) : [];
    const root = opened.documents[0];
    if (root?.kind !== "mapping") return [];
    this.#open.add(file);
    const directory = path.posix.dirname(file);
    for (const section of PROGRAMS) {
      const entry = root.entries.get(section);
      if (entry && !isNull(entry.value)) this.#miss(entry.key, `What "${section}" makes of the objects, only Kustomize knows.`); // prettier-ignore
    }
    let objects = [
      ...among,
      ...["resources", "bases"].flatMap((section) =>
        itemsAt(root, section).flatMap((item) => this.#resource(item, directory, depth)),
      ),
    ];
    for (const item of itemsAt(root, "components")) {
      const inner = this.#kustomizationIn(stringAt(item) ?? "", directory);
      if (inner === undefined) objects.push(...this.#resource(item, directory, depth));
      else objects = this.kustomization(inner, depth + 1, item, objects);
    }
    for (const one of generated(root, directory, this.#disk, this.reach))
      objects = withGenerated(objects, one);
    for (const patch of this.#patches(root, directory)) {
      const isLost = patch.target?.kind !== "mapping" && !objects.some((object) => isMeant(object, patch));
      if (isLost) this.#refuse(patch.content.origin, "This patch names no object that is here.");
      objects = objects.flatMap((object) => applied(object, patch) ?? []);
    }
    const namespace = stringAt(root, "namespace");
    const [prefix, suffix] = [stringAt(root, "namePrefix") ?? "", stringAt(root, "nameSuffix") ?? ""];
    const images = itemsAt(root, "images");
    this.#open.delete(file);
    return objects.map((object) => {
      const fullName = prefix + (object.fullName ?? object.name) + suffix;
      return withImages({ ...object, fullName, ...(namespace === undefined ? {} : { namespace }) }, images);
    });
  }

  #resource(item: Value, directory: string, depth: number): KubernetesObject[] {
    const name = stringAt(item);
    if (name === undefined) return [];
    const target = path.posix.join(directory, name);
    if (/^[a-z+]+:\/\/|^git@|^(?:github|gitlab|bitbucket)\.[a-z]+\/|\?ref=/.test(name)) {
      return this.#miss(item.origin, `What "${name}" brings in is not here.`);
    }
    const inner = this.#kustomizationIn(name, directory);
    if (inner !== undefined) return this.kustomization(inner, depth + 1, item);
    this.reach.add(target);
    const content = this.#disk.read(target);
    if ("text" in content && !mayBeManifest(content.text)) return [];
    const opened = this.#disk.open(target);
    if (!("error" in opened)) return objectsOf(opened);
    const message = unreadable(name, opened);
    return this.#disk.has(target) ? this.#miss(item.origin, message) : this.#refuse(item.origin, message);
  }

  /** The kustomization of a folder. */
  #kustomizationIn(name: string, directory: string): string | undefined {
    if (/\.(?:ya?ml|json)$/i.test(name)) return undefined;
    return [...NAMES, "Kustomization"]
      .map((one) => path.posix.join(directory, name, one))
      .find((one) => this.#disk.has(one));
  }

  /** A few small files that name each other many times over would never end. */
  #tooMany(item: Value | undefined, among: KubernetesObject[]): KubernetesObject[] {
    if (item && this.#visits === MAX_VISITS + 1)
      this.#miss(item.origin, `More than ${String(MAX_VISITS)} kustomizations are brought in.`);
    return among;
  }

  #miss(origin: Origin, message: string): [] {
    this.problems.push({ message, place: placeOf(origin), kind: "unread" });
    return [];
  }

  #refuse(origin: Origin, message: string): [] {
    this.problems.push({ message, place: placeOf(origin), kind: "refused" });
    return [];
  }

  #patches(root: MappingValue, directory: string): Patch[] {
    const patches = ["patchesStrategicMerge", "patches", "patchesJson6902"].flatMap((section) =>
      itemsAt(root, section).flatMap((item): Patch[] => {
        const inline = valueAt(item, "patch") ?? item;
        const name = stringAt(item, "path") ?? (item.kind === "scalar" && !/[\n{:]/.test(item.text.value) ? item.text.value : undefined); // prettier-ignore
        const target = valueAt(item, "target");
        const named = name === undefined ? undefined : path.posix.join(directory, name);
        const file = named === undefined ? inlined(inline) : this.#disk.open(named);
        if (named !== undefined) this.reach.add(named);
        if (!file) return [];
        if ("error" in file) {
          const message = unreadable(name ?? "", file);
          return named === undefined || this.#disk.has(named) ? this.#miss(item.origin, message) : this.#refuse(item.origin, message); // prettier-ignore
        }
        return file.documents.map((content) => ({ content, target }));
      }),
    );
    if (patches.length > MAX_PATCHES) this.#miss(root.origin, `Of more than ${String(MAX_PATCHES)} patches, the rest was left out.`); // prettier-ignore
    return patches.slice(0, MAX_PATCHES);
  }
}

function unreadable(name: string, { error }: { readonly error: string }): string {
  return `${name === "" ? "The patch" : `"${name}"`} could not be read: ${error.replace(/\.$/, "")}.`;
}

interface Patch {
  readonly content: Value;
  readonly target: Value | undefined;
}

/**
 * A patch in a block scalar, parsed where it stands: what is before it becomes white space, so that every offset is
 * the file's own.
 */
function inlined(value: Value): DataFile | { readonly error: string } | undefined {
  if (value.kind !== "scalar") return undefined;
  const { file, range } = value.origin;
  const written = file.text.slice(...range);
  const header = /^[|>][^\n]*\n/.exec(written)?.[0].length;
  if (header === undefined) return openText({ path: file.path, text: value.text.value });
  const before = file.text.slice(0, range[0] + header).replace(/[^\n]/g, " ");
  return openText({ path: file.path, text: before + written.slice(header) });
}

/** The object with a patch that is meant for it; undefined where the patch deletes it. */
function applied(object: KubernetesObject, patch: Patch): KubernetesObject | undefined {
  if (!isMeant(object, patch)) return object;
  const { content } = patch;
  const value =
    content.kind === "sequence"
      ? jsonPatch(object.value, content.items)
      : mergePatch(object.value, content, isOfKubernetes(object));
  if (!value) return content.kind === "sequence" ? object : undefined;
  return value.kind === "mapping" ? { ...object, value } : object;
}

/** Whether an object is of Kubernetes' own API; the groups of all others have a domain that is not its own. */
function isOfKubernetes({ apiVersion }: KubernetesObject): boolean {
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));
  return !group.includes(".") || group.endsWith(".k8s.io");
}

/** By the name an object has in its file, or by the one it has by now. */
function isMeant(object: KubernetesObject, { content, target }: Patch): boolean {
  const names = [object.name, object.fullName ?? object.name];
  if (target?.kind !== "mapping") {
    return (
      object.kind === stringAt(content, "kind") && names.includes(stringAt(content, "metadata", "name") ?? "")
    );
  }
  const fits = (wanted: string | undefined, actual: string) => wanted === undefined || wanted === "" || wanted === actual || isPattern(wanted, actual); // prettier-ignore
  const labels = stringsAt(object.value, "metadata", "labels");
  const annotations = stringsAt(object.value, "metadata", "annotations");
  return (
    fits(stringAt(target, "kind"), object.kind) &&
    names.some((name) => fits(stringAt(target, "name"), name)) &&
    fits(stringAt(target, "namespace"), object.namespace ?? "") &&
    selects(stringAt(target, "labelSelector"), labels) &&
    selects(stringAt(target, "annotationSelector"), annotations)
  );
}

/** A selector of labels: `a=b`, `a!=b`, `a in (b, c)`, `a notin (b)`, `a`, `!a`, with commas between. */
function selects(selector: string | undefined, labels: ReadonlyMap<string, string>): boolean {
  const terms = selector?.match(/(?:\([^)]*\)|[^,(])+/g) ?? [];
  return terms.every((term) => {
    const [, not, key = "", operator, list, one] =
      /^\s*(!?)\s*([^\s=!(]+)\s*(?:(in|notin)\s*\(([^)]*)\)|(?:==?|!=)\s*(\S*))?\s*$/.exec(term) ?? [];
    const value = labels.get(key);
    if (operator) return (list ?? "").split(",").map((item) => item.trim()).includes(value ?? "\0") === (operator === "in"); // prettier-ignore
    if (one !== undefined) return (value === one) !== term.includes("!=");
    return (value !== undefined) !== (not === "!");
  });
}

/** Kustomize takes names for anchored patterns; what could take long to match is not tried. */
function isPattern(pattern: string, text: string): boolean {
  const quantifiers = pattern.match(/[*+?{]/g)?.length ?? 0;
  if (quantifiers > 2 || pattern.length > 200 || text.length > 253) return false;
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return false;
  }
}

/** One that a generator made, with what it does to the one of its name. */
interface Generated extends KubernetesObject {
  behavior: string | undefined;
}

function withGenerated(objects: KubernetesObject[], { behavior, ...made }: Generated): KubernetesObject[] {
  const isSame = (one: KubernetesObject) =>
    one.kind === made.kind && [one.name, one.fullName].includes(made.name);
  if ((behavior !== "merge" && behavior !== "replace") || !objects.some(isSame)) return [...objects, made];
  return objects.map((object) => {
    if (!isSame(object)) return object;
    const value = behavior === "merge" ? mergePatch(object.value, made.value) : made.value;
    return value?.kind === "mapping" ? { ...object, value } : object;
  });
}

/** ConfigMaps and Secrets made of literals and files; the hash behind their names is left out. */
function generated(
  root: MappingValue,
  directory: string,
  disk: ManifestDisk,
  reach: Set<string>,
): Generated[] {
  return (["configMapGenerator", "secretGenerator"] as const).flatMap((section) =>
    itemsAt(root, section).flatMap((item): Generated[] => {
      if (item.kind !== "mapping") return [];
      const data = new Map<string, ScalarValue>();
      const put = (pair: Text) => {
        const equals = pair.value.indexOf("=");
        if (equals > 0) data.set(pair.value.slice(0, equals), scalarOf(slice(pair, equals + 1), item.origin));
      };
      for (const literal of itemsAt(item, "literals")) if (literal.kind === "scalar") put(literal.text);
      const read = (name: string) => {
        const file = path.posix.join(directory, name);
        reach.add(file);
        return disk.read(file);
      };
      for (const named of itemsAt(item, "files")) {
        const [key = "", file = key] = (stringAt(named) ?? "").split("=");
        const content = read(file);
        if ("text" in content) data.set(path.posix.basename(key), scalarOf(spread(content.text, named.origin.range, named.origin), named.origin)); // prettier-ignore
      }
      for (const named of [
        ...itemsAt(item, "envs"),
        ...(valueAt(item, "env") ? [valueAt(item, "env")!] : []),
      ]) {
        const content = read(stringAt(named) ?? "");
        for (const line of "text" in content ? content.text.split("\n") : []) {
          if (!/^\s*(?:#|$)/.test(line)) put(spread(line.trim(), named.origin.range, named.origin));
        }
      }
      const kind = section === "configMapGenerator" ? "ConfigMap" : "Secret";
      const entries = [...data].map(([name, value]) => [name, { name, key: item.origin, value }] as const);
      const content: MappingValue = { kind: "mapping", origin: item.origin, entries: new Map(entries) };
      const empty: MappingValue = { kind: "mapping", origin: item.origin, entries: new Map() };
      const value = withEntry(empty, kind === "Secret" ? "stringData" : "data", content);
      const behavior = stringAt(item, "behavior");
      return [
        { apiVersion: "v1", kind, name: stringAt(item, "name") ?? "", value, origin: item.origin, behavior },
      ];
    }),
  );
}

function scalarOf(text: Text, origin: Origin): ScalarValue {
  const { value } = text;
  return { kind: "scalar", origin: text.origin ?? origin, raw: value, isPlain: false, value, text };
}

/** `images:` of a kustomization, written over those of the containers. */
function withImages(object: KubernetesObject, images: readonly Value[]): KubernetesObject {
  const template = images.length > 0 ? podTemplateOf(object) : undefined;
  if (!template) return object;
  const change = (value: Value, field: string): Value => {
    if (value.kind === "sequence") {
      return {
        kind: "sequence",
        origin: value.origin,
        items: value.items.map((item) => change(item, field)),
      };
    }
    if (value.kind !== "mapping") return value;
    let changed = value;
    for (const { name, value: inner } of value.entries.values()) {
      if (name === "image" && field.endsWith("ontainers")) {
        const image = renamed(inner, images);
        if (image) changed = withEntry(changed, name, image);
      } else if (/^(?:spec|template|jobTemplate|initContainers|containers)$/.test(name)) {
        changed = withEntry(changed, name, change(inner, name));
      }
    }
    return changed;
  };
  const value = change(object.value, "");
  return value.kind === "mapping" ? { ...object, value } : object;
}

function renamed(image: Value, images: readonly Value[]): Value | undefined {
  const written = stringAt(image) ?? "";
  const [, name = "", rest = ""] = /^(.*?)((?::[^/:@]*)?(?:@.*)?)$/s.exec(written) ?? [];
  const change = images.find((item) => stringAt(item, "name") === name);
  if (!change) return undefined;
  const tag = stringAt(change, "newTag");
  const digest = stringAt(change, "digest");
  const suffix = digest === undefined ? (tag === undefined ? rest : `:${tag}`) : `@${digest}`;
  const text = `${stringAt(change, "newName") ?? name}${suffix}`;
  return scalarOf(spread(text, change.origin.range, change.origin), change.origin);
}
