import { execFileSync } from "node:child_process";
import { readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  BROKEN,
  BROKEN_LINES,
  CLEAN,
  DIALECT_WARNING,
  JSON_COLUMN,
  JSON_COLUMN_LINES,
  workspace,
} from "./support.js";

const work = workspace();
const { write, run } = work;
const read = (path: string) => readFileSync(join(work.directory, path), "utf8");

describe("lint", () => {
  it("lists violations under their file, in the order the files were named", async () => {
    write({ "b.sql": JSON_COLUMN, "a.sql": BROKEN, "ok.sql": CLEAN });
    expect(await run(["lint", "b.sql", "ok.sql", "a.sql"])).toEqual({
      code: 1,
      out: `== [b.sql] FAIL\n${JSON_COLUMN_LINES}== [a.sql] FAIL\n${BROKEN_LINES}${DIALECT_WARNING}All Finished!\n`,
      err: "",
    });
  });

  it("says so where all is well", async () => {
    write({ "ok.sql": CLEAN });
    expect(await run(["lint"])).toEqual({ code: 0, out: "All Finished!\n", err: "" });
    expect(await run(["lint", "-q"])).toEqual({ code: 0, out: "", err: "" });
  });

  it("reads standard input, which is always called stdin", async () => {
    expect((await run(["lint", "-"], { stdin: JSON_COLUMN })).out).toBe(
      `== [stdin] FAIL\n${JSON_COLUMN_LINES}All Finished!\n`,
    );
    // A down migration's columns are gone after it.
    const down = await run(["lint", "-", "--stdin-filename", "1.down.sql"], { stdin: JSON_COLUMN });
    expect(down.code).toBe(0);
    const named = await run(["lint", "-", "--stdin-filename", "x.sql"], { stdin: JSON_COLUMN });
    expect(named.out).toContain("== [stdin] FAIL\n");
  });

  it("heeds ESLint's directives", async () => {
    const kept = `-- eslint-disable-next-line orchestrator/prefer-jsonb -- key order is signed\n${JSON_COLUMN}`;
    expect((await run(["lint", "-"], { stdin: kept })).code).toBe(0);
  });

  it("warns of what a doubt holds back, under the rule's own code", async () => {
    const doubtful = `CREATE TABLE t (a json);\n\\if :x\nALTER TABLE t ADD b json;\n\\endif\n`;
    const { code, out } = await run(["lint", "-", "--format", "json", "--rules", "OR01"], {
      stdin: doubtful,
    });
    const [{ violations }] = JSON.parse(out) as [{ violations: { code: string; warning: boolean }[] }];
    expect(violations.map((one) => [one.code, one.warning])).toContainEqual(["OR01", true]);
    expect(code).toBe(1);
    const other = await run(["lint", "-", "--format", "json", "--rules", "OR02"], { stdin: doubtful });
    expect(other.out).not.toContain("OR01");
  });

  it("does not wait for a pipe that is called like a script", async () => {
    execFileSync("mkfifo", [join(work.directory, "pipe.sql")]);
    const { code, out } = await run(["lint", "pipe.sql"]);
    expect(code).toBe(1);
    expect(out).toContain("not a regular file");
  });

  it("says that it does not know a templater", async () => {
    write({ ".sqlfluff": "[sqlfluff]\ntemplater = mine\n", "ok.sql": CLEAN });
    expect((await run(["lint", "ok.sql"])).err).toContain("Templater 'mine' is not known here.");
  });

  it("exits with 0 under --nofail", async () => {
    expect(await run(["lint", "-", "--nofail", "--dialect", "postgres"], { stdin: BROKEN })).toMatchObject({
      code: 0,
      out: expect.not.stringContaining("All Finished") as string,
    });
  });

  it("names clean files and sums up under -v", async () => {
    write({ "ok.sql": CLEAN, "a.sql": JSON_COLUMN });
    const { out } = await run(["lint", "-v"]);
    expect(out).toMatch(/^==== orchestrator-sql ====\n[^]*==== readout ====\n== \[a\.sql\] FAIL\n/);
    expect(out).toMatch(
      /== \[ok\.sql\] PASS\n==== summary ====\nviolations: +1 status: +FAIL\nAll Finished!\n$/,
    );
    expect((await run(["lint", "-vv"])).out).toContain("verbosity: 2");
  });

  it("shows colors where they are asked for", async () => {
    const { out } = await run(["lint", "-", "--color"], { stdin: JSON_COLUMN });
    expect(out).toContain("== [\u001b[33mstdin\u001b[0m] \u001b[31mFAIL\u001b[0m\n\u001b[34mL:   1 |");
    expect(out).toContain("All Finished 📜 🎉!\n");
    expect((await run(["lint", "-", "--nocolor"], { stdin: JSON_COLUMN })).out).not.toContain("\u001b");
  });

  it("takes what hooks and editors pass to sqlfluff", async () => {
    const calls = [
      ["--processes", "0", "--disable-progress-bar"],
      [
        "--encoding",
        "utf-8",
        "--bench",
        "--logger",
        "linter",
        "--library-path",
        "none",
        "--recursion-limit",
        "900",
      ],
      ["-d", "postgres", "-t", "jinja", "-i", "parsing", "-e", "LT01", "-r", "all", "--ignore-local-config"],
      ["--FORMAT".toLowerCase(), "JSON"],
    ];
    for (const args of calls) {
      const { code, err } = await run(["lint", ...args, "-"], { stdin: CLEAN });
      expect({ args, code, err }).toEqual({ args, code: 0, err: "" });
    }
  });

  it("refuses a logger that sqlfluff has not", async () => {
    const { code, err } = await run(["lint", "--logger", "bogus", "-"], { stdin: CLEAN });
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining("'bogus' is not one of") as string,
    });
  });

  it("says that a file asked for is not written", async () => {
    const { code, err } = await run(["lint", "-", "--persist-timing", "t.csv"], { stdin: CLEAN });
    expect({ code, err }).toEqual({
      code: 0,
      err: "WARNING    --persist-timing is not supported: no file is written.\n",
    });
  });
});

