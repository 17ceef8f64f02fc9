import { expect, it } from "vitest";
import { MAY_BE_COMPOSE } from "../../src/model/compose/requests.js";

it.each([
  ["services:\n  a: {}\n", true],
  ['{ "services": {} }', true],
  ['// the platform\n{\n  "name": "a",\n  "services": {}\n}', true],
  ["a: { services: 1 }\n", false],
  // The square of it would be minutes.
  [`{ "id": 1, "text": "${"y".repeat(60)}" },\n`.repeat(20_000), false],
])("a Compose file is told by its text", (text, expected) => {
  expect(MAY_BE_COMPOSE.test(text)).toBe(expected);
});
