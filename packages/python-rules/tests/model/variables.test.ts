import { expect, test } from "vitest";
import { Values } from "../../src/model/graph/values.js";
import { Variables } from "../../src/model/graph/variables.js";

test("a branch says what it changed, and leaves variables as they were", () => {
  const values = new Values();
  const [one, two] = [values.text("one"), values.text("two")];
  const vars = new Map([
    ["kept", one],
    ["gone", one],
  ]);
  const variables = new Variables(vars);
  variables.begin();
  variables.set("kept", two);
  variables.begin();
  variables.set("new", one);
  variables.delete("gone");
  expect([...variables.since().keys()]).toEqual(["new", "gone"]);
  expect(variables.undo()).toEqual(
    new Map([
      ["new", { before: undefined, after: one }],
      ["gone", { before: one, after: undefined }],
    ]),
  );
  expect([...vars.keys()].sort()).toEqual(["gone", "kept"]);
  expect(variables.undo()).toEqual(new Map([["kept", { before: one, after: two }]]));
  expect(vars.get("kept")).toBe(one);
});
