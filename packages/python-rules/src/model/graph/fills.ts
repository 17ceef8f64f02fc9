import type { FunctionFacts } from "../facts/types.js";
import type { Machine } from "./machine.js";
import type { FunctionAtom, Value } from "./values.js";

/** A look at one function for what it puts into a container, by the words that stand for it there: `self.workers`. */
export interface Filling {
  readonly fn: FunctionFacts;
  readonly path: string;
  value: Value;
}

/** Whether a value is a list or a dictionary of which nothing is known but that it is one. */
export function isUnfilled(m: Machine, { atoms }: Value): boolean {
  return (
    atoms.length > 0 &&
    atoms.every(
      (atom) => (atom.t === "list" || atom.t === "dict") && (atom.of === m.values.none || atom.of === m.values.unknown), // prettier-ignore
    )
  );
}

/** A container with what was put into it. */
export function filledWith(m: Machine, container: Value, of: Value): Value {
  if (of === m.values.none) return container;
  return m.values.map(container, (atom) =>
    atom.t === "list" ? m.values.list(of) : m.values.of({ t: "dict", key: `D${of.id}`, of }),
  );
}

/** What some functions put into a container, whoever calls them; each may have words of its own for it. */
export function putInto(m: Machine, fillers: readonly { fn: FunctionAtom; path: string }[]): Value {
  return m.isDeep ? m.values.none : m.values.union(...fillers.map(({ fn, path }) => m.putBy(fn, path)));
}
