import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** The repository's root, absolute. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const CACHE = path.join(ROOT, "node_modules/.cache");

/** A directory of files a real tool runs on. */
export interface Workspace {
  /** Absolute path. */
  readonly path: string;
  /** Absolute path of a file in it. */
  readonly file: (name: string) => string;
  /** Text of a file in it. */
  readonly read: (name: string) => string;
  readonly remove: () => void;
}

/**
 * Makes a workspace below `node_modules/`, from where plugins and linters resolve as in any project that installed them.
 *
 * @param files - text by file name; folders are made as needed
 * @param template - directory whose files are copied first
 */
export function makeWorkspace(files: Record<string, string | Uint8Array>, template?: string): Workspace {
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(path.join(CACHE, "workspace-"));
  const file = (name: string) => path.join(directory, name);
  if (template !== undefined) cpSync(template, directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), text);
  }
  return {
    path: directory,
    file,
    read: (name) => readFileSync(file(name), "utf8"),
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Builds what users get of a workspace package and of those it imports, where `dist/` is missing or older than `src/`.
 *
 * @param name - npm name of the package
 * @throws Error with the build's output when it fails
 */
export async function build(name: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const lock = path.join(CACHE, "build.lock");
  // Test files run in processes of their own, and a build replaces the files another one imports.
  while (!tryLock(lock)) await sleep(200);
  try {
    for (const each of importOrder(name)) {
      if (isBuilt(path.join(ROOT, "node_modules", each))) continue;
      // Running needs no declarations; they are left as they are.
      const { status, stdout, stderr } = spawnSync(
        "npm",
        ["run", "build", "-w", each, "--", "--no-dts", "--no-clean"],
        { cwd: ROOT, encoding: "utf8", shell: process.platform === "win32" },
      );
      if (status !== 0) throw new Error(`${each} cannot be built:\n${stdout}${stderr}`);
    }
  } finally {
    rmSync(lock, { recursive: true });
  }
}

function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    // A build takes seconds; a lock this old was left by a process that was killed.
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > 120_000) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

/** The package and the workspace packages it depends on, those first. */
function importOrder(name: string): string[] {
  const manifest = readFileSync(path.join(ROOT, "node_modules", name, "package.json"), "utf8");
  const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: Record<string, string> };
  const ours = Object.keys(dependencies).filter((each) => each.startsWith("@orchestrator-lint/"));
  return [...new Set([...ours.flatMap(importOrder), name])];
}

function isBuilt(directory: string): boolean {
  const dist = path.join(directory, "dist/index.js");
  if (!existsSync(dist)) return false;
  const built = statSync(dist).mtimeMs;
  return readdirSync(path.join(directory, "src"), { recursive: true, encoding: "utf8" }).every(
    (name) => statSync(path.join(directory, "src", name)).mtimeMs <= built,
  );
}
