import type { SourceFile } from "./source-file.js";
import { isTest } from "./tests.js";

/** A class at the top level of a module. */
export interface DerivedClass {
  readonly file: string;
  readonly name: string;
}

interface Header {
  readonly name: string;
  readonly bases: readonly string[];
}

const CLASS = /class[ \t]+(\w+)[ \t]*\(([^)]{0,1000})\)/y;

/** Classes with the last names of what they inherit from, and of whatever else stands there. */
function derivedIn(text: string): readonly Header[] {
  const found: Header[] = [];
  // Much faster than a pattern that begins at each line.
  for (let at = text.indexOf("class "); at >= 0; at = text.indexOf("\nclass ", at)) {
    if (text[at] === "\n") at++;
    CLASS.lastIndex = at;
    const [, name, list = ""] = (at === 0 || text[at - 1] === "\n" ? CLASS.exec(text) : undefined) ?? [];
    if (name !== undefined) found.push({ name, bases: [...new Set(list.match(/\w+(?=\s*(?:[,[]|$))/g))] });
  }
  return found;
}

/** Classes of a project by what they inherit from. What changes in a file is looked at anew; most changes are none of a header. */
export class DerivedClasses {
  readonly #paths: readonly string[];
  /** What was read of each file. */
  readonly #headers: (readonly Header[] | undefined)[] = [];
  #byBase: ReadonlyMap<string, DerivedClass[]> | undefined;

  /** @param paths - of all files; those of tests are left out */
  constructor(paths: readonly string[]) {
    this.#paths = paths.filter((path) => !isTest(path));
  }

  /**
   * All of them by the last names of what they inherit from.
   *
   * @param file - the files as they are now
   */
  byBase(file: (path: string) => SourceFile | undefined): ReadonlyMap<string, readonly DerivedClass[]> {
    let isChanged = this.#byBase === undefined;
    for (let i = 0; i < this.#paths.length; i++) {
      const now = file(this.#paths[i]!)?.told(derivedIn);
      const before = this.#headers[i];
      if (now === before) continue;
      this.#headers[i] = now;
      isChanged ||= JSON.stringify(now) !== JSON.stringify(before);
    }
    if (!isChanged && this.#byBase) return this.#byBase;
    const found = new Map<string, DerivedClass[]>();
    for (const [i, headers] of this.#headers.entries())
      for (const { name, bases } of headers ?? [])
        for (const base of bases) {
          const one = { file: this.#paths[i]!, name };
          const known = found.get(base);
          if (known) known.push(one);
          else found.set(base, [one]);
        }
    return (this.#byBase = found);
  }
}
