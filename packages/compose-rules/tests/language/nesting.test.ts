import { describe, expect, test } from "vitest";
import { isTooDeep, withinLevels } from "../../src/language/nesting.js";
import { openText } from "../../src/language/open.js";
import { yamlParser } from "../../src/language/yaml-parser.js";

const repeat = (count: number, text: string) => text.repeat(count);
const steps = (count: number) =>
  Array.from({ length: count }, (_, level) => `${repeat(level, " ")}a:\n`).join("");

describe.each([
  ["compose.yaml", (count: number) => `a: ${repeat(count, "[")}${repeat(count, "]")}\n`],
  ["compose.yaml", (count: number) => `${repeat(count, "- ")}a\n`],
  ["compose.yaml", (count: number) => `${repeat(count, "? ")}a\n`],
  ["compose.yaml", (count: number) => `[${repeat(count, "a: ")}]\n`],
  ["compose.yaml", steps],
  ["compose.json", (count: number) => `${repeat(count, '{"a":')}1${repeat(count, "}")}\n`],
])("%s, %o", (path, text) => {
  test("is read to some hundred levels, or has a mistake of syntax", () => {
    const opened = openText({ path, text: text(300) });
    expect("error" in opened ? opened.error : "").not.toMatch(/stack|nested too deeply/);
  });

  test.each([500, 3_000])("is not parsed with %i levels", (count) => {
    expect(openText({ path, text: text(count) })).toEqual({
      error: "it is nested too deeply to be read",
    });
  });
});

test("what is beside one another is in no level", () => {
  const item = '  - { a: [1], "b": { c: d } }\n    # [ is closed ]\n';
  expect(isTooDeep(`items:\n${repeat(5_000, item)}`)).toBe(false);
  expect(isTooDeep(`${repeat(5_000, "a:\n  - b\n")}${repeat(5_000, "\n\n")}`)).toBe(false);
  expect(isTooDeep(`{ ${repeat(5_000, "a: 1, ")} }`)).toBe(false);
  expect(isTooDeep(repeat(1_000_000, " \n"))).toBe(false);
});

test("parsers of a linter refuse what is too deep as they do what has a mistake", () => {
  const text = `a: ${repeat(20_000, "[")}`;
  expect(() => yamlParser.parseForESLint(text)).toThrow(SyntaxError);
  expect(() => withinLevels(yamlParser).parseForESLint(text)).toThrow("nested too deeply");
});
