import type { Machine } from "../graph/machine.js";
import type { Expr, Step } from "../facts/types.js";
import { isSink, type Edge, type GraphNode, type Via } from "../graph/node.js";
import { isGivenBy, parametersOf } from "./arguments.js";
import { givesNothingToAwait, isAwaitedAt } from "./awaited.js";
import { Assumptions } from "./known.js";
import { wayTo, type Way } from "./places.js";
import { MAX_TESTS, termOf, type Scene } from "./scene.js";
import { Passage } from "./steps.js";
import type { Term } from "./terms.js";

/** What is known where a function begins, on one way there. */
export interface WayState {
  readonly vars: ReadonlyMap<string, Term>;
  readonly assumptions: Assumptions;
  /** Whether what the function gives is awaited. */
  readonly isAwaited: boolean;
}

/** Asks of ways from call to call whether what one of them needs is ruled out by what was given or tested before. */
export class Ways {
  readonly #m: Machine;
  /** Many chains end alike. */
  readonly #followed = new WeakMap<Edge, Map<string, WayState | undefined>>();

  constructor(m: Machine) {
    this.#m = m;
  }

  /** Where a way begins: nothing is known of who calls the function. */
  begin(node: GraphNode): WayState {
    const assumptions = new Assumptions();
    const vars = parametersOf(node.fn, undefined, this.#scene(node, new Map(), assumptions));
    return { vars, assumptions, isAwaited: false };
  }

  /** Goes on by a call in a function. @returns what is known behind it; undefined where it is ruled out */
  follow(state: WayState, node: GraphNode, edge: Edge): WayState | undefined {
    let known = this.#followed.get(edge);
    if (!known) this.#followed.set(edge, (known = new Map<string, WayState | undefined>()));
    const told = this.told(state);
    if (!known.has(told)) known.set(told, this.#follow(state, node, edge));
    return known.get(told);
  }

  /** Whether a call in a function is ruled out by nothing but that what it gives is awaited. */
  isNothingToAwait(state: WayState, node: GraphNode, edge: Edge): boolean {
    return isAwaitedAt(wayOf(node, edge), state.isAwaited) && givesNothingToAwait(node, edge);
  }

  #follow(state: WayState, node: GraphNode, edge: Edge): WayState | undefined {
    const { fn } = node;
    const { to, via } = edge;
    const { vars, assumptions } = state;
    if (this.isNothingToAwait(state, node, edge)) return undefined;
    const scene = this.#scene(node, new Map(vars), assumptions.copy());
    const way = wayOf(node, edge);
    const isAwaited = isAwaitedAt(way, state.isAwaited);
    if (!new Passage(scene, fn, way).take()) return undefined;
    if (isSink(to)) return { vars, assumptions: scene.assumptions, isAwaited };
    const last = way.at(-1);
    const call = last?.k === "call" && isGivenBy(to.fn, via, last, scene) ? last : undefined;
    return {
      vars: parametersOf(to.fn, call, scene, receiverOf(to, via, last, scene)),
      assumptions: scene.assumptions,
      // What a coroutine function gives is what its coroutine does.
      isAwaited: isAwaited && !to.fn.fn.async,
    };
  }

  /** The same text for ways that leave the same known of what a function is given, and of what becomes of what it gives. */
  told({ vars, assumptions, isAwaited }: WayState): string {
    return `${isAwaited ? "await " : ""}${assumptions.told(vars.values())}`;
  }

  #scene({ fn, frame }: GraphNode, vars: Map<string, Term>, assumptions: Assumptions): Scene {
    const { file, base } = fn.home;
    return { m: this.#m, file, base, scope: frame, vars, assumptions, tests: { left: MAX_TESTS } };
  }
}

/** The way to a call in a function; empty where that stands in another one's text. */
function wayOf({ fn }: GraphNode, { place }: Edge): Way {
  const { base, file } = fn.home;
  const [start, stop] = place.range;
  return place.file === file ? wayTo(fn.fn, start - base, stop - base) : [];
}

/** The object that a method is called on, or a property is asked of. */
function receiverOf(
  { fn }: GraphNode,
  via: Via,
  last: Expr | Step | undefined,
  scene: Scene,
): Term | undefined {
  const asked = last?.k === "call" && via === "call" ? last.of : via === "property" ? last : undefined;
  if (asked?.k !== "attr" || asked.id !== fn.fn.name || !fn.self?.atoms.every(({ t }) => t === "object")) return undefined; // prettier-ignore
  const of = termOf(asked.of, scene);
  return of.t === "something" && !of.value ? of : undefined;
}
