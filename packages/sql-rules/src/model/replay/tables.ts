import type { ConstraintSpec, CreateTable } from "../changes.js";
import { isColumnOf, namesIn } from "./expressions.js";
import { addConstraint } from "./constraints.js";
import { MAX_COLUMNS, newColumn, requireColumn } from "./columns.js";
import { copiedColumns, copyRest, likeSource, type LikeSources } from "./like.js";
import { becomePartition } from "./attach.js";
import { inheritColumns } from "./inheritance.js";
import { missing, TEMPORARY_SCHEMA, type Session } from "./session.js";
import { plainColumn, plainTable, Refusal, type ColumnState, type Oid, type TableState } from "./state.js";

export function createTable(session: Session, change: CreateTable): void {
  const isTemporary = change.persistence === "temporary";
  const schema = session.creationSchema(change.name, isTemporary);
  const there = session.state.relation(schema, change.name.name);
  if (there && change.ifNotExists && !session.isAssumed(there)) return;
  // What the table is made from is there before it, whatever it is called.
  const parents = change.partitionOf ? [change.partitionOf] : (change.inherits ?? []);
  const parentOids = parents.map((name) => session.requireTable(name).oid);
  const sources: LikeSources = new Map();
  for (const element of change.elements) {
    if (element.kind === "like") sources.set(element, likeSource(session, element));
  }
  session.claimRelation(schema, change.name.name);
  claimType(session, schema, change.name.name);

  const { state } = session;
  const named = { oid: state.nextOid(), schema, name: change.name.name };
  const { oid } = state.put<TableState>({
    ...plainTable(named, change.tableKind, session.place),
    persistence: schema === TEMPORARY_SCHEMA ? "temporary" : change.persistence,
    areColumnsKnown: !change.isLoose,
    namePlace: change.nameRange && session.placeOf(change.nameRange),
    endsWithTransaction: change.endsWithTransaction === true,
  });
  if (change.ofType) addTypeColumns(session, oid, change);
  inheritColumns(session, oid, parentOids, change.partitionOf !== undefined);
  addElements(session, oid, change, sources);
  if (change.partitionBy) setPartitionKey(session, oid, change.partitionBy);
  addConstraints(session, oid, change, sources);
}

/** A table has a type of its name, so that a type may not be called so. */
export function claimType(session: Session, schema: string, name: string): void {
  if (session.state.type(schema, name)) throw new Refusal("exists", `type "${name}" already exists`);
}

function addTypeColumns(session: Session, oid: Oid, change: CreateTable): void {
  if (!change.ofType) return;
  const type = session.findType(change.ofType);
  if (!type) throw missing("type", change.ofType);
  if (type.kind !== "type" || !type.attributes)
    throw new Refusal("refused", `type "${type.name}" is not a composite type`);
  const place = session.place;
  const columns = type.attributes.map((attribute) => plainColumn(attribute.name, attribute, place));
  session.state.put<TableState>({ ...session.tableOf(oid), columns, ofType: type.oid });
}

// ── Columns and LIKE ──

function addElements(session: Session, oid: Oid, change: CreateTable, sources: LikeSources): void {
  const table = session.tableOf(oid);
  const columns = [...table.columns];
  const places = new Map(columns.map(({ name }, i) => [name, i]));
  const add = (column: ColumnState) => {
    places.set(column.name, columns.push(column) - 1);
  };
  const seen = new Set<string>();
  for (const element of change.elements) {
    const added =
      element.kind === "like"
        ? copiedColumns(session, table, element, sources.get(element))
        : [newColumn(session, table, element)];
    for (const column of added) {
      const place = places.get(column.name);
      const there = place === undefined ? undefined : columns[place];
      const isPartOf = change.partitionOf !== undefined || change.ofType !== undefined;
      if (seen.has(column.name) && !isPartOf)
        throw new Refusal("exists", `column "${column.name}" specified more than once`);
      seen.add(column.name);
      if (place === undefined || !there) {
        if (isPartOf) requireColumn(table, column.name);
        else add(column);
      } else columns[place] = isPartOf ? withOptions(there, column) : merged(there, column);
    }
    const source = element.kind === "like" ? sources.get(element) : undefined;
    if (source && !source.areColumnsKnown) markUnknown(session, oid, source.name);
  }
  if (columns.length > MAX_COLUMNS)
    throw new Refusal("refused", `tables can have at most ${MAX_COLUMNS} columns`);
  session.state.put<TableState>({ ...session.tableOf(oid), columns });
}

function markUnknown(session: Session, oid: Oid, source: string): void {
  const doubt = `its columns are those of ${source}, which nothing here creates`;
  session.state.put<TableState>({ ...session.tableOf(oid), areColumnsKnown: false, doubt });
}

