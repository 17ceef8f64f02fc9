import { describe, expect, it } from "vitest";
import { install, parseSemgrepJson, runSemgrep, toFindings, type SemgrepJson } from "../src/index.js";
import { locator } from "../src/positions.js";
import { project } from "./support.js";

const bytes = (text: string) => Buffer.from(text, "utf8");

describe("locator", () => {
  it("counts UTF-16 units where Semgrep counts bytes", () => {
    const at = locator(bytes('é = "😀"; x\ny'));
    expect(at.position(12)).toEqual({ line: 1, column: 10 });
    expect(at.offset(12)).toBe(9);
    expect(at.position(15)).toEqual({ line: 2, column: 1 });
    expect(at.offset(15)).toBe('é = "😀"; x\n'.length);
  });

  it("leaves a byte order mark out and keeps carriage returns in", () => {
    const at = locator(bytes("\uFEFFa\r\nbc"));
    expect(at.position(3)).toEqual({ line: 1, column: 1 });
    expect(at.offset(6)).toBe(3);
    expect(at.position(7)).toEqual({ line: 2, column: 2 });
    expect(at.lineText(1)).toBe("a");
  });

  it("answers for any order of questions and for places outside the file", () => {
    const at = locator(bytes("äöü äöü"));
    expect([9, 2, 0, 7, 99, -1].map((byte) => at.position(byte).column)).toEqual([6, 2, 1, 5, 8, 1]);
    expect(at.byteOf(7, 1)).toBe(bytes("äöü äöü").length);
    expect(locator(new Uint8Array()).position(5)).toEqual({ line: 1, column: 1 });
  });

  it("counts bytes that are no UTF-8 as the replacement characters an editor shows", () => {
    const broken = Buffer.from([0x61, 0xff, 0xfe, 0x62]);
    expect(locator(broken).position(3)).toEqual({ line: 1, column: 4 });
  });
});

const RULE = `rules:
  - id: call
    languages: [python]
    severity: WARNING
    message: m
    pattern: mark(...)
    fix: marked()
`;

describe("against real output", async () => {
  const semgrep = await install();
  const scanned = async (content: Uint8Array): Promise<[SemgrepJson, ReturnType<typeof toFindings>]> => {
    const cwd = project({ "rule.yaml": RULE, "a.py": content });
    const json = await runSemgrep({ cwd, configs: ["rule.yaml"], targets: ["a.py"], semgrep });
    return [json, toFindings(json, () => content)];
  };

  it.each([
    ["ASCII", "x = 1\nmark(1)\n"],
    ["two, three and four byte characters", 'é = "€😀"; mark("é😀")\n  \nß = mark(\n  "𝔘",\n)\n'],
    ["byte order mark on the first line", '\uFEFFé = 1; mark("😀")\nmark(2)\n'],
    ["CRLF", 'x = "😀"\r\nif x:\r\n    é = mark(\r\n        1)\r\n'],
    ["tabs and form feeds", '\fx = "\f😀"; mark(1)\nif x:\n\tmark(2)\n'],
    ["no newline at the end", 'ü = mark("ü")'],
    ["line separators that are no line breaks to Python", 'x = "\u2028\u0085"; mark(1)\n'],
  ])("%s", async (_, text) => {
    const [json, findings] = await scanned(bytes(text));
    expect(findings).toHaveLength(text.split("mark(").length - 1);
    const plain = text.replace(/^\uFEFF/u, "");
    const lines = plain.split("\n");
    for (const finding of findings) {
      const found = plain.slice(...finding.range);
      expect(found).toMatch(/^mark\([^)]*\)$/u);
      expect(finding.fix).toEqual({ range: finding.range, text: "marked()" });
      expect(lines[finding.line - 1]?.slice(finding.column - 1)).toMatch(/^mark\(/u);
      expect(lines[finding.endLine - 1]?.slice(0, finding.endColumn - 1)).toMatch(/\)$/u);
    }
    expect(findings.map(({ line }) => line).sort()).toEqual(
      json.results.map(({ start }) => start.line).sort(),
    );
  });

  it("bytes that are no UTF-8", async () => {
    const content = Buffer.concat([bytes('x = "'), Buffer.from([0xe9, 0xff]), bytes('"; mark(1)\n')]);
    const [, [finding]] = await scanned(content);
    expect(content.toString("utf8").slice(...(finding?.range ?? [0, 0]))).toBe("mark(1)");
  });
});

it("refuses what is no result", () => {
  expect(() => parseSemgrepJson(bytes("Segmentation fault"))).toThrow();
  expect(() => parseSemgrepJson(bytes("{}"))).toThrow("no Semgrep result");
});
