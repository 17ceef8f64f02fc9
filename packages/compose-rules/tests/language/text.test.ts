import { expect, test } from "vitest";
import { literalPlaceOf, rangeOf, slice, type Text } from "../../src/language/text.js";
import { valueAt } from "../../src/language/value.js";
import { fileOf } from "../support/parse.js";

function textOf(source: string): Text {
  const value = valueAt(fileOf(source).documents[0], "k");
  if (value?.kind !== "scalar") throw new Error("no scalar");
  return value.text;
}

/** Where the file says what the value says: the source of each word of the value. */
function words(source: string): (string | undefined)[] {
  const text = textOf(source);
  return [...text.value.matchAll(/\S+/g)].map((match) => {
    const range = rangeOf(slice(text, match.index, match.index + match[0].length));
    return range && source.slice(...range);
  });
}

test.each([
  ["plain", "k: -Xms1g -Xmx2g\n", ["-Xms1g", "-Xmx2g"]],
  ["plain over several lines", "k: -Xms1g\n  -Xmx2g\n\n  c\n", ["-Xms1g", "-Xmx2g", "c"]],
  ["single quotes", "k: 'it''s -Xmx2g'\n", ["it''s", "-Xmx2g"]],
  ["double quotes", 'k: "a\\tb \\x41c \\"d\\" -Xmx2g"\n', ["a", "b", "\\x41c", '\\"d\\"', "-Xmx2g"]],
  ["a line continuation", 'k: "-Xms1g \\\n  -Xmx2g"\n', ["-Xms1g", "-Xmx2g"]],
  ["an astral escape", 'k: "\\U0001F600 -Xmx2g"\n', ["\\U0001F600", "-Xmx2g"]],
  ["a literal block", "k: |\n  -Xms1g\n    -Xmx2g\n", ["-Xms1g", "-Xmx2g"]],
  ["a folded block", "k: >-  # why\n  -Xms1g\n  -Xmx2g\n\n  c\n", ["-Xms1g", "-Xmx2g", "c"]],
  ["a block with an indicator", "k: |2+\n    a\n  b\n", ["a", "b"]],
  ["Windows line ends", "k: >-\r\n  -Xms1g\r\n  -Xmx2g\r\n", ["-Xms1g", "-Xmx2g"]],
])("each word of a scalar in %s knows its place", (_title, source, expected) => {
  expect(words(source)).toEqual(expected);
});

test("an escaped word is no literal, a plain one is", () => {
  const source = 'k: "\\x41b cd"\n';
  const text = textOf(source);
  expect(literalPlaceOf(slice(text, 0, 2))).toBeUndefined();
  expect(literalPlaceOf(slice(text, 3, 5))?.range).toEqual([10, 12]);
});
