import { AST_NODE_TYPES } from "@typescript-eslint/types";
import type { TSESTree } from "@typescript-eslint/utils";
import type { Range } from "../language/split.js";
import { childrenOf } from "./tree.js";

/**
 * Whether an edit of embedded SQL can be written into its source as it is: within one string or one stretch of a
 * template, where nothing is escaped and nothing that is inserted would have to be.
 *
 * @param root - the source's tree
 * @param text - the source
 */
export function isPlainEdit(
  root: TSESTree.Program,
  text: string,
  edit: { range: Range; text: string },
): boolean {
  const [start, end] = edit.range;
  const node = textAt(root, edit.range);
  if (!node || text.slice(start, end).includes("\\")) return false;
  if (node.type === AST_NODE_TYPES.TemplateElement) {
    return !/[`\\]|\$\{|\$$/.test(edit.text) && !/[`$]/.test(text.slice(start, end));
  }
  const quote = text[node.range[0]] ?? "";
  const isInside = start > node.range[0] && end < node.range[1];
  return isInside && !edit.text.includes(quote) && !/[\\\r\n]/.test(edit.text);
}

/** The string or stretch of a template that holds a range; found from the outside in. */
function textAt(
  root: TSESTree.Program,
  [start, end]: Range,
): TSESTree.Literal | TSESTree.TemplateElement | undefined {
  const pending: TSESTree.Node[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.range[0] > start || node.range[1] < end) continue;
    if (
      node.type === AST_NODE_TYPES.TemplateElement ||
      (node.type === AST_NODE_TYPES.Literal && typeof node.value === "string")
    )
      return node;
    for (const child of childrenOf(node)) pending.push(child);
  }
  return undefined;
}
