import { expect, test } from "vitest";
import { formatLike, formatMib, MIB, parseComposeSize } from "../../../src/model/compose/bytes.js";

test.each(["", "m", "1.2.3g", "1,5g", "0x10m", "512 mi", "1 g b", "1  g", " 1g", "1g ", "-1m", "1eb", "٣m"])(
  "%j is no size",
  (text) => {
    expect(parseComposeSize(text)).toHaveProperty("error");
  },
);

test.each([
  [3072, "g", "3g"],
  [3072, "GB", "3GB"],
  [2926, "g", "2926m"],
  [2926, "G", "2926M"],
  [2926, "GiB", "2926MiB"],
  [2926, "gb", "2926mb"],
  [2926, "k", "2996224k"],
  [2926, "", "3068133376"],
])("%d MiB in the style of %j is written %s", (mib, unit, text) => {
  expect(formatLike(mib * MIB, { space: "", unit })).toBe(text);
});

test("the space before a unit is kept, and MiB are shown short", () => {
  expect(formatLike(5 * MIB, { space: " ", unit: "g" })).toBe("5 m");
  expect(formatMib(1.5 * MIB)).toBe("1.5 MiB");
  expect(formatMib(100_000_001)).toBe("95.37 MiB");
});
