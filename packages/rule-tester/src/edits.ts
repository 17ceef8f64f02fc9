import type { Edit } from "./types.js";

/**
 * Applies the edits of one pass: in source order, leaving out each edit that touches an earlier one, as ESLint does.
 * Returns the new text and the edits that were applied; those left out come back in the next pass.
 */
export function applyEdits(text: string, edits: readonly Edit[]): { text: string; applied: Edit[] } {
  const ordered = edits.toSorted((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]);
  const applied: Edit[] = [];
  let output = "";
  let position = -1;
  for (const edit of ordered) {
    const [start, end] = edit.range;
    if (start <= position || end < start) continue;
    output += text.slice(Math.max(position, 0), start) + edit.text;
    position = end;
    applied.push(edit);
  }
  return { text: output + text.slice(Math.max(position, 0)), applied };
}
