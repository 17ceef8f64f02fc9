import type { Expression } from "../expression.js";
import { simplify } from "../expressions/index.js";
import { columnsIn } from "../parts.js";
import { derivedFrom, isEquality, labelled } from "./equalities.js";
import { typesOf, type Types } from "./match.js";
import { mapColumns, type Reference, type ResolvedCondition, type ResolvedQuery } from "./resolve.js";

/** The conditions of a query as one of its tables sees them: its own columns have no qualifier. */
export interface View {
  reference: Reference;
  types: Types;
  own: Own[];
  /** Comparisons with constants and with other tables that follow from equalities of the query. */
  derived: readonly Expression[];
  /** All that the table's rows are asked for. */
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
  const equalities = derivedFrom(conditions, typesAt());
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
    const derived = equalities
      .filter(
        ({ left, right }) => isOf(left, id) && !columnsIn(right).some(({ qualifier }) => qualifier === id),
      )
      .map((equality) => seenBy(id, equality));
    // What stands above an outer join is not asked of the rows that it fills up.
    const asked = own.filter(({ resolved }) => !reference.isNullable || resolved.restricts);
    const conjuncts = [...asked.map(({ expression }) => expression), ...derived];
    return { reference, types, own, derived, conjuncts, isOpen };
  });
}

const isOf = (side: Expression, id: string): boolean =>
  columnsIn(side).every(({ qualifier }) => qualifier === id);

function concerns({ restricts }: ResolvedCondition, id: string): boolean {
  return !restricts || restricts.some((other) => id === other || id.startsWith(`${other}.`));
}

/** `${conditions}` or `${a} OR ${b}`, as written: a variable of a function's body has no columns in it. */
function isPutIn(expression: Expression): boolean {
  if (expression.kind === "boolean") return expression.operator !== "not" && expression.args.every(isPutIn);
  return expression.kind === "parameter";
}

/** The expression as a reference sees it: its own columns have no qualifier. */
export function seenBy(id: string, expression: Expression): Expression {
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
