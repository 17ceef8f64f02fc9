import type { Blocking } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { isSink, ONCE, type GraphNode, type Place } from "../graph/node.js";
import type { Codebase } from "../project/codebase.js";
import type { Unlikely } from "./unlikely.js";
import { qualifiedName, shortName } from "./names.js";
import type { BlockingPath, Hop } from "./paths.js";
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
  /** A function on the way makes something once, and may have run before, off the loop or on. */
  | { readonly k: "once"; readonly name: string }
  /** It waits for a lock of the project's own, which others may hold for a moment only. */
  | { readonly k: "lock"; readonly name: string }
  /** So many calls that tests choose that these may never come out so together. */
  | { readonly k: "tests"; readonly count: number }
  /** So many calls, not all of them unconditional, that what one of them needs may rule out another. */
  | { readonly k: "length" }
  /** In a function on the way, what was given or tested before rules the next call out. */
  | { readonly k: "ruled-out"; readonly name: string }
  /** What is awaited on the way gives nothing to await: most likely something else runs there. */
  | { readonly k: "awaited"; readonly name: string }
  | Unlikely;

/**
 * Of chains in real packages that were read hop by hop, 122 of 131 with at most one call in a branch could be taken as they are shown,
 * and 50 of 62 with more; of those with more than eight calls 17 of 25: docs/trust/precision-radar.md.
 */
const MAX_SURE_TESTS = 1;
const MAX_SURE_CALLS = 8;

/** What a lock is made of, and functions that are one: for how long a `with` statement over a plain one waits, nobody asks either. */
const LOCKS = /^threading\.(?:Condition|Lock|Semaphore)\.(?:acquire|wait|wait_for)$/;
const LOCKING = /(?:^|_)(?:acquire|lock)|^__enter__$/;

/** What in the way itself leaves that in doubt. */
export function doubtOf(path: BlockingPath): ChainDoubt | undefined {
  const { entry, doubt, hops, sink, isConditional, ruledOutIn, notAwaited } = path;
  if (doubt === 2) return { k: "constant" };
  const at = doubt === ONCE ? hops.findIndex(({ edge }) => edge.doubt === ONCE) : -1;
  if (at >= 0) return { k: "once", name: shortName(makerAt(at, entry, hops)) };
  const holder = hops.at(-2)?.edge.to;
  if (holder && !isSink(holder) && LOCKS.test(sink.name) && LOCKING.test(holder.fn.fn.name))
    return { k: "lock", name: shortName(holder) };
  if (ruledOutIn) return { k: "ruled-out", name: shortName(ruledOutIn) };
  if (notAwaited) return { k: "awaited", name: isSink(notAwaited) ? notAwaited.name : shortName(notAwaited) };
  const tests = testsOn(hops);
  if (tests > MAX_SURE_TESTS) return { k: "tests", count: tests };
  return isConditional && hops.length > MAX_SURE_CALLS ? { k: "length" } : undefined;
}

/**
 * How many calls are chosen, by tests and by what they are made on. A store that is one of two is the same one for as long as
 * the program runs, whatever the tests on the way say; those on which a second one has a say are as seldom as with a test.
 */
function testsOn(hops: readonly Hop[]): number {
  let tests = 0;
  let objects = 0;
  for (const { edge } of hops) {
    if (edge.isChosen) tests++;
    if (edge.isOneOf && edge.isConditional) objects++;
  }
  return tests + Math.max(0, objects - 1);
}

/** The function that keeps what it makes: the one that is called, or that the call stands in. */
function makerAt(at: number, entry: GraphNode, hops: readonly Hop[]): GraphNode {
  const { to } = hops[at]!.edge;
  if (!isSink(to) && to.fn.def.isCached === true) return to;
  const before = hops[at - 1]?.edge.to;
  return before && !isSink(before) ? before : entry;
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
