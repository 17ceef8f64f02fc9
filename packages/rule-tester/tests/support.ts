import type { ESLint, Linter, Rule } from "eslint";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import nodePath from "node:path";
import { onTestFinished } from "vitest";
import { parseDocument } from "yaml";
import {
  checkFixture,
  dataMeaning,
  eslintAdapter,
  loadFixtures,
  type Adapter,
  type Report,
} from "../src/index.js";

interface MatchOptions {
  /** Regular expression of what to report. */
  find?: string;
  fix?: string;
  /** A match that is reported without a fix. */
  unfixable?: string;
  suggest?: string[];
  message?: string;
}

/** Reports each match of a pattern outside comment lines; its options make every sound and unsound fix. */
const match: Rule.RuleModule = {
  meta: { type: "problem", fixable: "code", hasSuggestions: true, schema: [{ type: "object" }] },
  create(context) {
    const {
      find = "foo",
      fix,
      unfixable,
      suggest = [],
      message = "No foo here.",
    } = (context.options[0] ?? {}) as MatchOptions;
    const { text } = context.sourceCode;
    return {
      Program() {
        for (const found of text.matchAll(new RegExp(find, "gu"))) {
          const line = text.slice(0, found.index).split("\n").at(-1) ?? "";
          if (/^\s*(?:\/\/|#)/u.test(line)) continue;
          const range: [number, number] = [found.index, found.index + found[0].length];
          context.report({
            loc: {
              start: context.sourceCode.getLocFromIndex(range[0]),
              end: context.sourceCode.getLocFromIndex(range[1]),
            },
            message,
            ...(fix === undefined || found[0] === unfixable
              ? {}
              : { fix: (fixer) => fixer.replaceTextRange(range, fix) }),
            suggest: suggest.map((output) => ({
              desc: `Write ${output}.`,
              fix: (fixer) => fixer.replaceTextRange(range, output),
            })),
          });
        }
      },
    };
  },
};

/** A parser that knows only whether a text is YAML. */
const yamlParser: Linter.Parser = {
  parseForESLint(text: string) {
    const error = parseDocument(text).errors[0];
    if (error) throw Object.assign(new SyntaxError(error.message), { index: 0, lineNumber: 1, column: 1 });
    const lines = text.split("\n");
    const loc = {
      start: { line: 1, column: 0 },
      end: { line: lines.length, column: lines.at(-1)?.length ?? 0 },
    };
    const ast = {
      type: "Program",
      sourceType: "module",
      body: [],
      tokens: [],
      comments: [],
      range: [0, text.length],
      loc,
    };
    return { ast };
  },
};

const crash: Rule.RuleModule = {
  create: () => ({
    Program() {
      throw new Error("the rule crashed");
    },
  }),
};

const plugin: ESLint.Plugin = {
  meta: { name: "toy", version: "1.0.0" },
  rules: { match, crash, other: match },
};

/** The adapter of the toy plugin: JavaScript, and YAML through the toy parser. */
export function toyAdapter(linter?: typeof Linter): Adapter {
  return eslintAdapter({
    plugins: { toy: plugin },
    namespace: "toy",
    rules: ["match", "crash", "other"],
    config: (path) => {
      if (path.endsWith(".txt")) return undefined;
      return path.endsWith(".yaml") ? { languageOptions: { parser: yamlParser } } : {};
    },
    meaning: dataMeaning,
    ...(linter ? { linter } : {}),
  });
}

/** Writes files into a new directory that goes away with the test; returns its path. */
export function directoryOf(files: Record<string, string>): string {
  const directory = mkdtempSync(nodePath.join(tmpdir(), "rule-tester-test-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  for (const [path, text] of Object.entries(files)) {
    const file = nodePath.join(directory, path);
    mkdirSync(nodePath.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return directory;
}

/** Checks the only case among some files of the rule `match`. */
export async function checkCase(
  files: Record<string, string>,
  adapter = toyAdapter(),
  rule = "match",
): Promise<Report> {
  const entries = Object.entries(files).map(([path, text]) => [`${rule}/${path}`, text]);
  const fixtures = loadFixtures(directoryOf(Object.fromEntries(entries) as Record<string, string>));
  const [only] = fixtures;
  if (!only || fixtures.length > 1) throw new Error(`one case wanted, ${fixtures.length} found`);
  return checkFixture(adapter, only);
}

/** The kinds of a report's problems. */
export function kinds(report: Report): string[] {
  return report.problems.map((problem) => problem.kind);
}