describe("fix", () => {
  it("rewrites files in place", async () => {
    write({ "a.sql": `\ufeff${JSON_COLUMN}`, "ok.sql": CLEAN });
    expect(await run(["fix"])).toEqual({
      code: 0,
      out: `==== finding fixable violations ====\n== [a.sql] FAIL\n${JSON_COLUMN_LINES}== [a.sql] FIXED\n1 fixable linting violations found\n`,
      err: "",
    });
    expect(read("a.sql")).toBe(`\ufeff${CLEAN}`);
    expect((await run(["fix"])).out).toBe(
      "==== finding fixable violations ====\n==== no fixable linting violations found ====\nAll Finished!\n",
    );
  });

  it("keeps line ends", async () => {
    write({ "a.sql": "CREATE TABLE a (\r\n  b json,\r\n  c json\r\n);\r\n" });
    expect((await run(["fix", "-q"])).out).toBe("== [a.sql] FIXED\n2 fixable linting violations found\n");
    expect(read("a.sql")).toBe("CREATE TABLE a (\r\n  b jsonb,\r\n  c jsonb\r\n);\r\n");
  });

  it("leaves a file that could not be parsed, unless told otherwise", async () => {
    const text = JSON_COLUMN + "SELEC 2;\n";
    write({ "a.sql": text });
    const { code, out, err } = await run(["fix", "a.sql"]);
    expect(code).toBe(1);
    expect(out).toContain("  [1 unfixable linting violations found]\n");
    const lines = BROKEN_LINES.replace(/^/, "  ");
    expect(err).toBe(`  [1 templating/parsing errors found]\n  == [a.sql] ==\n${lines}`);
    expect(read("a.sql")).toBe(text);

    expect((await run(["fix", "--FIX-EVEN-UNPARSABLE", "a.sql"])).code).toBe(0);
    expect(read("a.sql")).toBe(CLEAN + "SELEC 2;\n");
  });

  it("does not fix what a comment or the configuration takes away", async () => {
    const kept = "CREATE TABLE k (b json); -- noqa: OR01\n";
    write({ "a.sql": kept + JSON_COLUMN });
    expect((await run(["fix"])).code).toBe(0);
    expect(read("a.sql")).toBe(kept + CLEAN);
    write({ "a.sql": JSON_COLUMN });
    expect((await run(["fix", "--ignore", "linting"])).code).toBe(0);
    expect((await run(["fix", "--exclude-rules", "OR01"])).code).toBe(0);
    expect(read("a.sql")).toBe(JSON_COLUMN);
  });

  it("asks first under --check", async () => {
    write({ "a.sql": JSON_COLUMN });
    expect(await run(["fix", "--check"], { stdin: "n" })).toMatchObject({
      code: 1,
      out: expect.stringContaining("[Y/n] ...\nAborting...\n") as string,
    });
    expect(await run(["fix", "--check"], { stdin: "x" })).toMatchObject({ code: 1 });
    expect(read("a.sql")).toBe(JSON_COLUMN);
    expect(await run(["fix", "--check"], { stdin: "y" })).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /Attempting fixes\.\.\.\nPersisting Changes\.\.\.\n== \[a\.sql\] FIXED\nDone\. .*\nAll Finished!\n$/,
      ) as string,
    });
    expect(read("a.sql")).toBe(CLEAN);
  });

  it("writes beside the file under --fixed-suffix", async () => {
    write({ "d/a.sql": JSON_COLUMN });
    await run(["fix", "-x", "_fixed", "d"]);
    expect([read("d/a.sql"), read("d/a_fixed.sql")]).toEqual([JSON_COLUMN, CLEAN]);
  });

  it("shows what cannot be fixed as pre-commit's hook asks for", async () => {
    write({ "a.sql": JSON_COLUMN, "b.sql": BROKEN });
    const { code, out } = await run([
      "fix",
      "--show-lint-violations",
      "--processes",
      "0",
      "--disable-progress-bar",
    ]);
    expect(code).toBe(1);
    expect(out).toContain(`== [b.sql] FAIL\n${BROKEN_LINES}`);
    expect(out).toMatch(/==== lint for unfixable violations ====\n== \[a\.sql\] PASS\n== \[b\.sql\] PASS\n$/);
  });

  it("writes standard input's fixed text to standard output", async () => {
    expect(await run(["fix", "-"], { stdin: JSON_COLUMN })).toEqual({ code: 0, out: CLEAN, err: "" });
    expect(await run(["fix", "-"], { stdin: BROKEN })).toMatchObject({ code: 1, out: BROKEN });
    const forced = await run(["fix", "--force", "-"], { stdin: JSON_COLUMN });
    expect(forced).toMatchObject({ code: 0, out: CLEAN });
    expect(forced.err).toContain("-f/--force option is deprecated");
  });

  it("says that a violation without a fix remains", async () => {
    // The fix is only a suggestion where the column goes through json_ functions.
    const text = `${JSON_COLUMN}SELECT json_typeof(b) FROM a;\n`;
    expect(await run(["fix", "-"], { stdin: text })).toEqual({
      code: 1,
      out: text,
      err: "Unfixable violations detected.\n",
    });
  });

  it("has nothing to say as format, which is about layout", async () => {
    write({ "a.sql": JSON_COLUMN });
    expect((await run(["format", "a.sql"])).code).toBe(0);
    expect(await run(["format", "-"], { stdin: JSON_COLUMN })).toMatchObject({ code: 0, out: JSON_COLUMN });
    expect(read("a.sql")).toBe(JSON_COLUMN);
  });
});

