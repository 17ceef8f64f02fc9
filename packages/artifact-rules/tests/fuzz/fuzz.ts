/**
 * Fuzzes the verifier: changes archives at random, keeps a change that reaches code no other input did (by V8's own
 * coverage of this process), and stops at an exception, a hang, or memory that runs away.
 *
 * Usage: fuzz.ts [--minutes N] [--seed N] [--seeds DIRECTORY] [--keep]; `--keep` writes inputs that reached new code
 * into the corpus beside this file.
 */
import { Session } from "node:inspector";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { verifyMojo } from "../../src/verifier.js";
import { gbm } from "../archives.js";
import { Random } from "../random.js";
import { zip } from "../zip-writer.js";
import { mutate } from "./mutate.js";

const CORPUS = fileURLToPath(new URL("corpus/", import.meta.url));
const MAX_INPUT = 1 << 22;
const HANG_MS = 10_000;
const MAX_MEMORY = 256 * 1024 * 1024;
const MAX_SEED = 40_000;
const KEPT_BYTES = 6000;

interface Job {
  minutes: number;
  seed: number;
  seeds: string[];
  keep: boolean;
  /** The input being verified, its length in the first four bytes, so that a hang can be looked into. */
  current: SharedArrayBuffer;
}

/** Runs the loop in a thread of its own, and stops it where it does not come back. */
function watch(): void {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "1" },
      seed: { type: "string", default: "1" },
      seeds: { type: "string", multiple: true, default: [] },
      keep: { type: "boolean", default: false },
    },
  });
  const current = new SharedArrayBuffer(4 + MAX_INPUT);
  const job: Job = {
    minutes: Number(values.minutes),
    seed: Number(values.seed),
    seeds: values.seeds,
    keep: values.keep,
    current,
  };
  // A worker does not inherit the loader of TypeScript.
  const start = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(import.meta.url)}); })`;
  const worker = new Worker(start, {
    eval: true,
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  let last = Date.now();
  const fail = (why: string) => {
    const length = new DataView(current).getUint32(0, true);
    mkdirSync(CORPUS, { recursive: true });
    const file = path.join(CORPUS, `failure-${String(Date.now())}.zip`);
    writeFileSync(file, new Uint8Array(current, 4, length));
    console.error(`${why}; the input is ${file}`);
    process.exit(1);
  };
  worker.on("message", (message: string | undefined) => {
    last = Date.now();
    if (message !== undefined) console.log(message);
  });
  worker.on("error", (error) => {
    fail(error.stack ?? error.message);
  });
  worker.on("exit", (code) => process.exit(code));
  setInterval(() => {
    if (Date.now() - last > HANG_MS) fail(`no answer for ${HANG_MS / 1000} s`);
  }, 1000);
}

function work({ minutes, seed, seeds, keep, current }: Job): void {
  const random = new Random(seed);
  const coverage = new Coverage();
  const corpus: Uint8Array[] = [zip(gbm())];
  for (const directory of [CORPUS, ...seeds]) {
    for (const name of readdirSync(directory).sort()) {
      if (!name.endsWith(".zip")) continue;
      const input = new Uint8Array(readFileSync(path.join(directory, name)));
      // Small inputs are changed and verified a hundred times as often as large ones.
      if (input.length <= MAX_SEED) corpus.push(input);
    }
  }
  const initial = corpus.length;
  let [runs, slowest, largest] = [0, 0, 0];
  const run = (input: Uint8Array) => {
    new DataView(current).setUint32(0, input.length, true);
    new Uint8Array(current, 4).set(input);
    const started = performance.now();
    verifyMojo(input);
    slowest = Math.max(slowest, performance.now() - started);
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    largest = Math.max(largest, heapUsed + arrayBuffers);
    if (heapUsed + arrayBuffers - current.byteLength > MAX_MEMORY)
      throw new Error(`${Math.round((heapUsed + arrayBuffers) / 2 ** 20)} MiB are in use`);
    runs++;
  };
  for (const input of corpus) {
    run(input);
    coverage.grew();
    parentPort!.postMessage(undefined);
  }
  const end = Date.now() + minutes * 60_000;
  let reported = 0;
  while (Date.now() < end) {
    // Later inputs reached more; earlier ones are the whole models.
    const input = mutate(random.pick(corpus)!, random.pick(corpus)!, random);
    if (input.length > MAX_INPUT) continue;
    run(input);
    if (coverage.grew()) {
      corpus.push(input);
      if (keep && input.length <= KEPT_BYTES)
        writeFileSync(path.join(CORPUS, `${String(corpus.length).padStart(4, "0")}.zip`), input);
    }
    if (Date.now() - reported > 5000) {
      reported = Date.now();
      parentPort!.postMessage(runs % 50 < 2 ? `${runs} inputs, ${corpus.length - initial} kept` : undefined);
    }
  }
  parentPort!.postMessage(
    `${runs} inputs in ${minutes} minutes, seed ${seed}: no failure. ${corpus.length - initial} of them reached new code; slowest ${Math.round(slowest)} ms; most memory ${Math.round(largest / 2 ** 20)} MiB, ${MAX_INPUT / 2 ** 20} of it shared.`,
  );
  process.exit(0);
}

/** Blocks of the verifier that have run, by V8's precise coverage. */
class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: false, detailed: true });
  }

  /** Whether code has run that had not run before. */
  grew(): boolean {
    const before = this.#seen.size;
    this.#session.post("Profiler.takePreciseCoverage", (error, found) => {
      if (error) throw error;
      for (const { url, functions } of found.result) {
        if (!url.includes("/artifact-rules/src/")) continue;
        for (const { ranges } of functions) {
          for (const { count, startOffset, endOffset } of ranges) {
            if (count > 0) this.#seen.add(`${url}:${startOffset}:${endOffset}`);
          }
        }
      }
    });
    return this.#seen.size > before;
  }
}

if (isMainThread) watch();
else work(workerData as Job);
