import type { A_Const, A_Expr, BooleanTest, ColumnRef, FuncCall, Node, SubLink } from "@pgsql/types";
import { tokenAt } from "../../language/lexer.js";
import { typeEnd } from "../../language/nodes.js";
import type { Range } from "../../language/split.js";
import type { Expression } from "../expression.js";
import { typeRefOf } from "../types.js";
import { Positions } from "./positions.js";
import { inList, rowEquality } from "./rewrites.js";
import type { Located } from "../../language/words.js";

/**
 * Reads an expression of PostgreSQL's parse tree.
 *
 * @param node - an expression node of `statement.tree`
 * @param statement - the statement it stands in, for positions and for the placeholders that were masked to parse it
 * @returns the expression with the range, in the file, of each part
 */
export function expressionOf(node: Node, statement: Located): Expression {
  return new Reader(statement).read(node);
}

/** Folded names of a list of String nodes, `pg_catalog` left out: `public.f` is `public.f`, `pg_catalog.f` is `f`. */
function nameOf(nodes: readonly Node[] | undefined): string {
  const names = (nodes ?? []).map(stringOf);
  return (names.length > 1 && names[0] === "pg_catalog" ? names.slice(1) : names).join(".");
}

function stringOf(node: Node): string {
  return "String" in node ? (node.String.sval ?? "") : "";
}

const BOOLEAN_TESTS: Record<string, string> = {
  IS_TRUE: "is true",
  IS_NOT_TRUE: "is not true",
  IS_FALSE: "is false",
  IS_NOT_FALSE: "is not false",
  IS_UNKNOWN: "is unknown",
  IS_NOT_UNKNOWN: "is not unknown",
};

/** Expressions that nest deeper are opaque below, so that whoever walks them may recurse. */
const MAX_NESTING = 1000;

class Reader extends Positions {
  #depth = 0;

  read(node: Node): Expression {
    if (this.#depth >= MAX_NESTING) return this.#opaque(node);
    this.#depth++;
    const expression = this.#read(node);
    this.#depth--;
    return expression;
  }

  #read(node: Node): Expression {
    if ("ColumnRef" in node) return this.#column(node.ColumnRef);
    if ("A_Const" in node) return this.#constant(node.A_Const);
    if ("ParamRef" in node) return { kind: "parameter", ...this.at(node.ParamRef.location) };
    if ("A_Expr" in node) return this.#operator(node, node.A_Expr);
    if ("TypeCast" in node) {
      const { arg, typeName, location } = node.TypeCast;
      if (!arg || !typeName) return this.#opaque(node);
      const read = this.read(arg);
      const typeAt = this.offset(typeName.location);
      const type: Range | undefined =
        typeAt === undefined ? undefined : [typeAt, typeEnd(this.statement.text, typeAt)];
      const range = this.around([this.token(location), this.local(read.range), type]);
      return { kind: "cast", arg: read, type: typeRefOf(typeName), ...range };
    }
    if ("FuncCall" in node) return this.#call(node, node.FuncCall);
    if ("BoolExpr" in node) {
      const { boolop, args = [], location } = node.BoolExpr;
      const operator = boolop === "AND_EXPR" ? "and" : boolop === "OR_EXPR" ? "or" : "not";
      const read = args.map((arg) => this.read(arg));
      return { kind: "boolean", operator, args: read, ...this.with(read, location) };
    }
    if ("NullTest" in node) {
      const { arg, nulltesttype, location } = node.NullTest;
      if (!arg) return this.#opaque(node);
      const read = this.read(arg);
      const range = this.around([this.local(read.range), this.phrase(location, /^(?:is|not|null)$/i)]);
      return { kind: "nullTest", isNull: nulltesttype === "IS_NULL", arg: read, ...range };
    }
    if ("BooleanTest" in node) return this.#booleanTest(node, node.BooleanTest);
    if ("CoalesceExpr" in node) return this.#function("coalesce", node.CoalesceExpr);
    if ("MinMaxExpr" in node) {
      return this.#function(node.MinMaxExpr.op === "IS_LEAST" ? "least" : "greatest", node.MinMaxExpr);
    }
    if ("SQLValueFunction" in node) {
      const { op = "", location } = node.SQLValueFunction;
      return { kind: "call", name: op.replace(/^SVFOP_/, "").toLowerCase(), args: [], ...this.at(location) };
    }
    if ("CollateClause" in node && node.CollateClause.arg) {
      const { arg, collname, location } = node.CollateClause;
      const read = this.read(arg);
      const range = this.around([this.local(read.range), this.name(location, 1)]);
      return { kind: "collate", arg: read, collation: nameOf(collname), ...range };
    }
    if ("A_Indirection" in node) return this.#subscript(node);
    if ("A_ArrayExpr" in node) {
      const { elements = [], location } = node.A_ArrayExpr;
      const items = elements.map((element) => this.read(element));
      return { kind: "list", items, ...this.bracketed(location, items) };
    }
    if ("List" in node)
      return { kind: "list", items: (node.List.items ?? []).map((item) => this.read(item)) };
    if ("RowExpr" in node) {
      const args = (node.RowExpr.args ?? []).map((arg) => this.read(arg));
      return { kind: "call", name: "row", args, ...this.bracketed(node.RowExpr.location, args) };
    }
    if ("SubLink" in node) return this.#subLink(node, node.SubLink);
    return this.#opaque(node);
  }

