import type { BlockingTable, Family, ReceiverType } from "../blocking-calls/types.js";
import {
  anyOf,
  grouped,
  lastOf,
  oneOf,
  starred,
  type Condition,
  type Formula,
  type Where,
} from "./formula.js";

/** How an object comes by its name: set or entered. */
export const named = (object: string, made: string): Formula[] => [
  `${object} = ${made}\n...\n`,
  `with ${made} as ${object}:\n    ...\n`,
];
/** A field that `__init__` sets. */
const KEPT = `class $ANY(...):\n    ...\n    def __init__(...):\n        ...\n        self.$FIELD = $MAKER(...)\n        ...\n    ...\n`;
/** Annotations that say that the object may be of a type. */
const annotations = (name: string): string[] => [
  name,
  `Optional[${name}]`,
  `${name} | None`,
  `Annotated[${name}, ...]`,
];

/** Functions of the interpreter that are called everywhere: no import gives their names to anything else. */
const EVERYWHERE =
  "(?!(?:bool|dict|enumerate|float|getattr|hasattr|int|isinstance|len|list|max|min|print|range|set|sorted|str|super|tuple|type|zip)$)";
/** A bare name may be an import under another name. */
const BARE = String.raw`${EVERYWHERE}\w+$`;
/** What a name can be by its text: one of some last segments, or bare. */
const maybe = (names: readonly string[]): string =>
  String.raw`(?s)(?:.*\.)?\s*${oneOf(names.map(lastOf))}$|${BARE}`;

/** A type and what the names of its blocking methods look like; undefined for objects whose call blocks. */
interface Blocked {
  type: ReceiverType;
  method: string | undefined;
}

/** A step from one object to the next. */
interface Step {
  from: ReceiverType;
  to: Blocked;
  /** What it looks like, with `$FROM` for the first object. */
  form: string;
  /** The method's name, where the form is a call of `$STEP`. */
  word?: string;
}

/**
 * Calls of a family's methods on objects, bound to `$WHOLE`.
 *
 * Semgrep holds every pattern of a rule against every expression of a file: some 10 ns each, which hundreds of patterns
 * make seconds. A regex on a metavariable takes 30 µs, since it is compiled anew each time, and a formula on one 400 µs,
 * since Semgrep writes a file for it. So the patterns have metavariables for what differs between types; regexes see
 * only what has matched, formulas only what is left: there the pairs are told that go together, this maker with these
 * methods.
 */
export function methodCalls(table: BlockingTable, family: Family): { formulas: Formula[]; makers: string[] } {
  const types = [...table.types.values()];
  const byMethod = types.flatMap((type) => {
    const method = methodsOf(type, family);
    return method === undefined ? [] : [{ type, method }];
  });
  const byCall = types
    .filter(({ methods }) => methods.get("__call__")?.family === family)
    .map((type) => ({ type, method: undefined }));
  const depth = Math.max(
    1,
    ...byMethod.flatMap(({ type: { methods } }) => [...methods.keys()].map((name) => name.split(".").length)),
  );
  const attributes = Array.from({ length: depth }, (_, index) =>
    Array.from({ length: index }, (__, place) => `.$ATTRIBUTE${place}`).join(""),
  );
  return {
    formulas: [
      ...callsOn(table, byMethod, (object) => attributes.map((path) => `${object}${path}.$METHOD(...)`)),
      ...callsOn(table, byCall, (object) => [`${object}(...)`]),
    ],
    makers: [...byMethod, ...byCall].flatMap(({ type }) => makers(type)),
  };
}

