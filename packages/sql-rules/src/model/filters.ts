import type { Expression, ExpressionOf } from "./expression.js";
import { columnsIn, partsOf } from "./parts.js";
import type { Types } from "./planner/match.js";

/** A comparison that tests text taken out of a document. */
export interface TextFilter {
  /** The whole comparison. */
  atom: Expression;
  /** The side that holds the text, with what is done to it: `lower(data ->> 'x')`, `(data ->> 'p')::numeric`. */
  operand: Expression;
  /** The operator; `~~` for LIKE, `=` for a boolean that stands by itself. */
  operator: string;
  /** The column the document is in, or is cast from. */
  column: ExpressionOf<"column">;
}

/** Comparisons an index can serve at all: no index finds what is different, or has no pattern. */
const SEARCHABLE = new Set(["=", "<", "<=", ">", ">=", "~~", "~~*", "~", "~*", "^@"]);

/** The comparisons of an expression that are neither AND nor OR, and not below NOT. */
export function atomsOf(expression: Expression): readonly Expression[] {
  if (expression.kind !== "boolean") return [expression];
  return expression.operator === "not" ? [] : expression.args.flatMap(atomsOf);
}

/**
 * The filters on text that `->>`, `#>>`, a cast of `->` or `jsonb_extract_path_text` takes out of a column of the
 * table itself.
 *
 * @param expression - as planned
 */
export function textFiltersOf(expression: Expression, types: Types): TextFilter[] {
  return atomsOf(expression).flatMap((atom): TextFilter[] => {
    if (atom.kind === "cast" && atom.type.name === "boolean") {
      const column = textSource(atom, types);
      return column ? [{ atom, operand: atom, operator: "=", column }] : [];
    }
    const compared = comparedOperand(atom, (operand) => textSource(operand, types) !== undefined);
    const column = compared && textSource(compared.operand, types);
    return column ? [{ atom, operand: compared.operand, operator: compared.operator, column }] : [];
  });
}

/**
 * The side of a comparison that an index could have for its key, and the other side: it reads columns of the table
 * itself, and the other one reads none.
 *
 * @param isWanted - which side, where both would do
 */
export function comparedOperand(
  atom: Expression,
  isWanted: (operand: Expression) => boolean = (operand) => columnsIn(operand).length > 0,
): { operand: Expression; operator: string; other: Expression } | undefined {
  const comparison = comparisonOf(atom);
  if (!comparison) return undefined;
  const { operator, left, right } = comparison;
  for (const [operand, other] of [
    [left, right],
    [right, left],
  ] as const) {
    // Two columns of one row are compared by no index.
    const isAlone = columnsIn(other).every(({ qualifier }) => qualifier !== undefined);
    const isOwn = columnsIn(operand).every(({ qualifier }) => qualifier === undefined);
    if (isAlone && isOwn && isWanted(operand)) return { operand, operator, other };
  }
  return undefined;
}

/** A comparison that an index could serve; `starts_with(a, b)` is `a ^@ b`. */
function comparisonOf(
  atom: Expression,
): { operator: string; left: Expression; right: Expression } | undefined {
  if (atom.kind === "call" && atom.name === "starts_with" && atom.args.length === 2) {
    const [left, right] = atom.args as [Expression, Expression];
    return { operator: "^@", left, right };
  }
  if (atom.kind !== "operator" || !atom.left || atom.quantifier === "all" || !SEARCHABLE.has(atom.name))
    return undefined;
  return { operator: atom.name, left: atom.left, right: atom.right };
}

/** The own column that an expression takes text out of. */
function textSource(expression: Expression, types: Types): ExpressionOf<"column"> | undefined {
  const { kind } = expression;
  if (kind === "operator" && expression.left && (expression.name === "->>" || expression.name === "#>>")) {
    return isUnknown(expression.right) ? undefined : documentSource(expression.left, types);
  }
  if (kind === "call" && /^jsonb?_extract_path_text$/.test(expression.name)) {
    const [document] = expression.args;
    return document && documentSource(document, types);
  }
  // `(data -> 'x')::text`, `(data -> 'p')::numeric`
  if (kind === "cast" && !/^jsonb?$/.test(expression.type.name)) {
    const { arg } = expression;
    if (arg.kind === "operator" && (arg.name === "->" || arg.name === "#>"))
      return documentSource(arg, types);
    if (arg.kind === "subscript") return documentSource(arg, types);
  }
  if (kind === "opaque" || kind === "list" || kind === "boolean") return undefined;
  for (const part of partsOf(expression)) {
    const found = textSource(part, types);
    if (found) return found;
  }
  return undefined;
}

/** A key that is known only at run time: PostgreSQL may plan with its value, which an index may serve. */
function isUnknown(key: Expression): boolean {
  if (key.kind === "list") return key.items.some(isUnknown);
  return key.kind === "parameter" || (key.kind === "cast" && isUnknown(key.arg));
}

