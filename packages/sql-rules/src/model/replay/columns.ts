import type { ColumnSpec } from "../changes.js";
import type { Expression } from "../expression.js";
import { ownType } from "../types.js";
import { requireIdentityType } from "./generated.js";
import { relationName } from "./naming.js";
import type { Session } from "./session.js";
import {
  plainColumn,
  Refusal,
  type ColumnState,
  type Oid,
  type SequenceState,
  type TableState,
} from "./state.js";

/** `MaxHeapAttributeNumber`. */
export const MAX_COLUMNS = 1600;

export function columnOf(table: TableState, name: string): ColumnState | undefined {
  return table.columns.find((column) => column.name === name);
}

/** @throws Refusal where a table whose columns are known has no such column */
export function requireColumn(table: TableState, name: string): ColumnState | undefined {
  const column = columnOf(table, name);
  if (!column && table.areColumnsKnown)
    throw new Refusal("missing", `column "${name}" of relation "${table.name}" does not exist`);
  return column;
}

/** The table with one column changed. */
export function withColumn(
  table: TableState,
  name: string,
  change: (column: ColumnState) => ColumnState,
): TableState {
  return {
    ...table,
    columns: table.columns.map((column) => (column.name === name ? change(column) : column)),
  };
}

/** A column as a specification declares it, with the sequences it brings. */
export function newColumn(session: Session, table: TableState, spec: ColumnSpec): ColumnState {
  const written = spec.type ?? ownType("text");
  const resolved = session.resolveType(written);
  const origin = session.placeOf(spec.range);
  const typePlace = session.placeOf(spec.typeRange ?? spec.range);
  const isRequired = spec.notNull === true || spec.identity !== undefined || spec.isSerial === true;
  const column: ColumnState = {
    ...plainColumn(spec.name, resolved, typePlace),
    notNull: isRequired,
    isNotNullLocal: isRequired,
    notNullName: spec.constraints.find(({ kind }) => kind === "not null")?.name,
    generated: spec.generated,
    identity: spec.identity,
    collation: spec.collation,
    origin,
  };
  if (spec.default) setDefault(session, column, spec.default);
  if (spec.identity) requireIdentityType(resolved);
  if (spec.isSerial || spec.identity) {
    const sequence = ownedSequence(session, table, spec.name, spec.identity !== undefined);
    if (spec.isSerial) column.sequence = sequence.oid;
  }
  return column;
}

/** Serial and identity columns have a sequence of their own. */
export function ownedSequence(
  { state }: Session,
  table: TableState,
  column: string,
  isInternal: boolean,
): SequenceState {
  return state.put<SequenceState>({
    oid: state.nextOid(),
    kind: "sequence",
    schema: table.schema,
    name: relationName(state, table.schema, { first: table.name, second: column, label: "seq" }),
    owner: { table: table.oid, column },
    isInternal,
  });
}

/** Sets a column's default; `nextval('s')` follows its sequence through renames. */
export function setDefault(session: Session, column: ColumnState, expression: Expression | undefined): void {
  column.sequence = expression && sequenceOf(session, expression);
  column.default =
    column.sequence === undefined && expression && !isNull(expression) ? expression : undefined;
}

/** DEFAULT NULL is no default. */
function isNull(expression: Expression): boolean {
  return expression.kind === "literal" && expression.value === null;
}

function sequenceOf(session: Session, expression: Expression): Oid | undefined {
  if (expression.kind !== "call" || expression.name !== "nextval") return undefined;
  const [arg] = expression.args;
  // Only a constant of type regclass is resolved when it is written.
  const isClass = arg?.kind === "cast" && arg.type.name === "regclass";
  const literal = isClass ? arg.arg : arg;
  if (literal?.kind !== "literal" || typeof literal.value !== "string") return undefined;
  const parts = [...literal.value.matchAll(/"((?:[^"]|"")*)"|([^."]+)/g)].map(([, quoted, plain = ""]) =>
    quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"'),
  );
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  const object = schema === undefined ? { name } : { schema, name };
  const found = session.find(object);
  if (!found) session.refuseGone(object);
  return found?.kind === "sequence" ? found.oid : undefined;
}
