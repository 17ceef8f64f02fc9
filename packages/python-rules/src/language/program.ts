import type { Comment, Range } from "@orchestrator-lint/sql-rules/shared";
import { scan, type TopStatement, type Unread } from "./scan.js";
import { parseTree, type PyNode } from "./tree.js";

/** A module: what a scan tells of it at once, and its trees when they are asked for. */
export interface Program {
  type: "Program";
  range: Range;
  readonly text: string;
  readonly statements: readonly TopStatement[];
  readonly comments: readonly Comment[];
  /** Why nothing of it may be taken for Python. */
  readonly unread?: Unread;
  /** The trees of all statements, parsed at the first use. */
  readonly body: readonly PyNode[];
}

/** Reads a module. Never fails. */
export function readProgram(text: string): Program {
  const { unread, ...scanned } = scan(text);
  let body: readonly PyNode[] | undefined;
  return {
    type: "Program",
    range: [0, text.length],
    text,
    ...scanned,
    ...(unread ? { unread } : {}),
    get body() {
      body ??= unread
        ? []
        : scanned.statements.flatMap(({ range: [start, end] }) => parseTree(text.slice(start, end), start));
      return body;
    },
  };
}
