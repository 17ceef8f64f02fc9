import type { ColumnEvent, CatalogProblem, Constraint, Index, Place, Table, UserType } from "../catalog.js";
import type { Expression } from "../expression.js";
import type { TypeRef } from "../types.js";

/** Identity of an object through renames; later objects have greater ones, as in PostgreSQL. */
export type Oid = number;

/** A type as a column has it; `oid` is that of a type of the user's, or of the table whose row it is. */
export interface ResolvedType {
  type: TypeRef;
  oid?: Oid;
}

export interface ColumnState extends ResolvedType {
  name: string;
  notNull: boolean;
  /** NOT NULL was declared for this very table, rather than for a parent only. */
  isNotNullLocal: boolean;
  notNullName?: string;
  default?: Expression;
  /** The sequence whose `nextval` the default is. */
  sequence?: Oid;
  generated?: { expression: Expression; kind: "stored" | "virtual" };
  identity?: "always" | "by default";
  collation?: string;
  origin: Place;
  typePlace: Place;
  history: readonly ColumnEvent[];
  /** `pg_attribute.attinhcount`: how many parents bring the column. */
  inherited: number;
  /** `pg_attribute.attislocal`: declared here, too. */
  isLocal: boolean;
  doubt?: string;
}

export interface ConstraintState {
  name: string;
  kind: Exclude<Constraint["kind"], "not null">;
  columns: readonly string[];
  expression?: Expression;
  /** Foreign key: the table and the unique index it leans on; undefined where nothing here created them. */
  references?: Oid;
  referencesName?: string;
  referenced?: readonly string[];
  referencedIndex?: Oid;
  isValid: boolean;
  isEnforced: boolean;
  noInherit: boolean;
  /** The index behind a primary key, a unique or an exclusion constraint. */
  index?: Oid;
  inherited: number;
  isLocal: boolean;
  place: Place;
}

interface Named {
  oid: Oid;
  schema: string;
  name: string;
}

/** A table, or what has columns like one. Every state is a value: a change makes another. */
export interface TableState extends Named {
  kind: "table" | "partitioned" | "foreign" | "view" | "materialized view";
  persistence: Table["persistence"];
  columns: readonly ColumnState[];
  /** False where some columns come from what cannot be read: others than these may be there. */
  areColumnsKnown: boolean;
  constraints: readonly ConstraintState[];
  parents: readonly Oid[];
  isPartition: boolean;
  isDefaultPartition?: boolean;
  partitionKey?: Table["partitionKey"];
  ofType?: Oid;
  /** A view's: the relations and types it reads, with the columns it names. */
  reads: readonly { oid: Oid; columns: ReadonlySet<string> }[];
  origin: Place;
  namePlace?: Place;
  endsWithTransaction?: boolean;
  isAssumed?: true;
  doubt?: string;
}

export interface KeyState {
  expression: Expression;
  label: string;
  operatorClass?: string;
  /** The class is the type's default, and follows the type. */
  isDefaultClass: boolean;
  collation?: string;
  isDescending: boolean;
  areNullsFirst: boolean;
}

export interface IndexState extends Named {
  kind: "index";
  table: Oid;
  method: string;
  keys: readonly KeyState[];
  include: readonly string[];
  predicate?: Expression;
  isUnique: boolean;
  nullsNotDistinct: boolean;
  isValid: boolean;
  constraint?: NonNullable<Index["constraint"]>;
  parent?: Oid;
  place: Place;
  doubt?: string;
}

export interface SequenceState extends Named {
  kind: "sequence";
  owner?: { table: Oid; column: string };
  /** Of an identity column: it cannot be dropped or moved by itself. */
  isInternal: boolean;
}

export interface TypeState extends Named {
  kind: "type";
  typeKind: UserType["kind"] | "base";
  base?: ResolvedType;
  attributes?: readonly ({ name: string } & ResolvedType)[];
  /** The extension that brings it. */
  extension?: string;
  place: Place;
}

export type RelationState = TableState | IndexState | SequenceState;
export type ObjectState = RelationState | TypeState;

/** What ends a statement that PostgreSQL would refuse. */
export class Refusal extends Error {
  constructor(
    readonly kind: CatalogProblem["kind"],
    message: string,
  ) {
    // Histories with many refused statements are common enough; nobody reads where in here they were refused.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}
