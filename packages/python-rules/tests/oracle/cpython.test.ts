import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { scan } from "../../src/language/scan.js";
import { drawFacts, firstProblem } from "../../src/model/facts/draw.js";
import { FunctionBody } from "../../src/model/facts/functions.js";

interface Reading {
  file: string;
  text: string;
  calls: [number, number][];
  formatted: number;
  error?: string;
}

const SCRIPT = fileURLToPath(new URL("calls.py", import.meta.url));
/** A file with names of files, for a reader that wants to know of others than the standard library. */
const LIST = process.env.PYTHON_ORACLE_LIST;
const STANDARD_LIBRARY = `
import pathlib, sysconfig
root = pathlib.Path(sysconfig.get_path("stdlib"))
print("\\n".join(str(file) for file in sorted(root.rglob("*.py")) if "site-packages" not in file.parts and "dist-packages" not in file.parts))`;

function python(args: string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync("python3", args, {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Every call in the facts of a module, as its range; those in literals and annotations among them. */
function callsOf(text: string): [number, number][] {
  const found: [number, number][] = [];
  for (const { range } of scan(text).statements) {
    const [base, end] = range;
    const pending: unknown[] = [drawFacts(text.slice(base, end)).steps];
    while (pending.length > 0) {
      const value = pending.pop();
      if (typeof value !== "object" || value === null) continue;
      const { k, start = 0, stop = 0 } = value as { k?: string; start?: number; stop?: number };
      if (k === "call") found.push([base + start, base + stop]);
      if (value instanceof FunctionBody) pending.push(value.body);
      pending.push(...(Object.values(value) as unknown[]));
    }
  }
  return found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

describe("CPython's parser and ours", () => {
  const files = (LIST === undefined ? python(["-c", STANDARD_LIBRARY]) : readFileSync(LIST, "utf8"))
    .trim()
    .split("\n");
  const sample = LIST !== undefined || process.env.ORACLES ? files : files.filter((_, i) => i % 7 === 0);
  const readings = python([SCRIPT], sample.join("\n"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Reading);

  it("accept the same files, and see the same calls in the same places", () => {
    const differing: string[] = [];
    let count = 0;
    for (const { file, text, calls, formatted, error } of readings) {
      if (error !== undefined) continue;
      const { statements, unread } = scan(text);
      // A template may be Python by chance: a set of a set, which cannot run.
      if (unread) continue;
      for (const { range } of statements) {
        const problem = firstProblem(text.slice(...range));
        if (problem)
          differing.push(
            `${file}: problem at line ${text.slice(0, range[0] + problem[0]).split("\n").length}`,
          );
      }
      const own = callsOf(text);
      const known = new Set(own.map((range) => range.join()));
      const missed = calls.filter((range) => !known.has(range.join()));
      count += calls.length;
      for (const [start, end] of missed.slice(0, 3))
        differing.push(
          `${file}: missed ${text.slice(start, Math.min(end, start + 60))} at line ${text.slice(0, start).split("\n").length}`,
        );
      if (missed.length === 0 && own.length !== calls.length + formatted)
        differing.push(`${file}: ${own.length} calls, not ${calls.length + formatted}`);
    }
    expect(differing).toEqual([]);
    expect(count).toBeGreaterThan(5_000);
  });
});
