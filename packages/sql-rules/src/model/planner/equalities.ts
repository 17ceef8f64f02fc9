import type { Expression, ExpressionOf } from "../expression.js";
import { printed, simplify } from "../expressions/index.js";
import { columnsIn } from "../parts.js";
import { isConstantTo, type Types } from "./match.js";
import { mapColumns, type ResolvedCondition } from "./resolve.js";

type Equality = ExpressionOf<"operator"> & { left: Expression };

export function isEquality(expression: Expression): expression is Equality {
  return (
    expression.kind === "operator" && expression.name === "=" && !expression.quantifier && !!expression.left
  );
}

const labels = new WeakMap<Expression, string>();

/** As `printed`, with the qualifiers of columns. */
export function labelled(expression: Expression): string {
  let label = labels.get(expression);
  if (label === undefined) labels.set(expression, (label = labelOf(expression)));
  return label;
}

function labelOf(expression: Expression): string {
  return printed(
    mapColumns(expression, (column) => ({ ...column, name: `${column.qualifier ?? ""}.${column.name}` })),
  );
}

/** Sides that a query's equalities make one, by how they are labelled. */
type Class = Map<string, Expression>;

/** A class of more sides is not gone through in pairs. */
const MAX_SIDES = 16;

/**
 * What follows from the equalities of a query: `a = 'v'` for each a that they tie to a constant, and `a = b` for what
 * they tie to each other (`generate_base_implied_equalities`, `generate_join_implied_equalities`). The condition of an
 * outer join ties nothing, but it hands a constant on to the side it restricts (`reconsider_outer_join_clauses`).
 */
export function derivedFrom(conditions: readonly ResolvedCondition[], types: Types): Equality[] {
  const known = conditions.filter(({ isUnknown }) => !isUnknown);
  const equalitiesOf = ({ expression }: ResolvedCondition) =>
    armsOf(simplify(expression, types).expression).filter(isEquality);
  const equalities = known.filter(({ restricts }) => !restricts).flatMap(equalitiesOf);
  const given = new Set(
    equalities.flatMap(({ left, right }) =>
      isFixed(left) ? [labelled(right)] : isFixed(right) ? [labelled(left)] : [],
    ),
  );
  const classes = classesOf(equalities);
  const tied = [...new Set(classes.values())].flatMap((one): Equality[] => {
    const sides = [...one.values()];
    const [left, right] = [(side: Expression) => under(collationIn(sides), side), constantIn(one)];
    if (right) {
      // Of two constants one is compared with all the others, in place of what was written.
      const isOnly = sides.filter(isFixed).length === 1;
      const free = sides.filter((side) => !isFixed(side) && !(isOnly && given.has(labelled(side))));
      return free.map((side) => equality(left(side), right));
    }
    if (sides.length > MAX_SIDES || sides.some(isFixed)) return [];
    return sides.flatMap((side) =>
      sides.filter((other) => other !== side).map((other) => equality(left(side), other)),
    );
  });
  const handedOn = known.flatMap((condition): Equality[] => {
    const { restricts } = condition;
    if (!restricts || restricts.length === 0) return [];
    return equalitiesOf(condition).flatMap(({ left, right }) =>
      [[left, right] as const, [right, left] as const].flatMap(([outer, inner]) => {
        const one = classes.get(labelled(outer));
        const constant = constantIn(one);
        const isInner = columnsIn(inner).every(({ qualifier = "" }) => restricts.includes(qualifier));
        const collation = collationIn([outer, inner, ...(one?.values() ?? [])]);
        return constant && isInner ? [equality(under(collation, inner), constant)] : [];
      }),
    );
  });
  return [...tied, ...handedOn];
}

/** Each side with the class it is in; sides that are equal share one. */
function classesOf(equalities: readonly Equality[]): ReadonlyMap<string, Class> {
  const classes = new Map<string, Class>();
  for (const { left, right } of equalities) {
    let [large, small] = [left, right].map((side) => {
      const key = labelled(side);
      let own = classes.get(key);
      if (!own) classes.set(key, (own = new Map([[key, side]])));
      return own;
    }) as [Class, Class];
    if (large === small) continue;
    if (large.size < small.size) [large, small] = [small, large];
    for (const [key, side] of small) {
      large.set(key, side);
      classes.set(key, large);
    }
  }
  return classes;
}

/** The constant of a class that the others are compared with: one that is written out before one that is worked out. */
function constantIn(one: Class | undefined): Expression | undefined {
  const fixed = [...(one?.values() ?? [])].filter(isFixed);
  const constant =
    fixed.find(({ kind }) => kind === "literal") ?? (fixed.length === 1 ? fixed[0] : undefined);
  return constant && isConstantTo(constant) === "yes" ? constant : undefined;
}

/** What is compared under a collation is so with all the others, too. */
function collationIn(sides: readonly Expression[]): string | undefined {
  return sides.find((side) => side.kind === "collate")?.collation;
}

const equality = (left: Expression, right: Expression): Equality => ({
  kind: "operator",
  name: "=",
  left,
  right,
});

function under(collation: string | undefined, side: Expression): Expression {
  return collation === undefined || side.kind === "collate"
    ? side
    : { kind: "collate", arg: side, collation };
}

function isFixed(side: Expression): boolean {
  return columnsIn(side).length === 0;
}

function armsOf(expression: Expression): readonly Expression[] {
  return expression.kind === "boolean" && expression.operator === "and" ? expression.args : [expression];
}

/**
 * What is derived from an equality among others: the comparison of either side with a constant, or of another column
 * with the side that is another table's.
 */
export function impliedBy(expression: Expression, derived: readonly Expression[]): Expression[] {
  if (derived.length === 0 || !isEquality(expression)) return [];
  const sides = [labelled(expression.left), labelled(expression.right)];
  return derived.filter(
    (one) => isEquality(one) && sides.includes(labelled(isFixed(one.right) ? one.left : one.right)),
  );
}
