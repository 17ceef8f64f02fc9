import type { Expression } from "../expression.js";
import { printed } from "../expressions/index.js";
import { all, any, type Answer } from "./answer.js";
import { couldBe } from "./match.js";

/** PostgreSQL does not look into longer lists (`MAX_SAOP_ARRAY_SIZE`). */
const MAX_LIST = 100;

/**
 * Whether PostgreSQL sees that a predicate holds wherever all conditions do (`predicate_implied_by`): it repeats one of
 * them, or follows from one by a comparison with constants, or is an IS NOT NULL that a strict operator demands.
 *
 * @param conditions - simplified, joined by AND
 * @param predicate - simplified
 */
export function implies(conditions: readonly Expression[], predicate: Expression): Answer {
  const arms = armsOf(predicate, "and");
  if (arms) return all(arms, (arm) => implies(conditions, arm));
  return any(conditions, (condition) => impliedBy(condition, predicate));
}

function impliedBy(condition: Expression, predicate: Expression): Answer {
  if (printed(condition) === printed(predicate)) return isCertain(condition) ? "yes" : "maybe";
  const ors = armsOf(condition, "or");
  if (ors) return all(ors, (arm) => impliesOne([arm], predicate));
  const ands = armsOf(condition, "and");
  if (ands) return implies(ands, predicate);
  return impliesOne([condition], predicate);
}

function impliesOne(conditions: readonly Expression[], predicate: Expression): Answer {
  const ors = armsOf(predicate, "or");
  if (ors) return any(ors, (arm) => implies(conditions, arm));
  const ands = armsOf(predicate, "and");
  if (ands) return all(ands, (arm) => impliesOne(conditions, arm));
  return any(conditions, (condition) => {
    if (condition.kind === "boolean" && condition.operator !== "not") return impliedBy(condition, predicate);
    return simply(condition, predicate);
  });
}

/** Arms of an AND or OR; lists are ORs of comparisons, or ANDs of them for ALL. */
function armsOf(expression: Expression, operator: "and" | "or"): readonly Expression[] | undefined {
  if (expression.kind === "boolean") return expression.operator === operator ? expression.args : undefined;
  if (expression.kind !== "operator" || expression.right.kind !== "list") return undefined;
  const { quantifier, right, ...plain } = expression;
  if (quantifier !== (operator === "or" ? "any" : "all") || right.items.length > MAX_LIST) return undefined;
  return right.items.map((item): Expression => ({ ...plain, right: item }));
}

function simply(condition: Expression, predicate: Expression): Answer {
  if (printed(condition) === printed(predicate)) return isCertain(condition) ? "yes" : "maybe";
  if (predicate.kind === "nullTest" && !predicate.isNull) {
    return isStrictFor(condition, printed(bare(predicate.arg)));
  }
  const [c, p] = [comparisonOf(condition), comparisonOf(predicate)];
  // `data ? $1` is planned with the key that is meant, unless it is prepared and asked often.
  if (!c || !p) return !isCertain(condition) && couldBe(condition, predicate) ? "maybe" : "no";
  return c.operand === p.operand ? byComparison(c, p) : "no";
}

/** A value that is not known here may be another one each time. */
function isCertain(expression: Expression): boolean {
  return !printed(expression).includes("$");
}

// ── IS NOT NULL ──

const NOT_STRICT = new Set([
  "coalesce",
  "nullif",
  "greatest",
  "least",
  "concat",
  "concat_ws",
  "row",
  "format",
]);

/** Collations and relabeling casts change no value. */
function bare(expression: Expression): Expression {
  return expression.kind === "collate" ? bare(expression.arg) : expression;
}

