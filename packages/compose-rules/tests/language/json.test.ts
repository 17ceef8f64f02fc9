import { expect, test } from "vitest";
import { rangeOf, slice } from "../../src/language/text.js";
import { valueAt } from "../../src/language/value.js";
import { fileOf } from "../support/parse.js";

const open = (source: string) => fileOf(source, "/project/compose.json");

test("JSON opens as the same values as YAML", () => {
  const [root] = open('{"a": {"b": [1, "22:22", null, true, 1e3, -1]}}').documents;
  const list = valueAt(root, "a", "b");
  const items = list?.kind === "sequence" ? list.items : [];
  expect(items.map((item) => item.kind === "scalar" && item.value)).toEqual([1, "22:22", null, true, 1000, -1]); // prettier-ignore
  expect(items.map((item) => item.kind === "scalar" && item.text.value)).toEqual(["1", "22:22", "null", "true", "1e3", "-1"]); // prettier-ignore
});

test("each character of a string knows its place, through escapes", () => {
  const source = String.raw`{"k": "a\u0062 \"c\" \ud83d\ude00 -Xmx2g"}`;
  const value = valueAt(open(source).documents[0], "k");
  const text = value?.kind === "scalar" ? value.text : undefined;
  const words = [...(text?.value.matchAll(/\S+/g) ?? [])].map(({ index, 0: word }) => {
    const range = text && rangeOf(slice(text, index, index + word.length));
    return range && source.slice(...range);
  });
  expect(text?.value).toBe('ab "c" 😀 -Xmx2g');
  expect(words).toEqual([String.raw`a\u0062`, String.raw`\"c\"`, String.raw`\ud83d\ude00`, "-Xmx2g"]);
});

test("a key that stands twice is a problem, and << is a plain key", () => {
  const file = open('{"a": 1, "a": 2, "<<": {"b": 1}}');
  const [root] = file.documents;
  expect(root?.kind === "mapping" ? [...root.entries.keys()] : []).toEqual(["a", "<<"]);
  expect(file.problems).toMatchObject([{ message: 'Key "a" stands twice.', place: { range: [9, 12] } }]);
});
