import type { PyNode } from "../language/tree.js";
import type { Library } from "./library.js";
import { Scope } from "./scope.js";
import type { Value } from "./values.js";

/** Names that lead from import to import end somewhere. */
const MAX_IMPORTS = 10;
/** What no repository defines itself, under whatever name it may be found there. */
const LIBRARIES =
  /^(?:alembic|sqlalchemy|sqlmodel|sqlalchemy_utils|logging|warnings|time|os|sys|json|re|uuid|datetime|contextlib|textwrap|structlog|typing|enum|dialect)(?:\.|$)/;

/** What the names that a migration imports mean in the modules they come from, each run as far as it is asked for. */
export class Elsewhere {
  readonly #library: Library;
  readonly #file: string;
  readonly #run: (statements: readonly PyNode[], scope: Scope) => void;
  readonly #scopes = new Map<string, Scope | undefined>();
  readonly #known = new Map<string, Value | undefined>();
  readonly #open = new Set<string>();
  /** What was found where, by the names that were looked for. */
  readonly asked = new Map<string, string>();

  /**
   * @param file - the migration, relative to the root
   * @param run - runs statements in the mind for what they bind alone
   */
  constructor(library: Library, file: string, run: (statements: readonly PyNode[], scope: Scope) => void) {
    this.#library = library;
    this.#file = file;
    this.#run = run;
  }

  /** What a full name means, as seen from a scope; undefined where no module of the repository defines it. */
  find(path: string, scope: Scope): Value | undefined {
    if (!path.includes(".") || LIBRARIES.test(path)) return undefined;
    const from = scope.source.file ?? this.#file;
    const key = `${from}\0${path}`;
    if (this.#known.has(key)) return this.#known.get(key);
    if (this.#open.has(key) || this.#open.size > MAX_IMPORTS) return undefined;
    this.#open.add(key);
    const value = this.#look(from, path);
    this.#open.delete(key);
    this.#known.set(key, value);
    return value;
  }

  #look(from: string, path: string): Value | undefined {
    this.asked.set(`${from}\0${path}`, this.#library.answer(from, path));
    const found = this.#library.find(from, path);
    const scope = found && this.#scopeOf(found.file);
    const value = scope && (scope.get(found.name) ?? this.#starred(scope, found.name));
    if (!value || value.k === "unknown") return undefined;
    if (value.k === "class") return { ...value, path };
    return value.k === "name" ? this.#passedOn(value, scope) : value;
  }

  /** What a module has from another one. */
  #passedOn(value: Extract<Value, { k: "name" }>, scope: Scope): Value | undefined {
    const isFound = this.find(value.path, scope);
    // Of a library; what a module of the repository should have and has not, is not known.
    return isFound ?? (value.path.includes(".") && !value.path.startsWith(".") ? value : undefined);
  }

  #starred(scope: Scope, name: string): Value | undefined {
    for (const module of scope.stars) {
      const found = name.startsWith("_") ? undefined : this.find(`${module}.${name}`, scope);
      if (found) return found;
    }
    return undefined;
  }

  #scopeOf(file: string): Scope | undefined {
    if (!this.#scopes.has(file)) this.#scopes.set(file, this.#begin(file));
    return this.#scopes.get(file);
  }

  #begin(file: string): Scope | undefined {
    const module = this.#library.module(file);
    if (!module) return undefined;
    const ran = new Set<number>();
    const asked = new Set<string>();
    const run = (i: number): void => {
      if (ran.has(i)) return;
      ran.add(i);
      this.#run(module.trees(i), scope);
    };
    const scope = new Scope({ text: module.text, file, isElsewhere: true }, undefined, (name) => {
      if (asked.has(name)) return;
      asked.add(name);
      for (const i of module.binding(name)) run(i);
    });
    for (const i of module.stars) run(i);
    return scope;
  }
}
