import type { Range } from "@orchestrator-lint/sql-rules/shared";
import type { TextPiece } from "../language/strings.js";
import type { PyNode } from "../language/tree.js";
import { textAt, type Scope } from "./scope.js";
import { constant, flag, inspects, textIn, unknown, type Constant, type Value } from "./values.js";

/** Characters that a migration's constants may be put together of. */
const MAX_TEXT = 1024 * 1024;

/** The operator of a binary expression. */
export function operatorOf({ children }: PyNode, scope: Scope): string {
  return children
    .slice(1, -1)
    .filter(({ type }) => type !== "⚠" && type !== "Comment")
    .map((one) => textAt(one, scope))
    .join(" ");
}

/** A constant as `str()` has it. */
export function printed({ v }: Constant): string {
  if (v === null) return "None";
  return typeof v === "boolean" ? (v ? "True" : "False") : String(v);
}

/** Two texts in a row. */
export function joined(a: Value, b: Value, at: Range): Value {
  const [left, right] = [textIn(a), textIn(b)];
  if (left === undefined || right === undefined || a.k !== "const" || b.k !== "const")
    return half(at, textKnown(a) + textKnown(b));
  if (left.length + right.length > MAX_TEXT) return unknown(at);
  return { k: "const", v: left + right, at, pieces: [...piecesOf(a), ...piecesOf(b)] };
}

/** Something unknown, with what is known of it where it is a text. */
export function half(at: Range, words: string): Value {
  return words === UNKNOWN ? unknown(at) : { k: "unknown", at, words: words.slice(0, MAX_TEXT) };
}

const UNKNOWN = "\uE000";

/** What is known of a text. */
export function textKnown(value: Value): string {
  return textIn(value) ?? (value.k === "unknown" ? value.words : undefined) ?? UNKNOWN;
}

/** The pieces of a text. */
export function piecesOf({ v, at, pieces }: Constant): readonly TextPiece[] {
  return pieces ?? [{ kind: "written", text: String(v), range: at }];
}

/** `a and b`, `a or b`, where the first one does not decide. */
export function logic(operator: string, a: Value, b: Value, at: Range): Value {
  const decisive = operator === "or";
  if (flag(b) === decisive) return constant(decisive, at);
  return unknown(at, inspects(a) || inspects(b));
}

/** Whether a comparison is true; undefined where that is not known. */
export function compared(operator: string, a: Value, b: Value): boolean | undefined {
  if (operator === "in" || operator === "not in") {
    if (a.k !== "const" || b.k !== "list") return undefined;
    const isIn = b.items.some((item) => item.k === "const" && item.v === a.v);
    if (!isIn && b.items.some(({ k }) => k !== "const")) return undefined;
    return isIn === (operator === "in");
  }
  if (a.k !== "const" || b.k !== "const") return undefined;
  // True is 1.
  const isNumber = typeof a.v === "number" || typeof b.v === "number";
  const [left, right] = [a.v, b.v].map((v) => (isNumber && typeof v === "boolean" ? Number(v) : v));
  if (/^[<>]=?$/.test(operator) && typeof left === "number" && typeof right === "number") {
    const isOrdered = operator.startsWith("<") ? left < right : left > right;
    return isOrdered || (operator.endsWith("=") && left === right);
  }
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "is":
      return a.v === b.v;
    case "is not":
      return a.v !== b.v;
    default:
      return undefined;
  }
}
