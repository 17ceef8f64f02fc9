import type { CreateTableAs, CreateView, QueryShape } from "../changes.js";
import { simplify } from "../expressions/index.js";
import { ownType } from "../types.js";
import { isColumnOf } from "./expressions.js";
import type { Session } from "./session.js";
import { Refusal, type ColumnState, type Oid, type ResolvedType, type TableState } from "./state.js";
import { TEMPORARY_SCHEMA } from "./session.js";
import { claimType } from "./tables.js";

/** CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW. */
export function createTableAs(session: Session, change: CreateTableAs): void {
  const schema = session.creationSchema(change.name, change.persistence === "temporary");
  const there = session.state.relation(schema, change.name.name);
  if (there && change.ifNotExists && !session.isAssumed(there)) return;
  const reads = readsOf(session, change.query);
  session.claimRelation(schema, change.name.name);
  claimType(session, schema, change.name.name);
  const { columns, areKnown } = columnsOf(session, change.query, change.columnNames);
  session.state.put<TableState>({
    oid: session.state.nextOid(),
    kind: change.isMaterializedView ? "materialized view" : "table",
    schema,
    name: change.name.name,
    persistence: change.persistence,
    columns,
    areColumnsKnown: areKnown,
    constraints: [],
    parents: [],
    isPartition: false,
    reads: change.isMaterializedView ? reads : [],
    origin: session.place,
    ...(change.nameRange && { namePlace: session.placeOf(change.nameRange) }),
    ...(change.endsWithTransaction && { endsWithTransaction: true }),
    ...(!areKnown && { doubt: "its columns are those of a query that cannot be read" }),
  });
}

export function createView(session: Session, change: CreateView): void {
  const { state } = session;
  const reads = readsOf(session, change.query);
  const isTemporary =
    change.isTemporary === true || reads.some(({ oid }) => state.get(oid)?.schema === TEMPORARY_SCHEMA);
  const schema = session.creationSchema(change.name, isTemporary);
  const there = state.relation(schema, change.name.name);
  const { columns, areKnown } = columnsOf(session, change.query, change.columnNames);
  if (there && change.orReplace && !session.isAssumed(there)) {
    if (there.kind !== "view") throw new Refusal("refused", `"${change.name.name}" is not a view`);
    requireExtension(there, columns, areKnown);
    state.put<TableState>({ ...there, columns, areColumnsKnown: areKnown, reads, origin: session.place });
    return;
  }
  session.claimRelation(schema, change.name.name);
  claimType(session, schema, change.name.name);
  state.put<TableState>({
    oid: state.nextOid(),
    kind: "view",
    schema,
    name: change.name.name,
    persistence: isTemporary ? "temporary" : "permanent",
    columns,
    areColumnsKnown: areKnown,
    constraints: [],
    parents: [],
    isPartition: false,
    reads,
    origin: session.place,
  });
}

/** CREATE OR REPLACE VIEW may only add columns at the end. */
function requireExtension(view: TableState, columns: readonly ColumnState[], areKnown: boolean): void {
  if (!areKnown || !view.areColumnsKnown) return;
  view.columns.forEach((column, i) => {
    const next = columns[i];
    if (!next) throw new Refusal("refused", "cannot drop columns from view");
    if (next.name !== column.name)
      throw new Refusal("refused", `cannot change name of view column "${column.name}"`);
    const areTyped = column.type.name !== UNKNOWN.type.name && next.type.name !== UNKNOWN.type.name;
    if (areTyped && JSON.stringify(next.type) !== JSON.stringify(column.type))
      throw new Refusal("refused", `cannot change data type of view column "${column.name}"`);
  });
}

/** The relations and columns a query leans on. @throws Refusal where one is gone */
function readsOf(session: Session, query: QueryShape): TableState["reads"] {
  const reads: { oid: Oid; column?: string }[] = [];
  for (const { relation, alias } of query.relations) {
    const found = session.find(relation);
    if (!found) {
      if (session.isSystem(relation)) continue;
      session.refuseGone(relation);
      session.reportMissing(`relation "${relation.name}"`);
      continue;
    }
    reads.push({ oid: found.oid });
    if (!("columns" in found)) continue;
    for (const { name, qualifier } of found.areColumnsKnown ? query.columns : []) {
      const isMeant =
        qualifier === alias && query.relations.filter((each) => each.alias === alias).length === 1;
      if (isMeant && name !== "*" && !isColumnOf(found, name))
        throw new Refusal("missing", `column ${alias}.${name} does not exist`);
    }
    for (const { name, qualifier } of query.columns) {
      if (qualifier !== undefined && qualifier !== alias) continue;
      const named = name === "*" ? found.columns : found.columns.filter((column) => column.name === name);
      for (const column of named) reads.push({ oid: found.oid, column: column.name });
    }
  }
  requireColumns(session, query);
  for (const name of query.types) {
    const type = session.findType(name);
    if (type?.kind === "type") reads.push({ oid: type.oid });
  }
  return reads;
}

