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
 * where it would not by itself; `task`: the same, and nobody waits for it here; `loop`: the event loop is handed the function, and
 * calls it.
 */
export type Via =
  | "call"
  | "constructor"
  | "property"
  | "with"
  | "iteration"
  | "operator"
  | "callback"
  | "await"
  | "task"
  | "loop";

/** A place in a file, UTF-16. */
export interface Place {
  readonly file: string;
  readonly range: readonly [start: number, end: number];
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.range[0] === b.range[0] && a.range[1] === b.range[1] && a.file === b.file;
}

/** A blocking call of the table. */
export interface Sink {
  /** As a reader knows it: `requests.Session.get`. */
  readonly name: string;
  readonly blocking: Blocking;
}

/**
 * How sure it is that a call is made. 1: where an argument is a certain text, and nobody knows what it is; 2: the same where
 * callers wrote what it is, so that it is certain and only not known whether the call is ever made; 3: it is made once, by whoever
 * is first to need what it gives, on the event loop or before.
 */
export type Doubt = 0 | 1 | 2 | 3;
/** The doubt of what is made once. */
export const ONCE = 3;

/** There are millions: its place is put together when somebody asks for it. */
export class Edge {
  readonly to: GraphNode | Sink;
  readonly via: Via;
  /**
   * Whether it stands below a condition, a handler or a loop, or behind what may return before; or is made on one of several
   * objects, not all of which block.
   */
  isConditional: boolean;
  readonly doubt: Doubt;
  /** Whether it stands in a branch that returns, before the rest of its function. */
  isSpecial = false;
  /** Whether it stands in a branch that a test of its function chooses. */
  isChosen = false;
  /** Whether it is made on one of several objects, which do not all run the same. */
  isOneOf = false;
  readonly #file: string;
  readonly #start: number;
  readonly #end: number;

  constructor(site: Site, to: GraphNode | Sink, via: Via, doubt: Doubt) {
    this.to = to;
    this.via = via;
    this.isConditional = site.isConditional;
    this.doubt = doubt;
    this.#file = site.file;
    this.#start = site.start;
    this.#end = site.end;
  }

  get place(): Place {
    return { file: this.#file, range: [this.#start, this.#end] };
  }
}

/** Whether a value is awaited where it stands, or becomes a task of its own. */
export type Awaiting = boolean | "task";

/** Where an expression is evaluated, and who is told what it runs. */
export class Site {
  readonly edges: Edge[];
  readonly isConditional: boolean;
  readonly doubt: Doubt;
  /** What is awaited is no blocking call itself. */
  readonly isAwaited: Awaiting;
  readonly file: string;
  /** UTF-16. */
  readonly start: number;
  readonly end: number;

  constructor(
    file: string,
    start: number,
    end: number,
    edges: Edge[],
    isConditional: boolean,
    doubt: Doubt,
    isAwaited: Awaiting,
  ) {
    this.file = file;
    this.start = start;
    this.end = end;
    this.edges = edges;
    this.isConditional = isConditional;
    this.doubt = doubt;
    this.isAwaited = isAwaited;
  }

  /** The same place, where calls are nobody's. */
  aside(): Site {
    return new Site(this.file, this.start, this.end, [], false, 0, false);
  }
}

export function isSink(to: GraphNode | Sink): to is Sink {
  return "blocking" in to;
}
