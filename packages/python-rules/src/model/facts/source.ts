import type { PyNode } from "../../language/tree.js";
import type { Expr, Span } from "./types.js";

/** The text a tree was parsed from, and how deep the reading of it has gone. */
export interface Source {
  readonly text: string;
  depth: number;
}

/** Expressions and blocks that nest deeper are opaque below, so that whoever walks them may recurse. */
export const MAX_DEPTH = 150;

export const NOTHING: Expr = { k: "data" };

export function textOf({ text }: Source, { range: [start, end] }: PyNode): string {
  return text.slice(start, end);
}

export function spanOf({ range: [start, end] }: PyNode): Span {
  return [start, end];
}

const PUNCTUATION = /^(?:[()[\]{},:;.]|⚠|Comment)$/;

/** Children that are neither punctuation nor mistakes. */
export function partsOf(nodes: readonly PyNode[]): PyNode[] {
  return nodes.filter(({ type }) => !PUNCTUATION.test(type));
}

/** Splits children at those of a type, which are left out. */
export function splitAt(nodes: readonly PyNode[], type: string): PyNode[][] {
  const groups: PyNode[][] = [[]];
  for (const node of nodes) {
    if (node.type === type) groups.push([]);
    else groups.at(-1)!.push(node);
  }
  return groups;
}
