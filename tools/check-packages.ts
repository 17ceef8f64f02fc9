/** Packs every package as it would be published and checks the tarball with publint and "are the types wrong". */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = mkdtempSync(path.join(tmpdir(), "orchestrator-pack-"));
let failures = 0;

function run(command: string, args: string[]): boolean {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (status === 0) return true;
  console.error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  failures++;
  return false;
}

const { workspaces } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  workspaces: string[];
};
for (const workspace of workspaces) {
  if (!run("npm", ["pack", "--silent", "--pack-destination", out, "--workspace", workspace])) continue;
  run("npx", ["publint", "run", workspace, "--strict"]);
}
for (const tarball of readdirSync(out)) {
  // Binary-free configuration entries (a JSON Schema) have no types by design.
  const passed = run("npx", [
    "attw",
    path.join(out, tarball),
    "--profile",
    "esm-only",
    "--exclude-entrypoints",
    "./orchestrator.config.schema.json",
  ]);
  if (passed) console.log(`${tarball}: ok`);
}
rmSync(out, { recursive: true });
process.exitCode = failures > 0 ? 1 : 0;
