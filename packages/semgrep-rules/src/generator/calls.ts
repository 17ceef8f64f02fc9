import type { BlockingTable, Family } from "../blocking-calls/types.js";
import {
  anyOf,
  fileWith,
  grouped,
  harmless,
  lastOf,
  notInside,
  oneOf,
  starred,
  type Condition,
  type Formula,
  type Where,
} from "./formula.js";
import { methodCalls, named } from "./objects.js";
import { ASYNC_DEF, inAsyncFunction, notInLambda } from "./scope.js";

/** Calls whose callee begins with a name. */
const ROOTED: Formula[] = ["$ROOT(...)", "$ROOT.$A(...)", "$ROOT.$A.$B(...)", "$ROOT.$A.$B.$C(...)"];

/**
 * Blocking calls of a family in async functions: of functions, however they were imported, and of methods on objects.
 * A finding binds `$CALLEE`.
 *
 * @param table - the package's own, or one that a team extended
 * @param args - the arguments' pattern, of a family whose rule has a fix
 */
export function blockingFormula(table: BlockingTable, family: Family, args = "..."): Condition {
  const functions = [...table.functions].flatMap(([name, { family: of }]) => (of === family ? [name] : []));
  const { formulas, makers } = methodCalls(table, family);
  const names = [...makers, ...functions];
  const roots = names.map(rootOf);
  const builtins = functions.filter((name) => !name.includes("."));
  const named: Condition = {
    all: [
      refined(
        { any: functionCalls(functions, args), as: "$WHOLE" },
        { metavariable: "$WHOLE", any: ROOTED },
        { metavariable: "$ROOT", regex: String.raw`\w+$` },
      ),
      ...shadows(builtins),
    ],
  };
  return {
    all: [
      // First, since Semgrep decides by it, in this order, whether it has to parse a file.
      { inside: fileWith(ASYNC_DEF, mentioned(names, builtins), ...calledInAsync(table, family)) },
      anyOf([...(functions.length > 0 ? [named] : []), ...formulas]),
      { pattern: `$CALLEE(${args})`, as: "$WHOLE" },
      // Any call will do here: what is inside a call is in the same scope.
      { inside: inAsyncFunction("$ANY_CALL(...)") },
      notInLambda,
      ...(names.length > 0 ? [notInside({ regex: importedElsewhere(roots) })] : []),
      // What is awaited, entered asynchronously or handed to asyncio is a coroutine that took the name.
      ...[
        "await $WHOLE",
        "async with $WHOLE as $TARGET:\n    ...\n",
        "async for $TARGET in $WHOLE:\n    ...\n",
        "asyncio.gather(..., $WHOLE, ...)",
        "asyncio.gather(*[$WHOLE for $EACH in $ALL], ...)",
        "asyncio.wait_for($WHOLE, ...)",
        "asyncio.shield($WHOLE)",
        "asyncio.ensure_future($WHOLE, ...)",
        "$GROUP.create_task($WHOLE, ...)",
      ].map(notInside),
      ...unlessHarmless(table, family),
      ...unlessAsynchronous(table, family),
      ...unlessReady(table, family),
      ...unlessFresh(table, family),
      ...unlessSettled(table, family),
      ...unlessMade(table, family),
    ],
  };
}

/** Calls of functions, one pattern a module: the regex sees the names that imports under other names stand for. */
function functionCalls(functions: readonly string[], args: string): Formula[] {
  const modules = grouped(functions, (name) => name.slice(0, Math.max(0, name.lastIndexOf("."))));
  return modules.flatMap(([module, names]): Formula[] =>
    module === "" || names.length === 1
      ? names.map((name) => `${starred(name)}(${args})`)
      : [
          anyOf([`${starred(module)}.$CALLED(${args})`], {
            metavariable: "$CALLED",
            regex: `${oneOf(names.map(lastOf))}$`,
          }),
        ],
  );
}

/** Conditions one after the other: each sees what the ones before it bound. */
function refined(formula: Condition, ...conditions: Where[]): Condition {
  return conditions.reduce((inner, condition): Condition => ({ all: [inner], where: [condition] }), formula);
}

