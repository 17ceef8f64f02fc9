import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { cacheDirectory } from "@orchestrator-lint/semgrep-rules";

/**
 * A program of a pinned npm package, in a folder of its own in the user's cache; installed at its first use with the
 * user's own npm.
 *
 * @param name - package on npm
 * @param version - exact version
 * @returns the file of the program that bears the package's name, to be run by Node
 * @throws Error with npm's words where it cannot be installed
 */
export function npmTool(name: string, version: string): string {
  const cache = cacheDirectory(process.platform, process.env, homedir());
  const directory = path.join(cache, "npm-tools", `${name}-${version}`);
  const link = path.join(directory, "node_modules/.bin", name);
  if (!existsSync(link)) {
    mkdirSync(directory, { recursive: true });
    const args = [
      "install",
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--prefix",
      directory,
      `${name}@${version}`,
    ];
    const { status, stderr, error } = spawnSync("npm", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`npm ${args.join(" ")}: ${error?.message ?? stderr}`);
  }
  return link;
}
