import { slice, type Text } from "../../language/text.js";
import { formatLike, MIB } from "../compose/bytes.js";
import { parseJvmSize, type Setting, type SizedHeap } from "./heap.js";
import { editOf, type Edit, type MemoryLimit, type Project, type Workload } from "../workload.js";

/** A change that brings the heap to the ratio: what to say, and how to write it where that is safe. */
export interface Remedy {
  /** The new value in the words of the file, for example `1792m`. */
  readonly value: string;
  /** Absent where the value is not written literally, or is shared with another service. */
  readonly edits?: readonly Edit[] | undefined;
}

/** The largest whole number of MiB that is at most `ratio` of `limit` (bytes). */
export function largestHeap(limit: number, ratio: number): number {
  let bytes = (Math.floor((limit * ratio) / MIB) + 1) * MIB;
  while (bytes / limit > ratio) bytes -= MIB;
  return bytes;
}

/** The smallest whole number of MiB of which `heap` (bytes) is at most `ratio`. */
export function smallestLimit(heap: number, ratio: number): number {
  let bytes = (Math.ceil(heap / ratio / MIB) - 1) * MIB;
  while (bytes <= 0 || heap / bytes > ratio) bytes += MIB;
  return bytes;
}

/** The option that decides, set low enough; undefined where no value of it would help. */
export function lowerHeap(
  heap: SizedHeap,
  limit: MemoryLimit,
  ratio: number,
  project: Project,
): Remedy | undefined {
  const setting = heap.decidedBy;
  if (setting?.flag === "MaxHeapSize") return lowerSizes(heap, setting, limit, ratio, project);
  if (setting?.flag.endsWith("Percentage")) return lowerPercentage(heap, setting, limit, ratio, project);
  return undefined;
}

function lowerSizes(
  heap: SizedHeap,
  max: Setting,
  limit: MemoryLimit,
  ratio: number,
  project: Project,
): Remedy | undefined {
  const bytes = largestHeap(limit.bytes, ratio);
  if (bytes <= 2 * MIB) return undefined;
  // A start or minimum size above the new maximum would keep the JVM from starting: it is lowered with it.
  const initial = [heap.settings.get("InitialHeapSize"), heap.settings.get("MinHeapSize")];
  const words = [max, ...initial.filter((setting) => setting && setting.value > bytes)].map(
    (setting) => setting?.word,
  );
  const edits = [...new Set(words)].map((word) => {
    const changed = word && resize(word, bytes);
    return changed && editOf(changed.size, changed.text, project);
  });
  // A script may make -Xms and -Xmx of one value.
  const known = edits
    .filter((edit) => edit !== undefined)
    .filter(
      (edit, index, all) => all.findIndex(({ place }) => place.range[0] === edit.place.range[0]) === index,
    );
  const changed = resize(max.word, bytes);
  return changed && { value: changed.value, edits: edits.includes(undefined) ? undefined : known };
}

function lowerPercentage(
  heap: SizedHeap,
  setting: Setting,
  limit: MemoryLimit,
  ratio: number,
  project: Project,
): Remedy {
  const seen = heap.settings.get("MaxRAM")?.value ?? limit.bytes;
  const number = slice(setting.word, setting.word.value.indexOf("=") + 1);
  const isWhole = !number.value.includes(".");
  const scale = isWhole ? 1 : 10;
  // The small excess absorbs what division loses, as in 0.7 * 100 = 70.00000000000001 and its like below.
  const share = Math.floor(((limit.bytes * ratio) / seen) * 100 * scale + 1e-9) / scale;
  const value = share.toFixed(isWhole ? 0 : 1);
  const edit = editOf(number, value, project);
  return { value, edits: edit && [edit] };
}

/** The limit, set high enough in every place that sets it; undefined where the heap grows with it. */
export function raiseLimit(
  heap: SizedHeap,
  service: Workload,
  ratio: number,
  project: Project,
): Remedy | undefined {
  const isShare = heap.decidedBy === undefined || /Percentage|Fraction/.test(heap.decidedBy.flag);
  if (isShare && !heap.settings.has("MaxRAM")) return undefined;
  return raiseTo(smallestLimit(heap.bytes, ratio), service, project);
}

/** The limit, set to at least that many bytes in every place that sets it. */
export function raiseTo(least: number, service: Workload, project: Project): Remedy {
  const bytes = Math.ceil(least / MIB) * MIB;
  const edits = (service.memoryLimit?.places ?? []).map(({ text, write }) =>
    editOf(text, write(bytes), project),
  );
  const known = edits.filter((edit) => edit !== undefined);
  // Docker refuses a memory limit above the limit of memory and swap.
  const isSafe = edits.length > 0 && known.length === edits.length && !service.hasSwapLimit;
  return { value: `${String(bytes / MIB)} MiB`, edits: isSafe ? known : undefined };
}

/**
 * The size within `-Xmx2g` or `-XX:MaxHeapSize=2g`, set to a whole number of MiB: in the writer's unit if that keeps
 * it whole, else in MiB. `value` is the size as the JVM reads it, `text` the part of it that the file holds.
 */
function resize(word: Text, bytes: number): { size: Text; value: string; text: string } | undefined {
  const start = /^-(?:Xm[xs]|XX:\w+=)/.exec(word.value)?.[0].length;
  if (start === undefined) return undefined;
  // What an image's script writes behind the value has no place in the file.
  let end = word.value.length;
  while (end > start && word.starts[end - 1] === word.ends[end - 1]) end--;
  const size = slice(word, start, end);
  const scriptUnit = word.value.slice(end);
  if (scriptUnit !== "") {
    const text = String(bytes / (parseJvmSize(`1${scriptUnit}`) ?? 1));
    return { size, value: text + scriptUnit, text };
  }
  const text = formatLike(bytes, { space: "", unit: /[kmgt]$/i.exec(size.value)?.[0] ?? "" });
  return { size, value: text, text };
}
