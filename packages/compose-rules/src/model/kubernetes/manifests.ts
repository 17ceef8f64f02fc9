import path from "node:path";
import type { DataFile } from "../../language/value.js";
import type { Project } from "../workload.js";
import { helmProject, isHelmValues } from "./helm.js";
import { buildKustomization, isKustomization, type ManifestDisk } from "./kustomize.js";
import { isKubernetes, objectsOf, type KubernetesObject } from "./objects.js";
import { readManifests } from "./project.js";

/** A disk that knows its files. */
export interface ManifestTree extends ManifestDisk {
  readonly root: string;
  /** YAML and JSON files whose text matches, sorted. */
  readonly matching: (pattern: RegExp) => readonly string[];
}

/** A project, and the files it may be read from. */
export interface ManifestProject {
  readonly reach: ReadonlySet<string>;
  readonly read: () => Project;
}

/** What a file must hold to be worth parsing: an object, a kustomization, or the values of a chart. */
const MAY_MATTER = /^[ \t-]*["']?(?:apiVersion|resources|bases|components)["']?[ \t]*:|"apiVersion"\s*:/m;
/** Objects that say what becomes of workloads in other directories. */
const CONTEXT = new Set(["ConfigMap", "Secret", "Service", "LimitRange", "NetworkPolicy"]);

/**
 * The projects of a tree's manifests: what each kustomization builds that no other one builds on, the values of each
 * chart, and else the manifests of one directory, seen with the ConfigMaps, Services and LimitRanges of the directories
 * above it and of its own namespace.
 */
export function manifestsOf(tree: ManifestTree): ManifestProject[] {
  const files = tree.matching(MAY_MATTER);
  const builds = files.filter(isKustomization).map((file) => ({ file, ...buildKustomization(file, tree) }));
  const usedBy = new Map<string, number>();
  for (const { reach } of builds) for (const file of reach) usedBy.set(file, (usedBy.get(file) ?? 0) + 1);
  const kustomized = builds
    .filter(({ file }) => usedBy.get(file) === 1)
    .map(({ objects, problems, reach }) => lazily(reach, () => readManifests(objects, [], problems)));
  const charts = files.filter((file) => isHelmValues(file, tree));
  const loose = files.filter(
    (file) => !usedBy.has(file) && !isKustomization(file) && !isHelmTemplate(file, tree),
  );
  return [
    ...kustomized,
    ...charts.map((file) => lazily(new Set([file]), () => helmProject(opened(file, tree)))),
    ...byDirectory(loose, tree),
  ];
}

/** The project of one manifest of which nothing around it is known. */
export function manifestAlone(file: DataFile): Project {
  return readManifests(objectsOf(file), [], file.problems);
}

/** Whether a file is a template of a chart, which only Helm can fill in. */
function isHelmTemplate(file: string, disk: Pick<ManifestDisk, "has" | "read">): boolean {
  const [, chart] = /^(.*)\/templates\//.exec(file) ?? [];
  if (chart === undefined || !disk.has(`${chart}/Chart.yaml`)) return false;
  const content = disk.read(file);
  return "text" in content && content.text.includes("{{");
}

function byDirectory(files: readonly string[], tree: ManifestTree): ManifestProject[] {
  const directories = new Map<string, string[]>();
  for (const file of files) {
    const directory = path.posix.dirname(file);
    directories.set(directory, [...(directories.get(directory) ?? []), file]);
  }
  // The objects of a tree are looked through once, when the first project asks.
  let context: readonly (KubernetesObject & { readonly directory: string })[] | undefined;
  const contextOf = () =>
    (context ??= files.flatMap((file) =>
      objectsIn(file, tree)
        .filter(({ kind }) => CONTEXT.has(kind))
        .map((object) => ({ ...object, directory: path.posix.dirname(file) })),
    ));
  return [...directories].map(([directory, own]) =>
    lazily(new Set(own), () => {
      const objects = own.flatMap((file) => objectsIn(file, tree));
      const namespaces = new Set(objects.map(({ namespace }) => namespace));
      const around = contextOf().filter(
        (object) =>
          object.directory !== directory &&
          (directory.startsWith(`${object.directory}/`) ||
            (object.namespace !== undefined && namespaces.has(object.namespace))),
      );
      const problems = own.flatMap((file) => opened(file, tree)?.problems ?? []);
      return readManifests(objects, around, problems);
    }),
  );
}

function objectsIn(file: string, tree: ManifestTree): KubernetesObject[] {
  const data = opened(file, tree);
  return data && isKubernetes(data) ? objectsOf(data) : [];
}

function opened(file: string, disk: ManifestDisk): DataFile | undefined {
  const data = disk.open(file);
  return "error" in data ? undefined : data;
}

function lazily(reach: ReadonlySet<string>, make: () => Project): ManifestProject {
  let project: Project | undefined;
  return { reach, read: () => (project ??= make()) };
}
