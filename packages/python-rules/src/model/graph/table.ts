import {
  match,
  methodOf,
  type Blocking,
  type BlockingTable,
  type Offloader,
  type ReceiverType,
  type Unless,
} from "@orchestrator-lint/semgrep-rules/blocking-calls";
import type { Atom, ThingAtom } from "./values.js";

/** The table of blocking calls, asked by the names that values have. */
export class Table {
  readonly #table: BlockingTable;
  readonly #types: ReadonlyMap<string, ReceiverType>;
  readonly #functions = new Map<string, Offloader>();
  readonly #methods = new Map<string, Offloader>();
  // Asked for again and again, and most names are tried against every pattern of the table.
  readonly #blocking = new Map<string, Blocking | null>();
  readonly #made = new Map<string, Atom>();
  /** Things that are asked for by their names. */
  readonly #things = new Map<string, ThingAtom>();
  /** Top-level names of the distributions it knows. */
  readonly distributions: ReadonlySet<string>;
  /** Methods that tell whether another one of the same object would wait. */
  readonly questions: ReadonlySet<string>;
  /** Calls behind which an object does not block any more, by the method: `False` of `setblocking(False)`, and the object's type. */
  readonly settlers: ReadonlyMap<string, readonly { type: string; argument: string }[]>;
  /** By the names that make an object, the arguments with which it does not block. */
  readonly #harmless: ReadonlyMap<string, readonly Unless[]>;

  constructor(table: BlockingTable) {
    this.#table = table;
    this.#types = withOwnNames(table.types);
    for (const offloader of table.offloaders) {
      if (offloader.receiver === undefined) this.#functions.set(offloader.callee, offloader);
      else {
        const type = table.makers.get(offloader.receiver) ?? offloader.receiver;
        this.#methods.set(`${type}.${offloader.callee}`, offloader);
        for (const name of [`${type}()`, `${type}().${offloader.callee}`])
          this.#things.set(name, thing(name));
      }
    }
    for (const name of WRAPPERS) this.#things.set(`${name}()`, thing(`${name}()`));
    const names = [
      ...table.functions.keys(),
      ...table.makers.keys(),
      ...table.offloaders.map(({ callee }) => callee),
    ];
    const blocking = [...table.types.values()].flatMap(({ methods }) => [...methods.values()]);
    this.questions = new Set(blocking.flatMap(({ ready }) => (ready ? [ready.method] : [])));
    this.settlers = settlersOf(table);
    this.#harmless = new Map(
      [...table.types.values()].flatMap(({ names: own, unless }) =>
        unless.length > 0 ? own.map((name) => [name, unless] as const) : [],
      ),
    );
    this.distributions = new Set(
      names.filter((name) => name.includes(".")).map((name) => name.split(".", 1)[0]!),
    );
  }

  function(name: string): Blocking | undefined {
    let found = this.#blocking.get(name);
    if (found === undefined) {
      found = match(this.#table.functions, name) ?? null;
      this.#blocking.set(name, found);
    }
    return found ?? undefined;
  }

  method(type: string, name: string): Blocking | undefined {
    const known = this.#types.get(type);
    return known && methodOf(known, name);
  }

  offloader(name: string): Offloader | undefined {
    return this.#functions.get(name);
  }

  /** @param type - of a receiver, or the class of an object that the table has no type for */
  offloaderOf(type: string, method: string): Offloader | undefined {
    return this.#methods.get(`${type}.${method}`);
  }

  /** Arguments with which what a call of a name makes does not block. */
  harmless(name: string): readonly Unless[] {
    return this.#harmless.get(name) ?? NONE;
  }

  /** What a call of a name makes, or an annotation with it declares. */
  made(name: string): Atom {
    let atom = this.#made.get(name);
    if (!atom) this.#made.set(name, (atom = this.#make(name)));
    return atom;
  }

  #make(name: string): Atom {
    const type = this.#types.has(name) ? name : match(this.#table.makers, name);
    return type === undefined ? this.thing(`${name}()`) : { t: "made", key: `made ${type}`, type };
  }

  /** What a method gives. */
  returned(type: string, method: string): Atom {
    const known = this.#types.get(type);
    const result = known?.returns.get(method);
    if (result !== undefined) return { t: "made", key: `made ${result}`, type: result };
    return this.thing(`${type}().${method}()`);
  }

  /**
   * Some object of another distribution, called by how it was come by. Those that nobody asks for by their names are one
   * and the same: functions need not be told apart by which of them they are given.
   */
  thing(name: string): ThingAtom {
    return this.#things.get(name) ?? (/^[\w.]+\(\)$/.test(name) ? INSTANCE : OTHER);
  }

  /** What is an attribute of such an object. */
  attributeOf(of: ThingAtom, name: string): ThingAtom {
    return this.isAny(of) ? OTHER : this.thing(`${of.name}.${name}`);
  }

  /** Whether nobody asks for it by its name, or for what comes of it. */
  isAny(thing: ThingAtom): boolean {
    return thing === INSTANCE || thing === OTHER;
  }

  /** What stands behind an attribute of a receiver. */
  attribute(type: string, name: string): Atom {
    const { attributes } = this.#types.get(type) ?? {};
    const result = attributes?.get(name) ?? attributes?.get("*");
    if (result !== undefined) return { t: "made", key: `made ${result}`, type: result };
    return { t: "method", key: `method ${type} ${name}`, type, name };
  }
}

const NONE: readonly Unless[] = [];

/** The types with those of other distributions that are no different: a reader knows them by names of their own. */
function withOwnNames(types: ReadonlyMap<string, ReceiverType>): Map<string, ReceiverType> {
  const all = new Map(types);
  const top = (name: string) => name.split(".", 1)[0];
  for (const type of types.values())
    for (const name of type.names)
      if (/^(?!typing\.)[\w.]+$/.test(name) && top(name) !== top(type.name)) all.set(name, { ...type, name });
  return all;
}

function settlersOf({ types }: BlockingTable): Map<string, { type: string; argument: string }[]> {
  const settlers = new Map<string, { type: string; argument: string }[]>();
  for (const { name: type, methods } of types.values()) {
    const calls = new Set([...methods.values()].flatMap(({ after }) => after ?? []));
    for (const call of calls) {
      const [method = "", argument = ""] = call.split(/[()]/);
      settlers.set(method, [...(settlers.get(method) ?? []), { type, argument }]);
    }
  }
  return settlers;
}

/** What they make gives back the function it decorates. */
export const WRAPPERS: ReadonlySet<string> = new Set([
  "functools.wraps",
  "functools.lru_cache",
  "functools.cache",
]);

function thing(name: string, isKnown = true): ThingAtom {
  return { t: "thing", key: `thing ${name}`, name, isInstance: name.endsWith("()"), isKnown };
}

/** An object that a call of a name makes. */
const INSTANCE = thing("…()", false);
const OTHER = thing("…", false);
