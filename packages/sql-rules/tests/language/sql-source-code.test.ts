import { Linter as Linter10, type Linter } from "eslint";
import { Linter as Linter9 } from "eslint9";
import { describe, expect, it } from "vitest";
import { rules, sqlLanguage, type SqlSourceCode } from "../../src/index.js";
import type { SqlSyntaxElement } from "../../src/language/sql-source-code.js";

type Config = Linter.Config;

/** Missing from ESLint's types. */
interface Suppressing {
  getSuppressedMessages(): unknown[];
}

/** A rule that writes down where its selector matches, with the node's text and its ancestors. */
function probe(selector: string, seen: string[]) {
  return {
    meta: { type: "problem", schema: [], languages: ["orchestrator/sql"] },
    create: ({ sourceCode }: { sourceCode: SqlSourceCode }) => ({
      [selector](node: SqlSyntaxElement) {
        const ancestors = [...sourceCode.getAncestors(node), node].map(({ type }) => type);
        const parent = sourceCode.getParent(node)?.type ?? "";
        if (parent !== (ancestors.at(-2) ?? ""))
          throw new Error(`${parent} is not the parent in ${ancestors.join()}`);
        seen.push(`${ancestors.join(">")} ${sourceCode.getText(node)}`);
      },
    }),
  };
}

const plugin = { languages: { sql: sqlLanguage }, rules };

