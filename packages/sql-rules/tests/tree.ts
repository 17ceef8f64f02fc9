import { Linter } from "eslint";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { databasesOf, historyProblems } from "../src/files/project.js";
import { rules, sqlLanguage } from "../src/index.js";
import { parseSql } from "../src/language/parse.js";
import type { Database } from "../src/model/database.js";

/** A folder of its own with these files; it goes with the test. */
export function tree(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestrator-sql-")));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  put(root, files);
  return root;
}

export function put(root: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
}

/** What a rule's context says of a file, with the text on disk or another. */
export function opened(root: string, file: string, text?: string, settings: object = {}) {
  const physicalFilename = path.join(root, file);
  const shown = text ?? readFileSync(physicalFilename, "utf8");
  return {
    physicalFilename,
    cwd: root,
    settings: { orchestrator: settings },
    sourceCode: { ast: parseSql(shown, physicalFilename), text: shown },
  };
}

export function databaseAt(
  root: string,
  file: string,
  text?: string,
  settings?: object,
): Database | undefined {
  return databasesOf(opened(root, file, text, settings))[0];
}

/** The steps of the database a file speaks to, relative to the root. */
export function stepsAt(root: string, file: string, text?: string, settings?: object): string[] | undefined {
  return databaseAt(root, file, text, settings)?.history.map((step) =>
    path.relative(root, step.path).split(path.sep).join("/"),
  );
}

export function problemsAt(root: string, file: string): string[] {
  return historyProblems(opened(root, file)).map(({ kind, message }) => `${kind} ${message}`);
}

/** `line:column rule message` of each finding. */
export function lint(root: string, file: string, text?: string): string[] {
  const linter = new Linter({ cwd: root, configType: "flat" });
  const config = {
    files: ["**/?*"],
    plugins: { orchestrator: { languages: { sql: sqlLanguage }, rules } },
    language: "orchestrator/sql",
    rules: Object.fromEntries(Object.keys(rules).map((name) => [`orchestrator/${name}`, "error"])),
  };
  const filename = path.join(root, file);
  return linter
    .verify(text ?? readFileSync(filename, "utf8"), config as Linter.Config, { filename })
    .map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId ?? ""} ${message}`);
}
