import type { CreateSchemaStmt, Node } from "@pgsql/types";
import type { Program, Statement, UnparsedStatement } from "../../language/parse.js";
import type { SchemaChange } from "../changes.js";
import { forwardParts, isDownScript } from "../direction.js";
import { alterTable } from "./alter.js";
import { blockOf, unreadable } from "./blocks.js";
import { createIndex } from "./indexes.js";
import { looseTable } from "./loose.js";
import { nameOfParts, strings } from "./names.js";
import * as objects from "./objects.js";
import { callsIn, select, setVariable, transaction } from "./session.js";
import { createForeignTable, createTable } from "./tables.js";

/**
 * What a script asks a database to change, in order: the part of it that migrates forward.
 *
 * @param program - the parsed script
 * @param path - its path, by which a script that only takes a migration back is known
 * @returns one change a statement at most, but for COMMIT AND CHAIN; nothing for what the catalog does not hold
 */
export function changesOf(program: Program, path: string): SchemaChange[] {
  if (isDownScript(path)) return [];
  const parts = forwardParts(program);
  const changes: SchemaChange[] = [];
  for (const statement of program.body) {
    if (!parts.some(([from, to]) => statement.range[0] >= from && statement.range[0] < to)) continue;
    if (statement.type === "Statement")
      changes.push(...changesOfStatement(statement), ...madeBy(statement, program));
    else if (statement.type === "LooseStatement") changes.push(...looseTable(statement));
    else changes.push(...unreadIndex(statement));
  }
  return changes;
}

/** psql runs what a query gives as statements. */
const GEXEC = /\s*\\gexec\b/y;

function madeBy({ text, range }: Statement, program: Program): SchemaChange[] {
  GEXEC.lastIndex = range[1];
  return GEXEC.test(program.text) ? unreadable(text, "a query makes the SQL that changes it", { range }) : [];
}

const UNREAD_INDEX = /^\s*create\s+(?:unique\s+)?index\b[^(]*?\bon\b([^(]*)\(/i;

/** An index that could not be read serves nobody knows what: its table is in doubt. */
function unreadIndex({ text, range }: UnparsedStatement): SchemaChange[] {
  const table = UNREAD_INDEX.exec(text)?.[1];
  const words = table?.toLowerCase().match(/\w+/g);
  return words
    ? [{ kind: "block", changes: [], doubt: "an index of it could not be read", words, range }]
    : [];
}

/** The change one statement asks for; its tree is looked at only where its kind can be one. */
export function changesOfStatement(statement: Statement): SchemaChange[] {
  // Most statements of a dump or a seed are queries, whose trees need not be parsed again.
  if (statement.kind === "SelectStmt") return select(statement);
  const isKnown = Object.hasOwn(READERS, statement.kind);
  return isKnown ? readNode(statement.tree, statement) : [];
}

function readNode(node: Node, statement: Statement): SchemaChange[] {
  const [kind = "", tree] = Object.entries(node)[0] ?? [];
  const read = READERS[kind as keyof typeof READERS] as
    ((tree: unknown, statement: Statement) => SchemaChange[]) | undefined;
  return read?.(tree, statement) ?? [];
}

type Readers = {
  [Kind in KeysOf<Node>]?: (
    tree: Extract<Node, Record<Kind, unknown>>[Kind],
    statement: Statement,
  ) => SchemaChange[];
};
type KeysOf<Union> = Union extends unknown ? keyof Union : never;

const READERS = {
  CreateStmt: (tree, statement) => createTable(tree, statement),
  CreateForeignTableStmt: createForeignTable,
  CreateTableAsStmt: objects.createTableAs,
  IndexStmt: createIndex,
  AlterTableStmt: alterTable,
  RenameStmt: objects.rename,
  AlterObjectSchemaStmt: objects.setSchema,
  DropStmt: objects.drop,
  ViewStmt: objects.createView,
  CreateEnumStmt: ({ typeName }, statement) =>
    objects.createType(nameOfParts(strings(typeName)), "enum", statement),
  AlterEnumStmt: objects.alterEnum,
  CompositeTypeStmt: objects.createComposite,
  CreateRangeStmt: objects.createRange,
  CreateDomainStmt: objects.createDomain,
  DefineStmt: ({ kind, defnames }, statement) =>
    kind === "OBJECT_TYPE" ? objects.createType(nameOfParts(strings(defnames)), "base", statement) : [],
  CreateSeqStmt: objects.createSequence,
  AlterSeqStmt: objects.alterSequence,
  CreateSchemaStmt: createSchema,
  CreateExtensionStmt: objects.createExtension,
  CreateFunctionStmt: objects.createFunction,
  CreatePolicyStmt: (tree, statement) => objects.policy(tree, statement, "create"),
  AlterPolicyStmt: (tree, statement) => objects.policy(tree, statement, "alter"),
  CallStmt: (_, statement) => callsIn(statement),
  TransactionStmt: transaction,
  VariableSetStmt: setVariable,
  DiscardStmt: ({ target }, { range }) =>
    target === "DISCARD_ALL" ? [{ kind: "search path", schemas: undefined, range }] : [],
  DoStmt: (tree, statement) => blockOf(tree, statement, changesOfStatement),
} satisfies Readers;

function createSchema(tree: CreateSchemaStmt, statement: Statement): SchemaChange[] {
  const name = tree.schemaname ?? tree.authrole?.rolename;
  if (name === undefined) return [];
  const elements = (tree.schemaElts ?? []).flatMap((node) => readNode(node, statement));
  return [
    {
      kind: "create schema",
      name,
      ...(tree.if_not_exists && { ifNotExists: true }),
      ...(elements.length > 0 && { elements }),
      range: statement.range,
    },
  ];
}
