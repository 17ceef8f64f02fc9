import type { Node } from "@pgsql/types";
import { quoteIdentifier } from "../../language/identifiers.js";
import { parseSql } from "../../language/parse.js";
import { lastName, strings } from "./names.js";

/** Variables of a PL/pgSQL block whose text is known. */
export type Variables = Map<string, string>;

const MAX_TEXT = 256 * 1024;

/** The text an expression yields whatever the database holds; undefined where it depends on more than constants. */
export function constantText(expression: string, variables: Variables): string | undefined {
  const node = expressionNode(expression);
  const text = node && textOf(node, variables);
  return text !== undefined && text.length <= MAX_TEXT ? text : undefined;
}

/** The texts of an array of constants: `ARRAY['a', 'b']`, `'{a,b}'::text[]`. */
export function constantTexts(expression: string, variables: Variables): string[] | undefined {
  const node = expressionNode(expression);
  const array = node && "TypeCast" in node ? node.TypeCast.arg : node;
  if (!array) return undefined;
  if ("A_ArrayExpr" in array) return allOf(array.A_ArrayExpr.elements ?? [], variables);
  const literal = "A_Const" in array ? array.A_Const.sval?.sval : undefined;
  const plain = literal === undefined ? null : /^\{([\w\s,]*)\}$/.exec(literal);
  return plain?.[1]?.split(",").map((part) => part.trim());
}

function expressionNode(expression: string): Node | undefined {
  const [statement] = parseSql(`SELECT ${expression}`).body;
  if (statement?.type !== "Statement" || !("SelectStmt" in statement.tree)) return undefined;
  const { targetList = [], fromClause } = statement.tree.SelectStmt;
  const [target] = targetList;
  return target && targetList.length === 1 && !fromClause && "ResTarget" in target
    ? target.ResTarget.val
    : undefined;
}

function allOf(nodes: readonly Node[], variables: Variables): string[] | undefined {
  const texts = nodes.map((node) => textOf(node, variables));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

function textOf(node: Node, variables: Variables): string | undefined {
  if ("A_Const" in node) {
    const { sval, ival } = node.A_Const;
    return sval ? (sval.sval ?? "") : ival ? String(ival.ival ?? 0) : undefined;
  }
  if ("TypeCast" in node) return node.TypeCast.arg && textOf(node.TypeCast.arg, variables);
  if ("ColumnRef" in node) {
    const names = strings(node.ColumnRef.fields);
    return names.length === 1 ? variables.get(names[0]!) : undefined;
  }
  if ("A_Expr" in node) {
    const { name, lexpr, rexpr } = node.A_Expr;
    if (lastName(name) !== "||" || !lexpr || !rexpr) return undefined;
    const [left, right] = [textOf(lexpr, variables), textOf(rexpr, variables)];
    return left === undefined || right === undefined ? undefined : left + right;
  }
  if ("FuncCall" in node) {
    const args = allOf(node.FuncCall.args ?? [], variables);
    return args && call(lastName(node.FuncCall.funcname), args);
  }
  return undefined;
}

function call(name: string | undefined, args: readonly string[]): string | undefined {
  const [first = ""] = args;
  switch (name) {
    case "format":
      return format(first, args.slice(1));
    case "quote_ident":
      return quoteIdentifier(first);
    case "quote_literal":
    case "quote_nullable":
      return quoteLiteral(first);
    case "concat":
      return args.join("");
    case "lower":
      return first.toLowerCase();
    default:
      return undefined;
  }
}

function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** PostgreSQL's `format()`, without widths. */
function format(template: string, args: readonly string[]): string | undefined {
  let next = 0;
  const unknown: string[] = [];
  const text = template.replaceAll(
    /%(?:(\d+)\$)?([%sIL]|.|$)/gs,
    (_match, position: string | undefined, kind: string) => {
      if (kind === "%") return "%";
      if (position !== undefined) next = Number(position) - 1;
      const arg = args[next++];
      if (arg === undefined || !/^[sIL]$/.test(kind)) {
        unknown.push(kind);
        return "";
      }
      return kind === "s" ? arg : kind === "I" ? quoteIdentifier(arg) : quoteLiteral(arg);
    },
  );
  return unknown.length === 0 ? text : undefined;
}
