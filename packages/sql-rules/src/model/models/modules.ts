import { folderOf } from "../sources/paths.js";
import type { FileFacts } from "../facts.js";
import type { Listed } from "../replayed.js";
import type { ModelFacts } from "./facts.js";

/** A module that declares something of tables. */
export interface Module {
  /** Relative to the root, with slashes. */
  file: string;
  /** Absolute. */
  path: string;
  /** Where `import` finds it: without extension and `__init__`. */
  name: string;
  models: ModelFacts;
}

const NOTHING: ModelFacts = { classes: [], types: {}, imports: {} };

/** A file as a module, whatever it declares. @param path - relative to the root */
export function moduleOf(path: string, facts: Pick<FileFacts, "path" | "models">): Module {
  const name = path.replace(/(?:(?:^|\/)__init__)?\.pyi?$/, "");
  return { file: path, path: facts.path, name, models: facts.models ?? NOTHING };
}

/** Something that a module calls by a name. */
export interface Named {
  module: Module;
  name: string;
}

/** Names that lead from import to import end somewhere. */
const MAX_STEPS = 10;

/** Finds what names of other modules mean, by the paths of files: the folders that imports begin at are not known. */
export class Modules {
  readonly all: readonly Module[];
  readonly #byEnd = new Map<string, Module[]>();

  constructor(files: readonly Listed[]) {
    this.all = files.flatMap(({ path, facts }) => (facts.models ? [moduleOf(path, facts)] : []));
    for (const module of this.all) {
      const end = module.name.slice(module.name.lastIndexOf("/") + 1);
      this.#byEnd.set(end, [...(this.#byEnd.get(end) ?? []), module]);
    }
  }

  /**
   * What a name means in a module.
   *
   * @param name - without dots one of its own; otherwise a full name, or one relative to its package
   * @param has - whether a module itself defines a name as what is looked for
   */
  find(from: Module, name: string, has: (module: Module, name: string) => boolean): Named | undefined {
    let [module, own]: [Module, string] = [from, name];
    for (let i = 0; i < MAX_STEPS; i++) {
      if (!own.includes(".")) {
        if (has(module, own)) return { module, name: own };
        const imported = module.models.imports[own];
        if (imported === undefined || imported === own) return undefined;
        own = imported;
      }
      const at = own.lastIndexOf(".");
      const folder = moduleNamed(module, own.slice(0, at), own.startsWith("."));
      const last = own.slice(at + 1);
      const next = this.#at(module, folder) ?? this.#below(module, folder, (one) => has(one, last));
      if (!next) return undefined;
      // A package may take it from a module of its own by a file that says nothing else.
      const inner = has(next, last) || next.models.imports[last] !== undefined;
      [module, own] = [inner ? next : (this.#below(module, folder, (one) => has(one, last)) ?? next), last];
    }
    return undefined;
  }

  #at(from: Module, folder: ModulePath): Module | undefined {
    const end = folder.path.slice(folder.path.lastIndexOf("/") + 1);
    return nearest(
      from,
      (this.#byEnd.get(end) ?? []).filter(({ name }) => isAt(name, folder)),
    );
  }

  #below(from: Module, folder: ModulePath, has: (module: Module) => boolean): Module | undefined {
    const found = this.all.filter((one) => isBelow(one.name, folder) && has(one));
    return found.length === 1 ? found[0] : nearest(from, found);
  }
}

interface ModulePath {
  path: string;
  /** From the root; otherwise some folder is before it. */
  isWhole: boolean;
}

function moduleNamed(from: Module, name: string, isRelative: boolean): ModulePath {
  if (!isRelative) return { path: name.replaceAll(".", "/"), isWhole: false };
  const [dots = ""] = /^\.*/.exec(name) ?? [];
  let folder = folderOf(from.file);
  for (let i = 1; i < Math.max(1, dots.length); i++) folder = folderOf(folder);
  const rest = name.slice(dots.length).replaceAll(".", "/");
  return { path: [folder, rest].filter((part) => part !== "").join("/"), isWhole: true };
}

function isAt(name: string, { path, isWhole }: ModulePath): boolean {
  return name === path || (!isWhole && name.endsWith(`/${path}`));
}

function isBelow(name: string, { path, isWhole }: ModulePath): boolean {
  return name.startsWith(`${path}/`) || (!isWhole && name.includes(`/${path}/`));
}

/** The module whose folder is nearest; none where two are as near. */
function nearest(from: Module, found: readonly Module[]): Module | undefined {
  const depths = found.map((one) => ({ one, depth: sharedDepth(from.name, one.name) }));
  const deepest = Math.max(...depths.map(({ depth }) => depth));
  const closest = depths.filter(({ depth }) => depth === deepest);
  return closest.length === 1 ? closest[0]!.one : undefined;
}

/** How many folders two paths have in common. */
export function sharedDepth(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  let shared = 0;
  while (shared < left.length && left[shared] === right[shared]) shared++;
  return shared;
}

const MAX_ALIASES = 5;

/**
 * A type of PostgreSQL; undefined where it is known only at run time, or to somebody else.
 *
 * @param written - as PostgreSQL has it, or in quotes the full name of a team's own type
 * @param aliases - `settings.typeAliases`, by full name or by its last part
 */
export function typeNamed(
  modules: Modules,
  written: string,
  from: Module,
  aliases: Readonly<Record<string, string>>,
): string | undefined {
  let [type, module] = [written, from];
  for (let i = 0; i < MAX_ALIASES; i++) {
    const name = /^"(.+)"(?:\[\])*$/.exec(type)?.[1];
    if (name === undefined) return type;
    const alias = aliases[name] ?? aliases[name.slice(name.lastIndexOf(".") + 1)];
    if (alias !== undefined) return alias;
    const found = modules.find(module, name, (one, own) => Object.hasOwn(one.models.types, own));
    if (!found || type.endsWith("]")) return undefined;
    [type, module] = [found.module.models.types[found.name]!, found.module];
  }
  return undefined;
}
