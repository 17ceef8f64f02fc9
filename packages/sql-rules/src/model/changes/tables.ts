import type {
  ColumnDef,
  CreateForeignTableStmt,
  CreateStmt,
  Node,
  PartitionSpec,
  TypeName,
} from "@pgsql/types";
import { typeEnd } from "../../language/nodes.js";
import type { Statement } from "../../language/parse.js";
import type { Range } from "../../language/split.js";
import type { ColumnSpec, ConstraintSpec, CreateTable, LikeSpec, SchemaChange } from "../changes.js";
import { expressionOf } from "../expressions/index.js";
import { ownType, typeRefOf } from "../types.js";
import { constraintSpec } from "./constraints.js";
import {
  elementRange,
  lastName,
  nameOfParts,
  nameOfRelation,
  nameRange,
  persistenceOf,
  strings,
} from "./names.js";

export function createTable(tree: CreateStmt, statement: Statement, isForeign = false): SchemaChange[] {
  const { relation } = tree;
  if (!relation) return [];
  const elements: (ColumnSpec | LikeSpec)[] = [];
  const constraints: ConstraintSpec[] = [];
  for (const element of [...(tree.tableElts ?? []), ...(tree.constraints ?? [])]) {
    if ("ColumnDef" in element) elements.push(columnSpec(element.ColumnDef, statement));
    else if ("TableLikeClause" in element) elements.push(likeSpec(element, statement));
    else if ("Constraint" in element) {
      const constraint = constraintSpec(element.Constraint, statement);
      if (constraint) constraints.push(constraint);
    }
  }
  const parents = (tree.inhRelations ?? []).flatMap((node) =>
    "RangeVar" in node ? [nameOfRelation(node.RangeVar)] : [],
  );
  const change: CreateTable & { range: Range } = {
    kind: "create table",
    range: statement.range,
    name: nameOfRelation(relation),
    ...nameRange(statement, relation),
    tableKind: isForeign ? "foreign" : tree.partspec ? "partitioned" : "table",
    persistence: persistenceOf(relation),
    elements,
    constraints,
    ...(tree.if_not_exists && { ifNotExists: true }),
    ...(parents.length > 0 && !tree.partbound && { inherits: parents }),
    ...(tree.partbound && parents[0] && { partitionOf: parents[0] }),
    ...(tree.partbound?.is_default && { isDefaultPartition: true }),
    ...(tree.partspec && { partitionBy: partitionBy(tree.partspec, statement) }),
    ...(tree.ofTypename && { ofType: nameOfParts(strings(tree.ofTypename.names)) }),
    ...(tree.oncommit === "ONCOMMIT_DROP" && { endsWithTransaction: true }),
  };
  return [change];
}

export function createForeignTable({ base }: CreateForeignTableStmt, statement: Statement): SchemaChange[] {
  return base ? createTable(base, statement, true) : [];
}

const SERIAL: Readonly<Record<string, string>> = {
  smallserial: "smallint",
  serial2: "smallint",
  serial: "integer",
  serial4: "integer",
  bigserial: "bigint",
  serial8: "bigint",
};

export function columnSpec(definition: ColumnDef, statement: Statement): ColumnSpec {
  const { colname = "", typeName, collClause, is_not_null: notNull, location } = definition;
  const integer = typeName && serialOf(typeName);
  const column: ColumnSpec = {
    kind: "column",
    name: colname,
    type: integer === undefined ? typeName && typeRefOf(typeName) : ownType(integer),
    typeRange: typeName && typeRangeOf(statement, typeName.location),
    isSerial: integer === undefined ? undefined : true,
    notNull: notNull ? true : undefined,
    default: undefined,
    generated: undefined,
    identity: undefined,
    collation: collClause && lastName(collClause.collname),
    constraints: NO_CONSTRAINTS,
    range: elementRange(statement, location),
  };
  if (definition.constraints) column.constraints = options(column, definition.constraints, statement);
  return column;
}

