import { describe, expect, it } from "vitest";
import { parseHeader, parseMarkers } from "../src/index.js";

describe("parseMarkers", () => {
  it.each([
    ["#", ""],
    ["--", ""],
    ["//", ""],
    ["/*", " */"],
    ["/**", " */"],
    ["<!--", " -->"],
  ])("reads comments that begin with %s", (open, close) => {
    const text = `  ${open} ruleid: one, two${close}\n  code\n${open}  ^^^ ruleid: one "a "part""${close}\n${open}ok:one${close}\n\n`;
    const start = open.length + 3;
    expect(parseMarkers(text)).toEqual({
      expectations: [
        { kind: "ruleid", id: "one", line: 2, columns: { start, end: start + 3 }, message: 'a "part"' },
        { kind: "ruleid", id: "two", line: 2 },
        { kind: "ok", id: "one", line: 5 },
      ],
      problems: [],
    });
  });

  it("reads a stack of markers as speaking about the same line", () => {
    const { expectations } = parseMarkers("# ruleid: a\r\n# todook: b\r\ncode\r\n");
    expect(expectations.map(({ line }) => line)).toEqual([3, 3]);
  });

  it("refuses in Semgrep's layout what Semgrep's tester would read otherwise", () => {
    const problems = (text: string) => parseMarkers(text, true).problems.map(({ message }) => message);
    expect(problems("# ruleid: a\ncode\n# ^^^ ruleid: a\n")).toEqual([]);
    expect(problems("# ruleid: a\n# ok: b\ncode\n")).toEqual([expect.stringContaining("very next line")]);
    expect(problems("code\n# ^^^ ruleid: a\n")).toEqual([expect.stringContaining("skips caret lines")]);
  });

  it.each([
    ["# ruleid: a b\ncode", "is no rule id"],
    ["# ruleid:\ncode", "is no rule id"],
    ["code\n# ^^^ rulid: a\n", "A caret line reads"],
    ["# ^^^ ruleid: a\n", "directly above"],
    ["# ok: a\n# ^^^ ruleid: a\ncode\n", "directly above"],
  ])("complains about %j", (text, message) => {
    expect(parseMarkers(text).problems[0]?.message).toContain(message);
  });

  it("leaves ordinary comments and text alone", () => {
    const text = "# looks ok: we are fine\n# see ^^^ above\nruleid: a\n-- > arrow\n";
    expect(parseMarkers(text)).toEqual({ expectations: [], problems: [] });
  });
});

describe("parseHeader", () => {
  it("reads any comment syntax, down to the first code", () => {
    const text =
      '\uFEFF/*\n * @options [1]\n */\n\n-- @settings {"a": 2}\n<!-- @changes 3 -->\n# @filename b/c.sql\n';
    expect(parseHeader(`${text}code\n# @options [4]\n`)).toEqual({
      header: { options: [1], settings: { a: 2 }, changes: 3, filename: "b/c.sql" },
      problems: [],
    });
  });

  it.each([
    "@options {}",
    "@settings []",
    "@changes 1.5",
    "@filename /etc/passwd",
    "@filename a/../../b",
    "@options [",
  ])("refuses %s", (line) => {
    expect(parseHeader(`# ${line}\n`)).toMatchObject({ header: {}, problems: [{ kind: "malformed" }] });
  });
});
