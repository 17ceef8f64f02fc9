import type { DroppedIndex } from "../catalog.js";
import { endPolicies } from "./bodies.js";
import { withColumn } from "./columns.js";
import { uses } from "./expressions.js";
import type { Session } from "./session.js";
import { Refusal, type ObjectState, type Oid, type TableState } from "./state.js";

/** What can be dropped, with or without something else. */
export type Target =
  | { kind: "object"; oid: Oid }
  | { kind: "column"; table: Oid; name: string }
  | { kind: "constraint"; table: Oid; name: string }
  | { kind: "default"; table: Oid; name: string };

export type Cause = DroppedIndex["cause"];

/**
 * Drops what is named, what belongs to it, and, with CASCADE, what depends on it.
 *
 * @throws Refusal without CASCADE where something else depends on it
 */
export function dropAll(session: Session, targets: readonly Target[], cascade: boolean, cause: Cause): void {
  const dropped = new Map<string, Target>();
  const queue = [...targets];
  const dependents: Target[] = [];
  const isRoot = new Set(targets.map(keyOf));
  for (;;) {
    let target = queue.pop();
    if (!target) {
      // Only what is not dropped anyway needs CASCADE.
      const next = dependents.filter((each) => !isCovered(each, dropped));
      dependents.length = 0;
      if (next.length === 0) break;
      if (!cascade) throw new Refusal("refused", "other objects depend on it");
      queue.push(...next);
      target = queue.pop()!;
    }
    const key = keyOf(target);
    if (dropped.has(key)) continue;
    if (isRoot.has(key)) requireDroppable(session, target, targets);
    dropped.set(key, target);
    queue.push(...partsOf(session, target));
    dependents.push(...dependentsOf(session, target));
  }
  for (const target of dropped.values()) remove(session, target, cause);
}

function keyOf(target: Target): string {
  return target.kind === "object" ? String(target.oid) : `${target.kind} ${target.table} ${target.name}`;
}

/** Dropped already, by itself or with the table or column it is a part of. */
function isCovered(target: Target, dropped: ReadonlyMap<string, Target>): boolean {
  if (dropped.has(keyOf(target))) return true;
  if (target.kind === "object") return false;
  if (dropped.has(String(target.table))) return true;
  return target.kind === "default" && dropped.has(keyOf({ ...target, kind: "column" }));
}

/** What belongs to something else is dropped with it, never alone. */
function requireDroppable(session: Session, target: Target, targets: readonly Target[]): void {
  const isTarget = (oid: Oid | undefined) =>
    targets.some((each) => each.kind === "object" && each.oid === oid);
  if (target.kind === "object") {
    const object = session.state.get(target.oid);
    if (object?.kind === "index" && (object.constraint || object.parent !== undefined)) {
      if (!isTarget(object.table) && !isTarget(object.parent))
        throw new Refusal("refused", `cannot drop index ${object.name} because something requires it`);
    }
    if (object?.kind === "sequence" && object.isInternal && !isTarget(object.owner?.table))
      throw new Refusal(
        "refused",
        `cannot drop sequence ${object.name} because an identity column requires it`,
      );
  } else if (target.kind === "column") {
    const table = session.tableOf(target.table);
    if (table.partitionKey?.elements.some((element) => uses(element, target.name)))
      throw new Refusal("refused", `cannot drop column "${target.name}": it is part of the partition key`);
  }
}

/** Dropped along without being asked (`DEPENDENCY_AUTO`, `DEPENDENCY_INTERNAL`). */
function partsOf(session: Session, target: Target): Target[] {
  const { state } = session;
  if (target.kind === "object") {
    const object = state.get(target.oid);
    if (!object) return [];
    if (object.kind === "index")
      return state
        .referrers(object.oid)
        .flatMap((part): Target[] =>
          part.kind === "index" && part.parent === object.oid ? indexTarget(session, part.oid) : [],
        );
    if (!("columns" in object)) return [];
    return state.referrers(object.oid).flatMap((part): Target[] => {
      const isPart =
        (part.kind === "index" && part.table === object.oid) ||
        (part.kind === "sequence" && part.owner?.table === object.oid) ||
        ("parents" in part && part.isPartition && part.parents.includes(object.oid));
      return isPart ? [{ kind: "object", oid: part.oid }] : [];
    });
  }
  const table = session.tableOf(target.table);
  if (target.kind === "constraint") {
    const constraint = table.constraints.find(({ name }) => name === target.name);
    return constraint?.index === undefined ? [] : [{ kind: "object", oid: constraint.index }];
  }
  return target.kind === "column" ? partsOfColumn(session, table, target.name) : [];
}

