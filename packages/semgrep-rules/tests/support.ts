import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { realSystem, type Environment, type System } from "../src/index.js";

const made: string[] = [];
afterAll(() => {
  for (const directory of made) fs.rmSync(directory, { recursive: true, force: true });
});

/** An empty directory, gone after the tests of the file. Its path has no symbolic link in it. */
export function temporaryDirectory(): string {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "semgrep-rules-")));
  made.push(directory);
  return directory;
}

/** Writes files below a new directory, by relative path. */
export function project(files: Record<string, string | Uint8Array>): string {
  const directory = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  return directory;
}

/** Puts an executable shell script at a path. */
export function script(file: string, body: string): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return file;
}

/** The real machine with another environment, quiet, and without the variables that steer the tests themselves. */
export function systemWith(env: Environment, changes: Partial<System> = {}): System {
  return { ...realSystem(env), progress: () => undefined, ...changes };
}

/** A script that stands in for Semgrep: it knows its version and nothing else. */
export const fakeSemgrep = (version: string): string =>
  `[ "$1 $2" = "show version" ] && echo ${version} && echo asked >> "$0.asked"`;

/** How often a fake Semgrep was asked for its version. */
export function timesAsked(file: string): number {
  const asked = `${file}.asked`;
  return fs.existsSync(asked) ? fs.readFileSync(asked, "utf8").trim().split("\n").length : 0;
}
