import { CATALOGS, changingWords } from "./blocks.js";
import type {
  AlterEnumStmt,
  AlterObjectSchemaStmt,
  AlterPolicyStmt,
  AlterSeqStmt,
  CreateDomainStmt,
  CreateRangeStmt,
  CompositeTypeStmt,
  CreateExtensionStmt,
  CreateFunctionStmt,
  CreatePolicyStmt,
  CreateSeqStmt,
  CreateTableAsStmt,
  DropStmt,
  IntoClause,
  Node,
  ObjectType,
  RenameStmt,
  TypeName,
  ViewStmt,
} from "@pgsql/types";
import type { Statement } from "../../language/parse.js";
import type { Range } from "../../language/split.js";
import type {
  CreateTableAs,
  CreateType,
  CreateView,
  ObjectKind,
  ObjectName,
  SchemaChange,
} from "../changes.js";
import { typeRefOf } from "../types.js";
import { nameOfObject, nameOfParts, nameOfRelation, nameRange, persistenceOf, strings } from "./names.js";
import { queryShape } from "./queries.js";
import { columnSpec } from "./tables.js";

const KINDS: Partial<Record<ObjectType, ObjectKind>> = {
  OBJECT_TABLE: "table",
  OBJECT_FOREIGN_TABLE: "foreign table",
  OBJECT_INDEX: "index",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_TYPE: "type",
  OBJECT_DOMAIN: "domain",
  OBJECT_SCHEMA: "schema",
  OBJECT_FUNCTION: "function",
  OBJECT_PROCEDURE: "function",
  OBJECT_ROUTINE: "function",
  OBJECT_AGGREGATE: "function",
  OBJECT_EXTENSION: "extension",
};

export function rename(tree: RenameStmt, { range }: Statement): SchemaChange[] {
  const { renameType = "OBJECT_TABLE", relation, object, subname = "", newname: to = "" } = tree;
  const ifExists = tree.missing_ok ? { ifExists: true } : {};
  if (renameType === "OBJECT_POLICY" && relation) {
    return [{ kind: "policy", what: "rename", name: subname, table: nameOfRelation(relation), to, range }];
  }
  if (renameType === "OBJECT_SCHEMA") {
    return [{ kind: "rename", object: "schema", name: { name: subname }, to, range, ...ifExists }];
  }
  const name = relation ? nameOfRelation(relation) : object ? nameOfObject(object) : undefined;
  if (!name) return [];
  const parts: Partial<Record<ObjectType, "column" | "constraint" | "attribute">> = {
    OBJECT_COLUMN: "column",
    OBJECT_TABCONSTRAINT: "constraint",
    OBJECT_ATTRIBUTE: "attribute",
  };
  const part = parts[renameType];
  if (part === "attribute")
    return [{ kind: "rename", part: { kind: part, name: subname }, object: "type", name, to, range }];
  const kind = KINDS[part ? (tree.relationType ?? "OBJECT_TABLE") : renameType] ?? (part && "table");
  if (!kind) return [];
  return [
    {
      kind: "rename",
      object: kind,
      name,
      to,
      range,
      ...(part && { part: { kind: part, name: subname } }),
      ...ifExists,
    },
  ];
}

export function setSchema(tree: AlterObjectSchemaStmt, { range }: Statement): SchemaChange[] {
  const { objectType = "OBJECT_TABLE", relation, object, newschema: schema = "" } = tree;
  const kind = KINDS[objectType];
  const name = relation ? nameOfRelation(relation) : object ? nameOfObject(object) : undefined;
  if (!kind || !name) return [];
  return [
    { kind: "set schema", object: kind, name, schema, range, ...(tree.missing_ok && { ifExists: true }) },
  ];
}

export function drop(tree: DropStmt, { range }: Statement): SchemaChange[] {
  const objects = tree.objects ?? [];
  if (tree.removeType === "OBJECT_POLICY") return objects.flatMap((node) => policyDropped(node, range));
  const kind = KINDS[tree.removeType ?? "OBJECT_TABLE"];
  if (!kind) return [];
  return [
    {
      kind: "drop",
      object: kind,
      names: objects.map(nameOfObject),
      ...(kind === "function" && { args: objects.map(argumentsGiven) }),
      ...(tree.missing_ok && { ifExists: true }),
      ...(tree.behavior === "DROP_CASCADE" && { cascade: true }),
      ...(tree.concurrent && { concurrently: true }),
      range,
    },
  ];
}

