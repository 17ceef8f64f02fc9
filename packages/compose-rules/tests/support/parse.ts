import { openText } from "../../src/language/open.js";
import type { DataFile } from "../../src/language/value.js";
import type { Lookup } from "../../src/model/compose/interpolate.js";
import { readProject } from "../../src/model/compose/project.js";
import type { Project, Workload } from "../../src/model/workload.js";

/** A text opened as the file of that name; throws where it cannot be parsed. */
export function fileOf(text: string, path = "/project/compose.yaml"): DataFile {
  const file = openText({ path, text });
  if ("error" in file) throw new Error(file.error);
  return file;
}

/** The project a Compose text declares; throws where the text is not taken for Compose. */
export function projectOf(text: string, lookup?: Lookup): Project {
  const project = readProject(fileOf(text), lookup);
  if (!project) throw new Error("not taken for a Compose file");
  return project;
}

/** The one service of a project, or the one of that name. */
export function serviceOf(text: string, name?: string): Workload {
  const service = projectOf(text).workloads.find((one) => name === undefined || one.name === name);
  if (!service) throw new Error("no such service");
  return service;
}
