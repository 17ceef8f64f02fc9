import type { Blocking } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { isSink, type Place } from "../graph/node.js";
import type { Codebase } from "../project/codebase.js";
import type { Unlikely } from "./callers.js";
import { qualifiedName, shortName } from "./names.js";
import type { BlockingPath } from "./paths.js";
import { tagsOf, type Tag } from "./tags.js";

/** One step of a chain. */
export interface Link {
  readonly place: Place;
  /** The function that runs there, `Class.function`; the blocking call at last. */
  readonly name: string;
}

/** What is said of a chain of calls from the event loop to a blocking call. Plain JSON, so that it can be kept. */
export interface Chain {
  /** The function on the loop, `package.module.Class.function`. */
  readonly subject: string;
  /** The name of the function on the loop in its file. */
  readonly entry: string;
  /** Whether that is a coroutine function, in which one may `await`. */
  readonly isCoroutine: boolean;
  /** From the call in that function to the blocking call itself. */
  readonly links: readonly Link[];
  readonly blocking: Blocking;
  readonly tags: readonly Tag[];
  /** Whether all of it may never run: a test of a constant on the way could not be told, or nothing in the project runs it. */
  readonly isDoubtful: boolean;
  /** Why nothing in the project does. */
  readonly unlikely?: Unlikely;
  /** How many blocking calls of the tier the first call leads to. */
  readonly count: number;
}

export function chainOf(code: Codebase, path: BlockingPath, unlikely?: Unlikely): Chain {
  const { entry, hops, sink, count } = path;
  return {
    subject: qualifiedName(code, entry),
    entry: shortName(entry),
    isCoroutine: entry.fn.fn.async,
    links: hops.map(({ place, edge: { to } }) => ({ place, name: isSink(to) ? to.name : shortName(to) })),
    blocking: sink.blocking,
    tags: tagsOf(code, path),
    isDoubtful: path.doubt === 2 || unlikely !== undefined,
    ...(unlikely ? { unlikely } : {}),
    count,
  };
}