/** The own column behind a chain of `->`, `#>`, subscripts and casts to a document. */
export function documentSource(expression: Expression, types: Types): ExpressionOf<"column"> | undefined {
  switch (expression.kind) {
    case "column": {
      const type = expression.qualifier === undefined ? types(expression) : undefined;
      return type?.dimensions === 0 && /^(?:jsonb?|text|character varying)$/.test(type.name)
        ? expression
        : undefined;
    }
    case "operator":
      return expression.left && /^(?:->|#>)$/.test(expression.name) && !isUnknown(expression.right)
        ? documentSource(expression.left, types)
        : undefined;
    case "subscript":
    case "cast":
      return documentSource(expression.arg, types);
    default:
      return undefined;
  }
}

/**
 * `data @> '{"a": {"k": "v"}}'` for `data -> 'a' ->> 'k' = 'v'`: the same rows, where the text cannot be that of a
 * number, a truth value or another document, none of which containment would take for a string.
 *
 * @param atom - as written, before names were resolved
 */
export function containmentOf(atom: Expression): { document: Expression; json: string } | undefined {
  if (atom.kind !== "operator" || atom.name !== "=" || atom.quantifier || !atom.left) return undefined;
  const [operand, other] = atom.right.kind === "literal" ? [atom.left, atom.right] : [atom.right, atom.left];
  const text = constantText(other);
  if (text === undefined || /^(?:[-\d[{]|true$|false$)/.test(text)) return undefined;
  const path = pathOf(operand);
  if (!path || path.keys.length === 0) return undefined;
  const json = path.keys.reduceRight<unknown>((value, key) => ({ [key]: value }), text);
  return { document: path.document, json: JSON.stringify(json) };
}

function constantText(expression: Expression): string | undefined {
  if (
    expression.kind === "cast" &&
    /^(?:text|character varying)$/.test(expression.type.name) &&
    expression.type.modifiers.length === 0
  )
    return constantText(expression.arg);
  return expression.kind === "literal" && typeof expression.value === "string" ? expression.value : undefined;
}

/** Keys from a document to a text; undefined for array elements and keys that are not known. */
function pathOf(expression: Expression): { document: Expression; keys: string[] } | undefined {
  if (expression.kind !== "operator" || !expression.left) return undefined;
  const { name, left, right } = expression;
  const keys =
    name === "->>" || name === "->" ? [constantText(right)] : name === "#>>" ? listOf(right) : undefined;
  if (!keys?.every((key) => key !== undefined && !(name === "#>>" && /^-?\d+$/.test(key)))) return undefined;
  const before = left.kind === "operator" && left.name === "->" ? pathOf(left) : { document: left, keys: [] };
  return before && { document: before.document, keys: [...before.keys, ...(keys as string[])] };
}

function listOf(expression: Expression): (string | undefined)[] | undefined {
  if (expression.kind === "list") return expression.items.map(constantText);
  const text = constantText(expression);
  const inner = text === undefined ? undefined : /^\{([^{}"\\]+)\}$/.exec(text)?.[1];
  return inner?.split(",").map((key) => key.trim());
}

/** Functions behind operators, which no index is asked for. */
const FUNCTIONS: Record<string, string> = {
  jsonb_exists: "?",
  jsonb_exists_any: "?|",
  jsonb_exists_all: "?&",
  jsonb_contains: "@>",
  jsonb_path_exists: "@?",
  jsonb_path_match: "@@",
};
const SEARCHES = new Set(["?", "?|", "?&", "@>", "<@", "@?", "@@"]);

/** A search inside a document, as GIN indexes answer. */
export interface Search {
  operator: string;
  /** The document, or the part of it, that is searched. */
  operand: Expression;
  /** A function behind the operator was called instead. */
  isFunction: boolean;
}

/** The containment, existence or jsonpath search that a comparison is; `'…' <@ data` is `data @> '…'`. */
export function searchOf(atom: Expression): Search | undefined {
  if (atom.kind === "operator" && atom.left && atom.quantifier !== "all" && SEARCHES.has(atom.name)) {
    const isReversed =
      atom.left.kind === "cast" || atom.left.kind === "literal" || atom.left.kind === "parameter";
    if (!isReversed) return { operator: atom.name, operand: atom.left, isFunction: false };
    const operator = atom.name === "<@" ? "@>" : atom.name === "@>" ? "<@" : undefined;
    return operator === undefined ? undefined : { operator, operand: atom.right, isFunction: false };
  }
  const operator = atom.kind === "call" ? FUNCTIONS[atom.name] : undefined;
  const [operand] = atom.kind === "call" ? atom.args : [];
  return operator !== undefined && operand ? { operator, operand, isFunction: true } : undefined;
}
