import { expect, it } from "vitest";
import { codeFrame, lineDiff } from "../src/index.js";

it("leaves out markers around the code", () => {
  const text = "a\n# ruleid: x\nb c\n# ^ ruleid: x\n# ok: x\nd\ne\n";
  const frame = codeFrame(text, { line: 3, column: 3, endLine: 3, endColumn: 4, message: "No c." });
  expect(frame).toBe("1 | a\n3 | b c\n  |   ^ No c.\n6 | d");
});

it("shows a long finding by its ends", () => {
  const text = Array.from({ length: 12 }, (_, index) => `  line ${index + 1}`).join("\n");
  const frame = codeFrame(text, { line: 2, column: 3, endLine: 11, endColumn: 7, message: "Long." });
  expect(frame.split("\n")).toEqual([
    " 1 |   line 1",
    " 2 |   line 2",
    "   |   ^^^^^^",
    " 3 |   line 3",
    "   |   ^^^^^^",
    " … |",
    "11 |   line 11",
    "   |   ^^^^ Long.",
    "12 |   line 12",
  ]);
});

it("shows a finding at the end of a text, and an empty one", () => {
  expect(codeFrame("a", { line: 1, column: 2, endLine: 1, endColumn: 2, message: "End." })).toBe(
    "1 | a\n  |  ^ End.",
  );
});

it("shows only the lines that differ", () => {
  expect(lineDiff("a\nb\nc\n", "a\nx\ny\nc\n")).toBe("2 - b\n2 + x\n3 + y");
  expect(lineDiff("a\nb\n", "a\n")).toBe("2 - b");
  expect(lineDiff("a", "a")).toBe("");
});
