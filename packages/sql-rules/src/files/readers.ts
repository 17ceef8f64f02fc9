import { factsOfSource } from "../embedded/facts.js";
import { FOREIGN_EXTENSIONS, factsOfForeign, isForeignSource, mayRedefine } from "../embedded/foreign.js";
import type { Source } from "../embedded/find.js";
import { isApplicationSource, mayHoldSql, readSource, SOURCE_EXTENSIONS } from "../embedded/parser.js";
import { guessDialect } from "../language/dialect.js";
import { parseSql, type Program } from "../language/parse.js";
import { isDownScript } from "../model/direction.js";
import { factsOf, type FileFacts } from "../model/facts.js";

/** The files of a repository as a reader may look at them: those beside the one that it reads. */
export interface Tree {
  /** Absolute path. */
  readonly root: string;
  /** Relative to the root, with slashes; of the files that have readers. */
  readonly paths: readonly string[];
  /** Undefined where a file cannot be read. */
  text(path: string): string | undefined;
}

/** Draws the facts of one kind of file. */
export interface Reader {
  /** By a path relative to the root, with slashes; without it every file of the kind is the repository's own. */
  isOwn?: (path: string) => boolean;
  /** Cheap test of a text, and of its path; without it every file of the kind is read. */
  mayMatter?: (text: string, path: string) => boolean;
  /** Read only beside scripts: by itself it says nothing. */
  isForeign?: true;
  /**
   * @param path - absolute
   * @param tree - absent for a file that stands alone
   * @throws never: what cannot be read is in `unread`
   */
  read: (text: string, path: string, tree?: Tree) => FileFacts;
  /** The same from what ESLint has parsed already. */
  fromSource?: (source: { readonly ast: object }, path: string, tree?: Tree) => FileFacts;
  /** Whether what the facts of a file took from others is still so. */
  isFresh?: (facts: FileFacts, tree: Tree) => boolean;
}

/** SQL, whatever the file is called. */
export const sql: Reader = {
  read: (text, path) => factsOf(parseSql(isReplayed(path) ? text : "", path), path),
  fromSource: ({ ast }, path) => factsOf(ast as Program, path),
};

/** JavaScript and TypeScript, in which SQL is embedded. */
const source: Reader = {
  isOwn: isApplicationSource,
  mayMatter: mayHoldSql,
  read: readSource,
  fromSource: (parsed, path) => factsOfSource(parsed as unknown as Source, path),
};

/** Any other language, of which only what changes a schema is read. */
const foreign: Reader = {
  isOwn: isForeignSource,
  mayMatter: mayRedefine,
  read: factsOfForeign,
  isForeign: true,
};

/** Neither the way back nor another database's scripts are worth parsing: no history takes them. */
function isReplayed(path: string): boolean {
  const { dialect, by } = guessDialect(path);
  return !isDownScript(path) && (by !== "path" || dialect === "postgresql");
}

/** Readers by the extension of the files they read, without its dot. */
export const readers: Record<string, Reader> = {
  ...Object.fromEntries(FOREIGN_EXTENSIONS.map((extension) => [extension, foreign])),
  sql,
  pgsql: sql,
  psql: sql,
  ddl: sql,
  ...Object.fromEntries(SOURCE_EXTENSIONS.map((extension) => [extension, source])),
};

/** Has another package read the files of an extension. */
export function registerReader(extension: string, reader: Reader): void {
  readers[extension] = reader;
}

/** A script's variant for one database: `full.sql.postgres`. */
const VARIANT = /\.sql\.(?:postgres|postgresql|pgsql|pg|sqlite|sqlite3|mysql|mariadb)$/i;

/** The reader of a file, by its name. */
export function readerOf(name: string): Reader | undefined {
  if (VARIANT.test(name)) return sql;
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return Object.hasOwn(readers, extension) ? readers[extension] : undefined;
}
