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
  tidb: "mysql",
  vitess: "mysql",
  planetscale: "mysql",
  sqlite: "sqlite",
  sqlite3: "sqlite",
  libsql: "sqlite",
  turso: "sqlite",
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
  spanner: "other",
  vertica: "other",
  teradata: "other",
  singlestore: "other",
  exasol: "other",
  firebird: "other",
  impala: "other",
  starrocks: "other",
  ksql: "other",
  ksqldb: "other",
};

/** Names that mean nothing else as a part of a folder's name: `riversqlite`, `mysqldb`. */
const PART = /sqlite|mysql|mariadb|mssql|clickhouse|bigquery|snowflake|spanner/;

/** Text no PostgreSQL script contains outside strings, with the dialect it belongs to and the statements it stands in. */
const MARKS: [Dialect, mark: RegExp, statement?: RegExp][] = [
  ["mysql", /\bENGINE\s*=\s*\w+|\bAUTO_INCREMENT\b|^\s*DELIMITER\s+\S+\s*$/im],
  // The key of an index over the members of a JSON array.
  ["mysql", /\bCAST\s*\([^()]*\bAS\s+(?:CHAR|UNSIGNED|SIGNED)\b[^()]*(?:\(\d+\)\s*)?ARRAY\s*\)/i],
  ["mysql", /\bON\s+UPDATE\s+(?:CURRENT_TIMESTAMP|NOW)\b|\bON\s+DUPLICATE\s+KEY\b|^\s*INSERT\s+IGNORE\b/i],
  ["mysql", /\b(?:INT|INTEGER|DECIMAL|NUMERIC|FLOAT|DOUBLE|REAL)\s*(?:\([\d\s,]{1,20}\)\s*)?UNSIGNED\b/i],
  ["mysql", /\b(?:TINY|SMALL|MEDIUM|BIG)INT\s*(?:\(\d+\)\s*)?UNSIGNED\b/i],
  ["mysql", /\bDEFAULT\s+CHARSET\b|\bCHARSET\s*=|\bCHARACTER\s+SET\b|\butf8mb4/i],
  ["mysql", /\b(?:UNIQUE|FULLTEXT|SPATIAL)\s+(?:INDEX|KEY)\b/i, /^\s*(?:CREATE|ALTER)\s+TABLE\b/i],
  [
    "sqlite",
    /\bAUTOINCREMENT\b|^\s*PRAGMA\s+\w+|\bWITHOUT\s+ROWID\b|^\s*INSERT\s+OR\s+(?:IGNORE|REPLACE)\b/im,
  ],
  ["sqlite", /\)\s*STRICT\s*$/i, /^\s*CREATE\s+TABLE\b/i],
  ["sqlserver", /^\s*GO\s*$|\bNVARCHAR\s*\(|\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)/im],
  ["oracle", /\bVARCHAR2\s*\(|\bNUMBER\s*\(\s*\d+\s*,\s*\d+\s*\)|\bSUPPLEMENTAL\s+LOG\b|\bTO\s+C##\w/i],
  // Db2.
  [
    "other",
    /\bDATA\s+CAPTURE\s+CHANGES\b|\bORGANIZE\s+BY\s+ROW\b|\bFOR\s+BIT\s+DATA\b|\bNOT\s+NULL\s+WITH\s+DEFAULT\b/i,
  ],
  [
    "other",
    /\bSYS(?:PROC|CAT|IBM(?:ADM)?)\.\w+|^\s*DROP\s+SPECIFIC\s+(?:FUNCTION|PROCEDURE)\b|\bHANDLER\s+FOR\s+SQL(?:EXCEPTION|STATE)\b/i,
  ],
  [
    "mysql",
    /^\s*ALTER\s+TABLE\s+\S+\s+(?:MODIFY|CHANGE)\b|\b(?:MODIFY|CHANGE)\s+COLUMN\b/i,
    /^\s*ALTER\s+TABLE\b/i,
  ],
  // The position of a new column.
  ["mysql", /\bAFTER\s+[\w"`]+\s*(?:,|$)/i, /^\s*ALTER\s+TABLE\b/i],
  ["mysql", /\bADD\s+(?:COLUMN\s+)?[\w"`]+\s[^,;]{1,200}\sFIRST\s*(?:,|$)/i, /^\s*ALTER\s+TABLE\b/i],
  // Spanner.
  [
    "other",
    /\bSTRING\s*\(\s*(?:MAX|\d+)\s*\)|\bINTERLEAVE\s+IN\s+(?:PARENT\s)?|\ballow_commit_timestamp\b|\bPENDING_COMMIT_TIMESTAMP\s*\(|^\s*(?:CREATE|ALTER|DROP)\s+CHANGE\s+STREAM\b/i,
  ],
  // Snowflake, DuckDB, BigQuery, ClickHouse: PostgreSQL replaces views and functions only.
  ["other", /\bCREATE\s+OR\s+REPLACE\s+(?:TRANSIENT\s+)?TABLE\b/i],
  // Snowflake, Databricks and Azure Synapse load files with it.
  ["other", /^\s*COPY\s+INTO\s/i],
];

/** The same, but a slip of the pen may be one of them (`selec a[i]`): they count where most is refused. */
const WEAK_MARKS: [Dialect, RegExp][] = [
  ["mysql", /`\w+`/],
  ["sqlserver", /\[[A-Za-z_]\w*\]/],
];

/**
 * What PostgreSQL's grammar accepts in the definition of a table and its database refuses, unless somebody made a type of
 * that name: they count where no word is PostgreSQL's alone.
 */
const DEFINITION_MARKS: [Dialect, RegExp][] = [
  ["mysql", /[(,]\s*(?:[\w"`]+\s+)(?:TINYINT|MEDIUMINT|(?:TINY|MEDIUM|LONG)(?:TEXT|BLOB))\b/i],
  ["mysql", /\bADD\s+(?:COLUMN\s+)?[\w"`]+\s+(?:TINYINT|MEDIUMINT|(?:TINY|MEDIUM|LONG)(?:TEXT|BLOB))\b/i],
  ["mysql", /(?:[(,]\s*|\bADD\s+(?:COLUMN\s+)?)[\w"`]+\s+ENUM\s*\(\s*'/i],
  // `KEY name (column, …)`; a column may be called so, with a type that takes words.
  ["mysql", /(?:,\s*|\bADD\s+)(?:INDEX|KEY)\s+(?!geo(?:metry|graphy)\b)[\w"`]+\s*\(\s*[A-Za-z_"`]/i],
  ["sqlite", /\bDEFAULT\s*\(\s*(?:datetime|strftime|unixepoch|julianday)\s*\(/i],
  [
    "other",
    /(?:[(,]\s*|\bADD\s+(?:COLUMN\s+)?)[\w"`]+\s+(?:DATETIME|DOUBLE(?!\s+PRECISION)|BLOB)\b(?!\s*\.)/i,
  ],
];
/** One of these stands in every such mark; most scripts have none. */
const MAY_BE_MARKED =
  /\b(?:tinyint|mediumint|(?:tiny|medium|long)(?:text|blob)|enum|datetime|strftime|unixepoch|julianday|double|blob)\b|(?:,|\badd)\s*(?:index|key)\s/i;
const DEFINITION = /^\s*(?:CREATE\s+(?:TEMP\w*\s+)?|ALTER\s+)TABLE\b/i;

/** Words that only PostgreSQL knows. */
const POSTGRES =
  /\bjsonb\b|\btimestamptz\b|\b(?:big|small)?serial\b|\w::\w|'::\w|\$\$|\bplpgsql\b|\bcreate\s+(?:extension|domain)\b|\bcreate\s+type\s+\S+\s+as\s+enum\b|\busing\s+(?:btree|gin|gist|brin|hash)\b|\w\[\]/i;

/** Whether a script has words that only PostgreSQL knows. */
export function isSurelyPostgres(text: string): boolean {
  return POSTGRES.test(text);
}

/** Folders above this depth belong to the machine rather than to the script; those of versions are not counted. */
const FOLDERS = 4;
const VERSION = /^v?\d[\d._-]*$/;

/** A script's statements, as far as they tell dialects apart: texts of equal length with blanks for comments. */
export interface Written {
  /** What PostgreSQL's parser did not accept. */
  refused: readonly string[];
  /** All statements. */
  all: readonly string[];
}

/**
 * Which database a script is written for: first by its file name and folders (`migrations/mysql/0001.sql`,
 * `schema.sqlite.sql`), then by marks in statements PostgreSQL's grammar refused, then by what it accepts in definitions
 * of tables and no database of PostgreSQL has.
 *
 * @param path - path of the file, any separator; folders above the working directory say nothing
 * @param written - none where only the path is to be asked
 */
export function guessDialect(path: string, written?: Written): DialectGuess {
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
  return (written && byContent(written)) ?? { dialect: "postgresql", by: "default", evidence: "" };
}

function byContent({ refused, all }: Written): DialectGuess | undefined {
  const isMostly = 2 * refused.length > all.length;
  for (const text of refused.map(withoutStrings)) {
    for (const [dialect, mark, statement] of isMostly ? [...MARKS, ...WEAK_MARKS] : MARKS) {
      const found = (statement?.test(text) ?? true) ? mark.exec(text) : undefined;
      if (found) return { dialect, by: "content", evidence: found[0].trim() };
    }
  }
  for (const text of all.filter((one) => DEFINITION.test(one) && MAY_BE_MARKED.test(one))) {
    const code = withoutStrings(text);
    // There a word after another is an alias.
    if (/\bSELECT\b/i.test(code)) continue;
    for (const [dialect, mark] of DEFINITION_MARKS) {
      const found = mark.exec(code);
      if (found && !all.some(isSurelyPostgres))
        return { dialect, by: "content", evidence: found[0].replace(/^[(,]\s*/, "").trim() };
    }
  }
  return undefined;
}

/** A statement with what stands in its strings blanked. */
function withoutStrings(text: string): string {
  return text.replaceAll(/'(?:[^']|'')*'/g, (string) => `'${" ".repeat(string.length - 2)}'`);
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
