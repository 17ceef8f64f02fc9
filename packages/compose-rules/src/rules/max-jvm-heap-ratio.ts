import { placeOfText } from "../language/text.js";
import { formatMib } from "../model/compose/bytes.js";
import type { SizedHeap } from "../model/jvm/heap.js";
import { nativeOf } from "../model/jvm/native.js";
import { optionOf, processesOf, type JvmProcess } from "../model/jvm/process.js";
import { lowerHeap, raiseLimit, raiseTo } from "../model/jvm/remedy.js";
import { labelOf, percent } from "../model/label.js";
import type { Edit, MemoryLimit, Project, Workload } from "../model/workload.js";
import { LANGUAGES, projectRule, type Finding } from "../rule.js";

export interface Options {
  /** Largest share of the memory limit the heap may take. Wins over `preset`. */
  maxRatio?: number;
  /** `h2o-xgboost`: two thirds, as H2O asks for where XGBoost runs beside the JVM. */
  preset?: keyof typeof PRESETS;
  /** Whether memory outside of the heap that options bound is summed up with it. */
  sumNative?: boolean;
  /** Threads whose stacks are summed up. */
  threads?: number;
  /** Whether images that are not known are taken to pass on JAVA_OPTS and the like. */
  assumePassed?: boolean;
}

const PRESETS = { default: 0.7, "h2o-xgboost": 2 / 3 };

export default projectRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description: "Enforce a maximum share of a container's memory limit that its JVM heap may take",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/max-jvm-heap-ratio.md",
      recommended: true,
      view: "physical",
      level: "error",
      strictOptions: { sumNative: true, assumePassed: true },
    },
    languages: LANGUAGES,
    hasSuggestions: true,
    schema: [
      {
        type: "object",
        properties: {
          maxRatio: {
            description: "Largest share of the memory limit the heap may take. Wins over `preset`.",
            type: "number",
            exclusiveMinimum: true,
            minimum: 0,
            maximum: 1,
          },
          preset: {
            description: "`default` is 0.7, `h2o-xgboost` two thirds.",
            enum: Object.keys(PRESETS),
          },
          sumNative: {
            description: "Whether memory outside of the heap that options bound is summed up with it.",
            type: "boolean",
          },
          threads: {
            description: "Threads whose stacks are summed up.",
            type: "integer",
            minimum: 0,
          },
          assumePassed: {
            description: "Whether images that are not known are taken to pass on JAVA_OPTS and the like.",
            type: "boolean",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ preset: "default", sumNative: false, threads: 20, assumePassed: false }],
    messages: {
      tooLarge:
        "{{heap}} heap{{origin}} in a {{limit}} limit is {{share}}, above {{ratio}}{{remedy}}. Metaspace, threads, direct buffers and native code such as XGBoost live outside the heap, so the kernel may kill {{workload}} as its heap fills.",
      sum: "{{sum}} = {{total}} in a {{limit}} limit: raise it to {{value}}, or lower what is summed. The options of {{workload}} let it take more than the kernel lets it have.",
      lower: "Lower {{option}} to {{value}}.",
      raise: "Raise the memory limit to {{value}}.",
    },
  },

  *find(
    project,
    { maxRatio, preset = "default", sumNative = false, threads = 20, assumePassed = false },
    { images },
  ) {
    const ratio = maxRatio ?? PRESETS[preset];
    for (const workload of project.workloads) {
      const limit = workload.memoryLimit;
      for (const process of limit ? processesOf(workload, images) : []) {
        const { heap } = process;
        if (!limit || heap.kind !== "heap" || (process.isAssumed && !assumePassed)) continue;
        if (heap.bytes / limit.bytes > ratio) yield tooLarge(workload, heap, limit, ratio, project);
        else if (sumNative) yield* tooMuch(workload, process, heap, limit, threads, project);
      }
    }
  },
});

function tooLarge(
  workload: Workload,
  heap: SizedHeap,
  limit: MemoryLimit,
  ratio: number,
  project: Project,
): Finding {
  const lower = lowerHeap(heap, limit, ratio, project);
  const raise = raiseLimit(heap, workload, ratio, project);
  const word = heap.decidedBy?.word;
  const option = optionOf(heap) ?? "";
  const advice = [
    ...(lower ? [`lower ${option} to ${lower.value}`] : []),
    ...(raise ? [`raise the limit to ${raise.value}`] : []),
  ];
  const isOfImage = word?.origin && word.origin === workload.image?.origin;
  return {
    place: placeFor(workload, heap),
    messageId: "tooLarge",
    data: {
      heap: formatMib(heap.bytes),
      origin: isOfImage ? " (the default of this image)" : "",
      limit: formatMib(limit.bytes),
      share: percent(heap.bytes / limit.bytes, ratio),
      ratio: percent(ratio),
      remedy: advice.length > 0 ? `: ${advice.join(" or ")}` : "",
      workload: labelOf(workload),
    },
    subject: workload.subject,
    suggest: [
      ...suggestion("lower", { option, value: lower?.value ?? "" }, lower?.edits),
      ...suggestion("raise", { value: raise?.value ?? "" }, raise?.edits),
    ],
    related: limitPlaces(limit),
  };
}

function* tooMuch(
  workload: Workload,
  { launch }: JvmProcess,
  heap: SizedHeap,
  limit: MemoryLimit,
  threads: number,
  project: Project,
): Iterable<Finding> {
  const parts = [{ label: "heap", bytes: heap.bytes }, ...nativeOf(launch, heap, threads, workload.files)];
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= limit.bytes) return;
  const raise = raiseTo(total, workload, project);
  yield {
    place: placeFor(workload, heap),
    messageId: "sum",
    data: {
      sum: parts.map(({ label, bytes }) => `${formatMib(bytes)} ${label}`).join(" + "),
      total: formatMib(total),
      limit: formatMib(limit.bytes),
      value: raise.value,
      workload: labelOf(workload),
    },
    subject: workload.subject,
    suggest: suggestion("raise", { value: raise.value }, raise.edits),
    related: limitPlaces(limit),
  };
}

function placeFor(workload: Workload, heap: SizedHeap) {
  return (heap.decidedBy && placeOfText(heap.decidedBy.word)) ?? workload.place;
}

function limitPlaces(limit: MemoryLimit) {
  return limit.places.flatMap(({ text }) => {
    const place = placeOfText(text);
    return place ? [{ place, message: "The limit is set here." }] : [];
  });
}

function suggestion(messageId: string, data: Record<string, string>, edits: readonly Edit[] | undefined) {
  return edits ? [{ messageId, data, edits }] : [];
}
