import type { DroppedIndex } from "../catalog.js";
import type { Drop, ObjectKind, TableAction } from "../changes.js";
import { callsIn, uses } from "./expressions.js";
import { requireColumn, withColumn } from "./columns.js";
import { missing, type Session } from "./session.js";
import { Refusal, type ObjectState, type Oid, type TableState } from "./state.js";

/** What can be dropped, with or without something else. */
export type Target =
  | { kind: "object"; oid: Oid }
  | { kind: "column"; table: Oid; name: string }
  | { kind: "constraint"; table: Oid; name: string }
  | { kind: "default"; table: Oid; name: string };

type Cause = DroppedIndex["cause"];

const CAUSES: Partial<Record<ObjectKind, Cause>> = {
  index: "index",
  schema: "schema",
  type: "type",
  domain: "type",
  extension: "type",
};

export function drop(session: Session, change: Drop): void {
  const { object, ifExists = false, cascade = false } = change;
  if (object === "schema") {
    for (const { name } of change.names) dropSchema(session, name, ifExists, cascade);
    return;
  }
  if (object === "extension") {
    for (const { name } of change.names) session.dropExtension(name);
    return;
  }
  if (object === "function") {
    if (cascade) for (const { name } of change.names) dropCallers(session, name);
    return;
  }
  const targets = change.names.flatMap((name): Target[] => {
    const found = object === "type" || object === "domain" ? session.findType(name) : session.find(name);
    if (!found) {
      if (
        !ifExists &&
        (isTypeKind(object) ? session.wasSeen(name, "type") : session.wasSeen(name, "relation"))
      )
        throw missing(object, name);
      if (!ifExists && !isTypeKind(object)) session.reportMissing(`${object} "${name.name}"`);
      return [];
    }
    requireKind(found, object);
    if (
      change.concurrently &&
      found.kind === "index" &&
      session.state.table(found.table)?.kind === "partitioned"
    )
      throw new Refusal("refused", `cannot drop partitioned index "${found.name}" concurrently`);
    return [{ kind: "object", oid: found.oid }];
  });
  dropAll(session, targets, cascade, CAUSES[object] ?? "table");
}

function isTypeKind(object: ObjectKind): boolean {
  return object === "type" || object === "domain";
}

function requireKind(found: ObjectState, object: ObjectKind): void {
  const kind =
    found.kind === "partitioned" ? "table" : found.kind === "foreign" ? "foreign table" : found.kind;
  const isDomain = found.kind === "type" && found.typeKind === "domain";
  const isFit = object === "domain" ? isDomain : kind === object;
  const isAssumed = "isAssumed" in found && found.isAssumed;
  if (!isFit && !isAssumed) throw new Refusal("refused", `"${found.name}" is not a ${object}`);
}

function dropSchema(session: Session, name: string, ifExists: boolean, cascade: boolean): void {
  const known = session.state.schemas.get(name);
  if (known === undefined || known === "dropped") {
    if (ifExists) return;
    if (known === "dropped") throw missing("schema", { name });
    session.reportMissing(`schema "${name}"`);
    return;
  }
  const inside = [...session.state.objects()].filter(({ schema }) => schema === name);
  if (inside.length > 0 && !cascade)
    throw new Refusal("refused", `cannot drop schema ${name} because other objects depend on it`);
  const targets = inside.map(({ oid }): Target => ({ kind: "object", oid }));
  dropAll(session, targets, true, "schema");
  session.state.setSchema(name, "dropped");
}

/** DROP FUNCTION … CASCADE takes what calls the function: whose signature it had is not told apart. */
function dropCallers(session: Session, name: string): void {
  const targets: Target[] = [];
  for (const object of session.state.objects()) {
    if (object.kind === "index") {
      const parts = [
        ...object.keys.map(({ expression }) => expression),
        ...(object.predicate ? [object.predicate] : []),
      ];
      if (parts.some((part) => callsIn(part).includes(name)))
        targets.push({ kind: "object", oid: object.oid });
    } else if ("columns" in object) {
      for (const column of object.columns) {
        const { default: value, generated } = column;
        if (value && callsIn(value).includes(name))
          targets.push({ kind: "default", table: object.oid, name: column.name });
        if (generated && callsIn(generated.expression).includes(name))
          targets.push({ kind: "column", table: object.oid, name: column.name });
      }
      for (const { name: constraint, expression } of object.constraints) {
        if (expression && callsIn(expression).includes(name))
          targets.push({ kind: "constraint", table: object.oid, name: constraint });
      }
    }
  }
  dropAll(session, targets, true, "index");
}

// ── Columns ──

export function dropColumn(
  session: Session,
  table: TableState,
  { column: name, ifExists, cascade = false }: Extract<TableAction, { kind: "drop column" }>,
  only: boolean,
): void {
  const there = table.columns.some((column) => column.name === name);
  if (!there && (ifExists || table.isAssumed)) return;
  const column = requireColumn(table, name);
  if (!column) return;
  if (column.inherited > 0) throw new Refusal("refused", `cannot drop inherited column "${name}"`);
  if (table.ofType !== undefined) throw new Refusal("refused", "cannot drop column from typed table");
  if (only && table.kind === "partitioned" && session.state.childrenOf(table.oid).length > 0)
    throw new Refusal("refused", "cannot drop column from only the partitioned table when partitions exist");
  const targets = columnTargets(session, table, name, only);
  dropAll(session, targets, cascade, "column");
}

/** The column here and wherever it is only inherited; elsewhere it becomes a column of its own. */
function columnTargets(session: Session, table: TableState, name: string, only: boolean): Target[] {
  const targets: Target[] = [{ kind: "column", table: table.oid, name }];
  for (const child of session.state.childrenOf(table.oid)) {
    const column = child.columns.find((each) => each.name === name);
    if (!column) continue;
    const inherited = column.inherited - 1;
    if (!only && inherited === 0 && !column.isLocal)
      targets.push(...columnTargets(session, child, name, false));
    else {
      const isLocal = only || column.isLocal;
      session.state.put(
        withColumn(session.tableOf(child.oid), name, (each) => ({ ...each, inherited, isLocal })),
      );
    }
  }
  return targets;
}

// ── Dependencies ──

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
function indexTarget(session: Session, oid: Oid): Target[] {
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
  return state.referrers(target.oid).flatMap((referrer) => dependentOn(referrer, target.oid));
}

function readsColumn(object: ObjectState, table: Oid, column: string): boolean {
  return "reads" in object && object.reads.some((read) => read.oid === table && read.column === column);
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
    if (object?.kind === "index") session.recordDrop(object, cause);
    state.remove(target.oid);
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
    state.put(withColumn(table, target.name, ({ default: _default, sequence: _sequence, ...rest }) => rest));
  }
}