describe("files", () => {
  const filesOf = async (args: string[], cwd?: string) => {
    const { out } = await run(["lint", ...args], cwd === undefined ? {} : { cwd });
    return Array.from(out.matchAll(/\[(.*)\] FAIL/g), ([, name]) => name);
  };

  it("are those with the names of SQL files below a directory, but for installed packages", async () => {
    write({
      "d/b.SQL": JSON_COLUMN,
      "d/c.ddl": JSON_COLUMN,
      "d/a.txt": JSON_COLUMN,
      "d/node_modules/c.sql": JSON_COLUMN,
      "d/.hidden/d.sql": JSON_COLUMN,
    });
    expect(await filesOf(["d"])).toEqual(["d/.hidden/d.sql", "d/b.SQL", "d/c.ddl"]);
    expect(await filesOf(["."])).toEqual(["d/.hidden/d.sql", "d/b.SQL", "d/c.ddl"]);
    expect(await filesOf(["./d/b.SQL", "d/node_modules/c.sql", "d/b.SQL"])).toEqual([
      "d/b.SQL",
      "d/node_modules/c.sql",
    ]);
    expect(await run(["lint", "d/a.txt"])).toMatchObject({
      code: 0,
      err: expect.stringContaining("d/a.txt was not checked: its name ends in none of .sql") as string,
    });
  });

  it("may be named outside the working directory", async () => {
    write({ "in/ok.sql": CLEAN, "out/a.sql": JSON_COLUMN });
    expect(await filesOf(["../out"], "in")).toEqual(["../out/a.sql"]);
  });

  it("are not read through links out of the tree", async () => {
    write({ "tree/d/in.sql": CLEAN, "out.sql": JSON_COLUMN });
    const tree = join(work.directory, "tree");
    symlinkSync(join(work.directory, "out.sql"), join(tree, "d/link.sql"));
    symlinkSync("in.sql", join(tree, "d/inner.sql"));
    symlinkSync("nowhere.sql", join(tree, "d/broken.sql"));
    symlinkSync(tree, join(tree, "d/loop"));
    const { code, out, err } = await run(["lint", "d"], { cwd: "tree" });
    expect({ code, out }).toEqual({ code: 0, out: "All Finished!\n" });
    expect(err).toBe(
      "WARNING    d/broken.sql links out of the tree and was not read.\n" +
        "WARNING    d/link.sql links out of the tree and was not read.\n",
    );
  });

  it("with a body that cannot be read here warn, and are fixed all the same", async () => {
    const body =
      "CREATE FUNCTION f() RETURNS citext[] LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT '{}'); END $$;\n";
    write({ "a.sql": body, "b.sql": `${body}CREATE TABLE a (b jsonb DEFAULT '{}'::json);\n` });
    const { code, out } = await run(["lint", "a.sql"]);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining("PRS | WARNING: Line 1, Position 61: This could not") as string,
    });
    expect((await run(["fix", "b.sql"])).out).toContain("FIXED");
  });

  it("that are no text are violations, not silence", async () => {
    write({ "bin.sql": new Uint8Array([0xff, 0xfe, 0x00]) });
    const { code, out } = await run(["lint"]);
    expect(code).toBe(1);
    expect(out).toContain("PRS | Line 1, Position 1: The file is not UTF-8 text, so it");
    expect((await run(["fix"])).code).toBe(1);
    expect(statSync(join(work.directory, "bin.sql")).size).toBe(3);
    write({ "bin.sql": "SELECT 1;\0" });
    expect((await run(["lint"])).out).toContain(
      "PRS | Line 1, Position 1: The file is a binary file, so it was",
    );
  });
});

