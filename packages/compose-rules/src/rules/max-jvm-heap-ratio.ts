import { placeOfText } from "../language/text.js";
import { formatMib } from "../model/compose/bytes.js";
import { heapOf } from "../model/jvm/heap.js";
import { launchesOf } from "../model/jvm/launch.js";
import { lowerHeap, raiseLimit } from "../model/jvm/remedy.js";
import type { Edit, Project, Workload } from "../model/workload.js";
import { LANGUAGES, projectRule, type Finding } from "../rule.js";

export interface Options {
  /** Largest share of the memory limit the heap may take. Wins over `preset`. */
  maxRatio?: number;
  /** `h2o-xgboost`: two thirds, as H2O asks for where XGBoost runs beside the JVM. */
  preset?: keyof typeof PRESETS;
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
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ preset: "default" }],
    messages: {
      tooLarge:
        '{{heap}} heap{{origin}} in a {{limit}} limit is {{share}}, above {{ratio}}{{remedy}}. Metaspace, threads, direct buffers and native code such as XGBoost live outside the heap, so the kernel may kill service "{{service}}" as its heap fills.',
      lower: "Lower {{option}} to {{value}}.",
      raise: "Raise the memory limit to {{value}}.",
    },
  },

  *find(project, { maxRatio, preset = "default" }) {
    const ratio = maxRatio ?? PRESETS[preset];
    for (const workload of project.workloads) yield* tooLarge(workload, project, ratio);
  },
});

function* tooLarge(workload: Workload, project: Project, ratio: number): Iterable<Finding> {
  const limit = workload.memoryLimit;
  if (!limit) return;
  for (const launch of launchesOf(workload)) {
    const heap = heapOf(launch, limit.bytes);
    if (heap.kind !== "heap" || heap.bytes / limit.bytes <= ratio) continue;
    const lower = lowerHeap(heap, limit, ratio, project);
    const raise = raiseLimit(heap, workload, ratio, project);
    const word = heap.decidedBy?.word;
    const option = heap.decidedBy && (/^-Xm[xs]/.exec(heap.decidedBy.word.value)?.[0] ?? heap.decidedBy.flag);
    const advice = [
      ...(lower ? [`lower ${option ?? ""} to ${lower.value}`] : []),
      ...(raise ? [`raise the limit to ${raise.value}`] : []),
    ];
    const isOfImage = word?.origin && word.origin === workload.image?.origin;
    yield {
      place: (word && placeOfText(word)) ?? workload.place,
      messageId: "tooLarge",
      data: {
        heap: formatMib(heap.bytes),
        origin: isOfImage ? " (the default of this image)" : "",
        limit: formatMib(limit.bytes),
        share: percent(heap.bytes / limit.bytes, ratio),
        ratio: percent(ratio),
        remedy: advice.length > 0 ? `: ${advice.join(" or ")}` : "",
        service: workload.name,
      },
      subject: workload.subject,
      suggest: [
        ...suggestion("lower", { option: option ?? "", value: lower?.value ?? "" }, lower?.edits),
        ...suggestion("raise", { value: raise?.value ?? "" }, raise?.edits),
      ],
    };
  }
}

function suggestion(messageId: string, data: Record<string, string>, edits: readonly Edit[] | undefined) {
  return edits ? [{ messageId, data, edits }] : [];
}

/** A share as a percentage with as few decimals as keep it apart from `other`. */
function percent(share: number, other?: number): string {
  for (let decimals = 1; decimals < 6; decimals++) {
    const text = String(Number((share * 100).toFixed(decimals)));
    if (other === undefined || text !== String(Number((other * 100).toFixed(decimals)))) return `${text} %`;
  }
  return `${String(share * 100)} %`;
}
