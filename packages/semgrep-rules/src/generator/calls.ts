import type { Blocking, BlockingTable, Family } from "../blocking-calls/types.js";
import {
  fileWith,
  harmless,
  notInside,
  oneOf,
  starred,
  type Condition,
  type Formula,
  type Where,
} from "./formula.js";
import { methodCalls } from "./objects.js";
import { ASYNC_DEF, inAsyncFunction, notInLambda } from "./scope.js";

/** Calls whose callee begins with a name. */
const ROOTED: Formula[] = ["$ROOT(...)", "$ROOT.$A(...)", "$ROOT.$A.$B(...)", "$ROOT.$A.$B.$C(...)"];

/**
 * Blocking calls of a family in async functions: of functions, however they were imported, and of methods on objects.
 *
 * @param only - the one pattern of a family whose rule has a fix
 */
export function blockingFormula(table: BlockingTable, family: Family, only?: Formula): Condition {
  const functions = [...table.functions].filter(([, blocking]) => blocking.family === family);
  const { onNames, onMade, makers } = methodCalls(table, family);
  const patterns = only ? [only] : functions.map(([name, blocking]) => pattern(name, blocking));
  const roots = [...makers, ...functions.map(([name]) => name)].map(rootOf);
  const builtins = functions.map(([name]) => name).filter((name) => !name.includes("."));
  return {
    all: [
      {
        any: [
          {
            all: [
              refined(
                { any: patterns, as: "$WHOLE" },
                { metavariable: "$WHOLE", any: ROOTED },
                { metavariable: "$ROOT", regex: String.raw`^\w+$` },
              ),
              ...shadows(roots, builtins),
            ],
          },
          { any: onMade, as: "$WHOLE" },
          {
            all: [
              { any: onNames, as: "$WHOLE" },
              ...["async with $OTHER as $OBJECT:\n    ...\n", "for $OBJECT in $OTHER:\n    ...\n"].map(
                notInside,
              ),
            ],
          },
        ].filter((_, index) => [patterns, onMade, onNames][index]!.length > 0),
      },
      // Any call will do here: what is inside a call is in the same scope.
      { inside: inAsyncFunction("$ANY_CALL(...)") },
      fileWith(ASYNC_DEF, mentioned(roots, builtins)),
      notInLambda,
      // What is awaited or entered asynchronously is a coroutine that took the name.
      ...[
        "await $WHOLE",
        "async with $WHOLE as $TARGET:\n    ...\n",
        "async for $TARGET in $WHOLE:\n    ...\n",
      ].map(notInside),
    ],
  };
}

/** Imports one of some packages, or calls a function of the interpreter. */
function mentioned(roots: readonly string[], builtins: readonly string[]): string {
  const modules = roots.filter((root) => !builtins.includes(root));
  return `(?:${[
    ...(modules.length > 0 ? [String.raw`^[ \t]*(?:import|from)[ \t][^\n#]*\b${oneOf(modules)}\b`] : []),
    ...(builtins.length > 0 ? [String.raw`\b${oneOf(builtins)}\(`] : []),
  ].join("|")})`;
}

const rootOf = (name: string): string => name.split(".")[0] ?? name;

function pattern(name: string, { unless }: Blocking): Formula {
  const callee = starred(name);
  const call = `${callee}(...)`;
  return unless.length === 0 ? call : { all: [call, ...unless.flatMap((one) => harmless(callee, one))] };
}

/** Conditions one after the other: each sees what the ones before it bound. */
function refined(formula: Condition, ...conditions: Where[]): Condition {
  return conditions.reduce((inner, condition): Condition => ({ all: [inner], where: [condition] }), formula);
}

/** Where the name that a call begins with is no module and no function of the interpreter: a parameter, a variable,
 * another module, a function of the file. */
function shadows(names: readonly string[], builtins: readonly string[]): Condition[] {
  const roots = oneOf(names);
  const imported = String.raw`(?m)^(?<INDENT>[ \t]*)(?:import[ \t]+(?!${roots}\b)[\w.]+[ \t]+as|from[ \t]+(?!${roots}\b)[\w.]+[ \t]+import[ \t(](?:[^#\n]*,)?)[ \t]*${roots}\b.*(?:\n(?:[ \t]*(?:#.*)?\r?$|\k<INDENT>.*))*`;
  const defined = String.raw`(?sm)\A(?=.*^(?:async[ \t]+)?def[ \t]+${oneOf(builtins)}\b).*\z`;
  return [
    "def $ANY(..., $ROOT, ...):\n    ...\n",
    "$ROOT = $VALUE\n...\n",
    "with $VALUE as $ROOT:\n    ...\n",
    "for $ROOT in $VALUE:\n    ...\n",
    { regex: imported },
    ...(builtins.length > 0 ? [{ regex: defined }] : []),
  ].map(notInside);
}
