import type { Expression } from "../expression.js";
import { formatType } from "../types.js";
import { simplify, type ColumnTypes } from "./simplify.js";

/**
 * The form in which two expressions over one table are one to PostgreSQL's planner. Aliases and other qualifiers,
 * casts that change nothing, and the spelling of literals are gone; what PostgreSQL holds apart stays apart:
 * `#>>'{x}'` and `->>'x'`, `::int` and `::numeric`, functions and the operators that stand for them.
 *
 * @param expression - over the columns of one table
 * @param columns - the types of its columns as far as they are known; more casts can be seen through with them
 */
export function canonical(expression: Expression, columns?: ColumnTypes): string {
  return printed(simplify(expression, columns).expression);
}

const known = new WeakMap<Expression, string>();

/** As `canonical`, of an expression that `simplify` returned; computed once for each. */
export function printed(expression: Expression): string {
  let text = known.get(expression);
  if (text === undefined) known.set(expression, (text = print(expression)));
  return text;
}

function print(expression: Expression): string {
  switch (expression.kind) {
    case "column":
      return JSON.stringify(expression.name);
    case "literal":
      return typeof expression.value === "string" ? quoted(expression.value) : String(expression.value);
    case "parameter":
      return "$";
    case "operator": {
      const { left, name, right, quantifier } = expression;
      return `(${left ? `${printed(left)} ` : ""}${name} ${quantifier ? `${quantifier} ` : ""}${printed(right)})`;
    }
    case "cast":
      return `cast(${printed(expression.arg)} as ${formatType(expression.type)})`;
    case "collate":
      return `(${printed(expression.arg)} collate ${JSON.stringify(expression.collation)})`;
    case "call":
      return `${expression.name}(${expression.args.map(printed).join(", ")})`;
    case "boolean":
      return expression.operator === "not"
        ? `not(${expression.args.map(printed).join()})`
        : `(${expression.args.map(printed).join(` ${expression.operator} `)})`;
    case "nullTest":
      return `(${printed(expression.arg)} is ${expression.isNull ? "" : "not "}null)`;
    case "subscript":
      return `${printed(expression.arg)}[${expression.indices.map(printed).join("][")}]`;
    case "list":
      return `[${expression.items.map(printed).join(", ")}]`;
    case "opaque":
      return `\`${expression.text}\``;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
