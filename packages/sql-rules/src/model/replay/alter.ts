import type { AlterTable, ColumnSpec, TableAction } from "../changes.js";
import { addConstraint, addNotNull } from "./constraints.js";
import { columnOf, MAX_COLUMNS, newColumn, requireColumn, setDefault, withColumn } from "./columns.js";
import { changeIdentity, dropExpression, setIdentity } from "./generated.js";
import { alterForeignKeys, dropConstraint, validateConstraint } from "./alter-constraints.js";
import { dropColumn } from "./drop.js";
import { attachPartition } from "./attach.js";
import { addParent, removeParent, requireSameType } from "./inheritance.js";
import { retypeColumn } from "./retype.js";
import { withoutDuplicates } from "./tables.js";
import { missing, type Session } from "./session.js";
import { Refusal, type ColumnState, type Oid, type TableState } from "./state.js";

/** PostgreSQL works through one ALTER TABLE in passes, whatever the order written (`AlterTablePass`). */
const PASSES: Readonly<Record<string, number>> = {
  "drop column": 0,
  "drop constraint": 0,
  "drop not null": 0,
  "drop expression": 0,
  "drop identity": 0,
  "retype column": 1,
  "add column": 2,
  "set expression": 3,
  "set not null": 4,
  "set identity": 4,
  "add identity": 6,
};
const MISCELLANEOUS = 7;

function passOf(action: TableAction): number {
  if (action.kind === "default") return action.expression ? 6 : 0;
  if (action.kind !== "add constraint") return PASSES[action.kind] ?? MISCELLANEOUS;
  const { kind } = action.constraint;
  return kind === "not null" ? 4 : kind === "check" || kind === "foreign key" ? 6 : 5;
}

export function alterTable(session: Session, change: AlterTable): void {
  const { name, ifExists, only = false } = change;
  const found = session.find(name);
  if (!found && ifExists) return;
  if (!found) session.refuseGone(name);
  if (found && !("columns" in found)) {
    alterOther(session, found.oid, change);
    return;
  }
  const table = session.requireTable(name);
  checkKind(table, change);
  const actions = expanded(change.actions, table).sort((a, b) => passOf(a) - passOf(b));
  for (const action of actions) act(session, table.oid, action, only);
}

/** ALTER TABLE takes every relation; the others only their own. */
function checkKind({ kind, name, isAssumed }: TableState, { object }: AlterTable): void {
  if (isAssumed || object === "table") return;
  const isOwn =
    object === "foreign table" ? kind === "foreign" : object === "index" ? false : object === kind;
  if (!isOwn) throw new Refusal("refused", `"${name}" is not a ${object}`);
}

/** Indexes and sequences have no part that is altered here, but what they are called by decides. */
function alterOther(session: Session, oid: Oid, { object, name, actions }: AlterTable): void {
  const kind = session.state.get(oid)?.kind;
  if (object !== "table" && object !== kind)
    throw new Refusal("refused", `"${name.name}" is not a ${object}`);
  if (actions.some(({ kind: action }) => action !== "persistence"))
    throw new Refusal("refused", `"${name.name}" is not a table`);
}

/** A column's constraints are actions of their own, in later passes. */
function expanded(actions: readonly TableAction[], table: TableState): TableAction[] {
  return actions.flatMap((action): TableAction[] => {
    if (action.kind !== "add column") return [action];
    if (action.ifNotExists && columnOf(table, action.column.name)) return [];
    const { constraints } = action.column;
    const others = constraints.filter(({ kind }) => kind === "check" || kind === "foreign key");
    return [
      action,
      ...[...withoutDuplicates(constraints), ...others].map((constraint): TableAction => ({
        kind: "add constraint",
        constraint,
      })),
    ];
  });
}

