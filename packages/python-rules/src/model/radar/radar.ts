import type { BlockingTable } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { runFile } from "../graph/entries.js";
import { Machine } from "../graph/machine.js";
import { shown } from "../graph/names.js";
import type { Place } from "../graph/node.js";
import type { Codebase } from "../project/codebase.js";
import { blockingPaths, type BlockingPath } from "./paths.js";

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
  readonly #paths = new Map<string, readonly BlockingPath[]>();

  constructor(code: Codebase, table: BlockingTable) {
    this.code = code;
    this.#machine = new Machine(code, table);
  }

  /** Chains that begin in a file; reads no more of the project than they lead through. */
  pathsFrom(file: string): readonly BlockingPath[] {
    let paths = this.#paths.get(file);
    if (!paths) {
      runFile(this.#machine, file);
      paths = this.#blockingPaths((node) => node.fn.home.file === file);
      this.#paths.set(file, paths);
    }
    return paths;
  }

  /** Chains that begin anywhere, by file: much faster than asking for one file after the other. */
  paths(): ReadonlyMap<string, readonly BlockingPath[]> {
    const { paths: files } = this.code;
    for (const file of files) runFile(this.#machine, file);
    const all = new Map<string, BlockingPath[]>(files.map((file) => [file, []]));
    for (const path of this.#blockingPaths()) all.get(path.entry.fn.home.file)?.push(path);
    for (const [file, paths] of all) this.#paths.set(file, paths);
    return all;
  }

  #blockingPaths(isWanted?: (node: BlockingPath["entry"]) => boolean): BlockingPath[] {
    const { entries, visited } = this.#machine;
    return blockingPaths([...entries.values()], [...visited], isWanted);
  }

  /** How many of the calls on the way were told, and those that were not. */
  coverage(): { calls: number; unresolved: UnresolvedCall[] } {
    const unresolved: UnresolvedCall[] = [];
    for (const [e, { file, base, isKnown }] of this.#machine.calls) {
      if (isKnown || e.k !== "call") continue;
      unresolved.push({ place: { file, range: [base + e.start, base + e.stop] }, callee: shown(e.of) });
    }
    return { calls: this.#machine.calls.size, unresolved };
  }

  /** Whether the project asks for more work than is done: then not all of it was seen. */
  get isCut(): boolean {
    return this.#machine.isCut;
  }
}
