import type { Rename, SetSchema } from "../changes.js";
import { moveFunction, movePolicies } from "./bodies.js";
import { renamed } from "./expressions.js";
import { columnOf, requireColumn } from "./columns.js";
import { requireFreeName } from "./constraints.js";
import { missing, TEMPORARY_SCHEMA, type Session } from "./session.js";
import {
  changed,
  Refusal,
  type ColumnState,
  type IndexState,
  type ObjectState,
  type Oid,
  type SequenceState,
  type TableState,
  type TypeState,
} from "./state.js";
import { claimType } from "./tables.js";

export function rename(session: Session, change: Rename): void {
  const { object, name, to, part } = change;
  if (object === "schema") {
    renameSchema(session, name.name, to);
    return;
  }
  if (object === "extension") return;
  if (object === "function") {
    moveFunction(session, name, { name: to });
    return;
  }
  if (object === "type" || object === "domain") {
    renameType(session, change);
    return;
  }
  const found = session.find(name);
  if (!found) {
    if (change.ifExists) return;
    session.refuseGone(name);
  }
  const relation = found ?? session.requireTable(name);
  requireKind(relation, change);
  if (!part) renameRelation(session, relation, to);
  else if (!("columns" in relation)) {
    // An index's columns have names, too, which nothing asks for.
    if (part.kind === "constraint") throw new Refusal("refused", `"${name.name}" is not a table`);
  } else if (part.kind === "column") renameColumn(session, relation, part.name, to);
  else renameConstraint(session, relation, part.name, to);
}

/** ALTER TABLE renames every relation, ALTER INDEX tables as well; the others only their own. */
function requireKind(
  found: ObjectState,
  { object, part }: Rename | (SetSchema & { part?: undefined }),
): void {
  if ("columns" in found && found.isAssumed) return;
  const kind =
    found.kind === "partitioned" ? "table" : found.kind === "foreign" ? "foreign table" : found.kind;
  if (object === "table" || kind === object || (object === "index" && !part)) return;
  throw new Refusal("refused", `"${found.name}" is not a ${object}`);
}

function renameRelation(
  session: Session,
  relation: TableState | IndexState | SequenceState,
  to: string,
): void {
  session.claimRelation(relation.schema, to);
  if ("columns" in relation) claimType(session, relation.schema, to);
  session.state.put({ ...relation, name: to });
  movePolicies(session, relation, { name: to });
  if (relation.kind !== "index" || !relation.constraint) return;
  const table = session.tableOf(relation.table);
  requireFreeName(table, to);
  session.state.put<TableState>({
    ...table,
    constraints: table.constraints.map((each) =>
      each.index === relation.oid ? { ...each, name: to } : each,
    ),
  });
}

function renameConstraint(session: Session, table: TableState, from: string, to: string): void {
  const constraint = table.constraints.find(({ name }) => name === from);
  if (!constraint) {
    const column = table.columns.find(
      (each) => each.notNull && (each.notNullName ?? `${table.name}_${each.name}_not_null`) === from,
    );
    if (column) {
      const columns = table.columns.map((each) => (each === column ? { ...each, notNullName: to } : each));
      session.state.put<TableState>({ ...table, columns });
      return;
    }
    if (table.isAssumed) return;
    throw new Refusal("missing", `constraint "${from}" for table "${table.name}" does not exist`);
  }
  if (constraint.inherited > 0 && (constraint.kind === "check" || constraint.index === undefined))
    throw new Refusal("refused", `cannot rename inherited constraint "${from}"`);
  renameOwnConstraint(session, table.oid, from, to);
  if (constraint.kind === "check" && !constraint.noInherit) {
    for (const [child, parents] of session.state.inheritorsOf(table.oid)) {
      const there = session.tableOf(child).constraints.find(({ name }) => name === from);
      if (there && there.inherited > parents)
        throw new Refusal("refused", `cannot rename inherited constraint "${from}"`);
      renameOwnConstraint(session, child, from, to);
    }
  }
}

