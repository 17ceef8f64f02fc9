import { expect, it } from "vitest";
import { compareVersions, sameVersion, versionOf } from "../../../src/model/sources/versions.js";

it.each([
  ["0001_init.sql", "0001"],
  ["V2_1__users.sql", "2_1"],
  ["20240131120000_add", "20240131120000"],
  ["2024-01-31-000000_add", "2024-01-31-000000"],
  ["3.sql", "3"],
  ["vacuum.sql", undefined],
  ["schema.sql", undefined],
  ["R__views.sql", undefined],
])("the version of %s is %s", (name, version) => {
  expect(versionOf(name)).toBe(version);
});

it("orders by number, not by text", () => {
  expect(
    ["10", "2", "2_1", "1", "20240131120000", "99999999999999999998", "99999999999999999999"].sort(
      compareVersions,
    ),
  ).toEqual(["1", "2", "2_1", "10", "20240131120000", "99999999999999999998", "99999999999999999999"]);
  expect(["11", "9", "000010"].sort(compareVersions)).toEqual(["9", "000010", "11"]);
});

it("knows versions that tools take for one", () => {
  expect(new Set(["1", "01", "1.0", "1_0_0"].map(sameVersion)).size).toBe(1);
  expect(sameVersion("10")).not.toBe(sameVersion("1"));
});
