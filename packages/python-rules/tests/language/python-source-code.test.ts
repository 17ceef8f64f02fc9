import { Linter as Linter10, type Linter } from "eslint";
import { Linter as Linter9 } from "eslint9";
import { Linter as Linter915 } from "eslint9-15";
import { describe, expect, it } from "vitest";
import { pythonLanguage, type PythonSourceCode, type PythonSyntaxElement } from "../../src/index.js";

const ALL = [
  ["10", Linter10],
  ["9", Linter9 as unknown as typeof Linter10],
  ["9.15", Linter915 as unknown as typeof Linter10],
] as const;

/** Reports every node a selector matches, with its text and its ancestors. */
function probe(selector: string) {
  return {
    meta: { type: "problem", schema: [], languages: ["orchestrator/python"] },
    create: (context: { sourceCode: PythonSourceCode; report: (problem: object) => void }) => ({
      [selector](node: PythonSyntaxElement) {
        const { sourceCode } = context;
        const ancestors = [...sourceCode.getAncestors(node), node].map(({ type }) => type);
        context.report({ node, message: `${ancestors.join(">")} ${sourceCode.getText(node)}` });
      },
    }),
  };
}

describe.each(ALL)("on ESLint %s", (_version, LinterClass) => {
  function lint(text: string, selector: string, file = "a.py", more: object = {}): string[] {
    const config = {
      files: ["**/*.py", "**/*.pyi"],
      plugins: { orchestrator: { languages: { python: pythonLanguage }, rules: { probe: probe(selector) } } },
      language: "orchestrator/python",
      rules: { "orchestrator/probe": "error" },
      ...more,
    } as unknown as Linter.Config;
    return new LinterClass({ configType: "flat" })
      .verify(text, config, { filename: file })
      .map(
        ({ line, column, endLine, endColumn, message }) =>
          `${line}:${column}-${endLine}:${endColumn} ${message}`,
      );
  }

  it("visits nodes with their parents, in lines and UTF-16 columns", () => {
    expect(lint("x = '🐍'; f(x)\n", "CallExpression > VariableName")).toEqual([
      "1:11-1:12 Program>StatementGroup>ExpressionStatement>CallExpression>VariableName f",
    ]);
  });

  it("reads stubs", () => {
    expect(lint("def f(x: int) -> str: ...\n", "FunctionDefinition", "a.pyi")).toHaveLength(1);
  });

  it("visits nothing below the root where that is enough", () => {
    const more = { languageOptions: { walk: "program" } };
    expect(lint("f()\n", "CallExpression", "a.py", more)).toEqual([]);
    expect(lint("f()\n", "Program", "a.py", more)).toHaveLength(1);
  });

  it.each([
    "f()  # eslint-disable-line\n",
    "# eslint-disable-next-line orchestrator/probe -- measured\nf()\n",
    "# eslint-disable orchestrator/probe\nf()\n",
    "# eslint orchestrator/probe: off\nf()\n",
  ])("honours %j", (text) => {
    expect(lint(text, "CallExpression")).toEqual([]);
  });

  it("does not take strings for directives", () => {
    expect(lint("x = '# eslint-disable'\nf()\n", "CallExpression")).toHaveLength(1);
  });

  it("reports directives that disable nothing", () => {
    const more = { linterOptions: { reportUnusedDisableDirectives: "error" } };
    expect(lint("x = 1  # eslint-disable-line\n", "CallExpression", "a.py", more)).toHaveLength(1);
  });

  it("leaves directives alone that name what only Semgrep runs", () => {
    const strict = { linterOptions: { reportUnusedDisableDirectives: "error" } };
    const all = { ...strict, languageOptions: { hasSemgrep: true } };
    const line = (names: string) => `f()  # eslint-disable-line ${names} -- signed\n`;
    const semgrep = "orchestrator/async-blocking-http";
    expect(lint(line(semgrep), "CallExpression", "a.py", strict)).toHaveLength(1);
    expect(lint(line(`${semgrep}, orchestrator/async-blocking-sleep`), "Name", "a.py", strict)).toEqual([]);
    expect(lint(line(`${semgrep}, orchestrator/probe`), "CallExpression", "a.py", strict)).toEqual([]);
    expect(lint(line(`orchestrator/probe, ${semgrep}`), "CallExpression", "a.py", strict)).toEqual([]);
    expect(lint(line(semgrep), "Name", "a.py", all)).toHaveLength(1);
    expect(lint(line("orchestrator/no-such-rule"), "Name", "a.py", strict)).toHaveLength(1);
  });

  it("survives JavaScript's rules and broken Python", () => {
    const more = { rules: { "no-undef": "error", "no-unused-vars": "error", "orchestrator/probe": "error" } };
    expect(lint("def f(:\n  x = (1\ny = g()\n", "CallExpression", "a.py", more)).toHaveLength(1);
  });
});
