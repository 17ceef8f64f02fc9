import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { cacheDirectory } from "../../../sql-rules/tests/oracles/cache.js";

/**
 * The Python of an environment in the user's cache that has some packages.
 *
 * @param requirements - pinned
 * @throws where they cannot be installed
 */
export function pythonWith(name: string, requirements: readonly string[]): string {
  const directory = path.join(
    cacheDirectory(),
    name,
    `${hash("sha1", requirements.join("\n")).slice(0, 8)}-${process.platform}-${process.arch}`,
  );
  if (!existsSync(directory)) {
    const temporary = `${directory}.${process.pid}.tmp`;
    mkdirSync(path.dirname(directory), { recursive: true });
    try {
      execFileSync("python3", ["-m", "venv", temporary], { stdio: "pipe" });
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
      execFileSync(path.join(temporary, "bin/python"), [...pip, ...requirements], { stdio: "pipe" });
      if (!existsSync(directory)) renameSync(temporary, directory);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  }
  return path.join(directory, "bin/python");
}
