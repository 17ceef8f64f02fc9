import { formatMib } from "./model/compose/bytes.js";
import { heapOf } from "./model/jvm/heap.js";
import { optionOf, processesOf } from "./model/jvm/process.js";
import type { Project } from "./model/workload.js";
import type { Settings } from "./settings.js";

/** The memory of one JVM of a workload, or of a workload that runs none. Sizes are bytes. */
export interface MemoryRow {
  /** `services.NAME`, `Kind/name/containers/NAME`. */
  readonly subject: string;
  /** Tells the project from the others of its tree: its files, or the folder of its kustomization. */
  readonly project?: string;
  /** Absolute path of the file that declares the workload. */
  readonly path: string;
  /** Absent without limit, and where it is not known. */
  readonly limit?: number;
  /** The maximum heap; absent without JVM, and where it is not known. */
  readonly heap?: number;
  /** Heap through limit. */
  readonly ratio?: number;
  /** What the limit leaves beside the heap; below zero where the heap alone is too large. */
  readonly headroom?: number;
  /** What decides the heap, or why there is no number. */
  readonly decidedBy: string;
  /** Rules whose findings about it a comment suppresses; left to whoever ran them. */
  readonly suppressed?: readonly string[];
}

/** The memory of every workload of a project, in the order of its files. */
export function memoryOf({ workloads, title }: Project, { images }: Settings): readonly MemoryRow[] {
  return workloads.flatMap((workload): MemoryRow[] => {
    const { subject, place, memoryLimit, hasUnknownLimit, memoryProblems } = workload;
    const limit = memoryLimit?.bytes;
    const row = {
      subject,
      ...(title === undefined ? {} : { project: title }),
      path: place.path,
      ...(limit === undefined ? {} : { limit }),
    };
    const processes = processesOf(workload, images);
    const limitNote = hasUnknownLimit === true ? "the limit is known only where it runs" : memoryProblems.length > 0 ? "the limit is invalid" : "no limit"; // prettier-ignore
    if (processes.length === 0) return [{ ...row, decidedBy: limit === undefined ? `no JVM known, ${limitNote}` : "no JVM known" }]; // prettier-ignore
    return processes.map(({ launch, heap: inLimit, isAssumed }) => {
      // Without a limit, only sizes say anything: shares are of a machine that nobody knows.
      const heap = limit === undefined ? heapOf(launch, undefined, workload.files) : inLimit;
      if (heap.kind === "abort") return { ...row, decidedBy: `does not start: ${heap.because}` };
      if (heap.kind === "unknown") return { ...row, decidedBy: limit === undefined ? `heap not known, ${limitNote}` : "heap known only where it runs" }; // prettier-ignore
      const option = optionOf(heap);
      const isOfImage = heap.decidedBy?.word.origin !== undefined && heap.decidedBy.word.origin === workload.image?.origin; // prettier-ignore
      const decidedBy = isOfImage ? "default of the image" : (option ?? "default of the JVM");
      const note = `${decidedBy}${isAssumed ? ", if the image passes it on" : ""}${limit === undefined ? `, ${limitNote}` : ""}`; // prettier-ignore
      return {
        ...row,
        heap: heap.bytes,
        ...(limit === undefined ? {} : { ratio: heap.bytes / limit, headroom: limit - heap.bytes }),
        decidedBy: note,
      };
    });
  });
}

const BAR = 20;

/** The rows as a table for people, with their projects where there are several, and with a bar that is full where the heap takes all of the limit. */
export function memoryTable(rows: readonly MemoryRow[]): string {
  const mib = (bytes: number | undefined) => (bytes === undefined ? "-" : formatMib(bytes));
  const isNamed = new Set(rows.map(({ project }) => project)).size > 1;
  const cells = rows.map(
    ({ subject, project = "", limit, heap, ratio, headroom, decidedBy, suppressed = [] }) => [
      ...(isNamed ? [project] : []),
      subject,
      mib(limit),
      mib(heap),
      ratio === undefined ? "-" : `${(ratio * 100).toFixed(1)} %`,
      mib(headroom),
      barOf(ratio),
      suppressed.length > 0 ? `${decidedBy}; suppressed: ${suppressed.join(", ")}` : decidedBy,
    ],
  );
  const head = [
    ...(isNamed ? ["project"] : []),
    "subject",
    "limit",
    "heap",
    "ratio",
    "headroom",
    "heap in limit",
    "decided by",
  ];
  const all = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number) => /^(?:limit|heap|ratio|headroom)$/.test(head[column] ?? "");
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    ) // prettier-ignore
    .map((line) => `${line}\n`)
    .join("");
}

function barOf(ratio: number | undefined): string {
  if (ratio === undefined) return "";
  const full = Math.min(BAR, Math.round(ratio * BAR));
  return `${"█".repeat(full)}${"░".repeat(BAR - full)}${ratio > 1 ? "▶" : ""}`;
}
