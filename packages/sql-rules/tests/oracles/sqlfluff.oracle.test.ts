import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { coerce, type Value } from "../../src/sqlfluff/config/values.js";
import { readIni } from "../../src/sqlfluff/config/ini.js";
import { FORMATS } from "../../src/sqlfluff/formats/index.js";
import { globMatches } from "../../src/sqlfluff/glob.js";
import { formatDifferences } from "../sqlfluff/shapes.js";
import { codesOf, orchestratorSql, writeFiles, type Outcome } from "../sqlfluff/support.js";
import {
  NOQA_OPTIONS,
  NOQA_SCRIPTS,
  OURS,
  RUNS,
  speak,
  THEIRS,
  type Dialogue,
  type Run,
} from "./sqlfluff-cases.js";
import { installSqlfluff } from "./sqlfluff.js";

const FULL = process.env.ORACLES === "full";
const sqlfluff = installSqlfluff();

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "sqlfluff-oracle-"));
  directories.push(directory);
  // The end of the repository for one tool, and nothing for the other.
  writeFiles(directory, { ...files, ".git/HEAD": "" });
  return directory;
}

type Tool = (args: readonly string[], input: { cwd: string; stdin?: string | undefined }) => Promise<Outcome>;
const ours: Tool = (args, { cwd, stdin }) => orchestratorSql([...args], cwd, stdin);
const theirs: Tool = sqlfluff.run;

const spoken = (texts: readonly string[], dialogue: Dialogue) => texts.map((text) => speak(text, dialogue));
/** The same code for both tools' rule. */
const neutral = (text: string) => text.replaceAll(/\b(?:CP01|OR01)\b/g, "XX01");

describe("noqa", () => {
  // A folder each, so that no script belongs to another one's migrations.
  const filesOf = (scripts: readonly string[], dialogue: Dialogue) =>
    Object.fromEntries(
      scripts.map((script, index) => [
        `case-${String(index).padStart(3, "0")}/script.sql`,
        `${speak(script, dialogue, String(index))}\n`,
      ]),
    );

  async function violations(tool: Tool, dialogue: Dialogue, options: readonly string[]) {
    const cwd = directoryWith(filesOf(NOQA_SCRIPTS, dialogue));
    const args = ["lint", ".", "-d", "postgres", "--format", "json", "--rules", "{code}", ...options];
    const { code, out } = await tool(spoken(args, dialogue), { cwd });
    const files = JSON.parse(out) as {
      filepath: string;
      violations: { start_line_no: number; code: string; warning: boolean }[];
    }[];
    return {
      code,
      files: files.map((file, index) => ({
        script: NOQA_SCRIPTS[index],
        found: file.violations
          .map((found) => neutral(`${found.start_line_no} ${found.code}${found.warning ? " warning" : ""}`))
          .sort(),
      })),
    };
  }

  const chosen = NOQA_OPTIONS.filter((_, index) => FULL || index < 3);

  it.each(chosen.map((options) => [options.join(" "), options] as const))("with '%s'", async (_, options) => {
    const [expected, actual] = await Promise.all([
      violations(theirs, THEIRS, options),
      violations(ours, OURS, options),
    ]);
    expect(expected.files).toHaveLength(NOQA_SCRIPTS.length);
    expect(actual).toEqual(expected);
  });

  it("comments without use", async () => {
    // One about another rule may serve sqlfluff, so nothing is said about it here.
    const scripts = NOQA_SCRIPTS.filter((script) => !/LT|XX|ALL|\[|disable=$|\*/.test(script));
    const unused = async (tool: Tool, dialogue: Dialogue) => {
      const args = ["lint", ".", "-d", "postgres", "--rules", "{code}", "--warn-unused-ignores"];
      const { out } = await tool(spoken(args, dialogue), { cwd: directoryWith(filesOf(scripts, dialogue)) });
      return out
        .split(/^== /m)
        .slice(1)
        .map((block) => [
          scripts[Number(/\[case-(\d+)/.exec(block)?.[1])],
          codesOf(block)
            .filter((code) => code.includes("NOQA"))
            .sort(),
        ]);
    };
    const expected = await unused(theirs, THEIRS);
    expect(expected.flat(2).length).toBeGreaterThan(30);
    expect(await unused(ours, OURS)).toEqual(expected);
  });
});

describe("runs", () => {
  const chosen = RUNS.filter((_, index) => FULL || index % 6 === 0);

  it.each(chosen.map((run) => [JSON.stringify(run), run] as const))("%s", async (_, run) => {
    const [expected, actual] = await Promise.all([result(theirs, THEIRS, run), result(ours, OURS, run)]);
    expect(actual).toEqual(expected);
  });

  async function result(tool: Tool, dialogue: Dialogue, { files = {}, args, stdin, cwd = "." }: Run) {
    const before = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, speak(text, dialogue)]),
    );
    const directory = directoryWith(before);
    const { code, out } = await tool(spoken(args, dialogue), {
      cwd: join(directory, cwd),
      stdin: stdin === undefined ? undefined : speak(stdin, dialogue),
    });
    const lines = out.split("\n");
    const [command] = args;
    return {
      code,
      violations: codesOf(out).map(neutral),
      // What is said apart from violations, where both have the same to say.
      said:
        command === "lint" || command === "fix"
          ? lines.filter((line) => /^(?:==|\d+ fixable| {2}\[)/.test(line))
          : [],
      written: changes(directory, before),
      output: args.includes("-") && command === "fix" ? changedLines(speak(stdin ?? "", dialogue), out) : [],
    };
  }
});

