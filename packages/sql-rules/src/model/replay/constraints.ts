import type { ConstraintSpec } from "../changes.js";
import { canonical } from "../expressions/index.js";
import { namesIn, isColumnOf } from "./expressions.js";
import { addForeignKey } from "./foreign-keys.js";
import { addIndex, type IndexSpec } from "./indexes.js";
import { columnOf, requireColumn, withColumn } from "./columns.js";
import { constraintName } from "./naming.js";
import type { Session } from "./session.js";
import { Refusal, type ConstraintState, type IndexState, type Oid, type TableState } from "./state.js";

export type Spec<K extends ConstraintSpec["kind"]> = Extract<ConstraintSpec, { kind: K }>;

export interface AddOptions {
  /** The table is being created: there are no rows to check, so everything is valid. */
  isNew?: boolean;
  only?: boolean;
}

/** `ATAddConstraint` and its kin: adds a constraint to a table and to what inherits from it. */
export function addConstraint(
  session: Session,
  oid: Oid,
  spec: ConstraintSpec,
  options: AddOptions = {},
): void {
  const table = session.tableOf(oid);
  switch (spec.kind) {
    case "not null":
      addNotNull(session, oid, spec, options);
      break;
    case "check":
      addCheck(session, table, spec, options);
      break;
    case "primary key":
    case "unique":
      if (spec.index === undefined) addKey(session, table, spec, options);
      else adoptIndex(session, table, spec, spec.index);
      break;
    case "exclude":
      addExclusion(session, table, spec);
      break;
    case "foreign key":
      addForeignKey(session, table, spec, options);
      break;
  }
}

export function requireFreeName(table: TableState, name: string): void {
  if (table.constraints.some((constraint) => constraint.name === name))
    throw new Refusal("exists", `constraint "${name}" for relation "${table.name}" already exists`);
}

export function putConstraint(session: Session, oid: Oid, constraint: ConstraintState): void {
  const table = session.tableOf(oid);
  session.state.put<TableState>({ ...table, constraints: [...table.constraints, constraint] });
}

export function baseOf(session: Session, spec: ConstraintSpec, name: string): ConstraintState {
  return {
    kind: spec.kind === "not null" ? "check" : spec.kind,
    columns: [],
    expression: undefined,
    references: undefined,
    referencesName: undefined,
    referenced: undefined,
    referencedIndex: undefined,
    index: undefined,
    name,
    isValid: true,
    isEnforced: true,
    noInherit: false,
    inherited: 0,
    isLocal: true,
    place: session.placeOf(spec.range),
  };
}

// ── NOT NULL ──

export function addNotNull(
  session: Session,
  oid: Oid,
  spec: Pick<Spec<"not null">, "name" | "columns" | "noInherit">,
  { only = false }: AddOptions = {},
): void {
  const [name] = spec.columns;
  const add = (one: Oid) => {
    const table = session.tableOf(one);
    requireColumn(table, name);
    session.state.put(
      withColumn(table, name, (column) => ({
        ...column,
        notNull: true,
        isNotNullLocal: column.isNotNullLocal || one === oid,
        notNullName: spec.name ?? column.notNullName,
      })),
    );
  };
  add(oid);
  if (spec.noInherit) return;
  const children = session.state.childrenOf(oid);
  if (only && children.some((child) => columnOf(child, name)?.notNull !== true))
    throw new Refusal("refused", "constraint must be added to child tables too");
  for (const child of session.state.inheritorsOf(oid).keys()) add(child);
}

// ── CHECK ──

function addCheck(
  session: Session,
  table: TableState,
  spec: Spec<"check">,
  { isNew, only }: AddOptions,
): void {
  const { expression } = spec;
  const columns = namesIn(expression);
  const absent = table.areColumnsKnown ? columns.find((column) => !isColumnOf(table, column)) : undefined;
  if (absent !== undefined) throw new Refusal("missing", `column "${absent}" does not exist`);
  const [first] = columns;
  const name =
    spec.name ??
    constraintName(session.state, table.schema, {
      first: table.name,
      ...(columns.length === 1 && first !== undefined && { second: first }),
      label: "check",
    });
  if (spec.noInherit && table.kind === "partitioned")
    throw new Refusal("refused", `cannot add NO INHERIT constraint to partitioned table "${table.name}"`);
  const constraint: ConstraintState = {
    ...baseOf(session, spec, name),
    kind: "check",
    columns,
    expression,
    isValid: spec.isNotEnforced ? false : isNew === true || !spec.isNotValid,
    isEnforced: !spec.isNotEnforced,
    noInherit: spec.noInherit === true,
  };
  mergeOrPut(session, table.oid, constraint, false);
  const children = spec.noInherit ? [] : session.state.childrenOf(table.oid);
  if (only && children.length > 0)
    throw new Refusal("refused", "constraint must be added to child tables too");
  inheritCheck(session, table.oid, constraint);
}

function inheritCheck(session: Session, parent: Oid, constraint: ConstraintState): void {
  if (constraint.noInherit) return;
  for (const child of session.state.childrenOf(parent)) {
    const isMerged = mergeOrPut(session, child.oid, { ...constraint, isLocal: false, inherited: 1 }, true);
    // What has it already has handed it down.
    if (!isMerged) inheritCheck(session, child.oid, constraint);
  }
}

/**
 * `MergeWithExistingConstraint`: a child that has the constraint already keeps it, as inherited too.
 *
 * @returns whether it had it
 */
