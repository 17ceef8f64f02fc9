import type { Catalog, Column, Constraint, Index, Table, UserType, View } from "../catalog.js";
import type { Expression } from "../expression.js";
import { quoteIdentifier } from "../../language/identifiers.js";
import { ownType } from "../types.js";
import { TEMPORARY_SCHEMA, type Session } from "./session.js";
import type {
  ColumnState,
  ConstraintState,
  IndexState,
  ObjectState,
  Oid,
  ResolvedType,
  TableState,
} from "./state.js";

/** What a state was shown as, with the names that it looked up: other objects may have been renamed since. */
interface Shown<T> {
  names: string;
  value: T;
}

/** States are values: while a script is edited, nearly all of them are those of the last replay. */
const shownTables = new WeakMap<TableState, Shown<Table>>();
const shownIndexes = new WeakMap<IndexState, Shown<Index>>();

function shown<State extends object, T>(
  known: WeakMap<State, Shown<T>>,
  state: State,
  names: string,
  show: () => T,
): T {
  let entry = known.get(state);
  if (entry?.names !== names) known.set(state, (entry = { names, value: show() }));
  return entry.value;
}

/**
 * What a session left behind, by name.
 *
 * @param doubt - why every table may look otherwise
 */
export function catalogOf(session: Session, doubt?: string): Catalog {
  const tables = new Map<string, Table>();
  const indexes = new Map<string, Index>();
  const views = new Map<string, View>();
  const types = new Map<string, UserType>();
  const objects = [...session.state.objects()]
    .filter(({ schema }) => schema !== TEMPORARY_SCHEMA)
    .sort((a, b) => a.oid - b.oid);
  for (const object of objects) {
    const key = keyOf(object);
    if (object.kind === "index") indexes.set(key, indexOf(session, object));
    else if (object.kind === "type") {
      const type = typeOf(session, object);
      if (type) types.set(key, type);
    } else if (object.kind === "view" || object.kind === "materialized view")
      views.set(key, viewOf(session, object));
    else if ("columns" in object) tables.set(key, tableOf(session, object, object.kind));
  }
  if (doubt !== undefined) {
    for (const [key, table] of tables) if (table.doubt === undefined) tables.set(key, { ...table, doubt });
  }
  const { droppedIndexes, ended } = session.state;
  return { tables, indexes, views, types, droppedIndexes, ended, problems: session.problems };
}

function keyOf({ schema, name }: Pick<ObjectState, "schema" | "name">): string {
  return `${schema}.${name}`;
}

function nameOf(session: Session, oid: Oid | undefined): string | undefined {
  const object = oid === undefined ? undefined : session.state.get(oid);
  return object && keyOf(object);
}

function tableOf(session: Session, table: TableState, kind: Table["kind"]): Table {
  return shown(shownTables, table, namesIn(session, table), () => newTable(session, table, kind));
}

/** The names of all that a table refers to. */
function namesIn(session: Session, { parents, constraints, columns }: TableState): string {
  let names = "";
  const add = (oid: Oid | undefined) => {
    if (oid !== undefined) names += `${nameOf(session, oid) ?? ""} `;
  };
  for (const parent of parents) add(parent);
  for (const { references, index } of constraints) {
    add(references);
    add(index);
  }
  for (const column of columns) {
    add(column.oid);
    add(column.sequence);
    // A domain's base may be a type of the user's as well.
    if (column.oid !== undefined) add(session.baseOf(column)?.oid);
  }
  return names;
}

function newTable(session: Session, table: TableState, kind: Table["kind"]): Table {
  const constraints = new Map<string, Constraint>();
  for (const constraint of table.constraints)
    constraints.set(constraint.name, constraintOf(session, constraint));
  return {
    schema: table.schema,
    name: table.name,
    kind,
    persistence: table.persistence,
    columns: new Map(table.columns.map((column) => [column.name, columnOf(session, column)])),
    constraints,
    parents: table.parents.flatMap((parent) => nameOf(session, parent) ?? []),
    isPartition: table.isPartition,
    ...(table.partitionKey && { partitionKey: table.partitionKey }),
    origin: table.origin,
    ...(table.namePlace && { namePlace: table.namePlace }),
    ...(table.isAssumed && { isAssumed: true }),
    ...(table.doubt !== undefined && { doubt: table.doubt }),
  };
}