/** DROP POLICY names the table first. */
function policyDropped(node: Node, range: Range): SchemaChange[] {
  const names = "List" in node ? strings(node.List.items) : [];
  return [
    { kind: "policy", what: "drop", name: names.at(-1) ?? "", table: nameOfParts(names.slice(0, -1)), range },
  ];
}

export function policy(
  tree: CreatePolicyStmt | AlterPolicyStmt,
  { range }: Statement,
  what: "create" | "alter",
): SchemaChange[] {
  const { policy_name: name, table } = tree;
  // What ALTER POLICY does not say stays as it is.
  if (name === undefined || !table || (what === "alter" && !tree.qual)) return [];
  return [{ kind: "policy", what, name, table: nameOfRelation(table), range }];
}

/** The types of a function's arguments, as far as they tell functions apart. */
function typesIn(types: readonly (TypeName | undefined)[]): string {
  return types
    .map((type) => {
      if (!type) return "";
      const { name, dimensions } = typeRefOf(type);
      return dimensions > 0 ? `${name}[]` : name;
    })
    .join();
}

function argumentsGiven(node: Node): string | undefined {
  if (!("ObjectWithArgs" in node) || node.ObjectWithArgs.args_unspecified) return undefined;
  const { objargs = [] } = node.ObjectWithArgs;
  return typesIn(objargs.map((arg) => ("TypeName" in arg ? arg.TypeName : undefined)));
}

/** What is given to it, not what it gives back. */
function argumentsOf({ parameters = [] }: CreateFunctionStmt): string {
  return typesIn(
    parameters.flatMap((node) => {
      if (!("FunctionParameter" in node)) return [];
      const { mode, argType } = node.FunctionParameter;
      return mode === "FUNC_PARAM_OUT" || mode === "FUNC_PARAM_TABLE" ? [] : [argType];
    }),
  );
}

export function createView(tree: ViewStmt, statement: Statement): SchemaChange[] {
  if (!tree.view) return [];
  const names = strings(tree.aliases);
  const change: CreateView & { range: Range } = {
    kind: "create view",
    range: statement.range,
    name: nameOfRelation(tree.view),
    query: queryShape(tree.query, statement),
    ...(names.length > 0 && { columnNames: names }),
    ...(tree.replace && { orReplace: true }),
    ...(persistenceOf(tree.view) === "temporary" && { isTemporary: true }),
  };
  return [change];
}

export function createTableAs(tree: CreateTableAsStmt, statement: Statement): SchemaChange[] {
  if (!tree.into) return [];
  return [
    {
      range: statement.range,
      ...tableAs(tree.into, tree.query, statement),
      ...(tree.objtype === "OBJECT_MATVIEW" && { isMaterializedView: true }),
      ...(tree.if_not_exists && { ifNotExists: true }),
    },
  ];
}

/** CREATE TABLE AS, and SELECT … INTO, whose clause stands inside the query. */
export function tableAs(into: IntoClause, query: Node | undefined, statement: Statement): CreateTableAs {
  const names = strings(into.colNames);
  return {
    kind: "create table as",
    name: nameOfRelation(into.rel ?? {}),
    ...nameRange(statement, into.rel ?? {}),
    isMaterializedView: false,
    persistence: persistenceOf(into.rel ?? {}),
    query: queryShape(query && withoutInto(query), statement),
    ...(names.length > 0 && { columnNames: names }),
    ...(into.onCommit === "ONCOMMIT_DROP" && { endsWithTransaction: true }),
  };
}

function withoutInto(query: Node): Node {
  if (!("SelectStmt" in query) || !query.SelectStmt.intoClause) return query;
  const { intoClause: _intoClause, ...select } = query.SelectStmt;
  return { SelectStmt: select };
}

/** ALTER TYPE … RENAME VALUE; new values change nothing the catalog holds. */
export function alterEnum(
  { typeName, oldVal: from, newVal: to }: AlterEnumStmt,
  { range }: Statement,
): SchemaChange[] {
  if (from === undefined || to === undefined) return [];
  const name = nameOfParts(strings(typeName));
  return [{ kind: "alter type", name, actions: [{ kind: "rename value", from, to }], range }];
}

