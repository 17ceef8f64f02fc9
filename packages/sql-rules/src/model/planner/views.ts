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
  return [...references.values()].map((reference): View => {
    const { id } = reference;
    const types = typesAt(id);
    const own = conditions.flatMap((resolved): Own[] => {
      const { restricts, expression } = resolved;
      if (restricts && !restricts.some((other) => id === other || id.startsWith(`${other}.`))) return [];
      if (!columnsIn(expression).some(({ qualifier }) => qualifier === id)) return [];
      return [{ resolved, expression: withoutIdentity(simplify(seenBy(id, expression), types).expression) }];
    });
    const derived = constants
      .filter(({ left }) => columnsIn(left).every(({ qualifier }) => qualifier === id))
      .map((constant) => seenBy(id, constant));
    return { reference, types, own, derived };
  });
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

/** As `printed`, with the qualifiers of columns. */
function labelled(expression: Expression): string {
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
  const classes: Map<string, Expression>[] = [];
  for (const { left, right } of equalities) {
    const sides = new Map([left, right].map((side) => [labelled(side), side]));
    const touched = classes.filter((one) => [...sides.keys()].some((key) => one.has(key)));
    const merged = new Map([...sides, ...touched.flatMap((one) => [...one])]);
    for (const one of touched) classes.splice(classes.indexOf(one), 1);
    classes.push(merged);
  }
  return classes.flatMap((one): Equality[] => {
    const isFixed = (side: Expression) => columnsIn(side).length === 0;
    const members = [...one.values()];
    const [constant, ...more] = members.filter(isFixed);
    if (!constant || more.length > 0 || members.length < 3 || isConstantTo(constant) !== "yes") return [];
    return members
      .filter((side) => !isFixed(side))
      .map((left) => ({ kind: "operator", name: "=", left, right: constant }));
  });
}

function armsOf(expression: Expression): readonly Expression[] {
  return expression.kind === "boolean" && expression.operator === "and" ? expression.args : [expression];
}

/** What is derived from an equality among others: the comparison of either side with a constant. */
export function impliedBy(expression: Expression, derived: readonly Expression[]): Expression[] {
  if (derived.length === 0 || !isEquality(expression)) return [];
  const sides = new Set([labelled(expression.left), labelled(expression.right)]);
  return derived.filter((one) => isEquality(one) && sides.has(labelled(one.left)));
}