function act(session: Session, oid: Oid, action: TableAction, only: boolean): void {
  const table = session.tableOf(oid);
  switch (action.kind) {
    case "add column":
      addColumn(session, oid, action.column, only);
      break;
    case "drop column":
      dropColumn(session, table, action, only);
      break;
    case "retype column":
      retypeColumn(session, oid, action, only);
      break;
    case "set not null":
      addNotNull(session, oid, { columns: [action.column] }, { only });
      break;
    case "drop not null":
      dropNotNull(session, oid, action.column, only);
      break;
    case "default":
      eachColumn(session, oid, action.column, only, (column) => {
        if (column.generated || column.identity)
          throw new Refusal("refused", `column "${column.name}" is generated or an identity column`);
        const changed = { ...column };
        setDefault(session, changed, action.expression);
        return changed;
      });
      break;
    case "set expression":
      eachColumn(session, oid, action.column, only, (column) => {
        if (!column.generated)
          throw new Refusal("refused", `column "${column.name}" is not a generated column`);
        return { ...column, generated: { ...column.generated, expression: action.expression } };
      });
      break;
    case "drop expression":
      dropExpression(session, oid, action.column, action.ifExists === true, only);
      break;
    case "add identity":
    case "set identity":
    case "drop identity":
      changeIdentity(session, table, action);
      break;
    case "add constraint":
      addConstraint(session, oid, action.constraint, { only });
      break;
    case "drop constraint":
      dropConstraint(session, table, action, only);
      break;
    case "validate constraint":
      validateConstraint(session, table, action.constraint);
      break;
    case "alter constraint":
      alterForeignKeys(session, table, action);
      break;
    default:
      actOnWhole(session, table, action);
  }
}

type WholeAction = Extract<
  TableAction,
  {
    kind:
      | "attach partition"
      | "detach partition"
      | "inherit"
      | "no inherit"
      | "of type"
      | "not of type"
      | "persistence";
  }
>;

function actOnWhole(session: Session, table: TableState, action: WholeAction): void {
  switch (action.kind) {
    case "attach partition":
      attachPartition(session, table, action.partition);
      break;
    case "detach partition":
      detach(session, table, session.requireTable(action.partition));
      break;
    case "inherit":
      addInheritance(session, table, session.requireTable(action.parent));
      break;
    case "no inherit":
      if (table.isPartition) throw new Refusal("refused", "cannot change inheritance of a partition");
      removeParent(session, session.requireTable(action.parent), table.oid);
      break;
    case "of type": {
      const type = session.findType(action.type);
      if (!type) throw missing("type", action.type);
      session.state.put<TableState>({ ...table, ofType: type.oid });
      break;
    }
    case "not of type": {
      if (table.ofType === undefined) throw new Refusal("refused", `"${table.name}" is not a typed table`);
      session.state.put<TableState>({ ...table, ofType: undefined });
      break;
    }
    case "persistence":
      setPersistence(session, table, action.persistence);
      break;
  }
}

function detach(session: Session, table: TableState, partition: TableState): void {
  if (!partition.isPartition || !partition.parents.includes(table.oid))
    throw new Refusal(
      "missing",
      `relation "${partition.name}" is not a partition of relation "${table.name}"`,
    );
  removeParent(session, table, partition.oid);
  for (const { name, identity } of partition.columns) {
    if (identity) setIdentity(session, partition.oid, name, undefined);
  }
}

function addInheritance(session: Session, table: TableState, parent: TableState): void {
  if (table.isPartition || table.kind === "partitioned" || table.ofType !== undefined)
    throw new Refusal("refused", `cannot change inheritance of "${table.name}"`);
  if (parent.kind === "partitioned" || parent.isPartition)
    throw new Refusal("refused", `cannot inherit from "${parent.name}"`);
  addParent(session, parent, table.oid);
}

function setPersistence(session: Session, table: TableState, persistence: "permanent" | "unlogged"): void {
  if (table.persistence === "temporary")
    throw new Refusal(
      "refused",
      `cannot change logged status of table "${table.name}" because it is temporary`,
    );
  // Foreign keys of logged tables may not lead to unlogged ones, and the other way round.
  const others =
    persistence === "unlogged"
      ? session.state.referrers(table.oid).filter((object) => "columns" in object && object.oid !== table.oid)
      : table.constraints.flatMap(({ references }) => session.state.table(references) ?? []);
  const isBound = others.some(
    (other) =>
      "persistence" in other &&
      other.oid !== table.oid &&
      other.persistence !== persistence &&
      (persistence === "permanent" ||
        ("constraints" in other && other.constraints.some(({ references }) => references === table.oid))),
  );
  if (isBound)
    throw new Refusal("refused", `could not change table "${table.name}": a foreign key stands in the way`);
  session.state.put<TableState>({ ...table, persistence });
}

// ── Columns ──

