import type { Tier } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { isSamePlace, isSink, type Doubt, type Edge, type GraphNode, type Sink } from "../graph/node.js";
import type { Ways, WayState } from "../possible/ways.js";
import { doubtOf } from "./chains.js";
import { DOUBTFUL, startsAnew, worse, type BlockingPath, type Hop } from "./paths.js";
import { costOf, Queue } from "./queue.js";

/** What ways to blocking calls cost. */
export interface Costs {
  /** What the best way from a function to a blocking call of a tier costs; negative where there is none that is sure. */
  costTo(tier: Tier, node: GraphNode): number;
  /** Whether who awaits a coroutine function is to blame for what that does, and not the function itself. */
  isPassedOn(tier: Tier, node: GraphNode): boolean;
}

/** The path, where what is given and tested on it leaves it possible; else another one from the same call, if there is any. */
export function possibleOf(path: BlockingPath, ways: Ways, costs: Costs): BlockingPath {
  const ruledOut = isShown(path) ? ruledOutOn(path, ways) : undefined;
  return ruledOut ? (another(path, ways, costs) ?? { ...path, ...ruledOut }) : path;
}

/**
 * Whether a path is shown as one that may be taken: what is in doubt otherwise is asked for no more, nor what files are asked
 * for, nor what a function does itself.
 */
function isShown(path: BlockingPath): boolean {
  const { tier } = path.sink.blocking;
  if (path.hops.length === 1 || tier === "file" || tier === "stat") return false;
  const doubt = doubtOf(path);
  return doubt === undefined || doubt.k === "tests";
}

function ruledOutOn(
  { entry, hops }: BlockingPath,
  ways: Ways,
): Pick<BlockingPath, "ruledOutIn" | "notAwaited"> | undefined {
  let state = ways.begin(entry);
  let node = entry;
  for (const { edge } of hops) {
    const next = ways.follow(state, node, edge);
    if (!next)
      return ways.isNothingToAwait(state, node, edge) ? { notAwaited: edge.to } : { ruledOutIn: node };
    if (isSink(edge.to)) break;
    [state, node] = [next, edge.to];
  }
  return undefined;
}

/** A call on a way that is looked for from its beginning. */
interface Passed {
  readonly before: Passed | undefined;
  readonly node: GraphNode;
  readonly edge: Edge;
  readonly state: WayState;
  readonly conditions: number;
  readonly length: number;
}

/** Calls that are gone through for another way. */
const MAX_TRIES = 1000;
/** Of a function no more ways are told apart by what is known there. */
const MAX_STATES = 16;

/** The best way from the call that a path begins with to any blocking call of the tier that is not ruled out. */
function another(path: BlockingPath, ways: Ways, costs: Costs): BlockingPath | undefined {
  const { entry, hops, sink, count } = path;
  const { tier } = sink.blocking;
  const queue = new Queue<Passed>();
  const add = (before: Passed | undefined, node: GraphNode, edge: Edge, state: WayState) => {
    const { to } = edge;
    const isEnd = isSink(to) && to.blocking.tier === tier;
    const rest = isSink(to) ? (isEnd ? 0 : -1) : costs.costTo(tier, to);
    if (rest < 0 || edge.doubt >= DOUBTFUL) return;
    const conditions = (before?.conditions ?? 0) + (edge.isConditional ? 1 : 0);
    const length = (before?.length ?? 0) + 1;
    queue.add({ before, node, edge, state, conditions, length }, costOf(conditions, length) + rest);
  };
  const first = hops[0]!.edge;
  const begin = ways.begin(entry);
  for (const edge of entry.edges) if (isFrom(edge, first)) add(undefined, entry, edge, begin);
  const seen = new Map<GraphNode, Set<string>>();
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const one = queue.take();
    if (!one) return undefined;
    const { node, edge } = one;
    const { to } = edge;
    const state = ways.follow(one.state, node, edge);
    if (!state) continue;
    if (isSink(to)) return pathOf(entry, one, to, count);
    // With something else that is known, what is ruled out for one way need not be for another.
    const known = seen.get(to) ?? new Set<string>();
    const told = ways.told(state);
    if (known.has(told) || known.size >= MAX_STATES) continue;
    seen.set(to, known.add(told));
    for (const next of to.edges) {
      if (startsAnew(next.via)) continue;
      if (next.via === "await" && !isSink(next.to) && !costs.isPassedOn(tier, next.to)) continue;
      add(one, to, next, state);
    }
  }
  return undefined;
}

function isFrom(edge: Edge, first: Edge): boolean {
  return isSamePlace(edge.place, first.place) && startsAnew(edge.via) === startsAnew(first.via);
}

function pathOf(entry: GraphNode, last: Passed, sink: Sink, count: number): BlockingPath {
  const hops: Hop[] = [];
  let doubt: Doubt = 0;
  for (let one: Passed | undefined = last; one; one = one.before) {
    hops.unshift({ place: one.edge.place, edge: one.edge });
    doubt = worse(doubt, one.edge.doubt);
  }
  return { entry, hops, sink, isConditional: last.conditions > 0, doubt, count };
}
