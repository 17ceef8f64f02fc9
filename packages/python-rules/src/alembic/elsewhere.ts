import type { PyNode } from "../language/tree.js";
import { targetsIn } from "./flow.js";
import type { Library } from "./library.js";
import { Scope, textAt } from "./scope.js";
import type { Value } from "./values.js";

/** Names that lead from import to import end somewhere. */
const MAX_IMPORTS = 10;
/** A module that gives names values by texts. */
const BINDS_ANYTHING = /\bglobals\s*\(\s*\)\s*(?:\[[^\]]*\]\s*=(?!=)|\.update\b|\.setdefault\b)/;
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
    const value = scope && this.#named(scope, found.file, found.name);
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

  /** What a name of a module is; what `from … import *` brings replaces what stands above it. */
  #named(scope: Scope, file: string, name: string): Value | undefined {
    const module = this.#library.module(file);
    const own = scope.get(name);
    const isLast = module && (module.stars.at(-1) ?? -1) > (module.binding(name).at(-1) ?? -1);
    return own && !isLast ? own : (this.starred(scope, name) ?? own);
  }

  /** What the last `from … import *` of a module that has a name brings. */
  starred({ module }: Scope, name: string): Value | undefined {
    for (const from of module.stars.toReversed()) {
      const found = name.startsWith("_") ? undefined : this.find(`${from}.${name}`, module);
      if (found && this.#isExported(from, name, module)) return { ...found, via: `${from}.${name}` };
    }
    return undefined;
  }

  #isExported(from: string, name: string, scope: Scope): boolean {
    const all = this.find(`${from}.__all__`, scope);
    return all?.k !== "list" || all.items.some((one) => one.k !== "const" || one.v === name);
  }

  /** Whether a module of the repository has a name, or is it. */
  has(path: string, scope: Scope): boolean {
    const from = scope.source.file ?? this.#file;
    return this.find(path, scope) !== undefined || this.#library.find(from, `${path}.__name__`) !== undefined;
  }

  /** Something was changed while the migration runs: what was found is looked for anew. */
  forget(): void {
    this.#known.clear();
  }

  /** A name of a module is given another value. */
  assign(path: string, value: Value, scope: Scope): void {
    const found = this.#library.find(scope.source.file ?? this.#file, path);
    const module = found && this.#scopeOf(found.file);
    if (!module) return;
    module.get(found.name);
    module.set(found.name, value);
    this.forget();
  }

  #scopeOf(file: string): Scope | undefined {
    if (!this.#scopes.has(file)) this.#scopes.set(file, this.#begin(file));
    return this.#scopes.get(file);
  }

  #begin(file: string): Scope | undefined {
    const module = this.#library.module(file);
    if (!module || BINDS_ANYTHING.test(module.text)) return undefined;
    const ran = new Set<number>();
    const asked = new Set<string>();
    const running: number[] = [];
    const run = (i: number): void => {
      if (ran.has(i)) return;
      ran.add(i);
      running.push(i);
      // What it may give another value has the one of before.
      for (const target of module.trees(i).flatMap(targetsIn))
        if (target.type === "VariableName") scope.get(textAt(target, scope));
      this.#run(module.trees(i), scope);
      running.pop();
    };
    const { text, isHelper } = module;
    const scope = new Scope({ text, file, isElsewhere: true, isHelper }, undefined, (name) => {
      if (asked.has(name)) return;
      const all = module.binding(name);
      const now = running.at(-1);
      const before = now === undefined ? [] : all.filter((i) => i < now);
      // What is bound again below the statement that runs is still what it was.
      if (before.length === 0 || before.length === all.length) asked.add(name);
      for (const i of before.length > 0 ? before : all) run(i);
    });
    for (const i of module.stars) run(i);
    return scope;
  }
}
