import { expect, it } from "vitest";
import { byMigration, migrationKey } from "../../src/model/series.js";

it.each([
  ["0001_init.sql", "0001_"],
  ["V2_1__users.sql", "v2_1__"],
  ["20240131120000_add", "20240131120000_"],
  ["3.sql", "3."],
  ["vacuum.sql", undefined],
  ["schema.sql", undefined],
  ["R__views.sql", undefined],
])("the key of %s is %s", (name, key) => {
  expect(migrationKey(name)).toBe(key);
});

it("orders by number, not by text", () => {
  expect(["V10__c.sql", "V2__b.sql", "V2_1__b.sql", "V1__a.sql"].sort(byMigration)).toEqual([
    "V1__a.sql",
    "V2__b.sql",
    "V2_1__b.sql",
    "V10__c.sql",
  ]);
  expect(["11.sql", "9.sql", "000010.sql"].sort(byMigration)).toEqual(["9.sql", "000010.sql", "11.sql"]);
});