/** Of a query over nothing but tables that are known, each column must be in one of them. */
function requireColumns(
  session: Session,
  { relations, sources, hasOtherSources, columns }: QueryShape,
): void {
  if (hasOtherSources || relations.length !== sources.length) return;
  const tables = sources.map(({ relation }) => session.find(relation));
  const areKnown = tables.every((table) => table && "columns" in table && table.areColumnsKnown);
  if (!areKnown || tables.length === 0) return;
  for (const { name, qualifier } of columns) {
    if (qualifier !== undefined || name === "*" || sources.some(({ alias }) => alias === name)) continue;
    if (!tables.some((table) => table && "columns" in table && isColumnOf(table, name)))
      throw new Refusal("missing", `column "${name}" does not exist`);
  }
}

const UNKNOWN: ResolvedType = { type: ownType("unknown") };

/** The columns a query returns; names and types as far as they can be told. */
function columnsOf(
  session: Session,
  query: QueryShape,
  names: readonly string[] | undefined,
): { columns: ColumnState[]; areKnown: boolean } {
  const place = session.place;
  const columns: ColumnState[] = [];
  let areKnown = query.outputs !== undefined;
  const add = (name: string, resolved: ResolvedType) => {
    const given = names?.[columns.length] ?? name;
    columns.push({
      name: given,
      ...resolved,
      notNull: false,
      isNotNullLocal: false,
      origin: place,
      typePlace: place,
      history: [{ kind: "add", type: resolved.type, name: given, place }],
      inherited: 0,
      isLocal: true,
      ...(resolved === UNKNOWN && { doubt: "its type is that of an expression that cannot be read" }),
    });
  };
  const sources = query.sources.map(({ relation, alias }) => {
    const found = session.find(relation);
    return { alias, table: found && "columns" in found ? found : undefined };
  });
  for (const output of query.outputs ?? []) {
    if (output.kind === "expression") {
      add(output.name, typeOf(session, output.expression, sources, query.hasOtherSources));
      continue;
    }
    const meant = sources.filter(({ alias }) => output.qualifier === undefined || alias === output.qualifier);
    const areTables = meant.length > 0 && meant.every(({ table }) => table?.areColumnsKnown === true);
    if (!areTables || (output.qualifier === undefined && query.hasOtherSources)) areKnown = false;
    for (const { table } of meant) {
      for (const { name, type, oid } of table?.columns ?? [])
        add(name, oid === undefined ? { type } : { type, oid });
    }
  }
  if (new Set(columns.map(({ name }) => name)).size < columns.length)
    throw new Refusal("exists", "a column is specified more than once");
  return { columns, areKnown };
}

function typeOf(
  session: Session,
  expression: Parameters<typeof simplify>[0],
  sources: readonly { alias: string; table: TableState | undefined }[],
  hasOtherSources: boolean,
): ResolvedType {
  const columnType = (name: string, qualifier: string | undefined): ResolvedType | undefined => {
    const found = sources
      .filter(({ alias }) => qualifier === undefined || alias === qualifier)
      .flatMap(({ table }) => table?.columns.find((column) => column.name === name) ?? []);
    const [only] = found;
    if (!only || found.length > 1 || (hasOtherSources && qualifier === undefined)) return undefined;
    return only.oid === undefined ? { type: only.type } : { type: only.type, oid: only.oid };
  };
  if (expression.kind === "column") return columnType(expression.name, expression.qualifier) ?? UNKNOWN;
  if (expression.kind === "cast") return session.resolveType(expression.type);
  const { type } = simplify(expression, ({ name, qualifier }) => {
    const found = columnType(name, qualifier);
    return found && session.baseOf(found)?.type;
  });
  if (!type) return UNKNOWN;
  // A string constant's type is settled as text.
  if (type.name === "unknown") return type.dimensions === 0 ? { type: ownType("text") } : UNKNOWN;
  return session.resolveType({ ...type, modifiers: [] });
}
