import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { FORMATS } from "../../src/sqlfluff/formats/index.js";
import { formatDifferences } from "./shapes.js";
import { BROKEN, CLEAN, JSON_COLUMN, workspace } from "./support.js";

const work = workspace();
const { write, run } = work;
const MIXED = {
  "b.sql": JSON_COLUMN,
  "a.sql": BROKEN,
  "ok.sql": CLEAN,
  "d/Ünï cödé.sql": 'CREATE TABLE "ä😀" (b json);\n',
  "t.sql": "SELEC {{ x }};\n",
};

describe.each(FORMATS)("%s", (format) => {
  const lint = (...args: string[]) => run(["lint", "--format", format, ...args]);

  it("looks as sqlfluff's does", async () => {
    write(MIXED);
    const { code, out, err } = await lint();
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(formatDifferences[format]!(out)).toEqual([]);
    if (format !== "none") for (const name of ["OR01", "PRS", "TMP"]) expect(out).toContain(name);
  });

  it("says nothing wrong about a clean tree", async () => {
    write({ "ok.sql": CLEAN });
    const { code, out } = await lint();
    expect(code).toBe(0);
    expect(formatDifferences[format]!(out)).toEqual([]);
    expect(formatDifferences[format]!((await lint("--ignore", "linting")).out)).toEqual([]);
  });

  it("goes into a file under --write-output", async () => {
    write(MIXED);
    const { code, out } = await lint("--write-output", "report");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    const file = join(work.directory, "report");
    if (format === "none") expect(existsSync(file)).toBe(false);
    else expect(formatDifferences[format]!(readFileSync(file, "utf8"))).toEqual([]);
  });
});

describe("json", () => {
  it("has sqlfluff's keys, order and spacing", async () => {
    write({ "b.sql": JSON_COLUMN, "a.sql": BROKEN, "ok.sql": CLEAN });
    const { code, out } = await run(["lint", "b.sql", "a.sql", "ok.sql", "--format", "json"]);
    expect(code).toBe(1);
    const statistics = (characters: number) =>
      `"statistics": {"source_chars": ${characters}, "templated_chars": ${characters}, "segments": N, "raw_segments": N}, "timings": {"templating": 0, "lexing": 0, "parsing": 0, "linting": N}`;
    const prs = `{"start_line_no": 2, "start_line_pos": 1, "code": "PRS", "description": "Line 2, Position 1: Found unparsable section: 'SELEC 2'. This statement could not be read, so nothing in it was checked: syntax error at or near \\"SELEC\\".", "name": "", "warning": false, "start_file_pos": 10, "end_line_no": 2, "end_line_pos": 6, "end_file_pos": 15}`;
    const or01 = `{"start_line_no": 1, "start_line_pos": 19, "code": "OR01", "description": "Column a.b is json: PostgreSQL keeps it as text, parses it again at every read, and has no GIN operator class for it.", "name": "orchestrator.prefer_jsonb", "warning": false, "fixes": [{"type": "replace", "edit": "jsonb", "start_line_no": 1, "start_line_pos": 19, "start_file_pos": 18, "end_line_no": 1, "end_line_pos": 23, "end_file_pos": 22}], "start_file_pos": 18, "end_line_no": 1, "end_line_pos": 23, "end_file_pos": 22}`;
    expect(out.replaceAll(/("(?:segments|raw_segments|linting)": )[\d.e-]+/g, "$1N")).toBe(
      `[{"filepath": "a.sql", "violations": [${prs}], ${statistics(19)}}, ` +
        `{"filepath": "b.sql", "violations": [${or01}], ${statistics(25)}}, ` +
        `{"filepath": "ok.sql", "violations": [], ${statistics(26)}}]\n`,
    );
  });

  it("counts characters as Python does, a line end as one, and escapes what is not ASCII", async () => {
    const { out } = await run(["lint", "-", "--format", "json"], {
      stdin: '\ufeffSELECT 1;\r\nSELECT 2;\rCREATE TABLE "😀" (é json);',
    });
    expect(out).toContain("Column \\ud83d\\ude00.\\u00e9 is json");
    expect(JSON.parse(out)).toMatchObject([
      {
        violations: [
          {
            start_line_no: 3,
            start_line_pos: 21,
            start_file_pos: 40,
            end_line_no: 3,
            end_line_pos: 25,
            end_file_pos: 44,
          },
        ],
        statistics: { source_chars: 46 },
      },
    ]);
  });

  it("is the same in YAML", async () => {
    write(MIXED);
    const untimed = (files: unknown) => (files as object[]).map((file) => ({ ...file, timings: undefined }));
    const json = JSON.parse((await run(["lint", "-f", "json"])).out) as unknown;
    const yaml = parse((await run(["lint", "-f", "yaml"])).out) as unknown;
    expect(untimed(yaml)).toEqual(untimed(json));
  });
});

describe("annotations", () => {
  it.each([
    ["notice", "notice", "::notice ", "info"],
    ["warning", "warning", "::warning ", "major"],
    ["failure", "failure", "::error ", "critical"],
    ["error", "failure", "::error ", "critical"],
  ])("have level %s", async (level, annotation, command, severity) => {
    write({ "a.sql": JSON_COLUMN });
    const lint = async (format: string) =>
      (await run(["lint", "-f", format, "--annotation-level", level])).out;
    expect(JSON.parse(await lint("github-annotation"))).toMatchObject([{ annotation_level: annotation }]);
    expect(await lint("github-annotation-native")).toContain(`\n${command}title=`);
    expect(JSON.parse(await lint("gitlab"))).toMatchObject([{ severity }]);
  });

  it("are notices for rules that only warn", async () => {
    write({ "a.sql": JSON_COLUMN, ".sqlfluff": "[sqlfluff]\nwarnings = OR01\n" });
    const lint = async (format: string) =>
      (await run(["lint", "-f", format, "--annotation-level", "error"])).out;
    expect(JSON.parse(await lint("github-annotation"))).toMatchObject([{ annotation_level: "notice" }]);
    expect(await lint("github-annotation-native")).toContain("\n::notice title=");
    expect(JSON.parse(await lint("gitlab"))).toMatchObject([{ severity: "info" }]);
    expect(JSON.parse(await lint("sarif"))).toMatchObject({ runs: [{ results: [{ level: "note" }] }] });
  });

  it("cannot be forged by a file's name", async () => {
    write({ "a\n::error ::x,y:z.sql": JSON_COLUMN });
    const { out } = await run(["lint", "-f", "github-annotation-native"]);
    expect(out.split("\n").map((line) => line.slice(0, 12))).toEqual([
      "::group::a%0",
      "::warning ti",
      "::endgroup::",
      "",
    ]);
    expect(out).toContain("file=a%0A%3A%3Aerror %3A%3Ax%2Cy%3Az.sql,line=1");
  });
});
