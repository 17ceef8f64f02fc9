import type { ObjectName } from "../changes.js";
import { columnOf } from "./columns.js";
import { addKeyIndex } from "./constraints.js";
import { setIdentity } from "./generated.js";
import { addIndex } from "./indexes.js";
import { addParent } from "./inheritance.js";
import { clonedIndex } from "./like.js";
import { areAlike, validateParents } from "./partitions.js";
import type { Session } from "./session.js";
import { Refusal, type ConstraintState, type IndexState, type Oid, type TableState } from "./state.js";

/** What a partition gets from its table beside columns: indexes with their constraints, and foreign keys. */
export function becomePartition(session: Session, oid: Oid, parentOid: Oid): void {
  const parent = session.tableOf(parentOid);
  adoptIndexes(session, parent, oid);
  for (const constraint of parent.constraints) {
    if (constraint.kind !== "foreign key") continue;
    copyForeignKey(session, oid, constraint);
  }
}

function copyForeignKey(session: Session, oid: Oid, constraint: ConstraintState): void {
  const table = session.tableOf(oid);
  const same = table.constraints.find(
    (there) =>
      there.kind === "foreign key" &&
      there.inherited === 0 &&
      there.references === constraint.references &&
      there.columns.join() === constraint.columns.join() &&
      (there.referenced ?? []).join() === (constraint.referenced ?? []).join(),
  );
  const constraints = same
    ? table.constraints.map((each) => (each === same ? { ...each, inherited: 1, isLocal: false } : each))
    : [
        ...table.constraints,
        { ...constraint, isLocal: false, inherited: 1, name: freeName(table, constraint) },
      ];
  session.state.put<TableState>({ ...table, constraints });
  for (const child of session.state.childrenOf(oid)) copyForeignKey(session, child.oid, constraint);
}

function freeName(table: TableState, { name, columns }: ConstraintState): string {
  const isTaken = (candidate: string) =>
    table.constraints.some((constraint) => constraint.name === candidate);
  if (!isTaken(name)) return name;
  const first = `${table.name}_${columns.join("_")}_fkey`;
  let candidate = first;
  for (let i = 1; isTaken(candidate); i++) candidate = `${first}${i}`;
  return candidate;
}

/** `AttachPartitionEnsureIndexes`: each index of the partitioned table finds or makes its part. */
function adoptIndexes(session: Session, parent: TableState, oid: Oid): void {
  const { state } = session;
  for (const index of state.indexesOf(parent.oid)) {
    const partition = session.tableOf(oid);
    const match = state
      .indexesOf(oid)
      .find(
        (candidate) =>
          candidate.parent === undefined &&
          areAlike(candidate, index) &&
          (index.constraint === undefined || candidate.constraint === index.constraint),
      );
    if (match) attachIndex(session, index, match);
    else if (partition.kind === "foreign") {
      if (index.isUnique) throw new Refusal("refused", `"${partition.name}" is a foreign table`);
    } else {
      const spec = { ...clonedIndex(index), parent: index.oid };
      if (spec.constraint) {
        if (
          spec.constraint === "primary key" &&
          partition.constraints.some(({ kind }) => kind === "primary key")
        )
          throw new Refusal("refused", `multiple primary keys for table "${partition.name}" are not allowed`);
        const child = addKeyIndex(session, oid, spec);
        markInherited(session, child);
      } else addIndex(session, partition, spec);
    }
  }
}

/** Makes an index of a partition a part of the partitioned table's. */
export function attachIndex(session: Session, index: IndexState, part: IndexState): void {
  const attached = session.state.put<IndexState>({ ...part, parent: index.oid });
  if (index.constraint) markInherited(session, attached);
  if (attached.isValid) validateParents(session, attached);
}

function markInherited(session: Session, index: IndexState): void {
  const table = session.tableOf(index.table);
  session.state.put<TableState>({
    ...table,
    constraints: table.constraints.map((constraint) =>
      constraint.index === index.oid ? { ...constraint, inherited: 1, isLocal: false } : constraint,
    ),
  });
}

export function attachPartition(session: Session, parent: TableState, name: ObjectName): void {
  const child = session.requireTable(name);
  if (parent.kind !== "partitioned" && !parent.isAssumed)
    throw new Refusal("refused", `table "${parent.name}" is not partitioned`);
  if (child.isPartition) throw new Refusal("refused", `"${child.name}" is already a partition`);
  if (child.parents.length > 0 || session.state.childrenOf(child.oid).some(({ isPartition }) => !isPartition))
    throw new Refusal("refused", "cannot attach a table of an inheritance tree as partition");
  if (child.ofType !== undefined) throw new Refusal("refused", "cannot attach a typed table as partition");
  const extra = child.columns.find((column) => !columnOf(parent, column.name));
  if (extra && parent.areColumnsKnown)
    throw new Refusal("refused", `table "${child.name}" contains column "${extra.name}" not found in parent`);
  const own = child.columns.find(({ identity }) => identity);
  if (own) throw new Refusal("refused", `table "${child.name}" being attached contains an identity column`);
  addParent(session, parent, child.oid);
  session.state.put<TableState>({
    ...session.tableOf(child.oid),
    isPartition: true,
  });
  for (const { name: column, identity } of parent.columns) {
    if (identity) setIdentity(session, child.oid, column, identity);
  }
  becomePartition(session, child.oid, parent.oid);
}
