import { isSink, type Edge } from "./node.js";
import type { Atom } from "./values.js";

/**
 * Tells whether the alternatives of a value run the same, and marks what they run as chosen among them where they do not: a
 * store that is one class or another by a setting.
 */
export class Alternatives {
  readonly #edges: readonly Edge[];
  readonly #start: number;
  #next: number;
  #first: string | undefined;
  #isChosen = false;
  #isIdle = false;

  /** @param edges - where what they run is put */
  constructor(edges: readonly Edge[]) {
    this.#edges = edges;
    this.#start = this.#next = edges.length;
  }

  /** One of them has put there what it runs. */
  past(atom: Atom): void {
    const edge = this.#edges[this.#next];
    this.#next = this.#edges.length;
    if (!isImplementation(atom)) return;
    const target = edge ? targetOf(edge) : "";
    this.#first ??= target;
    this.#isChosen ||= target !== this.#first;
    this.#isIdle ||= target === "";
  }

  end(): void {
    if (!this.#isChosen) return;
    for (let i = this.#start; i < this.#next; i++) mark(this.#edges[i]!, this.#isIdle);
  }
}

/** @param isIdle - whether one of them runs nothing; where all run something, what that does tells whether it matters which */
function mark(edge: Edge, isIdle: boolean): void {
  edge.isOneOf = true;
  edge.isConditional ||= isIdle;
}

/** Plain values, `None` among them, are no implementations of anything, and of what others make it is not known what it runs. */
function isImplementation({ t }: Atom): boolean {
  return t !== "unknown" && t !== "data" && t !== "text" && t !== "thing" && t !== "name";
}

function targetOf({ to }: Edge): string {
  return isSink(to) ? to.name : to.base;
}
