import { AST_NODE_TYPES } from "@typescript-eslint/types";
import type { TSESTree } from "@typescript-eslint/utils";

/** Modules of clients that speak to another database than PostgreSQL. */
const OTHER =
  /^(?:mysql2?|promise-mysql|mariadb|@planetscale\/database|better-sqlite3|sqlite3?|sql\.js|expo-sqlite|react-native-sqlite-storage|@op-engineering\/op-sqlite|bun:sqlite|node:sqlite|@?libsql|@libsql\/.+|@tursodatabase\/.+|mssql|tedious|oracledb|snowflake-sdk|@google-cloud\/(?:bigquery|spanner)|@?clickhouse(?:\/.+)?|duckdb(?:-async)?|@duckdb\/.+|cassandra-driver|@databricks\/sql|drizzle-orm\/(?:mysql|sqlite|better-sqlite3|libsql|d1|bun-sqlite|expo-sqlite|op-sqlite|durable-sqlite|sqljs|singlestore|planetscale|tidb|mssql).*|@prisma\/adapter-(?:libsql|better-sqlite3|d1|mariadb|mssql|planetscale))(?:\/.*)?$/;

/** True for a file that uses a client of another database: its SQL is in another dialect. */
export function speaksOtherDialect({ body }: TSESTree.Program): boolean {
  return body.some((statement) => modulesOf(statement).some((name) => OTHER.test(name)));
}

/** Modules that a top-level statement imports or requires. */
function modulesOf(statement: TSESTree.ProgramStatement): string[] {
  switch (statement.type) {
    case AST_NODE_TYPES.ImportDeclaration:
      return [statement.source.value];
    case AST_NODE_TYPES.TSImportEqualsDeclaration: {
      const reference = statement.moduleReference;
      return reference.type === AST_NODE_TYPES.TSExternalModuleReference ? literal(reference.expression) : [];
    }
    case AST_NODE_TYPES.VariableDeclaration:
      return statement.declarations.flatMap(({ init }) => required(init));
    default:
      return [];
  }
}

/** `require("x")`, also in `require("x")(…)` and `require("x").y`. */
function required(node: TSESTree.Node | null): string[] {
  for (let at = node; at;) {
    if (at.type === AST_NODE_TYPES.MemberExpression) at = at.object;
    else if (at.type === AST_NODE_TYPES.AwaitExpression) at = at.argument;
    else if (at.type === AST_NODE_TYPES.ImportExpression) return literal(at.source);
    else if (at.type !== AST_NODE_TYPES.CallExpression) return [];
    else if (at.callee.type === AST_NODE_TYPES.Identifier && at.callee.name === "require")
      return literal(at.arguments[0]);
    else at = at.callee;
  }
  return [];
}

function literal(node: TSESTree.Node | undefined): string[] {
  return node?.type === AST_NODE_TYPES.Literal && typeof node.value === "string" ? [node.value] : [];
}
