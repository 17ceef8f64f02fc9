import type { Blocking } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { isSink, type Place } from "../graph/node.js";
import type { Codebase } from "../project/codebase.js";
import type { Unlikely } from "./unlikely.js";
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
  /** Why all of it may never run; absent where nothing is in doubt. */
  readonly doubt?: ChainDoubt;
  /** How many blocking calls of the tier the first call leads to. */
  readonly count: number;
}

/** What leaves in doubt whether the blocking call is ever made. */
export type ChainDoubt =
  /** A test of a constant on the way could not be told. */
  | { readonly k: "constant" }
  /** So many calls, not all of them unconditional, that what one of them needs may rule out another. */
  | { readonly k: "length" }
  /** In a function on the way, what was given or tested before rules the next call out. */
  | { readonly k: "ruled-out"; readonly name: string }
  | Unlikely;

/**
 * Of chains in real packages that were read hop by hop, 63 of 68 with at most eight calls could be taken as they are shown, and
 * 17 of 25 longer ones: docs/trust/precision-radar.md.
 */
const MAX_SURE_CALLS = 8;

/** What in the way itself leaves that in doubt. */
export function doubtOf({ doubt, hops, isConditional, ruledOutIn }: BlockingPath): ChainDoubt | undefined {
  if (doubt === 2) return { k: "constant" };
  if (ruledOutIn) return { k: "ruled-out", name: shortName(ruledOutIn) };
  return isConditional && hops.length > MAX_SURE_CALLS ? { k: "length" } : undefined;
}

export function chainOf(code: Codebase, path: BlockingPath, unlikely?: Unlikely): Chain {
  const { entry, hops, sink, count } = path;
  const doubt = doubtOf(path) ?? unlikely;
  return {
    subject: qualifiedName(code, entry),
    entry: shortName(entry),
    isCoroutine: entry.fn.fn.async,
    links: hops.map(({ place, edge: { to } }) => ({ place, name: isSink(to) ? to.name : shortName(to) })),
    blocking: sink.blocking,
    tags: tagsOf(code, path),
    ...(doubt ? { doubt } : {}),
    count,
  };
}
