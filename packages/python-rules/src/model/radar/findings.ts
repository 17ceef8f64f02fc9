import type { Tier } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import type { Codebase } from "../project/codebase.js";
import { isSink, type Place } from "../graph/node.js";
import { qualifiedName, shortName } from "./names.js";
import { TIERS, type BlockingPath } from "./paths.js";
import { tagsOf, type Tag } from "./tags.js";

/** A call in a function on the event loop that blocks it, with the worst of what it leads to. */
export interface BlockingCall {
  /** The call in the function on the loop. */
  readonly place: Place;
  readonly path: BlockingPath;
  /** The function on the loop, `package.module.Class.function`. */
  readonly subject: string;
  /** The name of the function on the loop in its file. */
  readonly entry: string;
  /** Functions on the way, and the blocking call at its end. */
  readonly chain: readonly string[];
  /** How many blocking calls this one call leads to, this one among them. */
  readonly count: number;
  readonly tags: readonly Tag[];
}

/**
 * One finding for each call, of the blocking calls of some tiers.
 *
 * @param paths - in order of their places, and of how bad they are
 */
export function blockingCallsOf(
  code: Codebase,
  paths: readonly BlockingPath[],
  tiers: readonly Tier[],
  ignored: readonly Tag[],
): BlockingCall[] {
  const groups = new Map<string, { paths: BlockingPath[]; tags: readonly Tag[] }>();
  for (const path of paths) {
    if (!tiers.includes(path.sink.blocking.tier)) continue;
    const tags = tagsOf(code, path);
    if (tags.some((tag) => ignored.includes(tag))) continue;
    const { file, range } = path.hops[0]!.place;
    const key = `${file}:${range.join("-")}`;
    const group = groups.get(key);
    if (group) group.paths.push(path);
    else groups.set(key, { paths: [path], tags });
  }
  return [...groups.values()].map(({ paths: all, tags }) => {
    const path = all.toSorted(worstFirst)[0]!;
    return {
      place: path.hops[0]!.place,
      path,
      subject: qualifiedName(code, path.entry),
      entry: shortName(path.entry),
      chain: path.hops.map(({ edge: { to } }) => (isSink(to) ? to.name : shortName(to))),
      count: all.reduce((sum, { count }) => sum + count, 0),
      tags,
    };
  });
}

function worstFirst(a: BlockingPath, b: BlockingPath): number {
  return (
    TIERS.indexOf(a.sink.blocking.tier) - TIERS.indexOf(b.sink.blocking.tier) || a.hops.length - b.hops.length
  );
}
