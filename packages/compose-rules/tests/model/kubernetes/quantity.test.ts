import { expect, test } from "vitest";
import { parseQuantity } from "../../../src/model/kubernetes/quantity.js";

test.each([
  ["512Mi", 512 * 2 ** 20, "Mi"],
  ["1G", 1e9, "G"],
  ["1E", 1e18, "E"],
  ["129e6", 129e6, "e6"],
  [".5Gi", 2 ** 29, "Gi"],
  ["1073741824", 2 ** 30, ""],
  // A thousandth of a byte: the smallest limit there is.
  ["512m", 1, "m"],
  ["0", 0, ""],
  ["1e-400", 1, "e-400"],
  ["1e30", Infinity, "e30"],
])("%s", (text, bytes, unit) => {
  expect(parseQuantity(text)).toEqual({ bytes, unit });
});

test.each(["1g", "1gi", "1K", "1GB", "1GiB", "512MB", "1 Gi", " 1Gi", "512mb", "", "Mi1", "1e", "0x10", "1_000", "½Gi"])(
  "%j is no quantity",
  (text) => {
    expect(parseQuantity(text)).toHaveProperty("error");
  },
); // prettier-ignore

test("a number of any length is read at once", () => {
  const started = performance.now();
  expect(parseQuantity("9".repeat(50_000))).toEqual({ bytes: Infinity, unit: "" });
  expect(parseQuantity(`0.${"9".repeat(50_000)}`)).toEqual({ bytes: 1, unit: "" });
  expect(parseQuantity("1e-2000000000")).toEqual({ bytes: 1, unit: "e-2000000000" });
  expect(parseQuantity("1e2000000000")).toEqual({ bytes: Infinity, unit: "e2000000000" });
  expect(performance.now() - started).toBeLessThan(2_000);
});
