import type { Range } from "../language/split.js";
import type { Expression } from "./expression.js";
import type { TypeRef } from "./types.js";

/**
 * What the statements of one file ask a database to change: plain data, folded and resolved as far as one file allows.
 * Which schema an unqualified name means, whether a statement is refused, and what follows from it is told by the
 * replay of all files in order. Ranges are UTF-16, in the file.
 */
export type SchemaChange = { range: Range } & (
  | CreateTable
  | CreateTableAs
  | CreateView
  | CreateIndex
  | CreateType
  | CreateSequence
  | AlterTable
  | AlterIndex
  | AlterType
  | AlterSequence
  | Rename
  | SetSchema
  | Drop
  | { kind: "create schema"; name: string; ifNotExists?: boolean; elements?: readonly SchemaChange[] }
  | { kind: "create extension"; name: string; schema?: string; ifNotExists?: boolean }
  /**
   * Without `returns` it returns rows, or nothing, or what its arguments say. `words` are those of a body that changes
   * schemas.
   */
  | {
      kind: "create function";
      name: ObjectName;
      /** The types of its arguments, by which functions of one name differ. */
      args?: string;
      returns?: TypeRef;
      words?: readonly string[];
      /** It looks for what it changes in the database's own catalogs: any table may be meant. */
      isAnything?: true;
    }
  /** `alter` gives it another condition. */
  | {
      kind: "policy";
      what: "create" | "alter" | "drop" | "rename";
      name: string;
      table: ObjectName;
      to?: string;
    }
  /** A call in a statement of its own: SELECT f(…), SELECT … FROM f(…), CALL. `words` are those of the statement. */
  | { kind: "call"; name: string; words: readonly string[]; isAnything?: true }
  /** SET search_path; undefined is the default, `"$user", public`. `local` ends with the transaction. */
  | { kind: "search path"; schemas: readonly string[] | undefined; local?: boolean }
  /** BEGIN, COMMIT, SAVEPOINT… */
  | { kind: "transaction"; what: "begin" | "commit" | "rollback" }
  | { kind: "savepoint"; what: "set" | "release" | "rollback"; name: string }
  | Block
);

export type ChangeOf<K extends SchemaChange["kind"]> = Extract<SchemaChange, { kind: K }>;

/** A name as written, folded. */
export interface ObjectName {
  schema?: string;
  name: string;
}

/** Statements of a DO block or of a part of it. */
export interface Block {
  kind: "block";
  /** In order, as if each ran. */
  changes: readonly SchemaChange[];
  /**
   * `condition`: run only where something is or is not there, so that each statement that would be refused is passed
   * over. `exception`: one that is refused undoes the others, and nothing else. Without a guard it undoes the others
   * and is refused itself.
   */
  guard?: "condition" | "exception";
  /** Why the statements may not run, or more than them may: what they touch cannot be relied upon. */
  doubt?: string;
  /** Names that SQL made at run time mentions without being readable: every table called so is in doubt. */
  words?: readonly string[];
  /** Its names are those of the database's own catalogs: any table may be meant. */
  isAnything?: boolean;
}

export interface CreateTable {
  kind: "create table";
  name: ObjectName;
  /** The name as written. */
  nameRange?: Range;
  tableKind: "table" | "partitioned" | "foreign";
  persistence: "permanent" | "unlogged" | "temporary";
  ifNotExists?: boolean;
  /** Columns and LIKE clauses, in order. */
  elements: readonly (ColumnSpec | LikeSpec)[];
  constraints: readonly ConstraintSpec[];
  inherits?: readonly ObjectName[];
  partitionOf?: ObjectName;
  isDefaultPartition?: boolean;
  partitionBy?: { strategy: "range" | "list" | "hash"; elements: readonly Expression[] };
  /** CREATE TABLE … OF a composite type. */
  ofType?: ObjectName;
  /** A temporary table's ON COMMIT DROP. */
  endsWithTransaction?: boolean;
  /** Read by a parser that is laxer than PostgreSQL's: only its columns are known. */
  isLoose?: boolean;
}

/** Has all its fields always, unset ones as undefined: columns are many, and objects of one shape are made fast. */
export interface ColumnSpec {
  kind: "column";
  name: string;
  /** Absent where a column of a partition or a typed table only gets options. */
  type?: TypeRef | undefined;
  typeRange?: Range | undefined;
  /** `smallserial`, `serial` or `bigserial` was written. */
  isSerial?: boolean | undefined;
  notNull?: boolean | undefined;
  default?: Expression | undefined;
  generated?: { expression: Expression; kind: "stored" | "virtual" } | undefined;
  identity?: "always" | "by default" | undefined;
  collation?: string | undefined;
  /** The column's own constraints, in the order written. */
  constraints: readonly ConstraintSpec[];
  range: Range;
}