function callsOn(
  table: BlockingTable,
  blocked: readonly Blocked[],
  on: (object: string) => string[],
): Formula[] {
  if (blocked.length === 0) return [];
  const call = (object: string, some: readonly Blocked[], ...where: Where[]): Condition => ({
    all: [{ any: on(object), as: "$WHOLE" }],
    where: [...where, ...methodIn(some)],
  });
  const made = blocked.map((to): Pair => ({ type: to.type, to }));
  const scopes: Formula[] = [{ any: named("$OBJECT", "$MAKER(...)"), as: "$STEP" }];
  const steps = stepsTo(table, blocked);
  const formulas = steps.flatMap(({ after, list }): Formula[] => {
    const ends = [...new Set(list.map(({ to }) => to))];
    const owners = list.map(({ from, to, word }): Pair => ({ type: from, to, word }));
    const words = wordIn(list);
    const taken: Formula[] = [
      anyOf(named("$OBJECT", after("$MAKER(...)")), ...words),
      {
        all: [
          anyOf(named("$OBJECT", after("$OWNER")), ...words),
          { inside: { any: named("$OWNER", "$MAKER(...)") } },
        ],
      },
    ];
    // Where a step has a name, it tells these scopes from the others: one formula does for all of them.
    const own = list[0]?.word === undefined;
    if (!own) scopes.push(...taken);
    return [
      ...(own ? [paired([call("$OBJECT", ends), { inside: { any: taken } }], owners)] : []),
      typed(
        [
          call("$OBJECT", ends),
          { inside: anyOf(named("$OBJECT", after("$OWNER")), declared("$OWNER", owners), ...words) },
        ],
        "$OWNER",
        owners,
      ),
      paired([call(after("$MAKER(...)"), ends, ...words)], owners),
      paired(
        [call(after("$OBJECT"), ends, ...words), { inside: { any: named("$OBJECT", "$MAKER(...)") } }],
        owners,
      ),
      typed([call(after("$OBJECT"), ends, declared("$OBJECT", owners), ...words)], "$OBJECT", owners),
      ...chainsOn(after("$OBJECT"), list).flatMap(({ chain, list: linked, links }): Formula[] => {
        const from = linked.map(({ from: type, to, word }): Pair => ({ type, to, word }));
        const conditions = [...wordIn(linked), ...links];
        const to = [...new Set(linked.map((step) => step.to))];
        return [
          paired(
            [call(chain, to, ...conditions), { inside: { any: named("$OBJECT", "$MAKER(...)") } }],
            from,
          ),
          typed([call(chain, to, declared("$OBJECT", from), ...conditions)], "$OBJECT", from),
        ];
      }),
    ];
  });
  const stepped = steps.flatMap(({ list }) =>
    list.flatMap(({ from, to, word }): Pair[] => (word === undefined ? [] : [{ type: from, to, word }])),
  );
  return [
    paired([call("$MAKER(...)", blocked)], made),
    paired(
      [call("$OBJECT", blocked), { inside: { any: scopes } }],
      [...made.map((pair) => ({ ...pair, word: NO_STEP })), ...stepped],
    ),
    paired([call("self.$FIELD", blocked), { inside: KEPT }], made),
    typed([call("$OBJECT", blocked, declared("$OBJECT", made))], "$OBJECT", made),
    ...formulas,
  ];
}

/** A type of objects, and the blocking calls that go with it, over a step in between. */
interface Pair {
  type: ReceiverType;
  to: Blocked;
  word?: string | undefined;
}

/** What a statement looks like and the name of a method does not. */
const NO_STEP = String.raw`\w+\W.*`;

const fitting = ({ to: { method }, word }: Pair): Where[] => [
  ...(method === undefined ? [] : [{ metavariable: "$METHOD", regex: `${method}$` }]),
  ...(word === undefined ? [] : [{ metavariable: "$STEP", regex: `(?s)${word}$` }]),
];

/** Formulas of which `$MAKER` has to be one that goes with the rest. */
function paired(formulas: Formula[], pairs: readonly Pair[]): Condition {
  const groups = grouped(pairs, (pair) => JSON.stringify(fitting(pair)));
  const names = (some: readonly Pair[]) => [...new Set(some.flatMap(({ type }) => makers(type)))];
  return {
    all: formulas,
    where: [
      { metavariable: "$MAKER", regex: maybe(names(pairs)) },
      {
        metavariable: "$MAKER",
        any: groups.map(([, group]) => anyOf(names(group), ...fitting(group[0]!))),
      },
    ],
  };
}

/** Formulas in which a name that an annotation declares has to be of a type that goes with the rest. */
function typed(formulas: Formula[], name: string, pairs: readonly Pair[]): Condition {
  const groups = grouped(pairs, (pair) => JSON.stringify(fitting(pair)));
  if (groups.length === 1) return { all: formulas };
  const any = groups.map(([, group]) => anyOf(["$TYPED"], ...fitting(group[0]!), declared("$TYPED", group)));
  return { all: formulas, where: [{ metavariable: name, any }] };
}

