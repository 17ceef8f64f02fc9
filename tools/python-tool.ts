import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { cacheDirectory } from "@orchestrator-lint/semgrep-rules";

/**
 * A program of a pinned Python package, in a virtual environment of its own in the user's cache; installed at its first
 * use with the user's own pip.
 *
 * @param name - package on PyPI
 * @param version - exact version
 * @param program - name of the program it installs
 * @returns the program's path
 * @throws Error that names what is missing, where there is no Python or no registry
 */
export function pythonTool(name: string, version: string, program: string): string {
  const directory = path.join(
    cacheDirectory(process.platform, process.env, homedir()),
    "python-tools",
    `${name}-${version}`,
  );
  const bin = process.platform === "win32" ? "Scripts" : "bin";
  const file = path.join(directory, bin, program);
  if (existsSync(path.join(directory, "complete"))) return file;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(path.dirname(directory), { recursive: true });
  const run = (command: string, ...args: string[]) => {
    const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
  };
  // Scripts of a virtual environment name its path: it cannot be moved into place afterwards.
  run(process.platform === "win32" ? "python" : "python3", "-m", "venv", directory);
  run(
    path.join(directory, bin, "python"),
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    `${name}==${version}`,
  );
  const mark = mkdtempSync(path.join(directory, ".complete-"));
  renameSync(mark, path.join(directory, "complete"));
  return file;
}
