import type { Range } from "../../language/split.js";
import { clip } from "../../language/identifiers.js";
import type { ObjectName } from "../changes.js";
import { objectName } from "../replay/naming.js";
import { ownType, type TypeRef } from "../types.js";
import type { DjangoIndex } from "./facts.js";
import { indexName, tableName } from "./names.js";
import type { Field, Model, ProjectState } from "./state.js";

/** A table as Django makes it of a model, or of a relation between two. */
export interface TableShape {
  /** Of the model. */
  model: number;
  name: ObjectName;
  /** By what outlives their names. */
  columns: ReadonlyMap<string, ColumnShape>;
  /** Indexes and constraints that indexes keep, by what they are for. */
  keys: ReadonlyMap<string, KeyShape>;
}

export interface ColumnShape {
  name: string;
  type: TypeRef;
  notNull: boolean;
  isAuto: boolean;
  range: Range;
  /** The class whose columns nobody here knows. */
  unknownClass?: string;
}

export interface KeyShape {
  name: string;
  /** What PostgreSQL calls it where it comes with its column. */
  ownName?: string;
  index: DjangoIndex;
  isPrimary?: true;
}

/** A type that no database has: of what other packages' migrations or settings elsewhere make. */
const UNKNOWN: TypeRef = { name: "unknown key", modifiers: [], dimensions: 0 };
const AUTO_TYPES: Readonly<Record<string, TypeRef>> = {
  AutoField: ownType("integer"),
  BigAutoField: ownType("bigint"),
  SmallAutoField: ownType("smallint"),
};
/** Primary keys of Django's own apps, whose migrations stand elsewhere. */
const DJANGO_KEYS: Readonly<Record<string, TypeRef>> = {
  ...Object.fromEntries(
    ["auth.user", "auth.group", "auth.permission", "contenttypes.contenttype", "sites.site", "admin.logentry", "flatpages.flatpage", "redirects.redirect"]
      .map((name) => [name, ownType("integer")]),
  ),
  "sessions.session": ownType("character varying", [40]),
}; // prettier-ignore
/** Keys that refer to keys. */
const MAX_REFERENCES = 20;

/** The tables of a model, by what outlives their names. */
export function tablesOf(state: ProjectState, model: Model): Map<string, TableShape> {
  const tables = new Map<string, TableShape>();
  if (!state.hasTable(model)) return tables;
  const fields = fieldsOf(state, model);
  const own = nameOf(model);
  tables.set(String(model.id), tableOf(state, model, fields, own));
  for (const [name, field] of fields) {
    if (field.kind !== "many to many" || field.hasThrough) continue;
    tables.set(`${model.id}/${field.id}`, between(state, model, name, field));
  }
  return tables;
}

/** The fields of a model with a table, with the key that it gets without one. */
function fieldsOf(state: ProjectState, model: Model): ReadonlyMap<string, Field> {
  const hasKey = [...model.fields.values()].some(({ isPrimary, kind }) => isPrimary ?? kind === "composite");
  if (hasKey) return model.fields;
  return new Map([["id", autoKey(state)], ...model.fields]);
}

function autoKey({ settings }: ProjectState): Field {
  const type = AUTO_TYPES[settings.autoField ?? ""];
  const known = type ? { type, isAuto: true as const } : { type: UNKNOWN };
  return { id: -1, range: [0, 0], kind: "column", isPrimary: true, ...known };
}

/** `schema"."table` is how a table of another schema is named. */
function nameOf({ app, name, table }: Model): ObjectName {
  const [schema, own] = table?.replaceAll(/^"|"$/g, "").split('"."') ?? [];
  if (schema !== undefined && own !== undefined) return { schema, name: own };
  return { name: tableName(table?.replaceAll(/^"|"$/g, "") ?? `${app}_${name}`) };
}

/** The column of a field; undefined where it has none. */
function columnOf(name: string, { kind, column }: Field): string | undefined {
  if (kind === "none" || kind === "many to many" || kind === "composite") return undefined;
  return clip(column ?? (kind === "foreign key" ? `${name}_id` : name));
}

function typeOf(state: ProjectState, model: Model, field: Field, depth = 0): TypeRef {
  if (field.kind !== "foreign key") return field.type ?? UNKNOWN;
  if (field.to === undefined || depth > MAX_REFERENCES) return UNKNOWN;
  const full = state.fullName(field.to, model);
  const target = state.models.get(full);
  return target ? keyType(state, target, field.toField, depth + 1) : (DJANGO_KEYS[full] ?? UNKNOWN);
}

/** The type of a model's key, or of another of its fields. */
function keyType(state: ProjectState, model: Model, toField: string | undefined, depth: number): TypeRef {
  const found = toField === undefined ? undefined : model.fields.get(toField);
  const key = found ?? [...model.fields.values()].find(({ isPrimary }) => isPrimary);
  if (key) return typeOf(state, model, key, depth);
  const bases = model.bases.flatMap((base) => state.models.get(state.fullName(base, model)) ?? []);
  if (bases[0] && depth < MAX_REFERENCES) return keyType(state, bases[0], toField, depth + 1);
  return autoKey(state).type!;
}

