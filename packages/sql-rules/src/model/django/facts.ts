import type { Range } from "../../language/split.js";
import type { KeySpec, SchemaChange } from "../changes.js";
import type { Expression } from "../expression.js";
import type { TypeRef } from "../types.js";
import type { Sizes } from "./types.js";

/** What one file says of a Django project: plain data. What its migrations make is told by all of them in order. */
export interface DjangoFacts {
  migration?: DjangoMigration;
  /** Classes of `AppConfig`: the package of an app, and the label that stands in names of tables. */
  apps?: readonly { name: string; label: string }[];
  settings?: DjangoSettings;
  /** Classes of fields of the repository's own. */
  fields?: readonly FieldClass[];
  /** It is the `manage.py` of a project. */
  isManage?: true;
}

/** `class ProfileField(models.JSONField)`. */
export interface FieldClass {
  name: string;
  /** As its module calls it. */
  base: string;
  /** What `db_type()` returns, where that is one text. */
  type?: string;
  /** Only a run knows the type. */
  isUnknown?: true;
}

export interface DjangoSettings {
  /** Databases that are named: `postgresql`, `mysql`, `sqlite`…; `unknown` where only the environment says it. */
  engines: readonly string[];
  /** `DEFAULT_AUTO_FIELD`, the class's own name. */
  autoField?: string;
  /** Settings that name models, `app.model` in lower case: `AUTH_USER_MODEL`. */
  models: Readonly<Record<string, string>>;
}

/** A migration of an app by its name; `__first__` and `__latest__` are the first and the last one of an app. */
export type MigrationKey = readonly [app: string, name: string];

/**
 * A model as a migration names it, in lower case: `app.model`, `model` of the same app, `self`, or `$SETTING` whose
 * value it is.
 */
export type ModelRef = string;

export interface DjangoMigration {
  /** Of the class's name. */
  range: Range;
  dependencies: readonly (MigrationKey | { setting: string })[];
  runBefore: readonly MigrationKey[];
  /** The migrations that it was squashed from. */
  replaces: readonly MigrationKey[];
  operations: readonly DjangoOperation[];
}

/** An operation of `django.db.migrations`; models are in lower case, ranges UTF-16 in the file. */
export type DjangoOperation = { range: Range } & (
  | { kind: "create model"; model: string; fields: readonly (readonly [string, DjangoField])[]; options: ModelOptions; bases: readonly ModelRef[] } // prettier-ignore
  | { kind: "delete model"; model: string }
  | { kind: "rename model"; model: string; to: string }
  | { kind: "add field" | "alter field"; model: string; name: string; field: DjangoField }
  | { kind: "remove field"; model: string; name: string }
  | { kind: "rename field"; model: string; name: string; to: string }
  | { kind: "table"; model: string; table?: string }
  | { kind: "together"; model: string; what: "unique" | "index"; sets: readonly (readonly string[])[] }
  | { kind: "managed"; model: string; isManaged: boolean }
  | { kind: "order"; model: string; isOrdered: boolean; field: DjangoField }
  | { kind: "add index"; model: string; index: DjangoIndex }
  | { kind: "remove index"; model: string; name: string }
  | { kind: "rename index"; model: string; to: string; name?: string; fields?: readonly string[] }
  /** SQL. */
  | { kind: "changes"; changes: readonly SchemaChange[] }
  | { kind: "separate"; database: readonly DjangoOperation[]; state: readonly DjangoOperation[] }
  /** What could not be read, with the names it mentions. */
  | { kind: "unread"; error: string; words: readonly string[] }
);

export type OperationOf<K extends DjangoOperation["kind"]> = Extract<DjangoOperation, { kind: K }>;

export interface ModelOptions {
  table?: string;
  isUnmanaged?: true;
  isProxy?: true;
  /** The setting that may name another model in its place. */
  swappable?: string;
  uniqueTogether: readonly (readonly string[])[];
  indexTogether: readonly (readonly string[])[];
  indexes: readonly DjangoIndex[];
}

export interface DjangoField {
  range: Range;
  /**
   * `none` has nothing in the database. A `composite` primary key is made of other fields; a column of `unknown` type
   * has its class's full name as the type's name.
   */
  kind: "column" | "unknown" | "foreign key" | "many to many" | "composite" | "none";
  /** Of a column. */
  type?: TypeRef;
  /** Of an unknown one. */
  sizes?: Sizes;
  isNull?: true;
  isUnique?: true;
  isPrimary?: true;
  isIndexed?: true;
  /** `AutoField` and its kin. */
  isAuto?: true;
  column?: string;
  to?: ModelRef;
  toField?: string;
  /** A model stands between the two sides. */
  hasThrough?: true;
  /** The table between them. */
  table?: string;
  /** Of a composite key. */
  fields?: readonly string[];
}

/** An index, or a constraint that an index keeps; columns of its expressions are called as the model's fields are. */
export interface DjangoIndex {
  range: Range;
  name?: string;
  method: string;
  keys: readonly Omit<KeySpec, "label">[];
  include: readonly string[];
  predicate?: Expression;
  isUnique?: true;
  /** A unique or an exclusion constraint of the table, no index alone. */
  isConstraint?: true;
  /** With operators: EXCLUDE. */
  isExclusion?: true;
  nullsNotDistinct?: true;
  /** It has a part that could not be read. */
  doubt?: string;
}
