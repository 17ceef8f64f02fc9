/**
 * How `import` finds a module: from the names of a project's files alone.
 */
export interface Modules {
  /** The module that an absolute dotted name means in a file. */
  absolute(from: string, dotted: string): string | undefined;
  /** The module that a relative import begins at: `level` dots. */
  relative(from: string, level: number): string | undefined;
  /** A module below a package. */
  below(module: string, name: string): string | undefined;
  /** The file of a module; none for a namespace package. */
  fileOf(module: string): string | undefined;
  /** Whether nothing in a file ever runs: it only declares types, or a package of its name lies beside it, which is imported instead. */
  isNeverRun(file: string): boolean;
}

/** Whether a file only declares types: nothing in it runs. */
function isStub(file: string): boolean {
  return file.endsWith(".pyi");
}

/**
 * @param files - posix paths of Python files relative to the root. A module is known by its path without extension
 * @param known - top-level names that are other distributions': a folder of scripts that happens to have such a name is
 * not what is imported
 */
export function modulesOf(files: readonly string[], known: ReadonlySet<string>): Modules {
  const fileOf = new Map<string, string>();
  const folders = new Set<string>();
  const packages = new Set<string>();
  for (const file of files) {
    const stub = isStub(file);
    const path = file.replace(/\.pyi?$/, "");
    const isPackage = /(?:^|\/)__init__$/.test(path);
    const module = isPackage ? parentOf(path) : path;
    if (isPackage) packages.add(module);
    if (!stub || !fileOf.has(module)) fileOf.set(module, file);
    for (let folder = parentOf(path); !folders.has(folder); folder = parentOf(folder)) {
      folders.add(folder);
      if (folder === "") break;
    }
  }
  const exists = (module: string) => fileOf.has(module) || (module !== "" && folders.has(module));
  const roots = rootsOf(packages, folders);
  const bases = new Map<string, string[]>();

  /** Folders that are searched for what a file imports, the nearest first; those inside a package are not. */
  function basesOf(from: string): string[] {
    const own = parentOf(from);
    let found = bases.get(own);
    if (!found) {
      found = [];
      for (let folder = own; ; folder = parentOf(folder)) {
        if (!packages.has(folder)) found.push(folder);
        if (folder === "") break;
      }
      bases.set(own, found);
    }
    return found;
  }

  function top(from: string, name: string): string | undefined {
    const own = parentOf(from);
    for (const base of basesOf(from)) {
      const module = join(base, name);
      if (!exists(module) || fileOf.get(module) === from) continue;
      if (known.has(name) && (!fileOf.has(module) || (base === own && !packages.has(module)))) continue;
      return module;
    }
    const elsewhere = known.has(name) ? [] : (roots.get(name) ?? []);
    const regular = elsewhere.filter((root) => packages.has(root));
    const [only, ...others] = regular.length > 0 ? regular : elsewhere;
    return others.length === 0 ? only : undefined;
  }

  /** Other distributions of a repository may bring parts of one package, which they only have as a folder. */
  function inNamespace(name: string, rest: readonly string[]): string | undefined {
    if (rest.length === 0 || known.has(name)) return undefined;
    const parts = (roots.get(name) ?? []).filter((root) => !packages.has(root));
    const found = parts.map((root) => [root, ...rest].join("/")).filter(exists);
    return found.length === 1 ? found[0] : undefined;
  }

  return {
    absolute(from, dotted) {
      const [first = "", ...rest] = dotted.split(".");
      const start = top(from, first);
      const module = start === undefined ? undefined : [start, ...rest].join("/");
      return module !== undefined && exists(module) ? module : inNamespace(first, rest);
    },
    relative(from, level) {
      let module = parentOf(from);
      for (let i = 1; i < level; i++) {
        if (module === "") return undefined;
        module = parentOf(module);
      }
      return module;
    },
    below(module, name) {
      const inner = join(module, name);
      return exists(inner) ? inner : undefined;
    },
    fileOf: (module) => fileOf.get(module),
    // One that is in no package may be run by its path.
    isNeverRun: (file) => isStub(file) || (packages.has(parentOf(file)) && packages.has(file.replace(/\.py$/, ""))), // prettier-ignore
  };
}

/** The top-level packages of a tree, and what lies in its `src` folders, by name. */
function rootsOf(packages: ReadonlySet<string>, folders: ReadonlySet<string>): ReadonlyMap<string, string[]> {
  const roots = new Map<string, string[]>();
  for (const folder of new Set([...packages, ...folders])) {
    const parent = parentOf(folder);
    const isRoot = packages.has(folder) ? !packages.has(parent) : /(?:^|\/)src$/.test(parent);
    if (folder === "" || !isRoot) continue;
    const name = folder.slice(folder.lastIndexOf("/") + 1);
    roots.set(name, [...(roots.get(name) ?? []), folder]);
  }
  return roots;
}

function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
