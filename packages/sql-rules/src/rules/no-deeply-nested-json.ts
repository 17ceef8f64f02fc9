import { databaseRule, type Finding } from "../rule.js";
import { nestedDocuments } from "../model/nesting.js";
import { depthOf, shownPath } from "../model/json-paths.js";

interface Options {
  maxDepth: number;
}

export default databaseRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow JSON documents that are nested deeper than a few levels",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-deeply-nested-json.md",
      recommended: true,
      view: "logical",
      level: "error",
      code: "OR08",
    },
    languages: ["orchestrator/sql", "orchestrator/python", "js/*"],
    schema: [
      {
        type: "object",
        properties: {
          maxDepth: {
            description: "Deepest path that is accepted: each key, and each array, is a level.",
            type: "integer",
            minimum: 1,
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ maxDepth: 3 }],
    messages: {
      path: "{{column}} is read {{depth}} levels deep ({{path}}), where the planner has no statistics and every read takes the whole document apart. Promote {{promoted}} to a column.",
      literal:
        "This document nests {{depth}} levels ({{path}}): what is stored so deep has no type, no constraint and no statistics. Promote {{promoted}} to a column.",
    },
  },

  *find(database, { maxDepth }, settings): Iterable<Finding> {
    for (const { use, path, column, subject } of nestedDocuments(database, maxDepth, settings)) {
      yield {
        place: { path, range: use.range },
        messageId: use.kind,
        data: {
          column,
          depth: depthOf(use.steps),
          path: shownPath(use.steps),
          promoted: promotedName(use.steps),
        },
        ...(subject === undefined ? {} : { subject }),
      };
    }
  },
});

/** A column's name for the value at the end of a path: `userCity` of an address is `user_city`. */
function promotedName(steps: readonly string[]): string {
  const key = steps.findLast((step) => /\p{L}/u.test(step)) ?? "the value";
  return key
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, "$1_$2")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "_")
    .toLowerCase();
}
