import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/sqlfluff/program.js";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "orchestrator-sql-"));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function write(files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), content);
  }
}

/** Runs the program on the given standard input. */
function orchestratorSql(args: string[], stdin = ""): { code: number; out: string; err: string } {
  let out = "";
  let err = "";
  const code = run(args, {
    cwd,
    stdin: () => ({ text: stdin }),
    stdout: (text) => (out += text),
    stderr: (text) => (err += text),
  });
  return { code, out, err };
}

const JSON_COLUMN = "CREATE TABLE a (b json);\n";
const BROKEN = "SELECT 1;\nSELEC 2;\n";
const CLEAN = "CREATE TABLE a (b jsonb);\n";

/** What sqlfluff prints for people, with our rule in it: margins, wrapping and closing line as of sqlfluff 4.5.0. */
const JSON_COLUMN_LINES = `\
L:   1 | P:  19 | OR01 | Column a.b is json: PostgreSQL keeps it as text, parses it again
                       | at every read, and has no GIN operator class for it.
                       | [orchestrator.prefer_jsonb]
`;
const BROKEN_LINES = `\
L:   2 | P:   1 |  PRS | Line 2, Position 1: Found unparsable section: 'SELEC 2'. This
                       | statement could not be read, so nothing in it was checked: syntax
                       | error at or near "SELEC".
`;

describe("lint for people", () => {
  it("lists violations under their file, in the order the files were named", () => {
    write({ "b.sql": JSON_COLUMN, "a.sql": BROKEN, "ok.sql": CLEAN });
    expect(orchestratorSql(["lint", "b.sql", "ok.sql", "a.sql"])).toEqual({
      code: 1,
      out: `== [b.sql] FAIL\n${JSON_COLUMN_LINES}== [a.sql] FAIL\n${BROKEN_LINES}All Finished!\n`,
      err: "",
    });
  });

  it("says so where all is well", () => {
    write({ "ok.sql": CLEAN });
    expect(orchestratorSql(["lint"])).toEqual({ code: 0, out: "All Finished!\n", err: "" });
  });

  it("reads standard input", () => {
    expect(orchestratorSql(["lint", "-"], JSON_COLUMN).out).toBe(
      `== [stdin] FAIL\n${JSON_COLUMN_LINES}All Finished!\n`,
    );
    // A down migration's columns are gone after it.
    expect(orchestratorSql(["lint", "-", "--stdin-filename", "1.down.sql"], JSON_COLUMN).code).toBe(0);
  });

  it("heeds ESLint's directives", () => {
    const kept = `-- eslint-disable-next-line orchestrator/prefer-jsonb -- key order is signed\n${JSON_COLUMN}`;
    expect(orchestratorSql(["lint", "-"], kept).code).toBe(0);
  });

  it("exits with 0 under --nofail", () => {
    expect(orchestratorSql(["lint", "-", "--nofail", "--dialect", "postgres"], BROKEN).code).toBe(0);
  });
});

describe("lint as JSON", () => {
  it("has sqlfluff's keys, order and spacing", () => {
    write({ "b.sql": JSON_COLUMN, "a.sql": BROKEN, "ok.sql": CLEAN });
    const { code, out } = orchestratorSql(["lint", "b.sql", "a.sql", "ok.sql", "--format", "json"]);
    expect(code).toBe(1);
    const statistics = (characters: number) =>
      `"statistics": {"source_chars": ${characters}, "templated_chars": ${characters}, "segments": N, "raw_segments": N}, "timings": {"templating": 0, "linting": N}`;
    const prs = `{"start_line_no": 2, "start_line_pos": 1, "code": "PRS", "description": "Line 2, Position 1: Found unparsable section: 'SELEC 2'. This statement could not be read, so nothing in it was checked: syntax error at or near \\"SELEC\\".", "name": "", "warning": false, "start_file_pos": 10, "end_line_no": 2, "end_line_pos": 6, "end_file_pos": 15}`;
    const or01 = `{"start_line_no": 1, "start_line_pos": 19, "code": "OR01", "description": "Column a.b is json: PostgreSQL keeps it as text, parses it again at every read, and has no GIN operator class for it.", "name": "orchestrator.prefer_jsonb", "warning": false, "fixes": [{"type": "replace", "edit": "jsonb", "start_line_no": 1, "start_line_pos": 19, "start_file_pos": 18, "end_line_no": 1, "end_line_pos": 23, "end_file_pos": 22}], "start_file_pos": 18, "end_line_no": 1, "end_line_pos": 23, "end_file_pos": 22}`;
    expect(out.replaceAll(/("(?:segments|raw_segments|linting)": )[\d.e-]+/g, "$1N")).toBe(
      `[{"filepath": "a.sql", "violations": [${prs}], ${statistics(19)}}, ` +
        `{"filepath": "b.sql", "violations": [${or01}], ${statistics(25)}}, ` +
        `{"filepath": "ok.sql", "violations": [], ${statistics(26)}}]\n`,
    );
  });

  it("counts characters as Python does, and escapes what is not ASCII", () => {
    const { out } = orchestratorSql(
      ["lint", "-", "--format", "json"],
      '\ufeffSELECT 1;\r\nCREATE TABLE "😀" (é json);',
    );
    expect(out).toContain("Column \\ud83d\\ude00.\\u00e9 is json");
    expect(JSON.parse(out)).toMatchObject([
      {
        violations: [
          {
            start_line_no: 2,
            start_line_pos: 21,
            start_file_pos: 31,
            end_line_no: 2,
            end_line_pos: 25,
            end_file_pos: 35,
          },
        ],
        statistics: { source_chars: 37 },
      },
    ]);
  });
});