/** An annotation says that a name is, or may be, of one of some types. */
const declared = (name: string, pairs: readonly Pair[]): Where => ({
  metavariable: name,
  types: [...new Set(pairs.flatMap(({ type: { names } }) => names))]
    .filter((one) => !one.includes("*"))
    .flatMap(annotations),
});

function methodIn(some: readonly Blocked[]): Where[] {
  const methods = some.flatMap(({ method }) => method ?? []);
  return methods.length === 0 ? [] : [{ metavariable: "$METHOD", regex: `${oneOf(methods)}$` }];
}

function wordIn(list: readonly Step[]): Where[] {
  const words = list.flatMap(({ word }) => word ?? []);
  return words.length === 0 ? [] : [{ metavariable: "$STEP", regex: `${oneOf(words)}$` }];
}

/** The steps that lead to an object of some types, by their form. A method that gives an object of its own type is
 * left out, operators are not: the pattern would be there once for each. */
function stepsTo(
  table: BlockingTable,
  blocked: readonly Blocked[],
): { after: (owner: string) => string; list: Step[] }[] {
  const steps = [...table.types.values()].flatMap((from) =>
    [...from.returns, ...[...from.attributes].map(([key, to]) => [`.${key}`, to] as const)].flatMap(
      ([key, name]): Step[] => {
        const to = blocked.find(({ type }) => type.name === name);
        if (!to || (name === from.name && !key.startsWith("__"))) return [];
        return [{ from, to, ...formOf(key) }];
      },
    ),
  );
  return grouped(steps, ({ form }) => form).map(([form, list]) => ({
    after: (owner) => form.replace("$FROM", () => owner),
    list,
  }));
}

/** How many methods that give an object of its own type are followed: `query(…).filter(…).order_by(…).limit(…).all()`. */
const LINKS = 3;

/** Such methods between a step and the call, one chain for each number of them. */
function chainsOn(start: string, steps: readonly Step[]): { chain: string; list: Step[]; links: Where[] }[] {
  const own = ({ to: { type } }: Step): string[] =>
    [...type.returns].flatMap(([key, name]) => (name === type.name && !key.startsWith("__") ? [key] : []));
  // Only after a method: operators are everywhere, and each pattern is held against every expression.
  const list = steps.filter((step) => step.word !== undefined && own(step).length > 0);
  if (list.length === 0) return [];
  const regex = `${oneOf(list.flatMap(own))}$`;
  return Array.from({ length: LINKS }, (_, last) => {
    const links = Array.from({ length: last + 1 }, (__, place) => `$LINK${place}`);
    return {
      chain: start + links.map((link) => `.${link}(...)`).join(""),
      list,
      links: links.map((metavariable) => ({ metavariable, regex })),
    };
  });
}

function formOf(key: string): Pick<Step, "form" | "word"> {
  switch (key) {
    case "__call__":
      return { form: "$FROM(...)" };
    case "__getitem__":
      return { form: "$FROM[...]" };
    case "__truediv__":
      return { form: "($FROM / $ANY_PATH)" };
    case ".*":
      return { form: "$FROM.$ANY_ATTRIBUTE" };
    default:
      return key.startsWith(".") ? { form: `$FROM${key}` } : { form: "$FROM.$STEP(...)", word: key };
  }
}

/** What the names of a type's blocking methods look like; undefined where the family has none of it. */
function methodsOf({ methods, anyMethod }: ReceiverType, family: Family): string | undefined {
  const own = [...methods].filter(([name, { family: of }]) => of === family && !name.startsWith("__"));
  const words = [
    ...own.map(([name]) => lastOf(name)),
    ...(anyMethod?.blocking.family === family ? [`(?!_)(?!${oneOf([...anyMethod.except])}$)\\w+`] : []),
  ];
  return words.length === 0 ? undefined : oneOf(words);
}

const makers = ({ names, made }: ReceiverType): string[] => [...names, ...made].map(starred);
