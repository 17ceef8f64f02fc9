import type { Expr, FunctionFacts, Step } from "../facts/types.js";
import { inside } from "../graph/body.js";

/** What stands around a place in a function, from the outside to what is at the place itself; empty where that is not found. */
export type Way = readonly (Expr | Step)[];

const ways = new WeakMap<FunctionFacts, Map<string, Way>>();

/** @param start - of the place, counted as the facts of the function count */
export function wayTo(fn: FunctionFacts, start: number, stop: number): Way {
  let known = ways.get(fn);
  if (!known) ways.set(fn, (known = new Map<string, Way>()));
  const key = `${start}-${stop}`;
  let way = known.get(key);
  if (!way) known.set(key, (way = find(fn, start, stop)));
  return way;
}

interface Link {
  readonly node: Expr | Step;
  readonly outer: Link | undefined;
}

function find(fn: FunctionFacts, start: number, stop: number): Way {
  let step: Link | undefined;
  const pending: Link[] = fn.body.map((node) => ({ node, outer: undefined })).reverse();
  for (let link = pending.pop(); link; link = pending.pop()) {
    const { node } = link;
    if ("start" in node && node.start === start && node.stop === stop) return unwound(link);
    // What opens a context or begins a loop has a place of its own, where no expression has.
    if ("at" in node && node.at[0] === start && node.at[1] === stop) step ??= link;
    if (node.k === "def" || node.k === "class" || node.k === "lambda") continue;
    for (const one of inside(node).reverse()) pending.push({ node: one, outer: link });
  }
  return step ? unwound(step) : [];
}

function unwound(link: Link): Way {
  const way: (Expr | Step)[] = [];
  for (let one: Link | undefined = link; one; one = one.outer) way.unshift(one.node);
  return way;
}