/** Whether an expression is null wherever a part of it is (`clause_is_strict_for`). */
export function isStrictFor(expression: Expression, part: string): Answer {
  if (printed(bare(expression)) === part) return "yes";
  switch (expression.kind) {
    case "operator": {
      const { name, left, right, quantifier } = expression;
      if (name.startsWith("is ")) return "no";
      if (quantifier)
        return left && (right.kind !== "list" || right.items.length > 0) ? isStrictFor(left, part) : "no";
      return any(left ? [left, right] : [right], (arg) => isStrictFor(arg, part));
    }
    case "cast":
    case "collate":
      return isStrictFor(expression.arg, part);
    case "call": {
      if (NOT_STRICT.has(expression.name)) return "no";
      const inside = any(expression.args, (arg) => isStrictFor(arg, part));
      return inside === "yes" &&
        !/^(?:lower|upper|length|btrim|md5|abs|round|left|right|substr|jsonb?_extract_path(?:_text)?|jsonb_array_length)$/.test(
          expression.name,
        )
        ? "maybe"
        : inside;
    }
    default:
      return "no";
  }
}

// ── Comparisons with constants ──

interface Comparison {
  operand: string;
  operator: string;
  value: Expression;
}

const COMMUTED: Record<string, string> = { "=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<=" };

function comparisonOf(expression: Expression): Comparison | undefined {
  if (expression.kind !== "operator" || expression.quantifier || !expression.left) return undefined;
  const { name, left, right } = expression;
  const commuted = COMMUTED[name];
  if (commuted === undefined) return undefined;
  if (isConstant(right)) return { operand: printed(left), operator: name, value: right };
  return isConstant(left) ? { operand: printed(right), operator: commuted, value: left } : undefined;
}

function isConstant(expression: Expression): boolean {
  return (
    expression.kind === "literal" ||
    (expression.kind === "cast" && expression.arg.kind === "literal") ||
    expression.kind === "parameter"
  );
}

/** For `x c a` ⇒ `x p b`: the signs of a − b for which it holds (`BT_implic_table`). */
const IMPLICATIONS: Record<string, Record<string, readonly number[]>> = {
  "<": { "<": [-1, 0], "<=": [-1, 0], "<>": [-1, 0] },
  "<=": { "<": [-1], "<=": [-1, 0], "<>": [-1] },
  "=": { "<": [-1], "<=": [-1, 0], "=": [0], ">=": [0, 1], ">": [1], "<>": [-1, 1] },
  ">=": { ">=": [0, 1], ">": [1], "<>": [1] },
  ">": { ">=": [0, 1], ">": [0, 1], "<>": [0, 1] },
  "<>": { "<>": [0] },
};

function byComparison(condition: Comparison, predicate: Comparison): Answer {
  const signs = IMPLICATIONS[condition.operator]?.[predicate.operator];
  if (!signs) return "no";
  if (!isCertain(condition.value) || !isCertain(predicate.value)) return "maybe";
  const [a, b] = [valueOf(condition.value), valueOf(predicate.value)];
  if (a === undefined || b === undefined) return "maybe";
  if (typeof a === "number" && typeof b === "number") return signs.includes(Math.sign(a - b)) ? "yes" : "no";
  if (a === b) return signs.includes(0) ? "yes" : "no";
  // Small letters of ASCII come in one order everywhere; of other strings the collation decides which comes first.
  if (/^[a-z]+ [a-z]+$/.test(`${a} ${b}`)) return signs.includes(a < b ? -1 : 1) ? "yes" : "no";
  const [less, more] = [signs.includes(-1), signs.includes(1)];
  return less && more ? "yes" : less || more ? "maybe" : "no";
}

function valueOf(expression: Expression): string | number | undefined {
  if (expression.kind === "literal") {
    const { value } = expression;
    return typeof value === "string" || typeof value === "number" ? value : undefined;
  }
  if (expression.kind !== "cast" || expression.arg.kind !== "literal") return undefined;
  const { value } = expression.arg;
  if (!/^(?:smallint|integer|bigint|numeric|real|double precision)$/.test(expression.type.name))
    return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) || Math.abs(number) < 1e9 ? number : undefined;
}
