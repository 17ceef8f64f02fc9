import type { Value } from "./values.js";

/** What a way through a body made of variables; undefined is a variable of which nothing is known. */
export type Changes = ReadonlyMap<
  string,
  { readonly before: Value | undefined; readonly after: Value | undefined }
>;

export const NO_CHANGES: Changes = new Map();

/**
 * The variables of a function that runs, with a journal of what was changed: a branch costs what it changes, however
 * many variables there are.
 */
export class Variables {
  readonly #vars: Map<string, Value>;
  readonly #paths: string[] = [];
  readonly #before: (Value | undefined)[] = [];
  /** Where in the journal each of the branches began that run now. */
  readonly #begins: number[] = [];

  constructor(vars: Map<string, Value>) {
    this.#vars = vars;
  }

  set(path: string, value: Value): void {
    this.#note(path);
    this.#vars.set(path, value);
  }

  delete(path: string): void {
    this.#note(path);
    this.#vars.delete(path);
  }

  #note(path: string): void {
    if (this.#begins.length === 0) return;
    this.#paths.push(path);
    this.#before.push(this.#vars.get(path));
  }

  begin(): void {
    this.#begins.push(this.#paths.length);
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

  /** Ends the innermost branch: the variables are again what they were before it. @returns what it changed */
  undo(): Changes {
    const changes = this.since();
    const begin = this.#begins.pop() ?? 0;
    this.#paths.length = this.#before.length = begin;
    for (const [path, { before }] of changes) {
      if (before) this.#vars.set(path, before);
      else this.#vars.delete(path);
    }
    return changes;
  }
}
