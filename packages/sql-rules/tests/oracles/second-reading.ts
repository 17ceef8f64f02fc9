import type {
  ColumnConstraint,
  CreateColumnDef,
  DataTypeDef,
  Expr,
  QName,
  Statement as PgsqlAst,
  TableAlteration,
  TableConstraint,
} from "pgsql-ast-parser";
import type { Expression } from "../../src/model/expression.js";
import { typeRefOf, type TypeRef } from "../../src/model/types.js";
import { formatType } from "../../src/model/types.js";
import type { Fact } from "./first-reading.js";

/*
 * What pgsql-ast-parser read, in the terms of the model, which is drawn from PostgreSQL's own parser: the two are
 * compared. What its trees do not hold, or the model keeps as mere words, is left out.
 */

/** SQL's own spellings, which PostgreSQL's grammar turns into type names. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: "int4",
  integer: "int4",
  bigint: "int8",
  smallint: "int2",
  boolean: "bool",
  real: "float4",
  "double precision": "float8",
  float: "float8",
  decimal: "numeric",
  char: "bpchar",
  character: "bpchar",
  "character varying": "varchar",
  "timestamp with time zone": "timestamptz",
  "timestamp without time zone": "timestamp",
  "time with time zone": "timetz",
  "time without time zone": "time",
  serial: "int4",
  bigserial: "int8",
  smallserial: "int2",
};

export function typeOf(written: DataTypeDef): TypeRef | undefined {
  if (written.kind === "array") {
    const element = typeOf(written.arrayOf);
    return element && { ...element, dimensions: element.dimensions + 1 };
  }
  const { name, schema, config = [], doubleQuoted } = written;
  const names = [...(schema === undefined ? [] : [schema]), doubleQuoted ? name : (TYPE_NAMES[name] ?? name)];
  // A length that is not written is 1.
  const modifiers = config.length === 0 && /^(?:char|character)$/.test(name) && !doubleQuoted ? [1] : config;
  return typeRefOf({
    names: names.map((sval) => ({ String: { sval } })),
    typmods: modifiers.map((ival) => ({ A_Const: { ival: { ival } } })),
  });
}

const COMPARISONS: Readonly<Record<string, string>> = {
  "!=": "<>",
  LIKE: "~~",
  "NOT LIKE": "!~~",
  ILIKE: "~~*",
  "NOT ILIKE": "!~~*",
};
const TESTS = new Set(["IS TRUE", "IS FALSE", "IS NOT TRUE", "IS NOT FALSE"]);

/** An expression in the model's terms; undefined for what the model keeps as mere words. */
export function expressionOfPgsqlAst(expr: Expr): Expression | undefined {
  switch (expr.type) {
    case "ref":
      if (expr.name === "*") return undefined;
      return { kind: "column", ...(expr.table ? { qualifier: nameOf(expr.table) } : {}), name: expr.name };
    case "integer":
      return { kind: "literal", value: expr.value };
    case "string":
    case "boolean":
      return { kind: "literal", value: expr.value };
    case "null":
      return { kind: "literal", value: null };
    case "parameter":
      return { kind: "parameter" };
    case "cast": {
      const arg = expressionOfPgsqlAst(expr.operand);
      const type = typeOf(expr.to);
      return arg && type && { kind: "cast", arg, type };
    }
    case "member": {
      const left = expressionOfPgsqlAst(expr.operand);
      return (
        left && { kind: "operator", name: expr.op, left, right: { kind: "literal", value: expr.member } }
      );
    }
    case "unary":
      return unary(expr.op, expressionOfPgsqlAst(expr.operand));
    case "binary":
      return binary(expr.op, expressionOfPgsqlAst(expr.left), expressionOfPgsqlAst(expr.right));
    case "ternary": {
      const [value, low, high] = [expr.value, expr.lo, expr.hi].map(expressionOfPgsqlAst);
      if (!value || !low || !high) return undefined;
      const isIn = expr.op === "BETWEEN";
      const args: Expression[] = [
        { kind: "operator", name: isIn ? ">=" : "<", left: value, right: low },
        { kind: "operator", name: isIn ? "<=" : ">", left: value, right: high },
      ];
      return { kind: "boolean", operator: isIn ? "and" : "or", args };
    }
    case "list":
    case "array": {
      const items = expr.expressions.map(expressionOfPgsqlAst);
      return items.every((item) => item !== undefined) ? { kind: "list", items } : undefined;
    }
    case "arrayIndex": {
      const arg = expressionOfPgsqlAst(expr.array);
      const index = expressionOfPgsqlAst(expr.index);
      if (!arg || !index) return undefined;
      return arg.kind === "subscript"
        ? { ...arg, indices: [...arg.indices, index] }
        : { kind: "subscript", arg, indices: [index] };
    }
    case "call": {
      if (expr.distinct ?? expr.orderBy ?? expr.filter ?? expr.over ?? expr.withinGroup) return undefined;
      const args = expr.args.map(expressionOfPgsqlAst);
      const name = nameOf(expr.function).replace(/^pg_catalog\./, "");
      return args.every((arg) => arg !== undefined) ? { kind: "call", name, args } : undefined;
    }
    case "keyword":
      return { kind: "call", name: expr.keyword, args: [] };
    default:
      return undefined;
  }
}