describe("fix", () => {
  it("rewrites files in place", () => {
    write({ "a.sql": `\ufeff${JSON_COLUMN}`, "ok.sql": CLEAN });
    expect(orchestratorSql(["fix"])).toEqual({
      code: 0,
      out: `==== finding fixable violations ====\n== [a.sql] FAIL\n${JSON_COLUMN_LINES}== [a.sql] FIXED\n1 fixable linting violations found\n`,
      err: "",
    });
    expect(readFileSync(join(cwd, "a.sql"), "utf8")).toBe(`\ufeff${CLEAN}`);
    expect(orchestratorSql(["fix"]).out).toBe(
      "==== finding fixable violations ====\n==== no fixable linting violations found ====\nAll Finished!\n",
    );
  });

  it("fixes around what it cannot parse, and says so", () => {
    write({ "a.sql": JSON_COLUMN + "SELEC 2;\n" });
    const { code, err } = orchestratorSql(["fix", "a.sql"]);
    expect(code).toBe(1);
    expect(err).toBe(
      `  [1 templating/parsing errors found]\n  == [a.sql] ==\n${BROKEN_LINES.replaceAll(/^(?=.)/gm, "  ")}`,
    );
    expect(readFileSync(join(cwd, "a.sql"), "utf8")).toBe(CLEAN + "SELEC 2;\n");
  });

  it("writes standard input's fixed text to standard output", () => {
    expect(orchestratorSql(["fix", "-"], JSON_COLUMN)).toEqual({ code: 0, out: CLEAN, err: "" });
    expect(orchestratorSql(["fix", "-"], BROKEN)).toMatchObject({ code: 1, out: BROKEN });
  });
});

describe("files", () => {
  it("are the *.sql below a directory, but for installed packages", () => {
    write({
      "d/b.SQL": JSON_COLUMN,
      "d/a.txt": JSON_COLUMN,
      "d/node_modules/c.sql": JSON_COLUMN,
      "d/.hidden/d.sql": JSON_COLUMN,
    });
    const files = (args: string[]) =>
      Array.from(orchestratorSql(["lint", ...args]).out.matchAll(/\[(.*)\] FAIL/g), ([, name]) => name);
    expect(files(["d"])).toEqual(["d/.hidden/d.sql", "d/b.SQL"]);
    expect(files(["."])).toEqual(["d/.hidden/d.sql", "d/b.SQL"]);
    expect(files(["./d/a.txt", "d/node_modules/c.sql", "d/a.txt"])).toEqual([
      "d/a.txt",
      "d/node_modules/c.sql",
    ]);
  });

  it("may be named outside the working directory", () => {
    write({ "in/ok.sql": CLEAN, "out/a.sql": JSON_COLUMN });
    cwd = join(cwd, "in");
    const { out } = orchestratorSql(["lint", "../out"]);
    cwd = dirname(cwd);
    expect(out).toContain("== [../out/a.sql] FAIL\n");
  });

  it("are not read through links out of the tree", () => {
    write({ "tree/d/in.sql": CLEAN, "out.sql": JSON_COLUMN });
    symlinkSync(join(cwd, "out.sql"), join(cwd, "tree/d/link.sql"));
    symlinkSync("in.sql", join(cwd, "tree/d/inner.sql"));
    symlinkSync("nowhere.sql", join(cwd, "tree/d/broken.sql"));
    symlinkSync(join(cwd, "tree"), join(cwd, "tree/d/loop"));
    cwd = join(cwd, "tree");
    const { code, out, err } = orchestratorSql(["lint", "d"]);
    cwd = dirname(cwd);
    expect({ code, out }).toEqual({ code: 0, out: "All Finished!\n" });
    expect(err).toBe(
      "WARNING: d/broken.sql links out of the tree and was not read.\n" +
        "WARNING: d/link.sql links out of the tree and was not read.\n",
    );
  });

  it("that are no text are violations, not silence", () => {
    write({ "bin.sql": new Uint8Array([0xff, 0xfe, 0x00]) });
    const { code, out } = orchestratorSql(["lint"]);
    expect(code).toBe(1);
    expect(out).toContain("PRS | Line 1, Position 1: The file is not UTF-8 text, so it was not");
  });
});

describe("usage", () => {
  it.each([
    [["lint", "nope.sql"], "User Error: Specified path does not exist. Check it/they exist(s): nope.sql."],
    [["lint", "--format", "yaml"], "'yaml' is not one of 'human', 'json'."],
    [["lint", "--dialect", "mysql"], "'mysql' is not 'postgres'"],
    [["lint", "-", "a.sql"], "User Error: - stands alone"],
    [["lint", "--frobnicate"], "unknown option '--frobnicate'"],
    [["frobnicate"], "unknown command 'frobnicate'"],
  ])("%j is an error", (args, message) => {
    const { code, out, err } = orchestratorSql(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it("lists rules by code", () => {
    expect(orchestratorSql(["rules"])).toMatchObject({
      code: 0,
      out: expect.stringContaining(
        "OR01: [orchestrator.prefer_jsonb] Prefer jsonb over json for stored columns.",
      ) as string,
    });
  });

  it("prints version and help", () => {
    expect(orchestratorSql(["--version"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^orchestrator-sql, version \d+\.\d+\.\d+\n$/) as string,
    });
    expect(orchestratorSql(["--help"])).toMatchObject({
      code: 0,
      out: expect.stringContaining("fix [options] [paths...]") as string,
    });
  });
});
