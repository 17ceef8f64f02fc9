import { MIB } from "../compose/bytes.js";
import { parseJvmSize, type SizedHeap } from "./heap.js";
import type { OptionFiles } from "./option-files.js";
import { jvmWords, type JvmLaunch } from "./words.js";

/** Memory of a JVM outside of its heap. */
export interface NativePart {
  /** For messages. */
  readonly label: string;
  readonly bytes: number;
}

/** HotSpot's stack of a thread on 64 bits. */
const DEFAULT_STACK = MIB;

/**
 * What options let a JVM take beside its heap: direct buffers, metaspace and code cache as far as they are bounded,
 * and the stacks of `threads` threads. HotSpot bounds direct buffers by the heap's size and metaspace not at all;
 * what nobody set is left out.
 */
export function nativeOf(
  launch: JvmLaunch,
  heap: SizedHeap,
  threads: number,
  files: OptionFiles = new Map(),
): readonly NativePart[] {
  const words = jvmWords(launch, files);
  if ("abort" in words) return [];
  const values = words.options.map(({ word }) => word.value);
  const last = (pattern: RegExp) => values.flatMap((value) => pattern.exec(value)?.[1] ?? []).at(-1);
  const size = (flag: string) => {
    const written = last(new RegExp(`^-XX:${flag}=(.*)$`));
    return written === undefined ? undefined : parseJvmSize(written);
  };
  const direct = size("MaxDirectMemorySize");
  const parts: [string, number | undefined][] = [
    ["direct buffers", direct === 0 ? heap.bytes : direct],
    ["metaspace", size("MaxMetaspaceSize")],
    ["code cache", size("ReservedCodeCacheSize")],
    [threads === 1 ? "thread stack" : "thread stacks", threads * (stackOf(last) ?? DEFAULT_STACK)],
  ];
  return parts.flatMap(([label, bytes]) => (bytes === undefined || bytes === 0 ? [] : [{ label, bytes }]));
}

/** `-Xss512k` is in bytes with a suffix, `-XX:ThreadStackSize=512` in KiB; 0 means the default. */
function stackOf(last: (pattern: RegExp) => string | undefined): number | undefined {
  const written = last(/^(-Xss.*|-XX:ThreadStackSize=.*)$/);
  const bytes = written?.startsWith("-Xss")
    ? parseJvmSize(written.slice("-Xss".length))
    : (parseJvmSize(written?.split("=")[1] ?? "") ?? 0) * 1024;
  return bytes === 0 ? undefined : bytes;
}
