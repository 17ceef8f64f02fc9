import type { File, Language, LanguageOptions, OkParseResult } from "@eslint/core";
import { readProgram, type Program } from "./program.js";
import { PythonSourceCode, type PythonSyntaxElement } from "./python-source-code.js";

/**
 * Python for ESLint: `language: "orchestrator/python"`. Of the language options two have an effect. `walk: "program"` visits
 * no node below the root, which is all that this package's rules need, and so nothing is parsed for it. `hasSemgrep: true` is
 * for runs that report what Semgrep found as well: then `eslint-disable…` comments may name its rules.
 */
export const pythonLanguage: Language<{
  LangOptions: LanguageOptions;
  Code: PythonSourceCode;
  RootNode: Program;
  Node: PythonSyntaxElement;
}> = {
  fileType: "text",
  lineStart: 1,
  columnStart: 1,
  nodeTypeKey: "type",
  visitorKeys: { Program: ["body"] },

  // Core rules that run on every language look for it.
  defaultLanguageOptions: { parserOptions: {} },

  validateLanguageOptions() {
    // A configuration object without `files` applies to Python too; refusing it would end the whole run.
  },

  // Never fails as a whole: `no-unread-python` says what could not be read.
  parse(file: File) {
    return { ok: true, ast: readProgram(file.body as string) };
  },

  createSourceCode(file: File, { ast }: OkParseResult<Program>, { languageOptions }) {
    const walk = languageOptions.walk === "program" ? "program" : "nodes";
    const hasSemgrep = languageOptions.hasSemgrep === true;
    return new PythonSourceCode({ text: file.body as string, ast, walk, hasSemgrep });
  },
};
