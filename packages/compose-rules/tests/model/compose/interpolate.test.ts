import { expect, test } from "vitest";
import { rangeOf, spread, UNKNOWN } from "../../../src/language/text.js";
import { interpolate } from "../../../src/model/compose/interpolate.js";

test.each([
  ["$X", UNKNOWN],
  ["${X}", UNKNOWN],
  ["${X:-2g}", "2g"],
  ["${X-2g}", "2g"],
  ["${X:+2g}", UNKNOWN],
  ["${X:?needed}", UNKNOWN],
  ["-Xmx${A:-${B:-3}g}", "-Xmx3g"],
  ["a${X}b$$c", `a${UNKNOWN}b$c`],
])("with nothing known, %s gives %j", (input, expected) => {
  expect(interpolate(spread(input))).toMatchObject({ value: expected });
});

test("what an interpolation gives stands where the interpolation stands", () => {
  const text = {
    value: "-Xmx${H:-2g} x",
    starts: [...Array(14).keys()],
    ends: [...Array(14).keys()].map((n) => n + 1),
  };
  const result = interpolate(text);
  expect(result).toMatchObject({ value: "-Xmx2g x" });
  expect("error" in result ? undefined : rangeOf({ ...result, starts: result.starts.slice(4, 6), ends: result.ends.slice(4, 6) })).toEqual([4, 12]); // prettier-ignore
});

test("defaults nested without end are refused", () => {
  const text = "${A:-".repeat(10_000) + "}".repeat(10_000);
  expect(interpolate(spread(text))).toHaveProperty("error");
});

test("the character after an opening brace is no brace to Compose", () => {
  expect(interpolate(spread("${X:-{}}x}"), () => null)).toMatchObject({ value: "{}}x" });
});
