import { isSink, type Edge } from "./node.js";
import type { Atom, Value, Values } from "./values.js";

/**
 * What is got for each alternative of a value. What they run is marked as chosen among them where it is not the same: a
 * store that is one class or another by a setting.
 *
 * @param edges - where what they run is put
 */
export function dispatched(
  values: Values,
  { atoms }: Value,
  edges: readonly Edge[],
  get: (atom: Atom) => Value,
): Value {
  const start = edges.length;
  let all = values.none;
  let first: string | undefined;
  let isChosen = false;
  let isIdle = false;
  for (const atom of atoms) {
    const before = edges.length;
    all = values.either(all, get(atom));
    if (!isImplementation(atom)) continue;
    const edge = edges[before];
    const target = edge ? targetOf(edge) : "";
    first ??= target;
    isChosen ||= target !== first;
    isIdle ||= target === "";
  }
  if (isChosen) for (let i = start; i < edges.length; i++) mark(edges[i]!, isIdle);
  return all;
}

/** @param isIdle - whether one of them runs nothing; where all run something, what that does tells whether it matters which */
function mark(edge: Edge, isIdle: boolean): void {
  edge.isOneOf = true;
  edge.isConditional ||= isIdle;
}

/** Plain values, `None` among them, are no implementations of anything, and of what others make it is not known what it runs. */
function isImplementation({ t }: Atom): boolean {
  return !OTHERS.has(t);
}

const OTHERS: ReadonlySet<Atom["t"]> = new Set<Atom["t"]>(["unknown", "data", "text", "thing", "name"]);

function targetOf({ to }: Edge): string {
  return isSink(to) ? to.name : to.base;
}
