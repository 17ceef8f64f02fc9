import { spanOf, textOf, type Source } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import { importsIn } from "./imports.js";
import { inspects, replacedIn, sizeOf, unknown, type Value } from "./values.js";

/** The module that names stand in. */
export interface ModuleSource extends Source {
  /** Of a module that a migration takes something from: by what it is found relative to the root. */
  readonly file?: string;
  /** Whether it is not the module that is read: places in it are of no use to who reads the report. */
  readonly isElsewhere?: true;
  /** Whether such a module has to do with migrations. */
  readonly isHelper?: boolean;
}

/** What a module's own names mean, where they are not bound by running it from its first line on. */
export type Later = (name: string) => void;

/** What names of a module mean, those of functions around it included. */
export class Scope {
  readonly #values = new Map<string, Value>();
  /** Scopes of names that are declared to be of others: `global`, `nonlocal`. */
  readonly #declared = new Map<string, Scope>();
  /** Modules that `from … import *` takes names from. */
  readonly stars: string[] = [];

  constructor(
    readonly source: ModuleSource,
    readonly outer?: Scope,
    readonly later?: Later,
  ) {}

  /** A scope of a function or class in this one. */
  inner(): Scope {
    return new Scope(this.source, this);
  }

  /** The scope of the module. */
  get module(): Scope {
    return this.outer?.module ?? this;
  }

  get(name: string): Value | undefined {
    const declared = this.#declared.get(name);
    if (declared) return declared.get(name);
    this.later?.(name);
    return this.#values.get(name) ?? this.outer?.get(name);
  }

  /** What a name is in this scope alone. */
  own(name: string): Value | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: Value): void {
    const declared = this.#declared.get(name);
    if (declared) declared.set(name, value);
    else this.#values.set(name, value);
  }

  /** Has a name for that of the module, or of the function around. */
  declare(name: string, isGlobal: boolean): void {
    let scope = isGlobal ? this.module : (this.outer ?? this);
    while (!isGlobal && scope.outer && !scope.#values.has(name)) scope = scope.outer;
    if (scope !== this) this.#declared.set(name, scope);
  }

  /** Gives what has an identity another value, wherever it is in the values of this scope. @returns those */
  change(identity: object, by: Value): Value[] {
    const all: Value[] = [];
    for (const [name, value] of this.#values) {
      const changed = replacedIn(value, identity, by);
      if (changed !== value) {
        this.#values.set(name, changed);
        all.push(changed);
      }
    }
    return all;
  }

  /** Values that are in the values of this scope. */
  get size(): number {
    let size = 0;
    for (const value of this.#values.values()) size += sizeOf(value);
    return size;
  }

  /** What the names of this scope mean now. */
  snapshot(): ReadonlyMap<string, Value> {
    return new Map(this.#values);
  }

  /** Gives names the values again that they had before. */
  restore(before: ReadonlyMap<string, Value>): void {
    for (const [name, value] of before) this.#values.set(name, value);
  }

  /** Makes unknown what differs from what it was before: one of the two is right. */
  blur(before: ReadonlyMap<string, Value>, isAsked: boolean): void {
    for (const [name, value] of this.#values) {
      const old = before.get(name);
      if (old && old !== value) this.#values.set(name, either(old, value, isAsked));
    }
  }
}

/** One of two values; of a list, what only the database decides on stays in it as such. */
function either(old: Value, value: Value, isAsked: boolean): Value {
  const isLonger =
    isAsked &&
    old.k === "list" &&
    value.k === "list" &&
    old.items.every((item, i) => value.items[i] === item);
  if (!isLonger) return unknown(value.at, isAsked || inspects(value));
  const added = value.items.slice(old.items.length).map((of): Value => ({ k: "perhaps", of, at: of.at }));
  return { ...value, items: [...old.items, ...added] };
}

/** Binds what an import statement names, by full names; that of a relative module keeps its dots. */
export function bindImport(node: PyNode, scope: Scope): void {
  const at = spanOf(node);
  for (const { name, path } of importsIn(node, scope.source)) {
    if (name === "*") scope.stars.push(path.replace(/\.?\*$/, ""));
    else scope.set(name, { k: "name", path, at });
  }
}

/** The text of a node. */
export function textAt(node: PyNode, { source }: Scope): string {
  return textOf(source, node);
}
