/**
 * Cases that sqlfluff with its rule CP01 and `orchestrator-sql` with OR01 have to agree on. In scripts, `@` stands for a
 * statement with a violation, `@2` for one that begins a line before its violation, `#` for one nobody can parse (it
 * comes last: sqlfluff gives up there); `{code}`, `{name}`, `{group}`, `{alias}` and `{glob}` for the rule.
 */
export interface Dialogue {
  statement: string;
  twoLines: string;
  words: Readonly<Record<string, string>>;
}

export const THEIRS: Dialogue = {
  statement: "SELECT 1 from t;",
  twoLines: "SELECT 1\nfrom t;",
  words: {
    code: "CP01",
    name: "capitalisation.keywords",
    group: "capitalisation",
    alias: "L010",
    glob: "CP0*",
  },
};

export const OURS: Dialogue = {
  statement: "CREATE TABLE t (b json);",
  twoLines: "CREATE TABLE t (\nb json);",
  words: {
    code: "OR01",
    name: "orchestrator.prefer_jsonb",
    group: "orchestrator",
    alias: "prefer-jsonb",
    glob: "OR0*",
  },
};

/**
 * A case in one tool's words. Tables get names of their own, so that they are different tables.
 *
 * @param script - sets its tables apart from those of other scripts
 */
export function speak(text: string, { statement, twoLines, words }: Dialogue, script = ""): string {
  let table = 0;
  const named = (sql: string) => sql.replace(/\bt\b/, `t${script}_${++table}`);
  return text
    .replaceAll(/@2|@|#/g, (mark) =>
      mark === "#" ? "SELEC 1;" : named(mark === "@2" ? twoLines : statement),
    )
    .replaceAll(/\{(\w+)\}/g, (_, word: string) => words[word] ?? word);
}

/** Scripts about noqa comments. */
export const NOQA_SCRIPTS: readonly string[] = [
  "@",
  ...["noqa", "noqa:", "noqa: ", "noqa:{code}", "noqa: {code}", "noqa : {code}", "noqa: {code},LT01"].map(
    line,
  ),
  ...["noqa: LT01,{code}", "noqa: LT01 , {code} ,", "noqa: {name}", "noqa: {group}", "noqa: {alias}"].map(
    line,
  ),
  ...["noqa: {glob}", "noqa: {group}*", "noqa: [A-Z]?01", "noqa: [!A-Z]*", "noqa: *", "noqa: core"].map(line),
  ...["noqa: all", "noqa: ALL", "noqa: PRS", "noqa: XX99", "noqa: LT*", "NOQA", "Noqa: {code}"].map(line),
  ...[
    "noqa {code}",
    "noqa because",
    "noqabc",
    "noqa; {code}",
    "noqa={code}",
    "noqa:disable",
    "noqa: enable",
  ].map(line),
  ...["noqa: disable={code}", "noqa: disable=all", "noqa: disable= all", "noqa: disable=LT01"].map(line),
  ...["noqa: disable={name},LT01", "noqa: disable={glob}", "noqa: disable=", "noqa: disable ={code}"].map(
    line,
  ),
  ...["noqa: off={code}", "noqa: enable={code}", "noqa: enable=all", "noqa: {code}=disable"].map(line),
  ...["why -- noqa", "why -- noqa: {code}", "noqa -- why", "noqa: {code} -- why", "noqa: LT01 -- noqa"].map(
    line,
  ),
  "@ --noqa",
  "@ ---- noqa",
  "@ --- noqa",
  "@ /* noqa */",
  "@ /* noqa: {code} */",
  "@ /*noqa*/",
  "@ /* why -- noqa */",
  "@ /* /* noqa */ */",
  "@ /* noqa: LT01 */",
  "/* noqa */ @",
  "/*\nnoqa */ @",
  "/* noqa\n*/ @",
  "/* why\n   noqa: disable=all\n*/\n@",
  "-- noqa\n@",
  "@\n-- noqa",
  "@ -- noqa\n@",
  "@\n@ -- noqa: {code}\n@",
  "@2 -- noqa",
  "@2 -- noqa\n@",
  "@ -- noqa: LT01\n@ -- noqa: {code}",
  "@\n-- noqa: disable={code}\n@\n@\n-- noqa: enable={code}\n@",
  "@\n-- noqa: disable=all\n@\n-- noqa: enable={code}\n@",
  "-- noqa: disable={code}\n@\n-- noqa: enable=all\n@",
  "-- noqa: disable={code}\n@\n-- noqa: enable=LT01\n@",
  "-- noqa: disable=LT01\n@\n-- noqa: enable={code}\n@",
  "-- noqa: enable={code}\n@\n-- noqa: disable={code}\n@",
  "-- noqa: disable={code}\n-- noqa: disable={code}\n@\n-- noqa: enable={code}\n@",
  "@ -- noqa: disable={code}\n@\n@ -- noqa: enable={code}\n@",
  "-- noqa: disable=all\n@ -- noqa: enable=all\n@",
  "-- noqa: disable=all\n@ -- noqa {code}\n",
  "SELECT '-- noqa';\n@",
  "SELECT '-- noqa: disable=all'; @",
  "SELECT '\n-- noqa: disable=all\n';\n@",
  'SELECT "-- noqa"; @',
  "@\n#",
  "@\n# -- noqa",
  "@\n# -- noqa: PRS",
  "@\n# -- noqa: {code}",
  "-- noqa: disable=PRS\n@\n#",
  "-- noqa: disable=all\n@\n#",
];