function renameOwnConstraint(session: Session, oid: Oid, from: string, to: string): void {
  const table = session.tableOf(oid);
  requireFreeName(table, to);
  const constraint = table.constraints.find(({ name }) => name === from);
  const index = session.state.index(constraint?.index);
  if (index) {
    session.claimRelation(index.schema, to);
    session.state.put<IndexState>({ ...index, name: to });
  }
  session.state.put<TableState>({
    ...session.tableOf(oid),
    constraints: table.constraints.map((each) => (each === constraint ? { ...each, name: to } : each)),
  });
}

function renameColumn(session: Session, table: TableState, from: string, to: string): void {
  renameColumnOf(session, table, from, to, 0);
  for (const [child, parents] of session.state.inheritorsOf(table.oid))
    renameColumnOf(session, session.tableOf(child), from, to, parents);
}

/** @param parents - how many tables it is renamed in, too, from which the table has it */
function renameColumnOf(
  session: Session,
  table: TableState,
  from: string,
  to: string,
  parents: number,
): void {
  const column = requireColumn(table, from);
  if (columnOf(table, to))
    throw new Refusal("exists", `column "${to}" of relation "${table.name}" already exists`);
  if (column && column.inherited > parents)
    throw new Refusal("refused", `cannot rename inherited column "${from}"`);
  if (table.ofType !== undefined) throw new Refusal("refused", "cannot rename column of typed table");
  if (!column) return;
  const event = { kind: "rename" as const, type: column.type, name: to, place: session.place };
  session.state.put<TableState>({
    ...table,
    columns: table.columns.map((each) =>
      each === column
        ? { ...withRenamedParts(each, from, to), name: to, history: changed(each, event) }
        : withRenamedParts(each, from, to),
    ),
    constraints: table.constraints.map((constraint) => ({
      ...constraint,
      columns: swap(constraint.columns, from, to),
      expression: constraint.expression && renamed(constraint.expression, from, to),
      referenced:
        constraint.references === table.oid && constraint.referenced
          ? swap(constraint.referenced, from, to)
          : constraint.referenced,
    })),
    partitionKey: table.partitionKey && {
      ...table.partitionKey,
      elements: table.partitionKey.elements.map((element) => renamed(element, from, to)),
    },
  });
  renameInReferrers(session, table.oid, from, to);
}

function swap(names: readonly string[], from: string, to: string): string[] {
  return names.map((name) => (name === from ? to : name));
}

function withRenamedParts(column: ColumnState, from: string, to: string): ColumnState {
  const { generated } = column;
  if (!generated) return column;
  return { ...column, generated: { ...generated, expression: renamed(generated.expression, from, to) } };
}

/** Indexes, views, foreign keys and sequences know the column by its number: they follow. */
function renameInReferrers(session: Session, oid: Oid, from: string, to: string): void {
  const { state } = session;
  for (const object of state.referrers(oid)) {
    if (object.kind === "index") {
      if (object.table !== oid) continue;
      state.put<IndexState>({
        ...object,
        keys: object.keys.map((key) => ({ ...key, expression: renamed(key.expression, from, to) })),
        include: swap(object.include, from, to),
        predicate: object.predicate && renamed(object.predicate, from, to),
      });
    } else if (object.kind === "sequence") {
      if (object.owner?.table === oid && object.owner.column === from)
        state.put<SequenceState>({ ...object, owner: { table: oid, column: to } });
    } else if ("columns" in object) {
      state.put<TableState>({
        ...object,
        reads: object.reads.map((read) =>
          read.oid === oid && read.columns.has(from)
            ? { oid, columns: new Set([...read.columns].map((name) => (name === from ? to : name))) }
            : read,
        ),
        constraints: object.constraints.map((constraint) =>
          constraint.references === oid && constraint.referenced
            ? { ...constraint, referenced: swap(constraint.referenced, from, to) }
            : constraint,
        ),
      });
    }
  }
}

