import type { TableAction } from "../changes.js";
import { dropAll } from "./dependencies.js";
import type { Session } from "./session.js";
import { Refusal, type ConstraintState, type TableState } from "./state.js";

type ActionOf<K extends TableAction["kind"]> = Extract<TableAction, { kind: K }>;

export function dropConstraint(
  session: Session,
  table: TableState,
  { constraint: name, ifExists, cascade = false }: ActionOf<"drop constraint">,
  only: boolean,
): void {
  const constraint = table.constraints.find((each) => each.name === name);
  if (!constraint) {
    if (dropNamedNotNull(session, table, name) || ifExists) return;
    // A constraint of a table from elsewhere may well be there.
    if (table.isAssumed) return;
    throw new Refusal("missing", `constraint "${name}" of relation "${table.name}" does not exist`);
  }
  if (constraint.inherited > 0)
    throw new Refusal("refused", `cannot drop inherited constraint "${name}" of relation "${table.name}"`);
  dropAll(session, [{ kind: "constraint", table: table.oid, name }], cascade, "constraint");
  if (constraint.kind === "check" && !constraint.noInherit) dropInheritedCheck(session, table, name, only);
  if (constraint.kind === "foreign key") dropInheritedForeignKey(session, table, constraint);
}

/** PostgreSQL 18 names NOT NULL constraints, so that they can be dropped by name. */
function dropNamedNotNull(session: Session, table: TableState, name: string): boolean {
  const column = table.columns.find(
    (each) => each.notNull && (each.notNullName ?? `${table.name}_${each.name}_not_null`) === name,
  );
  if (!column) return false;
  const isKey = table.constraints.some(
    ({ kind, columns }) => kind === "primary key" && columns.includes(column.name),
  );
  if (isKey) throw new Refusal("refused", `column "${column.name}" is in a primary key`);
  const columns = table.columns.map((each) => {
    if (each !== column) return each;
    return { ...each, notNullName: undefined, notNull: false, isNotNullLocal: false };
  });
  session.state.put<TableState>({ ...table, columns });
  return true;
}

function dropInheritedCheck(session: Session, parent: TableState, name: string, only: boolean): void {
  for (const { oid } of session.state.childrenOf(parent.oid)) {
    // One that was before it may have changed it as well.
    const child = session.tableOf(oid);
    const there = child.constraints.find((each) => each.name === name && each.kind === "check");
    if (!there) continue;
    const inherited = there.inherited - 1;
    const stays = only || there.isLocal || inherited > 0;
    session.state.put<TableState>({
      ...child,
      constraints: stays
        ? child.constraints.map((each) =>
            each === there ? { ...each, inherited, isLocal: each.isLocal || only } : each,
          )
        : child.constraints.filter((each) => each !== there),
    });
    if (!stays) dropInheritedCheck(session, child, name, false);
  }
}

function dropInheritedForeignKey(session: Session, parent: TableState, constraint: ConstraintState): void {
  for (const child of session.state.childrenOf(parent.oid)) {
    const there = child.constraints.find((each) => isSameForeignKey(each, constraint) && each.inherited > 0);
    if (!there) continue;
    session.state.put<TableState>({
      ...child,
      constraints: child.constraints.filter((each) => each !== there),
    });
    dropInheritedForeignKey(session, child, constraint);
  }
}

function isSameForeignKey(a: ConstraintState, b: ConstraintState): boolean {
  return (
    a.kind === "foreign key" &&
    a.references === b.references &&
    a.columns.join() === b.columns.join() &&
    (a.referenced ?? []).join() === (b.referenced ?? []).join()
  );
}

export function validateConstraint(session: Session, table: TableState, name: string): void {
  const constraint = table.constraints.find((each) => each.name === name);
  if (!constraint) {
    if (table.isAssumed || table.columns.some(({ notNullName }) => notNullName === name)) return;
    throw new Refusal("missing", `constraint "${name}" of relation "${table.name}" does not exist`);
  }
  if (constraint.kind !== "check" && constraint.kind !== "foreign key")
    throw new Refusal("refused", `constraint "${name}" is not a foreign key or check constraint`);
  if (!constraint.isEnforced) throw new Refusal("refused", "cannot validate NOT ENFORCED constraint");
  setValid(session, table, constraint);
}

function setValid(session: Session, table: TableState, constraint: ConstraintState): void {
  session.state.put<TableState>({
    ...table,
    constraints: table.constraints.map((each) => (each === constraint ? { ...each, isValid: true } : each)),
  });
  for (const { oid } of session.state.childrenOf(table.oid)) {
    const child = session.tableOf(oid);
    const there = child.constraints.find((each) =>
      constraint.kind === "check" ? each.name === constraint.name : isSameForeignKey(each, constraint),
    );
    if (there && there.inherited > 0 && !there.isValid) setValid(session, child, there);
  }
}

/** ALTER CONSTRAINT … [NOT] ENFORCED. */
export function alterForeignKeys(
  session: Session,
  table: TableState,
  { constraint: name, enforced }: ActionOf<"alter constraint">,
): void {
  const constraint = table.constraints.find((each) => each.name === name);
  if (!constraint) {
    if (table.isAssumed) return;
    throw new Refusal("missing", `constraint "${name}" of relation "${table.name}" does not exist`);
  }
  if (enforced === undefined) return;
  if (constraint.kind !== "foreign key")
    throw new Refusal("refused", `cannot alter enforceability of constraint "${name}"`);
  const changed = { ...constraint, isEnforced: enforced, isValid: enforced };
  session.state.put<TableState>({
    ...table,
    constraints: table.constraints.map((each) => (each === constraint ? changed : each)),
  });
}
