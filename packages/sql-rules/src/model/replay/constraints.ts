import type { ConstraintSpec } from "../changes.js";
import { canonical } from "../expressions/index.js";
import { isComparable } from "./casts.js";
import { namesIn, isColumnOf } from "./expressions.js";
import { addIndex, type IndexSpec } from "./indexes.js";
import { columnOf, requireColumn, withColumn } from "./columns.js";
import { constraintName, joinedNames } from "./naming.js";
import type { Session } from "./session.js";
import { Refusal, type ConstraintState, type IndexState, type Oid, type TableState } from "./state.js";

type Spec<K extends ConstraintSpec["kind"]> = Extract<ConstraintSpec, { kind: K }>;

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

function put(session: Session, oid: Oid, constraint: ConstraintState): void {
  const table = session.tableOf(oid);
  session.state.put<TableState>({ ...table, constraints: [...table.constraints, constraint] });
}

function base(session: Session, spec: ConstraintSpec, name: string) {
  return {
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
  isInherited = false,
): void {
  const table = session.tableOf(oid);
  const [name] = spec.columns;
  requireColumn(table, name);
  session.state.put(
    withColumn(table, name, (column) => ({
      ...column,
      notNull: true,
      isNotNullLocal: column.isNotNullLocal || !isInherited,
      ...(spec.name !== undefined && { notNullName: spec.name }),
    })),
  );
  if (spec.noInherit) return;
  const children = session.state.childrenOf(oid);
  if (only && children.some((child) => columnOf(child, name)?.notNull !== true))
    throw new Refusal("refused", "constraint must be added to child tables too");
  for (const child of children) addNotNull(session, child.oid, spec, {}, true);
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
    constraintName(
      session.state,
      table.schema,
      {
        first: table.name,
        ...(columns.length === 1 && first !== undefined && { second: first }),
        label: "check",
      },
      [],
    );
  if (spec.noInherit && table.kind === "partitioned")
    throw new Refusal("refused", `cannot add NO INHERIT constraint to partitioned table "${table.name}"`);
  const constraint: ConstraintState = {
    ...base(session, spec, name),
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
    mergeOrPut(session, child.oid, { ...constraint, isLocal: false, inherited: 1 }, true);
    inheritCheck(session, child.oid, constraint);
  }
}

/** `MergeWithExistingConstraint`: a child that has the constraint already keeps it, as inherited too. */
export function mergeOrPut(
  session: Session,
  oid: Oid,
  constraint: ConstraintState,
  isInherited: boolean,
): void {
  const table = session.tableOf(oid);
  const there = table.constraints.find(({ name }) => name === constraint.name);
  if (!there) {
    put(session, oid, constraint);
    return;
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
    ...(spec.name !== undefined && { name: spec.name }),
    method: spec.withoutOverlaps ? "gist" : "btree",
    keys,
    include: spec.include ?? [],
    isUnique: true,
    nullsNotDistinct: spec.nullsNotDistinct === true,
    constraint: spec.kind,
    ...(only && { only: true }),
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
    ...(spec.name !== undefined && { name: spec.name }),
    method: spec.method,
    keys: spec.keys,
    include: spec.include ?? [],
    ...(spec.predicate && { predicate: spec.predicate }),
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
  put(session, index.table, {
    ...base(session, { kind: "unique", columns, range: session.range }, index.name),
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
  put(session, table.oid, {
    ...base(session, spec, constraint),
    kind: spec.kind,
    columns,
    index: index.oid,
  });
}

// ── FOREIGN KEY ──

function addForeignKey(
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
  else if (target.persistence === "temporary" && table.persistence !== "temporary")
    throw new Refusal("refused", "constraints on permanent tables may reference only permanent tables");
  const referencedTable = target && "columns" in target ? target : undefined;
  const key = referencedTable && referencedKey(session, referencedTable, spec);
  if (referencedTable && key) checkTypes(session, [table, spec.columns], [referencedTable, key.columns]);
  const { schema = table.schema, name: referencedName } = spec.references;
  const name =
    spec.name ??
    constraintName(
      session.state,
      table.schema,
      { first: table.name, second: joinedNames(spec.columns), label: "fkey" },
      [],
    );
  requireFreeName(table, name);
  const constraint: ConstraintState = {
    ...base(session, spec, name),
    kind: "foreign key",
    columns: spec.columns,
    ...(referencedTable && { references: referencedTable.oid }),
    referencesName: `${schema}.${referencedName}`,
    ...(key && { referenced: key.columns, ...(key.index !== undefined && { referencedIndex: key.index }) }),
    isValid: spec.isNotEnforced ? false : isNew === true || !spec.isNotValid,
    isEnforced: !spec.isNotEnforced,
    noInherit: true,
  };
  put(session, table.oid, constraint);
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
export function inheritForeignKey(session: Session, parent: Oid, constraint: ConstraintState): void {
  for (const child of session.state.childrenOf(parent)) {
    const isTaken = child.constraints.some(({ name }) => name === constraint.name);
    const name = isTaken
      ? constraintName(
          session.state,
          child.schema,
          { first: child.name, second: joinedNames(constraint.columns), label: "fkey" },
          [],
        )
      : constraint.name;
    put(session, child.oid, { ...constraint, name, isLocal: false, inherited: 1 });
    inheritForeignKey(session, child.oid, constraint);
  }
}

/** The unique index a foreign key leans on. @throws Refusal where there is none */
function referencedKey(
  session: Session,
  table: TableState,
  { columns, referenced }: Spec<"foreign key">,
): { columns: readonly string[]; index?: Oid } | undefined {
  if (referenced.length === 0) {
    const primary = table.constraints.find(({ kind }) => kind === "primary key");
    if (!primary) {
      if (!table.areColumnsKnown) return undefined;
      throw new Refusal("missing", `there is no primary key for referenced table "${table.name}"`);
    }
    if (primary.columns.length !== columns.length)
      throw new Refusal("refused", "number of referencing and referenced columns for foreign key disagree");
    return { columns: primary.columns, ...(primary.index !== undefined && { index: primary.index }) };
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
    if (!table.areColumnsKnown) return { columns: referenced };
    throw new Refusal(
      "missing",
      `there is no unique constraint matching given keys for referenced table "${table.name}"`,
    );
  }
  return { columns: referenced, index: index.oid };
}