/** Calls do not block with some arguments, whatever object they are called on. */
function unlessHarmless(table: BlockingTable, family: Family): Condition[] {
  const types = [...table.types.values()];
  const blocking = [
    ...table.functions,
    ...types.flatMap(({ methods }) => [...methods]),
    ...types.flatMap(({ anyMethod }) => (anyMethod ? [["*", anyMethod.blocking] as const] : [])),
  ].filter(([, { family: of, unless }]) => of === family && unless.length > 0);
  const cases = blocking.flatMap(([name, { unless }]) =>
    unless.flatMap(harmless).map((args) => ({ name, args })),
  );
  return grouped(cases, ({ args }) => args).map(([args, list]) => ({
    not: anyOf([`$CALLEE(${args})`], {
      metavariable: "$CALLEE",
      regex: String.raw`(?s)(?:.*\.)?\s*${oneOf(list.map(({ name }) => lastOf(name)))}$`,
    }),
  }));
}

/** What stands between a client and its method does not matter, but for the name of its asynchronous half. */
function unlessAsynchronous(table: BlockingTable, family: Family): Condition[] {
  const methods = [...table.types.values()].flatMap((type) => [...type.methods]);
  if (!methods.some(([name, { family: of }]) => of === family && name.includes("."))) return [];
  return [
    { not: anyOf(["$CALLEE(...)"], { metavariable: "$CALLEE", regex: String.raw`(?s).*\.\s*aio\s*\.` }) },
  ];
}

/** Calls do not wait where the object has said that there is nothing to wait for. */
function unlessReady(table: BlockingTable, family: Family): Condition[] {
  const asked = [...table.types.values()]
    .flatMap(({ methods }) => [...methods])
    .flatMap(([name, { family: of, ready }]) =>
      of === family && ready ? [{ call: `$OBJECT.${name}(...)`, ready }] : [],
    );
  const question = ({ ready: { method, answer } }: (typeof asked)[number]) => {
    if (answer === true) return `$OBJECT.${method}()`;
    return answer ? `$OBJECT.${method}() is not None` : `<... not $OBJECT.${method}() ...>`;
  };
  return grouped(asked, question).map(([condition, list]) => ({
    not: {
      all: [
        anyOf([...new Set(list.map(({ call }) => call))]),
        { inside: { any: ["if", "while"].map((word) => `${word} ${condition}:\n    ...\n`) } },
      ],
    },
  }));
}

/** Calls do not wait for an object that was made in the line above: nobody else has it yet. */
function unlessFresh(table: BlockingTable, family: Family): Condition[] {
  const methods = [...table.types.values()]
    .flatMap((type) => [...type.methods])
    .flatMap(([name, { family: of, fresh }]) => (of === family && fresh ? [name] : []));
  return [...new Set(methods)].map((name) => ({
    not: { all: [`$OBJECT.${name}(...)`, { inside: `$OBJECT = $MADE(...)\n$OBJECT.${name}(...)\n` }] },
  }));
}

/** Calls do not wait behind one that settles so. */
function unlessSettled(table: BlockingTable, family: Family): Condition[] {
  const settled = [...table.types.values()]
    .flatMap(({ methods }) => [...methods])
    .flatMap(([name, { family: of, after }]) => (of === family && after ? [{ name, after }] : []));
  return grouped(settled, ({ after }) => after.join()).map(([, list]) => ({
    not: {
      all: [
        anyOf(["$OBJECT.$CALLED(...)"], {
          metavariable: "$CALLED",
          regex: `${oneOf(list.map(({ name }) => name))}$`,
        }),
        { inside: { any: list[0]!.after.map((call) => `$OBJECT.${call}\n...\n`) } },
      ],
    },
  }));
}

/** Objects of a type do not block where they were made with some arguments. */
function unlessMade(table: BlockingTable, family: Family): Condition[] {
  return [...table.types.values()].flatMap(({ names, methods, unless }): Condition[] => {
    const called = [...methods].flatMap(([name, { family: of }]) => (of === family ? [name] : []));
    if (unless.length === 0 || called.length === 0) return [];
    const makers = names.flatMap((name) =>
      unless.flatMap(harmless).map((args) => `${starred(name)}(${args})`),
    );
    return [
      {
        not: {
          all: [
            anyOf(["$OBJECT.$CALLED(...)"], { metavariable: "$CALLED", regex: `${oneOf(called)}$` }),
            { inside: { any: makers.flatMap((maker) => named("$OBJECT", maker)) } },
          ],
        },
      },
    ];
  });
}

