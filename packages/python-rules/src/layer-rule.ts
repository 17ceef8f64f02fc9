import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { layeredFrom } from "./files/project.js";
import type { LayeredCode } from "./model/layers/layers.js";
import { isPython, type PythonRule } from "./rule.js";

/** What a rule finds in one file. */
export interface LayerFinding {
  readonly range: Range;
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
}

type Meta = NonNullable<PythonRule["meta"]>;
type LayerRuleMeta = Meta & { docs: NonNullable<Meta["docs"]> & { description: string } };

export interface LayerRule {
  meta: LayerRuleMeta;
  /** What is found in a file of a project, pure. */
  find: (project: LayeredCode, file: string) => Iterable<LayerFinding>;
}

/** An ESLint rule from a question about the layers of a project. */
export function layerRule({ meta, find }: LayerRule): PythonRule & LayerRule {
  return {
    meta,
    find,
    create(context) {
      const { sourceCode } = context;
      if (!isPython(sourceCode)) return {};
      return {
        Program() {
          if (sourceCode.ast.unread) return;
          const linted = layeredFrom(context);
          if (!linted) return;
          for (const { range, messageId, data } of find(linted.project, linted.file)) {
            const [start, end] = [sourceCode.getLocFromIndex(range[0]), sourceCode.getLocFromIndex(range[1])];
            context.report({ loc: { start, end }, messageId, data });
          }
        },
      };
    },
  };
}
