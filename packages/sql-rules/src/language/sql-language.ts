import type { File, Language, LanguageOptions, OkParseResult } from "@eslint/core";
import { parseSql, type Program } from "./parse.js";
import { SqlSourceCode, type SqlSyntaxElement } from "./sql-source-code.js";

/**
 * PostgreSQL's SQL for ESLint: `language: "orchestrator/sql"`. Of the language options only `walk` has an effect:
 * `"statements"` visits no node below a statement, which is all that this package's rules need.
 */
export const sqlLanguage: Language<{
  LangOptions: LanguageOptions;
  Code: SqlSourceCode;
  RootNode: Program;
  Node: SqlSyntaxElement;
}> = {
  fileType: "text",
  lineStart: 1,
  columnStart: 1,
  nodeTypeKey: "type",
  visitorKeys: { Program: ["body"] },

  // Core rules that run on every language look for it.
  defaultLanguageOptions: { parserOptions: {} },

  validateLanguageOptions() {
    // A configuration object without `files` (globals, a TypeScript parser) applies to SQL files too. What it says
    // means nothing here, and refusing it would end the whole run.
  },

  // Never fails as a whole: one broken statement must not hide the findings of the others.
  parse(file: File) {
    return { ok: true, ast: parseSql(file.body as string, file.path) };
  },

  createSourceCode(file: File, { ast }: OkParseResult<Program>, { languageOptions }) {
    const walk = languageOptions.walk === "statements" ? "statements" : "nodes";
    return new SqlSourceCode({ text: file.body as string, ast, walk });
  },
};