function tableOf(
  state: ProjectState,
  model: Model,
  fields: ReadonlyMap<string, Field>,
  name: ObjectName,
): TableShape {
  const columns = new Map<string, ColumnShape>();
  const byField = new Map<string, string>();
  for (const [key, field] of fields) {
    const column = columnOf(key, field);
    if (column === undefined) continue;
    byField.set(key, column);
    byField.set(`${key}_id`, column);
    columns.set(String(field.id), {
      name: column,
      type: typeOf(state, model, field),
      notNull: !field.isNull,
      isAuto: field.isAuto ?? false,
      range: field.range,
      ...(field.kind === "unknown" ? { unknownClass: field.type?.name ?? "" } : {}),
    });
  }
  const keys = new Map<string, KeyShape>();
  for (const field of fields.values()) {
    const column = columns.get(String(field.id));
    if (column) for (const [key, shape] of keysOf(name.name, field, column)) keys.set(key, shape);
    const parts = field.fields?.flatMap((one) => byField.get(one) ?? []) ?? [];
    if (field.kind === "composite") keys.set(`primary ${field.id}`, primary(name.name, parts));
  }
  for (const what of ["unique", "index"] as const) {
    for (const set of what === "unique" ? model.uniqueTogether : model.indexTogether) {
      const shape = together(name.name, what, set.flatMap((one) => byField.get(one) ?? [])); // prettier-ignore
      keys.set(`${what} together ${set.map((one) => fields.get(one)?.id ?? one).join()}`, shape);
    }
  }
  for (const index of model.indexes) {
    const found = located(index, byField);
    if (found) keys.set(`named ${index.name ?? ""}`, { name: clip(index.name ?? ""), index: found });
  }
  return { model: model.id, name, columns, keys };
}

/** What the field of a column brings besides it. */
function keysOf(table: string, field: Field, { name, type }: ColumnShape): [string, KeyShape][] {
  const { id, isPrimary, isUnique, isIndexed } = field;
  const keys: [string, KeyShape][] = [];
  if (isPrimary) keys.push([`primary ${id}`, primary(table, [name])]);
  else if (isUnique) {
    const ownName = objectName(table, name, "key");
    keys.push([`unique ${id}`, { ...together(table, "unique", [name]), ownName }]);
  } else if (isIndexed) keys.push([`index ${id}`, { name: indexName(table, [name], ""), index: plain([name]) }]);
  // Django's own `LIKE` asks for a second index where the order of characters is not that of their bytes.
  const pattern = type.dimensions > 0 ? undefined : PATTERNS[type.name];
  if (pattern !== undefined && (isPrimary ?? isUnique ?? isIndexed)) {
    const index = { ...plain([name]), keys: [{ expression: { kind: "column" as const, name }, operatorClass: pattern }] };
    keys.push([`like ${id} ${pattern}`, { name: indexName(table, [name], "_like"), index }]);
  } // prettier-ignore
  return keys;
} // prettier-ignore

const PATTERNS: Readonly<Record<string, string>> = {
  "character varying": "varchar_pattern_ops",
  text: "text_pattern_ops",
};

function plain(columns: readonly string[]): DjangoIndex {
  const keys = columns.map((name) => ({ expression: { kind: "column" as const, name } }));
  return { range: [0, 0], method: "btree", keys, include: [] };
}

function primary(table: string, columns: readonly string[]): KeyShape {
  const index = { ...plain(columns), isUnique: true as const, isConstraint: true as const };
  return { name: objectName(table, undefined, "pkey"), index, isPrimary: true };
}

function together(table: string, what: "unique" | "index", columns: readonly string[]): KeyShape {
  const isUnique = what === "unique";
  const name = indexName(table, columns, isUnique ? "_uniq" : "_idx");
  return { name, index: { ...plain(columns), ...(isUnique ? { isUnique, isConstraint: true } : {}) } };
}

/** The index with columns for fields; undefined where a field has none. */
function located(index: DjangoIndex, byField: ReadonlyMap<string, string>): DjangoIndex | undefined {
  const missing: string[] = [];
  const columnFor = (name: string): string => {
    const column = byField.get(name);
    if (column === undefined) missing.push(name);
    return column ?? name;
  };
  const found = JSON.parse(
    JSON.stringify({ ...index, include: index.include.map(columnFor) }),
    (_, value: unknown) => {
      const part = value as { kind?: unknown; name?: unknown } | null;
      const isColumn = typeof part === "object" && part?.kind === "column" && typeof part.name === "string";
      return isColumn ? { ...part, name: columnFor(part.name as string) } : value;
    },
  ) as DjangoIndex;
  return missing.length === 0 ? found : undefined;
}

/** The table between two models. After `create_many_to_many_intermediary_model` of Django 5.2. */
function between(state: ProjectState, model: Model, name: string, field: Field): TableShape {
  const own = nameOf(model);
  const full = field.to === undefined ? "" : state.fullName(field.to, model);
  const isSelf = full === `${model.app}.${model.name}`;
  const to = full.slice(full.lastIndexOf(".") + 1).toLowerCase();
  const table: ObjectName = {
    ...own,
    name: tableName(field.table?.replaceAll(/^"|"$/g, "") ?? `${own.name}_${name}`),
  };
  const side = (id: number, key: string, ref: string): [string, Field] => [
    key,
    { id, range: field.range, kind: "foreign key", to: ref, isIndexed: true },
  ];
  const [from, target] = isSelf ? [`from_${model.name}`, `to_${to}`] : [model.name, to];
  const id = { ...autoKey(state), range: field.range };
  const fields = new Map<string, Field>([
    ["id", id],
    side(-2, from, `${model.app}.${model.name}`),
    side(-3, target, full),
  ]);
  const nothing = { indexTogether: [], indexes: [] };
  return tableOf(state, { ...model, ...nothing, uniqueTogether: [[from, target]] }, fields, table);
}
