import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { heapOf, launchOf } from "../../src/model/jvm/heap.js";
import { jvmRows, OPTION_FILES } from "../support/tables.js";

/** The real JVM against the model: every measured row, and combinations drawn with a fixed seed. */
const MIB = 2 ** 20;
const GENERATED = process.env.ORACLES === "full" ? 500 : 40;
const SEED = 20_251_122;
const AT_ONCE = 2;

interface Case {
  readonly environment: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

function hasJava(): boolean {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A small deterministic generator (mulberry32): whole numbers below `limit`. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

function generatedCases(count: number): Case[] {
  const below = generator(SEED);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const size = () =>
    `${pick(["", "", "", "", "", "0x", "-", "0"])}${String(1 + below(2000))}${pick(["m", "m", "M", "k", "K", "g", "", "mb", "t"])}`;
  const share = () => `${String(below(110))}${pick(["", "", ".0", ".5", "%"])}`;
  const option = () =>
    pick([
      () => `-Xmx${size()}`,
      () => `-Xmx${String(4 + below(3000))}m`,
      () => `-Xmx${String(4 + below(3000))}m`,
      () => `-Xms${String(below(3000))}${pick(["m", "m", "m", "k"])}`,
      () => `-XX:MaxHeapSize=${size()}`,
      () => `-XX:InitialHeapSize=${String(below(3000))}m`,
      () => `-XX:MinHeapSize=${String(below(1000))}m`,
      () => `-XX:MaxRAM=${String(8 + below(4000))}m`,
      () => `-XX:MaxRAMPercentage=${share()}`,
      () => `-XX:MinRAMPercentage=${share()}`,
      () => `-XX:MaxRAMFraction=${String(below(6))}`,
      () => `-XX:MinRAMFraction=${String(1 + below(6))}`,
      () => "-XX:+UseSerialGC",
      () => `-Dname=${size()}`,
      () => `-mx${String(64 + below(1000))}m`,
      () => "-cp /nowhere",
    ])();
  const list = (most: number) => Array.from({ length: below(most + 1) }, option);
  return Array.from({ length: count }, () => {
    const environment: Record<string, string> = {};
    for (const name of ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"]) {
      if (below(3) > 0) continue;
      const value = list(2).filter((word) => !word.startsWith("-cp"));
      if (value.length > 0)
        environment[name] = pick([value.join(" "), `  ${value.join("\t")} `, `"${value.join('" "')}"`]);
    }
    const args = list(4).flatMap((word) => word.split(" "));
    return { environment, args: below(5) === 0 ? [...args, "Main", ...list(2)] : args };
  });
}

function runJava({ environment, args }: Case, cwd: string): Promise<string> {
  return new Promise((resolve) => {
    const end = args.includes("Main") || args.includes("Foo") ? [] : ["-version"];
    // The host's own option variables must not take part.
    const { JAVA_TOOL_OPTIONS: _1, JDK_JAVA_OPTIONS: _2, _JAVA_OPTIONS: _3, ...host } = process.env;
    const options = { cwd, env: { ...host, ...environment }, maxBuffer: 2 ** 24 };
    execFile("java", ["-XX:+PrintFlagsFinal", ...args, ...end], options, (_error, stdout) => {
      resolve(stdout);
    });
  });
}

const flag = (output: string, name: string) => new RegExp(` ${name} += (\\S+)`).exec(output)?.[1];

if (!hasJava()) console.log("NOT RUN: the JVM oracle, because there is no `java` on the PATH.");

describe.skipIf(!hasJava())("the heap model and the real JVM agree", () => {
  const cwd = mkdtempSync(join(tmpdir(), "jvm-oracle-"));
  for (const [name, content] of OPTION_FILES) writeFileSync(join(cwd, name), content);
  afterAll(() => {
    rmSync(cwd, { recursive: true });
  });

  async function differences(cases: readonly Case[]): Promise<string[]> {
    const memory = Number(
      flag(await runJava({ environment: {}, args: ["-XX:MaxRAMPercentage=25"] }, cwd), "MaxRAM"),
    );
    const found: string[] = [];
    const queue = [...cases];
    const work = async () => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        const output = await runJava(one, cwd);
        const actual = flag(output, "MaxHeapSize");
        const model = heapOf(launchOf(one.args, one.environment), memory, OPTION_FILES);
        const region = flag(output, "UseG1GC") === "true" ? Number(flag(output, "G1HeapRegionSize")) : 0;
        const over = model.kind === "heap" ? Number(actual) - model.bytes : Number.NaN;
        const agrees =
          actual === undefined ? model.kind === "abort" : over >= 0 && over < Math.max(2 * MIB, region);
        if (agrees) continue;
        const said = model.kind === "heap" ? model.bytes : `${model.kind}: ${model.because}`;
        found.push(`${JSON.stringify(one)}: model ${String(said)}, JVM ${actual ?? "did not start"}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return found;
  }

  test("on every row of the table", async () => {
    expect(await differences(jvmRows())).toEqual([]);
  });

  test(`on ${String(GENERATED)} generated combinations (seed ${String(SEED)})`, async () => {
    expect(await differences(generatedCases(GENERATED))).toEqual([]);
  });
});
