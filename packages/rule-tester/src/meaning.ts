import { isDeepStrictEqual } from "node:util";
import { isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments, type Node } from "yaml";
import type { SourceFile } from "./types.js";

/**
 * The data of a YAML or JSON file without positions, comments and formatting; undefined for other formats.
 * Aliases stay aliases: an edit to an anchored node is one change, and nothing is expanded.
 */
export function dataMeaning(file: SourceFile): unknown {
  if (/\.json$/iu.test(file.path)) return JSON.parse(file.text);
  if (!/\.ya?ml$/iu.test(file.path)) return undefined;
  return parseAllDocuments(file.text).map((document) => {
    const error = document.errors[0];
    if (error) throw error;
    return plain(document.contents);
  });
}

function plain(node: unknown): unknown {
  if (isAlias(node)) return { "*": node.source };
  if (isMap(node)) {
    const entries = node.items.filter((item) => isPair(item));
    return named(
      node,
      Object.fromEntries(entries.map((item) => [JSON.stringify(plain(item.key)), plain(item.value)])),
    );
  }
  if (isSeq(node)) return named(node, node.items.map(plain));
  if (isScalar(node)) return named(node, node.value);
  return node;
}

/** Anchors and an application's own tags are part of the data; the core tags show in the values themselves. */
function named(
  node: Node & { anchor?: string | undefined; tag?: string | undefined },
  value: unknown,
): unknown {
  const { anchor, tag } = node;
  const own = tag?.startsWith("!") === true;
  if (anchor === undefined && !own) return value;
  return { ...(anchor === undefined ? {} : { "&": anchor }), ...(own ? { "!": tag } : {}), value };
}

/**
 * How many smallest subtrees differ between two pieces of data. Lists are compared without their equal beginning and
 * end; a run of items that was only inserted or only removed counts once.
 */
export function countChanges(before: unknown, after: unknown): number {
  if (isDeepStrictEqual(before, after)) return 0;
  if (Array.isArray(before) && Array.isArray(after)) return countListChanges(before, after);
  if (!isObject(before) || !isObject(after)) return 1;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].reduce(
    (sum, key) => sum + (key in before && key in after ? countChanges(before[key], after[key]) : 1),
    0,
  );
}

function countListChanges(before: readonly unknown[], after: readonly unknown[]): number {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && isDeepStrictEqual(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && isDeepStrictEqual(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  if (old.length === 0 || now.length === 0) return 1;
  if (old.length !== now.length) return Math.max(old.length, now.length);
  return old.reduce<number>((sum, item, index) => sum + countChanges(item, now[index]), 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
