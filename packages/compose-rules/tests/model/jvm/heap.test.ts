import { expect, test } from "vitest";
import { heapOf, launchOf, parseJvmSize } from "../../../src/model/jvm/heap.js";
import { jvmRows, OPTION_FILES } from "../../support/tables.js";

const MIB = 2 ** 20;
const HOST = 24684092 * 1024;

const rows = jvmRows();

test("the table of measured heaps is complete", () => {
  expect(rows).toHaveLength(83);
});

test.each(rows.map((row) => ({ ...row, title: JSON.stringify([row.environment, row.args]) })))(
  "$title",
  ({ environment, args, heap }) => {
    const result = heapOf(launchOf(args, environment), HOST, OPTION_FILES);
    // The launcher looked for the class Foo: that JVM did start.
    const expected = args.includes("Foo") ? 512 * MIB : heap;
    if (expected === undefined) expect(result.kind).toBe("abort");
    else if (result.kind !== "heap") expect(result).toEqual({ kind: "heap" });
    else {
      // HotSpot rounds up to the heap alignment: 2 MiB, or a G1 region of 4 MiB for the default heap of this host.
      expect(expected - result.bytes).toBeGreaterThanOrEqual(0);
      expect(expected - result.bytes).toBeLessThan(expected > 4096 * MIB ? 4 * MIB : 2 * MIB);
    }
  },
);

test.each([
  ["64m", 32],
  ["100m", 50],
  ["128m", 64],
  ["200m", 100],
  ["250m", 126],
  ["256m", 126],
  ["300m", 126],
  ["512m", 128],
  ["1g", 256],
  ["2g", 512],
  ["4g", 1024],
  ["8g", 2048],
])("the default heap in a container of %s is %d MiB", (memory, mib) => {
  const heap = heapOf(launchOf([]), parseJvmSize(memory));
  const aligned = heap.kind === "heap" ? Math.ceil(heap.bytes / (2 * MIB)) * 2 : heap;
  expect(aligned).toBe(mib);
});

test("contradicting -XX flags from variables bend the heap, from the command line they stop the JVM", () => {
  const max = ["-Xmx512m"];
  expect(heapOf(launchOf(max, { _JAVA_OPTIONS: "-XX:InitialHeapSize=1g" }))).toMatchObject({
    bytes: 1024 * MIB,
  });
  expect(heapOf(launchOf(max, { _JAVA_OPTIONS: "-XX:MinHeapSize=1g" }))).toMatchObject({ bytes: 512 * MIB });
  expect(heapOf(launchOf(max, { _JAVA_OPTIONS: "-Xms1g" })).kind).toBe("abort");
  expect(heapOf(launchOf(max, { JDK_JAVA_OPTIONS: "-XX:InitialHeapSize=1g" })).kind).toBe("abort");
});

test("a share of an unknown memory is unknown, a size is not", () => {
  expect(heapOf(launchOf([])).kind).toBe("unknown");
  expect(heapOf(launchOf(["-XX:MaxRAMPercentage=50"])).kind).toBe("unknown");
  expect(heapOf(launchOf(["-Xmx1g"]))).toMatchObject({ kind: "heap", bytes: 1024 * MIB });
});

test("an unknown word hides what stands before it and yields to what stands behind it", () => {
  expect(heapOf(launchOf(["-Xmx1g", "\uFFFF", "-jar", "x.jar"]), 2 ** 31).kind).toBe("unknown");
  expect(heapOf(launchOf(["\uFFFF", "-Xmx1g", "-jar", "x.jar"]), 2 ** 31)).toMatchObject({
    bytes: 1024 * MIB,
  });
  expect(heapOf(launchOf(["-Xmx1g", "-Xmx\uFFFF"]), 2 ** 31).kind).toBe("unknown");
  expect(heapOf(launchOf(["-Xmx1g", "-Dname=\uFFFF", "-jar", "\uFFFF"]), 2 ** 31)).toMatchObject({
    bytes: 1024 * MIB,
  });
  expect(heapOf(launchOf(["-Xmx1g", "@missing.txt"]), 2 ** 31).kind).toBe("unknown");
});

test("the deciding option is told", () => {
  const heap = heapOf(launchOf(["-Xms64m", "-XX:MaxRAMPercentage=75"]), 2 ** 31);
  expect(heap.kind === "heap" && heap.decidedBy?.word.value).toBe("-XX:MaxRAMPercentage=75");
});

test.each([
  ["512m", 512 * MIB],
  ["0x10g", 16 * 1024 * MIB],
  ["0X100M", 256 * MIB],
  ["010m", 10 * MIB],
  ["512mb", undefined],
  ["1.5g", undefined],
  ["-1", undefined],
  ["+5m", undefined],
  [" 5m", undefined],
  ["0x", undefined],
  ["", undefined],
  ["18446744073709551616", undefined],
])("the JVM reads %j as %s bytes", (text, bytes) => {
  expect(parseJvmSize(text)).toBe(bytes);
});
