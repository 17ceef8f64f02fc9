import { execFileSync, spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirectory } from "../../../sql-rules/tests/oracles/cache.js";

/** What notes blocking calls, and what the tests of the packages import. */
const REQUIREMENTS = [
  "blockbuster==1.5.29",
  "pytest==9.2.0",
  "pytest-asyncio==1.5.0",
  "anyio==4.16.0",
  "trio==0.35.0",
  "trustme==1.2.1",
  "chardet==7.7.0",
  "uvicorn==0.54.0",
  "httpx==0.28.1",
  "click==8.5.1",
  "rich==15.0.0",
  "pygments==2.21.0",
  "brotli==1.2.1",
  "zstandard==0.25.0",
  "h2==4.4.1",
  "socksio==1.0.0",
];

/** A source distribution on PyPI whose tests run without a network. */
export interface SourcePackage {
  readonly name: string;
  readonly version: string;
  /** Of its archive. */
  readonly sha256: string;
}

/** A function of a package, or of its tests, that was on the stack. */
export interface StackFrame {
  /** Below the folder of the package. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly name: string;
}

/** A blocking call on an event loop. */
export interface SeenCall {
  /** As the detector names it: `io.TextIOWrapper.write`. */
  readonly call: string;
  /** From the innermost frame of the package to the coroutine function on the loop, or to the last there is. */
  readonly frames: readonly StackFrame[];
  /** Whether the last frame is a coroutine function. */
  readonly isOnLoop: boolean;
}

const directory = (): string => path.join(cacheDirectory(), "blocking");

/** The Python of an environment in the user's cache that has the detector. @throws where it cannot be installed */
export function detectorPython(): string {
  const key = `${hash("sha1", REQUIREMENTS.join("\n")).slice(0, 8)}-${process.platform}-${process.arch}`;
  const environment = path.join(directory(), key);
  const mark = path.join(environment, "complete");
  if (!existsSync(mark)) {
    rmSync(environment, { recursive: true, force: true });
    mkdirSync(directory(), { recursive: true });
    execFileSync("python3", ["-m", "venv", environment], { stdio: "pipe" });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    execFileSync(path.join(environment, "bin/python"), [...pip, ...REQUIREMENTS], { stdio: "pipe" });
    mkdirSync(mark);
  }
  return path.join(environment, "bin/python");
}

/** The folder of an unpacked source distribution. @throws where it cannot be had, or is another than the pinned one */
export function sourceOf({ name, version, sha256 }: SourcePackage): string {
  const target = path.join(directory(), `${name}-${version}`);
  if (existsSync(target)) return target;
  mkdirSync(directory(), { recursive: true });
  const work = mkdtempSync(path.join(directory(), ".fetch-"));
  try {
    const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", work];
    execFileSync("python3", [...pip, `${name}==${version}`], { stdio: "pipe" });
    const archive = path.join(work, readdirSync(work)[0]!);
    const digest = hash("sha256", readFileSync(archive));
    if (digest !== sha256) throw new Error(`${name} ${version} has SHA-256 ${digest}, not ${sha256}.`);
    execFileSync("tar", ["-xzf", archive, "-C", work], { stdio: "pipe" });
    renameSync(path.join(work, `${name}-${version}`), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}

/** Runs a package's own tests. @returns the blocking calls on event loops, and how many tests passed */
export function blockingCallsSeen(root: string, tests: string): { seen: SeenCall[]; passed: number } {
  const work = mkdtempSync(path.join(directory(), ".run-"));
  try {
    const output = path.join(work, "seen.json");
    const plugins = fileURLToPath(new URL(".", import.meta.url));
    const options = ["-q", "-p", "blocking", "-p", "no:cacheprovider", "-o", "addopts=", "-W", "ignore"];
    const { stdout, stderr } = spawnSync(detectorPython(), ["-m", "pytest", ...options, tests], {
      cwd: root,
      encoding: "utf8",
      env: {
        ...process.env,
        OWN: root,
        OUTPUT: output,
        PYTHONPATH: [path.join(root, "src"), root, plugins].join(path.delimiter),
        PYTHONDONTWRITEBYTECODE: "1",
      },
    });
    if (!existsSync(output)) throw new Error(`${stdout}\n${stderr}`.trim().split("\n").slice(-20).join("\n"));
    type Raw = [call: string, frames: [file: string, line: number, name: string, isCoroutine: boolean][]];
    const seen = (JSON.parse(readFileSync(output, "utf8")) as Raw[]).map(([call, frames]) => ({
      call,
      frames: frames.map(([file, line, name]) => ({ file, line, name })),
      isOnLoop: frames.at(-1)?.[3] === true,
    }));
    return { seen, passed: Number(/(\d+) passed/.exec(stdout)?.[1] ?? 0) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
