import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { run } from "../../src/sqlfluff/program.js";

/** A fresh directory for each test of a file. */
export interface Workspace {
  readonly directory: string;
  write: (files: Record<string, string | Uint8Array>) => void;
  /** Runs the program in the directory, or in one below it. */
  run: (args: string[], input?: { stdin?: string; cwd?: string }) => Promise<Outcome>;
}

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

export function workspace(): Workspace {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "orchestrator-sql-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  return {
    get directory() {
      return directory;
    },
    write: (files) => {
      writeFiles(directory, files);
    },
    run: (args, { stdin = "", cwd = "." } = {}) => orchestratorSql(args, join(directory, cwd), stdin),
  };
}

export function writeFiles(directory: string, files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}

export async function orchestratorSql(args: string[], cwd: string, stdin = ""): Promise<Outcome> {
  let out = "";
  let err = "";
  const code = await run(args, {
    cwd,
    stdin: () => ({ text: stdin }),
    key: () => stdin.slice(0, 1),
    stdout: (text) => (out += text),
    stderr: (text) => (err += text),
    hasColors: false,
  });
  return { code, out, err };
}

export const JSON_COLUMN = "CREATE TABLE a (b json);\n";
export const BROKEN = "SELECT 1;\nSELEC 2;\n";
export const CLEAN = "CREATE TABLE a (b jsonb);\n";

/** What sqlfluff prints for people, with our rule in it: margins, wrapping and closing line as of sqlfluff 4.5.0. */
export const JSON_COLUMN_LINES = `\
L:   1 | P:  19 | OR01 | Column a.b is json: PostgreSQL keeps it as text, parses
                       | it again at every read, and has no GIN operator class
                       | for it. [orchestrator.prefer_jsonb]
`;
export const BROKEN_LINES = `\
L:   2 | P:   1 |  PRS | Line 2, Position 1: Found unparsable section: 'SELEC 2'.
                       | This statement could not be read, so nothing in it was
                       | checked: syntax error at or near "SELEC".
`;
export const DIALECT_WARNING =
  "WARNING: Parsing errors found and dialect is set to 'postgres'. Have you configured your dialect correctly?\n";

/** Codes by line of the `human` format: `3 OR01`. */
export function codesOf(out: string): string[] {
  return Array.from(
    out.matchAll(/^L: *(\d+) \| P: *\d+ \| *(\w+) \| (WARNING: )?/gm),
    ([, line, code, warning]) => `${line} ${code}${warning ? " warning" : ""}`,
  );
}
