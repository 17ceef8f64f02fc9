import { AST_NODE_TYPES } from "@typescript-eslint/types";
import type { TSESTree } from "@typescript-eslint/utils";
import { versionOf } from "../model/sources/versions.js";
import { childrenOf } from "./tree.js";

/** Calls of Knex, node-pg-migrate, TypeORM, Sequelize and Drizzle that change a schema without SQL. */
export const SCHEMA_CALL =
  /\b(?:create|alter|drop|rename|change|add|has)(?:Table|View|MaterializedView|Columns?|Index|Indexes|Indices|Constraint|Type|Schema)(?:IfNotExists|IfExists)?\s*[(<]/;
const SCHEMA_METHOD = new RegExp(SCHEMA_CALL.source.replace(/\\s\*\[\(<\]$/, "$"));

/**
 * Whether a source is a step of a migration history, by the number or time stamp its name begins with and the `up` it
 * defines: one that says in SQL what it changes, or one that says so by calls, which are not read.
 */
export function migrationOf(program: TSESTree.Program, path: string): "none" | "sql" | "calls" {
  const name = path.split(/[\\/]/).at(-1) ?? "";
  if (versionOf(name) === undefined) return "none";
  let hasUp = false;
  let hasCalls = false;
  const pending: TSESTree.Node[] = [program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    hasUp ||= definesUp(node);
    hasCalls ||= callsSchema(node);
    for (const child of childrenOf(node)) pending.push(child);
  }
  if (!hasUp) return "none";
  return hasCalls ? "calls" : "sql";
}

function definesUp(node: TSESTree.Node): boolean {
  switch (node.type) {
    case AST_NODE_TYPES.FunctionDeclaration:
      return node.id?.name === "up";
    case AST_NODE_TYPES.VariableDeclarator:
      return isNamedUp(node.id);
    case AST_NODE_TYPES.MethodDefinition:
    case AST_NODE_TYPES.PropertyDefinition:
    case AST_NODE_TYPES.Property:
      return isNamedUp(node.key);
    case AST_NODE_TYPES.AssignmentExpression:
      return node.left.type === AST_NODE_TYPES.MemberExpression && isNamedUp(node.left.property);
    default:
      return false;
  }
}

function isNamedUp(node: TSESTree.Node): boolean {
  return node.type === AST_NODE_TYPES.Identifier && node.name === "up";
}

function callsSchema(node: TSESTree.Node): boolean {
  if (node.type !== AST_NODE_TYPES.CallExpression || node.callee.type !== AST_NODE_TYPES.MemberExpression)
    return false;
  const { property } = node.callee;
  return property.type === AST_NODE_TYPES.Identifier && SCHEMA_METHOD.test(property.name);
}
