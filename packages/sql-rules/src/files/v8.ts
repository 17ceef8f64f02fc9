// V8's flags are the whole process's: only a program may set them, never a plugin.
import { setFlagsFromString } from "node:v8";

/** From so many files on, what is kept of all of them outweighs what each takes. */
const MANY = 1000;

/**
 * Keeps V8 from optimizing PostgreSQL's parser, which is WebAssembly: that takes longer than a run of hundreds of scripts
 * gains by it, and in Node 24 half a gigabyte. What `--liftoff-only` implies, it implies only on a command line.
 */
export function useBaselineCompiler(): void {
  setFlagsFromString("--liftoff-only");
  setFlagsFromString("--no-wasm-dynamic-tiering");
  setFlagsFromString("--no-wasm-tier-up");
}

/**
 * Has V8 wait before it optimizes a function. Node 20 has no compiler between the first and the optimizing one and begins
 * so early that a run of a few seconds spends up to half of its processor time on code it soon throws away. Measured over
 * 400 migrations: a quarter less processor time; over packages of 5 to 15 MB of Python: a fifth to two fifths. Later
 * releases have a middle tier.
 *
 * @param budget - bytes of bytecode a function runs before it is looked at; the more code there is, the more it may be
 */
export function optimizeLater(budget: number): void {
  if (process.version.startsWith("v20.")) setFlagsFromString(`--interrupt-budget=${budget}`);
}

/**
 * Has V8 collect garbage sooner in a process that keeps facts of many files: left to itself it lets the heap grow to
 * two to four times what is in use before it looks. Measured over 5,000 migrations: 270 MB instead of 480, for a third
 * more time.
 *
 * @param count - files that are to be read
 */
export function saveMemory(count: number): void {
  if (count < MANY) return;
  setFlagsFromString("--heap-growing-percent=20");
  setFlagsFromString("--semi-space-growth-factor=1");
}