export interface LikeSpec {
  kind: "like";
  table: ObjectName;
  including: {
    constraints: boolean;
    defaults: boolean;
    generated: boolean;
    identity: boolean;
    indexes: boolean;
  };
  range: Range;
}

/** `name` is absent where PostgreSQL is to choose one. */
export type ConstraintSpec = { name?: string; range: Range } & (
  | { kind: "not null"; columns: readonly [string]; isNotValid?: boolean; noInherit?: boolean }
  | {
      kind: "check";
      expression: Expression;
      isNotValid?: boolean;
      noInherit?: boolean;
      isNotEnforced?: boolean;
    }
  | {
      kind: "primary key" | "unique";
      columns: readonly string[];
      include?: readonly string[];
      /** USING INDEX. */
      index?: string;
      nullsNotDistinct?: boolean;
      withoutOverlaps?: boolean;
    }
  | {
      kind: "exclude";
      method: string;
      keys: readonly KeySpec[];
      include?: readonly string[];
      predicate?: Expression;
    }
  | {
      kind: "foreign key";
      columns: readonly string[];
      references: ObjectName;
      /** Empty for the primary key. */
      referenced: readonly string[];
      isNotValid?: boolean;
      isNotEnforced?: boolean;
    }
);

/** A key of an index, as written. */
export interface KeySpec {
  /** A plain column, or an expression. */
  expression: Expression;
  /** What PostgreSQL calls the key when it chooses the index's name: the column, a function's name, `expr`. */
  label: string;
  /** As written: without its schema. */
  operatorClass?: string;
  collation?: string;
  isDescending?: boolean;
  /** NULLS FIRST or LAST as written. */
  nulls?: "first" | "last";
}

export interface CreateIndex {
  kind: "create index";
  /** Absent where PostgreSQL is to choose one. */
  name?: string;
  table: ObjectName;
  /** ON ONLY. */
  only?: boolean;
  method: string;
  keys: readonly KeySpec[];
  include: readonly string[];
  predicate?: Expression;
  unique?: boolean;
  nullsNotDistinct?: boolean;
  concurrently?: boolean;
  ifNotExists?: boolean;
}

/** CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW. */
export interface CreateTableAs {
  kind: "create table as";
  name: ObjectName;
  /** The name as written. */
  nameRange?: Range;
  isMaterializedView: boolean;
  persistence: CreateTable["persistence"];
  ifNotExists?: boolean;
  /** Names given in parentheses after the table's name. */
  columnNames?: readonly string[];
  query: QueryShape;
  endsWithTransaction?: boolean;
}

export interface CreateView {
  kind: "create view";
  name: ObjectName;
  orReplace?: boolean;
  isTemporary?: boolean;
  columnNames?: readonly string[];
  query: QueryShape;
}

/** What a query returns and what it depends on, as far as one statement tells. */
export interface QueryShape extends QueryResult {
  /** Every relation named anywhere in the query, CTEs aside. */
  relations: readonly ObjectName[];
  /** Every column named anywhere in the query. */
  columns: readonly ColumnUse[];
  /** Types named in casts. */
  types: readonly ObjectName[];
}

/** What a query returns. */
export interface QueryResult {
  /** Its columns; undefined where they cannot be told (VALUES, EXECUTE, functions that return rows…). */
  outputs?: readonly OutputColumn[];
  /** The FROM clause at the level of `outputs`. */
  sources: readonly QuerySource[];
  /** Whether FROM also has what is not among them: functions, tables with renamed columns… */
  hasOtherSources?: boolean;
  /** NATURAL or USING merges columns, so that a star's cannot be told. */
  hasMergedColumns?: boolean;
  /** The other branches of a UNION, whose columns have these names. */
  branches?: readonly QueryResult[];
}

export interface QuerySource {
  /** The name columns are qualified with. */
  alias: string;
  /** A table or view; otherwise a sub-select or CTE. */
  relation?: ObjectName;
  query?: QueryResult;
}

/** Columns that a query names where the same relations are in sight. */
export interface ColumnUse {
  /** `*` for a star. */
  names: readonly string[];
  /**
   * What they may be columns of: for each level of the query, the nearest first, places in `relations`. Each is of the
   * first level that has one of its name; a star is of all of its one level.
   */
  among: readonly (readonly number[])[];
  /** They can be of nothing else. */
  isSure?: boolean;
}

