import { quoteIdentifier } from "../../language/identifiers.js";
import type { Expression } from "../expression.js";
import { formatType } from "../types.js";

/** An expression as SQL, with only the parentheses it needs to be read alike. Sub-selects and the like are `…`. */
export function sqlOf(expression: Expression): string {
  const inner = (part: Expression) => (isAtomic(part) ? sqlOf(part) : `(${sqlOf(part)})`);
  switch (expression.kind) {
    case "column":
      return expression.qualifier === undefined
        ? quoteIdentifier(expression.name)
        : `${expression.qualifier.split(".").map(quoteIdentifier).join(".")}.${quoteIdentifier(expression.name)}`;
    case "literal": {
      const { value, decimal } = expression;
      if (typeof value === "string") return literalOf(value);
      return decimal ?? (value === null ? "NULL" : String(value));
    }
    case "parameter":
      return "$1";
    case "operator": {
      const { left, name, right, quantifier } = expression;
      const shown = OPERATORS[name] ?? name;
      const path = name === "#>>" || name === "#>" ? pathText(right) : undefined;
      const operand =
        path !== undefined
          ? literalOf(path)
          : quantifier
            ? `${quantifier.toUpperCase()} (${sqlOf(right)})`
            : inner(right);
      if (!left)
        return name.startsWith("is ") ? `${inner(right)} ${name.toUpperCase()}` : `${shown} ${operand}`;
      // `->` and its kin are read from the left.
      const chain =
        left.kind === "operator" && /^(?:->>?|#>>?)$/.test(left.name) && /^(?:->>?|#>>?)$/.test(name);
      return `${chain ? sqlOf(left) : inner(left)} ${shown} ${operand}`;
    }
    case "cast":
      return `${inner(expression.arg)}::${formatType(expression.type)}`;
    case "collate":
      return `${inner(expression.arg)} COLLATE ${expression.collation.split(".").map(quoteIdentifier).join(".")}`;
    case "call":
      return `${expression.name}(${expression.args.map(sqlOf).join(", ")})`;
    case "boolean":
      return expression.operator === "not"
        ? `NOT ${expression.args.map(inner).join("")}`
        : expression.args.map(inner).join(` ${expression.operator.toUpperCase()} `);
    case "nullTest":
      return `${inner(expression.arg)} IS ${expression.isNull ? "" : "NOT "}NULL`;
    case "subscript":
      return `${inner(expression.arg)}[${expression.indices.map(sqlOf).join("][")}]`;
    case "list":
      return `ARRAY[${expression.items.map(sqlOf).join(", ")}]`;
    case "opaque":
      return "…";
  }
}

/** `{a,b}` for a list of plain keys. */
function pathText(expression: Expression): string | undefined {
  if (expression.kind !== "list") return undefined;
  const keys = expression.items.map((item) => (item.kind === "literal" ? String(item.value) : ""));
  return keys.every((key) => /^[^\s{}",\\]+$/.test(key)) ? `{${keys.join(",")}}` : undefined;
}

const OPERATORS: Record<string, string> = {
  "~~": "LIKE",
  "~~*": "ILIKE",
  "!~~": "NOT LIKE",
  "!~~*": "NOT ILIKE",
};

function isAtomic({ kind }: Expression): boolean {
  return (
    kind === "column" ||
    kind === "literal" ||
    kind === "parameter" ||
    kind === "call" ||
    kind === "subscript" ||
    kind === "cast"
  );
}

/** A string as a literal, with backslashes as they are (`standard_conforming_strings`). */
export function literalOf(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
