import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Outcome } from "../sqlfluff/support.js";
import { cacheDirectory } from "./cache.js";

/** The release whose contract `orchestrator-sql` keeps. */
export const SQLFLUFF_VERSION = "4.5.0";

/** The real sqlfluff, in an environment of its own in the user's cache. */
export interface Sqlfluff {
  run: (args: readonly string[], input: { cwd: string; stdin?: string | undefined }) => Promise<Outcome>;
  /** Runs a Python script that reads JSON from standard input and prints JSON. */
  python: (script: string, input: unknown) => unknown;
}

/** @throws where Python is missing or the package cannot be installed */
export function installSqlfluff(): Sqlfluff {
  const directory = join(
    cacheDirectory(),
    "sqlfluff",
    `${SQLFLUFF_VERSION}-${process.platform}-${process.arch}`,
  );
  if (!existsSync(directory)) {
    const temporary = `${directory}.${process.pid}.tmp`;
    mkdirSync(dirname(directory), { recursive: true });
    try {
      execFileSync("python3", ["-m", "venv", temporary], { stdio: "pipe" });
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
      execFileSync(join(temporary, "bin/python"), [...pip, `sqlfluff==${SQLFLUFF_VERSION}`], {
        stdio: "pipe",
      });
      // Complete or not there; another process may have been faster.
      if (!existsSync(directory)) renameSync(temporary, directory);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  }
  const python = join(directory, "bin/python");
  // A user's own configuration would speak too.
  const env = { ...process.env, HOME: directory, XDG_CONFIG_HOME: directory, NO_COLOR: "1", PYTHONUTF8: "1" };
  return {
    run: (args, { cwd, stdin = "" }) =>
      new Promise((resolve) => {
        const child = execFile(python, ["-m", "sqlfluff", ...args], { cwd, env }, (error, out, err) => {
          resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, out, err });
        });
        child.stdin?.end(stdin);
      }),
    python: (script, input) =>
      JSON.parse(
        execFileSync(python, ["-c", script], { env, input: JSON.stringify(input), encoding: "utf8" }),
      ) as unknown,
  };
}
