import { databaseOf, historyProblems, isForeign, pathOf } from "../files/project.js";
import { isSignificant, tokens, type Token } from "../language/lexer.js";
import { repeatedChangeSets } from "../model/direction.js";
import { queryFactsOf } from "../model/queries/index.js";
import { refusalsOf } from "../model/refusals.js";
import type { SqlSourceCode } from "../language/sql-source-code.js";
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
      body: "This could not be read in full, so queries in it were not checked: {{error}}.",
      dialect: "This script looks like {{dialect}} ({{evidence}}), so it was not checked.",
      duplicate: "{{problem}}: tools refuse such a history, or apply only one of the two.",
      missing: "{{problem}}: this history cannot be applied as it stands.",
      circular: "{{problem}}: there is no order to apply them in.",
      refused: "PostgreSQL would refuse this statement here, so nothing in it was checked: {{error}}.",
      unread: "{{problem}}: nothing that depends on it was checked.",
      encoding: "This script was not read as it was meant: {{problem}}.",
      cut: "The scripts around this one were not read, so nothing that needs its history was checked: {{problem}}.",
    },
  },

  create(context) {
    const { sourceCode } = context;
    if (!isSql(sourceCode)) return {};
    const { dialect, by, evidence } = sourceCode.ast.dialect;
    // A script filed under another database's name is none of ours.
    if ((dialect !== "postgresql" && by === "path") || isForeign(context)) return {};
    let isReported = false;

    return {
      Program() {
        for (const { kind, message } of historyProblems(context)) {
          context.report({
            loc: firstToken(sourceCode),
            messageId: kind,
            data: { problem: kind === "cut" || kind === "encoding" ? message : capital(message) },
          });
        }
        for (const { id, range } of repeatedChangeSets(sourceCode.ast)) {
          const loc = {
            start: sourceCode.getLocFromIndex(range[0]),
            end: sourceCode.getLocFromIndex(range[1]),
          };
          context.report({
            loc,
            messageId: "duplicate",
            data: { problem: `A change set before is ${id} too` },
          });
        }
        const database = databaseOf(context);
        for (const { message, place } of (database && refusalsOf(database).get(pathOf(context))) ?? []) {
          const loc = {
            start: sourceCode.getLocFromIndex(place.range[0]),
            end: firstLineEnd(sourceCode, place.range),
          };
          context.report({ loc, messageId: "refused", data: { error: message } });
        }
        for (const { range, error } of dialect === "postgresql" ? queryFactsOf(sourceCode.ast).unread : []) {
          context.report({
            loc: { start: sourceCode.getLocFromIndex(range[0]), end: sourceCode.getLocFromIndex(range[1]) },
            messageId: "body",
            data: { error },
          });
        }
      },
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

function firstLineEnd(sourceCode: SqlSourceCode, [start, end]: readonly [number, number]) {
  const [line = ""] = sourceCode.text.slice(start, end).split(/[\r\n]/, 1);
  return sourceCode.getLocFromIndex(start + line.length);
}

/** Where what concerns a script as a whole is said. */
function firstToken(sourceCode: SqlSourceCode) {
  const token = firstOf(tokens(sourceCode.text));
  return {
    start: sourceCode.getLocFromIndex(token?.start ?? 0),
    end: sourceCode.getLocFromIndex(token?.end ?? 0),
  };
}

function firstOf(all: Iterable<Token>): Token | undefined {
  for (const token of all) if (isSignificant(token)) return token;
  return undefined;
}

/** A name of a file stays as it is. */
function capital(message: string): string {
  return /^[a-z]+ /.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message;
}
