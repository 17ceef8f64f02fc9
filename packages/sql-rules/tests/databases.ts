import { parseSql } from "../src/language/parse.js";
import type { Database } from "../src/model/database.js";
import { factsOf } from "../src/model/facts.js";
import { alone } from "../src/model/link.js";

/** The database that one script leaves behind, and what the script asks of it. */
export function databaseOf(sql: string, path = "/db/schema.sql"): Database {
  return alone(factsOf(parseSql(sql, path), path), path);
}
