import type { Blocking } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import type { Frame } from "./scope.js";
import type { FunctionAtom, Value } from "./values.js";

/** A call graph's node: a function with some values of its arguments. */
export interface GraphNode {
  readonly fn: FunctionAtom;
  readonly frame: Frame;
  /** The same for all nodes of a definition. */
  readonly base: string;
  edges: readonly Edge[];
  isRunning: boolean;
  isDone: boolean;
  returns: Value;
  yields: Value;
  /** Attributes it sets on its first parameter; most set none. */
  sets: Map<string, Value> | undefined;
}

/**
 * How one function comes to run another. `await`: a coroutine function is given arguments with which it may block
 * where it would not by itself; `loop`: the event loop is handed the function, and calls it.
 */
export type Via =
  "call" | "constructor" | "property" | "with" | "iteration" | "operator" | "callback" | "await" | "loop";

/** A place in a file, UTF-16. */
export interface Place {
  readonly file: string;
  readonly range: readonly [start: number, end: number];
}

/** A blocking call of the table. */
export interface Sink {
  /** As a reader knows it: `requests.Session.get`. */
  readonly name: string;
  readonly blocking: Blocking;
}

export interface Edge {
  readonly place: Place;
  readonly to: GraphNode | Sink;
  readonly via: Via;
  /** Whether it stands below a condition, a handler or a loop. */
  readonly isConditional: boolean;
}

/** Where an expression is evaluated, and who is told what it runs. */
export class Site {
  readonly edges: Edge[];
  readonly isConditional: boolean;
  /** Whether the value is awaited at once: what is awaited is no blocking call itself. */
  readonly isAwaited: boolean;
  readonly #file: string;
  readonly #start: number;
  readonly #end: number;

  constructor(
    file: string,
    start: number,
    end: number,
    edges: Edge[],
    isConditional: boolean,
    isAwaited: boolean,
  ) {
    this.#file = file;
    this.#start = start;
    this.#end = end;
    this.edges = edges;
    this.isConditional = isConditional;
    this.isAwaited = isAwaited;
  }

  /** Made when it is asked for: at most sites nothing runs. */
  get place(): Place {
    return { file: this.#file, range: [this.#start, this.#end] };
  }

  /** The same place, where calls are nobody's. */
  aside(): Site {
    return new Site(this.#file, this.#start, this.#end, [], false, false);
  }
}

export function isSink(to: GraphNode | Sink): to is Sink {
  return "blocking" in to;
}
