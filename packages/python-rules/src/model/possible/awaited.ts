import { isSink, type Edge, type GraphNode } from "../graph/node.js";
import type { Atom, Value } from "../graph/values.js";
import type { Way } from "./places.js";

/**
 * Whether what a call gives is awaited: where it stands, or by whoever is handed it back.
 *
 * @param way - to the call
 * @param isAwaited - whether what the function around it gives is
 */
export function isAwaitedAt(way: Way, isAwaited: boolean): boolean {
  for (let i = way.length - 1; i > 0; i--) {
    const outer = way[i - 1]!;
    if (outer.k === "await") return true;
    if (outer.k === "return") return isAwaited;
    if (outer.k !== "if" || outer.test === way[i]) return false;
  }
  return false;
}

/**
 * Whether an awaited call cannot be one of a function, since that gives nothing to await: then it is another that runs there. A
 * wrapper for both kinds of functions runs the one half or the other, told by tests that nobody follows; a session that is
 * asynchronous after all is awaited, too.
 *
 * @param from - the function around the call
 */
export function givesNothingToAwait(from: GraphNode, { to, via }: Edge): boolean {
  if (via !== "call") return false;
  if (isSink(to)) return true;
  const { fn } = to.fn;
  if (fn.async || fn.generator || isAny(to.returns, isAwaitable)) return false;
  if (to.returns.atoms.every(isPlain)) return true;
  // Of an unknown value that is no coroutine as far as is known, beside one that is.
  return isAny(from.returns, isAwaitable);
}

const isAny = ({ atoms }: Value, is: (atom: Atom) => boolean) => atoms.some(is);

/** Unlike what only gives something to be awaited where it is called. */
const isAwaitable = ({ t }: Atom) => t === "coroutine" || t === "awaitable";

const isPlain = ({ t }: Atom) =>
  t === "data" || t === "text" || t === "list" || t === "dict" || t === "tuple" || t === "module";
