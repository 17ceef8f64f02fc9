import { canonical } from "../expressions/index.js";
import { familyOf } from "./opclasses.js";
import type { Session } from "./session.js";
import type { IndexState, TableState } from "./state.js";

/** The partitions right below a partitioned table, oldest first. */
export function partitionsOf({ state }: Session, table: TableState): TableState[] {
  return state.childrenOf(table.oid).filter(({ isPartition }) => isPartition);
}

/** An index of the partition that can take part in the partitioned table's (`CompareIndexInfo`). */
export function matchingIndex(
  { state }: Session,
  parent: IndexState,
  partition: TableState,
): IndexState | undefined {
  return state
    .indexesOf(partition.oid)
    .find((index) => index.parent === undefined && areAlike(index, parent));
}

/** True if two indexes, of tables with the same columns, hold the same. */
export function areAlike(a: IndexState, b: IndexState): boolean {
  return shapeOf(a) === shapeOf(b);
}

function shapeOf(index: IndexState): string {
  const keys = index.keys.map((key) => [
    canonical(key.expression),
    familyOf(index.method, key.operatorClass ?? ""),
    key.collation ?? "",
  ]);
  return JSON.stringify([
    index.method,
    index.isUnique,
    index.nullsNotDistinct,
    keys,
    index.include,
    index.predicate ? canonical(index.predicate) : "",
    index.constraint === "exclude",
  ]);
}

/** After a part became valid: is the index of the partitioned table whole now? (`validatePartitionedIndex`) */
export function validateParents(session: Session, part: IndexState): void {
  const { state } = session;
  const parent = state.index(part.parent);
  const table = state.table(parent?.table);
  if (!parent || !table || parent.isValid) return;
  const parts = state
    .referrers(parent.oid)
    .filter((object): object is IndexState => object.kind === "index" && object.parent === parent.oid);
  if (parts.filter(({ isValid }) => isValid).length < partitionsOf(session, table).length) return;
  validateParents(session, state.put({ ...parent, isValid: true }));
}
