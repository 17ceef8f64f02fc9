import { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import * as yamlParser from "yaml-eslint-parser";
import { rules } from "../../src/index.js";
import { jvmRows, type JvmRow } from "../support/tables.js";

const MIB = 2 ** 20;
const NAMES = ["valid-jvm-options", "max-jvm-heap-ratio", "require-jvm-heap-cap"];

/** What the rules say of a service that starts a JVM with a row's arguments and variables, in 4 GiB. */
function reported({ environment, args }: JvmRow): { rule: string; message: string }[] {
  const service = {
    image: "eclipse-temurin:17",
    entrypoint: ["java", ...args],
    environment,
    mem_limit: "4g",
  };
  const enabled = Object.fromEntries(NAMES.map((name) => [`o/${name}`, "error"]));
  const config = [{ files: ["**/*.yaml"], plugins: { o: { rules } }, rules: enabled, languageOptions: { parser: yamlParser } }]; // prettier-ignore
  const text = JSON.stringify({ services: { jvm: service } }).replaceAll("$", "$$$$");
  return new Linter({ configType: "flat" })
    .verify(text, config as never, { filename: "compose.yaml" })
    .map(({ ruleId, message }) => ({ rule: (ruleId ?? "fatal").slice(2), message }));
}

/** Rows that only a machine's files or memory decide, and the one whose error is a class that is not there. */
const ELSEWHERE = /@args\.txt|vmopts\.txt|\bFoo\b/;
const named = jvmRows()
  .map((row) => ({ row, name: `${JSON.stringify(row.environment)} ${row.args.join(" ")}` }))
  .filter(({ name }) => !ELSEWHERE.test(name));

describe("every measured row that concerns a rule", () => {
  test("is here but those that need files", () => {
    expect(jvmRows().length - named.length).toBe(7);
  });

  test.each(named.filter(({ row }) => row.heap === undefined))("$name aborts", ({ row }) => {
    expect(reported(row).map(({ rule }) => rule)).toEqual(["valid-jvm-options"]);
  });

  const sized = named.flatMap(({ row, name }) =>
    row.heap === undefined ? [] : [{ row, name, heap: row.heap }],
  );

  // The measured machine had more memory than the container here has: what is no share of it says the same in both.
  const ofMachine = ({ heap }: { heap: number }) => [6_320_816_128, 12_641_632_256].includes(heap);

  test.each(sized.filter((one) => !ofMachine(one)))("$name has the measured heap", ({ row, heap }) => {
    const found = reported(row);
    expect(found.filter(({ rule }) => rule === "valid-jvm-options")).toEqual([]);
    const ratio = found.find(({ rule }) => rule === "max-jvm-heap-ratio");
    expect(ratio !== undefined).toBe(heap / (4096 * MIB) > 0.7);
    if (ratio) expect(ratio.message).toContain(`${String(heap / MIB)} MiB heap`);
  });

  test.each(sized.filter(ofMachine))("$name is capped by nothing, or by a share of the limit", ({ row }) => {
    const isShare = row.args.join(" ").includes("MaxRAMPercentage");
    expect(reported(row).map(({ rule }) => rule)).toEqual(isShare ? [] : ["require-jvm-heap-cap"]);
  });
});