describe.each([
  ["10", Linter10],
  ["9", Linter9 as unknown as typeof Linter10],
])("on ESLint %s", (version, LinterClass) => {
  /** The classes of both versions share one shape. */
  const linter = () => new LinterClass({ configType: "flat" });

  const config = (more: object = {}): Config =>
    ({
      files: ["**/*.sql"],
      plugins: { orchestrator: plugin },
      language: "orchestrator/sql",
      rules: { "orchestrator/prefer-jsonb": "error" },
      ...more,
    }) as unknown as Config;

  /** Messages as `line:column-line:column rule` or the text of those of no rule. */
  function lint(text: string, more: object = {}): string[] {
    return linter()
      .verify(text, config(more), { filename: "a.sql" })
      .map(({ line, column, endLine, endColumn, ruleId, message }) =>
        ruleId === null ? message : `${line}:${column}-${endLine}:${endColumn} ${ruleId}`,
      );
  }

  function matches(text: string, selector: string): string[] {
    const seen: string[] = [];
    const test = { languages: plugin.languages, rules: { probe: probe(selector, seen) } };
    const messages = linter().verify(
      text,
      config({ plugins: { orchestrator: test }, rules: { "orchestrator/probe": 2 } }),
      {
        filename: "a.sql",
      },
    );
    expect(messages).toEqual([]);
    return seen;
  }

  const at = (place: string) => `${place} orchestrator/prefer-jsonb`;

  it(`is version ${version}`, () => {
    expect(LinterClass.version.split(".")[0]).toBe(version);
  });

  describe("directives", () => {
    it.each([
      ["-- eslint-disable-next-line\nALTER TABLE t ADD a json;", []],
      ["-- eslint-disable-next-line orchestrator/prefer-jsonb\nALTER TABLE t ADD a json;", []],
      ["-- eslint-disable-next-line no-console\nALTER TABLE t ADD a json;", [at("2:21-2:25")]],
      ["ALTER TABLE t ADD a json; -- eslint-disable-line", []],
      ["ALTER TABLE t ADD a json /* eslint-disable-line */, ADD b json;", []],
      [
        "/* eslint-disable */\nALTER TABLE t ADD a json;\n/* eslint-enable */\nALTER TABLE t ADD b json;",
        [at("4:21-4:25")],
      ],
      ["/** eslint-disable */\nALTER TABLE t ADD a json;", []],
      ["/*** eslint-disable */\nALTER TABLE t ADD a json;", [at("2:21-2:25")]],
      ['/* eslint orchestrator/prefer-jsonb: "off" */\nALTER TABLE t ADD a json;', []],
      ["SELECT '-- eslint-disable'; ALTER TABLE t ADD a json;", [at("1:49-1:53")]],
      ["SELECT $$/* eslint-disable */$$; ALTER TABLE t ADD a json;", [at("1:54-1:58")]],
      ["ALTER TABLE t -- eslint-disable-next-line\nADD a json;", []],
      ["SELEC; -- eslint-disable-next-line\nALTER TABLE t ADD a json;", []],
      [
        "/* eslint-disable-line\n*/ SELECT 1;",
        ["eslint-disable-line comment should not span multiple lines."],
      ],
    ])("%j", (text, expected) => {
      expect(lint(text, { linterOptions: { reportUnusedDisableDirectives: "off" } })).toEqual(expected);
    });

    it("that suppress nothing are reported, and removed by the fix", () => {
      const text = "-- eslint-disable-next-line orchestrator/prefer-jsonb\nALTER TABLE t ADD a jsonb;";
      const more = { linterOptions: { reportUnusedDisableDirectives: "error" } };
      expect(lint(text, more)).toEqual([
        "Unused eslint-disable directive (no problems were reported from 'orchestrator/prefer-jsonb').",
      ]);
      expect(linter().verifyAndFix(text, config(more), { filename: "a.sql" }).output).toBe(
        " \nALTER TABLE t ADD a jsonb;",
      );
    });

    it("keep their justification", () => {
      const text = "ALTER TABLE t ADD a json; -- eslint-disable-line -- signed, so byte for byte";
      const one = linter();
      expect(one.verify(text, config(), { filename: "a.sql" })).toEqual([]);
      expect((one as unknown as Suppressing).getSuppressedMessages()).toMatchObject([
        {
          ruleId: "orchestrator/prefer-jsonb",
          suppressions: [{ kind: "directive", justification: "signed, so byte for byte" }],
        },
      ]);
    });

    it("that are no valid configuration are reported", () => {
      expect(lint("/* eslint orchestrator/prefer-jsonb: { */ SELECT 1;")).toHaveLength(1);
    });
  });

  describe("positions", () => {
    it.each([
      ["CRLF", "SELECT 1;\r\nALTER TABLE t\r\n  ADD a json;", "3:9-3:13"],
      ["a byte order mark", "\ufeffALTER TABLE t ADD a json;", "1:21-1:25"],
      ["characters beyond 16 bits", 'SELECT \'😀\'; ALTER TABLE "😀é" ADD "日" json;', "1:40-1:44"],
      ["a comment before, in the same statement", "ALTER /* 😀\n */ TABLE t ADD a json;", "2:19-2:23"],
    ])("%s", (_name, text, place) => {
      expect(lint(text)).toEqual([at(place)]);
    });

    it("survive a fix, as does the byte order mark", () => {
      const text = '\ufeffALTER TABLE t\r\n  ADD "😀" json;\r\n';
      expect(linter().verifyAndFix(text, config(), { filename: "a.sql" }).output).toBe(
        text.replace("json", "jsonb"),
      );
    });
  });

  describe("selectors", () => {
    const TABLE = "CREATE TABLE t (a json, b numeric(10, 2)[] DEFAULT 1 + 2, c s.x)";
    const column = "Program>Statement>CreateStmt>ColumnDef";
    it.each([
      ["TypeName[name='json']", TABLE, [`${column}>TypeName json`]],
      ["ColumnDef[colname='b'] > TypeName", TABLE, [`${column}>TypeName numeric(10, 2)[]`]],
      ["CreateStmt TypeName[name='x']", TABLE, [`${column}>TypeName s.x`]],
      ["ColumnDef:has(> TypeName[name='json'])", TABLE, [`${column} a json`]],
      ["A_Expr > A_Const[value=2]", TABLE, [`${column}>Constraint>A_Expr>A_Const 2`]],
      ["SelectStmt > RangeVar", "SELECT 1; SELECT * FROM s.t", ["Program>Statement>SelectStmt>RangeVar s"]],
      ["Statement[kind='DropStmt']", "SELECT 1; DROP TABLE t;", ["Program>Statement DROP TABLE t"]],
      ["UnparsedStatement", "SELECT 1; SELEC 2; SELECT 3", ["Program>UnparsedStatement SELEC 2"]],
      ["Program", "SELECT 1;", ["Program SELECT 1;"]],
      ["Program:exit", "", ["Program "]],
      ["FuncCall", "SELECT 'é😀', lower(a)", ["Program>Statement>SelectStmt>ResTarget>FuncCall lower(a"]],
    ])("%s", (selector, text, expected) => {
      expect(matches(text, selector)).toEqual(expected);
    });

    it("work in no-restricted-syntax", () => {
      const restricted = ["error", { selector: "DropStmt[removeType='OBJECT_TABLE']", message: "No." }];
      expect(lint("DROP INDEX i; DROP TABLE t;", { rules: { "no-restricted-syntax": restricted } })).toEqual([
        "1:15-1:27 no-restricted-syntax",
      ]);
    });

    it("reach the leaves of an expression as deep as is read at all", () => {
      expect(matches(`SELECT x${" + 1".repeat(1900)}`, "ColumnRef")).toHaveLength(1);
      expect(matches(`SELECT ${"(SELECT ".repeat(600)}x${")".repeat(600)}`, "ColumnRef")).toHaveLength(1);
    });
  });

  it("lets language options pass that were meant for other files", () => {
    expect(lint("CREATE TABLE t (a json)", { languageOptions: { globals: { window: false } } })).toEqual([
      "1:19-1:23 orchestrator/prefer-jsonb",
    ]);
  });
});
