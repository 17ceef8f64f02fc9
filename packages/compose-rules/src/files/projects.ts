import path from "node:path";
import { openTree } from "../language/open.js";
import { forget } from "../language/yaml-parser.js";
import type { Problem } from "../language/source.js";
import type { DataFile } from "../language/value.js";
import { readProject } from "../model/compose/project.js";
import { isCompose, mayBeCompose } from "../model/compose/recognise.js";
import { requestAlone, requestOf, requestsOf } from "../model/compose/requests.js";
import type { Disk } from "../model/compose/disk.js";
import { isHelmTemplate, lazily, manifestAlone, manifestsOf, of, type LazyProject } from "../model/kubernetes/manifests.js"; // prettier-ignore
import { buildKustomization, isKustomization } from "../model/kubernetes/kustomize.js";
import { isKubernetes, mayBeManifest } from "../model/kubernetes/objects.js";
import { readManifests } from "../model/kubernetes/project.js";
import { JOINED, type Project } from "../model/workload.js";
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
  index.tree.lookAt([file]);
  index.tree.accept(file, text, opened);
  return index.projectsOf(file, settings);
}

/**
 * Asks about the projects of one file after the other of a tree, without a linter.
 *
 * @param root - absolute path of the directory outside of which nothing is read
 * @param files - absolute paths of all that will be asked for; neighbours together, for what is over is let go of
 * @returns for a file, its text without byte order mark, and a question, the answer; undefined where the text is not the
 * one on disk or cannot be parsed
 */
export function projectsAmong<Answer>(
  root: string,
  files: Iterable<string>,
  settings: Settings,
): (file: string, text: string, ask: (projects: readonly Project[]) => Answer) => Answer | undefined {
  const index = indexAt(root);
  const toCome = new Set(files);
  index.tree.lookAt(toCome);
  return (file, text, question) => {
    toCome.delete(file);
    if (!index.tree.holds(file)) return undefined;
    const opened = index.tree.open(file);
    if ("error" in opened || opened.file.text !== text) return undefined;
    // No linter comes to it.
    forget(text);
    const answer = question(index.projectsOf(file, settings));
    index.release(file, settings, (one) => toCome.has(one));
    return answer;
  };
}

/** The projects that a file on disk belongs to. */
export function projectsWith(root: string, file: string, settings: Settings): readonly Project[] {
  const index = indexAt(root);
  index.tree.lookAt([file]);
  return index.projectsOf(file, settings);
}

/** Of several projects a file belongs to, has those count, from now on, that some files (absolute paths) stand for. */
export function focusOn(root: string, files: Iterable<string>): void {
  indexAt(root).focus = new Set(files);
}

/** The files that `focusOn` was last told. */
export function focusedAt(root: string): readonly string[] {
  return [...indexAt(root).focus];
}

/** Files (absolute paths) in groups, each with all those that it shares projects with. */
export function groupsAmong(root: string, files: Iterable<string>, settings: Settings): string[][] {
  const index = indexAt(root);
  const groups = new Map([...files].map((file) => [file, [file]]));
  index.tree.lookAt(groups.keys());
  for (const { reach } of index.all(settings)) {
    const touched = new Set([...reach].map((file) => groups.get(file) ?? []));
    const [largest = [], ...others] = [...touched].sort((a, b) => b.length - a.length);
    for (const file of others.flat()) {
      largest.push(file);
      groups.set(file, largest);
    }
  }
  return [...new Set(groups.values())];
}

/**
 * Some files with all that they bring in: what a Compose file includes and extends, what a kustomization builds on.
 *
 * @param files - absolute paths
 * @returns absolute paths of YAML and JSON files below the root
 */
