import { DerivedClasses, type DerivedClass } from "./derived-classes.js";
import { modulesOf, type Modules } from "./modules.js";
import type { SourceFile } from "./source-file.js";

/** The files of a project as they are now. */
export interface Sources {
  /** Posix paths relative to the root, of Python files. */
  readonly paths: readonly string[];
  /** The same object for as long as its text is the same; undefined where it cannot be read. */
  file(path: string): SourceFile | undefined;
}

/** What only Python 2 has; where it stands in its line is told by a scan. */
const PYTHON_2 = /print[ \t]+[^(=\s]|exec[ \t]+["']|raise[ \t]+[\w.]+[ \t]*,/;
/** Whether a text may be one of those that a scan tells: templates of Jinja and Python 2. */
const mayBeUnread = (text: string) => text.includes("{%") || text.includes("{{") || PYTHON_2.test(text);

/** A project's files and how they import each other. */
export class Codebase {
  readonly paths: readonly string[];
  readonly modules: Modules;
  readonly #sources: Sources;
  readonly #derived: DerivedClasses;
  #classes: ReadonlyMap<string, readonly DerivedClass[]> | undefined;
  /** Files that were looked at. */
  readonly #seen = new Map<string, SourceFile | undefined>();

  /**
   * @param known - top-level names of other distributions
   * @param before - of the same project, before some text changed: while the files are the same, so are their modules
   */
  constructor(sources: Sources, known: ReadonlySet<string>, before?: Codebase) {
    const { paths } = sources;
    this.#sources = sources;
    this.paths = paths;
    const isSame =
      before?.paths.length === paths.length && paths.every((path, i) => path === before.paths[i]);
    this.modules = before && isSame ? before.modules : modulesOf(paths, known);
    this.#derived = before && isSame ? before.#derived : new DerivedClasses(paths);
  }

  file(path: string): SourceFile | undefined {
    let found = this.#seen.get(path);
    if (found === undefined && !this.#seen.has(path)) {
      found = this.#sources.file(path);
      this.#seen.set(path, found);
    }
    return found;
  }

  /** Empty where the file cannot be read. */
  text(path: string): string {
    return this.file(path)?.text ?? "";
  }

  /** Classes at the top level of modules that are no tests, by the last name of what they inherit from. */
  derivedFrom(base: string): readonly DerivedClass[] {
    this.#classes ??= this.#derived.byBase((path) => this.file(path));
    return this.#classes.get(base) ?? [];
  }

  /** Files that could not be read in full: those that may be no Python of today, and what else was looked at. */
  unread(): string[] {
    return this.paths.filter((path) => {
      const file = this.file(path);
      if (!file || file.hasProblem) return file !== undefined;
      return !file.isScanned && mayBeUnread(file.text) && file.scan.unread !== undefined;
    });
  }
}