describe("usage", () => {
  it.each([
    [["lint", "nope.sql"], "\nUser Error: Specified path does not exist. Check it/they exist(s): nope.sql."],
    [["lint", "--format", "yml"], "'yml' is not one of 'human', 'json', 'yaml', 'sarif'"],
    [["lint", "--templater", "foo"], "'foo' is not one of 'raw', 'jinja'"],
    [["lint", "--processes", "abc"], "'abc' is not a valid integer."],
    [["lint", "--annotation-level", "foo"], "'foo' is not one of 'notice', 'warning', 'failure', 'error'."],
    [["lint", "--dialect", "foo"], "User Error: Unknown dialect 'foo'"],
    [["lint", "-", "a.sql"], "User Error: Specified path does not exist. Check it/they exist(s): -."],
    [["lint", "--write-output", "."], "User Error: The output could not be written: EISDIR"],
    [["lint", "--frobnicate"], "unknown option '--frobnicate'"],
    [["lint", "--config", "nope.cfg"], "User Error: Extra config path 'nope.cfg' does not exist."],
    [["lint", "--config", "."], "User Error: Extra config path '.' is no file."],
    [["frobnicate"], "unknown command 'frobnicate'"],
  ])("%j is an error", async (args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it.each(["lint", "fix"])("%s is either quiet or verbose", async (command) => {
    expect(await run([command, "-q", "-v"])).toEqual({
      code: 2,
      out: "",
      err: "\nUser Error: The --quiet flag can only be used if --verbose is not set.\n",
    });
  });

  it("lists rules by code", async () => {
    const { code, out } = await run(["rules"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^==== orchestrator-sql - rules ====\n/);
    expect(out).toContain(
      "OR01: [orchestrator.prefer_jsonb] Prefer jsonb over json for stored columns.\n" +
        "      groups: all, core, orchestrator aliases: prefer-jsonb, orchestrator/prefer-jsonb\n",
    );
    expect(out).not.toContain("OR00");
    expect((await run(["rules", "--color"])).out).toContain("\u001b[34mOR01\u001b[0m: ");
  });

  it("prints dialects, version and help", async () => {
    expect((await run(["dialects"])).out).toContain("postgres: ");
    expect((await run(["version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run(["--version"])).out).toMatch(/^orchestrator-sql, version \d+\.\d+\.\d+\n$/);
    expect(await run(["--help"])).toMatchObject({
      code: 0,
      out: expect.stringContaining("fix [options] [paths...]") as string,
    });
  });
});
