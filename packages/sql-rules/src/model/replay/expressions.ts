import { tokens } from "../../language/lexer.js";
import type { Expression } from "../expression.js";
import type { TableState } from "./state.js";

/** System columns every table has. */
const SYSTEM_COLUMNS = new Set(["tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"]);

export function isColumnOf(table: TableState, name: string): boolean {
  return SYSTEM_COLUMNS.has(name) || table.columns.some((column) => column.name === name);
}

/** The columns an expression names; what is opaque may name any of the words in it. */
export function namesIn(expression: Expression): string[] {
  const names = new Set<string>();
  visit(expression, (part) => {
    if (part.kind === "column" && part.name !== "*") names.add(part.name);
  });
  return [...names];
}

/** True if the expression depends on the column. */
export function uses(expression: Expression | undefined, column: string): boolean {
  let found = false;
  if (expression) {
    visit(expression, (part) => {
      if (part.kind === "column") found ||= part.name === column;
      else if (part.kind === "opaque") found ||= words(part.text).includes(column);
    });
  }
  return found;
}

/** Calls of functions by the names they are called by, without their schema. */
export function callsIn(expression: Expression): string[] {
  const names: string[] = [];
  visit(expression, (part) => {
    if (part.kind === "call") names.push(part.name.slice(part.name.lastIndexOf(".") + 1));
  });
  return names;
}

function words(text: string): string[] {
  const found: string[] = [];
  for (const token of tokens(text)) {
    const word = text.slice(token.start, token.end);
    if (token.kind === "word") found.push(word.toLowerCase());
    else if (token.kind === "quoted") found.push(word.slice(1, -1).replaceAll('""', '"'));
  }
  return found;
}

function visit(expression: Expression, see: (part: Expression) => void): void {
  see(expression);
  for (const child of childrenOf(expression)) visit(child, see);
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "operator":
      return expression.left ? [expression.left, expression.right] : [expression.right];
    case "cast":
    case "collate":
    case "nullTest":
      return [expression.arg];
    case "call":
    case "boolean":
      return expression.args;
    case "subscript":
      return [expression.arg, ...expression.indices];
    case "list":
      return expression.items;
    default:
      return [];
  }
}

/** The expression after a column was renamed. */
export function renamed(expression: Expression, from: string, to: string): Expression {
  if (!uses(expression, from)) return expression;
  const again = (part: Expression) => renamed(part, from, to);
  switch (expression.kind) {
    case "column":
      return { ...expression, name: to };
    case "operator":
      return {
        ...expression,
        ...(expression.left && { left: again(expression.left) }),
        right: again(expression.right),
      };
    case "cast":
    case "collate":
    case "nullTest":
      return { ...expression, arg: again(expression.arg) };
    case "call":
    case "boolean":
      return { ...expression, args: expression.args.map(again) };
    case "subscript":
      return { ...expression, arg: again(expression.arg), indices: expression.indices.map(again) };
    case "list":
      return { ...expression, items: expression.items.map(again) };
    case "opaque":
      return { ...expression, text: renamedWords(expression.text, from, to) };
    default:
      return expression;
  }
}

function renamedWords(text: string, from: string, to: string): string {
  let result = "";
  for (const token of tokens(text)) {
    const word = text.slice(token.start, token.end);
    const isName = token.kind === "word" && word.toLowerCase() === from;
    result += isName || (token.kind === "quoted" && word === `"${from}"`) ? to : word;
  }
  return result;
}
