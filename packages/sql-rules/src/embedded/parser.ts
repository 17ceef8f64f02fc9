import { createRequire } from "node:module";
import type * as Parser from "@typescript-eslint/parser";
import type { Linter } from "eslint";
import { noFacts, type FileFacts } from "../model/facts.js";
import { factsOfSource } from "./facts.js";
import { SCHEMA_CALL } from "./migration.js";

/** Extensions of the sources that are read. */
export const SOURCE_EXTENSIONS = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"] as const;

/**
 * Operators of jsonb and types of JSON, statements that rewrite rows, statements that define tables and indexes: each
 * alone is rare in sources that hold no SQL. (`truncate` is a class of style sheets too, `where` a key of query builders.)
 */
const SQL_OF_INTEREST: readonly RegExp[] = [
  /->>?\s*(?:\\?["'$?:]|\d)/,
  /@>|<@|#>|@\?/,
  /\bjsonb\b|\bjsonb?_|::json\b/i,
  /\b(?:where|and|or|on)\s+\(?["\w.]+\s+\\{0,2}\?{1,2}[|&]?\s/i,
  /\bupdate\s+(?:only\s+)?(?:[\w."]|\$\{[^{}]*\})+\s+(?:(?:as\s+)?\w+\s+)?set\s/i,
  /\bdelete\s+from\b|\bmerge\s+into\b|\bon\s+conflict\b/i,
  /\btruncate\s+(?:table\s+)?(?:only\s+)?(?:[\w."]|\$\{[^{}]*\})+\s*(?:["'`;,]|cascade|restart)/i,
  /\b(?:create|alter|drop)\s+(?:unlogged\s+|unique\s+|materialized\s+)?(?:table|index|view|schema|type)\b/i,
  SCHEMA_CALL,
];

/** Sources above this length (UTF-16 units) are reported rather than parsed: they are bundles, or generated. */
export const MAX_SOURCE_LENGTH = 512 * 1024;

/** Whether a source may hold SQL that some rule looks at: a cheap test before it is parsed. */
export function mayHoldSql(text: string): boolean {
  return SQL_OF_INTEREST.some((pattern) => pattern.test(text)) && !isMinified(text);
}

/** Nobody writes longer lines of code; those of data have fewer statements and functions than one in so many characters. */
const MAX_LINE = 2_000;
const SPARSE = 500;

/** Whether a text is for the most part what a bundler left: built elsewhere, as what stands in `dist/`. */
function isMinified(text: string): boolean {
  const long = text.split("\n").filter((line) => line.length > MAX_LINE);
  const code = long.filter((line) => SPARSE * (line.match(/;|=>|\bfunction\b/g)?.length ?? 0) > line.length);
  return 2 * code.reduce((sum, { length }) => sum + length, 0) > text.length;
}

/** Tests, stories, declarations, tools and what builds leave: no part of the application, or written elsewhere. */
const NO_APPLICATION =
  /(?:^|\/)(?:\.[^/]+|__(?:tests|mocks|fixtures)__|tests?|specs?|e2e|cypress|playwright|benchmarks?|dist|build|out|coverage|vendor)\/|[._-](?:test|spec|e2e|stories|bench|min|bundle)\.[^/]*$|\.d\.[^/]*ts$/i;

/**
 * Whether a source belongs to an application, by its path.
 *
 * @param path - relative to the repository's root, with slashes
 */
export function isApplicationSource(path: string): boolean {
  return !NO_APPLICATION.test(path);
}

let parser: typeof Parser | undefined;

/** TypeScript takes a third of a second to load: only a source that may hold SQL is worth that. */
function load(): typeof Parser {
  parser ??= createRequire(import.meta.url)("@typescript-eslint/parser") as typeof Parser;
  return parser;
}

/** The parser of all sources for ESLint; TypeScript loads with the first one. */
export const sourceParser = {
  meta: { name: "@orchestrator-lint/sql-rules/source-parser" },
  // typescript-eslint and ESLint describe one tree in different types.
  parseForESLint: (text: string, options?: unknown): Linter.ESLintParseResult =>
    load().parseForESLint(text, options as never) as never,
} satisfies Linter.Parser;

/**
 * The facts of the SQL in a source's text. Never throws: a source that cannot be parsed is unread as a whole.
 *
 * @param text - JavaScript or TypeScript, without byte order mark
 * @param path - its absolute path, whose extension says which
 */
export function readSource(text: string, path: string): FileFacts {
  const nothing = noFacts(path);
  if (!mayHoldSql(text)) return nothing;
  const unread = (error: string): FileFacts => ({ ...nothing, unread: [{ range: [0, 0], error }] });
  if (text.length > MAX_SOURCE_LENGTH) {
    return unread(`the source is longer than ${MAX_SOURCE_LENGTH / 1024} KiB`);
  }
  try {
    const { ast, scopeManager } = load().parseForESLint(text, {
      range: true,
      loc: true,
      comment: true,
      filePath: path,
      loggerFn: false,
      // A type error of the source is none of this package's.
      allowInvalidAST: true,
      ecmaFeatures: { jsx: !/\.[mc]?ts$/.test(path) },
    });
    return factsOfSource({ ast, text, scopeManager }, path);
  } catch (error) {
    return unread(error instanceof Error ? error.message.replace(/\.$/, "") : String(error));
  }
}