  #column({ fields = [], location }: ColumnRef): Expression {
    if (this.#isPlaceholder(this.offset(location))) return { kind: "parameter", ...this.at(location) };
    const names = fields.map(stringOf);
    const range = this.placed(this.name(location));
    if (fields.some((field) => !("String" in field)))
      return { kind: "opaque", text: names.map((name) => name || "*").join("."), ...range };
    const name = names.pop() ?? "";
    return names.length > 0
      ? { kind: "column", qualifier: names.join("."), name, ...range }
      : { kind: "column", name, ...range };
  }

  #isPlaceholder(at: number | undefined): boolean {
    const { text } = this.statement;
    // Names begin with a letter or a quote; by the first character alone, for columns are by far the most.
    if (at === undefined || !/[:%${]/.test(text.charAt(at))) return false;
    return tokenAt(text, at)?.kind === "placeholder";
  }

  #constant(constant: A_Const): Expression {
    const { location } = constant;
    const at = this.offset(location) ?? 0;
    const { text } = this.statement;
    // psql's `:'name'` was masked by blanking its colon.
    if (constant.sval && text[at - 1] === ":" && text[at - 2] !== ":") {
      const token = tokenAt(text, at - 1);
      if (token?.kind === "placeholder") return { kind: "parameter", ...this.at(location) };
    }
    const range = this.placed(text[at] === "-" ? this.next(at) : this.token(location));
    if (constant.isnull) return { kind: "literal", value: null, ...range };
    if (constant.ival) return { kind: "literal", value: constant.ival.ival ?? 0, ...range };
    if (constant.boolval) return { kind: "literal", value: constant.boolval.boolval ?? false, ...range };
    if (constant.fval) {
      const decimal = constant.fval.fval ?? "0";
      return { kind: "literal", value: Number(decimal.replaceAll("_", "")), decimal, ...range };
    }
    if (constant.sval) return { kind: "literal", value: constant.sval.sval ?? "", ...range };
    return this.#opaque({ A_Const: constant });
  }

  #operator(node: Node, expression: A_Expr): Expression {
    const { kind, lexpr, rexpr, location } = expression;
    if (!rexpr) return this.#opaque(node);
    const name = nameOf(expression.name);
    const left = lexpr && this.read(lexpr);
    const right = this.read(rexpr);
    const range = this.with(left ? [left, right] : [right], location);
    switch (kind) {
      case "AEXPR_OP":
        if (!left && name === "@") {
          const parameter = sqlcParameter(right, this.statement.offsetOf(location ?? 0));
          if (parameter) return parameter;
        }
        if (left && name === "=")
          return rowEquality(left, right, range) ?? { kind: "operator", name, left, right, ...range };
        return { kind: "operator", name, ...(left ? { left } : {}), right, ...range };
      case "AEXPR_LIKE":
      case "AEXPR_ILIKE":
        return { kind: "operator", name, ...(left ? { left } : {}), right, ...range };
      case "AEXPR_SIMILAR": {
        // PostgreSQL makes a regular expression of it, with its beginning fixed.
        const [pattern, ...more] = right.kind === "call" ? right.args : [];
        const isKnown = pattern?.kind === "literal" && typeof pattern.value === "string" && more.length === 0;
        const regex: Expression = isKnown ? { ...pattern, value: `^(?:${String(pattern.value)})$` } : right;
        return { kind: "operator", name, ...(left ? { left } : {}), right: regex, ...range };
      }
      case "AEXPR_IN": {
        const { rexpr_list_start: from, rexpr_list_end: to } = expression;
        const list = this.around([this.token(from), this.token(to)]);
        const whole = this.around([this.local(range.range), this.token(to)]);
        if (!left || right.kind !== "list") return this.#opaque(node);
        return inList(name, left, { ...right, ...list }, whole);
      }
      case "AEXPR_OP_ANY":
      case "AEXPR_OP_ALL": {
        // `ANY (` stands between the operator and the right side.
        const quantifier = kind === "AEXPR_OP_ANY" ? "any" : "all";
        return { kind: "operator", name, ...(left ? { left } : {}), right, quantifier, ...range };
      }
      case "AEXPR_DISTINCT":
        return { kind: "operator", name: "is distinct from", ...(left ? { left } : {}), right, ...range };
      case "AEXPR_NOT_DISTINCT":
        return { kind: "operator", name: "is not distinct from", ...(left ? { left } : {}), right, ...range };
      case "AEXPR_NULLIF":
        return { kind: "call", name: "nullif", args: left ? [left, right] : [right], ...range };
      case "AEXPR_BETWEEN":
      case "AEXPR_NOT_BETWEEN": {
        const [low, high] = right.kind === "list" ? right.items : [];
        if (!left || !low || !high) return this.#opaque(node);
        const whole = this.with([left, low, high], location);
        const [from, to] = kind === "AEXPR_BETWEEN" ? [">=", "<="] : ["<", ">"];
        const args: Expression[] = [
          { kind: "operator", name: from, left, right: low, ...whole },
          { kind: "operator", name: to, left, right: high, ...whole },
        ];
        return { kind: "boolean", operator: kind === "AEXPR_BETWEEN" ? "and" : "or", args, ...whole };
      }
      default:
        return this.#opaque(node);
    }
  }

  #booleanTest(node: Node, { arg, booltesttype = "IS_TRUE", location }: BooleanTest): Expression {
    if (!arg) return this.#opaque(node);
    const right = this.read(arg);
    const phrase = this.phrase(location, /^(?:is|not|true|false|unknown)$/i);
    const range = this.around([this.local(right.range), phrase]);
    return { kind: "operator", name: BOOLEAN_TESTS[booltesttype] ?? "is true", right, ...range };
  }

  #call(node: Node, call: FuncCall): Expression {
    const { agg_order: order, agg_filter: filter, over, agg_distinct: distinct, args = [] } = call;
    const isPlain = !order && !filter && !over && !distinct && !call.agg_star && !call.func_variadic;
    if (!isPlain || args.some((arg) => "NamedArgExpr" in arg)) return this.#opaque(node);
    const read = this.#function(nameOf(call.funcname), {
      args,
      ...(call.location === undefined ? {} : { location: call.location }),
    });
    return GENERATOR_PARAMETER.test(nameOf(call.funcname))
      ? { kind: "parameter", ...(read.range ? { range: read.range } : {}) }
      : read;
  }

  #function(
    name: string,
    { args = [], location }: { args?: readonly Node[]; location?: number },
  ): Expression {
    const read = args.map((arg) => this.read(arg));
    return { kind: "call", name, args: read, ...this.bracketed(location, read) };
  }

  #subscript(node: Extract<Node, { A_Indirection: unknown }>): Expression {
    const { arg, indirection = [] } = node.A_Indirection;
    const isPlain = indirection.every((item) => "A_Indices" in item && !item.A_Indices.is_slice);
    if (!arg || !isPlain) return this.#opaque(node);
    const indices = indirection.flatMap((item) =>
      "A_Indices" in item && item.A_Indices.uidx ? [this.read(item.A_Indices.uidx)] : [],
    );
    const read = this.read(arg);
    return { kind: "subscript", arg: read, indices, ...this.with([read, ...indices], undefined) };
  }

  /** `x IN (SELECT …)`, `x = ANY (SELECT …)` and `(x, y) = (SELECT …)` compare; other sub-selects are opaque. */
  #subLink(node: Node, { subLinkType, testexpr, operName, subselect }: SubLink): Expression {
    const isQuantified = subLinkType === "ANY_SUBLINK" || subLinkType === "ALL_SUBLINK";
    const isCompared = isQuantified || subLinkType === "ROWCOMPARE_SUBLINK";
    if (!isCompared || !testexpr || !subselect) return this.#opaque(node);
    const left = this.read(testexpr);
    const whole = this.#opaque(node);
    // PostgreSQL 18 makes a list of IN (VALUES …).
    const isQuery = isQuantified && "SelectStmt" in subselect && !subselect.SelectStmt.valuesLists;
    const right: Expression = { ...this.#opaque(subselect), ...(isQuery ? { isQuery } : {}) };
    const quantifier = subLinkType === "ANY_SUBLINK" ? "any" : "all";
    const name = operName ? nameOf(operName) : "=";
    return {
      kind: "operator",
      name,
      left,
      right,
      ...(isQuantified ? { quantifier } : {}),
      ...(whole.range ? { range: whole.range } : {}),
    };
  }

  #opaque(node: Node): Expression & { kind: "opaque" } {
    const located: (Range | undefined)[] = [];
    const pending: unknown[] = [node];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (typeof value !== "object" || value === null) continue;
      const { location } = value as { location?: unknown };
      if (typeof location === "number") located.push(this.token(location));
      for (const inner of Object.values(value)) pending.push(inner);
    }
    if ("FuncCall" in node) located.push(this.local(this.bracketed(node.FuncCall.location, []).range));
    const { range } = this.around(located);
    const [from, to] = this.local(range) ?? [0, 0];
    return { kind: "opaque", text: this.words.normal([from, to]), ...(range ? { range } : {}) };
  }
}

/** Parameters of code generators that read queries from SQL files: sqlc and pggen. */
const GENERATOR_PARAMETER = /^(?:sqlc\.(?:n?arg|slice)|pggen\.arg)$/;

/** `@name::type`, sqlc's parameter, which PostgreSQL's grammar takes for the absolute value of a column. */
function sqlcParameter(operand: Expression, at: number): Expression | undefined {
  if (operand.kind === "cast") {
    const arg = sqlcParameter(operand.arg, at);
    return arg && { ...operand, arg };
  }
  const { range } = operand;
  return operand.kind === "column" && range?.[0] === at + 1 ? { kind: "parameter", range } : undefined;
}