function addColumn(session: Session, oid: Oid, spec: ColumnSpec, only: boolean): void {
  const table = session.tableOf(oid);
  if (table.isPartition) throw new Refusal("refused", "cannot add column to a partition");
  if (table.ofType !== undefined) throw new Refusal("refused", "cannot add column to typed table");
  if (table.kind === "view" || table.kind === "materialized view")
    throw new Refusal("refused", `"${table.name}" is not a table`);
  if (columnOf(table, spec.name))
    throw new Refusal("exists", `column "${spec.name}" of relation "${table.name}" already exists`);
  if (table.columns.length >= MAX_COLUMNS)
    throw new Refusal("refused", `tables can have at most ${MAX_COLUMNS} columns`);
  const column = newColumn(session, table, spec);
  session.state.put<TableState>({ ...session.tableOf(oid), columns: [...table.columns, column] });
  const children = session.state.childrenOf(oid);
  if (only && children.length > 0) throw new Refusal("refused", "column must be added to child tables too");
  if (column.identity && children.length > 0 && table.kind !== "partitioned")
    throw new Refusal("refused", "cannot recursively add identity column to table that has child tables");
  const noInherit = spec.constraints.some((each) => each.kind === "not null" && each.noInherit);
  for (const child of children) inheritColumn(session, child.oid, column, noInherit);
}

function inheritColumn(session: Session, oid: Oid, column: ColumnState, noInherit: boolean): void {
  const table = session.tableOf(oid);
  const there = columnOf(table, column.name);
  const { identity } = column;
  if (there) {
    requireSameType(there, column);
    session.state.put(
      withColumn(table, column.name, (own) => ({
        ...own,
        inherited: own.inherited + 1,
        notNull: own.notNull || (column.notNull && !noInherit),
      })),
    );
    return;
  }
  const inherited: ColumnState = {
    ...column,
    identity: table.isPartition ? identity : undefined,
    inherited: 1,
    isLocal: false,
    isNotNullLocal: false,
  };
  if (noInherit) inherited.notNull = false;
  session.state.put<TableState>({ ...table, columns: [...table.columns, inherited] });
  for (const child of session.state.childrenOf(oid)) inheritColumn(session, child.oid, column, noInherit);
}

/** Changes a column in a table and, unless ONLY stands there, in its children. */
function eachColumn(
  session: Session,
  oid: Oid,
  name: string,
  only: boolean,
  change: (column: ColumnState) => ColumnState,
): void {
  for (const one of [oid, ...(only ? [] : session.state.inheritorsOf(oid).keys())]) {
    const table = session.tableOf(one);
    requireColumn(table, name);
    session.state.put(withColumn(table, name, change));
  }
}

/** Whether one of a table's parents says that a column is not null. */
function isNotNullAbove(session: Session, { parents }: TableState, name: string): boolean {
  return parents.some((parent) => columnOf(session.tableOf(parent), name)?.notNull === true);
}

function dropNotNull(session: Session, oid: Oid, name: string, only: boolean): void {
  const table = session.tableOf(oid);
  const column = requireColumn(table, name);
  if (!column?.notNull) return;
  if (column.identity) throw new Refusal("refused", `column "${name}" is an identity column`);
  const isKey = table.constraints.some(
    ({ kind, columns }) => kind === "primary key" && columns.includes(name),
  );
  if (isKey) throw new Refusal("refused", `column "${name}" is in a primary key`);
  if (isNotNullAbove(session, table, name))
    throw new Refusal("refused", `cannot drop inherited constraint of column "${name}"`);
  const children = session.state.childrenOf(oid);
  if (only && children.length > 0 && table.kind === "partitioned")
    throw new Refusal(
      "refused",
      "cannot remove constraint from only the partitioned table when partitions exist",
    );
  const cleared = withColumn(table, name, (each) => ({
    ...each,
    notNullName: undefined,
    notNull: false,
    isNotNullLocal: false,
  }));
  session.state.put(cleared);
  for (const child of children) {
    const there = columnOf(session.tableOf(child.oid), name);
    if (!there || there.isNotNullLocal || isNotNullAbove(session, child, name)) continue;
    if (only)
      session.state.put(
        withColumn(session.tableOf(child.oid), name, (own) => ({ ...own, isNotNullLocal: true })),
      );
    else dropNotNull(session, child.oid, name, false);
  }
}
