import { slice, type Text } from "../language/text.js";
import { formatLike, MIB } from "./bytes.js";
import { parseJvmSize, type Heap, type Setting } from "./jvm.js";
import { editableRange, type MemoryLimit, type Project } from "./project.js";

/** Replacements in the source, in UTF-16 offsets. */
export type Edits = readonly { readonly range: readonly [number, number]; readonly text: string }[];

/** A change that brings the heap to the ratio: what to say, and how to write it where that is safe. */
export interface Remedy {
  /** The new value in the words of the file, for example `1792m`. */
  readonly value: string;
  /** Absent where the value is not written literally, or is shared with another service. */
  readonly edits?: Edits | undefined;
}

type SizedHeap = Extract<Heap, { kind: "heap" }>;

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
  source: string,
): Remedy | undefined {
  const setting = heap.decidedBy;
  if (setting?.flag === "MaxHeapSize") return lowerSizes(heap, setting, limit, ratio, project, source);
  if (setting?.flag.endsWith("Percentage"))
    return lowerPercentage(heap, setting, limit, ratio, project, source);
  return undefined;
}

function lowerSizes(
  heap: SizedHeap,
  max: Setting,
  limit: MemoryLimit,
  ratio: number,
  project: Project,
  source: string,
): Remedy | undefined {
  const bytes = largestHeap(limit.bytes, ratio);
  if (bytes <= 2 * MIB) return undefined;
  // A start or minimum size above the new maximum would keep the JVM from starting: it is lowered with it.
  const initial = [heap.settings.get("InitialHeapSize"), heap.settings.get("MinHeapSize")];
  const words = [max, ...initial.filter((setting) => setting && setting.value > bytes)].map(
    (setting) => setting?.word,
  );
  const edits = [...new Set(words)].map((word) => {
    const size = word && sizeOf(word);
    const range = size && editableRange(size, project, source);
    return size && range && { range, text: formatJvmSize(bytes, size, word) };
  });
  // A script may make -Xms and -Xmx of one value.
  const known = edits
    .filter((edit) => edit !== undefined)
    .filter((edit, index, all) => all.findIndex(({ range }) => range[0] === edit.range[0]) === index);
  return {
    value: formatJvmSize(bytes, sizeOf(max.word) ?? max.word, max.word),
    edits: edits.includes(undefined) ? undefined : known,
  };
}

function lowerPercentage(
  heap: SizedHeap,
  setting: Setting,
  limit: MemoryLimit,
  ratio: number,
  project: Project,
  source: string,
): Remedy {
  const seen = heap.settings.get("MaxRAM")?.value ?? limit.bytes;
  const number = slice(setting.word, setting.word.value.indexOf("=") + 1);
  const isWhole = !number.value.includes(".");
  const scale = isWhole ? 1 : 10;
  // The small excess absorbs what division loses, as in 0.7 * 100 = 70.00000000000001 and its like below.
  const share = Math.floor(((limit.bytes * ratio) / seen) * 100 * scale + 1e-9) / scale;
  const value = share.toFixed(isWhole ? 0 : 1);
  const range = editableRange(number, project, source);
  return { value, edits: range && [{ range, text: value }] };
}

/** The limit, set high enough in every place that sets it; undefined where the heap grows with it. */
export function raiseLimit(
  heap: SizedHeap,
  limit: MemoryLimit,
  ratio: number,
  project: Project,
  source: string,
): Remedy | undefined {
  const isShare = heap.decidedBy === undefined || /Percentage|Fraction/.test(heap.decidedBy.flag);
  if (isShare && !heap.settings.has("MaxRAM")) return undefined;
  const bytes = smallestLimit(heap.bytes, ratio);
  const edits = limit.places.map(({ text, size }) => {
    const range = editableRange(text, project, source);
    return range && { range, text: formatLike(bytes, size) };
  });
  const known = edits.filter((edit) => edit !== undefined);
  return { value: `${String(bytes / MIB)} MiB`, edits: known.length === edits.length ? known : undefined };
}

/** The size within `-Xmx2g` or `-XX:MaxHeapSize=2g`, without letters that a script and not the file wrote. */
function sizeOf(word: Text): Text | undefined {
  const start = /^-(?:Xm[xs]|XX:\w+=)/.exec(word.value)?.[0].length;
  if (start === undefined) return undefined;
  let end = word.value.length;
  while (end > start && word.starts[end - 1] === word.ends[end - 1]) end--;
  return slice(word, start, end);
}

/** A heap size in the unit of `size` if that keeps it whole, else in MiB. */
function formatJvmSize(bytes: number, size: Text, word: Text): string {
  // The unit stands behind the part that may be edited when the image's script appends it.
  const script = word.value.slice(word.value.indexOf(size.value) + size.value.length);
  if (script !== "") return String(bytes / (parseJvmSize(`1${script}`) ?? 1));
  const unit = /[kmgt]$/i.exec(size.value)?.[0] ?? "";
  return formatLike(bytes, { space: "", unit });
}