/** @param typeKind - what the statement's node already says */
export function createType(
  name: ObjectName,
  typeKind: CreateType["typeKind"],
  { range }: Statement,
): SchemaChange[] {
  return [{ kind: "create type", name, typeKind, range }];
}

export function createDomain(tree: CreateDomainStmt, statement: Statement): SchemaChange[] {
  const { typeName } = tree;
  const name = nameOfParts(strings(tree.domainname));
  const base = typeName && typeRefOf(typeName);
  return [{ kind: "create type", name, typeKind: "domain", ...(base && { base }), range: statement.range }];
}

export function createComposite(tree: CompositeTypeStmt, statement: Statement): SchemaChange[] {
  const attributes = (tree.coldeflist ?? []).flatMap((node) => {
    const column = "ColumnDef" in node ? columnSpec(node.ColumnDef, statement) : undefined;
    return column?.type ? [{ name: column.name, type: column.type }] : [];
  });
  const name = nameOfRelation(tree.typevar ?? {});
  return [{ kind: "create type", name, typeKind: "composite", attributes, range: statement.range }];
}

export function createRange(tree: CreateRangeStmt, { range }: Statement): SchemaChange[] {
  const name = nameOfParts(strings(tree.typeName));
  for (const node of tree.params ?? []) {
    if (!("DefElem" in node) || node.DefElem.defname !== "subtype" || !node.DefElem.arg) continue;
    if ("TypeName" in node.DefElem.arg) {
      return [
        { kind: "create type", name, typeKind: "range", base: typeRefOf(node.DefElem.arg.TypeName), range },
      ];
    }
  }
  return [{ kind: "create type", name, typeKind: "range", range }];
}

export function createSequence(tree: CreateSeqStmt, { range }: Statement): SchemaChange[] {
  if (!tree.sequence) return [];
  const ownedBy = ownerOf(tree.options);
  return [
    {
      kind: "create sequence",
      name: nameOfRelation(tree.sequence),
      persistence: persistenceOf(tree.sequence),
      ...(tree.if_not_exists && { ifNotExists: true }),
      ...(ownedBy && { ownedBy }),
      range,
    },
  ];
}

export function alterSequence(tree: AlterSeqStmt, { range }: Statement): SchemaChange[] {
  const ownedBy = ownerOf(tree.options);
  if (!tree.sequence || ownedBy === undefined) return [];
  const name = nameOfRelation(tree.sequence);
  return [{ kind: "alter sequence", name, ownedBy, ...(tree.missing_ok && { ifExists: true }), range }];
}

/** OWNED BY: null for NONE, undefined where it is not written. */
function ownerOf(
  options: readonly Node[] | undefined,
): { table: ObjectName; column: string } | null | undefined {
  for (const node of options ?? []) {
    if (!("DefElem" in node) || node.DefElem.defname !== "owned_by") continue;
    const { arg } = node.DefElem;
    const parts = arg && "List" in arg ? strings(arg.List.items) : [];
    return parts.length < 2 ? null : { table: nameOfParts(parts.slice(0, -1)), column: parts.at(-1) ?? "" };
  }
  return undefined;
}

export function createFunction(tree: CreateFunctionStmt, { range, text }: Statement): SchemaChange[] {
  const { funcname, returnType } = tree;
  // Its own CREATE is no change of a schema.
  const words = changingWords(text.replace(/^\s*create\b/i, ""));
  const returns = returnType && !returnType.setof ? typeRefOf(returnType) : undefined;
  return [
    {
      kind: "create function",
      name: nameOfParts(strings(funcname)),
      args: argumentsOf(tree),
      ...(returns && { returns }),
      ...(words && { words }),
      ...(words?.includes("alter") && CATALOGS.test(text) && { isAnything: true as const }),
      range,
    },
  ];
}

export function createExtension(tree: CreateExtensionStmt, { range }: Statement): SchemaChange[] {
  const option = tree.options?.find((node) => "DefElem" in node && node.DefElem.defname === "schema");
  const arg = option && "DefElem" in option ? option.DefElem.arg : undefined;
  const schema = arg && "String" in arg ? arg.String.sval : undefined;
  return [
    {
      kind: "create extension",
      name: tree.extname ?? "",
      ...(schema !== undefined && { schema }),
      ...(tree.if_not_exists && { ifNotExists: true }),
      range,
    },
  ];
}
