/** Statements and expressions of a migration, and of modules that help it, that are looked at in all. */
const MAX_OWN = 400_000;
/** Those of all other modules that one migration may lead to. */
const MAX_ELSEWHERE = 60_000;
/** Those of one call of a function in a module that has to do with migrations. */
const MAX_HELPER = 20_000;
/** Those of one call of any other function: some text, a list, a type. */
const MAX_OTHER = 1000;
/** Functions of other modules that call each other. */
const MAX_CALLS = 8;
/** Blocks in blocks, those of the functions that run included: each takes its part of the stack. */
const MAX_BLOCKS = 250;

/** What is left to what runs. */
export interface Allowance {
  left: number;
  isOver: boolean;
  /** How many functions of other modules run. */
  readonly depth: number;
  /** Whether Alembic's operations are used: without what they do the rest of the migration says little. */
  changes: boolean;
}

/**
 * How far a migration is followed: what it says itself to its end, or it counts as not read; what it calls in other
 * modules within an allowance, or that one call counts as not followed.
 */
export class Limits {
  #own = 0;
  #elsewhere = 0;
  #blocks = 0;
  #isStopped = false;
  #call: Allowance | undefined;

  /** Whether the migration itself was too much. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** What is left to the call that runs; undefined in the migration itself. */
  get allowance(): Allowance | undefined {
    return this.#call;
  }

  /** Counts something that is looked at. @returns whether it still may be */
  spend(cost = 1): boolean {
    const call = this.#call;
    if (call) {
      call.left -= cost;
      if (call.left < 0) call.isOver = true;
      return !call.isOver && !this.#isStopped;
    }
    this.#own += cost;
    if (this.#own > MAX_OWN) this.#isStopped = true;
    return !this.#isStopped;
  }

  /** What runs is too much: a call of another module ends as one that is not followed, else the migration does. */
  exceed(): void {
    if (this.#call) this.#call.isOver = true;
    else this.#isStopped = true;
  }

  /** Runs a block in those that run. */
  block<Result>(run: () => Result, otherwise: Result): Result {
    if (this.#blocks >= MAX_BLOCKS) this.exceed();
    if (!this.spend()) return otherwise;
    this.#blocks++;
    const result = run();
    this.#blocks--;
    return result;
  }

  /** What runs uses Alembic's operations. */
  change(): void {
    if (this.#call) this.#call.changes = true;
  }

  /**
   * Runs a function of another module. Of one that uses Alembic's operations and does not come to its end, the
   * migration as a whole is not known.
   *
   * @param isHelper - of a module that has to do with migrations
   * @returns whether it came to its end within what it may take
   */
  follow(isHelper: boolean, run: () => void): "followed" | "refused" | "left" {
    const around = this.#call;
    const rest = isHelper ? MAX_OWN - this.#own : MAX_ELSEWHERE - this.#elsewhere;
    const left = Math.min(isHelper ? MAX_HELPER : MAX_OTHER, around?.left ?? rest);
    const depth = (around?.depth ?? 0) + 1;
    if (isHelper && (left <= 0 || depth > MAX_CALLS)) this.exceed();
    if (left <= 0 || depth > MAX_CALLS || around?.isOver || this.#isStopped) return "refused";
    const call = { left, isOver: false, depth, changes: false };
    this.as(call, run);
    if (around) this.#charge(around, left - call.left, call.changes);
    else if (isHelper) this.#own += left - call.left;
    else this.#elsewhere += left - call.left;
    if (call.isOver && call.changes) this.#isStopped = true;
    return call.isOver ? "left" : "followed";
  }

  /**
   * Runs a statement of another module for what it binds, which is the same whoever asks for it.
   *
   * @returns whether it came to its end
   */
  apart(isHelper: boolean, run: () => void): boolean {
    const left = isHelper ? MAX_OWN - this.#own : MAX_ELSEWHERE - this.#elsewhere;
    if (left <= 0 || this.#isStopped) return false;
    const call = { left, isOver: false, depth: this.#call?.depth ?? 0, changes: isHelper };
    this.as(call, run);
    if (isHelper) this.#own += left - call.left;
    else this.#elsewhere += left - call.left;
    if (call.isOver && isHelper) this.#isStopped = true;
    return !call.isOver;
  }

  /** Runs something that what stands around a call is to pay for. */
  as(allowance: Allowance | undefined, run: () => void): void {
    const before = this.#call;
    this.#call = allowance;
    run();
    this.#call = before;
  }

  #charge(around: Allowance, spent: number, changes: boolean): void {
    around.left -= spent;
    around.isOver ||= around.left < 0;
    around.changes ||= changes;
  }
}
