import { tokens } from "../../language/lexer.js";
import type { Expression } from "../expression.js";
import { partsOf } from "../parts.js";
import type { TableState } from "./state.js";

/** System columns every table has. */
const SYSTEM_COLUMNS = new Set(["tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"]);

export function isColumnOf(table: TableState, name: string): boolean {
  return table.columns.some((column) => column.name === name) || SYSTEM_COLUMNS.has(name);
}

/** What an expression mentions. Expressions are values that many states share: it is told once for each. */
interface Mentions {
  columns: readonly string[];
  /** Functions by the names they are called by, without their schema. */
  calls: readonly string[];
  /** Words of what is opaque, each of which may be a column. */
  words: readonly string[];
}

const known = new WeakMap<Expression, Mentions>();

function mentionsOf(expression: Expression): Mentions {
  let mentions = known.get(expression);
  if (!mentions) known.set(expression, (mentions = readMentions(expression)));
  return mentions;
}

function readMentions(expression: Expression): Mentions {
  const columns = new Set<string>();
  const calls: string[] = [];
  const opaque: string[] = [];
  visit(expression, (part) => {
    if (part.kind === "column" && part.name !== "*") columns.add(part.name);
    else if (part.kind === "call") calls.push(part.name.slice(part.name.lastIndexOf(".") + 1));
    else if (part.kind === "opaque") opaque.push(...words(part.text));
  });
  return { columns: [...columns], calls, words: opaque };
}

/** The columns an expression names, what is opaque aside. */
export function namesIn(expression: Expression): readonly string[] {
  // By far the most, and told faster than looked up.
  if (expression.kind === "column") return expression.name === "*" ? [] : [expression.name];
  return mentionsOf(expression).columns;
}

/** True if the expression depends on the column. */
export function uses(expression: Expression | undefined, column: string): boolean {
  if (!expression) return false;
  if (expression.kind === "column") return expression.name === column;
  const mentions = mentionsOf(expression);
  return mentions.columns.includes(column) || mentions.words.includes(column);
}

export function callsIn(expression: Expression): readonly string[] {
  return mentionsOf(expression).calls;
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
  for (const part of partsOf(expression)) visit(part, see);
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
