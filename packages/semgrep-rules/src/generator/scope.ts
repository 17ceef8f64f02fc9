import { notInside, type Condition, type Formula, type Where } from "./formula.js";

const FUNCTION = "def $NAME(...):\n    $...BODY\n";
const INNER_FUNCTION = "def $INNER(...):\n    $...INNER_BODY\n";
const INNER_CLASS = "class $INNER(...):\n    ...\n";

/** Every async function has it in its header: a file without it has nothing to be tested. */
export const ASYNC_DEF = String.raw`\basync[ \t]+def\b`;

const DECORATED = String.raw`(?s)(?:(?:@|staticmethod\b)(?:(?!\n[ \t]*(?:async|def|class)\b).)*\n[ \t]*)?`;
const ASYNC_TEXT = String.raw`.*\n(?:[ \t]*(?:#.*)?\r?\n|\k<INDENT>(?:[ \t]+\S|\)).*(?:\n|\z))*`;
const ASYNC_FUNCTION = String.raw`(?m)^(?<INDENT>[ \t]*)async[ \t]+\Kdef\b${ASYNC_TEXT}`;
const ASYNC_BODY = String.raw`(?m)^(?<INDENT>[ \t]*)async[ \t]+def\b\K${ASYNC_TEXT}`;

const isAsync: Where = { metavariable: "$FUNCTION", regex: `${DECORATED}async\\b` };
/** The functions first: a test on each is cheaper than one on each call in them. */
const functionBody: Condition = {
  inside: {
    all: [{ all: [{ pattern: FUNCTION, as: "$FUNCTION" }], where: [{ focus: "$...BODY" }] }],
    where: [isAsync],
  },
};
/** The function itself stands in such a text: what is around a string with Python in it does not. */
const textBody: Condition = {
  inside: {
    all: [
      {
        all: [{ pattern: FUNCTION, as: "$FUNCTION" }, { inside: { regex: ASYNC_FUNCTION } }],
        where: [{ focus: "$...BODY" }],
      },
    ],
  },
};

const innerBody: Condition = {
  all: [{ pattern: INNER_FUNCTION, as: "$SCOPE" }],
  where: [{ focus: "$...INNER_BODY" }],
};
const innerFunction: Condition = { pattern: INNER_FUNCTION, as: "$SCOPE" };
const innerClass: Condition = { pattern: INNER_CLASS, as: "$SCOPE" };
const isSync = { metavariable: "$SCOPE", regex: `${DECORATED}(?:def|class)\\b` };

/**
 * Calls whose innermost scope is an async function.
 *
 * Semgrep 1.182 cannot say so with `async def`: it sees `async` only where no decorator stands above, which would miss
 * every FastAPI endpoint. So any function is taken and its own header read. Only bodies count: defaults and decorators
 * run when the function is made. Files with `match`, `type X =` or `def f[T]` go through Semgrep's second Python parser,
 * which loses the word `async`: there the function is found by its indentation; \K leaves its own `def` outside.
 */
export function inAsyncFunction(calls: Formula): Condition {
  return {
    any: [
      {
        all: [
          calls,
          functionBody,
          notInside({
            all: [
              { all: [{ any: [innerBody, innerClass] }], where: [isSync] },
              { inside: { pattern: "def $NAME(...):\n    ...\n", as: "$FUNCTION" } },
            ],
          }),
        ],
      },
      {
        all: [
          calls,
          textBody,
          notInside({
            all: [
              { all: [{ any: [innerFunction, innerClass] }], where: [isSync] },
              { inside: { regex: ASYNC_BODY } },
            ],
          }),
        ],
      },
    ],
  };
}

/** A lambda may run anywhere. */
export const notInLambda: Condition = notInside("lambda $...PARAMETERS: $RESULT");
