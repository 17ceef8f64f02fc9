import type {
  Blocking,
  BlockingTable,
  CallGroup,
  FamilyFile,
  Methods,
  Offloader,
  ReceiverType,
} from "./types.js";

/** An offloader as the data file holds it. */
export interface OffloaderEntry extends Omit<Offloader, "callee" | "receiver"> {
  functions?: readonly string[];
  methods?: Readonly<Record<string, readonly string[]>>;
}

/** `a.{b,c}` for `a.b` and `a.c`. */
export function expand(names: readonly string[] | undefined): string[] {
  return (names ?? []).flatMap((name) => {
    if (!name.includes("{")) return name;
    const parts = /^(.*)\{(.*)\}(.*)$/u.exec(name);
    if (!parts) return [name];
    const [, before = "", words = "", after = ""] = parts;
    return expand(words.split(",").map((word) => before + word + after));
  });
}

/**
 * Builds the table from data files. Pure.
 *
 * @param files - of every family, and a team's own after them; a later entry wins over an earlier one of its name
 */
export function tableOf(files: readonly FamilyFile[], offloaders: readonly OffloaderEntry[]): BlockingTable {
  const groups = files.flatMap(({ family, calls }) =>
    calls.map((group) => ({ group, blocking: blockingOf(family, group) })),
  );
  const known = new Map<string, TypeParts>();
  const partsOf = (type: string) => {
    let parts = known.get(type);
    if (!parts) known.set(type, (parts = { entries: [], methods: [] }));
    return parts;
  };
  for (const { types } of files) for (const [type, entry] of Object.entries(types)) partsOf(type).entries.push(entry); // prettier-ignore
  for (const { group, blocking } of groups)
    for (const [type, names] of Object.entries(group.methods ?? {})) partsOf(type).methods.push({ names, blocking }); // prettier-ignore
  const types = Array.from(known, ([name, parts]) => receiverType(name, parts));
  return {
    levels: new Map(files.map(({ family, level }) => [family, level])),
    functions: new Map(
      groups.flatMap(({ group, blocking }) =>
        expand(group.functions).map((name) => [name, blocking] as const),
      ),
    ),
    types: new Map(types.map((type) => [type.name, type])),
    makers: new Map(
      types.flatMap(({ name, names, made }) => [...names, ...made].map((maker) => [maker, name])),
    ),
    offloaders: offloaders.flatMap(offloadersOf),
  };
}

function blockingOf(family: Blocking["family"], group: CallGroup): Blocking {
  const { tier, why, instead, offload, unless = [], ready, fresh, after } = group;
  return {
    ...{ family, tier, why, instead, offload, unless },
    ...(ready ? { ready } : {}),
    ...(fresh ? { fresh } : {}),
    ...(after ? { after } : {}),
  };
}

/** What the data files say of one type of receivers. */
interface TypeParts {
  readonly entries: FamilyFile["types"][string][];
  readonly methods: { names: Methods; blocking: Blocking }[];
}

function receiverType(name: string, { entries, methods }: TypeParts): ReceiverType {
  const listed = methods.flatMap(({ names, blocking }) =>
    "except" in names ? [] : names.map((method) => [method, blocking] as const),
  );
  const [any] = methods.flatMap(({ names, blocking }) =>
    "except" in names ? [{ except: new Set(names.except), blocking }] : [],
  );
  return {
    name,
    names: [name, ...entries.flatMap((entry) => expand(entry.names))],
    made: entries.flatMap((entry) => expand(entry.made)),
    unless: entries.flatMap((entry) => entry.unless ?? []),
    returns: new Map(entries.flatMap((entry) => Object.entries(entry.returns ?? {}))),
    attributes: new Map(entries.flatMap((entry) => Object.entries(entry.attributes ?? {}))),
    methods: new Map(listed),
    ...(any ? { anyMethod: any } : {}),
  };
}

function offloadersOf({ functions, methods = {}, ...rest }: OffloaderEntry): Offloader[] {
  return [
    ...expand(functions).map((callee) => ({ ...rest, callee })),
    ...Object.entries(methods).flatMap(([receiver, names]) =>
      names.map((callee) => ({ ...rest, callee, receiver })),
    ),
  ];
}

const patterns = new WeakMap<ReadonlyMap<string, unknown>, [RegExp, string][]>();

/**
 * The value of a qualified name in a map of the table, where a key's `*` segments stand for any segment; an exact key
 * comes first.
 */
export function match<Value>(map: ReadonlyMap<string, Value>, name: string): Value | undefined {
  const exact = map.get(name);
  if (exact !== undefined) return exact;
  let wild = patterns.get(map);
  if (!wild) {
    wild = [...map.keys()]
      .filter((key) => key.includes("*"))
      .map((key) => [new RegExp(`^${key.replaceAll(".", "\\.").replaceAll("*", "\\w+")}$`, "u"), key]);
    patterns.set(map, wild);
  }
  const key = wild.find(([pattern]) => pattern.test(name))?.[1];
  return key === undefined ? undefined : map.get(key);
}

/**
 * What a method call on a receiver does.
 *
 * @param method - its name, dotted where it hangs on an attribute
 * @returns undefined where the table says nothing, which is no promise that it does not block
 */
export function methodOf(type: ReceiverType, method: string): Blocking | undefined {
  const listed = type.methods.get(method);
  if (listed || !type.anyMethod || method.includes(".") || method.startsWith("_")) return listed;
  return type.anyMethod.except.has(method) ? undefined : type.anyMethod.blocking;
}
