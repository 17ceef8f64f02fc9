import { canonical } from "../expressions/index.js";
import { columnOf } from "./columns.js";
import { mergeOrPut } from "./constraints.js";
import type { Session } from "./session.js";
import {
  Refusal,
  type ColumnState,
  type ConstraintState,
  type IndexState,
  type Oid,
  type TableState,
} from "./state.js";

/** `MergeAttributes`: the columns and checks a new table has from its parents. */
export function inheritColumns(
  session: Session,
  oid: Oid,
  parents: readonly Oid[],
  isPartition: boolean,
): void {
  for (const parentOid of parents) {
    const parent = session.tableOf(parentOid);
    checkParent(session.tableOf(oid), parent, isPartition);
    const table = session.tableOf(oid);
    if (table.parents.includes(parent.oid))
      throw new Refusal("refused", `relation "${parent.name}" would be inherited from more than once`);
    session.state.put<TableState>({
      ...table,
      columns: mergeColumns(session, table.columns, parent.columns, isPartition),
      parents: [...table.parents, parent.oid],
      isPartition,
      ...(!parent.areColumnsKnown && {
        areColumnsKnown: false,
        doubt: `its columns come from ${parent.name}, which nothing here creates`,
      }),
    });
    for (const constraint of parent.constraints) {
      if (constraint.kind !== "check" || constraint.noInherit) continue;
      mergeOrPut(
        session,
        oid,
        { ...constraint, isLocal: false, inherited: 1, isValid: constraint.isEnforced },
        true,
      );
    }
  }
}

function checkParent(child: TableState, parent: TableState, isPartition: boolean): void {
  const isPartitioned = parent.kind === "partitioned" || parent.isAssumed;
  if (isPartition && !isPartitioned) throw new Refusal("refused", `"${parent.name}" is not partitioned`);
  if (!isPartition && (parent.kind === "partitioned" || parent.isPartition))
    throw new Refusal("refused", `cannot inherit from partitioned table or partition "${parent.name}"`);
  if (parent.kind === "view" || parent.kind === "materialized view")
    throw new Refusal("refused", `inherited relation "${parent.name}" is not a table`);
  const isTemporary = parent.persistence === "temporary";
  if (isTemporary !== (child.persistence === "temporary") && (isTemporary || isPartition))
    throw new Refusal("refused", `cannot inherit from temporary relation "${parent.name}"`);
}

function mergeColumns(
  session: Session,
  columns: readonly ColumnState[],
  inherited: readonly ColumnState[],
  isPartition: boolean,
): ColumnState[] {
  const merged = [...columns];
  for (const column of inherited) {
    const at = merged.findIndex(({ name }) => name === column.name);
    const there = merged[at];
    if (!there) {
      merged.push({
        ...column,
        doubt: undefined,
        identity: isPartition ? column.identity : undefined,
        inherited: 1,
        isLocal: false,
        isNotNullLocal: false,
        origin: session.place,
      });
    } else {
      requireSameType(there, column);
      merged[at] = {
        ...there,
        inherited: there.inherited + 1,
        notNull: there.notNull || column.notNull,
        ...mergedDefault(there, column),
      };
    }
  }
  return merged;
}

/** The first parent's default stands. */
function mergedDefault(there: ColumnState, column: ColumnState): Partial<ColumnState> {
  if (!there.default && there.sequence === undefined) {
    return { default: column.default, sequence: column.sequence };
  }
  return {};
}

export function requireSameType(a: ColumnState, b: ColumnState): void {
  const key = ({ type, generated }: ColumnState) =>
    JSON.stringify([
      type.schema ?? "",
      type.name,
      type.modifiers,
      type.dimensions > 0,
      generated?.kind ?? "",
    ]);
  if (key(a) !== key(b)) throw new Refusal("refused", `column "${a.name}" has a type conflict`);
}

/** `CreateInheritance`: the child must have the parent's columns and checks already. */
export function addParent(session: Session, parent: TableState, oid: Oid): void {
  const child = session.tableOf(oid);
  if (child.parents.includes(parent.oid))
    throw new Refusal("refused", `relation "${parent.name}" would be inherited from more than once`);
  if (isBelow(session, parent, oid)) throw new Refusal("refused", "circular inheritance not allowed");
  let columns = child.columns;
  for (const column of parent.columns) {
    const there = columnOf(child, column.name);
    if (!there) {
      if (!child.areColumnsKnown) continue;
      throw new Refusal("refused", `child table is missing column "${column.name}"`);
    }
    requireSameType(there, column);
    if (column.notNull && !there.notNull)
      throw new Refusal("refused", `column "${column.name}" in child table must be marked NOT NULL`);
    const isPartition = parent.kind === "partitioned";
    columns = columns.map((each) =>
      each === there
        ? { ...each, inherited: each.inherited + 1, isLocal: each.isLocal && !isPartition }
        : each,
    );
  }
  const constraints = inheritedChecks(parent, child);
  session.state.put<TableState>({ ...child, columns, constraints, parents: [...child.parents, parent.oid] });
}

function inheritedChecks(parent: TableState, child: TableState): ConstraintState[] {
  let constraints = [...child.constraints];
  for (const check of parent.constraints) {
    if (check.kind !== "check" || check.noInherit) continue;
    const there = constraints.find(({ name, kind }) => name === check.name && kind === "check");
    const isSame =
      there?.expression && check.expression && canonical(there.expression) === canonical(check.expression);
    if (!isSame || there.noInherit || (!there.isValid && check.isValid))
      throw new Refusal("refused", `child table is missing constraint "${check.name}"`);
    const isPartition = parent.kind === "partitioned";
    constraints = constraints.map((each) =>
      each === there
        ? { ...each, inherited: each.inherited + 1, isLocal: each.isLocal && !isPartition }
        : each,
    );
  }
  return constraints;
}

function isBelow(session: Session, table: TableState, oid: Oid): boolean {
  return table.oid === oid || table.parents.some((parent) => isBelow(session, session.tableOf(parent), oid));
}

export function removeParent(session: Session, parent: TableState, oid: Oid): void {
  const child = session.tableOf(oid);
  if (!child.parents.includes(parent.oid))
    throw new Refusal("missing", `relation "${parent.name}" is not a parent of relation "${child.name}"`);
  const less = <T extends { inherited: number; isLocal: boolean }>(item: T): T =>
    item.inherited > 0 ? { ...item, inherited: item.inherited - 1, isLocal: true } : item;
  session.state.put<TableState>({
    ...child,
    parents: child.parents.filter((each) => each !== parent.oid),
    isPartition: false,
    columns: child.columns.map((column) => {
      if (!columnOf(parent, column.name)) return column;
      const { notNull, isNotNullLocal } = column;
      return { ...less(column), isNotNullLocal: isNotNullLocal || notNull };
    }),
    constraints: child.constraints.map((constraint) => {
      const isParents =
        constraint.kind === "check"
          ? parent.constraints.some(({ name, noInherit }) => name === constraint.name && !noInherit)
          : child.isPartition;
      return isParents ? less(constraint) : constraint;
    }),
  });
  if (!child.isPartition) return;
  for (const index of session.state.indexesOf(oid)) {
    const isOfParent = session.state.index(index.parent)?.table === parent.oid;
    if (!isOfParent) continue;
    session.state.put<IndexState>({ ...index, parent: undefined });
  }
}
