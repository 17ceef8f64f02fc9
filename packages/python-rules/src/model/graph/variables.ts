import type { Value, Values } from "./values.js";

/** What a way through a body made of variables; undefined is a variable of which nothing is known. */
export type Changes = ReadonlyMap<
  string,
  { readonly before: Value | undefined; readonly after: Value | undefined }
>;

export const NO_CHANGES: Changes = new Map();

/**
 * The variables of a function that runs, by their names or the paths of attributes and items: `self.jobs`. A journal of
 * what was changed makes a branch cost what it changes, however many variables there are.
 */
export class Variables {
  readonly #vars: Map<string, Value>;
  readonly #values: Values;
  readonly #paths: string[] = [];
  readonly #before: (Value | undefined)[] = [];
  /** Where in the journal each of the branches began that run now. */
  readonly #begins: number[] = [];
  /** Names of the module of which a test has told what they are. */
  #guarded: Set<string> | undefined;
  #hasPaths: boolean;
  #puts = 0;

  /** @param hasPaths - whether there may be anything else than names */
  constructor(vars: Map<string, Value>, values: Values, hasPaths: boolean) {
    this.#vars = vars;
    this.#values = values;
    this.#hasPaths = hasPaths;
  }

  /** Whether anything is known of an attribute or an item. */
  get hasPaths(): boolean {
    return this.#hasPaths;
  }

  /** How often a variable was set so far. */
  get puts(): number {
    return this.#puts;
  }

  get(path: string): Value | undefined {
    return this.#vars.get(path);
  }

  /** Names or paths that stand for a value below a path. */
  below(path: string, value: Value): string[] {
    return [...this.#vars].flatMap(([one, known]) => (isBelow(one, path) && known === value ? [one] : []));
  }

  /** Sets a variable: what was known of its attributes is of another object. */
  put(path: string, value: Value): void {
    this.#set(path, value);
    if (this.#hasPaths) for (const key of this.#vars.keys()) if (isBelow(key, path)) this.#delete(key);
    this.#hasPaths ||= isPath(path);
    this.#puts++;
  }

  /** Sets a name of the module that a test has told. */
  guard(name: string, value: Value): void {
    (this.#guarded ??= new Set<string>()).add(name);
    this.put(name, value);
  }

  /** Puts a variable to what it was, or forgets it. */
  restore(path: string, value: Value | undefined): void {
    if (value) this.#set(path, value);
    else this.#delete(path);
  }

  #set(path: string, value: Value): void {
    this.#note(path);
    this.#vars.set(path, value);
  }

  #delete(path: string): void {
    this.#note(path);
    this.#vars.delete(path);
  }

  #note(path: string): void {
    if (this.#begins.length === 0) return;
    this.#paths.push(path);
    this.#before.push(this.#vars.get(path));
  }

  /** Runs something and puts the variables back to what they were. @returns what it made of them, and its result */
  apart<Result>(body: () => Result): [Changes, Result] {
    this.#begins.push(this.#paths.length);
    const result = body();
    return [this.#undo(), result];
  }

  /** What changed in the innermost branch so far. */
  since(): Changes {
    const begin = this.#begins.at(-1) ?? 0;
    if (begin === this.#paths.length) return NO_CHANGES;
    const changes = new Map<string, { before: Value | undefined; after: Value | undefined }>();
    for (let i = begin; i < this.#paths.length; i++) {
      const path = this.#paths[i]!;
      if (!changes.has(path)) changes.set(path, { before: this.#before[i], after: this.#vars.get(path) });
    }
    return changes;
  }

  #undo(): Changes {
    const changes = this.since();
    const begin = this.#begins.pop() ?? 0;
    this.#paths.length = this.#before.length = begin;
    for (const [path, { before }] of changes) {
      if (before) this.#vars.set(path, before);
      else this.#vars.delete(path);
    }
    return changes;
  }

  /** Makes the variables what they are where one of several ways was gone. */
  join(ways: readonly Changes[]): void {
    for (let i = 0; i < ways.length; i++) {
      const others = ways.slice(i + 1);
      for (const [path, { before, after }] of ways[i]!) {
        if (i > 0 && isIn(ways, i, path)) continue;
        this.restore(path, this.#either(path, i > 0 ? this.#both(path, before, after) : after, others));
      }
    }
  }

  /** What a variable is after one way or some others. */
  #either(path: string, value: Value | undefined, others: readonly Changes[]): Value | undefined {
    let all = value;
    const before = others.length > 0 ? this.get(path) : undefined;
    for (const other of others) {
      const change = other.get(path);
      all = this.#both(path, all, change ? change.after : before);
    }
    return all;
  }

  #both(path: string, a: Value | undefined, b: Value | undefined): Value | undefined {
    if (a && b) return this.#values.either(a, b);
    // Of an attribute that one branch set, the other knows what its class tells.
    return isPath(path) || this.#guarded?.has(path) === true ? undefined : (a ?? b);
  }
}

/** Whether one of the first ways changed a variable. */
function isIn(ways: readonly Changes[], count: number, path: string): boolean {
  for (let i = 0; i < count; i++) if (ways[i]!.has(path)) return true;
  return false;
}

/** Whether a variable's key is a chain of attributes or items. */
function isPath(key: string): boolean {
  return key.includes(".") || key.includes("[");
}

function isBelow(key: string, path: string): boolean {
  const next = key.charCodeAt(path.length);
  return (next === 46 || next === 91) && key.startsWith(path);
}
