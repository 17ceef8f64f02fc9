import type { AST } from "yaml-eslint-parser";
import { rangeOf } from "../language/text.js";
import { isYamlProgram } from "../language/yaml.js";
import { formatMib } from "../model/bytes.js";
import { heapOf } from "../model/jvm/heap.js";
import { launchesOf } from "../model/jvm/launch.js";
import { readProject, type Service } from "../model/project.js";
import { lowerHeap, raiseLimit, type Edits } from "../model/jvm/remedy.js";
import type { YamlRule } from "../rule.js";

export interface Options {
  /** Largest share of the memory limit the heap may take. Wins over `preset`. */
  maxRatio?: number;
  /** `h2o-xgboost`: two thirds, as H2O asks for where XGBoost runs beside the JVM. */
  preset?: keyof typeof PRESETS;
}

const PRESETS = { default: 0.7, "h2o-xgboost": 2 / 3 };

const rule: YamlRule<[Options?]> = {
  meta: {
    type: "problem",
    docs: {
      description: "Enforce a maximum share of a container's memory limit that its JVM heap may take",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/max-jvm-heap-ratio.md",
      recommended: true,
      view: "physical",
      level: "error",
    },
    languages: ["js/js", "yml/*"],
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

  create(context) {
    const { sourceCode } = context;
    const program: unknown = sourceCode.ast;
    // ESLint 9 does not know meta.languages and hands over any language's tree.
    if (!isYamlProgram(program)) return {};
    const { maxRatio, preset = "default" } = context.options[0] ?? {};
    const ratio = maxRatio ?? PRESETS[preset];

    function check(service: Service, project: NonNullable<ReturnType<typeof readProject>>): void {
      const limit = service.memoryLimit;
      if (!limit) return;
      for (const launch of launchesOf(service)) {
        const heap = heapOf(launch, limit.bytes);
        if (heap.kind !== "heap" || heap.bytes / limit.bytes <= ratio) continue;
        const lower = lowerHeap(heap, limit, ratio, project, sourceCode.text);
        const raise = raiseLimit(heap, service, ratio, project, sourceCode.text);
        const word = heap.decidedBy?.word;
        const option =
          heap.decidedBy && (/^-Xm[xs]/.exec(heap.decidedBy.word.value)?.[0] ?? heap.decidedBy.flag);
        const advice = [
          ...(lower ? [`lower ${option ?? ""} to ${lower.value}`] : []),
          ...(raise ? [`raise the limit to ${raise.value}`] : []),
        ];
        context.report({
          loc: locationOf((word && rangeOf(word)) ?? service.node.range),
          messageId: "tooLarge",
          data: {
            heap: formatMib(heap.bytes),
            origin: word?.node && word.node === service.image?.node ? " (the default of this image)" : "",
            limit: formatMib(limit.bytes),
            share: percent(heap.bytes / limit.bytes, ratio),
            ratio: percent(ratio),
            remedy: advice.length > 0 ? `: ${advice.join(" or ")}` : "",
            service: service.name,
          },
          suggest: [
            ...suggestion("lower", { option: option ?? "", value: lower?.value ?? "" }, lower?.edits),
            ...suggestion("raise", { value: raise?.value ?? "" }, raise?.edits),
          ],
        });
      }
    }

    function locationOf([start, end]: readonly [number, number]) {
      return { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) };
    }

    return {
      Program(): void {
        const project = readProject(program, sourceCode.text);
        for (const service of project?.services ?? []) check(service, project!);
      },
    };
  },
};

function suggestion(messageId: string, data: Record<string, string>, edits: Edits | undefined) {
  if (!edits) return [];
  return [
    {
      messageId,
      data,
      fix: (fixer: {
        replaceTextRange(range: AST.Range, text: string): { range: AST.Range; text: string };
      }) => edits.map(({ range, text }) => fixer.replaceTextRange([...range], text)),
    },
  ];
}

/** A share as a percentage with as few decimals as keep it apart from `other`. */
function percent(share: number, other?: number): string {
  for (let decimals = 1; decimals < 6; decimals++) {
    const text = String(Number((share * 100).toFixed(decimals)));
    if (other === undefined || text !== String(Number((other * 100).toFixed(decimals)))) return `${text} %`;
  }
  return `${String(share * 100)} %`;
}

export default rule;
