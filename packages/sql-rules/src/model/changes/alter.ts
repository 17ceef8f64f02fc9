import type { AlterTableCmd, AlterTableStmt, ObjectType } from "@pgsql/types";
import type { Statement } from "../../language/parse.js";
import type { Range } from "../../language/split.js";
import type { AlterTable, SchemaChange, TableAction, TypeAction } from "../changes.js";
import { expressionOf } from "../expressions/index.js";
import { constraintSpec } from "./constraints.js";
import { lastName, nameOfParts, nameOfRelation, strings } from "./names.js";
import { columnSpec, identityOf } from "./tables.js";

const OBJECTS: Partial<Record<ObjectType, AlterTable["object"]>> = {
  OBJECT_TABLE: "table",
  OBJECT_INDEX: "index",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_FOREIGN_TABLE: "foreign table",
};

/** ALTER TABLE and what PostgreSQL's grammar makes of ALTER INDEX, VIEW, SEQUENCE and composite types. */
export function alterTable(tree: AlterTableStmt, statement: Statement): SchemaChange[] {
  const { relation, cmds = [], objtype = "OBJECT_TABLE" } = tree;
  if (!relation) return [];
  const name = nameOfRelation(relation);
  const commands = cmds.flatMap((node) => ("AlterTableCmd" in node ? [node.AlterTableCmd] : []));
  const { range } = statement;
  if (objtype === "OBJECT_TYPE") {
    const actions = commands.flatMap((command) => typeAction(command, statement));
    return actions.length > 0 ? [{ kind: "alter type", name, actions, range }] : [];
  }
  const object = OBJECTS[objtype];
  const [first] = commands;
  if (object === "index" && first?.subtype === "AT_AttachPartition") {
    const child = first.def && "PartitionCmd" in first.def ? first.def.PartitionCmd.name : undefined;
    return child ? [{ kind: "attach index", index: name, child: nameOfRelation(child), range }] : [];
  }
  const actions = commands.flatMap((command) => tableAction(command, statement) ?? []);
  if (!object || actions.length === 0) return [];
  const change: AlterTable & { range: Range } = {
    kind: "alter table",
    range,
    name,
    object,
    actions,
    ...(tree.missing_ok && { ifExists: true }),
    ...(relation.inh !== true && { only: true }),
  };
  return [change];
}

function typeAction(command: AlterTableCmd, statement: Statement): TypeAction[] {
  const { subtype, name = "", def, missing_ok: ifExists } = command;
  const column = def && "ColumnDef" in def ? columnSpec(def.ColumnDef, statement) : undefined;
  if (subtype === "AT_DropColumn")
    return [{ kind: "drop attribute", attribute: name, ...(ifExists && { ifExists }) }];
  if (!column?.type) return [];
  if (subtype === "AT_AddColumn")
    return [{ kind: "add attribute", attribute: { name: column.name, type: column.type } }];
  if (subtype === "AT_AlterColumnType")
    return [{ kind: "retype attribute", attribute: { name, type: column.type } }];
  return [];
}

/** Undefined for what changes nothing the catalog holds: owners, storage, statistics, triggers, options… */
function tableAction(command: AlterTableCmd, statement: Statement): TableAction | undefined {
  const { name = "", def } = command;
  const ifExists = command.missing_ok ? { ifExists: true } : {};
  const cascade = command.behavior === "DROP_CASCADE" ? { cascade: true } : {};
  switch (command.subtype) {
    case "AT_AddColumn": {
      if (!def || !("ColumnDef" in def)) return undefined;
      const column = columnSpec(def.ColumnDef, statement);
      return { kind: "add column", column, ...(command.missing_ok && { ifNotExists: true }) };
    }
    case "AT_DropColumn":
      return { kind: "drop column", column: name, ...ifExists, ...cascade };
    case "AT_AlterColumnType":
      return retype(command, statement);
    case "AT_SetNotNull":
      return { kind: "set not null", column: name };
    case "AT_DropNotNull":
      return { kind: "drop not null", column: name };
    case "AT_ColumnDefault":
      return { kind: "default", column: name, ...(def && { expression: expressionOf(def, statement) }) };
    case "AT_SetExpression":
      return def && { kind: "set expression", column: name, expression: expressionOf(def, statement) };
    case "AT_DropExpression":
      return { kind: "drop expression", column: name, ...ifExists };
    case "AT_AddIdentity": {
      const when = def && "Constraint" in def ? def.Constraint.generated_when : undefined;
      return { kind: "add identity", column: name, identity: identityOf(when) };
    }
    case "AT_SetIdentity":
      return { kind: "set identity", column: name, ...identityOption(command) };
    case "AT_DropIdentity":
      return { kind: "drop identity", column: name, ...ifExists };
    default:
      return constraintAction(command, statement) ?? relationAction(command);
  }
}

