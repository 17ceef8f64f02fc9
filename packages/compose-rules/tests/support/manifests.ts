import { posix } from "node:path";
import { openText } from "../../src/language/open.js";
import type { DataFile } from "../../src/language/value.js";
import { manifestsOf, type ManifestTree } from "../../src/model/kubernetes/manifests.js";
import type { Project, Workload } from "../../src/model/workload.js";

/** A tree of files that are on no disk. */
export function treeOf(files: Readonly<Record<string, string>>): ManifestTree {
  const texts = new Map(Object.entries(files).map(([name, text]) => [posix.join("/project", name), text]));
  const opened = new Map<string, DataFile | { error: string }>();
  const missing = { error: "there is no such file" };
  return {
    root: "/project",
    matching: (isWanted) => [...texts].filter(([, text]) => isWanted(text)).map(([file]) => file).sort(),
    has: (file) => texts.has(file),
    read: (file) => (texts.has(file) ? { text: texts.get(file)! } : missing),
    open: (file) => {
      const text = texts.get(file);
      if (text === undefined) return missing;
      if (!opened.has(file)) opened.set(file, openText({ path: file, text }));
      return opened.get(file)!;
    },
  };
} // prettier-ignore

/** The projects of a tree of manifests. */
export function clustersOf(files: Readonly<Record<string, string>>): Project[] {
  return manifestsOf(treeOf(files)).map(({ read }) => read());
}

/** The containers of one manifest by subject. */
export function containersOf(text: string): Map<string, Workload> {
  const workloads = clustersOf({ "m.yaml": text }).flatMap((project) => project.workloads);
  return new Map(workloads.map((workload) => [workload.subject, workload]));
}

/** The one container of a manifest. */
export function containerOf(text: string): Workload {
  const [first] = containersOf(text).values();
  if (!first) throw new Error("no container");
  return first;
}