function unary(op: string, right: Expression | undefined): Expression | undefined {
  if (!right) return undefined;
  if (op === "NOT") return { kind: "boolean", operator: "not", args: [right] };
  if (op === "IS NULL" || op === "IS NOT NULL")
    return { kind: "nullTest", isNull: op === "IS NULL", arg: right };
  if (op === "-" && right.kind === "literal" && typeof right.value === "number")
    return { kind: "literal", value: -right.value };
  return { kind: "operator", name: TESTS.has(op) ? op.toLowerCase() : op, right };
}

function binary(op: string, left?: Expression, right?: Expression): Expression | undefined {
  if (!left || !right) return undefined;
  if (op === "AND" || op === "OR") {
    const operator = op === "AND" ? "and" : "or";
    // PostgreSQL's lists are flat.
    const flat = (arg: Expression) =>
      arg.kind === "boolean" && arg.operator === operator ? arg.args : [arg];
    return { kind: "boolean", operator, args: [...flat(left), right] };
  }
  if (op === "IN" || op === "NOT IN") {
    const name = op === "IN" ? "=" : "<>";
    // A list of one is a value in parentheses to it, and a comparison to PostgreSQL.
    const one = right.kind !== "list" ? right : right.items.length === 1 ? right.items[0] : undefined;
    if (one) return { kind: "operator", name, left, right: one };
    return { kind: "operator", name, left, right, quantifier: op === "IN" ? "any" : "all" };
  }
  if (op === "AT TIME ZONE") return { kind: "call", name: "timezone", args: [right, left] };
  const name = COMPARISONS[op] ?? op;
  // `ANY (…)` is a function to it.
  const [array, ...more] = right.kind === "call" && /^(?:any|all)$/.test(right.name) ? right.args : [];
  if (right.kind === "call" && array && more.length === 0)
    return { kind: "operator", name, left, right: array, quantifier: right.name === "any" ? "any" : "all" };
  return { kind: "operator", name, left, right };
}

const nameOf = ({ schema, name }: QName) => (schema === undefined ? name : `${schema}.${name}`);

