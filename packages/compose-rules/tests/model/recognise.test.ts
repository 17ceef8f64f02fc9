import { expect, it } from "vitest";
import { openText } from "../../src/language/open.js";
import { isCompose, mayBeCompose } from "../../src/model/compose/recognise.js";

it.each([
  ["services:\n  a: {}\n", true],
  ['{ "services": {} }', true],
  ["{ services: {} }", true],
  ["# the platform\n--- { services: {} }", true],
  ['// the platform\n{\n  "name": "a",\n  "services": {}\n}', true],
  ["  name: a\n  services: {}\n", true],
  ["\uFEFFservices: {}\n", true],
  ["? services\n: {}\n", true],
  ["a: { services: 1 }\n", false],
  ["jobs:\n  services: {}\n", false],
  // Looked at in a square of the time, or by going back as often as there are characters, these never end.
  [`{ "id": 1, "text": "${"y".repeat(60)}" },\n`.repeat(20_000), false],
  [" ".repeat(20_000_000), false],
  ["// {\n".repeat(2_000_000), false],
])("a Compose file is told by its text", (text, expected) => {
  expect(mayBeCompose(text)).toBe(expected);
});

it.each([
  ["services: &all { a: *all, b: { image: c } }", true],
  ["services: { a: text, b: { image: c } }", false],
  ["services: { a: { class: B } }", false],
])("and by its values, those aside that cannot be read: %s", (text, expected) => {
  const file = openText({ path: "/project/a.yaml", text });
  expect("error" in file ? file : isCompose(file)).toBe(expected);
});
