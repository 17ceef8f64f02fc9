import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { Evaluator, type Host } from "./evaluate.js";
import { Limits } from "./limits.js";
import type { Scope } from "./scope.js";
import type { Item } from "./statement.js";
import type { FunctionValue, Value } from "./values.js";

/** Names that are kept in the time that evaluates an expression. */
const KEPT = 20;

/** What a migration has asked for so far, and what its names mean: what may not run leaves both in doubt. */
export abstract class State implements Host {
  readonly limits = new Limits();
  protected readonly evaluator = new Evaluator(this);
  protected items: Item[] = [];
  protected returned: Value | undefined;
  /** Whether the database alone decides if a block is left early. */
  protected isLeftByExistence = true;
  /** Whether a function that was called ended with an error. */
  protected raised = false;
  /** The scopes of the functions that run. */
  protected readonly scopes: Scope[] = [];
  /** What is below `with`, for the context that is entered. */
  protected entered: ((value: Value) => void) | undefined;

  abstract call(callee: Value, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value;
  abstract bound(
    callee: FunctionValue,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    at: Range,
  ): Scope;
  abstract executes(args: readonly Value[], at: Range): void;
  abstract elsewhere(path: string, scope: Scope): Value | undefined;
  abstract starred(name: string, scope: Scope): Value | undefined;
  abstract assigned(path: string, value: Value, scope: Scope): void;
  /** A call that stands alone was made. */
  protected abstract done(value: Value): void;

  perhaps(run: () => void, at: Range, isExistence: boolean): void {
    this.items.push(...this.collect(run, at, isExistence));
  }

  changed(of: Value, by: Value, scope: Scope): void {
    if (!("identity" in of)) return;
    for (const one of this.#living(scope)) {
      this.limits.spend(one.size / KEPT);
      for (const value of one.change(of.identity, by)) this.evaluator.copies(value);
    }
  }

  /** All scopes whose names may be used from here on. */
  #living(scope: Scope): Set<Scope> {
    const all = new Set([scope, ...this.scopes]);
    // What is added comes by too.
    for (const { outer } of all) if (outer) all.add(outer);
    return all;
  }

  /** Runs what may not run: a name that it gives another value has one of two. */
  protected attempt(run: () => void, scope: Scope, isExistence: () => boolean): void {
    const before = this.#kept(scope);
    run();
    for (const [one, old] of before) one.blur(old, isExistence());
  }

  #kept(scope: Scope): (readonly [Scope, ReadonlyMap<string, Value>])[] {
    const kept = [...this.#living(scope)].map((one) => [one, one.snapshot()] as const);
    this.limits.spend(kept.reduce((sum, [, names]) => sum + names.size, 0) / KEPT);
    return kept;
  }

  /**
   * Runs a function of another module, or leaves all as if it had not been called.
   *
   * @param isHelper - of a module that has to do with migrations
   * @returns whether it came to its end within what it may take
   */
  protected follows(isHelper: boolean, run: () => void, scope: Scope): ReturnType<Limits["follow"]> {
    const [{ items }, { length }, isLeftByExistence] = [this, this.items, this.isLeftByExistence];
    const before = this.#kept(scope);
    const how = this.limits.follow(isHelper, run);
    if (how === "followed") return how;
    this.items = items;
    items.length = length;
    this.isLeftByExistence = isLeftByExistence;
    this.raised = false;
    for (const [one, old] of before) one.restore(old);
    return how;
  }

  /** What runs below a condition that is not known, as a branch. */
  protected collect(run: () => void, at: Range, isExistence = true): Item[] {
    const before = this.items;
    this.items = [];
    run();
    // An error is one of what may not run.
    this.raised = false;
    const items = this.items;
    this.items = before;
    if (items.length === 0) return [];
    const doubt = "what the migration does to it depends on what is known only when it runs";
    return [{ k: "branch", items, at, ...(isExistence ? {} : { doubt }) }];
  }
}
