import type { TableAction } from "../changes.js";
import { columnOf, ownedSequence, requireColumn, withColumn } from "./columns.js";
import type { Session } from "./session.js";
import { Refusal, type Oid, type ResolvedType, type TableState } from "./state.js";

/** ALTER COLUMN … DROP EXPRESSION: a generated column becomes a plain one, in child tables as well. */
export function dropExpression(
  session: Session,
  oid: Oid,
  name: string,
  ifExists: boolean,
  only: boolean,
): void {
  const table = session.tableOf(oid);
  const column = requireColumn(table, name);
  if (column && !column.generated) {
    if (ifExists) return;
    throw new Refusal("refused", `column "${name}" is not a generated column`);
  }
  if (column?.generated?.kind === "virtual")
    throw new Refusal("refused", "DROP EXPRESSION is not supported for virtual generated columns");
  const children = session.state.childrenOf(oid);
  if (only && children.length > 0)
    throw new Refusal("refused", "DROP EXPRESSION must be applied to child tables too");
  if (column && column.inherited > 0)
    throw new Refusal("refused", "cannot drop generation expression from inherited column");
  for (const one of [oid, ...session.state.inheritorsOf(oid).keys()]) {
    const cleared = withColumn(session.tableOf(one), name, (each) => ({ ...each, generated: undefined }));
    session.state.put(cleared);
  }
}

/** @throws Refusal where a type cannot count */
export function requireIdentityType({ oid, type }: ResolvedType): void {
  if (oid === undefined && type.dimensions === 0 && /^(?:smallint|integer|bigint)$/.test(type.name)) return;
  throw new Refusal("refused", "identity column type must be smallint, integer, or bigint");
}

type IdentityAction = Extract<TableAction, { kind: "add identity" | "set identity" | "drop identity" }>;

export function changeIdentity(session: Session, table: TableState, action: IdentityAction): void {
  const column = requireColumn(table, action.column);
  const { state } = session;
  if (table.isPartition)
    throw new Refusal("refused", "cannot change the identity of a column of a partition");
  if (action.kind === "add identity") {
    if (column && !column.notNull) throw new Refusal("refused", `column "${action.column}" must be NOT NULL`);
    if (column && (column.default || column.sequence !== undefined || column.identity))
      throw new Refusal(
        "refused",
        `column "${action.column}" already has a default value or is an identity column`,
      );
    if (column) requireIdentityType(column);
    ownedSequence(session, table, action.column, true);
    setIdentity(session, table.oid, action.column, action.identity ?? "always");
    return;
  }
  if (column && !column.identity) {
    if (action.kind === "drop identity" && action.ifExists) return;
    throw new Refusal("refused", `column "${action.column}" is not an identity column`);
  }
  if (action.kind === "set identity") {
    if (action.identity) setIdentity(session, table.oid, action.column, action.identity);
    return;
  }
  setIdentity(session, table.oid, action.column, undefined);
  for (const object of state.referrers(table.oid)) {
    if (object.kind === "sequence" && object.isInternal && object.owner?.column === action.column)
      state.remove(object.oid);
  }
}

/** Since PostgreSQL 17 an identity column is one in every partition, by the sequence of the whole table. */
export function setIdentity(
  session: Session,
  oid: Oid,
  name: string,
  identity: "always" | "by default" | undefined,
): void {
  session.state.put(withColumn(session.tableOf(oid), name, (column) => ({ ...column, identity })));
  for (const child of session.state.childrenOf(oid)) {
    if (child.isPartition && columnOf(child, name)) setIdentity(session, child.oid, name, identity);
  }
}
