import { inside, written, type Call } from "../graph/body.js";
import type { FunctionAtom } from "../graph/values.js";
import type { Expr, FunctionFacts, Step } from "../facts/types.js";

/** What a function does whenever it runs to its end; what stands below a condition or behind an early return is not told. */
export interface Certain {
  /** Its calls, those in lambdas and functions inside of it left out. */
  readonly calls: readonly Call[];
  /** Where expressions and statements of its own begin, from the start of the function's statement. */
  readonly starts: ReadonlySet<number>;
}

const known = new WeakMap<FunctionFacts, Certain>();
const knownOfHandlers = new WeakMap<FunctionFacts, Certain>();

/**
 * What a function does whenever it runs.
 *
 * @param isHandler - whether it answers a request: what it returns early is an answer, and no value that was kept
 */
export function certainOf(fn: FunctionFacts, isHandler = false): Certain {
  const all = isHandler ? knownOfHandlers : known;
  let found = all.get(fn);
  if (!found) {
    const reader = new Reader(isHandler);
    reader.read(fn.body);
    all.set(fn, (found = reader));
  }
  return found;
}

class Reader implements Certain {
  readonly calls: Call[] = [];
  readonly starts = new Set<number>();
  readonly #isHandler: boolean;
  #isOut = false;

  constructor(isHandler: boolean) {
    this.#isHandler = isHandler;
  }

  read(steps: readonly Step[]): void {
    for (const step of steps) {
      if (this.#isOut) return;
      this.#step(step);
    }
  }

  #step(step: Step): void {
    switch (step.k) {
      case "do":
      case "set":
      case "update":
        if (step.e) this.#expression(step.e);
        if (step.k === "set") for (const to of step.to) this.#expression(to);
        break;
      case "return":
      case "raise":
        if (step.e) this.#expression(step.e);
        this.#isOut = true;
        break;
      case "if":
        this.#expression(step.test);
        this.#leaves([...step.a, ...step.b]);
        break;
      // A loop is there to try again as well as to go through many.
      case "for":
      case "while":
        this.#expression(step.k === "for" ? step.of : step.test);
        if (step.k === "for") this.starts.add(step.at[0]);
        this.read(step.body);
        this.read(step.b);
        break;
      case "with":
        this.#expression(step.of);
        this.starts.add(step.at[0]);
        break;
      case "try":
        this.read(step.body);
        this.read(step.b);
        this.read(step.last);
        break;
      case "match":
        this.#expression(step.of);
        this.#leaves(step.cases.flat());
        break;
      default:
    }
  }

  #leaves(steps: readonly Step[]): void {
    if (!this.#isHandler && returns(steps)) this.#isOut = true;
  }

  #expression(e: Expr): void {
    // With a stack of its own: Python nests deeper than JavaScript's call stack may.
    const pending: (Expr | Step)[] = [e];
    for (let node = pending.pop(); node; node = pending.pop()) {
      if ("start" in node) this.starts.add(node.start);
      if (node.k === "call") this.calls.push(node);
      pending.push(...partsOf(node));
    }
  }
}

/** What is evaluated whenever an expression is. */
function partsOf(e: Expr | Step): (Expr | Step)[] {
  if (e.k === "lambda") return [];
  if (e.k === "any") return [e.items[0]];
  if (e.k === "if") return [e.test];
  if (e.k === "comp") return e.loops.slice(0, 1).map(({ of }) => of);
  return inside(e);
}

/** Whether steps, or those below them, return. */
function returns(steps: readonly Step[]): boolean {
  return steps.some((step) => {
    if (step.k === "return") return true;
    if (step.k === "def" || step.k === "class") return false;
    return returns(inside(step).filter((one): one is Step => !isExpression(one)));
  });
}

const STEPS = /^(?:do|set|update|return|raise|leave|for|while|with|try|match|import|from)$/;

function isExpression(node: Expr | Step): node is Expr {
  // A conditional expression has two expressions where the statement has lists.
  return node.k === "if" ? !Array.isArray(node.a) : !STEPS.test(node.k);
}

/**
 * Whether a function keeps what a call in it makes for the next time it runs: in a global variable, in a table, or on an
 * object that is not its own.
 */
export function keeps({ fn: { body, outer, params, decorators }, owner }: FunctionAtom, call: Call): boolean {
  if (outer.length > 0) return true;
  const isMethod = owner !== undefined && !decorators.some((one) => written(one) === "classmethod");
  const own = isMethod ? `${params[0]?.name ?? ""}.` : undefined;
  const isOwn = (path: string | undefined) =>
    own !== undefined && path?.startsWith(own) === true && !path.slice(own.length).includes(".");
  const sets = assignments(body);
  const names = new Set(
    sets.flatMap(({ to, e }) =>
      holds(e, call) ? to.flatMap((one) => (one.k === "name" ? [one.id] : [])) : [],
    ),
  );
  return sets.some(
    ({ to, e }) =>
      (holds(e, call) || (e?.k === "name" && names.has(e.id))) &&
      to.some((one) => one.k === "item" || (one.k === "attr" && !isOwn(written(one)))),
  );
}

function assignments(steps: readonly Step[]): (Step & { k: "set" })[] {
  return steps.flatMap((step) => {
    if (step.k === "set") return [step];
    if (step.k === "def" || step.k === "class") return [];
    return assignments(inside(step).filter((one): one is Step => !isExpression(one)));
  });
}

function holds(e: Expr | undefined, call: Call): boolean {
  const pending: (Expr | Step)[] = e ? [e] : [];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node === call) return true;
    if (node.k !== "lambda") pending.push(...inside(node));
  }
  return false;
}