function renameType(session: Session, { object, name, to, part }: Rename): void {
  const found = session.findType(name);
  if (!found) {
    if (session.wasSeen(name, "type")) throw missing("type", name);
    return;
  }
  if (found.kind !== "type") {
    if (part) {
      renameColumn(session, found, part.name, to);
      return;
    }
    throw new Refusal("refused", `"${name.name}" is a table's row type`);
  }
  if (object === "domain" && found.typeKind !== "domain")
    throw new Refusal("refused", `"${name.name}" is not a domain`);
  if (part) {
    renameAttribute(session, found, part.name, to);
    return;
  }
  claimTypeName(session, found.schema, to);
  session.state.put<TypeState>({ ...found, name: to });
}

/** Composite types and tables share the names of types and of relations. */
export function claimTypeName(session: Session, schema: string, name: string): void {
  claimType(session, schema, name);
  const relation = session.state.relation(schema, name);
  if (relation && "columns" in relation && !relation.isAssumed)
    throw new Refusal("exists", `type "${name}" already exists`);
}

function renameAttribute(session: Session, type: TypeState, from: string, to: string): void {
  if (!type.attributes?.some((attribute) => attribute.name === from))
    throw new Refusal("missing", `attribute "${from}" does not exist`);
  if (type.attributes.some((attribute) => attribute.name === to))
    throw new Refusal("exists", `attribute "${to}" already exists`);
  if (session.state.referrers(type.oid).some((object) => "ofType" in object && object.ofType === type.oid))
    throw new Refusal("refused", `cannot alter type "${type.name}" because it is the type of a typed table`);
  const attributes = type.attributes.map((attribute) =>
    attribute.name === from ? { ...attribute, name: to } : attribute,
  );
  session.state.put<TypeState>({ ...type, attributes });
}

function renameSchema(session: Session, from: string, to: string): void {
  const { state } = session;
  const known = state.schemas.get(from);
  if (known === "dropped") throw missing("schema", { name: from });
  if (state.schemas.get(to) === "created") throw new Refusal("exists", `schema "${to}" already exists`);
  if (known === undefined) session.reportMissing(`schema "${from}"`);
  state.setSchema(from, "dropped");
  state.setSchema(to, "created");
  for (const object of [...state.objects()]) if (object.schema === from) state.put({ ...object, schema: to });
}

// ── SET SCHEMA ──

export function setSchema(session: Session, change: SetSchema): void {
  const { object, name, schema } = change;
  if (object === "extension") return;
  if (object === "function") {
    moveFunction(session, name, { schema });
    return;
  }
  if (object === "type" || object === "domain") {
    const type = session.findType(name);
    if (!type && session.wasSeen(name, "type")) throw missing("type", name);
    if (type?.kind !== "type") return;
    session.requireSchema(schema);
    if (type.schema === schema) return;
    claimTypeName(session, schema, type.name);
    session.state.put<TypeState>({ ...type, schema });
    return;
  }
  const found = session.find(name);
  if (!found && change.ifExists) return;
  if (!found) session.refuseGone(name);
  const relation = found ?? session.requireTable(name);
  requireKind(relation, change);
  if (relation.kind === "index" || (relation.kind === "sequence" && relation.owner))
    throw new Refusal("refused", `cannot move "${name.name}" into another schema`);
  if (relation.schema === TEMPORARY_SCHEMA || schema === TEMPORARY_SCHEMA)
    throw new Refusal("refused", "cannot move objects into or out of temporary schemas");
  session.requireSchema(schema);
  if (relation.schema === schema) return;
  session.claimRelation(schema, relation.name);
  if ("columns" in relation) claimType(session, schema, relation.name);
  const { state } = session;
  state.put({ ...relation, schema });
  movePolicies(session, relation, { schema });
  for (const part of state.referrers(relation.oid)) {
    const isOwn =
      (part.kind === "index" && part.table === relation.oid) ||
      (part.kind === "sequence" && part.owner?.table === relation.oid);
    if (!isOwn) continue;
    session.claimRelation(schema, part.name);
    state.put({ ...part, schema });
  }
}
