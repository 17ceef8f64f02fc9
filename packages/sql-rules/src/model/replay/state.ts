import type { ColumnEvent, CatalogProblem, Constraint, Index, Place, Table, UserType } from "../catalog.js";
import type { Expression } from "../expression.js";
import type { TypeRef } from "../types.js";

/** Identity of an object through renames; later objects have greater ones, as in PostgreSQL. */
export type Oid = number;

// States have all their fields always, unset ones as undefined: an object that is copied and then given another field
// costs V8 some fifty times an object whose fields are there.

/** A type as a column has it; `oid` is that of a type of the user's, or of the table whose row it is. */
export interface ResolvedType {
  type: TypeRef;
  oid: Oid | undefined;
}

export interface ColumnState extends ResolvedType {
  name: string;
  notNull: boolean;
  /** NOT NULL was declared for this very table, rather than for a parent only. */
  isNotNullLocal: boolean;
  notNullName: string | undefined;
  default: Expression | undefined;
  /** The sequence whose `nextval` the default is. */
  sequence: Oid | undefined;
  generated: { expression: Expression; kind: "stored" | "virtual" } | undefined;
  identity: "always" | "by default" | undefined;
  collation: string | undefined;
  origin: Place;
  typePlace: Place;
  history: readonly ColumnEvent[];
  /** `pg_attribute.attinhcount`: how many parents bring the column. */
  inherited: number;
  /** `pg_attribute.attislocal`: declared here, too. */
  isLocal: boolean;
  doubt: string | undefined;
}

export interface ConstraintState {
  name: string;
  kind: Exclude<Constraint["kind"], "not null">;
  columns: readonly string[];
  expression: Expression | undefined;
  /** Foreign key: the table and the unique index it leans on; undefined where nothing here created them. */
  references: Oid | undefined;
  referencesName: string | undefined;
  referenced: readonly string[] | undefined;
  referencedIndex: Oid | undefined;
  isValid: boolean;
  isEnforced: boolean;
  noInherit: boolean;
  /** The index behind a primary key, a unique or an exclusion constraint. */
  index: Oid | undefined;
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
  partitionKey: Table["partitionKey"] | undefined;
  ofType: Oid | undefined;
  /** A view's: the relations and types it reads, with the columns it names. */
  reads: readonly { oid: Oid; columns: ReadonlySet<string> }[];
  origin: Place;
  namePlace: Place | undefined;
  endsWithTransaction: boolean;
  isAssumed: boolean;
  doubt: string | undefined;
}

export interface KeyState {
  expression: Expression;
  label: string;
  operatorClass: string | undefined;
  /** The class is the type's default, and follows the type. */
  isDefaultClass: boolean;
  collation: string | undefined;
  isDescending: boolean;
  areNullsFirst: boolean;
}

export interface IndexState extends Named {
  kind: "index";
  table: Oid;
  method: string;
  keys: readonly KeyState[];
  include: readonly string[];
  predicate: Expression | undefined;
  isUnique: boolean;
  nullsNotDistinct: boolean;
  isValid: boolean;
  constraint: Index["constraint"] | undefined;
  parent: Oid | undefined;
  place: Place;
  doubt: string | undefined;
}

export interface SequenceState extends Named {
  kind: "sequence";
  owner: { table: Oid; column: string } | undefined;
  /** Of an identity column: it cannot be dropped or moved by itself. */
  isInternal: boolean;
}

export interface TypeState extends Named {
  kind: "type";
  typeKind: UserType["kind"] | "base";
  base: ResolvedType | undefined;
  attributes: readonly ({ name: string } & ResolvedType)[] | undefined;
  /** The extension that brings it. */
  extension: string | undefined;
  place: Place;
}

export type RelationState = TableState | IndexState | SequenceState;
export type ObjectState = RelationState | TypeState;

/** Of every column that is as it was added. */
export const NEVER_CHANGED: readonly ColumnEvent[] = [];

/** A column's history after something of it changed. */
export function changed(column: ColumnState, event: ColumnEvent): readonly ColumnEvent[] {
  if (column.history.length > 0) return [...column.history, event];
  const { type, name, typePlace } = column;
  return [{ kind: "add", type, name, place: typePlace }, event];
}

/** A column of which no more is known than its name and type. */
export function plainColumn(name: string, { type, oid }: ResolvedType, place: Place): ColumnState {
  return {
    name,
    type,
    oid,
    notNull: false,
    isNotNullLocal: false,
    notNullName: undefined,
    default: undefined,
    sequence: undefined,
    generated: undefined,
    identity: undefined,
    collation: undefined,
    origin: place,
    typePlace: place,
    history: NEVER_CHANGED,
    inherited: 0,
    isLocal: true,
    doubt: undefined,
  };
}

/** A table or view without columns, permanent and on its own. */
export function plainTable(
  named: { oid: Oid; schema: string; name: string },
  kind: TableState["kind"],
  origin: Place,
): TableState {
  return {
    oid: named.oid,
    schema: named.schema,
    name: named.name,
    kind,
    persistence: "permanent",
    columns: [],
    areColumnsKnown: true,
    constraints: [],
    parents: [],
    isPartition: false,
    partitionKey: undefined,
    ofType: undefined,
    reads: [],
    origin,
    namePlace: undefined,
    endsWithTransaction: false,
    isAssumed: false,
    doubt: undefined,
  };
}

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
