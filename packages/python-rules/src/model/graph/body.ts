import type { Expr, FunctionFacts, Step } from "../facts/types.js";
import type { Machine } from "./machine.js";
import { imported, moduleValue } from "./names.js";
import { boundName } from "../project/source-file.js";

export type Call = Expr & { k: "call" };

/** What a function's body does in its own words; what stands in lambdas and functions inside of it is theirs. */
export interface Body {
  readonly calls: readonly Call[];
  /** What is assigned, and what `with` opens, by the name or the chain of attributes it is bound to. */
  readonly bound: ReadonlyMap<string, readonly Expr[]>;
  /** What items are set in: `environ` in `environ["A"] = "1"`. */
  readonly filled: readonly Expr[];
  readonly imports: readonly (Step & { k: "import" | "from" })[];
}

const known = new WeakMap<FunctionFacts, Body>();

export function bodyOf(fn: FunctionFacts): Body {
  let body = known.get(fn);
  if (!body) known.set(fn, (body = readBody(fn)));
  return body;
}

function readBody(fn: FunctionFacts): Body {
  const calls: Call[] = [];
  const bound = new Map<string, Expr[]>();
  const filled: Expr[] = [];
  const imports: (Step & { k: "import" | "from" })[] = [];
  const bind = (to: Expr, e: Expr) => {
    const name = written(to);
    if (name === undefined) return;
    const all = bound.get(name);
    if (all) all.push(e);
    else bound.set(name, [e]);
  };
  // With a stack of its own: Python nests deeper than JavaScript's call stack may.
  const pending: (Expr | Step)[] = fn.body.toReversed();
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.k === "def" || node.k === "class" || node.k === "lambda") continue;
    if (node.k === "call") calls.push(node);
    else if (node.k === "import" || node.k === "from") imports.push(node);
    else if (node.k === "set" && node.e) {
      for (const to of node.to) {
        bind(to, node.e);
        if (to.k === "item") filled.push(to.of);
      }
    } else if (node.k === "with" && node.to) bind(node.to, node.of);
    pending.push(...inside(node).reverse());
  }
  return { calls, bound, filled, imports };
}

/** The expressions and steps that another one is made of. */
export function inside(node: Expr | Step): (Expr | Step)[] {
  const found: (Expr | Step)[] = [];
  collect(node, found);
  return found;
}

function collect(of: object, found: (Expr | Step)[]): void {
  for (const value of Object.values(of) as unknown[]) {
    if (typeof value !== "object" || value === null) continue;
    if ("k" in value) found.push(value as Expr | Step);
    // Lists, arguments, handlers and the loops of comprehensions hold others and are none.
    else collect(value, found);
  }
}

/** `a.b` as it is written; undefined for what is no chain of names. */
export function written(e: Expr): string | undefined {
  if (e.k === "name") return e.id;
  if (e.k !== "attr") return undefined;
  const of = written(e.of);
  return of === undefined ? undefined : `${of}.${e.id}`;
}

/**
 * The full name of what an expression of a function means in another distribution: `os.remove` for `remove` after
 * `from os import remove`; undefined for what the project or the function itself binds otherwise.
 *
 * @param fn - none at the top level
 */
export function externalName(
  m: Machine,
  file: string,
  fn: FunctionFacts | undefined,
  e: Expr,
): string | undefined {
  const dotted = written(e);
  if (dotted === undefined) return undefined;
  const [first = "", ...rest] = dotted.split(".");
  const local =
    fn &&
    bodyOf(fn).imports.find((step) =>
      step.k === "import"
        ? (step.as ?? step.module.split(".", 1)[0]) === first
        : step.names.some((one) => boundName(one) === first),
    );
  if (!local && fn?.own.has(first) === true) return undefined;
  const value = local ? imported(m, file, local, first) : moduleValue(m, file, first);
  if (!value) return dotted;
  const [atom, ...others] = value.atoms;
  return atom?.t === "name" && others.length === 0 ? [atom.name, ...rest].join(".") : undefined;
}