export function mergeOrPut(
  session: Session,
  oid: Oid,
  constraint: ConstraintState,
  isInherited: boolean,
): boolean {
  const table = session.tableOf(oid);
  const there = table.constraints.find(({ name }) => name === constraint.name);
  if (!there) {
    putConstraint(session, oid, constraint);
    return false;
  }
  if (
    there.kind !== "check" ||
    !there.expression ||
    !constraint.expression ||
    canonical(there.expression) !== canonical(constraint.expression) ||
    !(isInherited || (there.inherited > 0 && !there.isLocal)) ||
    there.noInherit ||
    (!there.isValid && constraint.isValid)
  )
    requireFreeName(table, constraint.name);
  const merged: ConstraintState = isInherited
    ? { ...there, inherited: there.inherited + 1 }
    : { ...there, isLocal: true };
  session.state.put<TableState>({
    ...table,
    constraints: table.constraints.map((each) => (each === there ? merged : each)),
  });
  return true;
}

// ── PRIMARY KEY, UNIQUE, EXCLUDE ──

function addKey(
  session: Session,
  table: TableState,
  spec: Spec<"primary key" | "unique">,
  { only }: AddOptions,
): void {
  const isPrimary = spec.kind === "primary key";
  if (isPrimary) prepareKey(session, table, spec.columns);
  const keys = spec.columns.map((column) => ({
    expression: { kind: "column", name: column } as const,
    label: column,
  }));
  for (const column of spec.columns) requireColumn(table, column);
  if (new Set(spec.columns).size < spec.columns.length)
    throw new Refusal("refused", `a column appears twice in ${spec.kind} constraint`);
  addKeyIndex(session, table.oid, {
    name: spec.name,
    method: spec.withoutOverlaps ? "gist" : "btree",
    keys,
    include: spec.include ?? [],
    isUnique: true,
    nullsNotDistinct: spec.nullsNotDistinct === true,
    constraint: spec.kind,
    only,
  });
}

/** A table has one primary key, and its columns hold no NULL. */
function prepareKey(session: Session, table: TableState, columns: readonly string[]): void {
  if (table.constraints.some(({ kind }) => kind === "primary key"))
    throw new Refusal("exists", `multiple primary keys for table "${table.name}" are not allowed`);
  for (const column of columns) {
    if (columnOf(table, column)?.notNull === true) continue;
    addNotNull(session, table.oid, { columns: [column] });
  }
}

function addExclusion(session: Session, table: TableState, spec: Spec<"exclude">): void {
  addKeyIndex(session, table.oid, {
    name: spec.name,
    method: spec.method,
    keys: spec.keys,
    include: spec.include ?? [],
    predicate: spec.predicate,
    isUnique: false,
    nullsNotDistinct: false,
    constraint: "exclude",
  });
}

/** The index of a constraint, with the constraint, here and in the partitions. */
export function addKeyIndex(session: Session, oid: Oid, spec: IndexSpec): IndexState {
  if (spec.name !== undefined) requireFreeName(session.tableOf(oid), spec.name);
  const index = addIndex(session, session.tableOf(oid), spec);
  recordKeyConstraints(session, index, spec, 0);
  return index;
}

/** Constraints stand beside their indexes; those of partitions are inherited. */
export function recordKeyConstraints(
  session: Session,
  index: IndexState,
  spec: IndexSpec,
  inherited: number,
): void {
  if (!spec.constraint) return;
  const table = session.tableOf(index.table);
  if (table.constraints.some((constraint) => constraint.index === index.oid)) return;
  const columns = spec.keys.flatMap(({ expression }) =>
    expression.kind === "column" ? [expression.name] : [],
  );
  putConstraint(session, index.table, {
    ...baseOf(session, { kind: "unique", columns, range: session.range }, index.name),
    kind: spec.constraint,
    columns,
    index: index.oid,
    inherited,
    isLocal: inherited === 0,
  });
  for (const part of session.state.referrers(index.oid)) {
    if (part.kind === "index" && part.parent === index.oid) recordKeyConstraints(session, part, spec, 1);
  }
}

/** ADD … USING INDEX: the index takes the constraint's name. */
function adoptIndex(
  session: Session,
  table: TableState,
  spec: Spec<"primary key" | "unique">,
  name: string,
): void {
  const { state } = session;
  const found = state.relation(table.schema, name);
  const index = found?.kind === "index" && found.table === table.oid ? found : undefined;
  if (!index) throw new Refusal("missing", `index "${name}" does not exist`);
  const columns = index.keys.flatMap(({ expression }) =>
    expression.kind === "column" ? [expression.name] : [],
  );
  const isFit =
    index.isUnique &&
    index.isValid &&
    !index.constraint &&
    !index.predicate &&
    index.method === "btree" &&
    columns.length === index.keys.length &&
    new Set(columns).size === columns.length &&
    index.keys.every(
      ({ isDescending, areNullsFirst, isDefaultClass }) => !isDescending && !areNullsFirst && isDefaultClass,
    );
  if (!isFit || table.kind === "partitioned")
    throw new Refusal("refused", `index "${name}" does not fit a constraint`);
  if (spec.kind === "primary key") {
    if (index.nullsNotDistinct)
      throw new Refusal("refused", "primary keys cannot use NULLS NOT DISTINCT indexes");
    prepareKey(session, table, columns);
  }
  const constraint = spec.name ?? index.name;
  requireFreeName(session.tableOf(table.oid), constraint);
  if (constraint !== index.name) session.claimRelation(index.schema, constraint);
  state.put<IndexState>({ ...index, name: constraint, constraint: spec.kind });
  putConstraint(session, table.oid, {
    ...baseOf(session, spec, constraint),
    kind: spec.kind,
    columns,
    index: index.oid,
  });
}