/** Lines of the files in a directory that are not as they were, by file. */
function changes(directory: string, before: Readonly<Record<string, string>>): [string, number[]][] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sql"))
    .sort()
    .map((path): [string, number[]] => {
      const original = before[path] ?? before[path.replace(/[._]new(?=\.sql$)/, "")] ?? "";
      return [path, changedLines(original, readFileSync(join(directory, path), "utf8"))];
    });
}

function changedLines(before: string, after: string): number[] {
  const lines = after.split("\n");
  return before.split("\n").flatMap((line, index) => (line === lines[index] ? [] : [index + 1]));
}

describe("formats", () => {
  const script = "@\n@ -- noqa\n@2\n@ -- noqa: LT01\n";
  const files = {
    "a.sql": script,
    "b b.sql": "@\n#\n",
    "d/ok.sql": "SELECT 1 FROM x;\n",
    "e/w.sql": "@\n",
    "e/.sqlfluff": "[sqlfluff]\nwarnings = {code}\n",
  };

  it.each(FORMATS)("%s", async (format) => {
    const lint = (tool: Tool, dialogue: Dialogue) => {
      const cwd = directoryWith(
        Object.fromEntries(Object.entries(files).map(([path, text]) => [path, speak(text, dialogue)])),
      );
      const args = ["lint", ".", "-d", "postgres", "--rules", "{code}", "--format", format];
      return tool(spoken(args, dialogue), { cwd });
    };
    const [expected, actual] = await Promise.all([lint(theirs, THEIRS), lint(ours, OURS)]);
    const differences = formatDifferences[format]!;
    // A path with a blank is not a URI: there sqlfluff's SARIF is not what SARIF wants.
    const known =
      format === "sarif"
        ? [expect.stringContaining("uri is 'b b.sql'"), expect.stringContaining("uri is 'b b.sql'")]
        : [];
    expect(differences(expected.out)).toEqual(known);
    expect(differences(actual.out)).toEqual([]);
    expect(actual.code).toBe(expected.code);
  });
});

