import type * as LezerPython from "@lezer/python";
import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { createRequire } from "node:module";
import { respell } from "./respell.js";

/** A node of `@lezer/python`'s tree: keywords and punctuation are children too. */
export interface PyNode {
  /** The grammar's own name, `CallExpression`; `⚠` where something is missing or in the way. */
  type: string;
  /** UTF-16 offsets. */
  range: Range;
  children: PyNode[];
}

let fast: typeof LezerPython.parser | undefined;

/** Lezer's parser, loaded where there is Python: it takes as long as a dozen files of another kind. */
function pythonParser(): typeof LezerPython.parser {
  const { parser } = createRequire(import.meta.url)("@lezer/python") as typeof LezerPython;
  // Measured: a quarter less time than with the default, which is meant for trees that are edited. Above 8192 the nodes
  // of one buffer may outgrow the 16 bits that count them.
  return parser.configure({ bufferLength: 4096 });
}

/**
 * Parses a part of a text that begins at the first column. Never fails: what does not fit is below nodes of type `⚠`.
 *
 * @param offset - added to every range
 * @returns the statements
 */
export function parseTree(text: string, offset = 0): PyNode[] {
  fast ??= pythonParser();
  const cursor = fast.parse(respell(text)).cursor();
  const root: PyNode = { type: cursor.name, range: [offset, offset + text.length], children: [] };
  const open: PyNode[] = [root];
  let parent: PyNode = root;
  // With a stack of its own: Python nests deeper than JavaScript's call stack may.
  for (let isDown = cursor.firstChild(); ;) {
    if (isDown) {
      const node: PyNode = {
        type: cursor.name,
        range: [offset + cursor.from, offset + cursor.to],
        children: [],
      };
      parent.children.push(node);
      if (cursor.firstChild()) {
        open.push(node);
        parent = node;
        continue;
      }
    }
    isDown = cursor.nextSibling();
    if (isDown) continue;
    open.pop();
    const outer = open.at(-1);
    if (!outer) return root.children;
    parent = outer;
    cursor.parent();
  }
}
