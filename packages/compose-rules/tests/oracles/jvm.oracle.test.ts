import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { heapOf, launchOf } from "../../src/model/jvm/heap.js";
import { generator } from "../support/generator.js";
import { jvmRows, OPTION_FILES } from "../support/tables.js";

/** The real JVM against the model: every measured row, and combinations drawn with a fixed seed. */
const MIB = 2 ** 20;
const GENERATED = process.env.ORACLES === "full" ? 1000 : 40;
const SEED = 20_251_122;
const AT_ONCE = 2;

interface Case {
  readonly environment: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

function hasJava(): boolean {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
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
  // What a file may hold beside options: comments, quotes that close and do not, words of another kind of file.
  const noise = () => pick(["", "", "", "", "# -Xmx77m\n", "#c", '""', "'-Xmx7\\\n  1m'", '"-Xmx72m', "@a1", "-cp", "-mx73m", "-XX:VMOptionsFile=v2"]); // prettier-ignore
  const content = (one: () => string) => {
    const words = Array.from({ length: 1 + below(3) }, () => pick([one, one, one, noise])());
    return words.map((word) => word + pick(["\n", "\n", " ", "\t", "\r\n", "#x\n", ""])).join("");
  };
  const flags = () => content(() => option().replace(/^-XX:/, "").replace(/^-Xmx/, "MaxHeapSize=").replace(/^-Xms/, "InitialHeapSize=")); // prettier-ignore
  const file = () => pick(["@a1", "@a2", "@@a1", "-XX:VMOptionsFile=v1", "-XX:VMOptionsFile=v2", "-XX:Flags=f1", "-XX:Flags=f2"]); // prettier-ignore
  return Array.from({ length: count }, (_, index) => {
    const usesFiles = index % 2 === 1;
    const files = new Map(usesFiles ? [["a1", content(option)], ["a2", content(option)], ["v1", content(option)], ["v2", content(option)], ["f1", flags()], ["f2", flags()]] : []); // prettier-ignore
    const list = (most: number) =>
      Array.from({ length: below(most + 1) }, () => (usesFiles && below(3) === 0 ? file() : option()));
    const environment: Record<string, string> = {};
    for (const name of ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"]) {
      if (below(3) > 0) continue;
      const value = list(2).filter((word) => !word.startsWith("-cp"));
      if (value.length > 0)
        environment[name] = pick([value.join(" "), `  ${value.join("\t")} `, `"${value.join('" "')}"`]);
    }
    const args = list(4).flatMap((word) => word.split(" "));
    return { environment, args: below(5) === 0 ? [...args, "Main", ...list(2)] : args, files };
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
  const root = mkdtempSync(join(tmpdir(), "jvm-oracle-"));
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  /** Runs a case in a directory of its own that holds its files. */
  async function run(one: Case): Promise<string> {
    const cwd = mkdtempSync(join(root, "case-"));
    for (const [name, content] of one.files) writeFileSync(join(cwd, name), content);
    return runJava(one, cwd);
  }

  async function differences(cases: readonly Case[]): Promise<string[]> {
    const memory = Number(
      flag(await run({ environment: {}, args: ["-XX:MaxRAMPercentage=25"], files: new Map() }), "MaxRAM"),
    );
    const found: string[] = [];
    const queue = [...cases];
    const work = async () => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        const output = await run(one);
        const actual = flag(output, "MaxHeapSize");
        const model = heapOf(launchOf(one.args, one.environment), memory, one.files);
        const region = flag(output, "UseG1GC") === "true" ? Number(flag(output, "G1HeapRegionSize")) : 0;
        const over = model.kind === "heap" ? Number(actual) - model.bytes : Number.NaN;
        const agrees =
          actual === undefined ? model.kind === "abort" : over >= 0 && over < Math.max(2 * MIB, region);
        if (agrees) continue;
        const said = model.kind === "heap" ? model.bytes : `${model.kind}: ${model.because}`;
        found.push(
          `${JSON.stringify({ ...one, files: [...one.files] })}: model ${String(said)}, JVM ${actual ?? "did not start"}`,
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return found;
  }

  test("on every row of the table", async () => {
    expect(await differences(jvmRows().map((row) => ({ ...row, files: OPTION_FILES })))).toEqual([]);
  });

  test(`on ${String(GENERATED)} generated combinations (seed ${String(SEED)})`, async () => {
    expect(await differences(generatedCases(GENERATED))).toEqual([]);
  }, 3_600_000);
});
