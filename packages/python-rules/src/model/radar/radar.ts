import type { BlockingTable } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { runFile } from "../graph/entries.js";
import { Machine } from "../graph/machine.js";
import { shown } from "../graph/names.js";
import type { GraphNode, Place } from "../graph/node.js";
import { Ways } from "../possible/ways.js";
import { Requests } from "../requests/requests.js";
import type { Codebase } from "../project/codebase.js";
import { unlikelyOf } from "./unlikely.js";
import { chainOf, type Chain } from "./chains.js";
import { blockingPaths } from "./paths.js";

/** A call whose target could not be told. */
export interface UnresolvedCall {
  readonly place: Place;
  /** The callee as it is written. */
  readonly callee: string;
}

/** The event loop's view of a project: what runs on it, and what of that blocks it. */
export class Radar {
  readonly code: Codebase;
  readonly #machine: Machine;
  #requests: Requests | undefined;
  readonly #chains = new Map<string, readonly Chain[]>();

  constructor(code: Codebase, table: BlockingTable) {
    this.code = code;
    this.#machine = new Machine(code, table);
  }

  /** Chains that begin in a file; reads no more of the project than they lead through. */
  chainsFrom(file: string): readonly Chain[] {
    let chains = this.#chains.get(file);
    if (!chains) {
      runFile(this.#machine, file);
      chains = this.#chainsOf((node) => node.fn.home.file === file);
      this.#chains.set(file, chains);
    }
    return chains;
  }

  /** Chains that begin anywhere, by file: much faster than asking for one file after the other. */
  chains(): ReadonlyMap<string, readonly Chain[]> {
    for (const file of this.code.paths) runFile(this.#machine, file);
    const all = new Map<string, Chain[]>();
    for (const chain of this.#chainsOf()) {
      const { file } = chain.links[0]!.place;
      const known = all.get(file);
      if (known) known.push(chain);
      else all.set(file, [chain]);
    }
    return all;
  }

  #chainsOf(isWanted?: (node: GraphNode) => boolean): Chain[] {
    const { entries, visited } = this.#machine;
    const paths = blockingPaths([...entries.values()], [...visited], new Ways(this.#machine), isWanted);
    const unlikely = unlikelyOf(this.#machine, paths);
    return paths.map((path) => chainOf(this.code, path, unlikely.get(path)));
  }

  /** What the requests of the project bring about, by the same graph. */
  requests(): Requests {
    return (this.#requests ??= new Requests(this.code, this.#machine));
  }

  /** How many of the calls on the way were told, and those that were not. */
  coverage(): { calls: number; unresolved: UnresolvedCall[] } {
    const unresolved: UnresolvedCall[] = [];
    const { resolved, unresolved: others } = this.#machine;
    for (const [e, { file, base }] of others) {
      if (e.k !== "call") continue;
      unresolved.push({ place: { file, range: [base + e.start, base + e.stop] }, callee: shown(e.of) });
    }
    return { calls: resolved.size + others.size, unresolved };
  }

  /** Whether the project asks for more work than is done: then not all of it was seen. */
  get isCut(): boolean {
    return this.#machine.isCut;
  }
}
