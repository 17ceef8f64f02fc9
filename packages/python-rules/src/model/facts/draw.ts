import { firstProblem } from "../../language/problems.js";
import { parseTree } from "../../language/tree.js";
import { spanOf } from "./source.js";
import { stepsOf } from "./statements.js";
import type { Expr, StatementFacts } from "./types.js";

/** The facts of one top-level statement, from its text alone. Pure, and bounded in depth. */
export function drawFacts(text: string): StatementFacts {
  const nodes = parseTree(text);
  const problem = firstProblem(nodes);
  const steps = stepsOf(nodes, { text, depth: 0 });
  return { steps, ...(problem ? { problem: spanOf(problem) } : {}) };
}

/** The expression that a string holds, as annotations may; undefined where it is none. */
export function drawExpression(text: string): Expr | undefined {
  const [step] = drawFacts(text.trim()).steps;
  return step?.k === "do" ? step.e : undefined;
}
