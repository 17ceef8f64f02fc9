import path from "node:path";
import { openTree } from "../language/open.js";
import type { DataFile } from "../language/value.js";
import { readProject } from "../model/compose/project.js";
import { manifestAlone } from "../model/kubernetes/manifests.js";
import { isKubernetes } from "../model/kubernetes/objects.js";
import type { Project } from "../model/workload.js";

/** What of ESLint's rule context names a file and its tree. */
export interface LintedFile {
  readonly physicalFilename: string;
  /** Directory outside of which nothing is read. */
  readonly cwd: string;
  readonly settings: unknown;
  readonly sourceCode: { readonly ast: object; readonly text: string };
}

/** The absolute path of a linted file, as places name it. */
export function pathOf({ physicalFilename, cwd }: Pick<LintedFile, "physicalFilename" | "cwd">): string {
  return path.resolve(cwd, physicalFilename);
}

const projects = new WeakMap<object, readonly Project[]>();

/** The projects a linted file belongs to; none where it declares no workloads. */
export function projectsOf(context: LintedFile): readonly Project[] {
  const { ast, text } = context.sourceCode;
  let known = projects.get(ast);
  if (!known) {
    const opened = openTree(ast, { path: pathOf(context), text });
    projects.set(ast, (known = opened ? readProjects(opened) : []));
  }
  return known;
}

function readProjects(file: DataFile): readonly Project[] {
  const project = readProject(file);
  if (project) return [project];
  return isKubernetes(file) ? [manifestAlone(file)] : [];
}
