import { sourceParser } from "@orchestrator-lint/sql-rules";
import type * as Eslint from "eslint";
import type { Linter } from "eslint";
import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import plugin from "../src/index.js";

const require = createRequire(import.meta.url);

const MIGRATION = `CREATE TABLE customer_features (
  customer_id bigint NOT NULL,
  event_time timestamptz NOT NULL,
  features jsonb NOT NULL,
  PRIMARY KEY (customer_id, event_time)
);
`;
const SOURCES: Record<string, string> = {
  "store.js": 'export const forget = (db) => db.query("DELETE FROM customer_features");\n',
  "store.cjs": 'exports.forget = (db) => db.query("DELETE FROM customer_features");\n',
  "store.ts": 'export const forget = (db: Db): Rows => db.query<Row>("DELETE FROM customer_features");\n',
  "store.tsx": 'export const a = (db: Db) => <b c={db.query("DELETE FROM customer_features")} />;\n',
  "store.jsx": 'export const a = (db) => <b c={db.query("DELETE FROM customer_features")} />;\n',
};
const FOUND = ["orchestrator/append-only-history 1"];

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestrator-sources-")));
  mkdirSync(path.join(root, "migrations"));
  writeFileSync(path.join(root, "migrations/0001_init.sql"), MIGRATION);
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(path.join(root, name), text);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

describe.each(["eslint", "eslint9", "eslint9-15"])("sources with %s", (version) => {
  const { Linter: LinterOfVersion } = require(version) as typeof Eslint;

  /** Rules that report in each source, with their lines; how a parser failed; `-` for what is not linted. */
  function lint(configs: Linter.Config[]): Record<string, string[] | string> {
    return Object.fromEntries(
      Object.entries(SOURCES).map(([name, text]): [string, string[] | string] => {
        const linter = new LinterOfVersion({ cwd: root, configType: "flat" });
        const messages = linter.verify(text, configs, { filename: path.join(root, name) });
        if (messages[0]?.message.startsWith("No matching configuration")) return [name, "-"];
        return [
          name,
          messages.map(({ ruleId, line, fatal, message }) => (fatal ? message : `${String(ruleId)} ${line}`)),
        ];
      }),
    );
  }

  /** A parser that counts what it is given. */
  function counting(): { parser: Linter.Parser; files: string[] } {
    const files: string[] = [];
    const parser = {
      ...sourceParser,
      parseForESLint: (text: string, options: Linter.ParserOptions) => {
        files.push(path.basename(String(options.filePath)));
        return sourceParser.parseForESLint(text, options);
      },
    };
    return { parser, files };
  }

  it("reads JavaScript, and hands no TypeScript to a parser that cannot read it", () => {
    expect(lint(plugin.configs.recommended)).toEqual({
      "store.js": FOUND,
      "store.cjs": FOUND,
      "store.ts": "-",
      "store.tsx": "-",
      "store.jsx": "-",
    });
  });

  it("reads TypeScript and JSX with the team's parser, wherever it is set", () => {
    const { parser, files } = counting();
    const own = { files: ["**/*.{ts,tsx,jsx}"], languageOptions: { parser } };
    const all = Object.fromEntries(Object.keys(SOURCES).map((name) => [name, FOUND]));
    expect(lint([...plugin.configs.recommended, own])).toEqual(all);
    expect(lint([own, ...plugin.configs.recommended])).toEqual(all);
    expect(files).toEqual(["store.ts", "store.tsx", "store.jsx", "store.ts", "store.tsx", "store.jsx"]);
  });

  it("reads TypeScript and JSX with a parser of its own where it is asked to", () => {
    const all = Object.fromEntries(Object.keys(SOURCES).map((name) => [name, FOUND]));
    expect(lint([...plugin.configs.typescript, ...plugin.configs.recommended])).toEqual(all);
  });

  it("gives way to a parser that is set later", () => {
    const { parser, files } = counting();
    const own = { files: ["**/*.ts"], languageOptions: { parser } };
    lint([...plugin.configs.typescript, own, ...plugin.configs.recommended]);
    expect(files).toEqual(["store.ts"]);
  });

  it("reads sources whose language is named", () => {
    const named = { files: ["**/*.js"], language: "@/js" };
    expect(lint([named, ...plugin.configs.recommended])["store.js"]).toEqual(FOUND);
  });
});
