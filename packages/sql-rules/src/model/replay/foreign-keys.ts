import { isComparable } from "./casts.js";
import { columnOf, requireColumn } from "./columns.js";
import { baseOf, putConstraint, requireFreeName, type AddOptions, type Spec } from "./constraints.js";
import { constraintName, joinedNames } from "./naming.js";
import type { Session } from "./session.js";
import { Refusal, type ConstraintState, type Oid, type TableState } from "./state.js";

/** A foreign key may lead to what lasts as long as its table, or longer. */
const LASTING = { permanent: 2, unlogged: 1, temporary: 0 };

function isTemporary({ persistence }: TableState): boolean {
  return persistence === "temporary";
}

export function addForeignKey(
  session: Session,
  table: TableState,
  spec: Spec<"foreign key">,
  { isNew }: AddOptions,
): void {
  for (const column of spec.columns) requireColumn(table, column);
  const target = session.find(spec.references);
  if (!target) {
    session.refuseGone(spec.references);
    session.reportMissing(`relation "${spec.references.name}"`);
  } else if (target.kind !== "table" && target.kind !== "partitioned")
    throw new Refusal("refused", `referenced relation "${spec.references.name}" is not a table`);
  else if (
    LASTING[table.persistence] > LASTING[target.persistence] ||
    isTemporary(table) !== isTemporary(target)
  )
    throw new Refusal(
      "refused",
      `constraints on ${table.persistence} tables may not reference ${target.persistence} tables`,
    );
  const referencedTable = target && "columns" in target ? target : undefined;
  const key = referencedTable && referencedKey(session, referencedTable, spec);
  if (referencedTable && key) checkTypes(session, [table, spec.columns], [referencedTable, key.columns]);
  const { schema = table.schema, name: referencedName } = spec.references;
  const name =
    spec.name ??
    constraintName(session.state, table.schema, {
      first: table.name,
      second: joinedNames(spec.columns),
      label: "fkey",
    });
  requireFreeName(table, name);
  const constraint: ConstraintState = {
    ...baseOf(session, spec, name),
    kind: "foreign key",
    columns: spec.columns,
    references: referencedTable?.oid,
    referencesName: `${schema}.${referencedName}`,
    referenced: key?.columns,
    referencedIndex: key?.index,
    isValid: spec.isNotEnforced ? false : isNew === true || !spec.isNotValid,
    isEnforced: !spec.isNotEnforced,
    noInherit: true,
  };
  putConstraint(session, table.oid, constraint);
  if (table.kind === "partitioned") inheritForeignKey(session, table.oid, constraint);
}

/** Each pair of columns of a foreign key must be comparable. */
export function checkTypes(
  session: Session,
  [table, columns]: [TableState, readonly string[]],
  [target, referenced]: [TableState, readonly string[]],
): void {
  columns.forEach((name, i) => {
    const own = columnOf(table, name);
    const other = columnOf(target, referenced[i] ?? "");
    const [from, to] = [own && session.baseOf(own), other && session.baseOf(other)];
    if (!from || !to) return;
    const areOwn = from.oid === undefined && to.oid === undefined;
    const areAlike = areOwn ? isComparable(from.type, to.type) : from.oid === to.oid;
    if (!areAlike)
      throw new Refusal("refused", `foreign key cannot be implemented: "${name}" has another type`);
  });
}

/** Partitions carry the foreign keys of their table. */
function inheritForeignKey(session: Session, parent: Oid, constraint: ConstraintState): void {
  for (const child of session.state.childrenOf(parent)) {
    const isTaken = child.constraints.some(({ name }) => name === constraint.name);
    const name = isTaken
      ? constraintName(session.state, child.schema, {
          first: child.name,
          second: joinedNames(constraint.columns),
          label: "fkey",
        })
      : constraint.name;
    putConstraint(session, child.oid, { ...constraint, name, isLocal: false, inherited: 1 });
    inheritForeignKey(session, child.oid, constraint);
  }
}

/** The unique index a foreign key leans on. @throws Refusal where there is none */
function referencedKey(
  session: Session,
  table: TableState,
  { columns, referenced }: Spec<"foreign key">,
): { columns: readonly string[]; index: Oid | undefined } | undefined {
  if (referenced.length === 0) {
    const primary = table.constraints.find(({ kind }) => kind === "primary key");
    if (!primary) {
      if (!table.areColumnsKnown) return undefined;
      throw new Refusal("missing", `there is no primary key for referenced table "${table.name}"`);
    }
    if (primary.columns.length !== columns.length)
      throw new Refusal("refused", "number of referencing and referenced columns for foreign key disagree");
    return { columns: primary.columns, index: primary.index };
  }
  for (const column of referenced) requireColumn(table, column);
  if (referenced.length !== columns.length)
    throw new Refusal("refused", "number of referencing and referenced columns for foreign key disagree");
  const wanted = [...referenced].sort().join();
  const index = session.state.indexesOf(table.oid).find(
    ({ isUnique, isValid, predicate, keys }) =>
      isUnique &&
      isValid &&
      !predicate &&
      keys.every(({ expression }) => expression.kind === "column") &&
      keys
        .map(({ expression }) => (expression.kind === "column" ? expression.name : ""))
        .sort()
        .join() === wanted,
  );
  if (!index) {
    if (!table.areColumnsKnown) return { columns: referenced, index: undefined };
    throw new Refusal(
      "missing",
      `there is no unique constraint matching given keys for referenced table "${table.name}"`,
    );
  }
  return { columns: referenced, index: index.oid };
}