const NO_CONSTRAINTS: readonly ConstraintSpec[] = [];

/** The integer below a serial type, which is no type but an integer with a sequence. */
function serialOf({ names }: TypeName): string | undefined {
  const [first, ...more] = names ?? [];
  return first && more.length === 0 && "String" in first ? SERIAL[first.String.sval ?? ""] : undefined;
}

/** Sets what a column's options say; returns its constraints. */
function options(column: ColumnSpec, items: readonly Node[], statement: Statement): ConstraintSpec[] {
  const constraints: ConstraintSpec[] = [];
  for (const item of items) {
    if (!("Constraint" in item)) continue;
    const { Constraint: constraint } = item;
    const { contype, raw_expr: expression } = constraint;
    if (contype === "CONSTR_NOTNULL") column.notNull = true;
    else if (contype === "CONSTR_DEFAULT" && expression) column.default = expressionOf(expression, statement);
    else if (contype === "CONSTR_IDENTITY") column.identity = identityOf(constraint.generated_when);
    else if (contype === "CONSTR_GENERATED" && expression) {
      const kind = constraint.generated_kind === "v" ? "virtual" : "stored";
      column.generated = { expression: expressionOf(expression, statement), kind };
    }
    const spec = constraintSpec(constraint, statement, column.name);
    if (spec) constraints.push(spec);
    else if (contype === "CONSTR_ATTR_NOT_ENFORCED") markUnenforced(constraints.at(-1));
  }
  return constraints;
}

export function typeRangeOf(statement: Statement, location = 0): Range {
  const start = statement.offsetOf(location);
  return [start, statement.range[0] + typeEnd(statement.text, start - statement.range[0])];
}

/** `ATTRIBUTE_IDENTITY_ALWAYS` and its other of pg_attribute.h. */
export function identityOf(when: string | undefined): "always" | "by default" {
  return when === "a" ? "always" : "by default";
}

function markUnenforced(constraint: ConstraintSpec | undefined): void {
  if (constraint?.kind === "check" || constraint?.kind === "foreign key") constraint.isNotEnforced = true;
}

/** Bits of `TableLikeOption`, parsenodes.h. */
const LIKE_CONSTRAINTS = 1 << 2;
const LIKE_DEFAULTS = 1 << 3;
const LIKE_GENERATED = 1 << 4;
const LIKE_IDENTITY = 1 << 5;
const LIKE_INDEXES = 1 << 6;

function likeSpec(node: Extract<Node, { TableLikeClause: unknown }>, statement: Statement): LikeSpec {
  const { relation = {}, options = 0 } = node.TableLikeClause;
  return {
    kind: "like",
    table: nameOfRelation(relation),
    including: {
      constraints: (options & LIKE_CONSTRAINTS) !== 0,
      defaults: (options & LIKE_DEFAULTS) !== 0,
      generated: (options & LIKE_GENERATED) !== 0,
      identity: (options & LIKE_IDENTITY) !== 0,
      indexes: (options & LIKE_INDEXES) !== 0,
    },
    range: elementRange(statement, relation.location),
  };
}

const STRATEGIES = {
  PARTITION_STRATEGY_LIST: "list",
  PARTITION_STRATEGY_RANGE: "range",
  PARTITION_STRATEGY_HASH: "hash",
} as const;

function partitionBy(
  { strategy = "PARTITION_STRATEGY_RANGE", partParams = [] }: PartitionSpec,
  statement: Statement,
): NonNullable<CreateTable["partitionBy"]> {
  const elements = partParams.flatMap((node) => {
    if (!("PartitionElem" in node)) return [];
    const { name, expr } = node.PartitionElem;
    return expr ? [expressionOf(expr, statement)] : [{ kind: "column" as const, name: name ?? "" }];
  });
  return { strategy: STRATEGIES[strategy], elements };
}
