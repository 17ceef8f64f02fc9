import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { partsOf, spanOf } from "../language/nodes.js";
import { formatBody, formatText, type TextPiece } from "../language/strings.js";
import type { PyNode } from "../language/tree.js";
import type { Evaluator } from "./evaluate.js";
import { half, joined, printed, textKnown } from "./operators.js";
import type { Scope } from "./scope.js";
import { unknown, type Value } from "./values.js";

/** A text with values in it. */
export function formatted(node: PyNode, at: Range, scope: Scope, evaluator: Evaluator): Value {
  const body = formatBody(scope.source.text, node);
  if (!body) return unknown(at);
  let result: Value = { k: "const", v: "", at, pieces: [] };
  let from = body[0];
  const append = (piece: TextPiece): void => {
    const isHere = piece.kind === "written" || !scope.source.isElsewhere;
    const pieces: TextPiece[] = [isHere ? piece : { kind: "written", text: piece.text, range: at }];
    result = joined(result, { k: "const", v: piece.text, at, pieces }, at);
  };
  for (const replacement of node.children) {
    if (replacement.type !== "FormatReplacement") continue;
    const [inner, ...more] = partsOf(replacement.children);
    const value = inner && more.length === 0 ? evaluator.value(inner, scope) : unknown(at);
    if (replacement.range[0] > from) append(formatText(scope.source.text, from, replacement.range[0]));
    const place = scope.source.isElsewhere ? value.at : spanOf(replacement);
    if (value.k === "const") append({ kind: "written", text: printed(value), range: place });
    else result = half(at, textKnown(result) + textKnown(value));
    from = replacement.range[1];
  }
  if (body[1] > from) append(formatText(scope.source.text, from, body[1]));
  return result;
}