/** An index behind a constraint goes with its constraint. */
export function indexTarget(session: Session, oid: Oid): Target[] {
  const index = session.state.index(oid);
  const table = index && session.state.table(index.table);
  const constraint = table?.constraints.find((each) => each.index === oid);
  return table && constraint
    ? [{ kind: "constraint", table: table.oid, name: constraint.name }]
    : [{ kind: "object", oid }];
}

function partsOfColumn(session: Session, table: TableState, name: string): Target[] {
  const { state } = session;
  const indexes = state
    .indexesOf(table.oid)
    .filter(
      ({ keys, include, predicate }) =>
        keys.some(({ expression }) => uses(expression, name)) ||
        include.includes(name) ||
        uses(predicate, name),
    )
    .flatMap(({ oid }) => indexTarget(session, oid));
  const constraints = table.constraints
    .filter(
      ({ kind, columns, expression }) =>
        (kind === "foreign key" && columns.includes(name)) || (kind === "check" && uses(expression, name)),
    )
    .map((constraint): Target => ({ kind: "constraint", table: table.oid, name: constraint.name }));
  const sequences = state
    .referrers(table.oid)
    .filter(
      (each) => each.kind === "sequence" && each.owner?.column === name && each.owner.table === table.oid,
    )
    .map(({ oid }): Target => ({ kind: "object", oid }));
  return [...indexes, ...constraints, ...sequences];
}

/** Dropped only with CASCADE (`DEPENDENCY_NORMAL`). */
function dependentsOf(session: Session, target: Target): Target[] {
  const { state } = session;
  if (target.kind === "default") return [];
  if (target.kind === "constraint") return [];
  if (target.kind === "column") {
    const table = session.tableOf(target.table);
    const generated = table.columns.filter(
      (column) => column.name !== target.name && uses(column.generated?.expression, target.name),
    );
    const views = state
      .referrers(table.oid)
      .filter((each) => readsColumn(each, table.oid, target.name))
      .map(({ oid }): Target => ({ kind: "object", oid }));
    return [...generated.map(({ name }): Target => ({ kind: "column", table: table.oid, name })), ...views];
  }
  const own = state.referrers(target.oid).flatMap((referrer) => dependentOn(referrer, target.oid));
  return [...own, ...foreignKeysToWhole(session, target.oid)];
}

/** A foreign key to a partitioned table leans on each of its partitions. */
function foreignKeysToWhole(session: Session, oid: Oid): Target[] {
  const table = session.state.table(oid);
  const [parent] = table?.parents ?? [];
  if (!table?.isPartition || parent === undefined) return [];
  const found = session.state
    .referrers(parent)
    .flatMap((referrer) =>
      "constraints" in referrer
        ? referrer.constraints.flatMap(({ references, name }): Target[] =>
            references === parent ? [{ kind: "constraint", table: referrer.oid, name }] : [],
          )
        : [],
    );
  return [...found, ...foreignKeysToWhole(session, parent)];
}

function readsColumn(object: ObjectState, table: Oid, column: string): boolean {
  return "reads" in object && object.reads.some((read) => read.oid === table && read.columns.has(column));
}

function dependentOn(referrer: ObjectState, oid: Oid): Target[] {
  if (referrer.kind === "index" || referrer.kind === "sequence") return [];
  const whole: Target = { kind: "object", oid: referrer.oid };
  if (referrer.kind === "type") {
    return referrer.base?.oid === oid || referrer.attributes?.some((attribute) => attribute.oid === oid)
      ? [whole]
      : [];
  }
  if (referrer.reads.some((read) => read.oid === oid) || referrer.ofType === oid) return [whole];
  const found: Target[] = referrer.parents.includes(oid) && !referrer.isPartition ? [whole] : [];
  for (const column of referrer.columns) {
    if (column.oid === oid) found.push({ kind: "column", table: referrer.oid, name: column.name });
    if (column.sequence === oid) found.push({ kind: "default", table: referrer.oid, name: column.name });
  }
  for (const constraint of referrer.constraints) {
    if (constraint.references === oid || constraint.referencedIndex === oid)
      found.push({ kind: "constraint", table: referrer.oid, name: constraint.name });
  }
  return found;
}

function remove(session: Session, target: Target, cause: Cause): void {
  const { state } = session;
  if (target.kind === "object") {
    const object = state.get(target.oid);
    if (!object) return;
    if (object.kind === "index") session.recordDrop(object, cause);
    endPolicies(session, object);
    session.remove(object);
    return;
  }
  const table = state.table(target.table);
  if (!table) return;
  if (target.kind === "column") {
    state.put<TableState>({ ...table, columns: table.columns.filter(({ name }) => name !== target.name) });
  } else if (target.kind === "constraint") {
    state.put<TableState>({
      ...table,
      constraints: table.constraints.filter(({ name }) => name !== target.name),
    });
  } else {
    state.put(
      withColumn(table, target.name, (column) => ({ ...column, default: undefined, sequence: undefined })),
    );
  }
}
