import type { Range } from "@orchestrator-lint/sql-rules/shared";
import type { PyNode } from "./tree.js";

/** The text a tree was parsed from. */
export interface Source {
  readonly text: string;
}

export function textOf({ text }: Source, { range: [start, end] }: PyNode): string {
  return text.slice(start, end);
}

export function spanOf({ range: [start, end] }: PyNode): Range {
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
