import type { ChangeOf, CreateIndex, KeySpec } from "../changes.js";
import type { Expression } from "../expression.js";
import { columnNames, joinedNames, relationName } from "./naming.js";
import { attachIndex } from "./attach.js";
import { areAlike, matchingIndex, partitionsOf, validateParents } from "./partitions.js";
import { defaultClass, takes } from "./opclasses.js";
import { keptExpression, keyTypeOf } from "./expression-types.js";
import { isColumnOf, namesIn } from "./expressions.js";
import type { Session } from "./session.js";
import { Refusal, type IndexState, type KeyState, type TableState } from "./state.js";

/** What an index is made from, whether of CREATE INDEX, a constraint, LIKE or a partitioned table. */
export interface IndexSpec {
  name?: string | undefined;
  method: string;
  keys: readonly KeySpec[];
  include: readonly string[];
  predicate?: Expression | undefined;
  isUnique: boolean;
  nullsNotDistinct: boolean;
  constraint?: IndexState["constraint"];
  only?: boolean | undefined;
  parent?: number | undefined;
}

export function createIndex(session: Session, change: CreateIndex): void {
  const { name, ifNotExists } = change;
  const table = session.requireTable(change.table);
  if (name !== undefined && ifNotExists) {
    const there = session.state.relation(table.schema, name);
    if (there && !session.isAssumed(there)) return;
  }
  if (table.kind === "view" || table.kind === "foreign")
    throw new Refusal("refused", `cannot create index on relation "${table.name}"`);
  if (table.kind === "partitioned" && change.concurrently)
    throw new Refusal("refused", `cannot create index on partitioned table "${table.name}" concurrently`);
  addIndex(session, table, {
    name,
    method: change.method,
    keys: change.keys,
    include: change.include,
    predicate: change.predicate,
    isUnique: change.unique === true,
    nullsNotDistinct: change.nullsNotDistinct === true,
    only: change.only,
  });
}

/** ALTER INDEX … ATTACH PARTITION. */
export function attachIndexOf(session: Session, change: ChangeOf<"attach index">): void {
  const { state } = session;
  const [parent, part] = [session.find(change.index), session.find(change.child)];
  if (parent?.kind !== "index" || part?.kind !== "index") {
    if (!parent) session.refuseGone(change.index);
    if (!part) session.refuseGone(change.child);
    return;
  }
  if (part.parent === parent.oid) return;
  const partition = session.tableOf(part.table);
  const isPart = partition.isPartition && partition.parents.includes(parent.table);
  const isTaken = state.indexesOf(partition.oid).some((index) => index.parent === parent.oid);
  const isConstraint = parent.constraint === undefined || part.constraint === parent.constraint;
  if (!isPart || part.parent !== undefined || isTaken || !isConstraint || !areAlike(part, parent))
    throw new Refusal(
      "refused",
      `cannot attach index "${part.name}" as a partition of index "${parent.name}"`,
    );
  attachIndex(session, parent, part);
}

/** `DefineIndex`: the index, and those of the partitions. */
export function addIndex(session: Session, table: TableState, spec: IndexSpec): IndexState {
  const { state } = session;
  checkColumns(table, spec);
  if (table.kind === "partitioned" && (spec.isUnique || spec.constraint)) checkPartitionKey(table, spec);
  const name = spec.name ?? chooseName(session, table, spec);
  session.claimRelation(table.schema, name);
  if (spec.isUnique && !UNIQUE_METHODS.has(spec.method))
    throw new Refusal("refused", `access method "${spec.method}" does not support unique indexes`);
  const partitions = table.kind === "partitioned" ? partitionsOf(session, table) : [];
  const index = state.put<IndexState>({
    oid: state.nextOid(),
    kind: "index",
    schema: table.schema,
    name,
    table: table.oid,
    method: spec.method,
    keys: keyStates(session, table, spec),
    include: spec.include,
    predicate: spec.predicate,
    isUnique: spec.isUnique,
    nullsNotDistinct: spec.nullsNotDistinct,
    isValid: !(spec.only && partitions.length > 0),
    constraint: spec.constraint,
    parent: spec.parent,
    doubt: undefined,
    place: session.place,
  });
  if (!spec.only) for (const partition of partitions) addToPartition(session, index, partition, spec);
  return state.index(index.oid) ?? index;
}

