import type { Index, Table } from "../catalog.js";
import type { Expression, ExpressionOf } from "../expression.js";
import { printed, simplify, type Typed } from "../expressions/index.js";
import { columnsIn, partsOf } from "../parts.js";
import { formatType, type TypeRef } from "../types.js";
import { any, type Answer } from "./answer.js";
import { COMMUTATORS, isSearchable, keepsKey } from "./operators.js";
import { membersCompared } from "./rows.js";

/** The types of columns, own ones without a qualifier and those of other sources with the `id` of their reference. */
export type Types = (column: ExpressionOf<"column">) => TypeRef | undefined;

interface Key {
  expression: Expression;
  /** `printed`. */
  text: string;
  type: TypeRef | undefined;
  operatorClass?: string;
  collation?: string;
}

const keysKnown = new WeakMap<Index, readonly Key[]>();

/** An index's keys as the planner compares them. */
export function keysOf(index: Index, table: Table): readonly Key[] {
  let keys = keysKnown.get(index);
  if (!keys) {
    keys = index.keys.map(({ expression, operatorClass, collation }) => {
      const simple = simplify(expression, typesOf(table));
      const own = collationIn(simple.expression);
      const name = collation === undefined ? own : lastName(collation);
      return {
        expression: bare(simple.expression),
        text: printed(bare(simple.expression)),
        type: simple.type,
        ...(operatorClass === undefined ? {} : { operatorClass: lastName(operatorClass) }),
        ...(name === undefined || name === "default" ? {} : { collation: name }),
      };
    });
    keysKnown.set(index, keys);
  }
  return keys;
}

const predicatesKnown = new WeakMap<Index, Expression>();

/** The predicate of a partial index, simplified. */
export function predicateOf(index: Index, table: Table): Expression | undefined {
  if (!index.predicate) return undefined;
  let predicate = predicatesKnown.get(index);
  if (!predicate) {
    predicate = simplify(index.predicate, typesOf(table)).expression;
    predicatesKnown.set(index, predicate);
  }
  return predicate;
}

/** The types of one table's columns, below domains. */
export function typesOf(table: Table): Types {
  return ({ name }) => {
    const column = table.columns.get(name);
    return column && (column.baseType ?? column.type);
  };
}

function lastName(name: string): string {
  return name.replace(/^.*\./, "").replaceAll('"', "");
}

/** Without the relabeling casts and collations that `match_index_to_operand` looks through. */
function bare(expression: Expression): Expression {
  return expression.kind === "collate" ? bare(expression.arg) : expression;
}