/** A column that parents have, declared again. */
function merged(inherited: ColumnState, column: ColumnState): ColumnState {
  const isSame =
    canonicalType(inherited) === canonicalType(column) && !inherited.generated === !column.generated;
  if (!isSame) throw new Refusal("refused", `column "${column.name}" has a type conflict`);
  const hasDefault = column.default !== undefined || column.sequence !== undefined;
  return {
    ...inherited,
    default: hasDefault ? column.default : inherited.default,
    sequence: hasDefault ? column.sequence : inherited.sequence,
    generated: column.generated ?? inherited.generated,
    identity: column.identity ?? inherited.identity,
    notNull: inherited.notNull || column.notNull,
    isNotNullLocal: column.notNull,
    isLocal: true,
    origin: column.origin,
    typePlace: column.typePlace,
    history: column.history,
  };
}

function canonicalType({ type }: ColumnState): string {
  return JSON.stringify([type.schema ?? "", type.name, type.modifiers, type.dimensions > 0]);
}

/** Options of a partition's or a typed table's column. */
function withOptions(there: ColumnState, column: ColumnState): ColumnState {
  return {
    ...there,
    default: column.default ?? there.default,
    sequence: column.sequence ?? there.sequence,
    generated: column.generated ?? there.generated,
    notNull: there.notNull || column.notNull,
    isNotNullLocal: there.isNotNullLocal || column.notNull,
  };
}

function setPartitionKey(
  session: Session,
  oid: Oid,
  partitionKey: NonNullable<TableState["partitionKey"]>,
): void {
  const table = session.tableOf(oid);
  if (table.areColumnsKnown) {
    const absent = partitionKey.elements.flatMap(namesIn).find((name) => !isColumnOf(table, name));
    if (absent !== undefined)
      throw new Refusal("missing", `column "${absent}" named in partition key does not exist`);
  }
  session.state.put<TableState>({ ...table, partitionKey });
}

// ── Constraints ──

/** In PostgreSQL's order: CHECK with the table, then indexes, what LIKE and the parent bring, foreign keys last. */
function addConstraints(session: Session, oid: Oid, change: CreateTable, sources: LikeSources): void {
  const specs = [
    ...change.elements.flatMap((element) => (element.kind === "column" ? element.constraints : [])),
    ...change.constraints,
  ].sort((a, b) => a.range[0] - b.range[0]);
  const options = { isNew: true };
  for (const spec of specs) {
    if (spec.kind === "check" || (spec.kind === "not null" && isOfTable(change, spec)))
      addConstraint(session, oid, spec, options);
  }
  for (const spec of withoutDuplicates(specs)) addConstraint(session, oid, spec, options);
  for (const element of change.elements)
    if (element.kind === "like") copyRest(session, oid, element, sources.get(element));
  const [parent] = session.tableOf(oid).parents;
  if (change.partitionOf && parent !== undefined) becomePartition(session, oid, parent);
  for (const spec of specs) if (spec.kind === "foreign key") addConstraint(session, oid, spec, options);
}

/** The columns' own NOT NULL is read with the columns. */
function isOfTable({ constraints }: CreateTable, spec: ConstraintSpec): boolean {
  return constraints.includes(spec);
}

/** Index constraints, the primary key first; equal ones are one (`transformIndexConstraints`). */
export function withoutDuplicates(specs: readonly ConstraintSpec[]): ConstraintSpec[] {
  const keys = specs.filter(
    (spec) => spec.kind === "primary key" || spec.kind === "unique" || spec.kind === "exclude",
  );
  const primary = keys.filter(({ kind }) => kind === "primary key");
  if (primary.length > 1) throw new Refusal("refused", "multiple primary keys for a table are not allowed");
  const kept: (typeof keys)[number][] = [];
  for (const spec of [...primary, ...keys.filter(({ kind }) => kind !== "primary key")]) {
    const twin = kept.findIndex((other) => sameKey(other, spec));
    if (twin < 0) kept.push(spec);
    else if (kept[twin]!.name === undefined && spec.name !== undefined)
      kept[twin] = { ...kept[twin]!, name: spec.name };
  }
  return kept;
}

function sameKey(a: ConstraintSpec, b: ConstraintSpec): boolean {
  if (a.kind === "exclude" || b.kind === "exclude" || !("include" in a || "columns" in a)) return false;
  if (!("columns" in b)) return false;
  const shape = (spec: ConstraintSpec) =>
    JSON.stringify([
      "columns" in spec ? spec.columns : [],
      "include" in spec ? (spec.include ?? []) : [],
      "nullsNotDistinct" in spec && spec.nullsNotDistinct,
    ]);
  return shape(a) === shape(b);
}