/**
 * The text of an async function has a call with one of the family's names in it, or an import gives one another name.
 * The text ends where a function or class begins that stands no deeper; what else follows it is taken in, and does no
 * harm. Nothing is asked of families of which some objects block by any method.
 */
function calledInAsync(table: BlockingTable, family: Family): string[] {
  const types = [...table.types.values()];
  const called = [
    ...table.functions,
    ...types.flatMap(({ methods }) => [...methods]),
    ...types.flatMap(({ anyMethod }) => (anyMethod ? [["*", anyMethod.blocking] as const] : [])),
  ].flatMap(([name, { family: of }]) => (of === family && name !== "__iter__" ? [lastOf(name)] : []));
  if (called.some((name) => name.startsWith("__") || name.includes("\\w"))) return [];
  const words = oneOf(called);
  const ends = String.raw`(?!\k<MARGIN>[ \t])[ \t]*(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*[(\[]|class[ \t]+\w+[ \t]*[(:\[])`;
  // Semgrep makes a metavariable of a named group: a name of another pattern would have to mean the same here.
  const header = String.raw`^(?<MARGIN>[ \t]*)async[ \t]+def\b`;
  // Calls first, since there are fewer than words.
  const call = String.raw`\b(?=\w+\s*\()${words}\s*\(`;
  return [String.raw`${header}(?:.*\n(?!${ends}))*?.*?${call}|\b${words}\s+as\b`];
}

/** The byte order mark, before the first line of some files. */
const MARK = String.raw`\x{feff}`;

/** Imports what one of some names can begin with, or calls a function of the interpreter. */
function mentioned(names: readonly string[], builtins: readonly string[]): string {
  const packages = grouped(
    names.filter((name) => !builtins.includes(name)),
    rootOf,
  );
  // `from` names the package, or a module that has what is looked for; `import` may bring others along.
  const modules = packages.map(([root, list]) => {
    const parts = list.flatMap((name) => (name.split(".").length < 3 ? [] : [moduleOf(name)]));
    return parts.length === 0 ? String.raw`${root}[ \t]+` : String.raw`${root}(?:[ \t]+|\.${oneOf(parts)})`;
  });
  const from = String.raw`from[ \t]+${oneOf(modules)}`;
  const whole = String.raw`import[ \t](?:[^\n#]*[ \t,])?${oneOf(packages.map(([root]) => root))}`;
  return [
    ...(packages.length > 0 ? [String.raw`^${MARK}?[ \t]*(?:${from}|${whole})\b`] : []),
    ...(builtins.length > 0 ? [String.raw`\b${oneOf(builtins)}\(`] : []),
  ].join("|");
}

/** The second segment of a qualified name, as a regex. */
const moduleOf = (name: string): string => (name.split(".")[1] ?? "").replace(/^\$.*/u, "\\w+");

const rootOf = (name: string): string => name.split(".")[0] ?? name;

/** Where the name that a call begins with is no module and no function of the interpreter: a parameter, a variable, a
 * function of the file. */
function shadows(builtins: readonly string[]): Condition[] {
  const defined = fileWith(String.raw`^(?:async[ \t]+)?def[ \t]+${oneOf(builtins)}\b`);
  return [
    "def $ANY(..., $ROOT, ...):\n    ...\n",
    "$ROOT = $VALUE\n...\n",
    "with $VALUE as $ROOT:\n    ...\n",
    "for $ROOT in $VALUE:\n    ...\n",
    ...(builtins.length > 0 ? [defined] : []),
  ].map(notInside);
}

/** What follows an import that gives one of some names to another module, or to the asynchronous half of its own:
 * `import redis.asyncio as redis`. */
function importedElsewhere(names: readonly string[]): string {
  const roots = oneOf(names);
  const half = String.raw`(?:asyncio|aio)`;
  const other = String.raw`(?!${roots}\b(?![\w.]*\.${half}\b))[\w.]+`;
  const list = String.raw`(?:[^#\n]*,)?`;
  const from = String.raw`from[ \t]+(?:(?!${roots}\b)[\w.]+[ \t]+import[ \t(]${list}|[\w.]+[ \t]+import[ \t(]${list}[ \t]*${half}[ \t]+as[ \t])`;
  return String.raw`(?m)^(?<INDENT>[ \t]*)(?:import[ \t]+${other}[ \t]+as|${from})[ \t]*${roots}\b.*(?:\n(?:[ \t]*(?:#.*)?\r?$|\k<INDENT>.*))*`;
}
