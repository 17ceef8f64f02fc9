import type { BlockingTable, Family, ReceiverType } from "../blocking-calls/types.js";
import { harmless, oneOf, starred, type Condition, type Formula } from "./formula.js";

/** How an object comes by its name: set, entered, given, kept by `__init__`. */
const assigned = (made: string): string => `$OBJECT = ${made}\n...\n`;
const entered = (made: string): string => `with ${made} as $OBJECT:\n    ...\n`;
const kept = (made: string): string =>
  `class $ANY(...):\n    ...\n    def __init__(...):\n        ...\n        self.$FIELD = ${made}\n        ...\n    ...\n`;
/** Annotations that say that the object may be of a type. */
const annotations = (name: string): string[] => [
  name,
  `Optional[${name}]`,
  `${name} | None`,
  `Annotated[${name}, ...]`,
];

/** How many methods may stand between what makes an object and the object. */
const STEPS = 1;
/** Types with more makers than these are not followed over a method: too many patterns for too few findings. */
const MOST_MAKERS = 12;

/**
 * Calls of a family's methods on objects: on names that hold one, and on what makes one.
 */
export function methodCalls(
  table: BlockingTable,
  family: Family,
): { onNames: Formula[]; onMade: Formula[]; makers: string[] } {
  const types = [...table.types.values()].filter((type) => blocking(type, family, "$OBJECT").length > 0);
  const onNames = types.flatMap((type): Formula[] => [
    { all: [{ any: blocking(type, family, "$OBJECT") }, { inside: { any: origins(table, type) } }] },
    declared(blocking(type, family, "$OBJECT"), "$OBJECT", type),
    // As `$OBJECT`, Semgrep 1.182 loses a field that has the name of a global.
    {
      all: [
        { any: blocking(type, family, "self.$FIELD") },
        { inside: { any: made(table, type, 0).map(kept) } },
      ],
    },
    ...leadingTo(table, type).flatMap(({ from, step }) => [
      {
        all: [{ any: blocking(type, family, step("$OBJECT")) }, { inside: { any: origins(table, from, 0) } }],
      },
      declared(blocking(type, family, step("$OBJECT")), "$OBJECT", from),
    ]),
  ]);
  const onMade = types.flatMap((type) =>
    made(table, type, 1).flatMap((object) => blocking(type, family, object)),
  );
  return { onNames, onMade, makers: types.flatMap(makers) };
}

/** Expressions that make an object of a type, over at most some methods of other objects. */
function made(table: BlockingTable, type: ReceiverType, steps: number): string[] {
  const own = makers(type).map((name) => `${name}(...)`);
  if (steps === 0) return own;
  return [
    ...own,
    ...leadingTo(table, type).flatMap(({ from, step }) => made(table, from, steps - 1).map(step)),
  ];
}

/** The types that lead to an object of a type, with the step that does. A method that gives an object of its own type
 * is left out, operators are not: the pattern would be there once for each. */
function leadingTo(
  table: BlockingTable,
  { name }: ReceiverType,
): { from: ReceiverType; step: (owner: string) => string }[] {
  return [...table.types.values()]
    .filter((from) => makers(from).length <= MOST_MAKERS)
    .flatMap((from) => {
      const steps = [
        ...[...from.returns].filter(([key, to]) => to !== from.name || key.startsWith("__")),
        ...[...from.attributes]
          .filter(([, to]) => to !== from.name)
          .map(([key, to]) => [`.${key}`, to] as const),
      ];
      return steps.filter(([, to]) => to === name).map(([key]) => ({ from, step: stepOf(key) }));
    });
}

/** The scopes in which `$OBJECT` is an object of a type. */
function origins(table: BlockingTable, type: ReceiverType, steps = STEPS): Formula[] {
  const own = makers(type).map((name) => `${name}(...)`);
  const direct: Formula[] = [
    ...own.flatMap((call) => [assigned(call), entered(call)]),
    ...(steps === 0
      ? []
      : made(table, type, 1)
          .slice(own.length)
          .flatMap((call) => [assigned(call), entered(call)])),
  ];
  if (steps === 0) return direct;
  const overMethods = leadingTo(table, type).flatMap(({ from, step }): Formula[] => {
    const taken = [assigned(step("$OWNER")), entered(step("$OWNER"))];
    return [
      { all: [{ any: taken }, { inside: { any: ownersOf(origins(table, from, steps - 1)) } }] },
      declared(taken, "$OWNER", from),
    ];
  });
  return [...direct, ...overMethods];
}

/** The same formulas about `$OWNER`. */
const ownersOf = (formulas: Formula[]): Formula[] =>
  JSON.parse(JSON.stringify(formulas).replaceAll("$OBJECT", "$OWNER")) as Formula[];

/** Formulas about a name that an annotation says is, or may be, of a type. */
const declared = (formulas: Formula[], name: string, { names }: ReceiverType): Condition => ({
  all: [{ any: formulas }],
  where: [{ metavariable: name, types: names.filter((one) => !one.includes("*")).flatMap(annotations) }],
});

/** Blocking methods of a type, called on an expression. */
function blocking({ methods, anyMethod }: ReceiverType, family: Family, object: string): Formula[] {
  const own = [...methods].filter(([, { family: of }]) => of === family);
  const plain = own.filter(([name, { unless }]) => /^(?!__)\w+$/u.test(name) && unless.length === 0);
  const named = own.filter(
    ([name, { unless }]) => name.includes(".") || (unless.length > 0 && !name.startsWith("__")),
  );
  const words = [
    ...(plain.length > 0 ? [`^${oneOf(plain.map(([name]) => name))}$`] : []),
    ...(anyMethod?.blocking.family === family ? [`^(?!_)(?!${oneOf([...anyMethod.except])}$)`] : []),
  ];
  return [
    ...words.map((regex) => ({
      all: [`${object}.$METHOD(...)`],
      where: [{ metavariable: "$METHOD", regex }],
    })),
    ...named.map(([name, { unless }]): Formula => {
      const call = `${object}.${name}`;
      return unless.length === 0
        ? `${call}(...)`
        : { all: [`${call}(...)`, ...unless.flatMap((one) => harmless(call, one))] };
    }),
    ...(own.some(([name]) => name === "__call__") ? [`${object}(...)`] : []),
  ];
}

const makers = ({ names, made }: ReceiverType): string[] => [...names, ...made].map(starred);

/** A step from one object to the next: an operator, an attribute, a method. */
function stepOf(key: string): (owner: string) => string {
  switch (key) {
    case "__call__":
      return (owner) => `${owner}(...)`;
    case "__getitem__":
      return (owner) => `${owner}[...]`;
    case "__truediv__":
      return (owner) => `(${owner} / $ANY_PATH)`;
    default: {
      const attribute = key === ".*" ? ".$ATTRIBUTE" : key;
      return (owner) => (attribute.startsWith(".") ? `${owner}${attribute}` : `${owner}.${attribute}(...)`);
    }
  }
}
