import { ConfigError } from "./ini.js";
import { keyOf, list, section, type Value, type Values } from "./values.js";

/** What sqlfluff's configuration says about a run or one file, as far as it bears on these rules. */
export interface Config {
  /** Undefined where none is configured: these rules know PostgreSQL only. */
  dialect: string | undefined;
  templater: string;
  /** References of rules to run; undefined where the configuration does not say. */
  rules: readonly string[] | undefined;
  excludeRules: readonly string[];
  /** Codes or names whose violations are warnings: shown, but not failing the run. */
  warnings: readonly string[];
  /** Families of violations that are dropped: `parsing`, `templating`, `linting`. */
  ignore: readonly string[];
  disableNoqa: boolean;
  disableNoqaExcept: string | undefined;
  warnUnusedIgnores: boolean;
  /** Larger files are skipped; 0 is no limit, and the default: what makes sqlfluff slow does not hurt this parser. */
  byteLimit: number;
  characterLimit: number;
  /** Whether a skipped file fails the run. */
  skipFails: boolean;
  /** Ends of file names, in lower case. */
  fileEnds: readonly string[];
  verbosity: number;
  noColor: boolean | undefined;
  lineLength: number;
  fixUnparsable: boolean;
  fixedSuffix: string;
  /** How often fixes are applied before giving up. */
  passes: number;
  /** Options by the rule's name, `[sqlfluff:rules:orchestrator.prefer_jsonb]`. */
  ruleOptions: ReadonlyMap<string, ReadonlyMap<string, Value>>;
  /** `[sqlfluff:orchestrator]`: settings of these rules, which sqlfluff does not read. */
  settings: ReadonlyMap<string, Value>;
}

/** sqlfluff's names of templaters; those of plugins are left to sqlfluff. */
export const TEMPLATERS = ["raw", "jinja", "python", "placeholder", "dbt"] as const;

/** The dialects of sqlfluff 4.5, of which only `postgres` is linted. */
export const DIALECTS = [
  ...["ansi", "athena", "bigquery", "clickhouse", "databricks", "db2", "doris", "duckdb", "exasol", "flink"],
  ...["greenplum", "hive", "impala", "mariadb", "materialize", "mysql", "oracle", "postgres", "redshift"],
  ...["snowflake", "soql", "sparksql", "sqlite", "starrocks", "teradata", "trino", "tsql", "vertica"],
] as const;

/**
 * @param values - of all layers together
 * @throws ConfigError where a value is of no use
 */
export function configOf(values: Values): Config {
  const get = (key: string): Value | undefined => values.get(keyOf("core", key));
  const text = (key: string): string | undefined => {
    const value = get(key);
    return value === undefined || value === null ? undefined : String(value);
  };
  const flag = (key: string): boolean => isTrue(get(key));
  const number = (key: string, fallback: number): number => {
    const value = get(key) ?? fallback;
    const whole = typeof value === "boolean" ? NaN : Number(value);
    if (!Number.isFinite(whole)) throw new ConfigError(`\`${key}\` must be a number, not '${String(value)}'`);
    return Math.trunc(whole);
  };

  const dialect = text("dialect");
  if (dialect !== undefined && !DIALECTS.some((known) => known === dialect)) {
    throw new ConfigError(`Unknown dialect '${dialect}'`);
  }
  const rules = list(get("rules"));
  const noColor = get("nocolor");
  return {
    dialect,
    templater: text("templater") ?? "jinja",
    rules: rules.length > 0 ? rules : undefined,
    excludeRules: list(get("exclude_rules")),
    warnings: list(get("warnings")),
    ignore: list(get("ignore")),
    disableNoqa: flag("disable_noqa"),
    disableNoqaExcept: text("disable_noqa_except"),
    warnUnusedIgnores: flag("warn_unused_ignores"),
    byteLimit: number("large_file_skip_byte_limit", 0),
    characterLimit: number("large_file_skip_char_limit", 0),
    skipFails: flag("large_file_skip_fail"),
    fileEnds: list(get("sql_file_exts") ?? ".sql,.sql.j2,.dml,.ddl,.pkb").map((end) => end.toLowerCase()),
    verbosity: number("verbose", 0),
    noColor: noColor === undefined || noColor === null ? undefined : isTrue(noColor),
    lineLength: number("output_line_length", 80),
    fixUnparsable: flag("fix_even_unparsable"),
    fixedSuffix: text("fixed_suffix") ?? "",
    passes: Math.max(1, number("runaway_limit", 10)),
    ruleOptions: optionsByRule(section(values, "rules")),
    settings: section(values, "orchestrator"),
  };
}

/** TOML may have quoted what an INI file could not. */
const isTrue = (value: Value | undefined): boolean =>
  value === true || value === 1 || (typeof value === "string" && value.trim().toLowerCase() === "true");

function optionsByRule(values: ReadonlyMap<string, Value>): Map<string, Map<string, Value>> {
  const rules = new Map<string, Map<string, Value>>();
  for (const [key, value] of values) {
    const colon = key.indexOf(":");
    if (colon < 0) continue;
    const rule = key.slice(0, colon);
    const options = rules.get(rule) ?? new Map<string, Value>();
    rules.set(rule, options.set(key.slice(colon + 1), value));
  }
  return rules;
}