export function filesBroughtIn(root: string, files: readonly string[], settings: Settings): string[] {
  const index = indexAt(root);
  const { tree } = index;
  tree.lookAt(files);
  const given = new Set(files);
  const broughtBy = (file: string): readonly string[] => {
    if (isKustomization(file)) return [...buildKustomization(file, tree).reach];
    const content = tree.read(file);
    if (!("text" in content) || !mayBeCompose(content.text)) return [];
    const read = index
      .projectsOf(file, settings)
      .flatMap((project) => (given.has(project.files[0] ?? "") ? project.files : []));
    // What was named and could not be read is brought in all the same.
    return read.length > 0 ? [...read, ...requestOf([file], tree).reach] : [];
  };
  const brought = files.flatMap(broughtBy).filter((file) => /\.(?:ya?ml|json)$/i.test(file) && tree.has(file) && tree.holds(file)); // prettier-ignore
  return [...new Set([...files, ...brought])];
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

function byReach(all: readonly LazyProject[]): Map<string, readonly LazyProject[]> {
  const byFile = new Map<string, LazyProject[]>();
  for (const wanted of all) {
    for (const file of wanted.reach) {
      const found = byFile.get(file);
      if (found) found.push(wanted);
      else byFile.set(file, [wanted]);
    }
  }
  return byFile;
}

/** The projects below one root, each read when a file of it is linted. */
class Index {
  readonly tree: Tree;
  #version = -1;
  /** Of several projects a file belongs to, those count that these files stand for. */
  focus: ReadonlySet<string> = new Set();
  /** By file, by settings. */
  #bySettings = new Map<string, Map<string, readonly LazyProject[]>>();

  constructor(root: string) {
    this.tree = new Tree(root);
  }

  projectsOf(file: string, settings: Settings): readonly Project[] {
    const byFile = this.#byFile(settings);
    let wanted = byFile.get(file);
    if (!wanted) byFile.set(file, (wanted = this.#alone(file)));
    const meant = wanted.filter(({ tops }) => tops.some((top) => this.focus.has(top)));
    return (meant.length > 0 ? meant : wanted).map(({ read }) => read());
  }

  /** The projects that were found in the tree. */
  all(settings: Settings): ReadonlySet<LazyProject> {
    return new Set([...this.#byFile(settings).values()].flat());
  }

  #byFile(settings: Settings): Map<string, readonly LazyProject[]> {
    if (this.#version !== this.tree.version) this.#bySettings.clear();
    this.#version = this.tree.version;
    const key = JSON.stringify(settings);
    let byFile = this.#bySettings.get(key);
    if (!byFile) this.#bySettings.set(key, (byFile = byReach(this.#all(settings))));
    return byFile;
  }

  /** The project of a file that no other project is read from: whatever keeps it out, it is not passed over. */
  #alone(file: string): readonly LazyProject[] {
    const opened = this.tree.open(file);
    if ("error" in opened) return [];
    const problems: Problem[] = [];
    const miss = (message: string) => {
      problems.push({ message, place: { path: file, range: [0, 0] }, kind: "unread" });
    };
    if (this.tree.isCut) {
      miss("This tree holds more YAML and JSON than is looked through, so the file was read by itself.");
    }
    const head = of([file], this.tree.show(file));
    const withProblems = (reach: ReadonlySet<string>, read: () => Project) =>
      lazily({ ...head, reach }, () => {
        const project = read();
        return problems.length > 0 ? { ...project, problems: [...project.problems, ...problems] } : project;
      });
    if (isCompose(opened)) {
      const request = requestOf([file], this.tree);
      return [withProblems(request.reach, () => readProject(request, this.tree))];
    }
    if (!isKubernetes(opened) || !mayBeManifest(opened.file.text)) return [];
    const isTemplate = isHelmTemplate(file, opened.file.text, this.tree);
    if (isTemplate) miss("This template needs Helm to be filled in.");
    return [withProblems(head.reach, () => (isTemplate ? readManifests([]) : manifestAlone(opened)))];
  }

  /** Lets go of the projects of a file of which no other file is to be asked for any more. */
  release(file: string, settings: Settings, isToCome: (file: string) => boolean): void {
    for (const { reach, release } of this.#bySettings.get(JSON.stringify(settings))?.get(file) ?? []) {
      if ([...reach].some(isToCome)) continue;
      release();
      for (const one of reach) this.tree.close(one);
    }
  }

  #all(settings: Settings): readonly LazyProject[] {
    const requests = requestsOf(this.tree, settings.compose).map((request): LazyProject =>
      lazily({ title: this.#titleOf(request), tops: request.files, reach: request.reach }, () =>
        readProject(request, this.tree),
      ),
    );
    return [...requests, ...manifestsOf(this.tree)];
  }

  #titleOf({ files }: { readonly files: readonly string[] }): string {
    return files.map((file) => this.tree.show(file)).join(JOINED);
  }
}
