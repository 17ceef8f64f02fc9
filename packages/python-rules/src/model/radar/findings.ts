import type { Tier } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import type { Place } from "../graph/node.js";
import type { Chain } from "./chains.js";
import { TIERS } from "./paths.js";
import type { Tag } from "./tags.js";

/** A call in a function on the event loop that blocks it, with the worst of what it leads to. */
export interface BlockingCall {
  /** The call in the function on the loop. */
  readonly place: Place;
  readonly chain: Chain;
  /** How many blocking calls this one call leads to, this one among them. */
  readonly count: number;
}

/** Of which calls something is wanted: those with a chain that is beyond doubt, those that have none, or both. */
export type Wanted = "sure" | "doubtful" | "both";

/**
 * One finding for each call, of the blocking calls of some tiers.
 *
 * @param chains - in order of their places, and of how bad they are
 */
export function blockingCallsOf(
  chains: readonly Chain[],
  tiers: readonly Tier[],
  ignored: readonly Tag[],
  wanted: Wanted = "both",
): BlockingCall[] {
  const groups = new Map<string, Chain[]>();
  for (const chain of chains) {
    if (!tiers.includes(chain.blocking.tier) || chain.tags.some((tag) => ignored.includes(tag))) continue;
    const { file, range } = chain.links[0]!.place;
    const key = `${file}:${range.join("-")}`;
    const group = groups.get(key);
    if (group) group.push(chain);
    else groups.set(key, [chain]);
  }
  const startOf = ({ file, range }: Place) => `${file}:${range[0]}`;
  const certain = new Set([...groups.values()].flatMap((group) => group.filter(isSure)).map(({ links }) => startOf(links[0]!.place))); // prettier-ignore
  return [...groups.values()].flatMap((group) => {
    const sure = group.filter(isSure);
    // What `store.engine.execute()` certainly does is enough to be told of it; its `store.engine` is only perhaps one more.
    if (sure.length === 0 && certain.has(startOf(group[0]!.links[0]!.place))) return [];
    const all = sure.length > 0 ? sure : group;
    if (wanted !== "both" && (wanted === "sure") !== sure.length > 0) return [];
    const chain = all.toSorted(worstFirst)[0]!;
    return { place: chain.links[0]!.place, chain, count: all.reduce((sum, { count }) => sum + count, 0) };
  });
}

function isSure({ doubt }: Chain): boolean {
  return doubt === undefined;
}

function worstFirst(a: Chain, b: Chain): number {
  return (
    TIERS.indexOf(a.blocking.tier) - TIERS.indexOf(b.blocking.tier) ||
    Number(a.tags.includes("conditional")) - Number(b.tags.includes("conditional")) ||
    a.links.length - b.links.length
  );
}
