/** SQL dialects that are told apart; everything is PostgreSQL until something says otherwise. */
export type Dialect = "postgresql" | "mysql" | "sqlite" | "sqlserver" | "oracle" | "other";

export interface DialectGuess {
  dialect: Dialect;
  by: "path" | "content" | "default";
  /** The text that gave it away; empty for the default. */
  evidence: string;
}

const NAMES: Record<string, Dialect> = {
  postgres: "postgresql",
  postgresql: "postgresql",
  pg: "postgresql",
  pgsql: "postgresql",
  psql: "postgresql",
  supabase: "postgresql",
  mysql: "mysql",
  mariadb: "mysql",
  sqlite: "sqlite",
  sqlite3: "sqlite",
  mssql: "sqlserver",
  sqlserver: "sqlserver",
  tsql: "sqlserver",
  oracle: "oracle",
  snowflake: "other",
  bigquery: "other",
  redshift: "other",
  clickhouse: "other",
  duckdb: "other",
  databricks: "other",
  spark: "other",
  hive: "other",
  trino: "other",
  presto: "other",
  athena: "other",
  cassandra: "other",
  cockroach: "other",
  cockroachdb: "other",
  crdb: "other",
  db2: "other",
  h2: "other",
  hsql: "other",
  hsqldb: "other",
  derby: "other",
};

/** Names that mean nothing else as a part of a folder's name: `riversqlite`, `mysqldb`. */
const PART = /sqlite|mysql|mariadb|mssql|clickhouse|bigquery|snowflake/;

/** Text no PostgreSQL script contains outside strings, with the dialect it belongs to. */
const MARKS: [Dialect, RegExp][] = [
  ["mysql", /\bENGINE\s*=\s*\w+|\bAUTO_INCREMENT\b|^\s*DELIMITER\s+\S+\s*$/im],
  // The key of an index over the members of a JSON array.
  ["mysql", /\bCAST\s*\([^()]*\bAS\s+(?:CHAR|UNSIGNED|SIGNED)\b[^()]*(?:\(\d+\)\s*)?ARRAY\s*\)/i],
  ["sqlite", /\bAUTOINCREMENT\b|^\s*PRAGMA\s+\w+/im],
  ["sqlserver", /^\s*GO\s*$|\bNVARCHAR\s*\(|\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)/im],
  ["oracle", /\bVARCHAR2\s*\(|\bNUMBER\s*\(\s*\d+\s*,\s*\d+\s*\)/i],
  // Snowflake, DuckDB, BigQuery, ClickHouse: PostgreSQL replaces views and functions only.
  ["other", /\bCREATE\s+OR\s+REPLACE\s+(?:TRANSIENT\s+)?TABLE\b/i],
];

/** The same, but a slip of the pen may be one of them (`selec a[i]`): they count where most is refused. */
const WEAK_MARKS: [Dialect, RegExp][] = [
  ["mysql", /`\w+`/],
  ["sqlserver", /\[[A-Za-z_]\w*\]/],
];

/** Folders above this depth belong to the machine rather than to the script; those of versions are not counted. */
const FOLDERS = 4;
const VERSION = /^v?\d[\d._-]*$/;

/**
 * Which database a script is written for: first by its file name and folders (`migrations/mysql/0001.sql`,
 * `schema.sqlite.sql`), then by marks in statements PostgreSQL's grammar refused.
 *
 * @param path - path of the file, any separator; folders above the working directory say nothing
 * @param refused - text of the statements PostgreSQL's parser did not accept
 * @param isMostly - whether these are more than half of the script's
 */
export function guessDialect(path: string, refused: readonly string[], isMostly = true): DialectGuess {
  const segments = belowWorkingDirectory(path).toLowerCase().split(/[\\/]/);
  const fileName = segments.pop() ?? "";
  const folders = segments.filter((segment) => !VERSION.test(segment)).slice(-FOLDERS);
  for (const word of [...wordsOf(fileName), ...folders].reverse()) {
    const dialect = NAMES[word];
    if (dialect) return { dialect, by: "path", evidence: word };
  }
  for (const folder of folders.toReversed()) {
    const [name] = PART.exec(folder) ?? [];
    if (name && !/postgres|pg/.test(folder)) return { dialect: NAMES[name]!, by: "path", evidence: folder };
  }
  for (const text of refused) {
    for (const [dialect, mark] of isMostly ? [...MARKS, ...WEAK_MARKS] : MARKS) {
      const found = mark.exec(text);
      if (found) return { dialect, by: "content", evidence: found[0].trim() };
    }
  }
  return { dialect: "postgresql", by: "default", evidence: "" };
}

/**
 * The words of a file's name that may say for which database it is: a part between dots (`schema.sqlite.sql`), or the
 * first or last word of a name (`mysql_init.sql`). A migration's name is a sentence, in which they are what it is about
 * (`005_import_from_sqlite.sql`), unless there is no other word.
 */
function wordsOf(fileName: string): string[] {
  const parts = fileName.split(".");
  return parts.flatMap((part) => {
    const words = part.split(/[_-]+/).filter((word) => word !== "");
    const own = words.filter((word) => !VERSION.test(word));
    if (own.length <= 1) return own;
    if (own.length < words.length || /(?:^|[_-])(?:from|to|into|of|for|add|drop|remove)[_-]/.test(part))
      return [];
    return [own[0]!, own.at(-1)!];
  });
}

function belowWorkingDirectory(file: string): string {
  const here = process.cwd();
  return file.startsWith(here) ? file.slice(here.length) : file;
}
