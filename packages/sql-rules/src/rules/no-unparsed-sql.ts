import { isSql, type SqlRule } from "../rule.js";

export default {
  meta: {
    type: "problem",
    docs: {
      description: "Disallow SQL that could not be read and so was not checked",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-unparsed-sql.md",
      recommended: true,
      view: "logical",
      level: "warn",
      code: "OR00",
    },
    languages: ["orchestrator/sql"],
    schema: [],
    messages: {
      statement: "This statement could not be read, so nothing in it was checked: {{error}}.",
      dialect: "This script looks like {{dialect}} ({{evidence}}), so it was not checked.",
    },
  },

  create(context) {
    const { sourceCode } = context;
    if (!isSql(sourceCode)) return {};
    const { dialect, by, evidence } = sourceCode.ast.dialect;
    // A script filed under another database's name is none of ours.
    if (dialect !== "postgresql" && by === "path") return {};
    let isReported = false;

    return {
      UnparsedStatement({ error, errorRange }: { error: string; errorRange: [number, number] }) {
        const loc = {
          start: sourceCode.getLocFromIndex(errorRange[0]),
          end: sourceCode.getLocFromIndex(errorRange[1]),
        };
        if (dialect === "postgresql") context.report({ loc, messageId: "statement", data: { error } });
        else if (!isReported) context.report({ loc, messageId: "dialect", data: { dialect, evidence } });
        isReported = true;
      },
    };
  },
} satisfies SqlRule;
