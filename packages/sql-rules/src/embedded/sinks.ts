import { AST_NODE_TYPES } from "@typescript-eslint/types";
import type { TSESTree } from "@typescript-eslint/utils";

/** Template tags whose text is SQL: postgres.js, slonik, Prisma, Drizzle, Kysely, pgtyped, zapatos, Neon, Deno… */
const TAGS = /^(?:sql|SQL|pgsql|psql|\$queryRaw|\$executeRaw|queryObject|queryArray)$/;
/** Transactions of postgres.js, `sql.begin((tx) => tx`…`)`. */
const TRANSACTIONS = /^(?:tx|trx)$/;
const SQL = /^(?:sql|SQL)$/;

/** Methods that take a statement first: node-postgres, pg-promise, Prisma, Knex, TypeORM, Sequelize, MikroORM, postgres.js… */
const STATEMENTS =
  /^(?:query|queryRaw|\$queryRawUnsafe|\$executeRawUnsafe|execute|executeSql|raw|unsafe|literal|sql|runSql|addSql|any|one|none|oneOrNone|many|manyOrNone|result|map|each|multi|multiResult|queryStream|queryObject|queryArray|cursor|simple)$/;
/** Classes of the same: node-postgres and its companions, pg-promise. */
const CLASSES = /^(?:Cursor|QueryStream|Query|PreparedStatement|ParameterizedQuery)$/;
/** Knex, Objection and MikroORM: the first argument is a condition. */
const CONDITIONS = /^(?:whereRaw|andWhereRaw|orWhereRaw|havingRaw|orHavingRaw|andHavingRaw)$/;
/** The same of TypeORM's query builder, whose names many other libraries have too. */
const BUILDER_CONDITIONS = /^(?:where|andWhere|orWhere|having|andHaving|orHaving)$/;
/** Functions whose text becomes part of another statement. */
const RAW = /^(?:raw|unsafe|literal)$/;
/** Calls in a chain that name tables, as in Knex: `db("events").join("users", …)`. */
const FROM = /^(?:from|into|table|join|innerJoin|leftJoin|rightJoin|leftOuterJoin|fullOuterJoin|crossJoin)$/;
const TABLE = /^(?:[A-Za-z_]\w*\.)?[A-Za-z_]\w*(?:\s+(?:as\s+)?[A-Za-z_]\w*)?$/i;

/** An expression that holds SQL, and how it is meant. */
export interface Sink {
  node: TSESTree.Node;
  /**
   * - statement: whole statements
   * - fragment: SQL of any kind
   * - condition: what may stand after WHERE
   */
  kind: "statement" | "fragment" | "condition";
  /** What a condition restricts, as FROM would list it. */
  tables?: readonly string[];
  /** Other calls of its chain may restrict the rows as well. */
  isOpen?: boolean;
}

/** The SQL a node hands to a client, if it is a template or call that does. */
export function sinkOf(node: TSESTree.Node): Sink | undefined {
  if (node.type === AST_NODE_TYPES.TaggedTemplateExpression) {
    return isSqlTag(node.tag) ? { node, kind: "fragment" } : undefined;
  }
  if (node.type === AST_NODE_TYPES.NewExpression) {
    const name = lastName(node.callee);
    const argument = node.arguments[0];
    return argument && name !== undefined && CLASSES.test(name)
      ? { node: textOption(argument), kind: "statement" }
      : undefined;
  }
  if (node.type !== AST_NODE_TYPES.CallExpression) return undefined;
  const name = lastName(node.callee);
  const argument = node.arguments[0];
  if (name === undefined || !argument) return undefined;
  if (RAW.test(name)) return { node: textOption(argument), kind: "fragment" };
  const isMethod = node.callee.type === AST_NODE_TYPES.MemberExpression;
  if (!isMethod) return SQL.test(name) ? { node: argument, kind: "statement" } : undefined;
  if (STATEMENTS.test(name)) return { node: textOption(argument), kind: "statement" };
  if (CONDITIONS.test(name)) return { node: argument, kind: "condition", tables: tablesOfChain(node.callee) };
  return BUILDER_CONDITIONS.test(name) && isJsonText(argument)
    ? { node: argument, kind: "condition" }
    : undefined;
}

