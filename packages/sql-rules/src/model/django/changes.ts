import type { Range } from "../../language/split.js";
import type { ColumnSpec, ConstraintSpec, KeySpec, SchemaChange, TableAction } from "../changes.js";
import { sameType } from "../types.js";
import type { DjangoOperation, OperationOf } from "./facts.js";
import type { Model, ProjectState } from "./state.js";
import { tablesOf, type ColumnShape, type KeyShape, type TableShape } from "./tables.js";

/**
 * What a project's database has, migration after migration, and what each asks of it. Every operation is applied to the
 * models; the tables that these then stand for, compared with those that are there, tell what Django changes. Foreign
 * keys and checks are left out: no index comes of them.
 */
export class Tables {
  #tables = new Map<string, TableShape>();
  #steps = 0;
  #isCut = false;

  /** Applies the operations of a migration. @returns what they ask of PostgreSQL, in order */
  run(operations: readonly DjangoOperation[], app: string, state: ProjectState): SchemaChange[] {
    const changes = this.#all(operations, app, state);
    const last = operations.at(-1);
    if (this.#steps <= MAX_STEPS || this.#isCut || !last) return changes;
    this.#isCut = true;
    const doubt = "the migrations take too many steps to be followed";
    return [
      ...changes,
      { kind: "block", changes: [], doubt, words: [], isAnything: true, range: last.range },
    ];
  }

  #all(operations: readonly DjangoOperation[], app: string, state: ProjectState): SchemaChange[] {
    return operations.flatMap((operation) => this.#one(operation, app, state));
  }

  #one(operation: DjangoOperation, app: string, state: ProjectState): readonly SchemaChange[] {
    const { range } = operation;
    switch (operation.kind) {
      case "changes":
        return operation.changes;
      case "unread": {
        const words = operation.words.flatMap((word) => [word, `${app}_${word}`]);
        return [{ kind: "block", changes: [], doubt: operation.error, words, range }];
      }
      case "separate": {
        this.#steps += state.models.size;
        if (this.#steps > MAX_STEPS) return [];
        const changes = this.#all(operation.database, app, state.copy());
        // What the models are said to be is there already.
        this.#all(operation.state, app, state);
        return changes;
      }
    }
    this.#steps += costOf(operation, app, state);
    if (this.#steps > MAX_STEPS) return [];
    const models = state.apply(operation, app);
    if (models === undefined) {
      const doubt = "a migration changes it that is not among those that were read";
      return [{ kind: "block", changes: [], doubt, words: [`${app}_${operation.model}`], range }];
    }
    if (operation.kind === "rename index") return this.#renameIndex(operation, models);
    const changes = this.#update(operation, models, state);
    // Django leaves it to the database whether a table of a model that it does not manage is there.
    return operation.kind === "managed" ? [] : changes;
  }

  #update(operation: DjangoOperation, models: readonly Model[], state: ProjectState): SchemaChange[] {
    for (const model of models) this.#steps += sizeOf(model);
    const wanted = new Map(
      models
        .filter(({ app, name }) => operation.kind !== "delete model" && state.get(app, name))
        .flatMap((model) => [...tablesOf(state, model)]),
    );
    const ids = new Set(models.map(({ id }) => id));
    const dropped = [...this.#tables].filter(([key, { model }]) => ids.has(model) && !wanted.has(key));
    const { range } = operation;
    const changes: SchemaChange[] = [];
    for (const [key, { name }] of dropped.reverse()) {
      this.#tables.delete(key);
      changes.push({ kind: "drop", object: "table", names: [name], cascade: true, range });
    }
    const [model] = models;
    for (const [key, shape] of wanted) {
      const before = this.#tables.get(key);
      const isOwn = model?.id === shape.model;
      const rangeOf = (own: Range) => (isOwn || (own[0] >= range[0] && own[1] <= range[1]) ? own : range);
      const difference = before
        ? altered(before, shape, range, rangeOf)
        : { shape: withOwnNames(shape), changes: created(withOwnNames(shape), range) };
      this.#tables.set(key, difference.shape);
      changes.push(...difference.changes);
    }
    return changes;
  }

  #renameIndex(operation: OperationOf<"rename index">, models: readonly Model[]): readonly SchemaChange[] {
    const [model] = models;
    const key = model && String(model.id);
    const table = key === undefined ? undefined : this.#tables.get(key);
    if (!model || key === undefined || !table) return [];
    const ids = operation.fields?.map((name) => model.fields.get(name)?.id ?? name).join() ?? "";
    const old = operation.name === undefined ? `index together ${ids}` : `named ${operation.name}`;
    const index = table.keys.get(old);
    const { to, range } = operation;
    const keys = new Map(table.keys);
    keys.delete(old);
    if (index) keys.set(`named ${to}`, { ...index, name: to });
    this.#tables.set(key, { ...table, keys });
    const { schema } = table.name;
    const name = { ...(schema === undefined ? {} : { schema }), name: index?.name ?? operation.name ?? "" };
    return [{ kind: "rename", object: "index", name, to, ifExists: true, range }];
  }
}

/** Parts of models that are looked at in all: a project of a thousand migrations takes some hundred thousand. */
const MAX_STEPS = 2_000_000;

function sizeOf({ fields, indexes, uniqueTogether, indexTogether }: Model): number {
  return 1 + fields.size + indexes.length + uniqueTogether.length + indexTogether.length;
}

/** What it takes at least to apply an operation: all models may be asked whether they refer to one. */
function costOf(operation: DjangoOperation, app: string, { models }: ProjectState): number {
  const all = 1 + Math.floor(models.size / 64);
  if (operation.kind === "create model")
    return all + operation.fields.length + operation.options.indexes.length;
  const model = "model" in operation ? models.get(`${app}.${operation.model}`) : undefined;
  return all + (model ? sizeOf(model) : 0);
}

/** What comes with its column has the name that PostgreSQL gives it. */
function withOwnNames(shape: TableShape): TableShape {
  const keys = [...shape.keys].map(
    ([key, one]) => [key, one.ownName === undefined ? one : { ...one, name: one.ownName }] as const,
  );
  return { ...shape, keys: new Map(keys) };
}

function created({ name, columns, keys }: TableShape, range: Range): SchemaChange[] {
  const known = [...columns.values()].filter(({ unknownClass }) => unknownClass === undefined);
  const others = [...columns.values()].filter(({ unknownClass }) => unknownClass !== undefined);
  const isEarly = ({ index }: KeyShape) =>
    index.isConstraint && keyColumns(index).every((column) => known.some((one) => one.name === column));
  const early = [...keys.values()].filter(isEarly);
  const late = [...keys.values()].filter((key) => !early.includes(key));
  return [
    {
      kind: "create table",
      name,
      tableKind: "table",
      persistence: "permanent",
      elements: known.map((column) => columnSpec(column, column.range)),
      constraints: early.map((key) => constraintSpec(key, range)),
      range,
    },
    ...others.map((column) => addColumn(name, column, range, column.range)),
    ...late.map((key) => addKey(name, key, range)),
  ];
}

/** What makes one table of another, and the table with the names that things keep. */
function altered(
  before: TableShape,
  after: TableShape,
  range: Range,
  rangeOf: (own: Range) => Range,
): { shape: TableShape; changes: SchemaChange[] } {
  const changes: SchemaChange[] = [];
  const { name } = after;
  if (before.name.name !== name.name)
    changes.push({ kind: "rename", object: "table", name: before.name, to: name.name, range });
  if (before.name.schema !== name.schema)
    changes.push({ kind: "set schema", object: "table", name: { ...before.name, name: name.name }, schema: name.schema ?? "public", range }); // prettier-ignore
  const kept = new Map<string, KeyShape>();
  const gone: [string, KeyShape][] = [];
  for (const [key, shape] of before.keys) {
    if (after.keys.has(key)) kept.set(key, shape);
    else gone.push([key, shape]);
  }
  for (const [, key] of gone) changes.push(dropKey(after, key, range));
  for (const [id, column] of before.columns) {
    if (after.columns.has(id)) continue;
    changes.push(alter(name, range, { kind: "drop column", column: column.name, cascade: true }));
  }
  const added = new Set<string>();
  for (const [id, column] of after.columns) {
    const old = before.columns.get(id);
    if (old) changes.push(...columnChanges(name, old, column, range, rangeOf(column.range)));
    else {
      changes.push(addColumn(name, column, range, rangeOf(column.range)));
      added.add(id);
    }
  }
  const keys = new Map<string, KeyShape>();
  for (const [key, wanted] of after.keys) {
    const old = kept.get(key);
    if (old) {
      keys.set(key, { ...wanted, name: old.name });
      continue;
    }
    const isOfNewColumn = key.startsWith("unique ") && added.has(key.slice("unique ".length));
    const own = isOfNewColumn && wanted.ownName !== undefined ? { ...wanted, name: wanted.ownName } : wanted;
    keys.set(key, own);
    changes.push(addKey(name, own, range));
  }
  return { shape: { ...after, keys }, changes };
}

function columnChanges(
  table: TableShape["name"],
  before: ColumnShape,
  after: ColumnShape,
  range: Range,
  typeRange: Range,
): SchemaChange[] {
  const changes: SchemaChange[] = [];
  const column = after.name;
  if (before.name !== column)
    changes.push({ kind: "rename", object: "table", part: { kind: "column", name: before.name }, name: table, to: column, range }); // prettier-ignore
  const actions: TableAction[] = [];
  if (before.isAuto && !after.isAuto) actions.push({ kind: "drop identity", column, ifExists: true });
  if (!sameType(before.type, after.type))
    actions.push({ kind: "retype column", column, type: after.type, typeRange, hasUsing: true });
  if (before.notNull !== after.notNull)
    actions.push({ kind: after.notNull ? "set not null" : "drop not null", column });
  if (!before.isAuto && after.isAuto) actions.push({ kind: "add identity", column, identity: "by default" });
  if (actions.length === 0) return changes;
  const change = alter(table, range, ...actions);
  return [...changes, after.unknownClass === undefined ? change : inDoubt(change, after.unknownClass)];
}

function alter(name: TableShape["name"], range: Range, ...actions: TableAction[]): SchemaChange {
  return { kind: "alter table", object: "table", name, actions, range };
}

function inDoubt(change: SchemaChange, unknownClass: string): SchemaChange {
  const doubt = `what column ${unknownClass} makes is not known`;
  return { kind: "block", changes: [change], doubt, range: change.range };
}

function addColumn(name: TableShape["name"], column: ColumnShape, range: Range, own: Range): SchemaChange {
  const change = alter(name, range, { kind: "add column", column: columnSpec(column, own) });
  return column.unknownClass === undefined ? change : inDoubt(change, column.unknownClass);
}

function columnSpec({ name, type, notNull, isAuto }: ColumnShape, range: Range): ColumnSpec {
  return {
    kind: "column",
    name,
    type,
    typeRange: range,
    isSerial: undefined,
    notNull,
    default: undefined,
    generated: undefined,
    identity: isAuto ? "by default" : undefined,
    collation: undefined,
    constraints: [],
    range,
  };
}

function keyColumns({ keys }: KeyShape["index"]): string[] {
  return keys.map(({ expression }) => (expression.kind === "column" ? expression.name : ""));
}

function keySpecs({ keys }: KeyShape["index"]): KeySpec[] {
  return keys.map((key) => ({ ...key, label: key.expression.kind === "column" ? key.expression.name : "expr" }));
} // prettier-ignore

function constraintSpec({ name, index, isPrimary }: KeyShape, range: Range): ConstraintSpec {
  const { include, method, predicate, isExclusion, nullsNotDistinct } = index;
  const rest = include.length > 0 ? { include } : {};
  if (isExclusion)
    return { kind: "exclude", name, method, keys: keySpecs(index), ...rest, ...(predicate ? { predicate } : {}), range }; // prettier-ignore
  return {
    kind: isPrimary ? "primary key" : "unique",
    name,
    columns: keyColumns(index),
    ...rest,
    ...(nullsNotDistinct ? { nullsNotDistinct } : {}),
    range,
  };
}

function addKey(table: TableShape["name"], key: KeyShape, range: Range): SchemaChange {
  const { name, index } = key;
  if (index.isConstraint) {
    const change = alter(table, range, { kind: "add constraint", constraint: constraintSpec(key, range) });
    return withDoubt(change, index.doubt);
  }
  const { method, include, predicate, isUnique, nullsNotDistinct, doubt } = index;
  const change: SchemaChange = {
    kind: "create index",
    name,
    table,
    method,
    keys: keySpecs(index),
    include,
    ...(predicate ? { predicate } : {}),
    ...(isUnique ? { unique: true } : {}),
    ...(nullsNotDistinct ? { nullsNotDistinct } : {}),
    range,
  };
  return withDoubt(change, doubt);
}

function withDoubt(change: SchemaChange, doubt: string | undefined): SchemaChange {
  return doubt === undefined ? change : { kind: "block", changes: [change], doubt, range: change.range };
}

function dropKey({ name: table }: TableShape, { name, index }: KeyShape, range: Range): SchemaChange {
  if (index.isConstraint)
    return alter(table, range, { kind: "drop constraint", constraint: name, ifExists: true, cascade: true });
  const { schema } = table;
  const own = { ...(schema === undefined ? {} : { schema }), name };
  return { kind: "drop", object: "index", names: [own], ifExists: true, range };
}
