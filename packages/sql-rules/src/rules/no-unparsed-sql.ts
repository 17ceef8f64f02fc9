import { databasesOf, historyProblems, isForeign, pathOf } from "../files/project.js";
import { isSignificant, tokens, type Token } from "../language/lexer.js";
import { repeatedChangeSets } from "../model/direction.js";
import { queryFactsOf } from "../model/queries/index.js";
import { refusalsOf } from "../model/refusals.js";
import { decidedChanges } from "../model/psql.js";
import type { Range } from "../language/split.js";
import { isPython, isSql, type SqlRule } from "../rule.js";
import { settingsOf } from "../settings.js";
import { heldBack, judges } from "../uncertain.js";

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
    languages: ["orchestrator/sql", "orchestrator/python"],
    schema: [
      {
        type: "object",
        properties: {
          uncertain: {
            description:
              "The rules whose findings are reported here where something they depend on is in doubt; all by default.",
            type: "array",
            items: { enum: judges },
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ uncertain: judges }],
    messages: {
      statement: "This statement could not be read, so nothing in it was checked: {{error}}.",
      body: "This could not be read in full, so queries in it were not checked: {{error}}.",
      dialect: "This script looks like {{dialect}} ({{evidence}}), so it was not checked.",
      duplicate: "{{problem}}: tools refuse such a history, or apply only one of the two.",
      missing: "{{problem}}: this history cannot be applied as it stands.",
      circular: "{{problem}}: there is no order to apply them in.",
      operation: "This could not be read, so what it does to the schema was not checked: {{error}}.",
      refused: "PostgreSQL would refuse this statement here, so nothing in it was checked: {{error}}.",
      condition:
        "Only when this script is run, psql decides whether the statements up to \\endif are: nothing certain is known of what they change, so no rule makes an error of it.",
      database:
        "Here psql goes to another database: nothing certain is known of what the statements after this change, so no rule makes an error of it.",
      foreign: "{{problem}}, so nothing in them was checked.",
      unread: "{{problem}}: what depends on it is in doubt.",
      encoding: "This script was not read as it was meant: {{problem}}.",
      uncertain: "Perhaps one for {{rule}}, but {{what}} is in doubt ({{doubt}}): {{message}}.",
      cut: "The scripts around this one were not read, so nothing that needs its history was checked: {{problem}}.",
    },
  },

  create(context) {
    const { sourceCode } = context;
    const path = pathOf(context);
    const loc = ([start, end]: Range) => ({
      start: sourceCode.getLocFromIndex(start),
      end: sourceCode.getLocFromIndex(end),
    });

    function reportUncertain(): void {
      const [{ uncertain }] = context.options as [{ uncertain: readonly string[] }];
      const settings = settingsOf(context.settings);
      const held = databasesOf(context).flatMap((one) => heldBack(one, uncertain, settings).get(path) ?? []);
      for (const { place, ...data } of held)
        context.report({ loc: loc(place.range), messageId: "uncertain", data });
    }

    function reportHistory(): void {
      for (const { kind, message } of historyProblems(context)) {
        context.report({
          loc: loc(isPython(sourceCode) ? revision(sourceCode.text) : firstToken(sourceCode.text)),
          messageId: kind,
          data: { problem: kind === "cut" || kind === "encoding" ? message : capital(message) },
        });
      }
      const [database] = databasesOf(context);
      for (const { message, place } of (database && refusalsOf(database).get(path)) ?? []) {
        const range = firstLine(sourceCode.text, place.range);
        context.report({ loc: loc(range), messageId: "refused", data: { error: message } });
      }
    }

    if (isPython(sourceCode)) {
      return {
        Program() {
          reportHistory();
          reportUncertain();
          const facts = databasesOf(context)[0]?.files.find((file) => file.path === path);
          for (const { range, error } of facts?.unread ?? [])
            context.report({
              loc: loc(firstLine(sourceCode.text, range)),
              messageId: "operation",
              data: { error },
            });
        },
      };
    }

    if (!isSql(sourceCode)) return {};
    const { dialect, by, evidence } = sourceCode.ast.dialect;
    // A script filed under another database's name is none of ours.
    if ((dialect !== "postgresql" && by === "path") || isForeign(context)) return {};
    let isReported = false;
    function reportDialect(range: Range): void {
      if (isReported) return;
      isReported = true;
      const data = { dialect: dialect === "other" ? "another database's" : dialect, evidence };
      context.report({ loc: loc(range), messageId: "dialect", data });
    }

    return {
      Program() {
        reportHistory();
        // Where PostgreSQL's grammar accepts all of it, no statement says so.
        const isAccepted = !sourceCode.ast.body.some(({ type }) => type === "UnparsedStatement");
        if (dialect !== "postgresql" && isAccepted) reportDialect(firstToken(sourceCode.text));
        if (dialect === "postgresql") reportUncertain();
        for (const { id, range } of repeatedChangeSets(sourceCode.ast)) {
          const data = { problem: `A change set before is ${id} too` };
          context.report({ loc: loc(range), messageId: "duplicate", data });
        }
        for (const { by, command } of dialect === "postgresql" ? decidedChanges(sourceCode.ast, path) : [])
          context.report({ loc: loc(command), messageId: by });
        for (const { range, error } of dialect === "postgresql" ? queryFactsOf(sourceCode.ast).unread : [])
          context.report({ loc: loc(range), messageId: "body", data: { error } });
      },
      UnparsedStatement({ error, errorRange }: { error: string; errorRange: Range }) {
        if (dialect === "postgresql")
          context.report({ loc: loc(errorRange), messageId: "statement", data: { error } });
        else reportDialect(errorRange);
      },
    };
  },
} satisfies SqlRule;

function firstLine(text: string, [start, end]: Range): Range {
  const [line = ""] = text.slice(start, end).split(/[\r\n]/, 1);
  return [start, start + line.length];
}

/** Where what concerns a script as a whole is said. */
function firstToken(text: string): Range {
  const token = firstOf(tokens(text));
  return [token?.start ?? 0, token?.end ?? 0];
}

/** The same of a migration of Alembic or Django. */
function revision(text: string): Range {
  const { index = 0, 0: line = "" } = /^(?:revision\b|class Migration\b).*$/m.exec(text) ?? {};
  return [index, index + line.length];
}

function firstOf(all: Iterable<Token>): Token | undefined {
  for (const token of all) if (isSignificant(token)) return token;
  return undefined;
}

/** A name of a file stays as it is. */
function capital(message: string): string {
  return /^[a-z]+ /.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message;
}
