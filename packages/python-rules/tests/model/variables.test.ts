import { expect, test } from "vitest";
import { Values } from "../../src/model/graph/values.js";
import { Variables } from "../../src/model/graph/variables.js";

const values = new Values();
const [one, two] = [values.text("one"), values.text("two")];

test("a branch says what it changed, and leaves variables as they were", () => {
  const vars = new Map([
    ["kept", one],
    ["gone", one],
  ]);
  const variables = new Variables(vars, values, false);
  const [outer] = variables.apart(() => {
    variables.put("kept", two);
    const [inner] = variables.apart(() => {
      variables.put("new", one);
      variables.restore("gone", undefined);
      expect([...variables.since().keys()]).toEqual(["new", "gone"]);
    });
    expect(inner).toEqual(
      new Map([
        ["new", { before: undefined, after: one }],
        ["gone", { before: one, after: undefined }],
      ]),
    );
    expect([...vars.keys()].sort()).toEqual(["gone", "kept"]);
  });
  expect(outer).toEqual(new Map([["kept", { before: one, after: two }]]));
  expect(vars.get("kept")).toBe(one);
});

test("a variable that is set is another object, of whose attributes nothing is known", () => {
  const variables = new Variables(new Map([["job", one]]), values, false);
  variables.put("job.state", one);
  variables.put("jobs", one);
  expect(variables.below("job", one)).toEqual(["job.state"]);
  variables.put("job", two);
  expect([variables.get("job.state"), variables.get("jobs")]).toEqual([undefined, one]);
});

test("behind several ways, a variable is what any of them made of it", () => {
  const variables = new Variables(new Map([["mode", one]]), values, false);
  const ways = [two, undefined].map((value) => variables.apart(() => { if (value) variables.put("mode", value); })[0]); // prettier-ignore
  variables.join(ways);
  expect(variables.get("mode")).toBe(values.either(one, two));
});
