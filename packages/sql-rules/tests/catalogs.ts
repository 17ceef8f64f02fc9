import { parseSql } from "../src/language/parse.js";
import type { Catalog } from "../src/model/catalog.js";
import { changesOf } from "../src/model/changes/index.js";
import { replay } from "../src/model/replay/index.js";

/** The catalog that scripts leave behind, by path and in order. */
export function catalogOf(scripts: Readonly<Record<string, string>> | string): Catalog {
  const files = typeof scripts === "string" ? { "schema.sql": scripts } : scripts;
  return replay(
    Object.entries(files).map(([path, sql]) => ({ path, changes: changesOf(parseSql(sql, path), path) })),
  );
}
