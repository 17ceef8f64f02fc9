import { modulesOf, type Modules } from "./modules.js";
import type { SourceFile } from "./source-file.js";
import { isTest } from "./tests.js";

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

const CLASS = /class[ \t]+(\w+)[ \t]*\(([^)]{0,1000})\)/y;

/** Classes with the last names of what they inherit from, and of whatever else stands there. */
function derivedIn(text: string): { name: string; bases: Set<string> }[] {
  const found: { name: string; bases: Set<string> }[] = [];
  // Much faster than a pattern that begins at each line.
  for (let at = text.indexOf("class "); at >= 0; at = text.indexOf("\nclass ", at)) {
    if (text[at] === "\n") at++;
    CLASS.lastIndex = at;
    const [, name, list = ""] = (at === 0 || text[at - 1] === "\n" ? CLASS.exec(text) : undefined) ?? [];
    if (name !== undefined) found.push({ name, bases: new Set(list.match(/\w+(?=\s*(?:[,[]|$))/g)) });
  }
  return found;
}

/** A project's files and how they import each other. */
export class Codebase {
  readonly paths: readonly string[];
  readonly modules: Modules;
  readonly #sources: Sources;
  #derived: ReadonlyMap<string, { file: string; name: string }[]> | undefined;
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
  derivedFrom(base: string): readonly { file: string; name: string }[] {
    this.#derived ??= this.#findDerived();
    return this.#derived.get(base) ?? [];
  }

  #findDerived(): ReadonlyMap<string, { file: string; name: string }[]> {
    const found = new Map<string, { file: string; name: string }[]>();
    for (const file of this.paths) {
      if (isTest(file)) continue;
      for (const { name, bases } of this.file(file)?.told(derivedIn) ?? [])
        for (const base of bases) {
          const list = found.get(base);
          if (list) list.push({ file, name });
          else found.set(base, [{ file, name }]);
        }
    }
    return found;
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