function retype({ name = "", def }: AlterTableCmd, statement: Statement): TableAction | undefined {
  if (!def || !("ColumnDef" in def)) return undefined;
  const { type, typeRange } = columnSpec(def.ColumnDef, statement);
  if (!type || !typeRange) return undefined;
  const collation = lastName(def.ColumnDef.collClause?.collname);
  const hasUsing = def.ColumnDef.raw_default !== undefined;
  const base = { kind: "retype column" as const, column: name, type, typeRange, hasUsing };
  return collation === undefined ? base : { ...base, collation };
}

function identityOption({ def }: AlterTableCmd): { identity?: "always" | "by default" } {
  for (const option of def && "List" in def ? (def.List.items ?? []) : []) {
    if (!("DefElem" in option) || option.DefElem.defname !== "generated") continue;
    const { arg } = option.DefElem;
    // The character of `ATTRIBUTE_IDENTITY_…`, as a number.
    const code = arg && "Integer" in arg ? (arg.Integer.ival ?? 0) : 0;
    return { identity: identityOf(String.fromCharCode(code)) };
  }
  return {};
}

function constraintAction(command: AlterTableCmd, statement: Statement): TableAction | undefined {
  const { subtype, name: constraint = "", def } = command;
  if (subtype === "AT_AddConstraint") {
    const spec = def && "Constraint" in def ? constraintSpec(def.Constraint, statement) : undefined;
    return spec && { kind: "add constraint", constraint: spec };
  }
  if (subtype === "AT_DropConstraint") {
    return {
      kind: "drop constraint",
      constraint,
      ...(command.missing_ok && { ifExists: true }),
      ...(command.behavior === "DROP_CASCADE" && { cascade: true }),
    };
  }
  if (subtype === "AT_ValidateConstraint") return { kind: "validate constraint", constraint };
  if (subtype === "AT_AlterConstraint" && def && "ATAlterConstraint" in def) {
    const { conname = "", alterEnforceability, is_enforced: isEnforced = false } = def.ATAlterConstraint;
    return {
      kind: "alter constraint",
      constraint: conname,
      ...(alterEnforceability && { enforced: isEnforced }),
    };
  }
  return undefined;
}

function relationAction({ subtype, def }: AlterTableCmd): TableAction | undefined {
  if (subtype === "AT_SetLogged") return { kind: "persistence", persistence: "permanent" };
  if (subtype === "AT_SetUnLogged") return { kind: "persistence", persistence: "unlogged" };
  if (subtype === "AT_DropOf") return { kind: "not of type" };
  if (!def) return undefined;
  if (subtype === "AT_AddOf" && "TypeName" in def)
    return { kind: "of type", type: nameOfParts(strings(def.TypeName.names)) };
  if ("RangeVar" in def) {
    const parent = nameOfRelation(def.RangeVar);
    if (subtype === "AT_AddInherit") return { kind: "inherit", parent };
    if (subtype === "AT_DropInherit") return { kind: "no inherit", parent };
  }
  if ("PartitionCmd" in def && def.PartitionCmd.name) {
    const partition = nameOfRelation(def.PartitionCmd.name);
    if (subtype === "AT_AttachPartition") {
      const isDefault = def.PartitionCmd.bound?.is_default === true;
      return { kind: "attach partition", partition, ...(isDefault && { isDefault }) };
    }
    // DETACH … FINALIZE ends what DETACH … CONCURRENTLY began.
    if (subtype === "AT_DetachPartition") return { kind: "detach partition", partition };
  }
  return undefined;
}
