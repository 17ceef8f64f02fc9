import { partsOf, splitAt } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";

/** How a block of statements ended, and how it may have. */
export type End = "end" | "raise" | Left | `maybe ${Left}`;
type Left = "return" | "break" | "continue";

/** Whether a block may have been left before its last statement, by what is not known. */
export function isMaybe(end: End): end is `maybe ${Left}` {
  return end.startsWith("maybe ");
}

/** The way out that leads furthest. */
function furthest(ends: readonly End[]): Left | undefined {
  return (["return", "break", "continue"] as const).find((left) => ends.some((end) => end.endsWith(left)));
}

/** How what may have been left ends where the rest of it ends otherwise. */
export function joinedEnd(maybe: End, rest: End): End {
  if (rest === "end" || rest === "raise") return maybe;
  const left = furthest([maybe, rest])!;
  return !isMaybe(rest) && maybe === `maybe ${rest}` ? rest : `maybe ${left}`;
}

/** How branches end of which one runs, or none. Where an error ends it all, what follows runs in every migration that goes through. */
export function anyEnd(ends: readonly End[]): End {
  const left = furthest(ends);
  return left ? `maybe ${left}` : "end";
}

/** The expressions that a statement gives values, those of statements in it included. */
export function targetsIn(node: PyNode): PyNode[] {
  const { type, children } = node;
  if (type === "FunctionDefinition" || type === "ClassDefinition") return [];
  const inner = children.flatMap(targetsIn);
  if (type === "AssignStatement") return [...splitAt(children, "AssignOp").slice(0, -1).flat(), ...inner];
  if (type === "UpdateStatement" || type === "NamedExpression")
    return [...partsOf(children).slice(0, 1), ...inner];
  return inner;
}
