import type { CreateTableAs, CreateView, ObjectName, QueryResult, QueryShape } from "../changes.js";
import type { Range } from "../../language/split.js";
import type { Expression } from "../expression.js";
import { ownType, sameType } from "../types.js";
import { columnOf } from "./columns.js";
import { typeOfExpression, type ColumnLookup } from "./expression-types.js";
import { isColumnOf } from "./expressions.js";
import { TEMPORARY_SCHEMA, type Session } from "./session.js";
import {
  plainColumn,
  plainTable,
  Refusal,
  type ColumnState,
  type Oid,
  type ResolvedType,
  type TableState,
} from "./state.js";
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
  const named = { oid: session.state.nextOid(), schema, name: change.name.name };
  session.state.put<TableState>({
    ...plainTable(named, change.isMaterializedView ? "materialized view" : "table", session.place),
    persistence: change.persistence,
    columns,
    areColumnsKnown: areKnown,
    reads: change.isMaterializedView ? reads : [],
    namePlace: change.nameRange && session.placeOf(change.nameRange),
    endsWithTransaction: change.endsWithTransaction === true,
    doubt: areKnown ? undefined : "its columns are those of a query that cannot be read",
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
    session.recordEnd(there.origin);
    state.put<TableState>({ ...there, columns, areColumnsKnown: areKnown, reads, origin: session.place });
    return;
  }
  session.claimRelation(schema, change.name.name);
  claimType(session, schema, change.name.name);
  const named = { oid: state.nextOid(), schema, name: change.name.name };
  state.put<TableState>({
    ...plainTable(named, "view", session.place),
    persistence: isTemporary ? "temporary" : "permanent",
    columns,
    areColumnsKnown: areKnown,
    reads,
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
  const reads = new Map<Oid, Set<string>>();
  const relations = query.relations.map((name) => {
    const found = session.find(name);
    if (!found && !session.isSystem(name)) {
      session.refuseGone(name);
      session.reportMissing(`relation "${name.name}"`);
    }
    if (found && !reads.has(found.oid)) reads.set(found.oid, new Set());
    return found && "columns" in found ? found : undefined;
  });
  for (const { names, among, isSure } of query.columns) {
    const levels = among.map((level) => level.flatMap((place) => relations[place] ?? []));
    const areKnown = levels.every(
      (tables, i) => tables.length === among[i]?.length && tables.every((table) => table.areColumnsKnown),
    );
    for (const name of names) {
      if (!addReads(reads, levels, name) && isSure && areKnown)
        throw new Refusal("missing", `column "${name}" does not exist`);
    }
  }
  for (const name of query.types) {
    const type = session.findType(name);
    if (type?.kind === "type") reads.set(type.oid, new Set());
  }
  return Array.from(reads, ([oid, columns]) => ({ oid, columns }));
}

/** Adds a column of the nearest level that has it; false where none has. */
function addReads(
  reads: ReadonlyMap<Oid, Set<string>>,
  levels: readonly (readonly TableState[])[],
  name: string,
): boolean {
  for (const tables of levels) {
    let isFound = false;
    for (const table of tables) {
      const columns = reads.get(table.oid);
      if (name === "*") for (const column of table.columns) columns?.add(column.name);
      else if (columnOf(table, name)) columns?.add(name);
      // A table's name alone is its whole row.
      else if (!isColumnOf(table, name) && table.name !== name) continue;
      isFound = true;
    }
    if (isFound) return true;
  }
  return false;
}

const UNKNOWN: ResolvedType = { type: ownType("unknown"), oid: undefined };

interface Output extends ResolvedType {
  name: string;
  /** Where the type is written, of a cast. */
  typeRange?: Range;
}

interface Outputs {
  outputs: readonly Output[];
  /** Whether these are all there are. */
  areKnown: boolean;
}

/** The columns a query gives a new relation; names and types as far as they can be told. */
function columnsOf(
  session: Session,
  query: QueryShape,
  names: readonly string[] | undefined,
): { columns: ColumnState[]; areKnown: boolean } {
  const place = session.place;
  const { outputs, areKnown } = outputsOf(session, query);
  const columns = outputs.map((output, i): ColumnState => {
    const doubt =
      output.type === UNKNOWN.type ? "its type is that of an expression that cannot be read" : undefined;
    const typePlace = output.typeRange ? session.placeOf(output.typeRange) : place;
    return { ...plainColumn(names?.[i] ?? output.name, output, place), typePlace, doubt };
  });
  if (areKnown && new Set(columns.map(({ name }) => name)).size < columns.length)
    throw new Refusal("exists", "a column is specified more than once");
  return { columns, areKnown };
}

function outputsOf(session: Session, query: QueryResult): Outputs {
  if (!query.outputs) return { outputs: [], areKnown: false };
  const sources = query.sources.map(({ alias, relation, query: inner }) => ({
    alias,
    ...(inner ? outputsOf(session, inner) : columnsOfRelation(session, relation)),
  }));
  const lookup: ColumnLookup = (name, qualifier) => {
    const meant = sources.filter(({ alias }) => qualifier === undefined || alias === qualifier);
    const found = meant.flatMap(({ outputs }) => outputs.find((output) => output.name === name) ?? []);
    const [only] = found;
    const isSure = found.length === 1 && (qualifier !== undefined || query.hasOtherSources !== true);
    return isSure && only && only.type !== UNKNOWN.type ? only : undefined;
  };
  const outputs: Output[] = [];
  let areKnown = true;
  for (const output of query.outputs) {
    if (output.kind === "expression") {
      const { name, expression, typeRange } = output;
      outputs.push({ name, ...typeOf(session, expression, lookup), ...(typeRange && { typeRange }) });
      continue;
    }
    const isWhole = output.qualifier === undefined;
    const meant = sources.filter(({ alias }) => isWhole || alias === output.qualifier);
    areKnown &&= meant.length > 0 && meant.every((source) => source.areKnown);
    if (isWhole && (query.hasOtherSources || query.hasMergedColumns)) areKnown = false;
    outputs.push(...meant.flatMap((source) => source.outputs));
  }
  const branches = (query.branches ?? []).map((branch) => outputsOf(session, branch).outputs);
  return { outputs: outputs.map((output, i) => common(output, branches, i)), areKnown };
}

/** A column of a UNION has a type that is known if its branches agree; no one of them gives it. */
function common(output: Output, branches: readonly (readonly Output[])[], i: number): Output {
  if (branches.length === 0) return output;
  const types = branches.map((branch) => branch[i]);
  const isAgreed = types.every(
    (other) => other?.oid === output.oid && other && sameType(other.type, output.type),
  );
  const { name, type, oid } = output;
  return isAgreed ? { name, type, oid } : { name, ...UNKNOWN };
}

function columnsOfRelation(session: Session, relation: ObjectName | undefined): Outputs {
  const found = relation && session.find(relation);
  if (!found || !("columns" in found)) return { outputs: [], areKnown: false };
  const outputs = found.columns.map(({ name, type, oid }) => ({
    name,
    type,
    oid,
  }));
  return { outputs, areKnown: found.areColumnsKnown };
}

function typeOf(session: Session, expression: Expression, lookup: ColumnLookup): ResolvedType {
  // A string constant's type is settled as text.
  if (expression.kind === "literal" && typeof expression.value === "string")
    return { type: ownType("text"), oid: undefined };
  const found = typeOfExpression(session, lookup, expression);
  return found ? { type: found.type, oid: found.oid } : UNKNOWN;
}
