import { firstProblem } from "../model/facts/draw.js";
import { isPython, type PythonRule } from "../rule.js";

export default {
  meta: {
    type: "problem",
    docs: {
      description: "Disallow Python that could not be read and so was not checked",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-unread-python.md",
      recommended: true,
      view: "process",
      level: "warn",
    },
    languages: ["orchestrator/python"],
    schema: [],
    messages: {
      file: "This file was not checked: {{reason}}.",
      part: "From here on this statement was not checked in full: it is no Python that could be read.",
    },
  },

  create(context) {
    const { sourceCode } = context;
    if (!isPython(sourceCode)) return {};
    return {
      Program() {
        const { unread, text, statements } = sourceCode.ast;
        const locate = ([start, end]: readonly [number, number]) => ({
          start: sourceCode.getLocFromIndex(start),
          end: sourceCode.getLocFromIndex(end),
        });
        if (unread) {
          context.report({ loc: locate(unread.range), messageId: "file", data: { reason: unread.reason } });
          return;
        }
        for (const {
          range: [start, end],
        } of statements) {
          const problem = firstProblem(text.slice(start, end));
          if (!problem) continue;
          context.report({ loc: locate([start + problem[0], start + problem[1]]), messageId: "part" });
        }
      },
    };
  },
} satisfies PythonRule;
