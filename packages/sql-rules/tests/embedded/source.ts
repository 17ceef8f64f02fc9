import { parseForESLint } from "@typescript-eslint/parser";
import { findSql, type Search } from "../../src/embedded/find.js";
import { UNKNOWN } from "../../src/embedded/text.js";

/** A statement found in a source: as PostgreSQL's parser was given it (`§` for what is unknown), and as it is written. */
export interface FoundStatement {
  sql: string;
  written: string;
}

/** What `findSql` finds in TypeScript. */
export function searchIn(source: string, path = "/app/src/store.ts"): Search {
  const options = { range: true, loc: true, comment: true, filePath: path };
  const { ast, scopeManager } = parseForESLint(source, options);
  return findSql({ ast, text: source, scopeManager }, path);
}

/** The statements of that. */
export function statementsIn(source: string, path?: string): FoundStatement[] {
  return searchIn(source, path).found.flatMap((embedded) =>
    embedded.program.body.map(({ text, range }) => ({
      sql: plain(text),
      written: source.slice(...(embedded.source.toFile(range) ?? [0, 0])),
    })),
  );
}

/** The SQL alone. */
export function sqlIn(source: string, path?: string): string[] {
  return statementsIn(source, path).map(({ sql }) => sql);
}

function plain(text: string): string {
  return text
    .replaceAll(new RegExp(`${UNKNOWN}+`, "g"), "§")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/(\$1) (?=[),]|$|::|->)/g, "$1");
}