/** Of PostgreSQL's own methods; what an extension's can do is not known. */
const UNIQUE_METHODS = { has: (method: string) => !/^(?:hash|gin|gist|spgist|brin)$/.test(method) };

/** A partition takes part with an index it has, or gets one. */
function addToPartition(session: Session, parent: IndexState, partition: TableState, spec: IndexSpec): void {
  const { state } = session;
  if (partition.kind === "foreign") {
    if (spec.isUnique) throw new Refusal("refused", `"${partition.name}" is a foreign table`);
    return;
  }
  const there = spec.constraint ? undefined : matchingIndex(session, parent, partition);
  const child = there ?? addIndex(session, partition, { ...spec, name: undefined, parent: parent.oid });
  state.put({ ...child, parent: parent.oid });
  if (!child.isValid) state.put({ ...(state.index(parent.oid) ?? parent), isValid: false });
  else validateParents(session, child);
}

function checkColumns(table: TableState, { keys, include, predicate }: IndexSpec): void {
  if (!table.areColumnsKnown) return;
  for (const { expression } of keys) requireColumns(table, namesIn(expression));
  if (predicate) requireColumns(table, namesIn(predicate));
  requireColumns(table, include);
}

function requireColumns(table: TableState, names: readonly string[]): void {
  for (const name of names)
    if (!isColumnOf(table, name)) throw new Refusal("missing", `column "${name}" does not exist`);
}

/** A partitioned table's unique index must hold its whole partition key. */
function checkPartitionKey(table: TableState, { keys }: IndexSpec): void {
  const columns = new Set(
    keys.flatMap(({ expression }) => (expression.kind === "column" ? [expression.name] : [])),
  );
  for (const element of table.partitionKey?.elements ?? []) {
    if (element.kind !== "column" || !columns.has(element.name))
      throw new Refusal(
        "refused",
        "unique constraint on partitioned table must include all partitioning columns",
      );
  }
}

function chooseName(session: Session, table: TableState, spec: IndexSpec): string {
  const { state } = session;
  const first = table.name;
  if (spec.constraint === "primary key")
    return relationName(state, table.schema, { first, label: "pkey", isConstraint: true });
  const second = joinedNames(columnNames([...spec.keys.map(({ label }) => label), ...spec.include]));
  if (spec.constraint === "exclude")
    return relationName(state, table.schema, { first, second, label: "excl", isConstraint: true });
  if (spec.constraint)
    return relationName(state, table.schema, { first, second, label: "key", isConstraint: true });
  return relationName(state, table.schema, { first, second, label: "idx" });
}

const ORDERED_METHODS = new Set(["btree"]);

function keyStates(session: Session, table: TableState, { keys, method }: IndexSpec): KeyState[] {
  const names = columnNames(keys.map(({ label }) => label));
  return keys.map((key, i) => {
    const isDescending = key.isDescending === true;
    if (!ORDERED_METHODS.has(method) && (isDescending || key.nulls))
      throw new Refusal("refused", `access method "${method}" does not support ASC/DESC options`);
    // Parentheses around a collation make no expression of a column.
    const written = key.expression.kind === "collate" ? key.expression : undefined;
    const collation = key.collation ?? written?.collation;
    const expression = keptExpression(table, written?.arg ?? key.expression);
    const resolved = classOf(session, table, expression, method, key.operatorClass);
    return {
      expression,
      label: names[i] ?? key.label,
      operatorClass: resolved.name,
      isDefaultClass: resolved.isDefault,
      collation,
      isDescending,
      areNullsFirst: key.nulls === undefined ? isDescending : key.nulls === "first",
    };
  });
}

/** The class of a key: the one written, or its type's default. @throws Refusal where the type has none */
export function classOf(
  session: Session,
  table: TableState,
  expression: Expression,
  method: string,
  written: string | undefined,
): { name?: string; isDefault: boolean } {
  const type = keyTypeOf(session, table, expression);
  if (written !== undefined) {
    if (type && !takes(method, written, type, session.extensions))
      throw new Refusal("refused", `operator class "${written}" does not accept the data type`);
    const isDefault = type !== undefined && defaultClass(method, type, session.extensions) === written;
    return { name: written, isDefault };
  }
  if (!type) return { isDefault: true };
  const name = defaultClass(method, type, session.extensions);
  if (name === null)
    throw new Refusal(
      "refused",
      `data type ${type.base.name} has no default operator class for access method "${method}"`,
    );
  return name === undefined ? { isDefault: true } : { name, isDefault: true };
}
