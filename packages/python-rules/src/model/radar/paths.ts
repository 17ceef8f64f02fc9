import type { Tier } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import {
  isSamePlace,
  isSink,
  type Doubt,
  type Edge,
  type GraphNode,
  type Place,
  type Sink,
  type Via,
} from "../graph/node.js";
import type { Ways } from "../possible/ways.js";
import { settleAlternatives } from "./alternatives.js";
import { possibleOf, type Costs } from "./possible.js";
import { costOf, Queue } from "./queue.js";

/** One step of a chain: where it stands, and what runs there. */
export interface Hop {
  readonly place: Place;
  readonly edge: Edge;
}

/**
 * A chain of calls from a function that runs on the event loop to a call that blocks it: from one call to any blocking call
 * of a tier the shortest of those with the fewest calls below a condition, as each of them may be one that is never made.
 */
export interface BlockingPath {
  readonly entry: GraphNode;
  /** From the call in the entry to the blocking call itself. */
  readonly hops: readonly Hop[];
  readonly sink: Sink;
  /** Whether some call on the way stands below a condition, a handler or a loop, or behind what may return before. */
  readonly isConditional: boolean;
  /** The worst on the way. */
  readonly doubt: Doubt;
  /** How many blocking calls of the tier the first call leads to on such ways. */
  readonly count: number;
  /** The function in which what was given or tested before on the way rules the next call out, where no other way was found. */
  readonly ruledOutIn?: GraphNode;
  /** What gives nothing to await, and is awaited on the way, where no other way was found: something else runs there. */
  readonly notAwaited?: GraphNode | Sink;
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

const DOUBTS: readonly Doubt[] = [0, 1, 2, 3];
/** From here on it is not certain that a call is ever made. */
export const DOUBTFUL = 2;
export const worse = (a: Doubt, b: Doubt): Doubt => (a > b ? a : b);

/** Whether a coroutine function is called: one that blocks by itself is to blame, and not who calls it. */
const runsCoroutine = (via: Via) => via === "await" || via === "task";
/** Whether what is called does not run before its caller is back, so that who calls that one waits for nothing. */
export const startsAnew = (via: Via) => via === "task" || via === "loop";

/** An edge with the number of the function it begins in. */
interface Caller {
  readonly from: number;
  readonly edge: Edge;
}

/** A caller of a function, or of the blocking call itself where `to` is -1. */
interface Step {
  readonly caller: Caller;
  readonly to: number;
}

/** A blocking call in the text, and the edges that end there. */
interface Target {
  readonly sink: Sink;
  readonly place: Place;
  readonly edges: Caller[];
}

/**
 * The chains from functions that run on the event loop to blocking calls: from each call in such a function, of those with the
 * least doubt and the fewest conditions the shortest to a blocking call of each tier, once without and once with conditions.
 *
 * @param entries - coroutine functions and what else the loop calls
 * @param visited - functions that hand others to the loop: only what they hand over runs there
 * @param isWanted - which functions chains begin in
 */
export function blockingPaths(
  entries: readonly GraphNode[],
  visited: readonly GraphNode[],
  ways: Ways,
  isWanted: (node: GraphNode) => boolean = () => true,
): BlockingPath[] {
  const search = new Search(entries, visited, isWanted);
  const paths = search.run();
  return paths.map((path) => possibleOf(path, ways, search)).sort(byPlace);
}

/** Functions are numbered, so that the search from each of thousands of blocking calls allocates nothing. */
class Search implements Costs {
  readonly #nodes: GraphNode[] = [];
  readonly #numbers = new Map<GraphNode, number>();
  readonly #callers: Caller[][] = [];
  readonly #targets = new Map<string, Target>();
  /** The number of the node that a coroutine function has whatever its arguments; -1 where it is on no way. */
  readonly #own: number[] = [];
  /** 2 for a function chains begin in, 1 for one of which only what it hands to the loop does. */
  readonly #begins: number[] = [];
  readonly #best = new Map<string, BestPath>();

  // Of every function that runs into the blocking call that is looked at: the best way on.
  #round = 0;
  #rounds: Int32Array;
  #lengths: Int32Array;
  #conditions: Int32Array;
  #doubts: Uint8Array;
  /** What is still to be gone through, by what is in doubt. */
  readonly #queues = [new Queue<Step>(), new Queue<Step>(), new Queue<Step>(), new Queue<Step>()] as const;
  readonly #next: Edge[] = [];
  readonly #costs = new Map<Tier, Int32Array>();

