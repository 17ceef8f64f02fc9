import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Environment } from "./platform.js";

/** What a process left behind. `code` is null when a signal ended it; `failure` says why it never started. */
export interface RunResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: string;
  failure?: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Environment;
  argv0?: string;
  /** Aborting kills the process. */
  signal?: AbortSignal;
  /** Most bytes of standard output to keep (default 256 MiB); more ends the process and is a failure. */
  maxBytes?: number;
  /** Milliseconds after which the process is killed; none by default. */
  timeout?: number;
}

/** Files, processes and clocks: everything this package asks of the machine. Tests pass their own. */
export interface System {
  platform: NodeJS.Platform;
  arch: string;
  env: Environment;
  home: string;
  pid: number;
  host: string;
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Undefined where nothing can be read at that path. */
  stat(file: string): { size: number; mtimeMs: number; directory: boolean } | undefined;
  /** The path without symbolic links; undefined where nothing exists. */
  realPath(file: string): string | undefined;
  read(file: string): Buffer | undefined;
  list(directory: string): string[];
  write(file: string, text: string): void;
  /** Creates a file that must not exist yet; false where it does. */
  create(file: string, text: string): boolean;
  touch(file: string): void;
  makeDirectory(directory: string): void;
  /** False where the target exists already. */
  rename(from: string, to: string): boolean;
  remove(file: string): void;
  alive(pid: number): boolean;
  sleep(milliseconds: number): Promise<void>;
  now(): number;
  /** Shows a line on a terminal; nothing anywhere else. */
  progress(line: string): void;
  unique(): string;
}

const MOST_BYTES = 256 * 1024 * 1024;
const STDERR_BYTES = 64 * 1024;

/** The machine itself. The one place of this package that touches files and starts processes. */
export function realSystem(env: Environment = process.env): System {
  return {
    platform: process.platform,
    arch: process.arch,
    env,
    home: os.homedir(),
    pid: process.pid,
    host: os.hostname(),
    run,
    stat: (file) =>
      attempt(() => {
        const stat = fs.statSync(file);
        return { size: stat.size, mtimeMs: stat.mtimeMs, directory: stat.isDirectory() };
      }),
    realPath: (file) => attempt(() => fs.realpathSync(file)),
    read: (file) => attempt(() => fs.readFileSync(file)),
    list: (directory) => attempt(() => fs.readdirSync(directory)) ?? [],
    write(file, text) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      // Readers see the old or the new text, never half of one.
      const temporary = `${file}.${randomUUID()}`;
      fs.writeFileSync(temporary, text);
      fs.renameSync(temporary, file);
    },
    create(file, text) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      try {
        fs.writeFileSync(file, text, { flag: "wx" });
        return true;
      } catch (error) {
        if (codeOf(error) === "EEXIST") return false;
        throw error;
      }
    },
    touch(file) {
      attempt(() => {
        fs.utimesSync(file, new Date(), new Date());
      });
    },
    makeDirectory: (directory) => void fs.mkdirSync(directory, { recursive: true }),
    rename(from, to) {
      try {
        fs.renameSync(from, to);
        return true;
      } catch (error) {
        if (["EEXIST", "ENOTEMPTY", "EPERM"].includes(codeOf(error)) && fs.existsSync(to)) return false;
        throw error;
      }
    },
    remove(file) {
      attempt(() => {
        fs.rmSync(file, { recursive: true, force: true, maxRetries: 3 });
      });
    },
    alive(pid) {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        return codeOf(error) === "EPERM";
      }
    },
    sleep: (milliseconds) => setTimeout(milliseconds),
    now: () => Date.now(),
    progress(line) {
      if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
    },
    unique: () => randomUUID().slice(0, 8),
  };
}

function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const { cwd, env, argv0, signal, timeout } = options;
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      ...(argv0 === undefined ? {} : { argv0 }),
      ...(signal === undefined ? {} : { signal }),
      ...(timeout === undefined ? {} : { timeout }),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let stderr = "";
    let failure: string | undefined;
    const most = options.maxBytes ?? MOST_BYTES;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else if (failure === undefined) {
        failure = `its output is larger than ${most} bytes`;
        child.kill("SIGKILL");
      }
    });
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (chunk: string) => {
      stderr = (stderr + chunk).slice(-STDERR_BYTES);
    });
    child.on("error", (error) => {
      failure ??= error.message;
      if (child.pid === undefined)
        resolve({ code: null, signal: null, stdout: Buffer.alloc(0), stderr, failure });
    });
    child.on("close", (code, killed) => {
      const done = { code, signal: killed, stdout: Buffer.concat(chunks), stderr };
      resolve(failure === undefined ? done : { ...done, failure });
    });
  });
}

/** Runs a process on the user's own terminal; its exit code, or the signal that ended it. Signals sent to us are
 * passed on. Rejects where the process cannot be started. */
export function runInteractive(
  command: string,
  args: readonly string[],
  options: { env: Environment; argv0?: string },
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
    const forward = (signal: NodeJS.Signals) => void child.kill(signal);
    for (const signal of signals) process.on(signal, forward);
    const finish = () => {
      for (const signal of signals) process.off(signal, forward);
    };
    child.on("error", (error) => {
      finish();
      reject(error);
    });
    child.on("close", (code, signal) => {
      finish();
      resolve({ code, signal });
    });
  });
}

function attempt<Value>(action: () => Value): Value | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);
