import path from "node:path";
import { openText } from "../../src/language/open.js";
import type { DataFile } from "../../src/language/value.js";
import type { Disk } from "../../src/model/compose/disk.js";
import { readProject } from "../../src/model/compose/project.js";
import type { Project, Workload } from "../../src/model/workload.js";

/** A text opened as the file of that name; throws where it cannot be parsed. */
export function fileOf(text: string, file = "/project/compose.yaml"): DataFile {
  const opened = openText({ path: file, text });
  if ("error" in opened) throw new Error(opened.error);
  return opened;
}

/** Files by path relative to a folder, as a disk that holds nothing else. */
export function memoryDisk(files: Readonly<Record<string, string>>, folder = "/project"): Disk {
  const texts = new Map(Object.entries(files).map(([name, text]) => [path.posix.join(folder, name), text]));
  const missing = { error: "there is no such file" };
  return {
    open: (file) => (texts.has(file) ? openText({ path: file, text: texts.get(file) ?? "" }) : missing),
    read: (file) => (texts.has(file) ? { text: texts.get(file) ?? "" } : missing),
    has: (file) => texts.has(file),
    show: (file) => path.posix.relative(folder, file),
  };
}

/** What a machine that sets some variables would load. */
export interface Given {
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether no other variables are set; otherwise they are unknown. */
  readonly isComplete?: boolean;
}

/** The project some files declare when they are given together, in order. */
export function loadFiles(
  files: Readonly<Record<string, string>>,
  given: readonly string[],
  { variables = {}, isComplete = false }: Given = {},
): Project {
  // prettier-ignore
  const environment = { variables: new Map(Object.entries(variables)), isComplete };
  const paths = given.map((file) => path.posix.join("/project", file));
  return readProject({ files: paths, directory: "/project", environment }, memoryDisk(files));
}

/** The project a Compose text declares. */
export function projectOf(text: string, given?: Given): Project {
  return loadFiles({ "compose.yaml": text }, ["compose.yaml"], given);
}

/** The one service of a project, or the one of that name. */
export function serviceOf(text: string, name?: string): Workload {
  const service = projectOf(text).workloads.find((one) => name === undefined || one.name === name);
  if (!service) throw new Error("no such service");
  return service;
}