/** What a statement says of tables, columns and indexes. */
export function secondReading(tree: PgsqlAst): Fact[] | undefined {
  switch (tree.type) {
    case "create table":
      return [
        { says: `create table ${nameOf(tree.name)}` },
        ...tree.columns.flatMap((column) =>
          column.kind === "column" ? columnFacts(column) : [{ says: `like ${nameOf(column.like)}` }],
        ),
        ...(tree.constraints ?? []).flatMap((constraint) => constraintFacts(constraint, undefined)),
        ...(tree.inherits ?? []).map((parent) => ({ says: `inherits ${nameOf(parent)}` })),
      ];
    case "alter table": {
      const facts = tree.changes.map(alteration);
      if (facts.some((fact) => fact === undefined)) return undefined;
      return facts.flatMap((fact) =>
        fact!.map(({ says, ...rest }) => ({ says: `${nameOf(tree.table)}: ${says}`, ...rest })),
      );
    }
    case "create index":
      return [
        {
          says: `index ${tree.indexName?.name ?? ""} on ${nameOf(tree.table)} using ${tree.using?.name.toLowerCase() ?? "btree"}${tree.unique ? " unique" : ""}`,
        },
        ...tree.expressions.map(({ expression, opclass, order, nulls }) => ({
          says: `key ${opclass?.name ?? ""}${order === "desc" ? " desc" : ""}${nulls ? ` ${nulls}` : ""}`,
          ...withExpression(expression),
        })),
        ...(tree.where ? [{ says: "where", ...withExpression(tree.where) }] : []),
      ];
    case "drop table":
    case "drop index":
      return [{ says: `${tree.type} ${tree.names.map(nameOf).join()}` }];
    default:
      return undefined;
  }
}

function withExpression(expr: Expr): { expression: Expression | undefined } {
  return { expression: expressionOfPgsqlAst(expr) };
}

function columnFacts({ name: { name }, dataType, constraints = [] }: CreateColumnDef): Fact[] {
  const type = typeOf(dataType);
  const isSerial = dataType.kind !== "array" && /^(?:small|big)?serial$/.test(dataType.name);
  return [
    { says: `column ${name} ${isSerial ? "serial " : ""}${type ? formatType(type) : "?"}` },
    ...constraints.flatMap((constraint) => constraintFacts(constraint, name)),
  ];
}

function constraintFacts(constraint: ColumnConstraint | TableConstraint, column: string | undefined): Fact[] {
  switch (constraint.type) {
    case "not null":
      return [{ says: `not null ${column ?? ""}` }];
    case "primary key":
    case "unique": {
      const columns = "columns" in constraint ? constraint.columns.map(({ name }) => name) : [column];
      return [{ says: `${constraint.type} ${columns.join()}` }];
    }
    case "default":
      return [{ says: `default ${column ?? ""}`, ...withExpression(constraint.default) }];
    case "check":
      return [{ says: "check", ...withExpression(constraint.expr) }];
    case "reference":
    case "foreign key": {
      const local = "localColumns" in constraint ? constraint.localColumns.map(({ name }) => name) : [column];
      const there = constraint.foreignColumns.map(({ name }) => name).join();
      return [{ says: `references ${local.join()} ${nameOf(constraint.foreignTable)} ${there}` }];
    }
    default:
      return [];
  }
}

/** Undefined for what the model does not keep. */
function alteration(change: TableAlteration): Fact[] | undefined {
  switch (change.type) {
    case "add column":
      return columnFacts(change.column).map(({ says, ...rest }) => ({ says: `add ${says}`, ...rest }));
    case "drop column":
      return [{ says: `drop column ${change.column.name}` }];
    case "rename":
      return [{ says: `rename to ${change.to.name}` }];
    case "rename column":
      return [{ says: `rename column ${change.column.name} to ${change.to.name}` }];
    case "drop constraint":
      return [{ says: `drop constraint ${change.constraint.name}` }];
    case "add constraint":
      return constraintFacts(change.constraint, undefined).map(({ says, ...rest }) => ({
        says: `add ${says}`,
        ...rest,
      }));
    case "alter column": {
      const { alter, column } = change;
      if (alter.type === "set type") {
        const type = typeOf(alter.dataType);
        return [{ says: `retype ${column.name} ${type ? formatType(type) : "?"}` }];
      }
      if (alter.type === "set default") {
        return [{ says: `default ${column.name}`, ...withExpression(alter.default) }];
      }
      return alter.type === "add generated" ? undefined : [{ says: `${alter.type} ${column.name}` }];
    }
    default:
      return undefined;
  }
}
