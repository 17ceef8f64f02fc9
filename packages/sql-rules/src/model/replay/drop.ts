import type { Drop, ObjectKind, TableAction } from "../changes.js";
import { dropFunction, endBodiesIn } from "./bodies.js";
import { dropAll, indexTarget, type Cause, type Target } from "./dependencies.js";
import { callsIn } from "./expressions.js";
import { requireColumn, withColumn } from "./columns.js";
import { isClassOf } from "./opclasses.js";
import { missing, type Session } from "./session.js";
import { Refusal, type ObjectState, type TableState } from "./state.js";

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
    for (const { name } of change.names) dropExtension(session, name, cascade);
    return;
  }
  if (object === "function") {
    change.names.forEach((name, i) => {
      dropFunction(session, name, change.args?.[i]);
      if (cascade) dropCallers(session, name.name);
    });
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
  const isAssumed = "columns" in found && found.isAssumed;
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
  endBodiesIn(session, name);
  session.state.setSchema(name, "dropped");
}

/** What uses its types and operator classes needs CASCADE; which functions it brings is not known. */
function dropExtension(session: Session, name: string, cascade: boolean): void {
  if (!session.endExtension(name)) return;
  const targets: Target[] = [];
  const indexes: Target[] = [];
  for (const object of session.state.objects()) {
    if (object.kind === "type" && object.extension === name)
      targets.push({ kind: "object", oid: object.oid });
    if (object.kind !== "index") continue;
    const { method, keys, oid } = object;
    if (keys.some((key) => key.operatorClass !== undefined && isClassOf(name, method, key.operatorClass)))
      indexes.push(...indexTarget(session, oid));
  }
  if (indexes.length > 0 && !cascade)
    throw new Refusal("refused", `cannot drop extension ${name} because other objects depend on it`);
  dropAll(session, [...targets, ...indexes], cascade, "type");
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
  for (const { oid } of session.state.childrenOf(table.oid)) {
    // One that was before it may have changed it as well.
    const child = session.tableOf(oid);
    const column = child.columns.find((each) => each.name === name);
    if (!column) continue;
    const inherited = column.inherited - 1;
    if (!only && inherited === 0 && !column.isLocal)
      targets.push(...columnTargets(session, child, name, false));
    else {
      const isLocal = only || column.isLocal;
      session.state.put(withColumn(child, name, (each) => ({ ...each, inherited, isLocal })));
    }
  }
  return targets;
}
