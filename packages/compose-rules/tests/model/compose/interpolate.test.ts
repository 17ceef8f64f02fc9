import { describe, expect, test } from "vitest";
import { rangeOf, spread, UNKNOWN } from "../../../src/language/text.js";
import { interpolate } from "../../../src/model/compose/interpolate.js";
import { table } from "../../support/tables.js";

const ENVIRONMENT: Readonly<Record<string, string>> = { E: "", S: "set" };
const rows = table("compose.tsv").filter(([kind]) => kind === "interp");

describe("interpolation agrees with Compose's own loader", () => {
  test("all measured forms are here", () => {
    expect(rows).toHaveLength(38);
  });
  test.each(rows)("%s %s gives %s", (_kind, input = "", expected = "") => {
    const result = interpolate(spread(input), (name) => ENVIRONMENT[name] ?? null);
    const value = "error" in result ? "ERR" : JSON.stringify(result.value);
    expect(value).toBe(expected);
  });
});

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