describe("sqlfluff's own functions", () => {
  const COUNT = FULL ? 5000 : 500;
  const random = generator(20_261_122);
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;

  it("read INI files the same way", () => {
    const line = () =>
      pick([
        ...[
          "[sqlfluff]",
          "[sqlfluff:rules:x.y]",
          "[other]",
          "[DEFAULT]",
          " [sqlfluff:in]",
          "[sqlfluff] tail",
        ],
        ...[
          "a = 1",
          "b=True",
          "A = x",
          "c = ",
          "d = 1.5",
          "e : 2",
          "f = g = h",
          "  indented",
          "\tx = 2",
          "   ",
        ],
        ...[
          "# comment",
          "; comment",
          "  # comment",
          "",
          "g = none",
          "h = '1'",
          "i = 1_000",
          "j = -2",
          "=",
          "k",
        ],
        ...["l = 1e3", "m = a # b", "n = a ; b", "o =\ta,", "  , b", "  [x]", "p = 01", "q = FALSE "],
      ]);
    const texts = Array.from({ length: COUNT }, () =>
      ["[sqlfluff]", ...Array.from({ length: random(8) }, line)].join(pick(["\n", "\n", "\r\n"])),
    );
    const script = `
import json, sys
from sqlfluff.core.config.ini import load_ini_string
def flat(value, path=()):
    for key, inner in value.items():
        if isinstance(inner, dict): yield from flat(inner, path + (key,))
        else: yield [":".join(path + (key,)), inner]
def read(text):
    try: return sorted(flat(load_ini_string(text.replace("\\r\\n", "\\n"))), key=lambda item: item[0])
    except Exception as error: return None
print(json.dumps([read(text) for text in json.load(sys.stdin)]))
`;
    const expected = sqlfluff.python(script, texts) as ([string, Value][] | null)[];
    const read = (text: string) => {
      try {
        return [...readIni(text)].sort(([a], [b]) => (a < b ? -1 : 1));
      } catch {
        return null;
      }
    };
    expect(expected.filter((values) => values === null).length).toBeGreaterThan(COUNT / 20);
    expect(texts.map((text) => [text, read(text)])).toEqual(
      texts.map((text, index) => [text, expected[index]]),
    );
  });

  it("guess types the same way", () => {
    const texts = [
      "1",
      " 2 ",
      "+3",
      "-4",
      "1_0",
      "1__0",
      "_1",
      "1.",
      ".5",
      "1e5",
      "1E-2",
      "1.5.2",
      "0x10",
      "true",
      " TRUE",
      "None",
      "nonE ",
      "null",
      "",
      " ",
      "a",
      "1a",
      "--1",
      "007",
    ];
    const script = `
import json, sys
from sqlfluff.core.config.ini import coerce_value
print(json.dumps([coerce_value(text) for text in json.load(sys.stdin)]))
`;
    expect(texts.map((text) => [text, coerce(text)])).toEqual(
      (sqlfluff.python(script, texts) as Value[]).map((value, index) => [texts[index], value]),
    );
  });

  it("match globs the same way", () => {
    const cases = Array.from({ length: COUNT * 4 }, () => ({
      pattern: Array.from({ length: random(7) }, () =>
        pick(["*", "?", "[ab]", "[!a]", "[a-c]", "[]a]", "[!]]", "[", "]", "!", "a", "b", "c", "."]),
      ).join(""),
      text: Array.from({ length: random(6) }, () => pick(["a", "b", "c", ".", "]", "["])).join(""),
    }));
    const script = `
import json, sys, fnmatch
print(json.dumps([fnmatch.fnmatchcase(case["text"], case["pattern"]) for case in json.load(sys.stdin)]))
`;
    const expected = sqlfluff.python(script, cases) as boolean[];
    expect(expected.filter(Boolean).length).toBeGreaterThan(COUNT / 20);
    expect(cases.map((one) => ({ ...one, matches: globMatches(one.pattern, one.text) }))).toEqual(
      cases.map((one, index) => ({ ...one, matches: expected[index] })),
    );
  });
});

/** A small deterministic generator (mulberry32): whole numbers below `limit`. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