/** Whether a template's tag makes it SQL: `sql`, `Prisma.sql`, `sql.type(row)`, `tx`. */
export function isSqlTag(tag: TSESTree.Node): boolean {
  const name = lastName(tag);
  if (name === undefined) return false;
  if (TAGS.test(name) || (tag.type === AST_NODE_TYPES.Identifier && TRANSACTIONS.test(name))) return true;
  const called = tag.type === AST_NODE_TYPES.CallExpression ? tag.callee : tag;
  return called.type === AST_NODE_TYPES.MemberExpression && SQL.test(lastName(called.object) ?? "");
}

/** The text of `sql.raw("…")`, `Prisma.raw("…")`, `sql.unsafe("…")`. */
export function rawSqlArgument({
  callee,
  arguments: [argument],
}: TSESTree.CallExpression): TSESTree.Node | undefined {
  return RAW.test(lastName(callee) ?? "") ? argument : undefined;
}

/** The name a tag or callee ends with. */
function lastName(node: TSESTree.Node): string | undefined {
  if (node.type === AST_NODE_TYPES.Identifier) return node.name;
  if (node.type === AST_NODE_TYPES.MemberExpression) {
    return node.property.type === AST_NODE_TYPES.Identifier && !node.computed
      ? node.property.name
      : undefined;
  }
  if (
    node.type === AST_NODE_TYPES.TSInstantiationExpression ||
    node.type === AST_NODE_TYPES.TSNonNullExpression
  ) {
    return lastName(node.expression);
  }
  return node.type === AST_NODE_TYPES.CallExpression ? lastName(node.callee) : undefined;
}

/** `{ text: "…", values: […] }`, as several clients accept it. */
function textOption(node: TSESTree.Node): TSESTree.Node {
  if (node.type !== AST_NODE_TYPES.ObjectExpression) return node;
  const option = node.properties.find(
    (item) =>
      item.type === AST_NODE_TYPES.Property &&
      item.key.type === AST_NODE_TYPES.Identifier &&
      /^(?:text|sql|query|statement)$/.test(item.key.name),
  );
  return option?.type === AST_NODE_TYPES.Property ? option.value : node;
}

function isJsonText(node: TSESTree.Node): boolean {
  const raw =
    node.type === AST_NODE_TYPES.Literal
      ? node.raw
      : node.type === AST_NODE_TYPES.TemplateLiteral
        ? node.quasis.map(({ value }) => value.raw).join("")
        : "";
  return /->|@>|<@|#>|@\?|@@|\bjsonb?_/.test(raw);
}

/** Calls of a query builder that restrict rows. */
const RESTRICTS = /^(?:and)?(?:where|having)(?!Raw$)\w*$/i;

/**
 * The calls with conditions in a chain whose rows something else restricts too: another call of the chain, or one that
 * may be made later of the variable that holds it.
 */
export function openConditions(node: TSESTree.Node): readonly TSESTree.Node[] {
  const isKept =
    (node.type === AST_NODE_TYPES.VariableDeclarator && node.init?.type === AST_NODE_TYPES.CallExpression) ||
    (node.type === AST_NODE_TYPES.AssignmentExpression && node.right.type === AST_NODE_TYPES.CallExpression);
  const first =
    node.type === AST_NODE_TYPES.VariableDeclarator
      ? node.init
      : node.type === AST_NODE_TYPES.AssignmentExpression
        ? node.right
        : node;
  const raw: TSESTree.Node[] = [];
  let isRestricted = isKept;
  for (let at: TSESTree.Node | null = first; at?.type === AST_NODE_TYPES.CallExpression;) {
    const { callee }: TSESTree.CallExpression = at;
    const name = lastName(callee) ?? "";
    if (CONDITIONS.test(name)) raw.push(at);
    else isRestricted ||= RESTRICTS.test(name);
    at = callee.type === AST_NODE_TYPES.MemberExpression ? callee.object : null;
  }
  return isRestricted || raw.length > 1 ? raw : [];
}

/** `knex("events").join("users as u", …)`: the names that calls of a chain give. */
function tablesOfChain(callee: TSESTree.Node): string[] {
  const tables: string[] = [];
  for (let at = callee; ;) {
    if (at.type === AST_NODE_TYPES.MemberExpression) at = at.object;
    else if (at.type === AST_NODE_TYPES.CallExpression) {
      const argument = at.arguments[0];
      const names =
        at.callee.type !== AST_NODE_TYPES.MemberExpression || FROM.test(lastName(at.callee) ?? "");
      if (names && argument?.type === AST_NODE_TYPES.Literal && typeof argument.value === "string") {
        if (TABLE.test(argument.value)) tables.push(argument.value);
      }
      at = at.callee;
    } else return tables.reverse();
  }
}
