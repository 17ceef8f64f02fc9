import { describe, expect, test } from "vitest";
import { formatLike, formatMib, MIB, parseComposeSize } from "../../../src/model/compose/bytes.js";
import { table } from "../../support/tables.js";
import { projectOf } from "../../support/parse.js";

describe("memory limits agree with Compose's own loader", () => {
  const rows = table("compose.tsv").filter(([kind]) => kind !== "interp");
  test.each(rows)("%s %s is %s", (kind, input = "", expected = "") => {
    const [memLimit, deployLimit] = kind === "both mem_limit" ? input.split(" deploy ") : [input, input];
    const project = projectOf(
      [
        "services:",
        "  s:",
        "    image: i",
        ...(kind === "deploy.mem" ? [] : [`    mem_limit: ${String(memLimit)}`]),
        ...(kind === "mem_limit"
          ? []
          : [`    deploy: {resources: {limits: {memory: ${String(deployLimit)}}}}`]),
      ].join("\n"),
    );
    const workload = project.workloads[0];
    expect(workload?.memoryProblems).toHaveLength(expected === "ERR" ? 1 : 0);
    // -1 stands for "no limit".
    expect(workload?.memoryLimit?.bytes).toBe(/^\d+$/.test(expected) ? Number(expected) : undefined);
  });
});

test.each(["", "m", "1.2.3g", "1,5g", "0x10m", "512 mi", "1 g b", "٣m"])("%j is no size", (text) => {
  expect(parseComposeSize(text)).toHaveProperty("error");
});

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
