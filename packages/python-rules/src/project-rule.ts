import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { layeredFrom, mageFrom, type LintedFile } from "./files/project.js";
import type { LayeredCode } from "./model/layers/layers.js";
import type { MageProject } from "./model/mage/mage.js";
import { isPython, type PythonRule } from "./rule.js";

/** What a rule finds in one file. */
export interface ProjectFinding {
  readonly range: Range;
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
}

type Meta = NonNullable<PythonRule["meta"]>;
type ProjectRuleMeta = Meta & { docs: NonNullable<Meta["docs"]> & { description: string } };

export interface ProjectRule<Project> {
  meta: ProjectRuleMeta;
  /** What is found in a file of a project, pure. */
  find: (project: Project, file: string) => Iterable<ProjectFinding>;
}

/** An ESLint rule from a question about the layers of a project. */
export const layerRule = (rule: ProjectRule<LayeredCode>) => projectRule(layeredFrom, rule);

/** An ESLint rule from a question about the Mage blocks of a project. */
export const mageRule = (rule: ProjectRule<MageProject>) => projectRule(mageFrom, rule);

function projectRule<Project>(
  from: (linted: LintedFile) => { project: Project; file: string } | undefined,
  { meta, find }: ProjectRule<Project>,
): PythonRule & ProjectRule<Project> {
  return {
    meta,
    find,
    create(context) {
      const { sourceCode } = context;
      if (!isPython(sourceCode)) return {};
      return {
        Program() {
          if (sourceCode.ast.unread) return;
          const linted = from(context);
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
