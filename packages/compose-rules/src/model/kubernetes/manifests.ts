import path from "node:path";
import type { DataFile } from "../../language/value.js";
import type { Project } from "../workload.js";
import { helmProject, isHelmValues } from "./helm.js";
import { buildKustomization, isKustomization, type ManifestDisk } from "./kustomize.js";
import { isKubernetes, mayBeManifest, objectsOf, type KubernetesObject } from "./objects.js";
import { readManifests } from "./project.js";

/** A disk that knows its files. */
export interface ManifestTree extends ManifestDisk {
  readonly root: string;
  /** YAML and JSON files with a wanted text, sorted. */
  readonly matching: (isWanted: (text: string) => boolean) => readonly string[];
}

/** What is known of a project before it is read. */
export interface ProjectHead {
  /** For messages that have to tell it from other projects. */
  readonly title: string;
  /** The files that stand for it: whoever names one of them means this project. */
  readonly tops: readonly string[];
  /** The files it may be read from. */
  readonly reach: ReadonlySet<string>;
}

/** A project that is read when it is asked for. */
export interface LazyProject extends ProjectHead {
  readonly read: () => Project;
  /** Lets go of what was read; it is read again if it is asked for again. */
  readonly release: () => void;
}

/** What every manifest, kustomization and chart's values worth reading holds. */
const MAY_MATTER = /kind|resources|bases|components/;
/** Kinds that hold for a whole namespace, wherever they are declared. */
const OF_NAMESPACE = /kind["']?[ \t]*:[ \t]*["']?(?:LimitRange|NetworkPolicy)\b/;
/** Objects that say what becomes of workloads in other directories. */
const CONTEXT = new Set(["ConfigMap", "Secret", "Service", "LimitRange", "NetworkPolicy"]);

/**
 * The projects of a tree's manifests: what each kustomization builds that no other one builds on, the values of each
 * chart, and else the manifests of one directory, seen with the ConfigMaps, Services and LimitRanges of the directories
 * above it, and the LimitRanges and policies of its namespaces wherever they are.
 */
export function manifestsOf(tree: ManifestTree): LazyProject[] {
  const files = tree.matching((text) => MAY_MATTER.test(text));
  const builds = files.filter(isKustomization).map((file) => ({ file, ...buildKustomization(file, tree) }));
  const usedBy = new Map<string, number>();
  for (const { reach } of builds) for (const file of reach) usedBy.set(file, (usedBy.get(file) ?? 0) + 1);
  const tops = builds.filter(({ file }) => usedBy.get(file) === 1);
  const built = new Set(tops.flatMap(({ reach }) => [...reach]));
  // Kustomizations in a circle are each used by another one, and still have to be somebody's.
  for (const build of builds.filter(({ file }) => usedBy.get(file) !== 1)) {
    if (built.has(build.file)) continue;
    tops.push(build);
    for (const file of build.reach) built.add(file);
  }
  const shown = (file: string) => path.posix.relative(tree.root, file);
  const kustomized = tops.map(({ file, objects, problems, reach }) =>
    lazily({ title: shown(path.posix.dirname(file)) || shown(file), tops: [file], reach }, () =>
      readManifests(objects, [], problems),
    ),
  );
  const charts = files.filter((file) => isHelmValues(file, tree));
  const loose = files.filter((file) => !usedBy.has(file) && isManifest(file, tree));
  return [
    ...kustomized,
    ...charts.map((file) => lazily(of([file], shown(file)), () => helmProject(opened(file, tree)))),
    ...byDirectory(loose, tree),
  ];
}

function isManifest(file: string, tree: ManifestTree): boolean {
  const content = tree.read(file);
  return "text" in content && mayBeManifest(content.text) && !isHelmTemplate(file, content.text, tree);
}

/** The project of one manifest of which nothing around it is known. */
export function manifestAlone(file: DataFile): Project {
  return readManifests(objectsOf(file), [], file.problems);
}

/** Whether a file is a template of a chart, which only Helm can fill in. */
export function isHelmTemplate(file: string, text: string, disk: ManifestDisk): boolean {
  const [, chart] = /^(.*)\/templates\//.exec(file) ?? [];
  return chart !== undefined && text.includes("{{") && disk.has(`${chart}/Chart.yaml`);
}

function byDirectory(files: readonly string[], tree: ManifestTree): LazyProject[] {
  const directories = new Map<string, string[]>();
  for (const file of files) {
    const directory = path.posix.dirname(file);
    directories.set(directory, [...(directories.get(directory) ?? []), file]);
  }
  const ofNamespaces = new Set(tree.matching((text) => OF_NAMESPACE.test(text)));
  return [...directories].map(([directory, own]) =>
    lazily(of(own, path.posix.relative(tree.root, directory)), () => {
      const objects = own.flatMap((file) => objectsIn(file, tree));
      const namespaces = new Set(objects.flatMap(({ namespace }) => namespace ?? []));
      const above = [...directories].flatMap(([other, theirs]) => (directory.startsWith(`${other}/`) ? theirs : [])); // prettier-ignore
      const elsewhere = files.filter((file) => ofNamespaces.has(file) && !own.includes(file) && !above.includes(file)); // prettier-ignore
      const context = [
        ...above.flatMap((file) => objectsIn(file, tree)).filter(({ kind }) => CONTEXT.has(kind)),
        ...elsewhere
          .flatMap((file) => objectsIn(file, tree))
          .filter(({ kind, namespace }) => /^(?:LimitRange|NetworkPolicy)$/.test(kind) && namespaces.has(namespace ?? "")), // prettier-ignore
      ];
      const problems = own.flatMap((file) => opened(file, tree)?.problems ?? []);
      return readManifests(objects, context, problems);
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

/** What is known of a project that is its files and nothing else. */
export function of(files: readonly string[], title: string): ProjectHead {
  return { title, tops: files, reach: new Set(files) };
}

/** A project that is read once, when it is asked for. */
export function lazily(head: ProjectHead, make: () => Project): LazyProject {
  let project: Project | undefined;
  return {
    ...head,
    read: () => (project ??= { ...make(), title: head.title }),
    release: () => (project = undefined),
  };
}
