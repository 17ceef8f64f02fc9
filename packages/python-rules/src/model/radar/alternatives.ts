import type { Tier } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { isSink, type Edge, type GraphNode, type Sink } from "../graph/node.js";

/** How much it matters that a call is made: 2 where it blocks, 1 where it may do so for a moment. */
type Weight = 1 | 2;

const SHORT: ReadonlySet<Tier> = new Set<Tier>(["cpu", "file", "stat"]);

/**
 * Settles of calls that are made on one of several objects whether it matters which: where all of them block, it does not.
 *
 * @param nodes - everything that functions reach
 * @param isPart - whether what is called runs before its caller is back, so far as that is certain
 */
export function settleAlternatives(nodes: readonly GraphNode[], isPart: (edge: Edge) => boolean): void {
  const open = nodes.filter(({ edges }) => edges.some(({ isOneOf }) => isOneOf));
  if (open.length === 0) return;
  const weights = weigh(nodes, isPart);
  const weightOf = (to: GraphNode | Sink) => (isSink(to) ? ofSink(to) : (weights.get(to) ?? 0));
  for (const { edges } of open) {
    for (const group of alternativesIn(edges)) {
      const all = group.map(({ to }) => weightOf(to));
      const least = Math.min(...all);
      if (least === 0 || least < Math.max(...all)) for (const edge of group) edge.isConditional = true;
    }
  }
}

function ofSink({ blocking: { tier } }: Sink): Weight {
  return SHORT.has(tier) ? 1 : 2;
}

/** The calls that are made on one of several objects, by where they stand. */
function alternativesIn(edges: readonly Edge[]): Iterable<Edge[]> {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    if (!edge.isOneOf) continue;
    const { file, range } = edge.place;
    const key = `${file}:${range.join("-")}`;
    const group = groups.get(key);
    if (group) group.push(edge);
    else groups.set(key, [edge]);
  }
  return groups.values();
}

function weigh(nodes: readonly GraphNode[], isPart: (edge: Edge) => boolean): Map<GraphNode, Weight> {
  const callers = new Map<GraphNode, GraphNode[]>();
  const weights = new Map<GraphNode, Weight>();
  const ends: Record<Weight, GraphNode[]> = { 1: [], 2: [] };
  for (const node of nodes) {
    for (const edge of node.edges) {
      if (!isPart(edge)) continue;
      const { to } = edge;
      if (isSink(to)) {
        ends[ofSink(to)].push(node);
        continue;
      }
      const list = callers.get(to);
      if (list) list.push(node);
      else callers.set(to, [node]);
    }
  }
  for (const weight of [2, 1] as const) {
    const pending = ends[weight];
    for (let node = pending.pop(); node; node = pending.pop()) {
      if (weights.has(node)) continue;
      weights.set(node, weight);
      pending.push(...(callers.get(node) ?? []));
    }
  }
  return weights;
}
