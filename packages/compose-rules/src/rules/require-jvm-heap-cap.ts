import { placeOfText, type Text } from "../language/text.js";
import { formatMib } from "../model/compose/bytes.js";
import { heapOf, type SizedHeap } from "../model/jvm/heap.js";
import { optionOf, processesOf } from "../model/jvm/process.js";
import { labelOf } from "../model/label.js";
import type { Workload } from "../model/workload.js";
import { LANGUAGES, projectRule, type Finding } from "../rule.js";

/** Without a limit a JVM sees a machine's memory; how much decides sizes, not whether there is a cap. */
const SOME_MACHINE = 16 * 2 ** 30;

export interface Options {
  /** Whether only -Xmx, written in the file, counts as a cap. */
  requireXmx?: boolean;
}

export default projectRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description: "Require a cap on the heap of every JVM",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/require-jvm-heap-cap.md",
      recommended: true,
      view: "physical",
      level: "error",
      strictOptions: { requireXmx: true },
    },
    languages: LANGUAGES,
    schema: [
      {
        type: "object",
        properties: {
          requireXmx: {
            description: "Whether only -Xmx, written in the file, counts as a cap.",
            type: "boolean",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ requireXmx: false }],
    messages: {
      ofMachine:
        "Nothing caps the heap of {{workload}}: without a memory limit its JVM takes a quarter of whatever memory the machine has.",
      ofLimit:
        "Nothing caps the heap of {{workload}}: its JVM takes {{heap}}, its default share of the {{limit}} limit, and another share wherever the limit changes.",
      share:
        "{{option}} of {{workload}} is a share of the whole machine's memory, because the container has no memory limit.",
      noXmx:
        "No -Xmx is set for {{workload}}: {{instead}} decides its heap, so no number in this file says how much memory is left beside it.",
    },
  },

  *find(project, { requireXmx = false }, { images }) {
    for (const workload of project.workloads) {
      for (const process of processesOf(workload, images)) {
        const { launch, isAssumed } = process;
        const heap = workload.memoryLimit ? process.heap : heapOf(launch, SOME_MACHINE, workload.files);
        // An image that sizes itself by a rule of its own is capped, but not by -Xmx.
        if (requireXmx && heap.kind === "unknown" && isOfImage(workload, heap.word)) yield withoutXmx(workload, heap.word, "the image's own default"); // prettier-ignore
        if (heap.kind !== "heap") continue;
        // What conventional variables leave open, an unknown image may have set.
        const isOpen = isAssumed || workload.hasUnknownLimit === true;
        const finding =
          (isOpen ? undefined : uncapped(workload, heap)) ?? (requireXmx ? noXmx(workload, heap) : undefined);
        if (finding) yield finding;
      }
    }
  },
});

function uncapped(workload: Workload, heap: SizedHeap): Finding | undefined {
  const { decidedBy, settings } = heap;
  if (decidedBy?.flag === "MaxHeapSize" || settings.has("MaxRAM")) return undefined;
  const limit = workload.memoryLimit;
  const isShare = settings.has("MaxRAMPercentage") || settings.has("MaxRAMFraction");
  if (isShare && limit) return undefined;
  const share = isShare ? (settings.get("MaxRAMPercentage") ?? settings.get("MaxRAMFraction")) : undefined;
  const data = { workload: labelOf(workload), heap: formatMib(heap.bytes), limit: limit ? formatMib(limit.bytes) : "", option: share?.flag ?? "" }; // prettier-ignore
  return {
    place: (share && placeOfText(share.word)) ?? workload.place,
    messageId: share ? "share" : limit ? "ofLimit" : "ofMachine",
    data,
    subject: workload.subject,
  };
}

/** The seed's wording: -Xmx itself, in the file. */
function noXmx(workload: Workload, heap: SizedHeap): Finding | undefined {
  const word = heap.decidedBy?.word;
  if (isOfImage(workload, word)) return withoutXmx(workload, word, "the image's own default");
  if (heap.decidedBy?.flag === "MaxHeapSize") return undefined;
  return withoutXmx(workload, word, optionOf(heap) ?? "the JVM's default");
}

function isOfImage({ image }: Workload, word: Text | undefined): boolean {
  return word?.origin !== undefined && word.origin === image?.origin;
}

function withoutXmx(workload: Workload, word: Text | undefined, instead: string): Finding {
  return {
    place: (word && placeOfText(word)) ?? workload.place,
    messageId: "noXmx",
    data: { workload: labelOf(workload), instead },
    subject: workload.subject,
  };
}