export type OutputColumn =
  | { kind: "star"; qualifier?: string }
  /** `typeRange` is that of the type in a cast, which the column then has. */
  | { kind: "expression"; name: string; expression: Expression; typeRange?: Range };

export interface AlterTable {
  kind: "alter table";
  name: ObjectName;
  /** What the statement calls it: ALTER TABLE accepts every relation. */
  object: "table" | "index" | "view" | "materialized view" | "sequence" | "foreign table";
  ifExists?: boolean;
  only?: boolean;
  actions: readonly TableAction[];
}

export type TableAction =
  | { kind: "add column"; column: ColumnSpec; ifNotExists?: boolean }
  | { kind: "drop column"; column: string; ifExists?: boolean; cascade?: boolean }
  | {
      kind: "retype column";
      column: string;
      type: TypeRef;
      typeRange: Range;
      collation?: string;
      hasUsing: boolean;
    }
  | { kind: "set not null" | "drop not null"; column: string }
  /** Without an expression: DROP DEFAULT. */
  | { kind: "default"; column: string; expression?: Expression }
  | { kind: "set expression"; column: string; expression: Expression }
  | { kind: "drop expression"; column: string; ifExists?: boolean }
  | { kind: "add identity" | "set identity"; column: string; identity?: "always" | "by default" }
  | { kind: "drop identity"; column: string; ifExists?: boolean }
  | { kind: "add constraint"; constraint: ConstraintSpec }
  | { kind: "drop constraint"; constraint: string; ifExists?: boolean; cascade?: boolean }
  | { kind: "validate constraint"; constraint: string }
  | { kind: "alter constraint"; constraint: string; enforced?: boolean }
  | { kind: "attach partition"; partition: ObjectName; isDefault?: boolean }
  | { kind: "detach partition"; partition: ObjectName }
  | { kind: "inherit" | "no inherit"; parent: ObjectName }
  | { kind: "of type"; type: ObjectName }
  | { kind: "not of type" }
  | { kind: "persistence"; persistence: "permanent" | "unlogged" };

export interface AlterIndex {
  kind: "attach index";
  /** The index of the partitioned table. */
  index: ObjectName;
  child: ObjectName;
}

export interface CreateType {
  kind: "create type";
  name: ObjectName;
  typeKind: "domain" | "enum" | "composite" | "range" | "base";
  /** A domain's base type, a range's subtype. */
  base?: TypeRef;
  notNull?: boolean;
  /** A domain's own default or constraints are not kept; a composite type's columns are. */
  attributes?: readonly { name: string; type: TypeRef }[];
}

export interface AlterType {
  kind: "alter type";
  name: ObjectName;
  actions: readonly TypeAction[];
}

export type TypeAction =
  | { kind: "add attribute"; attribute: { name: string; type: TypeRef } }
  | { kind: "drop attribute"; attribute: string; ifExists?: boolean }
  | { kind: "retype attribute"; attribute: { name: string; type: TypeRef } }
  | { kind: "rename value"; from: string; to: string };

export interface CreateSequence {
  kind: "create sequence";
  name: ObjectName;
  persistence: CreateTable["persistence"];
  ifNotExists?: boolean;
  /** OWNED BY: it ends with this column. */
  ownedBy?: { table: ObjectName; column: string };
}

export interface AlterSequence {
  kind: "alter sequence";
  name: ObjectName;
  ifExists?: boolean;
  /** Null for OWNED BY NONE. */
  ownedBy: { table: ObjectName; column: string } | null;
}

/** What RENAME, DROP and SET SCHEMA can be about, as far as the catalog holds it. */
export type ObjectKind =
  | "table"
  | "foreign table"
  | "index"
  | "view"
  | "materialized view"
  | "sequence"
  | "type"
  | "domain"
  | "schema"
  | "function"
  | "extension";

export interface Rename {
  kind: "rename";
  /** A column, constraint or attribute is renamed in the object called `name`. */
  part?: { kind: "column" | "constraint" | "attribute"; name: string };
  object: ObjectKind;
  name: ObjectName;
  to: string;
  ifExists?: boolean;
}

export interface SetSchema {
  kind: "set schema";
  object: ObjectKind;
  name: ObjectName;
  schema: string;
  ifExists?: boolean;
}

export interface Drop {
  kind: "drop";
  object: ObjectKind;
  names: readonly ObjectName[];
  /** Of functions: the types of each one's arguments, where they are given. */
  args?: readonly (string | undefined)[];
  ifExists?: boolean;
  cascade?: boolean;
  concurrently?: boolean;
}
