import type { Expression, ExpressionOf } from "../expression.js";
import { printed, simplify } from "../expressions/index.js";
import { columnsIn } from "../parts.js";
import { isConstantTo, typesOf, type Types } from "./match.js";
import { mapColumns, type Reference, type ResolvedCondition, type ResolvedQuery } from "./resolve.js";

/** The conditions of a query as one of its tables sees them: its own columns have no qualifier. */
export interface View {
  reference: Reference;
  types: Types;
  own: Own[];
  /** Comparisons with constants that follow from equalities of the query. */
  derived: readonly Expression[];
  /** All of them. */
  conjuncts: readonly Expression[];
  /** A whole condition is put in at run time: it may find the table's rows, whatever the others do. */
  isOpen: boolean;
}

export interface Own {
  resolved: ResolvedCondition;
  expression: Expression;
}

/** The views of all tables of a query. */
export function viewsOf({ references, conditions }: ResolvedQuery): View[] {
  const typesAt =
    (id?: string): Types =>
    (column) => {
      const reference = references.get(column.qualifier ?? id ?? "");
      return reference && typesOf(reference.table)(column);
    };
  const constants = constantsOf(conditions, typesAt());
  const touching = new Map<string, ResolvedCondition[]>();
  for (const condition of conditions) {
    for (const id of new Set(columnsIn(condition.expression).map(({ qualifier = "" }) => qualifier))) {
      const list = touching.get(id);
      if (list) list.push(condition);
      else touching.set(id, [condition]);
    }
  }
  const putIn = conditions.filter(({ condition }) => isPutIn(condition.expression));
  return [...references.values()].map((reference): View => {
    const { id } = reference;
    const types = typesAt(id);
    const isOpen = putIn.some((condition) => concerns(condition, id));
    const own = (touching.get(id) ?? []).flatMap((resolved): Own[] => {
      if (!concerns(resolved, id)) return [];
      const { expression } = simplify(seenBy(id, resolved.expression), types);
      return [{ resolved, expression: withoutIdentity(expression) }];
    });
    const derived = constants
      .filter(({ left }) => columnsIn(left).every(({ qualifier }) => qualifier === id))
      .map((constant) => seenBy(id, constant));
    const conjuncts = [...own.map(({ expression }) => expression), ...derived];
    return { reference, types, own, derived, conjuncts, isOpen };
  });
}

function concerns({ restricts }: ResolvedCondition, id: string): boolean {
  return !restricts || restricts.some((other) => id === other || id.startsWith(`${other}.`));
}

/** `${conditions}` or `${a} OR ${b}`, as written: a variable of a function's body has no columns in it. */
function isPutIn(expression: Expression): boolean {
  if (expression.kind === "boolean") return expression.operator !== "not" && expression.args.every(isPutIn);
  return expression.kind === "parameter";
}

function seenBy(id: string, expression: Expression): Expression {
  return mapColumns(expression, (column) => {
    if (column.qualifier !== id) return column;
    const { qualifier: _qualifier, ...rest } = column;
    return rest;
  });
}

/** `x = x` says no more than that x is not null (`process_equivalence`). */
function withoutIdentity(expression: Expression): Expression {
  if (expression.kind === "boolean" && expression.operator === "and") {
    return { ...expression, args: expression.args.map(withoutIdentity) };
  }
  if (!isEquality(expression)) return expression;
  const { left, right } = expression;
  const isSame = labelled(left) === labelled(right) && columnsIn(left).length > 0;
  return isSame ? { kind: "nullTest", isNull: false, arg: left } : expression;
}

type Equality = ExpressionOf<"operator"> & { left: Expression };

function isEquality(expression: Expression): expression is Equality {
  return (
    expression.kind === "operator" && expression.name === "=" && !expression.quantifier && !!expression.left
  );
}

const labels = new WeakMap<Expression, string>();

/** As `printed`, with the qualifiers of columns. */
function labelled(expression: Expression): string {
  let label = labels.get(expression);
  if (label === undefined) labels.set(expression, (label = labelOf(expression)));
  return label;
}

function labelOf(expression: Expression): string {
  return printed(
    mapColumns(expression, (column) => ({ ...column, name: `${column.qualifier ?? ""}.${column.name}` })),
  );
}

/**
 * `a = 'v'` for each a that equalities of the query tie to a constant: PostgreSQL derives these, and plans with them
 * (`generate_base_implied_equalities`). Join conditions of outer joins tie nothing.
 */
function constantsOf(conditions: readonly ResolvedCondition[], types: Types): Equality[] {
  const equalities = conditions
    .filter(({ restricts, isUnknown }) => !restricts && !isUnknown)
    .flatMap(({ expression }) => armsOf(simplify(expression, types).expression))
    .filter(isEquality);
  // Each side with all it is equal to; sides that are equal share one map.
  const classes = new Map<string, Map<string, Expression>>();
  const given = new Set<string>();
  for (const { left, right } of equalities) {
    if (isFixed(left) || isFixed(right)) given.add(labelled(isFixed(left) ? right : left));
    let [large, small] = [left, right].map((side) => {
      const key = labelled(side);
      let own = classes.get(key);
      if (!own) classes.set(key, (own = new Map([[key, side]])));
      return own;
    }) as [Map<string, Expression>, Map<string, Expression>];
    if (large === small) continue;
    if (large.size < small.size) [large, small] = [small, large];
    for (const [key, side] of small) {
      large.set(key, side);
      classes.set(key, large);
    }
  }
  return [...new Set(classes.values())].flatMap((one): Equality[] => {
    const members = [...one.values()];
    const [constant, ...more] = members.filter(isFixed);
    if (!constant || more.length > 0 || isConstantTo(constant) !== "yes") return [];
    return members
      .filter((side) => side !== constant && !given.has(labelled(side)))
      .map((left) => ({ kind: "operator", name: "=", left, right: constant }));
  });
}

function isFixed(side: Expression): boolean {
  return columnsIn(side).length === 0;
}

function armsOf(expression: Expression): readonly Expression[] {
  return expression.kind === "boolean" && expression.operator === "and" ? expression.args : [expression];
}

/** What is derived from an equality among others: the comparison of either side with a constant. */
export function impliedBy(expression: Expression, derived: readonly Expression[]): Expression[] {
  if (derived.length === 0 || !isEquality(expression)) return [];
  const sides = [labelled(expression.left), labelled(expression.right)];
  return derived.filter((one) => isEquality(one) && sides.includes(labelled(one.left)));
}
