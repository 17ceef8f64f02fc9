import type { PyNode } from "../language/tree.js";

/**
 * The first place where a tree does not fit the grammar; none for Python that its own parser accepts.
 */
export function firstProblem(nodes: readonly PyNode[]): PyNode | undefined {
  const stack = nodes.toReversed();
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === "⚠") return node;
    // The grammar of patterns is the newest: what it does not know is nothing that runs.
    if (node.type === "PatternArgList" || node.type === "MatchStatement") {
      stack.push(...bodies(node));
    } else stack.push(...node.children.toReversed());
  }
  return undefined;
}

/** The statements below the cases of a match statement. */
function bodies(match: PyNode): PyNode[] {
  return match.children
    .filter(({ type }) => type === "MatchBody")
    .flatMap(({ children }) => children)
    .flatMap(({ children }) => children.filter(({ type }) => type === "Body"))
    .reverse();
}
