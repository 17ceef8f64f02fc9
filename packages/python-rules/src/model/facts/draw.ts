import { StatementReader } from "./statements.js";
import type { Expr, Span, StatementFacts } from "./types.js";

/**
 * The facts of one top-level statement, from its text alone. Never fails, and bounded in depth: what does not fit the
 * grammar is left out.
 */
export function drawFacts(text: string): StatementFacts {
  return new Drawn(text);
}

class Drawn implements StatementFacts {
  readonly steps: StatementFacts["steps"];
  #problem: Span | undefined;

  constructor(text: string) {
    this.steps = new StatementReader(text, (problem) => (this.#problem ??= problem)).module();
  }

  /** Of a function it is only known when its body was read. */
  get problem(): Span | undefined {
    return this.#problem;
  }
}

/** The first place in a statement that does not fit the grammar, in the bodies of its functions too. */
export function firstProblem(text: string): Span | undefined {
  let first: Span | undefined;
  const keep = (problem: Span) => {
    if (!first || problem[0] < first[0]) first = problem;
  };
  new StatementReader(text, keep, true).module();
  return first;
}

/** The expression that a string holds, as annotations may; undefined where it is none. */
export function drawExpression(text: string): Expr | undefined {
  const { steps, problem } = drawFacts(text.trim());
  const [step] = steps;
  return step?.k === "do" && !problem ? step.e : undefined;
}
