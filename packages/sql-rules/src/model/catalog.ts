import type { Range } from "../language/split.js";
import type { Expression } from "./expression.js";
import type { TypeRef } from "./types.js";

/** Where something is written: the file as the project index names it (absolute path), and a UTF-16 range in it. */
export interface Place {
  path: string;
  range: Range;
}

/** Where something was created that is no more. */
export interface Ended {
  place: Place;
  /** The file that ended it. */
  by: string;
}

/** What a database holds after its migrations were replayed; the counterpart of `pg_catalog`. */
export interface Catalog {
  /** By `schema.name`, in the order of creation. */
  readonly tables: ReadonlyMap<string, Table>;
  /** By `schema.name`; those behind constraints among them. */
  readonly indexes: ReadonlyMap<string, Index>;
  readonly views: ReadonlyMap<string, View>;
  /** Domains, enums, composite and range types by `schema.name`. */
  readonly types: ReadonlyMap<string, UserType>;
  /** Everything that was an index, with what ended it, in order. */
  readonly droppedIndexes: readonly DroppedIndex[];
  /** Statements whose view, function or policy is gone, or is another one by now: nothing asks what they say. */
  readonly ended: readonly Ended[];
  /** Statements that PostgreSQL would refuse in this order: a sign that the order or the set of files is wrong. */
  readonly problems: readonly CatalogProblem[];
}

export interface Table {
  schema: string;
  name: string;
  kind: "table" | "partitioned" | "foreign";
  persistence: "permanent" | "unlogged" | "temporary";
  /** In the order of `attnum`. */
  columns: Map<string, Column>;
  constraints: Map<string, Constraint>;
  /** `schema.name` of inheritance parents, or of the partitioned table this is a partition of. */
  parents: string[];
  isPartition: boolean;
  /**
   * Nothing in this history created it, but statements alter or index it: all that is known of it is what they say.
   * PostgreSQL would refuse them on an empty database, so such a table comes from a history that is not here.
   */
  isAssumed?: true;
  /** Columns or expressions of PARTITION BY. */
  partitionKey?: { strategy: "range" | "list" | "hash"; elements: readonly Expression[] };
  /** The statement that created it. */
  origin: Place;
  /** Its name in that statement. */
  namePlace?: Place;
  /**
   * Why this table may look otherwise in a real database (a DO block or EXECUTE changed it in a way that cannot be
   * told, a statement could not be read): rules say nothing at error level about it. Columns and indexes have doubts of
   * their own; one that may be gone is still here.
   */
  doubt?: string;
}

export interface Column {
  name: string;
  type: TypeRef;
  /** The type below all domains; `type` itself where it is no domain, undefined where it is not known. */
  baseType?: TypeRef;
  notNull: boolean;
  default?: Expression;
  collation?: string;
  generated?: { expression: Expression; kind: "stored" | "virtual" };
  identity?: "always" | "by default";
  /** Where the column was added. */
  origin: Place;
  /** Where its type was last written; ends after modifiers and brackets. */
  typePlace: Place;
  /**
   * Each type and name the column had, oldest first, the present ones last; empty where nothing changed since it was
   * added, as with nearly every column.
   */
  history: readonly ColumnEvent[];
  /** Inherited from a parent rather than declared here. */
  isInherited: boolean;
  doubt?: string;
}

export interface ColumnEvent {
  kind: "add" | "retype" | "rename";
  type: TypeRef;
  name: string;
  place: Place;
  /** ALTER COLUMN … TYPE with a USING clause. */
  hasUsing?: boolean;
}

export interface Constraint {
  name: string;
  kind: "primary key" | "unique" | "exclude" | "check" | "foreign key" | "not null";
  columns: readonly string[];
  /** CHECK. */
  expression?: Expression;
  /** Foreign key: `schema.name` of the referenced table. */
  references?: string;
  isValid: boolean;
  /** Name of the index behind a primary key, a unique or an exclusion constraint. */
  index?: string;
  place: Place;
}

export interface Index {
  schema: string;
  name: string;
  /** `schema.name` of its table. */
  table: string;
  /** `btree`, `gin`, `gist`, `hash`, `brin`, `spgist`… */
  method: string;
  keys: readonly IndexKey[];
  /** INCLUDE. */
  include: readonly string[];
  predicate?: Expression;
  isUnique: boolean;
  /** NULLS NOT DISTINCT: a unique index takes nulls for equal. */
  areNullsEqual?: true;
  /** `pg_index.indisvalid`: false for ON ONLY a partitioned table until every partition has its part. */
  isValid: boolean;
  constraint?: "primary key" | "unique" | "exclude";
  /** `schema.name` of the index of the partitioned table this is attached to. */
  parent?: string;
  place: Place;
  doubt?: string;
}

export interface IndexKey {
  /** A plain column, or an expression. */
  expression: Expression;
  /** The operator class in use, written or the default of the type; undefined where it cannot be known. */
  operatorClass?: string;
  collation?: string;
  isDescending: boolean;
  areNullsFirst: boolean;
}

export interface View {
  schema: string;
  name: string;
  isMaterialized: boolean;
  /** As far as they are known; undefined where they are not. */
  columns?: readonly Pick<Column, "name" | "type" | "baseType" | "typePlace">[];
  place: Place;
  /** As of a table. */
  doubt?: string;
}

export interface UserType {
  schema: string;
  name: string;
  kind: "domain" | "enum" | "composite" | "range";
  /** A domain's base type, a range's subtype. */
  base?: TypeRef;
  /** A composite type's. */
  attributes?: readonly { name: string; type: TypeRef }[];
  place: Place;
}

export interface DroppedIndex {
  index: Index;
  cause: "index" | "column" | "table" | "schema" | "constraint" | "type";
  place: Place;
}

export interface CatalogProblem {
  /** Something is not there, is there already, or stands in the way. */
  kind: "missing" | "exists" | "refused";
  message: string;
  place: Place;
  /** The statement would have made a table. */
  isCreation?: true;
}
