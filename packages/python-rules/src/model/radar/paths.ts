import type { Tier } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { isSink, type Edge, type GraphNode, type Place, type Sink } from "../graph/node.js";

/** One step of a chain: where it stands, and what runs there. */
export interface Hop {
  readonly place: Place;
  readonly edge: Edge;
}

/** A chain of calls from a function that runs on the event loop to a call that blocks it; the shortest there is. */
export interface BlockingPath {
  readonly entry: GraphNode;
  /** From the call in the entry to the blocking call itself. */
  readonly hops: readonly Hop[];
  readonly sink: Sink;
}

/** The worst first. */
export const TIERS: readonly Tier[] = [
  "network",
  "subprocess",
  "database",
  "model",
  "wait",
  "cpu",
  "file",
  "stat",
];

/** How a call leads to a sink: the next edge, and how many there are. */
interface Step {
  edge: Edge;
  length: number;
}

/**
 * All chains from functions that run on the event loop to blocking calls, the shortest one from each call in such a
 * function to each blocking call.
 *
 * @param entries - coroutine functions and what else the loop calls
 * @param visited - functions that hand others to the loop: only what they hand over runs there
 * @param isWanted - which functions chains begin in
 */
export function blockingPaths(
  entries: readonly GraphNode[],
  visited: readonly GraphNode[],
  isWanted: (node: GraphNode) => boolean = () => true,
): BlockingPath[] {
  const byBase = new Map(entries.map((node) => [node.base, node]));
  const wanted = new Set(entries.filter(isWanted));
  const starts = visited.filter((node) => !wanted.has(node) && isWanted(node));
  const { callers, sinks } = survey([...wanted, ...starts], byBase);
  const handing = starts.flatMap((node) =>
    node.edges.flatMap((edge) => (edge.via === "loop" ? [{ node, edge }] : [])),
  );
  const paths = new Map<string, BlockingPath>();
  for (const edges of sinks.values()) {
    const steps = distances(edges, callers, byBase);
    const follow = ({ node, edge }: From) => {
      const hops = hopsFrom(edge, edges, steps);
      const sink = hops?.at(-1)?.edge.to;
      if (hops && sink && isSink(sink)) keep(paths, { entry: node, hops, sink });
    };
    for (const node of steps.keys()) {
      if (!wanted.has(node)) continue;
      for (const edge of node.edges)
        if (edge.via !== "await" || !isOwn(edge.to, steps, byBase)) follow({ node, edge });
    }
    // What a function on the loop hands to it blocks it as well, though not the function.
    for (const node of wanted) {
      if (!steps.has(node)) for (const edge of node.edges) if (edge.via === "loop") follow({ node, edge });
    }
    handing.forEach(follow);
  }
  return [...paths.values()].sort(byPlace);
}

interface From {
  node: GraphNode;
  edge: Edge;
}

/** Whether a coroutine function reaches a blocking call whatever its arguments: then it is its own finding. */
function isOwn(
  to: Edge["to"],
  steps: ReadonlyMap<GraphNode, Step>,
  byBase: ReadonlyMap<string, GraphNode>,
): boolean {
  const own = isSink(to) ? undefined : byBase.get(to.base);
  return own !== undefined && steps.has(own);
}

/** Everything that functions reach: who calls each function, and the edges to each blocking call by its place. */
function survey(starts: readonly GraphNode[], byBase: ReadonlyMap<string, GraphNode>) {
  const callers = new Map<GraphNode, From[]>();
  const sinks = new Map<string, From[]>();
  const seen = new Set(starts);
  const pending = [...starts];
  const visit = (node: GraphNode | undefined) => {
    if (!node || seen.has(node)) return;
    seen.add(node);
    pending.push(node);
  };
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (const edge of node.edges) {
      const { to, place } = edge;
      if (isSink(to)) add(sinks, `${place.file}:${place.range[0]}:${to.name}`, { node, edge });
      else {
        add(callers, to, { node, edge });
        visit(to);
        if (edge.via === "await") visit(byBase.get(to.base));
      }
    }
  }
  return { callers, sinks };
}

function add<K>(lists: Map<K, From[]>, key: K, one: From): void {
  const known = lists.get(key);
  if (known) known.push(one);
  else lists.set(key, [one]);
}

/** Of every function that runs into one blocking call, the shortest way on. */
function distances(
  edges: readonly From[],
  callers: ReadonlyMap<GraphNode, From[]>,
  byBase: ReadonlyMap<string, GraphNode>,
): Map<GraphNode, Step> {
  const steps = new Map<GraphNode, Step>();
  let wave: (From & { length: number })[] = edges.map((one) => ({ ...one, length: 1 }));
  let awaiting: typeof wave = [];
  // What coroutine functions reach by themselves comes first: it tells which of their callers are to blame.
  while (wave.length > 0 || awaiting.length > 0) {
    if (wave.length === 0) {
      wave = awaiting.filter(({ edge }) => !isOwn(edge.to, steps, byBase));
      awaiting = [];
    }
    const next: typeof wave = [];
    for (const { node, edge, length } of wave) {
      if (steps.has(node)) continue;
      steps.set(node, { edge, length });
      for (const from of callers.get(node) ?? []) {
        if (from.edge.via === "loop" || steps.has(from.node)) continue;
        (from.edge.via === "await" ? awaiting : next).push({ ...from, length: length + 1 });
      }
    }
    wave = next;
  }
  return steps;
}

/** The chain that begins with an edge, if it leads to the blocking call. */
function hopsFrom(
  first: Edge,
  sinks: readonly From[],
  steps: ReadonlyMap<GraphNode, Step>,
): Hop[] | undefined {
  const hops: Hop[] = [];
  for (let edge: Edge | undefined = first; edge;) {
    hops.push({ place: edge.place, edge });
    const { to }: Edge = edge;
    if (isSink(to)) return sinks.some((one) => one.edge === edge) ? hops : undefined;
    edge = steps.get(to)?.edge;
  }
  return undefined;
}

function keep(paths: Map<string, BlockingPath>, path: BlockingPath): void {
  const [first] = path.hops;
  const last = path.hops.at(-1);
  const key =
    [first, last].map((hop) => `${hop?.place.file}:${hop?.place.range.join("-")}`).join(">") + path.sink.name;
  const known = paths.get(key);
  if (!known || path.hops.length < known.hops.length) paths.set(key, path);
}

function byPlace(a: BlockingPath, b: BlockingPath): number {
  const [one, other] = [a.hops[0]!.place, b.hops[0]!.place];
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return (
    one.range[0] - other.range[0] ||
    one.range[1] - other.range[1] ||
    TIERS.indexOf(a.sink.blocking.tier) - TIERS.indexOf(b.sink.blocking.tier) ||
    a.hops.length - b.hops.length ||
    (a.sink.name < b.sink.name ? -1 : a.sink.name > b.sink.name ? 1 : 0)
  );
}
