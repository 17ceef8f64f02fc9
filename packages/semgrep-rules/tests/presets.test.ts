import { expect, it } from "vitest";
import { loadRules, shippedRules } from "../src/index.js";

it("the rules that are shipped are those of the rule files", () => {
  expect(shippedRules().sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(loadRules());
});
