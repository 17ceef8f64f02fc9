import path from "node:path";
import { openTree } from "../language/open.js";
import type { DataFile } from "../language/value.js";
import { readProject } from "../model/compose/project.js";
import { isCompose } from "../model/compose/recognise.js";
import { requestAlone, requestsOf } from "../model/compose/requests.js";
import type { Disk } from "../model/compose/disk.js";
import { manifestAlone, manifestsOf } from "../model/kubernetes/manifests.js";
import { isKubernetes } from "../model/kubernetes/objects.js";
import type { Project } from "../model/workload.js";
import { settingsOf, type Settings } from "../settings.js";
import { Tree } from "./tree.js";

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

const answers = new WeakMap<object, readonly Project[]>();

/** The projects a linted file belongs to; none where it declares no workloads. One run asks as often as there are rules. */
export function projectsOf(context: LintedFile): readonly Project[] {
  const { ast, text } = context.sourceCode;
  let known = answers.get(ast);
  if (!known) {
    const file = pathOf(context);
    const opened = openTree(ast, { path: file, text });
    known = opened ? ask(opened, path.resolve(context.cwd), settingsOf(context.settings)) : [];
    answers.set(ast, known);
  }
  return known;
}

function ask(opened: DataFile, root: string, settings: Settings): readonly Project[] {
  const { path: file, text } = opened.file;
  const index = indexAt(root);
  if (!index.tree.holds(file)) return alone(opened);
  index.tree.look();
  index.tree.accept(file, text, opened);
  return index.projectsOf(file, settings);
}

/** The projects that a file on disk belongs to. */
export function projectsWith(root: string, file: string, settings: Settings): readonly Project[] {
  const index = indexAt(root);
  index.tree.look();
  return index.projectsOf(file, settings);
}

/** A text that is on no disk stands for itself. */
function alone(opened: DataFile): readonly Project[] {
  if (isCompose(opened)) return [readProject(requestAlone(opened.file.path), only(opened))];
  return isKubernetes(opened) ? [manifestAlone(opened)] : [];
}

function only(opened: DataFile): Disk {
  const missing = { error: "it lies outside of the checked tree" };
  const { path: own, text } = opened.file;
  return {
    open: (file) => (file === own ? opened : missing),
    read: (file) => (file === own ? { text } : missing),
    has: (file) => file === own,
    show: (file) => path.relative(path.dirname(own), file),
  };
}

const indexes = new Map<string, Index>();

function indexAt(root: string): Index {
  let index = indexes.get(root);
  if (!index) indexes.set(root, (index = new Index(root)));
  return index;
}

interface Wanted {
  readonly reach: ReadonlySet<string>;
  readonly read: () => Project;
}

/** The projects below one root, each read when a file of it is linted. */
class Index {
  readonly tree: Tree;
  #version = -1;
  #bySettings = new Map<string, readonly Wanted[]>();

  constructor(root: string) {
    this.tree = new Tree(root);
  }

  projectsOf(file: string, settings: Settings): readonly Project[] {
    if (this.#version !== this.tree.version) this.#bySettings.clear();
    this.#version = this.tree.version;
    const key = JSON.stringify(settings);
    let all = this.#bySettings.get(key);
    if (!all) this.#bySettings.set(key, (all = this.#all(settings)));
    return all.filter(({ reach }) => reach.has(file)).map(({ read }) => read());
  }

  #all(settings: Settings): readonly Wanted[] {
    const requests = requestsOf(this.tree, settings.compose).map((request): Wanted => {
      let project: Project | undefined;
      return { reach: request.reach, read: () => (project ??= readProject(request, this.tree)) };
    });
    return [...requests, ...manifestsOf(this.tree)];
  }
}