function collationIn(expression: Expression): string | undefined {
  if (expression.kind === "collate") return lastName(expression.collation);
  for (const part of partsOf(expression)) {
    const found = collationIn(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Index methods that find nulls. */
const FINDS_NULLS = new Set(["btree", "gist", "spgist", "brin"]);

/**
 * Whether an index can look for a condition that is neither AND nor OR, its own predicate left aside.
 *
 * @param atom - simplified; columns of the table without qualifier
 * @param isLeading - only by the first key of a B-tree, so that the index is not read as a whole
 */
export function isServedBy(
  atom: Expression,
  index: Index,
  table: Table,
  types: Types,
  isLeading = false,
): Answer {
  const keys = keysOf(index, table);
  const usable = isLeading && index.method === "btree" ? keys.slice(0, 1) : keys;
  return any(usable, (key) => matches(atom, key, index.method, types));
}

/**
 * Whether rows are found by their address, without an index: `ctid = …`, also of a row of another source, or a range
 * (`tidpath.c`).
 */
export function findsByAddress(atom: Expression): boolean {
  if (atom.kind !== "operator" || !atom.left || atom.quantifier === "all") return false;
  const { name, left, right } = atom;
  if (name !== "=" && !/^[<>]=?$/.test(name)) return false;
  const isAddress = (side: Expression) =>
    side.kind === "column" && side.name === "ctid" && side.qualifier === undefined;
  const other = isAddress(left) ? right : isAddress(right) ? left : undefined;
  if (!other || isConstantTo(other) === "no") return false;
  return name === "=" || columnsIn(other).length === 0;
}

function matches(atom: Expression, key: Key, method: string, types: Types): Answer {
  if (key.type?.name === "boolean" && (method === "btree" || method === "hash")) {
    const tested = testedBoolean(atom);
    if (tested && isKey(tested, key) === "yes") return "yes";
  }
  if (atom.kind === "nullTest") return FINDS_NULLS.has(method) ? isKey(atom.arg, key) : "no";
  if (atom.kind === "call" && atom.name === "starts_with" && atom.args.length === 2) {
    const [left, right] = atom.args as [Expression, Expression];
    return compared({ kind: "operator", name: "^@", left, right }, key, method, types);
  }
  return atom.kind === "operator" ? compared(atom, key, method, types) : "no";
}

/** `x`, `NOT x`, `x IS TRUE`, `x IS FALSE`. */
function testedBoolean(atom: Expression): Expression | undefined {
  if (atom.kind === "boolean") return atom.operator === "not" ? atom.args[0] : undefined;
  if (atom.kind === "operator" && !atom.left && (atom.name === "is true" || atom.name === "is false"))
    return atom.right;
  return atom;
}

/** Whether an operand is an index's key; `maybe` if a parameter decides. */
function isKey(operand: Expression, key: Key): Answer {
  if (columnsIn(operand).some(({ qualifier }) => qualifier !== undefined)) return "no";
  if (printed(bare(operand)) === key.text) return holdsParameter(operand) ? "maybe" : "yes";
  return holdsParameter(operand) && couldBe(bare(operand), key.expression) ? "maybe" : "no";
}

function holdsParameter(expression: Expression): boolean {
  return expression.kind === "parameter" || partsOf(expression).some(holdsParameter);
}

/** Whether some constants in place of the parameters make an operand equal to a key: `data ->> $1`. */
export function couldBe(operand: Expression, key: Expression): boolean {
  if (operand.kind === "parameter") return columnsIn(key).length === 0;
  const [parts, others] = [partsOf(operand), partsOf(key)];
  if (parts.length === 0 || parts.length !== others.length) return printed(operand) === printed(key);
  return headOf(operand) === headOf(key) && parts.every((part, i) => couldBe(part, others[i]!));
}

/** An expression without its parts. */
function headOf(expression: Expression): string {
  switch (expression.kind) {
    case "operator":
    case "call":
      return `${expression.kind} ${expression.name}`;
    case "cast":
      return formatType(expression.type);
    default:
      return expression.kind;
  }
}

function compared(atom: ExpressionOf<"operator">, key: Key, method: string, types: Types): Answer {
  const { name, left, right, quantifier } = atom;
  if (!left || quantifier === "all") return "no";
  const members = membersCompared(atom);
  if (members) return any(members, (one) => compared(one, key, method, types));
  const ways: [Expression, Expression, string | undefined][] = [[left, right, name]];
  if (!quantifier) ways.push([right, left, COMMUTATORS[name]]);
  return any(ways, ([operand, other, operator]) => {
    const matched = operator === undefined ? "no" : isKey(operand, key);
    if (operator === undefined || matched === "no") return "no";
    const constant = isConstantTo(other);
    if (constant === "no") return "no";
    const [a, b]: [Typed, Typed] = [simplify(operand, types), simplify(other, types)];
    const collation = collationIn(operand) ?? collationIn(other);
    const searchable = isSearchable(method, key.operatorClass, {
      operator,
      other: bare(other),
      isAny: quantifier === "any",
      ...(collation === undefined || collation === "default" ? {} : { collation }),
      ...(key.collation === undefined ? {} : { keyCollation: key.collation }),
    });
    const keeps = COMPARED.has(operator) ? keepsKey(a.type, b.type, quantifier === "any") : "yes";
    return [searchable, keeps, constant, matched].reduce(worst);
  });
}

const COMPARED = new Set(["=", "<", "<=", ">", ">="]);
const RANK: readonly Answer[] = ["no", "maybe", "yes"];

function worst(a: Answer, b: Answer): Answer {
  return RANK[Math.min(RANK.indexOf(a), RANK.indexOf(b))]!;
}

const VOLATILE = new Set(
  "random random_normal clock_timestamp timeofday gen_random_uuid uuid_generate_v4 nextval setval".split(" "),
);
/** Stable or immutable functions that stand beside columns. */
const STABLE =
  /^(?:now|current_\w+|local\w+|lower|upper|coalesce|nullif|greatest|least|btrim|to_json|to_jsonb|jsonb_build_\w+|json_build_\w+|date_trunc|to_timestamp|to_char|timezone|concat|make_interval|format|quote_literal|any|unnest|string_to_array|abs|floor|round|length|replace|left|right|substring|substr)$/;

/** Whether an expression has one value while the table is read. */
export function isConstantTo(other: Expression): Answer {
  if (other.kind === "column") return other.qualifier === undefined ? "no" : "yes";
  if (other.kind === "opaque") return "maybe";
  if (other.kind === "literal") return other.value === null ? "maybe" : "yes";
  const parts = partsOf(other).map(isConstantTo);
  if (parts.includes("no")) return "no";
  if (other.kind === "call") {
    if (VOLATILE.has(other.name)) return "no";
    if (!STABLE.test(other.name)) return "maybe";
  }
  return parts.includes("maybe") ? "maybe" : "yes";
}
