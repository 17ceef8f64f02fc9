import { isSurelyPostgres, type DialectGuess } from "../language/dialect.js";
import type { ScriptTool } from "../language/marks.js";
import type { AnyStatement, Program } from "../language/parse.js";
import type { Range } from "../language/split.js";
import type { SchemaChange } from "./changes.js";
import { changesOf } from "./changes/index.js";
import { forwardParts, isDownScript, toolOf } from "./direction.js";
import { documentsOf, type DocumentUse } from "./documents.js";
import { jsonNamesOf, type JsonName } from "./json-names.js";
import { withDecisions } from "./psql.js";
import { queryFactsOf } from "./queries/index.js";
import type { DjangoFacts } from "./django/facts.js";
import type { ModelFacts } from "./models/facts.js";
import type { Query, Write } from "./query.js";
import type { Constants } from "./substitute.js";
import type { MigrationLink } from "./sources/types.js";

/**
 * What one file says, whatever other files say: plain data, so that it can be cached by the file's content and linked
 * anew when another file changes. SQL scripts give such facts, as do strings in other languages' sources and, by way
 * of their own readers, migrations that are not written in SQL.
 */
export interface FileFacts {
  /** Absolute path. */
  path: string;
  dialect: DialectGuess["dialect"];
  /** Absent: the default. */
  dialectBy?: DialectGuess["by"];
  /** In order; only the part of a two-way script that migrates forward. */
  changes: readonly SchemaChange[];
  /** Its name is that of a migration, and it is written in a language of which migrations are not read. */
  isForeign?: boolean;
  /** What an application changes of tables it does not own whenever it runs: a block for each statement. */
  mayChange?: readonly SchemaChange[];
  queries: readonly Query[];
  writes: readonly Write[];
  /** JSON documents of two levels or more that are read or written out; readers of other languages may leave it out. */
  documents?: readonly DocumentUse[];
  /** What could not be read. */
  unread: readonly { range: Range; error: string }[];
  /** Nothing of the file was read. */
  isUnread?: boolean;
  /** The migration tool that the file's comments name. */
  tool?: ScriptTool;
  /** Where the file says itself what it follows. */
  link?: MigrationLink;
  /** What it gives names that migrations in other files use. */
  constants?: Constants;
  /** A function elsewhere that the file calls, and that may do anything. */
  unfollowed?: string;
  /** What it took from modules of other files, by where it looked: it is read anew where that is not so any more. */
  asked?: Constants;
  /** The types that types of those modules stand for, by their full names: json and jsonb, of which settings may say otherwise. */
  types?: Constants;
  /** Full names of such constants, by the characters that stand for them in its changes. */
  mentions?: Constants;
  /** What it declares of tables for an object-relational mapper. */
  models?: ModelFacts;
  /** What it says of a Django project, whose migrations make sense only together. */
  django?: DjangoFacts;
  /** It may have the mapper make what is missing of its tables. */
  createsTables?: true;
  /** It has words that only PostgreSQL knows. */
  isSurelyPostgres?: boolean;
  /** It has types that only another database knows, whatever the database is, and nothing of PostgreSQL's. */
  otherDatabase?: DialectGuess["dialect"];
  /** Files that psql's `\i` and `\ir` name, in order. */
  includes?: readonly string[];
  /** Where the type json is named. */
  jsonNames?: readonly JsonName[];
  /** It works with values, not with definitions alone: another type of a column may mean something else to it. */
  readsValues?: boolean;
}

const INCLUDE = /^[ \t]*\\i(?:r|nclude|nclude_relative)?[ \t]+'?([^\s';]+)/gm;

/** Statements that define, or store what they are given. */
const DEFINES =
  /^(?:Create(?:Stmt|SchemaStmt|ExtensionStmt|EnumStmt|SeqStmt|StatsStmt|RoleStmt|dbStmt)|Alter(?:TableStmt|EnumStmt|SeqStmt|OwnerStmt|ObjectSchemaStmt)|IndexStmt|DropStmt|VariableSetStmt|TransactionStmt|RenameStmt|InsertStmt|CopyStmt|TruncateTableStmt|VacuumStmt|LockStmt)$/;
