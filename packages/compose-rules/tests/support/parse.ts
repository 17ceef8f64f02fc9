import { parseYAML } from "yaml-eslint-parser";
import type { Lookup } from "../../src/model/interpolate.js";
import { readProject, type Project, type Service } from "../../src/model/project.js";

/** The project a Compose text declares; throws where the text is not taken for Compose. */
export function projectOf(text: string, lookup?: Lookup): Project {
  const project = readProject(parseYAML(text), text, lookup);
  if (!project) throw new Error("not taken for a Compose file");
  return project;
}

/** The one service of a project, or the one of that name. */
export function serviceOf(text: string, name?: string): Service {
  const service = projectOf(text).services.find((one) => name === undefined || one.name === name);
  if (!service) throw new Error("no such service");
  return service;
}
