import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
const BUILT = fileURLToPath(new URL("../../bin/orchestrator-lint.js", import.meta.url));
const TSX = import.meta.resolve("tsx");

/** A temporary directory with files in it, gone after the test. */
export function tree(files: Record<string, string | Uint8Array>): string {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestrator check ")));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return directory;
}

/** Runs the command from its sources, as a process of its own. */
export function run(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
  return start(cwd, ["--conditions=@orchestrator-lint/source", "--import", TSX, CLI, ...args], env);
}

/** Runs the command as it was built, which shares large trees among threads. */
export function runBuilt(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
  return start(cwd, [BUILT, ...args], env);
}

function start(cwd: string, args: readonly string[], env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
  return { status, stdout, stderr };
}

/** The findings of a run as `file:line:column rule`, from the JSON format. */
export function places(stdout: string): string[] {
  const results = JSON.parse(stdout) as {
    filePath: string;
    messages: { ruleId: string; line: number; column: number }[];
  }[];
  return results.flatMap(({ filePath, messages }) =>
    messages.map(
      ({ ruleId, line, column }) =>
        `${path.basename(filePath)}:${line}:${column} ${ruleId.replace("orchestrator/", "")}`,
    ),
  );
}