/** Types follow renames of what they name. */
function presentType(session: Session, { type, oid }: ResolvedType): Column["type"] {
  const object = oid === undefined ? undefined : session.state.get(oid);
  return object ? { ...type, schema: object.schema, name: object.name } : type;
}

function columnOf(session: Session, column: ColumnState): Column {
  const base = session.baseOf(column);
  const value = column.sequence === undefined ? column.default : nextval(session, column.sequence);
  return {
    name: column.name,
    type: presentType(session, column),
    ...(base && { baseType: presentType(session, base) }),
    notNull: column.notNull,
    ...(value && { default: value }),
    ...(column.collation !== undefined && { collation: column.collation }),
    ...(column.generated && { generated: column.generated }),
    ...(column.identity && { identity: column.identity }),
    origin: column.origin,
    typePlace: column.typePlace,
    history: column.history,
    isInherited: column.inherited > 0 && !column.isLocal,
    ...(column.doubt !== undefined && { doubt: column.doubt }),
  };
}

function nextval(session: Session, sequence: Oid): Expression | undefined {
  const object = session.state.get(sequence);
  if (!object) return undefined;
  const value = `${quoteIdentifier(object.schema)}.${quoteIdentifier(object.name)}`;
  return {
    kind: "call",
    name: "nextval",
    args: [{ kind: "cast", arg: { kind: "literal", value }, type: ownType("regclass") }],
  };
}

function constraintOf(session: Session, constraint: ConstraintState): Constraint {
  const references = nameOf(session, constraint.references) ?? constraint.referencesName;
  const index = session.state.index(constraint.index)?.name;
  return {
    name: constraint.name,
    kind: constraint.kind,
    columns: constraint.columns,
    ...(constraint.expression && { expression: constraint.expression }),
    ...(references !== undefined && { references }),
    isValid: constraint.isValid,
    ...(index !== undefined && { index }),
    place: constraint.place,
  };
}

export function indexOf(session: Session, index: IndexState): Index {
  const table = nameOf(session, index.table) ?? "";
  const parent = nameOf(session, index.parent);
  return shown(shownIndexes, index, `${table} ${parent ?? ""}`, () => newIndex(index, table, parent));
}

function newIndex(index: IndexState, table: string, parent: string | undefined): Index {
  return {
    schema: index.schema,
    name: index.name,
    table,
    method: index.method,
    keys: index.keys.map(({ expression, operatorClass, collation, isDescending, areNullsFirst }) => ({
      expression,
      ...(operatorClass !== undefined && { operatorClass }),
      ...(collation !== undefined && { collation }),
      isDescending,
      areNullsFirst,
    })),
    include: index.include,
    ...(index.predicate && { predicate: index.predicate }),
    isUnique: index.isUnique,
    ...(index.nullsNotDistinct && { areNullsEqual: true }),
    isValid: index.isValid,
    ...(index.constraint && { constraint: index.constraint }),
    ...(parent !== undefined && { parent }),
    place: index.place,
    ...(index.doubt !== undefined && { doubt: index.doubt }),
  };
}

function viewOf(session: Session, view: TableState): View {
  return {
    schema: view.schema,
    name: view.name,
    isMaterialized: view.kind === "materialized view",
    ...(view.areColumnsKnown && { columns: view.columns.map((column) => columnOf(session, column)) }),
    place: view.origin,
    ...(view.doubt !== undefined && { doubt: view.doubt }),
  };
}

function typeOf(session: Session, type: Extract<ObjectState, { kind: "type" }>): UserType | undefined {
  const { typeKind } = type;
  if (typeKind === "base") return undefined;
  return {
    schema: type.schema,
    name: type.name,
    kind: typeKind,
    ...(type.base && { base: presentType(session, type.base) }),
    ...(type.attributes && {
      attributes: type.attributes.map((attribute) => ({
        name: attribute.name,
        type: presentType(session, attribute),
      })),
    }),
    place: type.place,
  };
}