/** What in them works with values all the same; and characters and numbers that json holds and jsonb may not. */
const WORKS =
  /\b(?:coalesce|case|array|greatest|least|nullif|select)\b|\bgenerated\s+always\s+as\s*\(|\|\||\b(?:check|exclude|returning|using)\b[^;]*\w\s*\(|\bon\s+conflict\b[^;]*\bset\b|\bcheck\b[^;]*::|\\u|\de[+-]?\d{4}|\bcopy\b[^;]*\bfrom\s+stdin\b/i;
const SAYS = /^(?:CommentStmt|Grant(?:Role)?Stmt)$/;
const READS = /\b(?:from|view|function|procedure|trigger|update)\b/i;
/** An index on an expression: two documents may differ as json that are equal as jsonb. */
const KEY_EXPRESSION = /\(.*(?:\w\s*\(|->|::|\(\s*\()/s;

function readsValues(statement: AnyStatement): boolean {
  const { type, text } = statement;
  if (type === "UnparsedStatement" && READS.test(text)) return true;
  if (type === "Statement" && statement.kind === "SelectStmt") return READS.test(text);
  if (type === "Statement" && SAYS.test(statement.kind)) return false;
  if (type === "Statement" && !DEFINES.test(statement.kind)) return true;
  return (
    WORKS.test(text) || (type === "Statement" && statement.kind === "IndexStmt" && KEY_EXPRESSION.test(text))
  );
}

/**
 * The facts of a SQL script.
 *
 * @param program - the parsed script; its trees are not kept
 * @param path - its absolute path
 */
export function factsOf(program: Program, path: string): FileFacts {
  const { text, body, dialect } = program;
  const parts = isDownScript(path) ? [] : forwardParts(program);
  const isWhole = parts[0]?.[0] === program.range[0] && parts[0][1] === program.range[1];
  const isForward = ({ range }: { range: Range }) =>
    isWhole || parts.some(([from, to]) => from <= range[0] && range[0] < to);
  const isReadable = dialect.dialect === "postgresql";
  const tool = toolOf(program);
  const asked = isReadable ? queryFactsOf(program) : undefined;
  const jsonNames = isReadable ? jsonNamesOf(program).filter(isForward) : [];
  const includes = text.includes("\\i") ? Array.from(text.matchAll(INCLUDE), ([, name = ""]) => name) : [];
  return {
    path,
    dialect: dialect.dialect,
    ...(dialect.by === "default" ? {} : { dialectBy: dialect.by }),
    changes: isReadable ? withDecisions(changesOf(program, path).filter(isForward), text) : [],
    queries: asked?.queries.filter(isForward) ?? [],
    writes: asked?.writes.filter(isForward) ?? [],
    documents: isReadable ? documentsOf(program).filter(isForward) : [],
    unread: [
      ...body.flatMap((statement) =>
        statement.type === "UnparsedStatement"
          ? [{ range: statement.errorRange, error: statement.error }]
          : [],
      ),
      ...(asked?.unread ?? []),
    ],
    ...(program.isRefused ? { isUnread: true } : {}),
    ...(tool ? { tool } : {}),
    ...(includes.length > 0 ? { includes } : {}),
    ...(jsonNames.length > 0 ? { jsonNames } : {}),
    ...(isSurelyPostgres(text) ? { isSurelyPostgres: true } : {}),
    ...(body.some(readsValues) ? { readsValues: true } : {}),
  };
}

/**
 * The same facts with what is long in them kept as text, which takes a quarter of the memory. A replay takes each
 * file's changes once, linking its queries and writes, and rules those of a few files.
 */
export function packed({ changes, queries, writes, documents = [], ...facts }: FileFacts): FileFacts {
  const done = JSON.stringify(changes);
  const asked = JSON.stringify({ queries, writes, documents });
  return {
    ...facts,
    get changes() {
      return unpacked(done) as FileFacts["changes"];
    },
    get queries() {
      return (unpacked(asked) as FileFacts).queries;
    },
    get writes() {
      return (unpacked(asked) as FileFacts).writes;
    },
    get documents() {
      return (unpacked(asked) as Required<FileFacts>).documents;
    },
  };
}

/** What was unpacked last; a weak reference would hold all of it until the run is over, for it never waits. */
const lately = new Map<string, unknown>();
const MAX_LATELY = 32;

function unpacked(text: string): unknown {
  let value = lately.get(text);
  if (value === undefined) {
    if (lately.size >= MAX_LATELY) lately.clear();
    lately.set(text, (value = JSON.parse(text)));
  }
  return value;
}

/** The facts of a file that exists and cannot be read; it still has its place in a history. */
export function unreadFacts(path: string, error: string): FileFacts {
  return { ...noFacts(path), unread: [{ range: [0, 0], error }], isUnread: true };
}

/** The facts of a file that says nothing of a database. */
export function noFacts(path: string): FileFacts {
  return { path, dialect: "postgresql", changes: [], queries: [], writes: [], unread: [] };
}