  constructor(
    entries: readonly GraphNode[],
    visited: readonly GraphNode[],
    isWanted: (node: GraphNode) => boolean,
  ) {
    const byBase = new Map(entries.map((node) => [node.base, node]));
    for (const node of entries) if (isWanted(node)) this.#begins[this.#number(node)] = 2;
    for (const node of visited) {
      if (isWanted(node) && this.#begins[this.#number(node)] !== 2) this.#begins[this.#number(node)] = 1;
    }
    this.#survey(byBase);
    settleAlternatives(this.#nodes, ({ via, doubt }) => !startsAnew(via) && doubt < DOUBTFUL);
    for (const [i, node] of this.#nodes.entries()) {
      const own = byBase.get(node.base);
      this.#own[i] = (own && this.#numbers.get(own)) ?? -1;
    }
    const count = this.#nodes.length;
    this.#rounds = new Int32Array(count);
    this.#lengths = new Int32Array(count);
    this.#conditions = new Int32Array(count);
    this.#doubts = new Uint8Array(count);
  }

  run(): BlockingPath[] {
    for (const target of this.#targets.values()) this.#follow(target, this.#distances(target));
    return [...this.#best.values()].map(({ path }) => path);
  }

  costTo(tier: Tier, node: GraphNode): number {
    return this.#costsTo(tier)[this.#numbers.get(node) ?? -1] ?? -1;
  }

  isPassedOn(tier: Tier, node: GraphNode): boolean {
    const own = this.#own[this.#numbers.get(node) ?? -1] ?? -1;
    return own < 0 || this.#costsTo(tier)[own]! < 0;
  }

  #costsTo(tier: Tier): Int32Array {
    let costs = this.#costs.get(tier);
    if (!costs) {
      this.#costs.set(tier, (costs = new Int32Array(this.#nodes.length).fill(-1)));
      const targets = [...this.#targets.values()].filter(({ sink }) => sink.blocking.tier === tier);
      const edges = targets.flatMap((target) => target.edges);
      for (const node of this.#distances({ ...targets[0]!, edges }))
        if (this.#doubts[node]! < DOUBTFUL)
          costs[node] = costOf(this.#conditions[node]!, this.#lengths[node]!);
    }
    return costs;
  }

  #number(node: GraphNode): number {
    let number = this.#numbers.get(node);
    if (number === undefined) {
      number = this.#nodes.length;
      this.#numbers.set(node, number);
      this.#nodes.push(node);
      this.#callers.push([]);
    }
    return number;
  }

  /** Everything that functions reach: who calls each function, and the edges to each blocking call. */
  #survey(byBase: ReadonlyMap<string, GraphNode>): void {
    for (let from = 0; from < this.#nodes.length; from++) {
      for (const edge of this.#nodes[from]!.edges) {
        const { to, via } = edge;
        if (isSink(to)) {
          const { place } = edge;
          const key = `${place.file}:${place.range[0]}:${to.name}`;
          const known = this.#targets.get(key);
          if (known) known.edges.push({ from, edge });
          else this.#targets.set(key, { sink: to, place, edges: [{ from, edge }] });
          continue;
        }
        this.#callers[this.#number(to)]!.push({ from, edge });
        const own = runsCoroutine(via) ? byBase.get(to.base) : undefined;
        if (own) this.#number(own);
      }
    }
  }

  /** Whether a coroutine function reaches the blocking call whatever its arguments, as surely: then it is its own finding. */
  #isOwn(node: number): boolean {
    const own = this.#own[node]!;
    if (own < 0 || this.#rounds[own] !== this.#round) return false;
    return this.#doubts[own]! < DOUBTFUL || this.#doubts[node]! >= DOUBTFUL;
  }

  /**
   * Finds the best way of every function that runs into one blocking call: the least doubt, the fewest conditions, the shortest.
   *
   * @returns the functions, the surest first
   */
  #distances({ edges }: Target): number[] {
    this.#round++;
    const found: number[] = [];
    // What coroutine functions reach by themselves comes first: it tells which of their callers are to blame.
    let awaiting: Step[] = [];
    const add = (caller: Caller, to: number, doubt: Doubt) => {
      const { conditions, length } = this.#wayOf(caller.edge, to);
      this.#queues[worse(caller.edge.doubt, doubt)].add({ caller, to }, costOf(conditions, length));
    };
    const drain = (most: Doubt) => {
      for (const doubt of DOUBTS) {
        if (doubt > most) return;
        const queue = this.#queues[doubt];
        for (let step = queue.take(); step; step = queue.take()) {
          const { from } = step.caller;
          if (this.#rounds[from] === this.#round) {
            if (this.#doubts[from] === doubt) this.#prefer(step);
            continue;
          }
          this.#reach(step, doubt);
          found.push(from);
          for (const caller of this.#callers[from]!) {
            const { via } = caller.edge;
            if (via === "await") awaiting.push({ caller, to: from });
            else if (!startsAnew(via)) add(caller, from, doubt);
          }
        }
      }
    };
    for (const caller of edges) add(caller, -1, 0);
    for (const most of [1, 3] as const) {
      for (let isDone = false; !isDone;) {
        drain(most);
        const pending = awaiting.filter(({ to }) => !this.#isOwn(to));
        awaiting = [];
        for (const { caller, to } of pending) add(caller, to, this.#doubts[to] as Doubt);
        isDone = pending.length === 0;
      }
    }
    return found;
  }

  /** How long a way is that begins with a call, and how many of its calls stand below a condition. */
  #wayOf(edge: Edge, to: number): { conditions: number; length: number } {
    const conditions = (to < 0 ? 0 : this.#conditions[to]!) + (edge.isConditional ? 1 : 0);
    return { conditions, length: to < 0 ? 1 : this.#lengths[to]! + 1 };
  }

  #reach({ caller: { from, edge }, to }: Step, doubt: Doubt): void {
    this.#rounds[from] = this.#round;
    const { conditions, length } = this.#wayOf(edge, to);
    this.#lengths[from] = length;
    this.#conditions[from] = conditions;
    this.#doubts[from] = doubt;
    this.#next[from] = edge;
  }

  /** Of two ways that are as good the one that is no special case. */
  #prefer({ caller: { from, edge }, to }: Step): void {
    if (edge.isSpecial || this.#next[from]?.isSpecial === false) return;
    const { conditions, length } = this.#wayOf(edge, to);
    if (conditions === this.#conditions[from] && length === this.#lengths[from]) this.#next[from] = edge;
  }

  /** Keeps the ways of calls in the functions that chains begin in. */
  #follow(target: Target, found: readonly number[]): void {
    for (const { from, edge } of target.edges) this.#offer(target, from, edge, -1);
    for (const to of found) {
      for (const { from, edge } of this.#callers[to]!) {
        if (!runsCoroutine(edge.via) || !this.#isOwn(to)) this.#offer(target, from, edge, to);
      }
    }
  }

  #offer(target: Target, from: number, edge: Edge, to: number): void {
    const begins = this.#begins[from] ?? 0;
    if (begins === 0 || (begins === 1 && !startsAnew(edge.via))) return;
    const { conditions, length } = this.#wayOf(edge, to);
    const isConditional = conditions > 0;
    const doubt = worse(edge.doubt, to < 0 ? 0 : (this.#doubts[to] as Doubt));
    const { sink, place } = target;
    const first = edge.place;
    const key = `${first.file}:${first.range[0]}-${first.range[1]} ${sink.blocking.tier}${isConditional ? "?" : ""}${doubt >= DOUBTFUL ? "??" : ""}`;
    const known = this.#best.get(key);
    if (known) {
      if (!isSamePlace(known.last, place)) known.path.count++;
      known.last = place;
      const isWorse =
        doubt - known.path.doubt || conditions - known.conditions || length - known.path.hops.length;
      if (isWorse > 0 || (isWorse === 0 && !isBefore(target, known))) return;
    }
    const hops: Hop[] = [{ place: first, edge }];
    for (let at = to; at >= 0;) {
      const next = this.#next[at]!;
      hops.push({ place: next.place, edge: next });
      at = isSink(next.to) ? -1 : this.#numbers.get(next.to)!;
    }
    const path = {
      entry: this.#nodes[from]!,
      hops,
      sink,
      isConditional,
      doubt,
      count: known?.path.count ?? 1,
    };
    this.#best.set(key, { path, conditions, place, last: place });
  }
}

/** The best way from a call so far. */
interface BestPath {
  readonly path: BlockingPath & { count: number };
  readonly conditions: number;
  /** Of its blocking call. */
  readonly place: Place;
  /** Of the blocking call that was looked at last. */
  last: Place;
}

/** Of ways that are equally long one has to be chosen, whatever the order they are met in. */
function isBefore({ sink, place }: Target, { path, place: known }: BestPath): boolean {
  if (sink.name !== path.sink.name) return sink.name < path.sink.name;
  return place.file === known.file ? place.range[0] < known.range[0] : place.file < known.file;
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
