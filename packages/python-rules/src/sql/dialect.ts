/** Modules of clients that speak to another database than PostgreSQL. */
const OTHER =
  /^[ \t]*(?:from|import)[ \t]+(?:aiosqlite|sqlite3|pysqlite\w*|apsw|pymysql|MySQLdb|mysql|aiomysql|asyncmy|mariadb|pymssql|pyodbc|aioodbc|oracledb|cx_Oracle|snowflake|clickhouse\w*|aiochclient|duckdb|google\.cloud(?:[ \t]+import[ \t]+(?:bigquery|spanner)|\.(?:bigquery|spanner))|pyhive|impala|databricks|pyspark|trino|prestodb|cassandra|redshift_connector|pyathena|pymonetdb|ibm_db\w*|hdbcli|teradatasql|vertica_python|pydruid|influxdb\w*)\b|["'](?:sqlite|mysql|mariadb|mssql|oracle|snowflake|duckdb|clickhouse|bigquery|trino|redshift)(?:\+\w+)?:\/\//m;

/** True for a module that uses a client of another database: its SQL may be in another dialect. */
export function speaksOtherDialect(text: string): boolean {
  return OTHER.test(text);
}
