import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSql } from "../src/language/parse.js";
import type { SchemaChange } from "../src/model/changes.js";
import { changesOf } from "../src/model/changes/index.js";
import { forwardParts } from "../src/model/direction.js";

/** A file of one of our migration suites. */
export interface Migration {
  path: string;
  /** What its tool runs on the way forward. */
  forward: string;
  changes: SchemaChange[];
}

const ROOT = fileURLToPath(new URL("migrations", import.meta.url));

export function suites(): string[] {
  return readdirSync(ROOT).sort();
}

/** The migrations of a suite in the order in which its tool applies them: `order.txt`. */
export function migrationsOf(suite: string): Migration[] {
  const order = readFileSync(`${ROOT}/${suite}/order.txt`, "utf8").trim().split("\n");
  return order.map((path) => {
    const program = parseSql(readFileSync(`${ROOT}/${suite}/${path}`, "utf8"), path);
    const forward = forwardParts(program).map(([from, to]) => program.text.slice(from, to));
    return { path, forward: forward.join("\n;\n"), changes: changesOf(program, path) };
  });
}