function line(comment: string): string {
  return `@ -- ${comment}`;
}

/** Options under which the scripts are linted, with `--rules {code}`. */
export const NOQA_OPTIONS: readonly (readonly string[])[] = [
  [],
  ["--disable-noqa"],
  ["--disable-noqa-except", "{code}"],
  ["--disable-noqa-except", "{group},PRS"],
  ["--disable-noqa-except", "LT01"],
  ["--disable-noqa", "--disable-noqa-except", "PRS"],
  ["--ignore", "parsing"],
  ["--ignore", "linting"],
];

/** A run of the program in a directory of its own. */
export interface Run {
  files?: Readonly<Record<string, string>>;
  args: readonly string[];
  stdin?: string;
  cwd?: string;
}

const RULE = ["--rules", "{code}", "--dialect", "postgres"];
const LINT = ["lint", ...RULE];
const FIX = ["fix", ...RULE];
const ini = (...lines: readonly string[]) => `[sqlfluff]\n${lines.join("\n")}\n`;
const A = { "a.sql": "@\n" };
const CLEAN = "SELECT 1 FROM x;\n";

/** Runs whose exit codes, violations and written files have to agree. */
export const RUNS: readonly Run[] = [
  // Targets and exit codes.
  { files: A, args: [...LINT, "a.sql"] },
  { files: A, args: [...LINT, "."] },
  { files: A, args: [...LINT, "a.sql", "--nofail"] },
  { files: { "a.sql": CLEAN }, args: [...LINT, "a.sql"] },
  { files: { "a.sql": "#\n" }, args: [...LINT, "a.sql"] },
  { files: { "a.sql": "" }, args: [...LINT, "a.sql"] },
  { args: [...LINT, "nope.sql"] },
  { args: [...LINT, "."] },
  { files: { "a.txt": "@" }, args: [...LINT, "a.txt"] },
  { files: { "a.DDL": "@", "b.sql.j2": "@" }, args: [...LINT, "."] },
  { files: A, args: [...LINT, "-", "a.sql"] },
  { args: [...LINT, "-"], stdin: "@\n" },
  { args: [...LINT, "-"], stdin: CLEAN },
  {
    args: [...LINT, "-", "--stdin-filename", "d/x.sql"],
    stdin: "@\n",
    files: { "d/.sqlfluff": ini("warnings = {code}") },
  },
  {
    args: [...LINT, "-", "--stdin-filename", "x.sql"],
    stdin: "@\n",
    files: { ".sqlfluffignore": "x.sql\n" },
  },
  { args: ["lint", "--format", "yml", "."] },
  { args: ["lint", "--frobnicate"] },
  { args: ["frobnicate"] },
  { args: ["lint", "--templater", "foo", "."] },
  { args: ["lint", "--annotation-level", "foo", "."] },
  { args: ["lint", "--dialect", "foo", "."] },
  { args: [...LINT, "--config", "nope.cfg", "."] },
  { args: [...LINT, "--config", ".", "."] },
  { args: [...LINT, "-q", "-v", "."] },
  { files: A, args: [...LINT, "-q", "."] },
  { files: A, args: [...LINT, "--processes", "0", "--disable-progress-bar", "."] },
  { files: A, args: [...LINT, "--logger", "Linter", "."] },
  { files: A, args: [...LINT, "--logger", "bogus", "."] },
  { args: ["version"] },
  { args: ["rules"] },
  { args: ["dialects"] },
  { args: ["--version"] },
  { args: ["--help"] },
  // What configuration says.
  { files: { ...A, ".sqlfluff": ini("rules = {code}", "dialect = postgres") }, args: ["lint", "."] },
  {
    files: {
      ...A,
      ".sqlfluff": ini(
        "dialect = postgres",
        "exclude_rules =",
        "  LT01,",
        "  # no",
        "  {code}",
        "rules = {code}, LT01",
      ),
    },
    args: ["lint", "a.sql"],
  },
  {
    files: { ...A, "pyproject.toml": '[tool.sqlfluff.core]\nrules = "{code}"\nwarnings = ["{code}"]\n' },
    args: ["lint", "-d", "postgres", "."],
  },
  {
    files: { ...A, "setup.cfg": ini("warnings = {code}"), "tox.ini": ini("warnings = PRS") },
    args: [...LINT, "."],
  },
  {
    files: { ...A, "tox.ini": ini("warnings = {code}"), ".sqlfluff": ini("exclude_rules = None") },
    args: [...LINT, "."],
  },
  { files: { ...A, ".sqlfluff": ini("warnings = {name}") }, args: [...LINT, "."] },
  { files: { ...A, ".sqlfluff": ini("warnings = {group}") }, args: [...LINT, "."] },
  { files: { "a.sql": "@\n#\n", ".sqlfluff": ini("warnings = PRS") }, args: [...LINT, "."] },
  { files: { "a.sql": "#\n", ".sqlfluff": ini("warnings = PRS") }, args: [...LINT, "."] },
  { files: { "a.sql": "@\n#\n", ".sqlfluff": ini("ignore = parsing") }, args: [...LINT, "."] },
  { files: { "a.sql": "@\n#\n", ".sqlfluff": ini("ignore = linting, parsing") }, args: [...LINT, "."] },
  { files: { ...A, "d/b.sql": "@\n", "d/.sqlfluff": ini("warnings = {code}") }, args: [...LINT, "."] },
  {
    files: { ".sqlfluff": ini("warnings = {code}"), "d/b.sql": "@\n", "d/.sqlfluff": ini("warnings = None") },
    args: [...LINT, "."],
  },
  {
    files: { ...A, ".sqlfluff": ini("exclude_rules = {code}") },
    args: [...LINT, "--ignore-local-config", "."],
  },
  {
    files: { ...A, ".sqlfluff": ini("warnings = LT01"), "x.cfg": ini("warnings = {code}") },
    args: [...LINT, "--config", "x.cfg", "."],
  },
  { files: { ...A, ".sqlfluff": ini("exclude_rules = {code}") }, args: [...LINT, "-e", "LT01", "."] },
  { files: A, args: [...LINT, "-e", "{glob}", "."] },
  { files: A, args: [...LINT, "-e", "{group}", "."] },
  { files: A, args: ["lint", "-d", "postgres", "--rules", "{glob}", "--exclude-rules", "{alias}", "."] },
  { files: A, args: ["lint", "-d", "postgres", "--rules", "XX99", "."] },
  { files: A, args: ["lint", "-d", "postgres", "--rules", "XX99,{alias}", "."] },
  {
    files: { "a.psql": "@\n", "b.sql": "@\n", ".sqlfluff": ini("sql_file_exts = .PSQL") },
    args: [...LINT, "."],
  },
  { files: { ...A, ".sqlfluff": ini("large_file_skip_byte_limit = 5") }, args: [...LINT, "."] },
  {
    files: { ...A, ".sqlfluff": ini("large_file_skip_byte_limit = 5", "large_file_skip_fail = True") },
    args: [...LINT, "."],
  },
  { args: [...LINT, "-"], stdin: "@\n", files: { ".sqlfluff": ini("large_file_skip_byte_limit = 5") } },
  { args: [...LINT, "-"], stdin: "@\n", files: { ".sqlfluff": ini("large_file_skip_char_limit = 5") } },
  { files: { "a.sql": "-- sqlfluff:warnings:{code}\n@\n" }, args: [...LINT, "."] },
  { files: { "a.sql": "--sqlfluff:exclude_rules:{code}\n@\n" }, args: [...LINT, "."] },
  { files: { "a.sql": "-- sqlfluff:exclude_rules={code}\n@\n" }, args: [...LINT, "."] },
  { files: { ...A, ".sqlfluff": "[sqlfluff]\n[sqlfluff:rules:{code}]\nx = 1\n" }, args: [...LINT, "."] },
  { files: { ...A, ".sqlfluff": ini("disable_noqa = True"), "b.sql": "@ -- noqa\n" }, args: [...LINT, "."] },
  // Ignored files.
  { files: { ...A, "b.sql": "@", ".sqlfluffignore": "a.sql\n" }, args: [...LINT, "."] },
  { files: { ...A, ".sqlfluffignore": "a.sql\n" }, args: [...LINT, "a.sql"] },
  { files: { ...A, ".sqlfluffignore": "a.sql\n" }, args: [...LINT, "--disregard-sqlfluffignores", "a.sql"] },
  {
    files: { "d/a.sql": "@", "d/b.sql": "@", "e/a.sql": "@", "d/.sqlfluffignore": "/a.sql\n" },
    args: [...LINT, "."],
  },
  { files: { "d/a.sql": "@", "e/d/a.sql": "@", ".sqlfluffignore": "/d/\n" }, args: [...LINT, "d", "e"] },
  {
    files: { "d/a.sql": "@", "d/b.sql": "@", ".sqlfluffignore": "# no\n*.sql\n!b.sql\n" },
    args: [...LINT, "d"],
  },
  {
    files: { "a.sql": "@", "v/b.sql": "@", ".sqlfluff": ini("ignore_paths = v/,x.sql") },
    args: [...LINT, "."],
  },
  {
    files: {
      "a.sql": "@",
      "v/b.sql": "@",
      "pyproject.toml": '[tool.sqlfluff.core]\nignore_paths = ["v/**"]\n',
    },
    args: [...LINT, "."],
  },
  { files: { "d/e/a.sql": "@", "d/.sqlfluffignore": "e/\n" }, args: [...LINT, "d/e/a.sql"] },
  // Fixes.
  { files: A, args: [...FIX, "a.sql"] },
  { files: { "a.sql": CLEAN }, args: [...FIX, "a.sql"] },
  { files: { "a.sql": "@ -- noqa\n@\n" }, args: [...FIX, "a.sql"] },
  { files: { "a.sql": "@ -- noqa\n" }, args: [...FIX, "a.sql"] },
  {
    files: { "a.sql": "-- noqa: disable={code}\n@\n-- noqa: enable=all\n@\n" },
    args: [...FIX, "--disable-noqa", "a.sql"],
  },
  { files: { "a.sql": "@\n#\n" }, args: [...FIX, "a.sql"] },
  { files: { "a.sql": "@\n#\n", "b.sql": "@\n" }, args: [...FIX, "."] },
  { files: { "a.sql": "@\n@ -- noqa {code}\n" }, args: [...FIX, "."] },
  { files: { ...A, ".sqlfluff": ini("warnings = {code}") }, args: [...FIX, "."] },
  { files: { ...A, ".sqlfluff": ini("ignore = linting") }, args: [...FIX, "."] },
  { files: A, args: [...FIX, "-x", "_new", "."] },
  { files: { ...A, ".sqlfluff": ini("fixed_suffix = .new") }, args: [...FIX, "."] },
  { files: A, args: [...FIX, "--show-lint-violations", "."] },
  { files: A, args: [...FIX, "-q", "."] },
  { files: A, args: [...FIX, "--force", "."] },
  { args: [...FIX, "-"], stdin: "@\n" },
  { args: [...FIX, "-"], stdin: CLEAN },
  { args: [...FIX, "-"], stdin: "@\n#\n" },
  { args: [...FIX, "-"], stdin: "@ -- noqa\n@\n" },
  { args: [...FIX, "nope.sql"] },
];
