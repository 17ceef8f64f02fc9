import type { Expression } from "../expression.js";
import type { TypeRef } from "../types.js";
import type { Answer } from "./answer.js";
import { prefixOf } from "./patterns.js";

/** A comparison of an index key with something else, as an index is asked for it. */
export interface Asked {
  operator: string;
  /** The side that is no key. */
  other: Expression;
  /** `= ANY (…)`. */
  isAny: boolean;
  /** Collations of the comparison and of the key; undefined for the database's own. */
  collation?: string;
  keyCollation?: string;
}

const COMPARISONS = new Set(["=", "<", "<=", ">", ">="]);
const PATTERNS = new Set(["~~", "~~*", "~", "~*", "^@"]);
const TRIGRAM = new Set(["~~", "~~*", "~", "~*", "=", "%", "<%", "%>", "<<%", "%>>"]);

/** Operators by operator class, of GIN (https://www.postgresql.org/docs/current/gin.html#GIN-BUILTIN-OPCLASSES). */
const GIN: Record<string, ReadonlySet<string>> = {
  jsonb_ops: new Set(["@>", "?", "?|", "?&", "@?", "@@"]),
  jsonb_path_ops: new Set(["@>", "@?", "@@"]),
  array_ops: new Set(["&&", "@>", "<@", "="]),
  tsvector_ops: new Set(["@@", "@@@"]),
  gin_trgm_ops: TRIGRAM,
};

/** What an operator becomes when its sides are exchanged. */
export const COMMUTATORS: Readonly<Record<string, string>> = {
  "=": "=",
  "<": ">",
  ">": "<",
  "<=": ">=",
  ">=": "<=",
  "@>": "<@",
  "<@": "@>",
  "&&": "&&",
};

/**
 * Whether an index of some method and operator class can look for an operator.
 *
 * @param operatorClass - without its schema; undefined where it is not known
 */
export function isSearchable(method: string, operatorClass: string | undefined, asked: Asked): Answer {
  const { operator } = asked;
  const isSameCollation = asked.collation === asked.keyCollation;
  if (method === "gin") {
    if (operatorClass === undefined) return "maybe";
    const operators = GIN[operatorClass];
    // Classes of btree_gin have their type's name.
    if (!operators) return COMPARISONS.has(operator) && isSameCollation ? "maybe" : "no";
    if (isSameCollation || !operators.has(operator)) return operators.has(operator) ? "yes" : "no";
    return operators === TRIGRAM && operator === "~~"
      ? isPatternSearchable(method, operatorClass, asked)
      : "no";
  }
  if (operatorClass === "gist_trgm_ops") {
    if (isSameCollation || !TRIGRAM.has(operator)) return TRIGRAM.has(operator) ? "yes" : "no";
    return operator === "~~" ? isPatternSearchable(method, operatorClass, asked) : "no";
  }
  if (
    method === "gist" ||
    (method !== "btree" && method !== "hash" && method !== "brin" && method !== "spgist")
  ) {
    return "maybe";
  }
  if (PATTERNS.has(operator)) return isPatternSearchable(method, operatorClass, asked);
  if (!COMPARISONS.has(operator)) {
    const isKnown =
      method !== "brin" && method !== "spgist" ? true : /minmax_ops$|^text_ops$/.test(operatorClass ?? "");
    return isKnown ? "no" : "maybe";
  }
  if (!isSameCollation) return "no";
  if (method === "hash") return operator === "=" ? "yes" : "no";
  if (operatorClass === undefined) return operator === "=" ? "yes" : "maybe";
  if (operatorClass.endsWith("_pattern_ops")) return operator === "=" ? "yes" : "no";
  if (method === "brin") return operatorClass.endsWith("minmax_ops") || operator === "=" ? "yes" : "maybe";
  return "yes";
}

/** LIKE and its kin become a range of strings where their pattern has a fixed beginning (`like_support.c`). */
function isPatternSearchable(method: string, operatorClass: string | undefined, asked: Asked): Answer {
  const { operator, other, isAny, collation, keyCollation } = asked;
  if (isAny) return "no";
  if (method === "spgist" && operator === "^@") return "yes";
  if (other.kind === "parameter") return "maybe";
  if (other.kind !== "literal" || typeof other.value !== "string") return isFixed(other) ? "maybe" : "no";
  const prefix = prefixOf(operator, other.value);
  if (prefix === "none") return "no";
  // A regular expression with both ends fixed may be that of one string.
  if (prefix === "unknown" && other.value.endsWith("$")) return "maybe";
  // One string is looked for by `=`. Where its collation is another one, only PostgreSQL 15 does so.
  if (prefix === "exact") return collation === keyCollation ? "yes" : "maybe";
  if (method === "hash" || method === "gin" || method === "gist") return "no";
  const isBytewise =
    operatorClass?.endsWith("_pattern_ops") === true || keyCollation === "C" || keyCollation === "POSIX";
  if (method === "spgist") return prefix === "unknown" ? "maybe" : "yes";
  if (method === "brin") return isBytewise ? "maybe" : "no";
  if (!isBytewise) return operatorClass === undefined ? "maybe" : "no";
  return prefix === "unknown" ? "maybe" : "yes";
}

/** Constant while a query is planned. */
function isFixed(expression: Expression): boolean {
  return (
    expression.kind === "literal" ||
    expression.kind === "parameter" ||
    (expression.kind === "cast" && isFixed(expression.arg)) ||
    (expression.kind === "collate" && isFixed(expression.arg)) ||
    (expression.kind === "operator" &&
      (!expression.left || isFixed(expression.left)) &&
      isFixed(expression.right))
  );
}

const INTEGERS = new Set(["smallint", "integer", "bigint"]);
const FLOATS = new Set(["real", "double precision"]);
const TIMES = new Set(["date", "timestamp without time zone", "timestamp with time zone"]);
const TEXTS = new Set(["text", "character varying", "unknown", "character", "bpchar"]);

/**
 * Whether a comparison leaves the key as it is: beside a type that ranks higher the key would be converted first, and
 * an index on the key is of no use.
 */
export function keepsKey(key: TypeRef | undefined, other: TypeRef | undefined, isAny: boolean): Answer {
  const element =
    other && isAny && other.dimensions > 0 ? { ...other, dimensions: other.dimensions - 1 } : other;
  if (!key || !element) return key && TEXTS.has(key.name) && key.dimensions === 0 ? "yes" : "maybe";
  if (
    element.name === "unknown" ||
    (key.name === element.name && key.dimensions > 0 === element.dimensions > 0)
  )
    return "yes";
  for (const family of [INTEGERS, FLOATS, TIMES, TEXTS]) {
    if (family.has(key.name) && family.has(element.name)) return "yes";
  }
  if (key.name === "numeric" && INTEGERS.has(element.name)) return "yes";
  if (FLOATS.has(key.name) && (INTEGERS.has(element.name) || element.name === "numeric")) return "yes";
  if (INTEGERS.has(key.name) && (FLOATS.has(element.name) || element.name === "numeric")) return "no";
  if (key.name === "numeric" && FLOATS.has(element.name)) return "no";
  return "maybe";
}
