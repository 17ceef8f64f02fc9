import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BROKEN, CLEAN, codesOf, JSON_COLUMN, workspace } from "./support.js";

const work = workspace();
const { write, run } = work;

const INI = (body: string) => `[sqlfluff]\n${body}\n`;

async function codes(args: string[] = [], cwd = "."): Promise<string[]> {
  return codesOf((await run(["lint", ...args], { cwd })).out);
}

describe("configuration files", () => {
  it.each([
    [".sqlfluff", INI("exclude_rules = OR01")],
    ["setup.cfg", INI("exclude_rules = OR01")],
    ["tox.ini", `[tox]\nenvlist = py3\n${INI("exclude_rules = OR01")}`],
    ["pep8.ini", INI("exclude_rules = OR01")],
    ["pyproject.toml", '[tool.sqlfluff.core]\nexclude_rules = "OR01"\n'],
    ["pyproject.toml", '[tool.sqlfluff.core]\nexclude_rules = ["LT01", "OR01"]\n'],
  ])("may be %s", async (name, text) => {
    write({ "a.sql": JSON_COLUMN, [name]: text });
    expect(await codes()).toEqual([]);
    expect(await codes(["--ignore-local-config"])).toEqual(["1 OR01"]);
  });

  it("overwrite each other in sqlfluff's order", async () => {
    write({
      "a.sql": JSON_COLUMN,
      "setup.cfg": INI("exclude_rules = OR01"),
      ".sqlfluff": INI("exclude_rules = None\nwarnings = OR01"),
      "pyproject.toml": '[tool.sqlfluff.core]\nwarnings = "PRS"\n',
      "extra.cfg": INI("exclude_rules = OR01"),
    });
    expect(await codes()).toEqual(["1 OR01"]);
    expect(await codes(["--config", "extra.cfg"])).toEqual([]);
    expect(await codes(["--config", "extra.cfg", "--exclude-rules", "LT01"])).toEqual(["1 OR01"]);
  });

  it("of inner directories overwrite those of outer ones, for the files below them", async () => {
    write({
      ".sqlfluff": INI("warnings = OR01"),
      "a.sql": JSON_COLUMN,
      "d/.sqlfluff": INI("exclude_rules = OR01"),
      "d/b.sql": JSON_COLUMN + "SELEC;\n",
      "d/e/.sqlfluff": INI("exclude_rules = None"),
      "d/e/c.sql": JSON_COLUMN,
    });
    expect(await codes()).toEqual(["1 OR01 warning", "2 PRS", "1 OR01 warning"]);
    expect(await codes(["-", "--stdin-filename", "d/x.sql"])).toEqual([]);
  });

  it("are told apart in a tree of many files, too", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `d${index}/${index % 2 ? "odd" : "even"}`);
    write({
      ...Object.fromEntries(names.map((name) => [`${name}.sql`, JSON_COLUMN])),
      ...Object.fromEntries(names.slice(40).map((name) => [`${name}/../.sqlfluff`, INI("warnings = OR01")])),
      ".sqlfluff": INI("exclude_rules = LT01"),
    });
    const found = await codes();
    expect(found.filter((code) => code === "1 OR01")).toHaveLength(40);
    expect(found.filter((code) => code === "1 OR01 warning")).toHaveLength(20);
  });

  it("of the repository hold in its directories, and those outside it do not", async () => {
    mkdirSync(join(work.directory, "repo/.git"), { recursive: true });
    write({
      ".sqlfluff": INI("exclude_rules = OR01"),
      "repo/.sqlfluff": INI("warnings = OR01"),
      "repo/in/a.sql": JSON_COLUMN,
    });
    expect(await codes([], "repo/in")).toEqual(["1 OR01 warning"]);
  });

  it.each([
    ["no section", "rules = OR01\n", "line 1: there is no [section] above this line"],
    ["a section twice", "[sqlfluff]\n[sqlfluff]\n", "line 2: section [sqlfluff] stands twice"],
    ["a key twice", INI("rules = a\nrules = b"), "line 3: 'rules' stands twice"],
    ["no value", INI("rules"), "line 2: neither 'key = value' nor [section]"],
    ["an unknown dialect", INI("dialect = sql"), "Unknown dialect 'sql'"],
    ["text for a number", INI("large_file_skip_byte_limit = big"), "must be a number, not 'big'"],
  ])("with %s fail the run", async (_, text, message) => {
    write({ "a.sql": CLEAN, ".sqlfluff": text });
    const { code, out, err } = await run(["lint"]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it.each(["[tool.sqlfluff\n", '[tool.sqlfluff]\nrules = "OR01"\n'])(
    "fail the run as TOML %j",
    async (text) => {
      write({ "a.sql": CLEAN, "pyproject.toml": text });
      const { code, err } = await run(["lint"]);
      expect(code).toBe(2);
      expect(err).toContain("pyproject.toml: ");
    },
  );

  it("are not read through links out of the repository", async () => {
    write({ "secret.cfg": INI("exclude_rules = OR01"), "repo/a.sql": JSON_COLUMN });
    symlinkSync("../secret.cfg", join(work.directory, "repo/.sqlfluff"));
    const { code, err } = await run(["lint"], { cwd: "repo" });
    expect(code).toBe(2);
    expect(err).toContain("links out of the repository");
  });

  it("set no property of objects", async () => {
    write({
      "a.sql": JSON_COLUMN,
      ".sqlfluff": "[sqlfluff:__proto__]\nx = 1\n[sqlfluff:rules:__proto__]\nx = 1\n",
      "pyproject.toml":
        "[tool.sqlfluff.__proto__]\nx = 1\n[tool.sqlfluff.rules.constructor]\nprototype = 1\n",
    });
    expect(await codes()).toEqual(["1 OR01"]);
    expect("x" in {}).toBe(false);
  });
});

describe("values", () => {
  it("may go on over lines, as sqlfluff's lists of rules do", async () => {
    write({
      "a.sql": JSON_COLUMN,
      ".sqlfluff":
        "[sqlfluff]\nexclude_rules =\n    LT01,\n    # not this one\n    OR01\n; a comment\nignore = None\n",
    });
    expect(await codes()).toEqual([]);
  });

  it.each([
    ["warnings = OR01", ["1 OR01 warning", "2 PRS"], 1],
    ["warnings = orchestrator.prefer_jsonb, PRS", ["1 OR01 warning", "2 PRS warning"], 0],
    ["ignore = parsing", ["1 OR01"], 1],
    ["ignore = linting,parsing", [], 0],
    ["exclude_rules = OR00", ["1 OR01"], 1],
    ["disable_noqa = True", ["1 OR01", "2 PRS", "3 OR01"], 1],
    ["disable_noqa_except = XX", ["1 OR01", "2 PRS", "3 OR01"], 1],
  ])("%s", async (line, expected, code) => {
    write({
      "a.sql": `${JSON_COLUMN}SELEC;\nCREATE TABLE c (b json); -- noqa: OR01\n`,
      ".sqlfluff": INI(line),
    });
    const { out, code: actual } = await run(["lint"]);
    expect({ codes: codesOf(out), code: actual }).toEqual({ codes: expected, code });
  });

  it("sql_file_exts names files", async () => {
    write({ "a.sql": JSON_COLUMN, "b.psql": JSON_COLUMN, ".sqlfluff": INI("sql_file_exts = .PSQL") });
    expect((await run(["lint"])).out).toMatch(/^== \[b\.psql\] FAIL\n[^=]*$/);
  });

  it("verbose, nocolor and output_line_length", async () => {
    write({
      "a.sql": JSON_COLUMN,
      ".sqlfluff": INI("verbose = 1\nnocolor = False\noutput_line_length = 200"),
    });
    const { out } = await run(["lint"]);
    expect(out).toContain("==== readout ====");
    expect(out).toMatch(/OR01 \| .*Column a\.b.* for it\. \[/);
    expect(out).toContain("\u001b[34m");
  });

  it("fix_even_unparsable and fixed_suffix", async () => {
    write({
      "a.sql": JSON_COLUMN + "SELEC;\n",
      ".sqlfluff": INI("fix_even_unparsable = True\nfixed_suffix = .new"),
    });
    expect((await run(["fix"])).code).toBe(0);
    expect((await run(["lint", "a.new.sql"])).out).not.toContain("OR01");
  });

  it("of other tools and of sqlfluff's own rules mean nothing here", async () => {
    write({
      "a.sql": JSON_COLUMN,
      ".sqlfluff":
        INI("max_line_length = 120\nrules = LT01, CP01,\n  L010\nexclude_rules = layout.long_lines, ST*") +
        "[sqlfluff:indentation]\ntab_space_size = 2\n[sqlfluff:rules:capitalisation.keywords]\ncapitalisation_policy = upper\n",
      "pyproject.toml": "[tool.black]\nline-length = 100\n",
    });
    const { out, err } = await run(["lint"]);
    expect({ codes: codesOf(out), err }).toEqual({ codes: ["1 OR01"], err: "" });
  });
});

describe("rules", () => {
  it.each([
    [["--rules", "all"], ["1 OR01"]],
    [["--rules", "core"], ["1 OR01"]],
    [["--rules", "OR0[1]"], ["1 OR01"]],
    [["--rules", "orchestrator.prefer_jsonb"], ["1 OR01"]],
    [["--rules", "OR01,LT01"], ["1 OR01"]],
    [["--rules", "LT01"], ["1 OR01"]],
    [["--rules", "OR01", "--exclude-rules", "orchestrator"], []],
    [["--exclude-rules", "prefer-jsonb"], []],
  ])("%j", async (args, expected) => {
    write({ "a.sql": JSON_COLUMN });
    expect(await codes(args)).toEqual(expected);
  });

  it("nobody knows are named", async () => {
    write({ "a.sql": JSON_COLUMN });
    expect(await run(["lint", "--rules", "XX99,LT01", "--exclude-rules", "YY*"])).toEqual({
      code: 0,
      out: "All Finished!\n",
      err: "WARNING    Tried to allowlist unknown rule references: ['XX99']\nWARNING    Tried to denylist unknown rule references: ['YY*']\n",
    });
  });

  it("have options under their name only, as in sqlfluff", async () => {
    write({
      "a.sql": JSON_COLUMN,
      ".sqlfluff":
        "[sqlfluff:rules:OR01]\na = 1\n[sqlfluff:rules:orchestrator.prefer_jsonb]\nb = 1\n[sqlfluff:rules:orchestrator.x]\nc = 1\n",
    });
    const { out, err } = await run(["lint"]);
    expect(codesOf(out)).toEqual(["1 OR01"]);
    expect(err.split("\n")).toEqual([
      expect.stringContaining("a section for unexpected rule 'OR01'") as string,
      expect.stringContaining("'sqlfluff:rules:orchestrator.prefer_jsonb'") as string,
      expect.stringContaining("orchestrator.prefer_jsonb has no option 'b'") as string,
      expect.stringContaining("a section for unexpected rule 'orchestrator.x'") as string,
      "",
    ]);
  });
});

describe("what rules can be told", () => {
  const TABLE = "CREATE TABLE visits (id bigint PRIMARY KEY, at timestamptz);\n";
  const DEEP = "SELECT 1 FROM d WHERE v->'a'->'b'->'c'->>'e' = '1';\n";

  it("are settings they share", async () => {
    write({ "a.sql": TABLE });
    expect(await codes(["--rules", "OR05"])).toEqual([]);
    write({
      ".sqlfluff": "[sqlfluff:orchestrator]\nfeature_tables = visits, other\nevent_time_columns = at\n",
    });
    expect(await codes(["--rules", "OR05"])).toEqual(["1 OR05"]);
    write({ ".sqlfluff": "[sqlfluff:orchestrator]\nfeature_table = visits\nmigrations_order = flyway\n" });
    expect(await run(["lint", "--rules", "OR05"])).toMatchObject({
      code: 0,
      err: "WARNING    Section 'sqlfluff:orchestrator' has no key 'feature_table'. This value will be ignored.\n",
    });
  });

  it("are options of their own", async () => {
    write({ "a.sql": DEEP });
    expect(await codes(["--rules", "OR08"])).toEqual(["1 OR08"]);
    const section = "[sqlfluff:rules:orchestrator.no_deeply_nested_json]\n";
    write({ ".sqlfluff": `${section}max_depth = 4\n` });
    expect(await codes(["--rules", "OR08"])).toEqual([]);
    write({
      ".sqlfluff": "",
      "pyproject.toml": "[tool.sqlfluff.rules.orchestrator.no_deeply_nested_json]\nmax_depth = 9\n",
    });
    expect(await codes(["--rules", "OR08"])).toEqual([]);
    write({ ".sqlfluff": `${section}max_depth = none\n`, "pyproject.toml": "" });
    expect(await codes(["--rules", "OR08"])).toEqual(["1 OR08"]);
    write({ ".sqlfluff": `${section}max_depth = deep\n` });
    const { code, err } = await run(["lint"]);
    expect(code).toBe(2);
    expect(err).toContain('User Error: Key "rules": Key "orchestrator/no-deeply-nested-json"');
  });

  it("and strict rules run when they are named, or all are", async () => {
    const scd2 = "CREATE TABLE p_scd (id bigint, valid_from timestamptz NOT NULL, valid_to timestamptz);\n";
    write({ "a.sql": scd2 });
    const strict = async (...args: string[]) => (await codes(args)).filter((code) => code.includes("OR07"));
    expect(await strict()).toEqual([]);
    expect(await strict("--rules", "core")).toEqual([]);
    for (const rules of ["all", "OR07", "require-scd2-shape", "orchestrator"]) {
      expect(new Set(await strict("--rules", rules))).toEqual(new Set(["1 OR07"]));
    }
  });
});

describe("lines in a script", () => {
  it.each([
    ["-- sqlfluff:exclude_rules:OR01", []],
    ["--sqlfluff:exclude_rules:OR01", []],
    ["-- sqlfluff:warnings:OR01", ["2 OR01 warning"]],
    [" -- sqlfluff:exclude_rules:OR01", ["2 OR01"]],
    ["-- sqlfluff:dialect:mysql", []],
    ["-- sqlfluff:rules:capitalisation.keywords:x:y", ["2 OR01"]],
  ])("%s", async (line, expected) => {
    write({ "a.sql": `${line}\n${JSON_COLUMN}`, "b.sql": CLEAN });
    expect(await codes()).toEqual(expected);
  });

  it("that are malformed are named", async () => {
    write({ "a.sql": `-- sqlfluff:rules=OR01\n${CLEAN}` });
    expect((await run(["lint"])).err).toContain("Malformed inline config in 'a.sql': 'sqlfluff:rules=OR01'");
  });
});

describe("files are left alone, and named,", () => {
  it("for another dialect", async () => {
    write({
      "a.sql": JSON_COLUMN,
      "w/.sqlfluff": INI("dialect = snowflake"),
      ...Object.fromEntries(["1", "2", "3", "4", "5"].map((name) => [`w/${name}.sql`, BROKEN])),
    });
    const { code, out, err } = await run(["lint"]);
    expect({ code, codes: codesOf(out) }).toEqual({ code: 1, codes: ["1 OR01"] });
    expect(err).toBe(
      "WARNING    Dialect 'snowflake' is configured for w/1.sql, w/2.sql, w/3.sql and 2 more. These rules know PostgreSQL only, so nothing was checked there.\n",
    );
    expect((await run(["lint", "--dialect", "mysql"])).code).toBe(0);
    expect((await run(["fix", "--dialect", "mysql", "-"], { stdin: JSON_COLUMN })).code).toBe(0);
  });

  it("for their size, which fails the run where large_file_skip_fail says so", async () => {
    write({ "a.sql": JSON_COLUMN, ".sqlfluff": INI("large_file_skip_byte_limit = 10") });
    expect(await run(["lint"])).toMatchObject({
      code: 0,
      out: "All Finished!\n",
      err: expect.stringContaining(
        "Length of file 'a.sql' is 25 bytes which is over the limit of 10 bytes",
      ) as string,
    });
    expect(await codes(["-"])).toEqual([]);
    write({ ".sqlfluff": INI("large_file_skip_char_limit = 10\nlarge_file_skip_fail = True") });
    expect(await run(["lint"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("Length of file 'a.sql' is over 10 characters") as string,
    });
    expect((await run(["fix"])).code).toBe(1);
  });

  it("for .sqlfluffignore, on the way to them and below", async () => {
    write({
      ".sqlfluffignore": "# generated\n/gen/\nold_*.sql\n!old_2.sql\n",
      ".sqlfluff": INI("ignore_paths = vendor/, *.tmp.sql"),
      "pyproject.toml": '[tool.sqlfluff.core]\nignore_paths = ["third/"]\n',
      "d/.sqlfluffignore": "inner.sql\n",
      ...Object.fromEntries(
        [
          ...["a.sql", "gen/b.sql", "d/gen/c.sql", "old_1.sql", "d/old_1.sql", "old_2.sql", "vendor/v.sql"],
          ...["x.tmp.sql", "third/t.sql", "d/inner.sql", "inner.sql"],
        ].map((name) => [name, JSON_COLUMN]),
      ),
    });
    const files = async (...args: string[]) =>
      Array.from((await run(["lint", ...args])).out.matchAll(/== \[(.*)\]/g), ([, name]) => name);
    expect(await files()).toEqual(["a.sql", "d/gen/c.sql", "inner.sql", "old_2.sql"]);
    expect(await files("d")).toEqual(["d/gen/c.sql"]);
    expect(await files("--disregard-sqlfluffignores", "gen", "d/inner.sql")).toEqual([
      "gen/b.sql",
      "d/inner.sql",
    ]);
    const { code, err } = await run(["lint", "gen/b.sql", "d/inner.sql"]);
    expect({ code, err }).toEqual({
      code: 0,
      err:
        "WARNING    gen/b.sql was not checked: it is ignored by a pattern in .sqlfluffignore; --disregard-sqlfluffignores lints it.\n" +
        "WARNING    d/inner.sql was not checked: it is ignored by a pattern in d/.sqlfluffignore; --disregard-sqlfluffignores lints it.\n",
    });
    expect(
      (await run(["lint", "-", "--stdin-filename", "gen/x.sql", "-f", "json"], { stdin: JSON_COLUMN })).out,
    ).toBe("[]\n");
  });
});

describe("templates", () => {
  const script = `${JSON_COLUMN}SELEC {{ ref('x') }};\nSELECT * FROM {{ y }};\n{% if z %} SELEC {% endif %};\n`;

  it("are read where placeholders stand for names and values, and left alone elsewhere", async () => {
    write({ "a.sql": script });
    expect(await codes()).toEqual(["1 OR01", "2 TMP warning", "4 TMP warning"]);
    expect(await codes(["--ignore", "templating"])).toEqual(["1 OR01"]);
    expect(await codes(["--templater", "dbt", "--rules", "OR02,OR01"])).toContain("2 TMP warning");
  });

  it("are SQL like any other for the raw templater", async () => {
    write({ "a.sql": script });
    expect(await codes(["--templater", "raw"])).toEqual(["1 OR01", "2 PRS", "4 PRS"]);
  });

  it("of Python and of placeholders have their own marks", async () => {
    write({ "a.sql": "SELEC {x};\nSELEC 1;\n", "b.sql": "SELEC :x;\nSELEC 1;\n" });
    expect(await codes(["-t", "python"])).toEqual(["1 TMP warning", "2 PRS", "1 PRS", "2 PRS"]);
    expect(await codes(["-t", "placeholder"])).toEqual(["1 TMP warning", "2 PRS", "1 TMP warning", "2 PRS"]);
  });
});
