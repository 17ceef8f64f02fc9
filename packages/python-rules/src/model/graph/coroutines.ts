import type { Expr, FunctionFacts, Step } from "../facts/types.js";
import type { Machine } from "./machine.js";
import { lookup } from "./names.js";
import type { Frame } from "./scope.js";

/**
 * Whether a block only calls a coroutine function that the function around it was made for or given, and hands on what that
 * gives: nothing of it runs before somebody awaits it, so that it raises nothing here, and no handler around the block runs.
 */
export function onlyMakesCoroutine(m: Machine, [only, ...rest]: readonly Step[], frame: Frame): boolean {
  if (rest.length > 0) return false;
  const of = calleeOf(only);
  if (of?.k !== "name") return false;
  const { atoms } = lookup(m, frame, of.id);
  return atoms.length > 0 && atoms.every((atom) => atom.t === "function" && givesCoroutine(atom.fn));
}

/** What a step calls, where it does nothing else. */
function calleeOf(step: Step | undefined): Expr | undefined {
  const e = step?.k === "return" || step?.k === "set" ? step.e : undefined;
  return e?.k === "call" && e.args.every((arg) => isPlain(arg.e)) ? e.of : undefined;
}

function isPlain({ k }: Expr): boolean {
  return k === "name" || k === "str" || k === "data";
}

/** Whether calling a function does no more than to make a coroutine, its own or that of another one. */
function givesCoroutine({ async, generator, returns, body }: FunctionFacts): boolean {
  if (async || generator) return true;
  const of = returns?.k === "item" ? returns.of : undefined;
  const type = of?.k === "name" || of?.k === "attr" ? of.id : "";
  if (!/^(?:Coroutine|Awaitable)$/.test(type)) return false;
  const [only, ...others] = body.filter((step) => step.k !== "do" || step.e.k !== "str");
  return others.length === 0 && only?.k === "return" && calleeOf(only) !== undefined;
}
